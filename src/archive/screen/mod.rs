//! The screens of the archive: the scan line and all that is due (F6), the day's hand-over, the roster, the spot check.

mod back;
mod check;
pub mod desk;
mod draw;
mod findings;
mod hand;
mod handover;
pub mod lessons;
mod paint;
mod popup;
mod roster;
pub mod seal;
mod take;
