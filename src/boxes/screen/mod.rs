//! The screens of the register: boxes and shelves, finding and lending.

mod boxes;
mod lend;
mod lessons;
mod popup;

use crate::kernel::words::W;
use crate::ui::screen::Entry;

/// The places of the register.
pub fn entries() -> Vec<Entry> {
    vec![
        Entry::place("boxes", W::BoxesPlace, boxes::open).teaches(&lessons::BOXES),
        Entry::place("lend", W::BoxesLendPlace, lend::open).teaches(&lessons::LEND),
    ]
}
