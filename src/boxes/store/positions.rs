//! The place of a file: its box, its position in it, the shelf the box stands on.

use super::loans::{self, Loan};
use super::{by_id, required, shelves};
use crate::boxes::rules::ArchiveBox;
use crate::db::{ActError, ActTx, Connection};
use rusqlite::{OptionalExtension, params};

/// Where a filed case is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Where {
    /// Its box.
    pub found: ArchiveBox,
    /// Its position in the box.
    pub ordinal: i64,
    /// When it was put there, UTC seconds.
    pub filed_at: i64,
    /// Name of the shelf; empty while the box stands on none.
    pub shelf: String,
    /// Who has it meanwhile.
    pub lent: Option<Loan>,
}

/// The place of a case; nothing while it has none in a box.
///
/// # Errors
/// What SQLite says.
pub fn where_is(conn: &Connection, case_id: i64) -> rusqlite::Result<Option<Where>> {
    let place: Option<(i64, i64, i64)> = conn
        .prepare_cached("SELECT box_id, ordinal, filed_at FROM box_position WHERE case_id = $1 AND left_at IS NULL")?
        .query_row([case_id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    let Some((box_id, ordinal, filed_at)) = place else { return Ok(None) };
    let Some(found) = by_id(conn, box_id)? else { return Ok(None) };
    let shelf = match found.shelf_id {
        Some(id) => shelves::by_id(conn, id)?.map(|shelf| shelf.name).unwrap_or_default(),
        None => String::new(),
    };
    Ok(Some(Where { found, ordinal, filed_at, shelf, lent: loans::open_of(conn, case_id)? }))
}

/// One file of a box as its contents list names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Position.
    pub ordinal: i64,
    /// Key of the case.
    pub case_id: i64,
    /// 一案一码
    pub case_code: String,
    /// 赔案号, may be empty.
    pub case_no: String,
    /// 被保险人
    pub insured: String,
    /// When it was filed, UTC seconds.
    pub filed_at: i64,
    /// Left for another box.
    pub left: bool,
    /// Out on loan.
    pub lent: bool,
}

/// What is in a box, in order of positions, those that have left included.
///
/// # Errors
/// What SQLite says.
pub fn contents(conn: &Connection, box_id: i64) -> rusqlite::Result<Vec<Content>> {
    conn.prepare_cached(
        "SELECT p.ordinal, c.id, c.case_code, c.case_no, c.insured, p.filed_at, p.left_at IS NOT NULL, \
         l.id IS NOT NULL FROM box_position p JOIN cases c ON c.id = p.case_id \
         LEFT JOIN loan l ON l.case_id = c.id AND l.returned_at IS NULL WHERE p.box_id = $1 ORDER BY p.ordinal",
    )?
    .query_map([box_id], |row| {
        Ok(Content {
            ordinal: row.get(0)?,
            case_id: row.get(1)?,
            case_code: row.get(2)?,
            case_no: row.get(3)?,
            insured: row.get(4)?,
            filed_at: row.get(5)?,
            left: row.get(6)?,
            lent: row.get(7)?,
        })
    })?
    .collect()
}

/// Gives a file the next position of a box. Part of an act, which journals it and has judged the box.
///
/// # Errors
/// What SQLite says; a file that has a place already is a mistake of the program.
pub fn put(tx: &ActTx<'_>, box_id: i64, case_id: i64, by: &str) -> Result<i64, ActError> {
    let found = required(tx.conn(), box_id)?;
    let ordinal = found.last_ordinal + 1;
    tx.conn()
        .prepare_cached(
            "INSERT INTO box_position (box_id, ordinal, case_id, filed_at, filed_by, left_by, left_reason) \
             VALUES ($1, $2, $3, $4, $5, '', '')",
        )?
        .execute(params![box_id, ordinal, case_id, tx.now, by])?;
    tx.conn()
        .prepare_cached("UPDATE box SET last_ordinal = $1, files = files + 1 WHERE id = $2")?
        .execute(params![ordinal, box_id])?;
    Ok(ordinal)
}

/// Takes a file out of its position for good; the position is never given again. Part of an act, which journals it.
///
/// # Errors
/// What SQLite says.
pub fn leave(tx: &ActTx<'_>, place: &Where, case_id: i64, by: &str, reason: &str) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached(
            "UPDATE box_position SET left_at = $1, left_by = $2, left_reason = $3 WHERE case_id = $4 AND left_at IS NULL",
        )?
        .execute(params![tx.now, by, reason, case_id])?;
    tx.conn().prepare_cached("UPDATE box SET files = files - 1 WHERE id = $1")?.execute([place.found.id])?;
    Ok(())
}
