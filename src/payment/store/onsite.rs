//! Receipts of instructions, and money handed over on-site.

use super::release::{Let, for_each};
use super::release_save::{Change, case_of, keep, named};
use crate::db::{ActError, ActTx};
use crate::forms;
use crate::forms::prints::{ReceiptData, receipt};
use crate::instructions::rules::{Instruction, State};
use crate::instructions::store as instructions;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::office::prints;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::payment::rules::release::{judge_pay, judge_receipt};
use crate::phrase;
use crate::ui::print::Sheet;
use serde_json::json;

/// A receipt on its way to the printer.
#[derive(Debug)]
pub struct Receipt {
    /// Its serial.
    pub serial: String,
    /// What is printed.
    pub sheet: Sheet,
}

/// Uses the next serial of whoever acts for an instruction. Preprinted sheets jam, so the last four digits of the paper in the
/// printer are compared first: unequal, nothing prints.
///
/// # Errors
/// A refusal: no right, not ready, no serial held, another sheet in the printer.
pub fn print_receipt(tx: &mut ActTx<'_>, id: i64, typed: &str) -> Result<Receipt, ActError> {
    let actor = require(tx, Right::UseForms)?;
    let before = instructions::required(tx.conn(), id)?;
    let case = case_of(tx.conn(), &before)?;
    let found = judge_receipt(&before, &case.milestones);
    if found.blocking() {
        return Err(named(&case, found).into());
    }
    let serial =
        forms::store::next(tx.conn(), actor.id)?.ok_or_else(|| ActError::refuse("no_serial", W::BatchesNoSerial))?;
    if !forms::rules::tail_matches(&serial, typed) {
        let tail = crate::kernel::text::tail(&serial, 4).to_owned();
        return Err(ActError::refuse_field("serial", "serial", phrase!(W::BatchesSerialDiffers, tail)));
    }
    forms::store::use_serial(tx, &serial, id)?;
    let n = prints::record(tx, "receipt", &serial)?;
    let after = Instruction {
        receipt: serial.clone(),
        receipt_printed_at: Some(tx.now),
        receipt_signed_at: None,
        ..before.clone()
    };
    let sheet = receipt(&ReceiptData::of(tx.store(), &after, &serial, tx.now)?);
    keep(tx, "receipt_print", &[Change { before, after }], false, &json!({ "serial": serial, "n": n }))?;
    Ok(Receipt { serial, sheet })
}

/// The payee has signed the receipt.
///
/// # Errors
/// A refusal: no right, no receipt, signed already.
pub fn receipt_signed(tx: &mut ActTx<'_>, id: i64) -> Result<(), ActError> {
    require(tx, Right::UseForms)?;
    let before = instructions::required(tx.conn(), id)?;
    if before.receipt.is_empty() {
        return Err(ActError::refuse("receipt", W::BatchesReceiptMissing));
    }
    if before.receipt_signed_at.is_some() {
        return Err(ActError::refuse("signed", W::BatchesSignedAlready));
    }
    let after = Instruction { receipt_signed_at: Some(tx.now), ..before.clone() };
    keep(tx, "receipt_signed", &[Change { before, after }], false, &json!({}))
}

/// Voids the receipt of an instruction that is not on its way: with all copies kept, or with a loss record. The next print takes a
/// new number (会计法 14).
///
/// # Errors
/// A refusal: no right, no receipt, on its way or paid, no reason.
pub fn receipt_void(tx: &mut ActTx<'_>, id: i64, reason: &str, copies_kept: bool) -> Result<(), ActError> {
    require(tx, Right::UseForms)?;
    let before = instructions::required(tx.conn(), id)?;
    let mut found = Findings::new();
    if before.receipt.is_empty() {
        found.push(Finding::block("receipt", None, W::BatchesReceiptMissing));
    }
    if !matches!(before.state, State::Chosen | State::Released) || before.batch_id.is_some() {
        found.push(Finding::block("state", None, W::BatchesVoidTooLate));
    }
    let reason = crate::kernel::text::fold(reason.trim()).into_owned();
    if reason.is_empty() {
        found.push(Finding::block("reason", "reason", W::BatchesReasonMissing));
    }
    if found.blocking() {
        return Err(found.into());
    }
    forms::store::void(tx, &before.receipt, &reason, copies_kept)?;
    let serial = before.receipt.clone();
    let after =
        Instruction { receipt: String::new(), receipt_printed_at: None, receipt_signed_at: None, ..before.clone() };
    let more = json!({ "serial": serial, "reason": reason, "copies_kept": i64::from(copies_kept) });
    keep(tx, "receipt_void", &[Change { before, after }], false, &more)
}

/// Says that on-site money was handed over; whoever says so has not chosen the payment.
///
/// # Errors
/// A refusal when none was paid: no right, time in doubt, not released, receipt unsigned, own instruction.
pub fn pay(tx: &mut ActTx<'_>, ids: &[i64]) -> Result<Let, ActError> {
    tx.require_certain_time()?;
    let actor = require(tx, Right::Release)?;
    for_each(tx, "pay", ids, true, |one, case, now| {
        let found = judge_pay(one, &case.milestones, actor.id);
        let after = Instruction {
            state: State::Paid,
            ended_at: Some(now),
            paid_at: Some(now),
            paid_by: Some(actor.id),
            ..one.clone()
        };
        (after, found)
    })
}
