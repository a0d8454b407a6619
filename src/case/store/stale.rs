//! An act names the version it saw; a refused one says what changed meanwhile.

use super::{CaseFile, load, subject};
use crate::db::{ActError, ActTx, Connection, journal};
use crate::kernel::words::{Arg, Phrase, W};

/// How many changes a refusal names.
const NAMED: usize = 3;

/// Refuses when the case has moved on since the version a screen saw.
///
/// # Errors
/// A refusal with the code `stale`.
pub fn check(tx: &ActTx<'_>, case: &CaseFile, seen: i64) -> Result<(), ActError> {
    match changes(tx.conn(), case, seen)? {
        None => Ok(()),
        Some(changes) => {
            let what = Phrase::new(W::CaseStale, [Arg::Text(case.case_code.clone()), changes]);
            Err(ActError::refuse("stale", what))
        }
    }
}

/// What changed on a case since a version, as a list in words, for who has not tried to save yet; nothing when it stands as it was seen.
///
/// # Errors
/// What SQLite says.
pub fn since(conn: &Connection, case_id: i64, seen: i64) -> anyhow::Result<Option<Arg>> {
    let Some(case) = load::by_id(conn, case_id)? else { return Ok(None) };
    Ok(changes(conn, &case, seen)?)
}

/// The changes after a version, the newest first.
fn changes(conn: &Connection, case: &CaseFile, seen: i64) -> rusqlite::Result<Option<Arg>> {
    if case.version == seen {
        return Ok(None);
    }
    let rows = journal::since_version(conn, &subject(&case.case_code), seen)?;
    let mut changes: Vec<Arg> = Vec::new();
    for row in &rows {
        let who = crate::office::store::by_staff_no(conn, &row.person)?.map_or_else(|| row.os_user.clone(), |p| p.name);
        let act = Arg::from(super::super::timeline::act_label(&row.act));
        let change = Arg::from(Phrase::new(W::CaseStaleRow, [Arg::Moment(row.at), Arg::Text(who), act]));
        // Steps confirmed together are a row each, and read alike.
        if !changes.contains(&change) {
            changes.push(change);
        }
        if changes.len() == NAMED {
            break;
        }
    }
    Ok(Some(Arg::List(changes)))
}
