//! The clause library as answers cite it: articles and the office's own standard wording, by word or pinyin initials.

use crate::db::Connection;
use crate::kernel::text;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params};

/// A version of a clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// Key in the store.
    pub id: i64,
    /// What its versions share.
    pub code: String,
    /// Number of the version, from 1.
    pub version: i64,
    /// What it is about.
    pub title: String,
    /// What it says.
    pub text: String,
    /// Law, regulation or the office.
    pub source: String,
    /// Number of the article, empty for the office's own.
    pub article: String,
    /// Kind of inquiry it answers.
    pub kind: String,
}

const COLUMNS: &str = "id, code, version, title, text, source, article, kind";

fn at(row: &Row<'_>) -> rusqlite::Result<Clause> {
    Ok(Clause {
        id: row.get(0)?,
        code: row.get(1)?,
        version: row.get(2)?,
        title: row.get(3)?,
        text: row.get(4)?,
        source: row.get(5)?,
        article: row.get(6)?,
        kind: row.get(7)?,
    })
}

/// The clauses in force on a day that hold a word, or whose title's initials hold it.
///
/// # Errors
/// What SQLite says.
pub fn search(conn: &Connection, query: &str, day: NaiveDate, limit: usize) -> rusqlite::Result<Vec<Clause>> {
    let wanted = text::fold(query).to_lowercase();
    let rows: Vec<(Clause, String)> = conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS}, initials FROM clause WHERE from_day <= $1 AND retired_at IS NULL ORDER BY code, version DESC"
        ))?
        .query_map([day.to_string()], |row| Ok((at(row)?, row.get(8)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut last = String::new();
    let in_force =
        rows.into_iter().filter(|(clause, _)| std::mem::replace(&mut last, clause.code.clone()) != clause.code);
    let fits = |clause: &Clause, initials: &str| {
        [clause.title.as_str(), clause.text.as_str(), clause.code.as_str(), clause.article.as_str(), initials]
            .iter()
            .any(|text| text.to_lowercase().contains(&wanted))
    };
    Ok(in_force.filter(|(clause, initials)| fits(clause, initials)).map(|(clause, _)| clause).take(limit).collect())
}

/// The version of a clause with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Clause>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM clause WHERE id = $1"))?.query_row(params![id], at).optional()
}
