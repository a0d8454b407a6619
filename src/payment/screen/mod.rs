//! The screens of payment: what waits at the desk, and the form in which a payment is chosen.

pub mod choose;
pub mod desk;
mod fields;
pub mod lessons;
mod paint;
mod popup;
pub mod section;
pub mod views;
pub mod words;

use crate::ui::screen::{Cx, Place, Screen};

/// Opens the payment desk: its lists, or the form of one case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    if place.id == 0 { desk::open(place, cx) } else { choose::open(place, cx) }
}
