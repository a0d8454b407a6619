//! The screens of controlled forms: the ledger (F7), and what the folder of a case shows of its receipts.

mod desk;
mod lessons;
mod paint;
mod section;
mod sheets;

use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::ui::screen::Entry;

pub use section::section;

/// The place of the ledger.
pub fn entry() -> Entry {
    Entry::place("forms", W::ShellPlaceForms, desk::open)
        .teaches(&lessons::FORMS)
        .key("f7")
        .only(Right::ReadAll.roles())
}
