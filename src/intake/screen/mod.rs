//! The screens of the intake: taking a file in, entering a case by hand, deciding on joins.

mod files;
mod hand;
mod import;
mod joins;
mod lessons;
mod pane;

use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::ui::screen::Entry;

/// The places of the intake.
pub fn entries() -> Vec<Entry> {
    vec![
        Entry::place("import", W::IntakePlaceImport, import::open)
            .teaches(&lessons::IMPORT)
            .only(Right::Import.roles()),
        Entry::place("hand-entry", W::IntakePlaceHand, hand::open)
            .teaches(&lessons::HAND)
            .only(Right::EnterCase.roles()),
        Entry::place("joins", W::IntakePlaceJoins, joins::open).teaches(&lessons::JOINS),
    ]
}
