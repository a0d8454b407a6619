//! Keeps boxes and where every file is: the box itself, positions, shelves, loans, holders, requests, the tray.

pub mod finds;
pub mod holders;
pub mod loans;
pub mod positions;
pub mod shelves;
pub mod tray;

use super::rules::{ArchiveBox, BoxKey};
use crate::case::store::{CaseFile, load};
use crate::db::{ActError, ActTx, Connection, meta};
use crate::kernel::clock;
use crate::kernel::code::{Code, CodeKind};
use crate::kernel::settings;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use crate::reference::store::rulebook;
use anyhow::Context;
use chrono::Datelike;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

pub use loans::out_for_reopening;
pub use positions::{Where, where_is};

/// Columns of `box` in the order [`box_at`] reads them.
const COLUMNS: &str = "b.id, b.code, b.class, b.year, b.retention, b.number, b.full_at, b.last_ordinal, b.files, \
    b.opened_at, b.closed_at, b.shelf_id";

fn box_at(row: &Row<'_>) -> rusqlite::Result<ArchiveBox> {
    Ok(ArchiveBox {
        id: row.get(0)?,
        code: row.get(1)?,
        key: BoxKey { class: row.get(2)?, year: row.get(3)?, retention: row.get(4)? },
        number: row.get(5)?,
        full_at: row.get(6)?,
        last_ordinal: row.get(7)?,
        files: row.get(8)?,
        opened_at: row.get(9)?,
        closed_at: row.get(10)?,
        shelf_id: row.get(11)?,
    })
}

/// The journal's name for a box.
pub fn subject(code: &str) -> String {
    format!("box {code}")
}

/// The box with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<ArchiveBox>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM box b WHERE b.id = $1"))?.query_row([id], box_at).optional()
}

/// The box with this code.
///
/// # Errors
/// What SQLite says.
pub fn by_code(conn: &Connection, code: &str) -> rusqlite::Result<Option<ArchiveBox>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM box b WHERE b.code = $1"))?.query_row([code], box_at).optional()
}

/// The box with this key, inside an act.
///
/// # Errors
/// A refusal when there is none.
pub fn required(conn: &Connection, id: i64) -> Result<ArchiveBox, ActError> {
    by_id(conn, id)?.ok_or_else(|| ActError::refuse("box", W::BoxesNoBox))
}

/// The case with this key, inside an act.
///
/// # Errors
/// A refusal when there is none.
pub fn required_case(conn: &Connection, id: i64) -> Result<CaseFile, ActError> {
    load::by_id(conn, id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))
}

/// The first box of a kind that takes further files.
///
/// # Errors
/// What SQLite says.
pub fn right_box(conn: &Connection, key: &BoxKey) -> rusqlite::Result<Option<ArchiveBox>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM box b WHERE b.class = $1 AND b.year = $2 AND b.retention = $3 AND b.closed_at IS NULL \
         AND b.files < b.full_at ORDER BY b.number LIMIT 1"
    ))?
    .query_row(params![key.class, key.year, key.retention], box_at)
    .optional()
}

/// Boxes before a key, the newest first.
///
/// # Errors
/// What SQLite says.
pub fn page(conn: &Connection, before: i64, limit: i64) -> rusqlite::Result<Vec<ArchiveBox>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM box b WHERE b.id < $1 ORDER BY b.id DESC LIMIT $2"))?
        .query_map([before, limit], box_at)?
        .collect()
}

/// Boxes behind a key in time, the newest first; the ones nearest to the key.
///
/// # Errors
/// What SQLite says.
pub fn newer(conn: &Connection, than: i64, limit: i64) -> rusqlite::Result<Vec<ArchiveBox>> {
    let mut found = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM box b WHERE b.id > $1 ORDER BY b.id LIMIT $2"))?
        .query_map([than, limit], box_at)?
        .collect::<rusqlite::Result<Vec<ArchiveBox>>>()?;
    found.reverse();
    Ok(found)
}

/// The next code of a kind in the office year of a moment.
///
/// # Errors
/// When the year has no more codes, or what SQLite says.
pub fn next_code(conn: &Connection, kind: CodeKind, now: i64) -> anyhow::Result<Code> {
    let year = clock::day_of(now).year();
    let serial = meta::count(conn, &format!("code.{}.{year}", kind as u8), 1)?;
    u32::try_from(serial).ok().and_then(|serial| Code::new(kind, year, serial)).context("the year has no more codes")
}

/// Opens a new box of a kind.
///
/// # Errors
/// A refusal: no right, or a kind no file has.
pub fn open_box(tx: &mut ActTx<'_>, key: &BoxKey) -> Result<ArchiveBox, ActError> {
    let actor = require(tx, Right::Archive)?;
    let rules = rulebook(tx.store())?;
    if !rules.lines.iter().any(|line| line.class == key.class) {
        return Err(ActError::refuse_field("class", "class", W::BoxesNoClass));
    }
    let this_year = i64::from(clock::day_of(tx.now).year());
    if !(2000..=this_year).contains(&key.year) {
        return Err(ActError::refuse_field("year", "year", phrase!(W::BoxesNoYear, this_year)));
    }
    let code = next_code(tx.conn(), CodeKind::Box, tx.now)?;
    let full_at = rules.settings.number(settings::BOX_FULL, tx.now);
    let number: i64 = tx
        .conn()
        .prepare_cached(
            "SELECT COALESCE(MAX(number), 0) + 1 FROM box WHERE class = $1 AND year = $2 AND retention = $3",
        )?
        .query_row(params![key.class, key.year, key.retention], |row| row.get(0))?;
    let id: i64 = tx
        .conn()
        .prepare_cached(
            "INSERT INTO box (code, class, year, retention, number, full_at, last_ordinal, files, opened_at, opened_by, \
             closed_by) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $8, '') RETURNING id",
        )?
        .query_row(
            params![code.as_str(), key.class, key.year, key.retention, number, full_at, tx.now, actor.staff_no],
            |row| row.get(0),
        )?;
    let facts = json!({
        "class": key.class, "year": key.year, "retention": key.retention, "number": number, "full_at": full_at,
    });
    tx.journal_as("box_open", &subject(code.as_str()), 0, &facts)?;
    required(tx.conn(), id)
}

/// Closes a box by hand; it takes no further files.
///
/// # Errors
/// A refusal: no right, no such box, closed already.
pub fn close_box(tx: &mut ActTx<'_>, id: i64) -> Result<ArchiveBox, ActError> {
    let actor = require(tx, Right::Archive)?;
    let found = required(tx.conn(), id)?;
    if found.closed_at.is_some() {
        return Err(ActError::refuse("box_closed", W::BoxesClosedBox));
    }
    tx.conn().prepare_cached("UPDATE box SET closed_at = $1, closed_by = $2 WHERE id = $3")?.execute(params![
        tx.now,
        actor.staff_no,
        id
    ])?;
    tx.journal_as("box_close", &subject(&found.code), 0, &json!({"files": found.files}))?;
    required(tx.conn(), id)
}
