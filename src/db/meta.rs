//! The store's marks: small named values, counters, and the edition of the rules.

use rusqlite::{Connection, OptionalExtension};

/// Name of the office, as given on the first run.
pub const OFFICE_NAME: &str = "office.name";
/// The clock of a practice store (UTC seconds as text); real stores have none.
pub const PRACTICE_CLOCK: &str = "practice.clock";
/// The PIN everybody in a practice office has; real stores have none.
pub const PRACTICE_PIN: &str = "practice.pin";
/// Set while the machine's time is in doubt: the journal row at which it was noticed.
pub const CLOCK_DOUBT: &str = "clock.doubt";
const RULES_EDITION: &str = "rules.edition";

/// Reads a mark.
///
/// # Errors
/// What SQLite says.
pub fn get(conn: &Connection, key: &str) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached("SELECT value FROM meta WHERE key = $1")?.query_row([key], |row| row.get(0)).optional()
}

/// Writes a mark.
///
/// # Errors
/// What SQLite says.
pub fn set(conn: &Connection, key: &str, value: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute([key, value])
    .map(drop)
}

/// Takes a mark away.
///
/// # Errors
/// What SQLite says.
pub fn clear(conn: &Connection, key: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("DELETE FROM meta WHERE key = $1")?.execute([key]).map(drop)
}

/// Counts changes of settings, calendars and lines, so that readers may keep them until it moves.
///
/// # Errors
/// What SQLite says.
pub fn rules_edition(conn: &Connection) -> rusqlite::Result<i64> {
    counter(conn, RULES_EDITION)
}

/// Says that settings, calendars or lines have changed.
///
/// # Errors
/// What SQLite says.
pub fn rules_changed(conn: &Connection) -> rusqlite::Result<()> {
    count(conn, RULES_EDITION, 1).map(drop)
}

/// Adds to a counter and returns its new value.
///
/// # Errors
/// What SQLite says.
pub fn count(conn: &Connection, name: &str, by: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO counter (name, value) VALUES ($1, $2) \
         ON CONFLICT (name) DO UPDATE SET value = counter.value + excluded.value RETURNING value",
    )?
    .query_row(rusqlite::params![name, by], |row| row.get(0))
}

/// Reads a counter; one never counted is 0.
///
/// # Errors
/// What SQLite says.
pub fn counter(conn: &Connection, name: &str) -> rusqlite::Result<i64> {
    Ok(conn
        .prepare_cached("SELECT value FROM counter WHERE name = $1")?
        .query_row([name], |row| row.get(0))
        .optional()?
        .unwrap_or(0))
}

/// Reads the counters whose names lie between two, these included.
///
/// # Errors
/// What SQLite says.
pub fn counters(conn: &Connection, first: &str, last: &str) -> rusqlite::Result<Vec<(String, i64)>> {
    conn.prepare_cached("SELECT name, value FROM counter WHERE name >= $1 AND name <= $2")?
        .query_map([first, last], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}
