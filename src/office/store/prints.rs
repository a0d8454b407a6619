//! Counts prints: the first is the original, every later one says 补打 n.

use crate::db::{ActError, ActTx};
use rusqlite::params;

/// Counts one more print of a kind about a subject; 1 is the original. Part of an act, which journals it.
///
/// # Errors
/// What SQLite says.
pub fn record(tx: &mut ActTx<'_>, kind: &str, subject: &str) -> Result<i64, ActError> {
    let last: i64 = tx
        .conn()
        .prepare_cached("SELECT COALESCE(MAX(n), 0) FROM print_log WHERE kind = $1 AND subject = $2")?
        .query_row(params![kind, subject], |row| row.get(0))?;
    tx.conn()
        .prepare_cached("INSERT INTO print_log (kind, subject, n, at, by_no) VALUES ($1, $2, $3, $4, $5)")?
        .execute(params![kind, subject, last + 1, tx.now, tx.actor.staff_no])?;
    Ok(last + 1)
}
