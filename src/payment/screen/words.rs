//! How an instruction reads on lists, in the form and in the folder: state, payee and account, masked.

use crate::case::milestones::Milestones;
use crate::instructions::rules::{Instruction, State};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::payment::rules::Reason;
use crate::phrase;
use crate::ui::screen::Tone;

/// A name as a screen may show it.
pub fn name(name: &str, hidden: bool) -> String {
    if hidden && !name.is_empty() { "***".to_owned() } else { text::neutralise(name).into_owned() }
}

/// The tail of a case's number, as lists show it.
pub fn tail(case_no: &str, case_code: &str) -> String {
    let number = if case_no.is_empty() { case_code } else { case_no };
    text::clip_left(&text::neutralise(number), 10)
}

/// What an instruction waits for, or its state; waiting is never told as done.
pub fn state(one: &Instruction, m: &Milestones) -> (Phrase, Tone) {
    if one.state != State::Chosen {
        let tone = match one.state {
            State::Paid => Tone::Good,
            State::Failed | State::Returned | State::Stopped => Tone::Bad,
            _ => Tone::Plain,
        };
        return (one.state.word().into(), tone);
    }
    if one.held {
        (W::PaymentStateHeld.into(), Tone::Bad)
    } else if one.awaits_review() {
        (W::PaymentStateReview.into(), Tone::Plain)
    } else if m.inquiry_holds > 0 {
        (W::PaymentStateInquiry.into(), Tone::Plain)
    } else if one.ready(m) {
        (W::PaymentStateReady.into(), Tone::Good)
    } else {
        (W::PaymentStatePapers.into(), Tone::Plain)
    }
}

/// Mode, bank and the account's last digits.
pub fn way(one: &Instruction) -> Phrase {
    if one.account.is_empty() {
        return one.mode.word().into();
    }
    let bank = text::neutralise(&one.bank).into_owned();
    phrase!(W::PaymentWay, one.mode.word(), bank, text::mask_card(&one.account))
}

/// Reasons of the review, and the marks whoever releases looks at.
pub fn marks(one: &Instruction) -> Vec<Arg> {
    let mut marks: Vec<Arg> =
        Reason::read(&one.review_reasons).into_iter().map(|reason| Arg::Word(reason.word())).collect();
    if one.account_changed {
        marks.push(Arg::Word(W::PaymentMarkAccount));
    }
    if !one.overrides.is_empty() {
        marks.push(Arg::Word(W::PaymentMarkOverride));
    }
    marks
}
