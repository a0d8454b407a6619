//! The screens of the archive: the scan line and all that is due (F6).

pub mod desk;
mod hand;
pub mod lessons;
mod paint;
mod popup;
mod take;
