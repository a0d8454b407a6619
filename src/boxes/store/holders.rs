//! 案卷现持有人: who has a file from step 2 on, until it is in its box.

use super::{loans, required_case};
use crate::case::store::load;
use crate::case::store::{CaseFile, subject};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store as office;
use crate::office::store::require;
use crate::phrase;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

/// Who has a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The person; nothing while the file has none (before step 2, or taken over).
    pub person: Option<i64>,
    /// Since when, UTC seconds.
    pub since: Option<i64>,
    /// Handed on to this person, who has not confirmed yet.
    pub to: Option<i64>,
}

/// Who has a file that is not in its box: the borrower while it is lent, else who last confirmed it, else who confirmed
/// step 2.
///
/// # Errors
/// What SQLite says.
pub fn holder(conn: &Connection, case: &CaseFile) -> rusqlite::Result<Holder> {
    if let Some(loan) = loans::open_of(conn, case.id)?.filter(|loan| loan.borrower_id.is_some()) {
        let newer = last(conn, case.id)?.filter(|(_, at)| *at >= loan.out_at);
        let (person, since) = newer.map_or((loan.borrower_id, loan.out_at), |(person, at)| (Some(person), at));
        return Ok(Holder { person, since: Some(since), to: pending(conn, case.id)? });
    }
    let to = pending(conn, case.id)?;
    if let Some((person, since)) = last(conn, case.id)? {
        return Ok(Holder { person: Some(person), since: Some(since), to });
    }
    let first = load::steps(conn, case.id)?.into_iter().find(|r| r.step == 2 && r.void_at.is_none());
    Ok(Holder {
        person: first.as_ref().map(|r| r.recorded_by).filter(|id| *id != 0),
        since: first.map(|r| r.recorded_at),
        to,
    })
}

fn last(conn: &Connection, case_id: i64) -> rusqlite::Result<Option<(i64, i64)>> {
    conn.prepare_cached(
        "SELECT person_id, confirmed_at FROM file_holder WHERE case_id = $1 AND confirmed_at IS NOT NULL \
         ORDER BY id DESC LIMIT 1",
    )?
    .query_row([case_id], |row| Ok((row.get(0)?, row.get(1)?)))
    .optional()
}

fn pending(conn: &Connection, case_id: i64) -> rusqlite::Result<Option<i64>> {
    let newest: Option<(i64, Option<i64>)> = conn
        .prepare_cached("SELECT person_id, confirmed_at FROM file_holder WHERE case_id = $1 ORDER BY id DESC LIMIT 1")?
        .query_row([case_id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(newest.filter(|(_, confirmed)| confirmed.is_none()).map(|(person, _)| person))
}

/// Files handed on to a person that wait to be confirmed: keys of the cases, the oldest first.
///
/// # Errors
/// What SQLite says.
pub fn waiting_for(conn: &Connection, person: i64, limit: i64) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached(
        "SELECT h.case_id FROM file_holder h WHERE h.person_id = $1 AND h.confirmed_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM file_holder n WHERE n.case_id = h.case_id AND n.id > h.id) ORDER BY h.id LIMIT $2",
    )?
    .query_map([person, limit], |row| row.get(0))?
    .collect()
}

/// Hands files on to somebody, who confirms them by PIN. Answers how many were handed on.
///
/// # Errors
/// A refusal with every finding: no right, nobody, files that are in their box or not yet complete at step 2.
pub fn hand_on(tx: &mut ActTx<'_>, cases: &[i64], to: i64) -> Result<usize, ActError> {
    let actor = require(tx, Right::HandOn)?;
    let person = office::by_id(tx.conn(), to)?.filter(|p| p.enabled);
    let person = person.ok_or_else(|| ActError::refuse("person", W::BoxesNoPerson))?;
    let mut found = Findings::new();
    let mut files = Vec::new();
    for id in cases {
        let case = required_case(tx.conn(), *id)?;
        if case.milestones.filed_at.is_some() && loans::open_of(tx.conn(), *id)?.is_none() {
            found.push(Finding::block("in_box", None, phrase!(W::BoxesInBox, case.case_code.as_str())));
        } else if case.milestones.steps[1].is_none() {
            found.push(Finding::block("no_file", None, phrase!(W::BoxesNoFile, case.case_code.as_str())));
        }
        files.push(case);
    }
    if files.is_empty() {
        found.push(Finding::block("empty", None, W::BoxesEmptyPile));
    }
    if found.blocking() {
        return Err(found.into());
    }
    for case in &files {
        let was = holder(tx.conn(), case)?;
        tx.conn()
            .prepare_cached(
                "INSERT INTO file_holder (case_id, person_id, handed_at, handed_by) VALUES ($1, $2, $3, $4)",
            )?
            .execute(params![case.id, person.id, tx.now, actor.staff_no])?;
        let facts = json!({"to": person.staff_no, "holder_was": was.person});
        tx.journal_as("hand_on", &subject(&case.case_code), case.version, &facts)?;
    }
    Ok(files.len())
}

/// Whoever acts takes over what was handed on to them. Answers how many files.
///
/// # Errors
/// A refusal: no right, nothing waits.
pub fn confirm(tx: &mut ActTx<'_>) -> Result<usize, ActError> {
    let actor = require(tx, Right::HandOn)?;
    let cases = waiting_for(tx.conn(), actor.id, 2_000)?;
    if cases.is_empty() {
        return Err(ActError::refuse("nothing", W::BoxesNothingHanded));
    }
    for id in &cases {
        let case = required_case(tx.conn(), *id)?;
        tx.conn()
            .prepare_cached(
                "UPDATE file_holder SET confirmed_at = $1 WHERE case_id = $2 AND person_id = $3 AND confirmed_at IS NULL",
            )?
            .execute(params![tx.now, id, actor.id])?;
        tx.journal_as("hand_confirm", &subject(&case.case_code), case.version, &json!({"holder": actor.staff_no}))?;
    }
    Ok(cases.len())
}
