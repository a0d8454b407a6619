//! Reads what an import compares with, and keeps the rows that may be cases entered by hand.

use super::row::{self, Row, Values};
use crate::case::facts::Column;
use crate::db::{Connection, journal};
use crate::kernel::clock;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, params};
use std::collections::HashMap;

/// What an import needs to know of a case to see whether a row is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Key of the case.
    pub id: i64,
    /// Journal row of the row as last imported; 0 = never imported.
    pub import_seq: i64,
    /// 待核心补全
    pub awaiting_core: bool,
    /// 与核心系统不一致
    pub core_differs: bool,
}

/// The case with this number, as far as an import must know it.
///
/// # Errors
/// What SQLite says.
pub fn known(conn: &Connection, case_no: &str) -> rusqlite::Result<Option<Known>> {
    conn.prepare_cached(
        "SELECT id, import_seq, awaiting_core, core_differs FROM cases WHERE case_no = $1 AND case_no <> ''",
    )?
    .query_row([case_no], |row| known_at(row, 0))
    .optional()
}

fn known_at(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Known> {
    Ok(Known {
        id: row.get(at)?,
        import_seq: row.get(at + 1)?,
        awaiting_core: row.get(at + 2)?,
        core_differs: row.get(at + 3)?,
    })
}

/// Numbers are compared byte by byte here: a database with a collation of its own declares the column so.
const KNOWN_BETWEEN: &str = "SELECT case_no, id, import_seq, awaiting_core, core_differs FROM cases \
    WHERE case_no >= $1 AND case_no <= $2 AND case_no <> '' ORDER BY case_no LIMIT $3";

/// Every case whose number lies between two, both ends in; `None` when they are more than `limit`.
///
/// # Errors
/// What SQLite says.
pub fn known_between(
    conn: &Connection,
    (first, last): (&str, &str),
    limit: usize,
) -> rusqlite::Result<Option<HashMap<String, Known>>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
    let found: HashMap<String, Known> = conn
        .prepare_cached(KNOWN_BETWEEN)?
        .query_map(params![first, last, most], |row| Ok((row.get(0)?, known_at(row, 1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok((found.len() <= limit).then_some(found))
}

/// The row as last imported, from its journal row; `None` when there is none.
///
/// # Errors
/// What SQLite says, or a payload that is no JSON.
pub fn last_row(conn: &Connection, import_seq: i64) -> anyhow::Result<Option<Values>> {
    if import_seq == 0 {
        return Ok(None);
    }
    let payload = journal::payload(conn, import_seq)?;
    Ok(payload.map(|payload| row_in(&payload)).transpose()?.flatten())
}

/// The row as last imported, from the payload of its journal row; `None` when it holds none.
///
/// # Errors
/// A payload that is no JSON.
pub fn row_in(payload: &str) -> serde_json::Result<Option<Values>> {
    let payload: serde_json::Value = serde_json::from_str(payload)?;
    Ok(payload.get("row").map(row::from_json))
}

/// A case entered by hand that no row of the core system has joined yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Key of the case.
    pub id: i64,
    line: String,
    accident_no: String,
    plate: String,
    loss_date: Option<NaiveDate>,
}

/// On what a row and a case entered by hand agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchedOn {
    /// 报案号
    Accident,
    /// 车牌号
    Plate,
}

impl MatchedOn {
    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            MatchedOn::Accident => "accident_no",
            MatchedOn::Plate => "plate",
        }
    }

    fn from_code(code: &str) -> MatchedOn {
        if code == "plate" { MatchedOn::Plate } else { MatchedOn::Accident }
    }
}

impl Candidate {
    /// Whether a row may be this case: same line with the same accident number, or the same plate and, where both are
    /// known, the same day of loss.
    pub fn matches(&self, row: &Row) -> Option<MatchedOn> {
        let f = &row.facts;
        if f.line != self.line {
            return None;
        }
        if !self.accident_no.is_empty() && self.accident_no == f.accident_no {
            return Some(MatchedOn::Accident);
        }
        let days = self.loss_date.zip(f.loss_date).is_none_or(|(a, b)| a == b);
        (!self.plate.is_empty() && self.plate == f.plate && days).then_some(MatchedOn::Plate)
    }
}

/// In the order of the index of awaiting cases: any other order makes the store walk over all cases.
const CANDIDATES: &str = "SELECT id, line, accident_no, plate, loss_date FROM cases \
    WHERE awaiting_core = 1 AND case_no = '' ORDER BY line, accident_no, id";

/// Every case entered by hand without a case number that awaits the core system, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn candidates(conn: &Connection) -> rusqlite::Result<Vec<Candidate>> {
    let mut found: Vec<Candidate> = conn
        .prepare_cached(CANDIDATES)?
        .query_map([], |row| {
            let loss: String = row.get(4)?;
            Ok(Candidate {
                id: row.get(0)?,
                line: row.get(1)?,
                accident_no: row.get(2)?,
                plate: row.get(3)?,
                loss_date: clock::parse_day(&loss),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    found.sort_by_key(|candidate| candidate.id);
    Ok(found)
}

/// A row of the core system that may be a case entered by hand.
#[derive(Clone, Debug)]
pub struct PendingJoin {
    /// Key in the store.
    pub id: i64,
    /// Key of the case entered by hand.
    pub case_id: i64,
    /// 赔案号 of the row.
    pub case_no: String,
    /// On what they agree.
    pub matched_on: MatchedOn,
    /// The row.
    pub values: Values,
    /// Name of the file it came in.
    pub source: String,
    /// When, UTC seconds.
    pub at: i64,
}

const PENDING: &str =
    "SELECT id, case_id, case_no, matched_on, row_json, source, at FROM pending_join WHERE decision = ''";

fn pending_at(row: &rusqlite::Row<'_>) -> rusqlite::Result<PendingJoin> {
    let matched: String = row.get(3)?;
    let json: String = row.get(4)?;
    Ok(PendingJoin {
        id: row.get(0)?,
        case_id: row.get(1)?,
        case_no: row.get(2)?,
        matched_on: MatchedOn::from_code(&matched),
        values: serde_json::from_str(&json).map(|v| row::from_json(&v)).unwrap_or_default(),
        source: row.get(5)?,
        at: row.get(6)?,
    })
}

/// The undecided join of a case number.
///
/// # Errors
/// What SQLite says.
pub fn pending_of(conn: &Connection, case_no: &str) -> rusqlite::Result<Option<PendingJoin>> {
    conn.prepare_cached(&format!("{PENDING} AND case_no = $1 ORDER BY id LIMIT 1"))?
        .query_row([case_no], pending_at)
        .optional()
}

/// The undecided join with this key.
///
/// # Errors
/// What SQLite says.
pub fn pending_by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<PendingJoin>> {
    conn.prepare_cached(&format!("{PENDING} AND id = $1"))?.query_row([id], pending_at).optional()
}

/// Up to `limit` undecided joins after a key, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn pending_after(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<PendingJoin>> {
    conn.prepare_cached(&format!("{PENDING} AND id > $1 ORDER BY id LIMIT $2"))?
        .query_map([id, limit], pending_at)?
        .collect()
}

/// The undecided joins of a case, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn pending_of_case(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<PendingJoin>> {
    conn.prepare_cached(&format!("{PENDING} AND case_id = $1 ORDER BY id"))?.query_map([case_id], pending_at)?.collect()
}

/// The cases that a number was already decided to be different from.
///
/// # Errors
/// What SQLite says.
pub fn declined(conn: &Connection, case_no: &str) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached("SELECT case_id FROM pending_join WHERE case_no = $1 AND decision = 'different'")?
        .query_map([case_no], |row| row.get(0))?
        .collect()
}

/// Keeps a row until somebody decides.
///
/// # Errors
/// What SQLite says.
pub fn insert_pending(
    conn: &Connection,
    case_id: i64,
    matched_on: MatchedOn,
    values: &Values,
    source: &str,
    at: i64,
) -> rusqlite::Result<()> {
    let case_no = values.get(&Column::CaseNo).map_or("", String::as_str);
    conn.prepare_cached(
        "INSERT INTO pending_join (case_id, case_no, matched_on, row_json, source, at, decision, decided_at, decided_by) \
         VALUES ($1, $2, $3, $4, $5, $6, '', NULL, '')",
    )?
    .execute(params![case_id, case_no, matched_on.code(), row::to_json(values).to_string(), source, at])
    .map(drop)
}

/// Keeps a fuller row in the place of the one kept before.
///
/// # Errors
/// What SQLite says.
pub fn update_pending(conn: &Connection, id: i64, values: &Values, source: &str, at: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE pending_join SET row_json = $1, source = $2, at = $3 WHERE id = $4")?
        .execute(params![row::to_json(values).to_string(), source, at, id])
        .map(drop)
}

/// Writes a decision down.
///
/// # Errors
/// What SQLite says.
pub fn decide_pending(conn: &Connection, id: i64, decision: &str, by: &str, at: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE pending_join SET decision = $1, decided_at = $2, decided_by = $3 WHERE id = $4")?
        .execute(params![decision, at, by, id])
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_an_import_asks_for_every_slice_or_row_walks_over_all_cases() {
        let conn = Connection::open_in_memory().unwrap();
        for migration in crate::registry::SCHEMA.migrations {
            conn.execute_batch(migration.sql).unwrap();
        }
        let pending = format!("{PENDING} AND case_no = 'x' ORDER BY id LIMIT 1");
        let number = "SELECT id FROM cases WHERE case_no = 'x' AND case_no <> ''";
        let between = KNOWN_BETWEEN.replace("$1", "'a'").replace("$2", "'b'").replace("$3", "9");
        for (query, index) in [
            (CANDIDATES, "cases_awaiting_core"),
            (&pending, "pending_join_no"),
            (number, "cases_case_no"),
            (&between, "cases_case_no"),
        ] {
            let plan: String =
                conn.query_row(&format!("EXPLAIN QUERY PLAN {query}"), [], |row| row.get("detail")).unwrap();
            assert!(plan.contains(index), "{query}: {plan}");
        }
    }
}
