//! The case: its facts, milestones, stage, next action and deadlines; lists and search over cases.

pub mod acts;
pub mod commands;
pub mod deadline;
pub mod facts;
pub mod figures;
pub mod invariants;
pub mod milestones;
pub mod next;
pub mod reason;
pub mod rounds;
pub mod screen;
pub mod store;
pub mod timeline;
pub mod words;
