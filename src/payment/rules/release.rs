//! Whether an instruction may get its receipt, be released, be paid on-site, or go into a batch.

use crate::case::milestones::Milestones;
use crate::instructions::rules::{Instruction, State};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::phrase;

/// What keeps an instruction from being ready, whoever looks at it: every reason.
pub fn hindrances(one: &Instruction, m: &Milestones) -> Findings {
    let mut found = Findings::new();
    if !matches!(one.state, State::Chosen | State::Released) {
        found.push(Finding::block("state", None, phrase!(W::BatchesNotOpen, one.state.word())));
    }
    if one.awaits_review() {
        found.push(Finding::block("review", None, W::BatchesAwaitsReview));
    }
    if one.held || one.round != m.round {
        found.push(Finding::block("held", None, W::BatchesHeld));
    }
    if m.prechecked_at.is_none() {
        found.push(Finding::block("papers", None, W::BatchesPapersMissing));
    }
    if m.inquiry_holds > 0 {
        found.push(Finding::block("inquiry", None, W::BatchesInquiryHolds));
    }
    found
}

/// A transfer's receipt is printed and signed before its release (domain §4).
fn receipt_first(one: &Instruction, found: &mut Findings) {
    if one.mode.batched() && one.mode.needs_receipt() && one.receipt_signed_at.is_none() {
        let word = if one.receipt.is_empty() { W::BatchesReceiptMissing } else { W::BatchesReceiptUnsigned };
        found.push(Finding::block("receipt", None, word));
    }
}

/// Whether somebody may release an instruction (放行): ready, and chosen by another person.
pub fn judge_release(one: &Instruction, m: &Milestones, actor: i64) -> Findings {
    let mut found = hindrances(one, m);
    if one.state == State::Released {
        found.push(Finding::block("state", None, phrase!(W::BatchesNotOpen, one.state.word())));
    }
    receipt_first(one, &mut found);
    not_the_maker(one, actor, &mut found);
    found
}

/// Two persons for every payment: the maker of an instruction neither releases nor pays it.
fn not_the_maker(one: &Instruction, actor: i64, found: &mut Findings) {
    if one.chosen_by == actor {
        found.push(Finding::block("maker", None, W::BatchesOwnInstruction));
    }
}

/// Whether a receipt may be printed for an instruction.
pub fn judge_receipt(one: &Instruction, m: &Milestones) -> Findings {
    let mut found = hindrances(one, m);
    if !one.mode.needs_receipt() {
        found.push(Finding::block("no_receipt", None, W::BatchesNoReceipt));
    } else if !one.receipt.is_empty() {
        found.push(Finding::block("has_receipt", None, phrase!(W::BatchesHasReceipt, one.receipt.as_str())));
    }
    found
}

/// Whether somebody may say that on-site money was handed over: released, receipt signed, chosen by another.
pub fn judge_pay(one: &Instruction, m: &Milestones, actor: i64) -> Findings {
    let mut found = hindrances(one, m);
    if !one.mode.on_site() {
        found.push(Finding::block("not_on_site", None, W::BatchesNotOnSite));
    } else if one.state == State::Chosen {
        found.push(Finding::block("not_released", None, W::BatchesNotReleased));
    }
    if one.mode.needs_receipt() && one.receipt_signed_at.is_none() {
        let word = if one.receipt.is_empty() { W::BatchesReceiptMissing } else { W::BatchesReceiptUnsigned };
        found.push(Finding::block("receipt", None, word));
    }
    not_the_maker(one, actor, &mut found);
    found
}

/// Whether an instruction may go into a batch, or leave with it.
pub fn judge_member(one: &Instruction, m: &Milestones) -> Findings {
    let mut found = hindrances(one, m);
    if !one.mode.batched() {
        found.push(Finding::block("mode", None, W::BatchesNotBatched));
    }
    receipt_first(one, &mut found);
    found
}
