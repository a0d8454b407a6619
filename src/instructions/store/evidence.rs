//! Keeps what passed the receipt slots: red copies, notices, notes, waivers.

use crate::db::Connection;
use crate::instructions::rules::{Evidence, EvidenceKind};
use rusqlite::{OptionalExtension, params};

/// The evidence of one round of a case, first to last.
///
/// # Errors
/// What SQLite says.
pub fn of_round(conn: &Connection, case_id: i64, round: i64) -> rusqlite::Result<Vec<Evidence>> {
    conn.prepare_cached(
        "SELECT instruction_id, kind, serial, reason, at FROM receipt_evidence \
         WHERE case_id = $1 AND round = $2 ORDER BY id",
    )?
    .query_map([case_id, round], |row| {
        let kind: String = row.get(1)?;
        Ok(Evidence {
            instruction_id: row.get(0)?,
            kind: EvidenceKind::from_code(&kind).unwrap_or(EvidenceKind::Typed),
            serial: row.get(2)?,
            reason: row.get(3)?,
            at: row.get(4)?,
        })
    })?
    .collect()
}

/// Writes one piece of evidence. Part of an act, which has judged and journals it.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, (case_id, round): (i64, i64), new: &Evidence, by_no: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO receipt_evidence (case_id, round, instruction_id, kind, serial, reason, at, by_no) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )?
    .execute(params![case_id, round, new.instruction_id, new.kind.code(), new.serial, new.reason, new.at, by_no])
    .map(drop)
}

/// Whether a red copy is in already.
///
/// # Errors
/// What SQLite says.
pub fn has_serial(conn: &Connection, serial: &str) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM receipt_evidence WHERE serial = $1 AND serial <> '' LIMIT 1")?.exists([serial])
}

/// Serials with evidence of a kind, after a key, in pages: key, case, serial, instruction.
///
/// # Errors
/// What SQLite says.
pub fn serials_after(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<(i64, i64, String, i64)>> {
    conn.prepare_cached(
        "SELECT id, case_id, serial, instruction_id FROM receipt_evidence WHERE id > $1 AND kind = 'red' \
         ORDER BY id LIMIT $2",
    )?
    .query_map([id, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))?
    .collect()
}

/// The serial of a red copy in the file of a case whose payment came back, if there is one.
///
/// # Errors
/// What SQLite says.
pub fn untrue_of(conn: &Connection, case_id: i64) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT e.serial FROM receipt_evidence e JOIN instruction i ON i.id = e.instruction_id \
         WHERE e.case_id = $1 AND e.kind = 'red' AND i.state <> 'paid' ORDER BY e.id DESC LIMIT 1",
    )?
    .query_row([case_id], |row| row.get(0))
    .optional()
}

/// Cases with a red copy in the file whose payment came back and has not been mended yet.
///
/// # Errors
/// What SQLite says.
pub fn returned(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached(
        "SELECT i.case_id FROM instruction i JOIN receipt_evidence e ON e.serial = i.receipt AND e.serial <> '' \
         WHERE i.state = 'returned' AND e.instruction_id = i.id AND e.kind = 'red' ORDER BY i.id LIMIT $1",
    )?
    .query_map([limit], |row| row.get(0))?
    .collect()
}
