//! Keeps the dated values of control settings.

use crate::db::Connection;
use rusqlite::params;

/// One dated value with who set it and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingRow {
    /// Key in the store.
    pub id: i64,
    /// The value as text.
    pub value: String,
    /// In force from this moment; 0 = since ever.
    pub from_at: i64,
    /// Why; empty for the first value.
    pub reason: String,
    /// 工号 of who set it; empty for the first value.
    pub set_by: String,
    /// When it was set; 0 for the first value.
    pub set_at: i64,
}

/// Every value a setting has or will have, the latest in force first.
///
/// # Errors
/// What SQLite says.
pub fn history(conn: &Connection, key: &str) -> rusqlite::Result<Vec<SettingRow>> {
    conn.prepare_cached(
        "SELECT id, value, from_at, reason, set_by, set_at FROM setting WHERE key = $1 ORDER BY from_at DESC, id DESC",
    )?
    .query_map([key], |row| {
        Ok(SettingRow {
            id: row.get(0)?,
            value: row.get(1)?,
            from_at: row.get(2)?,
            reason: row.get(3)?,
            set_by: row.get(4)?,
            set_at: row.get(5)?,
        })
    })?
    .collect()
}

/// Writes one dated value.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, key: &str, row: &SettingRow) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO setting (key, value, from_at, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)",
    )?
    .execute(params![key, row.value, row.from_at, row.reason, row.set_by, row.set_at])
    .map(drop)
}

/// Whether any setting has a value of its own.
///
/// # Errors
/// What SQLite says.
pub fn any(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM setting LIMIT 1")?.exists([])
}
