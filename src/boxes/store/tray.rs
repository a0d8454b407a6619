//! The tray: scanned codes that nothing was known of, kept until somebody has looked at them.

use crate::db::{ActError, ActTx, Connection};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use rusqlite::params;
use serde_json::json;

/// A code in the tray.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Key in the store.
    pub id: i64,
    /// What was scanned.
    pub code: String,
    /// When, UTC seconds.
    pub at: i64,
}

/// What is in the tray, the oldest first.
///
/// # Errors
/// What SQLite says.
pub fn open(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<Unknown>> {
    conn.prepare_cached("SELECT id, code, at FROM scan_tray WHERE cleared_at IS NULL ORDER BY id LIMIT $1")?
        .query_map([limit], |row| Ok(Unknown { id: row.get(0)?, code: row.get(1)?, at: row.get(2)? }))?
        .collect()
}

/// Puts a code into the tray; one that is in it already is not put there twice. Answers whether it was new.
///
/// # Errors
/// What SQLite says.
pub fn keep(tx: &mut ActTx<'_>, code: &str) -> Result<bool, ActError> {
    let actor = require(tx, Right::Archive)?;
    let code: String = text::fold(code).chars().take(64).collect();
    let there = tx
        .conn()
        .prepare_cached("SELECT 1 FROM scan_tray WHERE code = $1 AND cleared_at IS NULL")?
        .exists([code.as_str()])?;
    if there {
        return Ok(false);
    }
    tx.conn()
        .prepare_cached("INSERT INTO scan_tray (code, at, by_no, cleared_by) VALUES ($1, $2, $3, '')")?
        .execute(params![code, tx.now, actor.staff_no])?;
    tx.journal_as("scan_unknown", "tray", 0, &json!({"code": code}))?;
    Ok(true)
}

/// Clears the tray: everything in it was looked at.
///
/// # Errors
/// A refusal: no right, nothing in it.
pub fn clear(tx: &mut ActTx<'_>) -> Result<usize, ActError> {
    let actor = require(tx, Right::Archive)?;
    let codes: Vec<String> = open(tx.conn(), 1_000)?.into_iter().map(|unknown| unknown.code).collect();
    if codes.is_empty() {
        return Err(ActError::refuse("tray", W::BoxesTrayEmpty));
    }
    tx.conn()
        .prepare_cached("UPDATE scan_tray SET cleared_at = $1, cleared_by = $2 WHERE cleared_at IS NULL")?
        .execute(params![tx.now, actor.staff_no])?;
    tx.journal_as("tray_clear", "tray", 0, &json!({"codes": codes}))?;
    Ok(codes.len())
}
