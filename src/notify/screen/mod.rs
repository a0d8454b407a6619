//! The screens of notifying: the call list, a case with what to say and what is asked, the view of referrals.

mod clause;
pub mod desk;
mod keys;
pub mod lessons;
pub mod list;
mod paint;
mod popup;
pub mod referrals;

use crate::kernel::words::W;
use crate::ui::screen::{Cx, Entry, Place, Screen};

/// The places of this desk that no key of the first row leads to.
pub fn entries() -> Vec<Entry> {
    vec![Entry::place("referrals", W::NotifyReferrals, referrals::open).teaches(&lessons::REFERRALS)]
}

/// Opens the call list, or a case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    if place.id == 0 { list::open(cx) } else { desk::open(place.id, cx) }
}
