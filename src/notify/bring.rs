//! What a customer brings for each way to be paid. The one place to change when the checklists name it.

use crate::instructions::rules::Mode;
use crate::kernel::words::{Arg, Phrase, W};

/// The ways to be paid, each with everything to bring for it, when the insured is paid in person.
pub fn what_to_bring() -> Vec<(Mode, Phrase)> {
    Mode::ALL
        .into_iter()
        .map(|mode| (mode, Phrase::new(W::NotifyBringList, [Arg::list(items(mode).to_vec())])))
        .collect()
}

/// Papers for one way, as words.
fn items(mode: Mode) -> &'static [W] {
    match mode {
        Mode::Transfer | Mode::Immediate => &[W::NotifyBringId, W::NotifyBringCard],
        Mode::Direct => &[W::NotifyBringNothing],
        Mode::Cash => &[W::NotifyBringId],
        Mode::CashCheque | Mode::TransferCheque => &[W::NotifyBringId, W::NotifyBringAccountName],
    }
}
