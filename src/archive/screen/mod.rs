//! The screens of the archive: the day's hand-over, the duty roster, the weekly spot check.

mod check;
mod draw;
mod findings;
mod handover;
mod roster;
pub mod seal;
