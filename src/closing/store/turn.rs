//! Returns an open case to an earlier step, and opens a closed one again as a new round.

use super::{Desk, read, record};
use crate::boxes::store as boxes;
use crate::case::milestones::Milestones;
use crate::case::store::load::StepRecord;
use crate::case::store::{RoundNotes, stale, subject, write};
use crate::closing::rules::in_force;
use crate::closing::rules::reopen::{Reason, judge_reopen, judge_return, new_round};
use crate::db::{ActError, ActTx, Actor};
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
    let actor = require(tx, Right::Reopen)?;
    let desk = read(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let note = text::fold(note).into_owned();
    let findings = judge_reopen(&desk.case.milestones, reason, &note, start);
    if findings.blocking() {
        return Err(findings.into());
    }
    let reason_code = reason.map_or("", Reason::code);
    // A boxed file is taken out on loan, so that its box and position stay its own.
    let loan = boxes::out_for_reopening(tx, &desk.case)?;
    let mut after = desk.case.clone();
    after.milestones = new_round(&desk.case.milestones, start, tx.now);
    after.round = RoundNotes { reason_code: reason_code.to_owned(), reason: note.clone(), ..RoundNotes::default() };
    for step in 1..start {
        let record = carried(
            &desk,
            step,
            after.milestones.steps.get(usize::from(step) - 1).copied().flatten().unwrap_or(tx.now),
        );
        let from = if record.carried_from > 0 { record.carried_from } else { desk.case.milestones.round };
        let carried = StepRecord { round: after.milestones.round, carried_from: from, ..record.clone() };
        record::insert(tx.conn(), desk.case.id, &carried)?;
        // A case that was refused without this step may be paid in the new round only once the step is done.
        if record.not_applicable {
            after.milestones.proposed = desk.case.milestones.outcome;
        }
    }
    let version = write::save(tx, &desk.case, &mut after, &desk.rules, true)?;
    let mut payload = reopen_payload(&desk, &after.milestones, reason_code, &note, &actor);
    if let (Some(loan), Some(facts)) = (loan, payload.as_object_mut()) {
        facts.insert("loan".to_owned(), loan.into());
    }
    tx.journal_as("reopen", &subject(&desk.case.case_code), version, &payload)?;
    Ok(version)
}

fn reopen_payload(desk: &Desk, m: &Milestones, reason_code: &str, note: &str, actor: &Actor) -> serde_json::Value {
    let was = &desk.case.milestones;
    json!({
        "round": m.round,
        "start_step": m.start_step,
        "reason_code": reason_code,
        "reason": note,
        "paid_before": m.paid_before.fen(),
        "by": actor.staff_no,
        "closed_at_was": was.closed_at,
        "outcome_was": was.outcome.map(|outcome| outcome.code()),
        "payable_was": was.payable.map(|fen| fen.fen()),
        "batch_day_was": desk.case.round.batch_day,
    })
}

/// The record of a step as it stood; of a case taken over, which has none, one made from its facts.
fn carried(desk: &Desk, step: u8, at: i64) -> StepRecord {
    let round = desk.case.milestones.round;
    if let Some(record) = in_force(&desk.records, round, step) {
        return record.clone();
    }
    let (f, p) = (&desk.case.facts, desk.case.people);
    let (person_id, second_id, amount, second_amount) = match step {
        1 => (p.surveyor, None, None, None),
        2 => (None, None, None, None),
        3 => (p.assessor, None, f.assessed, None),
        _ => (p.verifier, p.adjuster, f.verified, f.payable),
    };
    StepRecord {
        round,
        step,
        person_id,
        second_id,
        amount,
        second_amount,
        place: if step == 1 { f.survey_place.clone() } else { String::new() },
        happened_at: if step == 2 { f.papers_at } else { None },
        recorded_at: at,
        ..StepRecord::default()
    }
}
