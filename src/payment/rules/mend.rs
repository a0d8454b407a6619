//! Mending what failed or came back: the smallest change, and whether it needs a second look.

use super::wish::field;
use crate::instructions::rules::{Instruction, Mode, PayeeKind, State};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;

/// Reason code of the review of a mended payee or holder.
pub const REVIEW: &str = "mended";

/// What may be mended, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the instruction's of the same name")]
pub struct Mending {
    pub account: String,
    pub bank: String,
    pub branch: String,
    pub cnaps: String,
    pub phone: String,
    pub payee: String,
    pub holder: String,
}

impl Mending {
    /// What stands on an instruction.
    pub fn of(one: &Instruction) -> Mending {
        Mending {
            account: one.account.clone(),
            bank: one.bank.clone(),
            branch: one.branch.clone(),
            cnaps: one.cnaps.clone(),
            phone: one.payee_phone.clone(),
            payee: one.payee.clone(),
            holder: one.holder.clone(),
        }
    }

    /// Another payee or holder: a second person looks at it, and the receipt is made anew.
    pub fn is_large(&self, one: &Instruction) -> bool {
        let other = |a: &str, b: &str| text::fold_name(a) != text::fold_name(b);
        other(&self.payee, &one.payee) || other(&self.holder, &one.holder)
    }

    /// The fields in which it differs from an instruction, by the names findings of the choice use. Another account or
    /// bank concerns all of them, because they belong together.
    pub fn changes(&self, one: &Instruction) -> Vec<&'static str> {
        let mut fields = Vec::new();
        let pairs = [
            (field::ACCOUNT, &self.account, &one.account),
            (field::BANK, &self.bank, &one.bank),
            (field::BRANCH, &self.branch, &one.branch),
            (field::BRANCH, &self.cnaps, &one.cnaps),
            (field::PHONE, &self.phone, &one.payee_phone),
            (field::PAYEE, &self.payee, &one.payee),
            (field::HOLDER, &self.holder, &one.holder),
        ];
        for (name, new, old) in pairs {
            if new != old {
                fields.push(name);
            }
        }
        if fields.iter().any(|name| [field::ACCOUNT, field::BANK].contains(name)) {
            fields.extend([field::ACCOUNT, field::ACCOUNT_KIND, field::BANK, field::HOLDER]);
        }
        if fields.contains(&field::PAYEE) {
            fields.push(field::HOLDER);
        }
        fields
    }

    /// With everything folded as it is kept.
    #[must_use]
    pub fn folded(&self) -> Mending {
        let number = |typed: &str| text::fold_upper(typed).chars().filter(|c| !c.is_whitespace()).collect::<String>();
        let words = |typed: &str| text::fold(typed.trim()).into_owned();
        Mending {
            account: number(&self.account),
            bank: words(&self.bank),
            branch: words(&self.branch),
            cnaps: number(&self.cnaps),
            phone: number(&self.phone),
            payee: words(&self.payee),
            holder: words(&self.holder),
        }
    }

    /// The instruction that replaces `one`, not yet kept.
    pub fn replacing(&self, one: &Instruction, round: i64, now: i64, by: i64) -> Instruction {
        let large = self.is_large(one);
        let mut new = Instruction {
            id: 0,
            replaces: one.id,
            round,
            state: State::Chosen,
            account_changed: one.account_changed || self.account != one.account,
            account: self.account.clone(),
            bank: self.bank.clone(),
            branch: self.branch.clone(),
            cnaps: self.cnaps.clone(),
            payee_phone: self.phone.clone(),
            payee: self.payee.clone(),
            holder: self.holder.clone(),
            chosen_at: now,
            chosen_by: by,
            held: false,
            released_at: None,
            released_by: None,
            batch_id: None,
            ended_at: None,
            end_reason: String::new(),
            paid_at: None,
            paid_by: None,
            ..one.clone()
        };
        // Another bank by name is no longer the one its code names.
        if self.bank != one.bank {
            new.bank_code = String::new();
        }
        // Direct pay is for accounts on record, verified by a second person; a new number is an ordinary transfer.
        if self.account != one.account && one.mode == Mode::Direct {
            new.direct_id = None;
            new.mode = Mode::Transfer;
        }
        if large {
            let mut reasons: Vec<&str> = one.review_reasons.split_whitespace().filter(|r| *r != REVIEW).collect();
            reasons.push(REVIEW);
            new.review_reasons = reasons.join(" ");
            new.receipt = String::new();
            new.receipt_printed_at = None;
            new.receipt_signed_at = None;
        }
        // A reviewer looked at the payee as it was, and never at what he made himself.
        if large || one.reviewed_by == Some(by) {
            new.reviewed_at = None;
            new.reviewed_by = None;
        }
        new
    }
}

/// Whether an instruction may be mended so.
pub fn judge(one: &Instruction, mending: &Mending) -> Findings {
    let mut found = Findings::new();
    if !one.state.mendable() {
        found.push(Finding::block("state", None, phrase!(W::BatchesNotMendable, one.state.word())));
    }
    for (field, value, word) in [
        ("account", &mending.account, W::BatchesFieldAccount),
        ("bank", &mending.bank, W::BatchesFieldBank),
        ("payee", &mending.payee, W::BatchesFieldPayee),
        ("holder", &mending.holder, W::BatchesFieldHolder),
    ] {
        if one.mode.needs_account() && value.is_empty() {
            found.push(Finding::block("field_missing", field, phrase!(W::BatchesFieldEmpty, word)));
        }
    }
    for (field, value) in [
        ("account", &mending.account),
        ("bank", &mending.bank),
        ("branch", &mending.branch),
        ("cnaps", &mending.cnaps),
        ("phone", &mending.phone),
        ("payee", &mending.payee),
        ("holder", &mending.holder),
    ] {
        if text::outside_text_problem(value).is_some() || value.starts_with(['=', '+', '-', '@', '\'']) {
            found.push(Finding::block("field_text", field, W::BatchesFieldUnusable));
        }
    }
    let own = text::fold_name(&mending.holder) == text::fold_name(&mending.payee);
    let guardian =
        one.payee_kind == PayeeKind::Guardian && text::fold_name(&mending.holder) == text::fold_name(&one.agent);
    // Whoever was paid through another's account by a rule of the choice keeps that account's holder.
    let unchanged = !mending.is_large(one);
    if one.mode.needs_account() && !(own || guardian || unchanged) {
        found.push(Finding::block("holder", "holder", W::BatchesHolderDiffers));
    }
    found
}
