//! The archive: the day's hand-over and its seal, the duty roster, reminders, the weekly spot check.

pub mod figures;
pub mod reminders;
pub mod replay;
pub mod rules;
pub mod screen;
pub mod seal_invariants;
pub mod seal_lessons;
pub mod seal_prints;
pub mod seal_section;
pub mod store;
