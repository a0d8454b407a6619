//! Shelves, and where boxes stand with their dated history.

use super::{next_code, required, subject};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::code::CodeKind;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

/// A shelf place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Key in the store.
    pub id: i64,
    /// Its scan code.
    pub code: String,
    /// What it is called.
    pub name: String,
}

fn shelf_at(row: &Row<'_>) -> rusqlite::Result<Shelf> {
    Ok(Shelf { id: row.get(0)?, code: row.get(1)?, name: row.get(2)? })
}

/// The shelf with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Shelf>> {
    conn.prepare_cached("SELECT id, code, name FROM shelf WHERE id = $1")?.query_row([id], shelf_at).optional()
}

/// The shelf a text names: by code, else by name.
///
/// # Errors
/// What SQLite says.
pub fn named(conn: &Connection, named: &str) -> rusqlite::Result<Option<Shelf>> {
    let folded = text::fold(named);
    conn.prepare_cached("SELECT id, code, name FROM shelf WHERE code = $1 OR name = $1 ORDER BY id LIMIT 1")?
        .query_row([folded.as_ref()], shelf_at)
        .optional()
}

/// Every shelf by name.
///
/// # Errors
/// What SQLite says.
pub fn all(conn: &Connection) -> rusqlite::Result<Vec<Shelf>> {
    conn.prepare_cached("SELECT id, code, name FROM shelf ORDER BY name")?.query_map([], shelf_at)?.collect()
}

/// Where a box has stood: shelf and since when, first to last.
///
/// # Errors
/// What SQLite says.
pub fn history(conn: &Connection, box_id: i64) -> rusqlite::Result<Vec<(String, i64)>> {
    conn.prepare_cached(
        "SELECT s.name, p.from_at FROM box_shelf p JOIN shelf s ON s.id = p.shelf_id WHERE p.box_id = $1 ORDER BY p.id",
    )?
    .query_map([box_id], |row| Ok((row.get(0)?, row.get(1)?)))?
    .collect()
}

/// Adds a shelf.
///
/// # Errors
/// A refusal: no right, no name, a name that is taken.
pub fn add(tx: &mut ActTx<'_>, name: &str) -> Result<Shelf, ActError> {
    let actor = require(tx, Right::Archive)?;
    let name = text::fold(name).into_owned();
    if name.is_empty() {
        return Err(ActError::refuse_field("name", "name", W::BoxesShelfName));
    }
    if text::outside_text_problem(&name).is_some() {
        return Err(ActError::refuse_field("name", "name", W::BoxesText));
    }
    if let Some(taken) = named(tx.conn(), &name)? {
        return Err(ActError::refuse_field("name", "name", phrase!(W::BoxesShelfTaken, taken.name, taken.code)));
    }
    let code = next_code(tx.conn(), CodeKind::Shelf, tx.now)?;
    let id: i64 = tx
        .conn()
        .prepare_cached("INSERT INTO shelf (code, name, created_at, created_by) VALUES ($1, $2, $3, $4) RETURNING id")?
        .query_row(params![code.as_str(), name, tx.now, actor.staff_no], |row| row.get(0))?;
    tx.journal_as("shelf_add", &format!("shelf {code}"), 0, &json!({"name": name}))?;
    Ok(Shelf { id, code: code.to_string(), name })
}

/// Puts a box on a shelf; where it stood stays in the history. A box that stands there already changes nothing.
///
/// # Errors
/// A refusal: no right, no such box or shelf, or it stands there.
pub fn put_away(tx: &mut ActTx<'_>, box_id: i64, shelf_id: i64) -> Result<Shelf, ActError> {
    let actor = require(tx, Right::Archive)?;
    let found = required(tx.conn(), box_id)?;
    let shelf = by_id(tx.conn(), shelf_id)?.ok_or_else(|| ActError::refuse("shelf", W::BoxesNoShelf))?;
    if found.shelf_id == Some(shelf.id) {
        return Err(ActError::refuse("shelved", phrase!(W::BoxesStandsThere, shelf.name)));
    }
    tx.conn()
        .prepare_cached("INSERT INTO box_shelf (box_id, shelf_id, from_at, by_no) VALUES ($1, $2, $3, $4)")?
        .execute(params![found.id, shelf.id, tx.now, actor.staff_no])?;
    tx.conn().prepare_cached("UPDATE box SET shelf_id = $1 WHERE id = $2")?.execute([shelf.id, found.id])?;
    let facts = json!({"shelf": shelf.code, "shelf_name": shelf.name});
    tx.journal_as("box_shelve", &subject(&found.code), 0, &facts)?;
    Ok(shelf)
}
