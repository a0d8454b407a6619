//! Opens a new round on a closed case, at once or when the bank's result is in.

use super::load::{self, StepRecord};
use super::{CaseFile, RoundNotes, steps, subject, write};
use crate::boxes::store as boxes;
use crate::case::milestones::Milestones;
use crate::case::rounds::{in_force, new_round};
use crate::db::{ActError, ActTx, Connection};
use crate::instructions::store as instructions;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use rusqlite::{OptionalExtension, params};
use serde_json::{Value, json};

/// Why a round is opened and where it starts.
#[derive(Clone, Copy, Debug)]
pub struct NewRound<'a> {
    /// A code from the list of reasons.
    pub reason_code: &'a str,
    /// In words.
    pub reason: &'a str,
    /// The step it starts at, 1 to 4.
    pub start: u8,
}

/// What was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// Its number.
    pub round: i64,
    /// The case's version afterwards.
    pub version: i64,
    /// Every fact, for the journal row that the act writes.
    pub facts: Value,
}

/// What came of a round that something asked for.
#[derive(Clone, Debug)]
pub enum Requested {
    /// It was opened.
    Opened(Opened),
    /// An instruction is with the bank; [`open_waiting`] opens the round when the result is in.
    Waits,
    /// The case is open as it is; its current round takes the matter up.
    Current,
}

/// Whether the bank has, or may have, an instruction of the case's current round: then no round is opened.
///
/// # Errors
/// What SQLite says.
pub fn with_bank(conn: &Connection, case: &CaseFile) -> rusqlite::Result<bool> {
    let all = instructions::of_round(conn, case.id, case.milestones.round)?;
    Ok(all.iter().any(|one| one.state.with_bank()))
}

/// Opens a closed case again as a new round: earlier steps carry over as records, live instructions are held, and
/// whatever waited for a round has it. Journals nothing: the act does. `m` is the current round as the act leaves it.
///
/// # Errors
/// A refusal while an instruction is sending or sent; else what SQLite says.
pub fn open_round(
    tx: &mut ActTx<'_>,
    before: &CaseFile,
    m: &Milestones,
    rules: &Rulebook,
    new: NewRound<'_>,
) -> Result<Opened, ActError> {
    let records = load::steps(tx.conn(), before.id)?;
    let mut after = before.clone();
    after.milestones = new_round(m, new.start, tx.now);
    after.round =
        RoundNotes { reason_code: new.reason_code.to_owned(), reason: new.reason.to_owned(), ..RoundNotes::default() };
    let round = after.milestones.round;
    for step in 1..new.start {
        let at = after.milestones.steps.get(usize::from(step) - 1).copied().flatten().unwrap_or(tx.now);
        let record = carried(before, &records, step, at);
        let from = if record.carried_from > 0 { record.carried_from } else { before.milestones.round };
        let copy = StepRecord { round, carried_from: from, ..record.clone() };
        steps::insert(tx.conn(), before.id, &copy)?;
        // A case that was refused without this step may be paid in the new round only once the step is done.
        if record.not_applicable {
            after.milestones.proposed = before.milestones.outcome;
        }
    }
    if let Some(paid) = instructions::paid_so_far(tx.conn(), before)? {
        after.milestones.paid_before = paid;
    }
    let held = instructions::hold_for_reopening(tx, before, round)?;
    // A boxed file is taken out on loan, so that its box and position stay its own.
    let loan = boxes::out_for_reopening(tx, before)?;
    let waited = settle_waiting(tx, before.id, round)?;
    let version = write::save(tx, before, &mut after, rules, true)?;
    let mut facts = facts(before, &after.milestones, new, &tx.actor.staff_no, &waited);
    if !held.is_empty() {
        facts["held"] = json!(held);
    }
    if let Some(loan) = loan {
        facts["loan"] = json!(loan);
    }
    Ok(Opened { round, version, facts })
}

fn facts(before: &CaseFile, m: &Milestones, new: NewRound<'_>, by: &str, waited: &[String]) -> Value {
    let was = &before.milestones;
    json!({
        "round": m.round,
        "start_step": m.start_step,
        "reason_code": new.reason_code,
        "reason": new.reason,
        "paid_before": m.paid_before.fen(),
        "by": by,
        "closed_at_was": was.closed_at,
        "outcome_was": was.outcome.map(|outcome| outcome.code()),
        "payable_was": was.payable.map(|fen| fen.fen()),
        "batch_day_was": before.round.batch_day,
        "waited": waited,
    })
}

/// The record of a step as it stood; of a case taken over, which has none, one made from its facts.
fn carried(case: &CaseFile, records: &[StepRecord], step: u8, at: i64) -> StepRecord {
    let round = case.milestones.round;
    if let Some(record) = in_force(records, round, step) {
        return record.clone();
    }
    let (f, p) = (&case.facts, case.people);
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

/// Asks for a round on behalf of something that happens once (`source`): it is opened now, or waits while the bank has
/// an instruction of the case; a case that is not closed takes the matter up as it is.
///
/// # Errors
/// What SQLite says.
pub fn request(
    tx: &mut ActTx<'_>,
    before: &CaseFile,
    m: &Milestones,
    rules: &Rulebook,
    (new, source): (NewRound<'_>, &str),
) -> Result<Requested, ActError> {
    let current = m.closed_at.is_none();
    let (opened_at, opened_round) = if current { (Some(tx.now), Some(m.round)) } else { (None, None) };
    tx.conn()
        .prepare_cached(
            "INSERT INTO waiting_round (case_id, start_step, reason_code, reason, source, at, by_no, opened_at, \
             opened_round) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )?
        .execute(params![
            before.id,
            new.start,
            new.reason_code,
            new.reason,
            source,
            tx.now,
            tx.actor.staff_no,
            opened_at,
            opened_round
        ])?;
    if current {
        return Ok(Requested::Current);
    }
    if with_bank(tx.conn(), before)? {
        return Ok(Requested::Waits);
    }
    open_round(tx, before, m, rules, new).map(Requested::Opened)
}

/// A round that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The step it starts at.
    pub start: u8,
    /// A code from the list of reasons.
    pub reason_code: String,
    /// In words.
    pub reason: String,
    /// Since when, UTC seconds.
    pub at: i64,
}

/// The first round that waits on a case.
///
/// # Errors
/// What SQLite says.
pub fn waiting(conn: &Connection, case_id: i64) -> rusqlite::Result<Option<Waiting>> {
    conn.prepare_cached(
        "SELECT start_step, reason_code, reason, at FROM waiting_round WHERE case_id = $1 AND opened_at IS NULL \
         ORDER BY id LIMIT 1",
    )?
    .query_row([case_id], |row| {
        let start: i64 = row.get(0)?;
        Ok(Waiting {
            start: u8::try_from(start).unwrap_or(1),
            reason_code: row.get(1)?,
            reason: row.get(2)?,
            at: row.get(3)?,
        })
    })
    .optional()
}

/// Opens the round that waits on a case once no instruction of it is with the bank any more, and journals it as a
/// reopening of its own. Called after the act on the result has saved the case.
///
/// # Errors
/// What SQLite says.
pub fn open_waiting(tx: &mut ActTx<'_>, case_id: i64) -> Result<Option<Opened>, ActError> {
    let Some(waiting) = waiting(tx.conn(), case_id)? else { return Ok(None) };
    let Some(case) = load::by_id(tx.conn(), case_id)? else { return Ok(None) };
    if case.milestones.closed_at.is_none() || with_bank(tx.conn(), &case)? {
        return Ok(None);
    }
    let rules = rulebook(tx.store())?;
    let new = NewRound { reason_code: &waiting.reason_code, reason: &waiting.reason, start: waiting.start };
    let opened = open_round(tx, &case, &case.milestones, &rules, new)?;
    tx.journal_as("reopen", &subject(&case.case_code), opened.version, &opened.facts)?;
    Ok(Some(opened))
}

/// Everything that waited on the case has this round; answers what that was.
fn settle_waiting(tx: &ActTx<'_>, case_id: i64, round: i64) -> rusqlite::Result<Vec<String>> {
    tx.conn()
        .prepare_cached(
            "UPDATE waiting_round SET opened_at = $1, opened_round = $2 WHERE case_id = $3 AND opened_at IS NULL \
             RETURNING source",
        )?
        .query_map(params![tx.now, round, case_id], |row| row.get(0))?
        .collect()
}
