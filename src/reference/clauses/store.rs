//! Keeps the clause library, every version of it.

use super::file;
use super::rules::{self, NewClause};
use crate::db::Connection;
use anyhow::Context;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, params};

const CLAUSES: &str = include_str!("../../../assets/clauses.toml");
/// Who added what the store came with.
const SEEDED_BY: &str = "";

/// One version of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Key in the store; an answer that cites the clause keeps it.
    pub id: i64,
    /// Stable code, one for all versions.
    pub code: String,
    /// 1 is the first.
    pub version: i64,
    /// What it is about, in a few words.
    pub title: String,
    /// What is told to the customer.
    pub text: String,
    /// Where it comes from: the law by name, or the office.
    pub source: String,
    /// Article number; may be empty.
    pub article: String,
    /// One of [`rules::KINDS`].
    pub kind: String,
    /// Initials of the title, divided by blanks.
    pub initials: String,
    /// In force from this day on.
    pub from_day: NaiveDate,
    /// Said no longer since, UTC seconds.
    pub retired_at: Option<i64>,
    /// Why it is said no longer.
    pub retire_reason: String,
    /// Why this version came; empty for a first one.
    pub reason: String,
    /// 工号 of who added it; empty when it came with the store.
    pub added_by: String,
    /// When it was added.
    pub added_at: i64,
}

const COLUMNS: &str = "id, code, version, title, text, source, article, kind, initials, from_day, retired_at, \
                       retire_reason, reason, added_by, added_at";

fn clause_at(row: &rusqlite::Row<'_>) -> rusqlite::Result<Clause> {
    let day: String = row.get(9)?;
    let from_day = day
        .parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(9, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Clause {
        id: row.get(0)?,
        code: row.get(1)?,
        version: row.get(2)?,
        title: row.get(3)?,
        text: row.get(4)?,
        source: row.get(5)?,
        article: row.get(6)?,
        kind: row.get(7)?,
        initials: row.get(8)?,
        from_day,
        retired_at: row.get(10)?,
        retire_reason: row.get(11)?,
        reason: row.get(12)?,
        added_by: row.get(13)?,
        added_at: row.get(14)?,
    })
}

/// Fills the library with the clauses of `assets/clauses.toml`.
///
/// # Errors
/// When the file is malformed or the store cannot be written.
pub fn seed(conn: &Connection) -> anyhow::Result<()> {
    for new in file::entries(CLAUSES).context("assets/clauses.toml")? {
        let from_day = new.from_day.context("a day of assets/clauses.toml")?;
        insert(conn, &new.folded(), (1, from_day), "", (SEEDED_BY, 0))?;
    }
    Ok(())
}

/// Writes a version and answers its key. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert(
    conn: &Connection,
    new: &NewClause,
    (version, from_day): (i64, NaiveDate),
    reason: &str,
    (by, at): (&str, i64),
) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO clause (code, version, title, text, source, article, kind, initials, from_day, retire_reason, \
         reason, added_by, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12) RETURNING id",
    )?
    .query_row(
        params![
            new.code,
            version,
            new.title,
            new.text,
            new.source,
            new.article,
            new.kind,
            rules::initials(&new.title),
            from_day.to_string(),
            reason,
            by,
            at
        ],
        |row| row.get(0),
    )
}

/// Marks every version of a clause retired that is not yet. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn retire(conn: &Connection, code: &str, at: i64, reason: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE clause SET retired_at = $1, retire_reason = $2 WHERE code = $3 AND retired_at IS NULL")?
        .execute(params![at, reason, code])
        .map(drop)
}

/// The version with this key, in force or not.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Clause>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM clause WHERE id = $1"))?.query_row([id], clause_at).optional()
}

/// Every version of a clause, the newest first.
///
/// # Errors
/// What SQLite says.
pub fn versions(conn: &Connection, code: &str) -> rusqlite::Result<Vec<Clause>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM clause WHERE code = $1 ORDER BY version DESC"))?
        .query_map([code], clause_at)?
        .collect()
}

fn all(conn: &Connection) -> rusqlite::Result<Vec<Clause>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM clause ORDER BY code, version"))?
        .query_map([], clause_at)?
        .collect()
}

/// The clauses in force on a day that fit what was typed, best first: words, pinyin initials or syllables of the title,
/// code, article number, source. Without a text the first ones by code.
///
/// # Errors
/// What SQLite says.
pub fn search(conn: &Connection, query: &str, day: NaiveDate, limit: usize) -> rusqlite::Result<Vec<Clause>> {
    let in_force = rules::in_force(all(conn)?, day);
    Ok(best(in_force, query, limit))
}

/// The last version of every clause, also of those to come and of those retired, as the register shows them.
///
/// # Errors
/// What SQLite says.
pub fn search_last(conn: &Connection, query: &str, limit: usize) -> rusqlite::Result<Vec<Clause>> {
    let mut last: Vec<Clause> = Vec::new();
    for clause in all(conn)? {
        match last.last_mut().filter(|last| last.code == clause.code) {
            Some(last) => *last = clause,
            None => last.push(clause),
        }
    }
    last.sort_by_key(|clause| clause.retired_at.is_some());
    Ok(best(last, query, limit))
}

fn best(clauses: Vec<Clause>, query: &str, limit: usize) -> Vec<Clause> {
    let mut ranked: Vec<(u8, Clause)> =
        clauses.into_iter().filter_map(|clause| rules::rank(&clause, query).map(|rank| (rank, clause))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().take(limit).map(|(_, clause)| clause).collect()
}

/// The first clause whose versions do not follow each other in number and day, by its code.
///
/// # Errors
/// What SQLite says.
pub fn out_of_order(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let all = all(conn)?;
    let first = all.iter().enumerate().find(|(at, clause)| {
        let before = at.checked_sub(1).and_then(|at| all.get(at)).filter(|before| before.code == clause.code);
        match before {
            Some(before) => clause.version != before.version + 1 || clause.from_day < before.from_day,
            None => clause.version != 1,
        }
    });
    Ok(first.map(|(_, clause)| clause.code.clone()))
}
