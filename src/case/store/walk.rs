//! Cases page by page with all that hangs on them, for checks over the whole store: four queries a page.

use super::load::{
    CASE_WIDTH, NOTE_COLUMNS, ROUND_COLUMNS, ROUND_WIDTH, STEP_COLUMNS, StepRecord, case_at, case_columns,
    milestones_at, notes_at, step_at,
};
use super::write::{Derived, tail_key};
use super::{CaseFile, RoundNotes, subject};
use crate::case::milestones::Milestones;
use crate::db::{Connection, journal};
use rusqlite::{OptionalExtension, Row};

/// A case with everything a check compares.
#[derive(Clone, Debug)]
pub struct Walked {
    /// The case with its current round.
    pub case: CaseFile,
    /// The derived columns as they are stored.
    pub derived: Derived,
    /// Whether the stored tails are those of its numbers.
    pub tails_fit: bool,
    /// Every round, first to last.
    pub rounds: Vec<(Milestones, RoundNotes)>,
    /// Every step record in the order they were made.
    pub steps: Vec<StepRecord>,
}

/// Up to `limit` cases after a key, in the order of their keys. A case without its current round is left out, see
/// [`super::load::without_round`].
///
/// # Errors
/// What SQLite says.
pub fn after(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<Walked>> {
    let columns = case_columns();
    let mut page: Vec<Walked> = conn
        .prepare_cached(&format!(
            "SELECT {columns}, c.open, c.stage, c.step, c.due_at, c.due_kind, c.amount, c.closed_at, \
             c.case_no_rev, c.id_rev, c.phone_rev FROM cases c \
             JOIN case_round r ON r.case_id = c.id AND r.round = c.round WHERE c.id > $1 ORDER BY c.id LIMIT $2"
        ))?
        .query_map([id, limit], walked_at)?
        .collect::<rusqlite::Result<_>>()?;
    let Some(last) = page.last().map(|walked| walked.case.id) else { return Ok(page) };
    let mut rounds = conn.prepare_cached(&format!(
        "SELECT {ROUND_COLUMNS}, {NOTE_COLUMNS}, r.case_id FROM case_round r \
         WHERE r.case_id > $1 AND r.case_id <= $2 ORDER BY r.case_id, r.round"
    ))?;
    let rounds = rounds.query_map([id, last], |row| {
        let case_id: i64 = row.get(CASE_ID_BEHIND_ROUND)?;
        Ok((case_id, (milestones_at(row, 0)?, notes_at(row, ROUND_WIDTH)?)))
    })?;
    share_out(&mut page, rounds, |walked, round| walked.rounds.push(round))?;
    let mut steps = conn.prepare_cached(&format!(
        "SELECT {STEP_COLUMNS}, s.case_id FROM step_record s \
         WHERE s.case_id > $1 AND s.case_id <= $2 ORDER BY s.case_id, s.round, s.step, s.id"
    ))?;
    let steps = steps.query_map([id, last], |row| Ok((row.get(CASE_ID_BEHIND_STEP)?, step_at(row)?)))?;
    share_out(&mut page, steps, |walked, step| walked.steps.push(step))?;
    page.iter_mut().for_each(|walked| walked.steps.sort_unstable_by_key(|step| step.id));
    Ok(page)
}

const CASE_ID_BEHIND_ROUND: usize = ROUND_WIDTH + 9;
const CASE_ID_BEHIND_STEP: usize = 20;

fn walked_at(row: &Row<'_>) -> rusqlite::Result<Walked> {
    let (case, at) = (case_at(row)?, CASE_WIDTH);
    let derived = Derived {
        open: row.get(at)?,
        stage: row.get(at + 1)?,
        part: row.get(at + 2)?,
        due_at: row.get(at + 3)?,
        due_kind: row.get(at + 4)?,
        amount: row.get(at + 5)?,
        closed_at: row.get(at + 6)?,
    };
    let mut tails_fit = true;
    for (index, number) in [&case.facts.case_no, &case.facts.id_no, &case.facts.phone].into_iter().enumerate() {
        tails_fit &= row.get_ref(at + 7 + index)?.as_str()? == tail_key(number);
    }
    Ok(Walked { case, derived, tails_fit, rounds: Vec::new(), steps: Vec::new() })
}

/// Gives each thing to its case; both come in the order of the cases' keys.
fn share_out<T>(
    page: &mut [Walked],
    things: impl Iterator<Item = rusqlite::Result<(i64, T)>>,
    mut give: impl FnMut(&mut Walked, T),
) -> rusqlite::Result<()> {
    let mut at = 0;
    for thing in things {
        let (case_id, thing) = thing?;
        while page.get(at).is_some_and(|walked| walked.case.id < case_id) {
            at += 1;
        }
        if let Some(walked) = page.get_mut(at).filter(|walked| walked.case.id == case_id) {
            give(walked, thing);
        }
    }
    Ok(())
}

/// The version in the newest journal row of a case; 0 without one.
///
/// # Errors
/// What SQLite says.
pub fn journalled_version(conn: &Connection, case_code: &str) -> rusqlite::Result<i64> {
    Ok(journal::last_version(conn, &subject(case_code)).optional()?.unwrap_or(0))
}
