//! Returns an open case to an earlier step, and opens a closed one again as a new round.

use super::read;
use crate::case::rounds::in_force;
use crate::case::store::rounds::{NewRound, open_round};
use crate::case::store::{stale, subject, write};
use crate::closing::rules::reopen::{Reason, judge_reopen, judge_return};
use crate::db::{ActError, ActTx};
use crate::kernel::text;
use crate::office::rules::Right;
use crate::office::store::require;
use rusqlite::params;
use serde_json::json;

/// Returns a case to a step before the sign-off: that confirmation and the later ones become void, stay visible.
/// The clerk may, and the leader who was to sign. The company's clock is not reset.
///
/// # Errors
/// A refusal: no right, stale, after the sign-off, not an earlier step, no reason.
pub fn return_to(tx: &mut ActTx<'_>, case_id: i64, seen: i64, step: u8, reason: &str) -> Result<i64, ActError> {
    let actor = require(tx, Right::CloseSteps).or_else(|refusal| require(tx, Right::SignOff).map_err(|_| refusal))?;
    let desk = read(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let reason = text::fold(reason).into_owned();
    let findings = judge_return(&desk.case.milestones, step, &reason);
    if findings.blocking() {
        return Err(findings.into());
    }
    let round = desk.case.milestones.round;
    tx.conn()
        .prepare_cached(
            "UPDATE step_record SET void_at = $1, void_by = $2, void_reason = $3 \
             WHERE case_id = $4 AND round = $5 AND step >= $6 AND void_at IS NULL",
        )?
        .execute(params![tx.now, actor.staff_no, reason, desk.case.id, round, step])?;
    tx.conn()
        .prepare_cached("UPDATE endorsement SET void_at = $1 WHERE case_id = $2 AND round = $3 AND void_at IS NULL")?
        .execute(params![tx.now, desk.case.id, round])?;
    let mut after = desk.case.clone();
    let voided = step..=4_u8;
    for gone in voided.clone() {
        if let Some(at) = after.milestones.steps.get_mut(usize::from(gone) - 1) {
            *at = None;
        }
    }
    // An outcome stays proposed while a step that did not apply because of it is still in force.
    let skipped = |step: &u8| in_force(&desk.records, round, *step).is_some_and(|record| record.not_applicable);
    if !(1..step).any(|step| skipped(&step)) {
        after.milestones.proposed = None;
    }
    after.milestones.payable = None;
    after.milestones.endorsed = false;
    after.round.endorsed_by.clear();
    let version = write::save(tx, &desk.case, &mut after, &desk.rules, true)?;
    let payload = json!({
        "round": round,
        "step": step,
        "reason": reason,
        "voided": voided.filter(|gone| in_force(&desk.records, round, *gone).is_some()).collect::<Vec<u8>>(),
        "proposed_was": desk.case.milestones.proposed.map(|outcome| outcome.code()),
        "payable_was": desk.case.milestones.payable.map(|fen| fen.fen()),
        "endorsed_by_was": desk.case.round.endorsed_by,
    });
    tx.journal_as("return", &subject(&desk.case.case_code), version, &payload)?;
    Ok(version)
}

/// Opens a closed case again as a new round that starts at a step; earlier steps carry over as records.
///
/// # Errors
/// A refusal: no right, stale, not closed, no reason from the list, no note, no such step.
pub fn reopen(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    reason: Option<Reason>,
    note: &str,
    start: u8,
) -> Result<i64, ActError> {
    require(tx, Right::Reopen)?;
    let desk = read(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let note = text::fold(note).into_owned();
    let findings = judge_reopen(&desk.case.milestones, reason, &note, start);
    if findings.blocking() {
        return Err(findings.into());
    }
    let reason_code = reason.map_or("", Reason::code);
    let new = NewRound { reason_code, reason: &note, start };
    let opened = open_round(tx, &desk.case, &desk.case.milestones, &desk.rules, new)?;
    tx.journal_as("reopen", &subject(&desk.case.case_code), opened.version, &opened.facts)?;
    Ok(opened.version)
}
