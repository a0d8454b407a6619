//! The case: its facts, milestones, stage, next action and deadlines; lists and search over cases.

pub mod deadline;
pub mod facts;
pub mod milestones;
pub mod next;
pub mod store;
