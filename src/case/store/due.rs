//! What a recomputation of deadlines walks over: the unfiled cases and their derived deadline as stored.

use crate::db::Connection;

/// Keys of every case that is not archived, ascending. They are few beside the archived ones.
///
/// # Errors
/// What SQLite says.
pub fn open_ids(conn: &Connection) -> rusqlite::Result<Vec<i64>> {
    let mut ids: Vec<i64> = conn
        .prepare_cached("SELECT id FROM cases WHERE open = 1")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    ids.sort_unstable();
    Ok(ids)
}

/// The stored nearest deadline of a case and the number of its clock.
///
/// # Errors
/// What SQLite says; a case that is not there is an error.
pub fn stored_due(conn: &Connection, id: i64) -> rusqlite::Result<(i64, i64)> {
    conn.prepare_cached("SELECT due_at, due_kind FROM cases WHERE id = $1")?
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
}
