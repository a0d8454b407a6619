//! The screens of payment: what waits at the desk, the form in which a payment is chosen, release, batches, cash.

pub mod batch;
mod batch_lessons;
mod batch_paint;
mod batch_popup;
pub mod cash;
pub mod choose;
pub mod desk;
mod fields;
pub mod lessons;
mod paint;
mod popup;
pub mod release;
mod release_paint;
pub mod section;
pub mod views;
pub mod words;

use crate::kernel::roles::Roles;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::ui::screen::{Cx, Entry, Place, Screen};

/// Opens the payment desk: its lists, or the form of one case.
///
/// # Errors
/// When there is no such case, or what the store says.
pub fn open(place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    if place.id == 0 { desk::open(place, cx) } else { choose::open(place, cx) }
}

/// The places of the way of the money.
pub fn money_entries() -> Vec<Entry> {
    vec![
        Entry::place("release", W::BatchesPlaceRelease, release::open)
            .teaches(&batch_lessons::RELEASE)
            .only(any_of(&[Right::Release, Right::Choose])),
        Entry::place("batches", W::BatchesPlaceBatches, batch::open).teaches(&batch_lessons::BATCHES).only(any_of(&[
            Right::Release,
            Right::Choose,
            Right::Registers,
        ])),
        Entry::place("cash", W::BatchesPlaceCash, cash::open)
            .teaches(&batch_lessons::CASH)
            .only(Right::Release.roles()),
    ]
}

fn any_of(rights: &[Right]) -> Roles {
    rights.iter().flat_map(|right| right.roles().iter()).collect()
}
