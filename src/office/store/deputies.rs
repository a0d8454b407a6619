//! Keeps deputies and reads what they signed.

use crate::db::Connection;
use crate::kernel::money::Fen;
use crate::office::authority::Delegation;
use rusqlite::{OptionalExtension, Row, params};

/// A deputy as named, in force, to come, over or ended early.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deputy {
    /// Key in the store.
    pub id: i64,
    /// The leader signed for.
    pub leader_id: i64,
    /// Who signs.
    pub deputy_id: i64,
    /// Largest payable; none = the leader's own limit.
    pub limit: Option<Fen>,
    /// From this moment, UTC seconds.
    pub from_at: i64,
    /// Up to and including this moment.
    pub to_at: i64,
    /// Ended early at this moment.
    pub ended_at: Option<i64>,
    /// Why.
    pub reason: String,
    /// 工号 of who named the deputy.
    pub set_by: String,
    /// When.
    pub set_at: i64,
}

const COLUMNS: &str = "id, leader_id, deputy_id, sign_limit, from_at, to_at, ended_at, reason, set_by, set_at";

fn deputy_at(row: &Row<'_>) -> rusqlite::Result<Deputy> {
    Ok(Deputy {
        id: row.get(0)?,
        leader_id: row.get(1)?,
        deputy_id: row.get(2)?,
        limit: row.get::<_, Option<i64>>(3)?.map(Fen::from_fen),
        from_at: row.get(4)?,
        to_at: row.get(5)?,
        ended_at: row.get(6)?,
        reason: row.get(7)?,
        set_by: row.get(8)?,
        set_at: row.get(9)?,
    })
}

/// Names a deputy; returns the row's key.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, d: &Deputy) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO deputy (leader_id, deputy_id, sign_limit, from_at, to_at, reason, set_by, set_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
    )?
    .query_row(
        params![d.leader_id, d.deputy_id, d.limit.map(|l| l.fen()), d.from_at, d.to_at, d.reason, d.set_by, d.set_at],
        |row| row.get(0),
    )
}

/// Ends a deputy's standing early.
///
/// # Errors
/// What SQLite says.
pub fn end(conn: &Connection, id: i64, at: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE deputy SET ended_at = $1 WHERE id = $2")?.execute([at, id]).map(drop)
}

/// One row.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Deputy>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM deputy WHERE id = $1"))?.query_row([id], deputy_at).optional()
}

/// The newest rows, newest first.
///
/// # Errors
/// What SQLite says.
pub fn list(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<Deputy>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM deputy ORDER BY id DESC LIMIT $1"))?
        .query_map([limit], deputy_at)?
        .collect()
}

/// What a person may sign for others at a moment: rows in force whose leader is enabled and still a leader.
///
/// # Errors
/// What SQLite says.
pub fn in_force(conn: &Connection, person_id: i64, at: i64) -> rusqlite::Result<Vec<Delegation>> {
    conn.prepare_cached(
        "SELECT d.id, d.leader_id, d.deputy_id, d.sign_limit, p.sign_limit, d.from_at, d.to_at FROM deputy d \
         JOIN person p ON p.id = d.leader_id AND p.enabled = 1 \
         JOIN person_role r ON r.person_id = d.leader_id AND r.role = 'leader' \
         WHERE d.deputy_id = $1 AND d.from_at <= $2 AND d.to_at >= $3 AND (d.ended_at IS NULL OR d.ended_at > $4) ORDER BY d.id",
    )?
    .query_map([person_id, at, at, at], |row| {
        Ok(Delegation {
            id: row.get(0)?,
            leader_id: row.get(1)?,
            deputy_id: row.get(2)?,
            limit: row.get::<_, Option<i64>>(3)?.map(Fen::from_fen),
            leader_limit: row.get::<_, Option<i64>>(4)?.map(Fen::from_fen),
            from_at: row.get(5)?,
            to_at: row.get(6)?,
        })
    })?
    .collect()
}

/// A signature a deputy gave for a leader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeputySignature {
    /// Key of the step record, for the next page.
    pub id: i64,
    /// The case.
    pub case_id: i64,
    /// 一案一码
    pub case_code: String,
    /// 赔案号, may be empty.
    pub case_no: String,
    /// 被保险人
    pub insured: String,
    /// Who signed.
    pub deputy_id: Option<i64>,
    /// Payable signed off.
    pub payable: Option<Fen>,
    /// When, UTC seconds.
    pub at: i64,
}

/// The newest signatures deputies gave for a leader before a key (`i64::MAX` for the first page), newest first.
///
/// # Errors
/// What SQLite says.
pub fn signatures_by_deputies(
    conn: &Connection,
    leader_id: i64,
    before: i64,
    limit: i64,
) -> rusqlite::Result<Vec<DeputySignature>> {
    conn.prepare_cached(
        "SELECT s.id, s.case_id, c.case_code, c.case_no, c.insured, s.person_id, s.second_amount, s.recorded_at \
         FROM step_record s JOIN cases c ON c.id = s.case_id \
         WHERE s.on_behalf_of = $1 AND s.id < $2 AND s.carried_from = 0 ORDER BY s.id DESC LIMIT $3",
    )?
    .query_map([leader_id, before, limit], |row| {
        Ok(DeputySignature {
            id: row.get(0)?,
            case_id: row.get(1)?,
            case_code: row.get(2)?,
            case_no: row.get(3)?,
            insured: row.get(4)?,
            deputy_id: row.get(5)?,
            payable: row.get::<_, Option<i64>>(6)?.map(Fen::from_fen),
            at: row.get(7)?,
        })
    })?
    .collect()
}
