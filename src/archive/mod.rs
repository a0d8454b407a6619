//! The archive: receipt slot, sorting, binding and filing by the scan line; the day's hand-over and its seal, the duty
//! roster, reminders, the weekly spot check (domain §6).

pub mod export;
pub mod figures;
pub mod invariants;
pub mod prints;
pub mod reminders;
pub mod replay;
pub mod rules;
pub mod screen;
pub mod seal_invariants;
pub mod seal_lessons;
pub mod seal_prints;
pub mod seal_section;
pub mod section;
pub mod store;
