//! Decides what stands on a day's sheet and which files a week's spot check draws.

pub mod check;
pub mod draw;
pub mod handover;
pub mod roster;
pub mod seal;
