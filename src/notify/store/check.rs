//! Queries behind the invariants: the first case whose milestones do not follow from what was recorded.

use crate::db::Connection;
use rusqlite::OptionalExtension;

fn first(conn: &Connection, condition: &str) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(&format!(
        "SELECT c.case_code FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE {condition} ORDER BY c.id LIMIT 1"
    ))?
    .query_row([], |row| row.get(0))
    .optional()
}

/// A case whose count or clock of inquiries is not that of its open inquiries.
///
/// # Errors
/// What SQLite says.
pub fn inquiries(conn: &Connection) -> rusqlite::Result<Option<String>> {
    first(
        conn,
        "r.inquiry_holds <> (SELECT COUNT(*) FROM inquiry i WHERE i.case_id = c.id AND i.resolved_at IS NULL AND \
         i.holds = 1) OR COALESCE(r.inquiry_due, 0) <> COALESCE((SELECT MIN(i.due_at) FROM inquiry i WHERE \
         i.case_id = c.id AND i.resolved_at IS NULL), 0)",
    )
}

/// A case that was told, or agreed, without an attempt of that moment; taken-over rounds have none.
///
/// # Errors
/// What SQLite says.
pub fn told(conn: &Connection) -> rusqlite::Result<Option<String>> {
    first(
        conn,
        "r.taken_over = 0 AND (COALESCE(r.told_at, 0) <> COALESCE((SELECT MIN(a.at) FROM attempt a WHERE a.case_id = c.id \
         AND a.round = r.round AND a.result = 'told'), 0) OR COALESCE(r.agreed_at, 0) <> COALESCE((SELECT MIN(a.at) FROM \
         attempt a WHERE a.case_id = c.id AND a.round = r.round AND a.stance = 'agreed'), 0))",
    )
}

/// A refusal that was delivered without the record of it.
///
/// # Errors
/// What SQLite says.
pub fn delivered(conn: &Connection) -> rusqlite::Result<Option<String>> {
    first(
        conn,
        "r.taken_over = 0 AND COALESCE(r.delivered_at, 0) <> COALESCE((SELECT MIN(d.delivered_at) FROM refusal_delivery d \
         WHERE d.case_id = c.id AND d.round = r.round), 0)",
    )
}

/// An upheld dispute that neither has its round nor waits for one.
///
/// # Errors
/// What SQLite says.
pub fn upheld(conn: &Connection) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT c.case_code FROM inquiry i JOIN cases c ON c.id = i.case_id WHERE i.outcome = 'upheld' AND i.complex = 1 \
         AND NOT EXISTS (SELECT 1 FROM waiting_round w LEFT JOIN case_round r ON r.case_id = w.case_id AND r.round = \
         w.opened_round WHERE w.source = 'inquiry ' || CAST(i.id AS TEXT) AND (w.opened_at IS NULL OR r.round IS NOT NULL)) \
         ORDER BY i.id LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}

/// An explanation confirmed twice by one person.
///
/// # Errors
/// What SQLite says.
pub fn two_persons(conn: &Connection) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT c.case_code FROM explanation e JOIN inquiry i ON i.id = e.inquiry_id JOIN cases c ON c.id = i.case_id \
         WHERE e.verifier_id = e.adjuster_id ORDER BY e.id LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}
