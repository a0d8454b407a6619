//! Keeps PIN hashes and the count of failed tries. Hashes leave this folder only to be compared.

use crate::db::Connection;
use rusqlite::{OptionalExtension, params};

/// What the store knows about somebody's PIN.
#[derive(Clone, PartialEq, Eq)]
pub struct PinState {
    /// PHC string; empty = no PIN.
    pub hash: String,
    /// Failed tries in a row.
    pub failures: i64,
    /// No try before this moment.
    pub retry_at: i64,
}

/// The PIN of a person.
///
/// # Errors
/// What SQLite says.
pub fn state(conn: &Connection, person_id: i64) -> rusqlite::Result<Option<PinState>> {
    conn.prepare_cached("SELECT pin_hash, failures, retry_at FROM person WHERE id = $1")?
        .query_row([person_id], |row| Ok(PinState { hash: row.get(0)?, failures: row.get(1)?, retry_at: row.get(2)? }))
        .optional()
}

/// Puts a new PIN in place; who set it for the person, if somebody else did, and earlier failures are forgotten.
///
/// # Errors
/// What SQLite says.
pub fn set(conn: &Connection, person_id: i64, hash: &str, set_by_other: Option<&str>) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE person SET pin_hash = $1, pin_must_change = $2, pin_reset_by = $3, failures = 0, retry_at = 0 WHERE id = $4",
    )?
    .execute(params![hash, set_by_other.is_some(), set_by_other.unwrap_or_default(), person_id])
    .map(drop)
}

/// Keeps the count of failed tries.
///
/// # Errors
/// What SQLite says.
pub fn set_failures(conn: &Connection, person_id: i64, failures: i64, retry_at: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE person SET failures = $1, retry_at = $2 WHERE id = $3")?
        .execute([failures, retry_at, person_id])
        .map(drop)
}
