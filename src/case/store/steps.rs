//! Writes the records of steps: the one INSERT behind confirmations, signatures and what a new round carries over.

use crate::case::store::load::StepRecord;
use crate::db::Connection;
use rusqlite::params;

/// Writes a record in force and answers its key; `id` and the void columns of the record are not read.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, case_id: i64, record: &StepRecord) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO step_record (case_id, round, step, carried_from, not_applicable, reason, person_id, second_id, amount, \
         second_amount, day, place, outcome, on_behalf_of, happened_at, recorded_at, recorded_by, void_by, void_reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, '', '') RETURNING id",
    )?
    .query_row(
        params![
            case_id,
            record.round,
            record.step,
            record.carried_from,
            record.not_applicable,
            record.reason,
            record.person_id,
            record.second_id,
            record.amount.map(|fen| fen.fen()),
            record.second_amount.map(|fen| fen.fen()),
            record.day,
            record.place,
            record.outcome.map_or("", |outcome| outcome.code()),
            record.on_behalf_of,
            record.happened_at,
            record.recorded_at,
            record.recorded_by,
        ],
        |row| row.get(0),
    )
}
