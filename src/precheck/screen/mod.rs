//! The screens of the counter: the search line with what waits, and the checklist of a case or of a visit without one.

pub mod counter;
mod data;
pub mod desk;
pub mod lessons;
mod paint;
mod popup;
pub mod section;

use crate::kernel::words::W;
use crate::ui::screen::{Cx, Entry, Place, Screen};

/// The places of the counter that are reached from others.
pub fn entries() -> Vec<Entry> {
    vec![Entry::new("visit", W::PrecheckVisitPlace, desk::open_visit).teaches(&lessons::DESK)]
}

/// Opens the counter, or the checklist of a case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    if place.id == 0 { counter::open(cx) } else { desk::open_case(place, cx) }
}
