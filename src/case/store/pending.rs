//! Rows of the core system that may be a case entered by hand, waiting for a decision.

use crate::db::Connection;

/// How many wait.
///
/// # Errors
/// What SQLite says.
pub fn open_count(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT COUNT(*) FROM pending_join WHERE decision = ''")?.query_row([], |row| row.get(0))
}
