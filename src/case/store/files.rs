//! Closed rounds as files of paper: by batch, by deadline, by the moment they were filed.

use super::RoundNotes;
use super::load::{NOTE_COLUMNS, ROUND_COLUMNS, ROUND_WIDTH, milestones_at, notes_at};
use crate::case::milestones::Milestones;
use crate::db::Connection;
use chrono::NaiveDate;
use rusqlite::{Params, Row};

/// One closed round of a case: a file that is to be archived.
#[derive(Clone, Debug)]
pub struct FileRound {
    /// Key of the case.
    pub case_id: i64,
    /// 一案一码
    pub case_code: String,
    /// 赔案号, may be empty.
    pub case_no: String,
    /// Code of the line.
    pub line: String,
    /// 被保险人
    pub insured: String,
    /// Milestones of the round.
    pub milestones: Milestones,
    /// What is kept beside them.
    pub notes: RoundNotes,
    /// When a later round was opened, which stops this one's archive clock.
    pub reopened_at: Option<i64>,
}

const BEHIND_NOTES: usize = ROUND_WIDTH + 9;

fn read(row: &Row<'_>) -> rusqlite::Result<FileRound> {
    let at = BEHIND_NOTES;
    Ok(FileRound {
        milestones: milestones_at(row, 0)?,
        notes: notes_at(row, ROUND_WIDTH)?,
        case_id: row.get(at)?,
        case_code: row.get(at + 1)?,
        case_no: row.get(at + 2)?,
        line: row.get(at + 3)?,
        insured: row.get(at + 4)?,
        reopened_at: row.get(at + 5)?,
    })
}

fn select(conn: &Connection, condition: &str, values: impl Params) -> rusqlite::Result<Vec<FileRound>> {
    conn.prepare_cached(&format!(
        "SELECT {ROUND_COLUMNS}, {NOTE_COLUMNS}, c.id, c.case_code, c.case_no, c.line, c.insured, \
         (SELECT n.opened_at FROM case_round n WHERE n.case_id = r.case_id AND n.round = r.round + 1) \
         FROM case_round r JOIN cases c ON c.id = r.case_id WHERE {condition} ORDER BY c.case_code, r.round"
    ))?
    .query_map(values, read)?
    .collect()
}

/// The rounds of one batch day.
///
/// # Errors
/// What SQLite says.
pub fn of_batch(conn: &Connection, day: NaiveDate) -> rusqlite::Result<Vec<FileRound>> {
    select(conn, "r.batch_day = $1 AND r.batch_day <> ''", [day.to_string()])
}

/// The rounds of the batch days between two, both inclusive.
///
/// # Errors
/// What SQLite says.
pub fn of_batches(conn: &Connection, from: NaiveDate, to: NaiveDate) -> rusqlite::Result<Vec<FileRound>> {
    let days = [from.to_string(), to.to_string()];
    select(conn, "r.batch_day >= $1 AND r.batch_day <= $2 AND r.batch_day <> ''", days)
}

/// The rounds not filed whose stored deadline lies at or before a moment.
///
/// # Errors
/// What SQLite says.
pub fn unfiled_due(conn: &Connection, upto: i64) -> rusqlite::Result<Vec<FileRound>> {
    select(conn, "r.archive_due IS NOT NULL AND r.archive_due <= $1 AND r.filed_at IS NULL", [upto])
}

/// The rounds filed behind one moment, whenever that was.
///
/// # Errors
/// What SQLite says.
pub fn filed_after(conn: &Connection, after: i64) -> rusqlite::Result<Vec<FileRound>> {
    select(conn, "r.filed_at IS NOT NULL AND r.filed_at > $1", [after])
}

/// The rounds whose stored deadline lies from one moment on and before another.
///
/// # Errors
/// What SQLite says.
pub fn due_between(conn: &Connection, from: i64, before: i64) -> rusqlite::Result<Vec<FileRound>> {
    select(conn, "r.archive_due IS NOT NULL AND r.archive_due >= $1 AND r.archive_due < $2", [from, before])
}

/// The unfiled rounds due at or before a moment whose step 4 this person recorded.
///
/// # Errors
/// What SQLite says.
pub fn unfiled_due_of(conn: &Connection, upto: i64, person: i64) -> rusqlite::Result<Vec<FileRound>> {
    let condition = "r.archive_due IS NOT NULL AND r.archive_due <= $1 AND r.filed_at IS NULL AND EXISTS \
         (SELECT 1 FROM step_record s WHERE s.case_id = r.case_id AND s.round = r.round AND s.step = 4 \
         AND s.void_at IS NULL AND s.recorded_by = $2)";
    select(conn, condition, [upto, person])
}
