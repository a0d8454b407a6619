//! Find-requests: when a file was asked for, and when it was found by a scan of it (goal: five minutes).

use super::required_case;
use crate::case::store::subject;
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Key in the store.
    pub id: i64,
    /// Key of the case.
    pub case_id: i64,
    /// When it was asked, UTC seconds.
    pub asked_at: i64,
    /// Who wants it.
    pub asker: String,
    /// When it was found.
    pub found_at: Option<i64>,
}

const COLUMNS: &str = "f.id, f.case_id, f.asked_at, f.asker, f.found_at";

fn request_at(row: &Row<'_>) -> rusqlite::Result<Request> {
    Ok(Request {
        id: row.get(0)?,
        case_id: row.get(1)?,
        asked_at: row.get(2)?,
        asker: row.get(3)?,
        found_at: row.get(4)?,
    })
}

/// Requests that wait, the oldest first.
///
/// # Errors
/// What SQLite says.
pub fn open(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<Request>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM find_request f WHERE f.found_at IS NULL ORDER BY f.asked_at, f.id LIMIT $1"
    ))?
    .query_map([limit], request_at)?
    .collect()
}

/// The oldest request for a case that waits.
///
/// # Errors
/// What SQLite says.
pub fn open_of(conn: &Connection, case_id: i64) -> rusqlite::Result<Option<Request>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM find_request f WHERE f.case_id = $1 AND f.found_at IS NULL ORDER BY f.id LIMIT 1"
    ))?
    .query_row([case_id], request_at)
    .optional()
}

/// Found since a moment: how many, within how many seconds on average and at worst, and how many within a goal.
///
/// # Errors
/// What SQLite says.
pub fn figures(conn: &Connection, since: i64, goal_seconds: i64) -> rusqlite::Result<Figures> {
    conn.prepare_cached(
        "SELECT COUNT(*), CAST(COALESCE(SUM(found_at - asked_at), 0) AS BIGINT), \
         COALESCE(MAX(found_at - asked_at), 0), \
         CAST(COALESCE(SUM(CASE WHEN found_at - asked_at <= $1 THEN 1 ELSE 0 END), 0) AS BIGINT) \
         FROM find_request WHERE found_at IS NOT NULL AND found_at >= $2",
    )?
    .query_row([goal_seconds, since], |row| {
        Ok(Figures { found: row.get(0)?, seconds: row.get(1)?, worst: row.get(2)?, within: row.get(3)? })
    })
}

/// What finding has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Requests found.
    pub found: i64,
    /// Seconds of all together.
    pub seconds: i64,
    /// Seconds of the worst.
    pub worst: i64,
    /// Requests found within the goal.
    pub within: i64,
}

/// Records that somebody asks for a file. A further request for it may stand beside.
///
/// # Errors
/// A refusal: no right, no case, nobody named.
pub fn ask(tx: &mut ActTx<'_>, case_id: i64, asker: &str) -> Result<i64, ActError> {
    let actor = require(tx, Right::ReadAll)?;
    let case = required_case(tx.conn(), case_id)?;
    let asker = text::fold(asker).into_owned();
    if text::outside_text_problem(&asker).is_some() {
        return Err(ActError::refuse_field("asker", "asker", W::BoxesText));
    }
    let asker = if asker.is_empty() { actor.name.clone() } else { asker };
    let id: i64 = tx
        .conn()
        .prepare_cached(
            "INSERT INTO find_request (case_id, asked_at, asked_by, asker, found_by) VALUES ($1, $2, $3, $4, '') \
             RETURNING id",
        )?
        .query_row(params![case_id, tx.now, actor.staff_no, asker], |row| row.get(0))?;
    tx.journal_as("find_ask", &subject(&case.case_code), case.version, &json!({"request": id, "asker": asker}))?;
    Ok(id)
}

/// The scan of a file that was asked for: every request for it is answered. Answers how many seconds the oldest took.
///
/// # Errors
/// A refusal: no right, nobody has asked.
pub fn found(tx: &mut ActTx<'_>, case_id: i64) -> Result<i64, ActError> {
    let actor = require(tx, Right::ReadAll)?;
    let case = required_case(tx.conn(), case_id)?;
    let oldest = open_of(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("not_asked", W::BoxesNotAsked))?;
    tx.conn()
        .prepare_cached("UPDATE find_request SET found_at = $1, found_by = $2 WHERE case_id = $3 AND found_at IS NULL")?
        .execute(params![tx.now, actor.staff_no, case_id])?;
    let seconds = tx.now - oldest.asked_at;
    let facts = json!({"request": oldest.id, "seconds": seconds});
    tx.journal_as("find_found", &subject(&case.case_code), case.version, &facts)?;
    Ok(seconds)
}
