//! The acts on the receipt slot: red copy, note, typed serial, waiver.

use super::{Desk, required};
use crate::archive::rules::Step;
use crate::archive::rules::slot::{judge_red, judge_waiver};
use crate::case::store::{stale, subject, write};
use crate::db::{ActError, ActTx};
use crate::forms::store as forms;
use crate::instructions::rules::{Evidence, EvidenceKind, Instruction, State, receipt_in};
use crate::instructions::store as instructions;
use crate::instructions::store::evidence;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use serde_json::json;

/// What came of a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// 一案一码
    pub case_code: String,
    /// Key of the case.
    pub case_id: i64,
    /// Red copies of the round that are still out.
    pub missing: usize,
    /// The slot is passed.
    pub passed: bool,
}

/// Writes a form off once its red copy is in the file (domain §7).
///
/// # Errors
/// What the ledger of forms says.
pub fn write_off(tx: &mut ActTx<'_>, serial: &str) -> Result<(), ActError> {
    // A serial that the ledger never held belongs to an instruction that came in with the past.
    match forms::state(tx.conn(), serial)? {
        Some(_) => forms::write_off(tx, serial),
        None => Ok(()),
    }
}

/// The scan of a red copy: matched to its instruction, written off; with the last one of the round the slot is passed.
///
/// # Errors
/// A refusal with every finding: no right, no such serial, in already, not paid, of another round.
pub fn red_copy(tx: &mut ActTx<'_>, serial: &str) -> Result<Received, ActError> {
    require(tx, Right::Archive)?;
    let serial = text::fold(serial).into_owned();
    // A scanner may send capitals whatever is printed.
    let one = match instructions::by_receipt(tx.conn(), &serial)? {
        Some(one) => Some(one),
        None => instructions::by_receipt(tx.conn(), &text::fold_upper(&serial))?,
    };
    let one = one.ok_or_else(|| ActError::refuse("red_unknown", W::ArchiveRedUnknown))?;
    let serial = one.receipt.clone();
    let desk = required(tx.store(), one.case_id)?;
    let already = evidence::has_serial(tx.conn(), &serial)?;
    let findings = judge_red(&desk.case.milestones, &one, already);
    if findings.blocking() {
        return Err(findings.into());
    }
    write_off(tx, &serial)?;
    let new = Evidence {
        instruction_id: one.id,
        kind: EvidenceKind::Red,
        serial: serial.clone(),
        reason: String::new(),
        at: tx.now,
    };
    keep(tx, desk, new)
}

/// Whether a red copy in the file no longer says the truth: its payment came back, whatever replaced it since.
pub fn untrue(kind: EvidenceKind, one: &Instruction) -> bool {
    kind == EvidenceKind::Red && one.state != State::Paid
}

/// Keeps a piece of evidence, and passes the slot when it was the last.
fn keep(tx: &mut ActTx<'_>, desk: Desk, new: Evidence) -> Result<Received, ActError> {
    let round = desk.case.milestones.round;
    evidence::insert(tx.conn(), (desk.case.id, round), &new, &tx.actor.staff_no)?;
    let all = evidence::of_round(tx.conn(), desk.case.id, round)?;
    let mut after = desk.case.clone();
    if after.milestones.receipt_at.is_none() {
        after.milestones.receipt_at = receipt_in(&after.milestones, &desk.instructions, &all);
    }
    let passed = after.milestones.receipt_at.is_some();
    // Evidence that passes nothing yet only adds to the case.
    let raise = after.milestones != desk.case.milestones;
    let version = if raise { write::save(tx, &desk.case, &mut after, &desk.rules, true)? } else { desk.case.version };
    let facts = json!({
        "round": round, "kind": new.kind.code(), "serial": new.serial, "reason": new.reason,
        "instruction": new.instruction_id, "receipt_at": after.milestones.receipt_at,
    });
    tx.journal_as("archive_receipt", &subject(&desk.case.case_code), version, &facts)?;
    let missing = Desk { evidence: all, ..desk }.slot().missing.len();
    Ok(Received { case_code: after.case_code, case_id: after.id, missing, passed })
}

/// The archivist says that the paper of an outcome without payment is in the file.
///
/// # Errors
/// A refusal: no right, stale, not at the slot, red copies are asked for.
pub fn note(tx: &mut ActTx<'_>, case_id: i64, seen: i64) -> Result<Received, ActError> {
    require(tx, Right::Archive)?;
    let desk = required(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    at_slot(&desk)?;
    let slot = desk.slot();
    if !slot.by_word() {
        return Err(ActError::refuse("slot", slot.say()));
    }
    let new = Evidence { instruction_id: 0, kind: slot.kind, serial: String::new(), reason: String::new(), at: tx.now };
    keep(tx, desk, new)
}

/// The serial of a taken-over case's receipt as it stands on the paper; the ledger knows nothing of it.
///
/// # Errors
/// A refusal: no right, stale, not at the slot, no taken-over payment, nothing typed.
pub fn typed(tx: &mut ActTx<'_>, case_id: i64, seen: i64, serial: &str) -> Result<Received, ActError> {
    require(tx, Right::Archive)?;
    let desk = required(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    at_slot(&desk)?;
    let serial = text::fold(serial).into_owned();
    let slot = desk.slot();
    if slot.kind != EvidenceKind::Typed {
        return Err(ActError::refuse("slot", slot.say()));
    }
    if serial.is_empty() || text::outside_text_problem(&serial).is_some() {
        return Err(ActError::refuse_field("serial", "serial", W::ArchiveSerialMissing));
    }
    let new = Evidence { instruction_id: 0, kind: EvidenceKind::Typed, serial, reason: String::new(), at: tx.now };
    keep(tx, desk, new)
}

/// 免附: a leader lets a file pass without its receipt.
///
/// # Errors
/// A refusal: no right, stale, not at the slot, no reason.
pub fn waive(tx: &mut ActTx<'_>, case_id: i64, seen: i64, reason: &str) -> Result<Received, ActError> {
    require(tx, Right::Waive)?;
    let desk = required(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let findings = judge_waiver(&desk.case.milestones, reason);
    if findings.blocking() {
        return Err(findings.into());
    }
    let reason = text::fold(reason).into_owned();
    let new = Evidence { instruction_id: 0, kind: EvidenceKind::Waiver, serial: String::new(), reason, at: tx.now };
    keep(tx, desk, new)
}

fn at_slot(desk: &Desk) -> Result<(), ActError> {
    if Step::of(&desk.case.milestones) == Step::Receipt {
        return Ok(());
    }
    Err(ActError::refuse("not_at_receipt", W::ArchiveNotAtReceipt))
}
