//! Reads days and their seals.

use crate::archive::rules::handover::{self, Untaken};
use crate::archive::rules::seal::{DaySheet, sheet};
use crate::case::store::files;
use crate::case::store::seals;
use crate::db::{Connection, Store, journal};
use crate::kernel::clock;
use crate::kernel::settings::Settings;
use crate::reference::store::rulebook;
use chrono::{NaiveDate, NaiveTime};
use rusqlite::{OptionalExtension, Row};
use std::collections::BTreeMap;

/// A sealed day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seal {
    /// The day.
    pub day: NaiveDate,
    /// The moment its numbers are of.
    pub as_of: i64,
    /// When it was sealed.
    pub sealed_at: i64,
    /// Who handed over.
    pub sealed_by: i64,
    /// When somebody took over.
    pub taken_at: Option<i64>,
    /// Who.
    pub taken_by: Option<i64>,
    /// Number of the journal's last row before the seal.
    pub head_seq: i64,
    /// Its hash.
    pub head_hash: String,
    /// What the journal row of the seal holds, canonical JSON.
    pub body: String,
    /// The sheet as it was printed.
    pub sheet: String,
}

/// A 更正.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// Key in the store.
    pub id: i64,
    /// The sealed day it is about.
    pub day: NaiveDate,
    /// What is right.
    pub text: String,
    /// When it was written.
    pub at: i64,
    /// 工号 of who wrote it.
    pub by_no: String,
}

/// A change of a control setting, as a sheet names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Key of the setting.
    pub key: String,
    /// The new value.
    pub value: String,
    /// In force from.
    pub from_at: i64,
    /// Why.
    pub reason: String,
    /// 工号 of who changed it.
    pub set_by: String,
}

const COLUMNS: &str = "day, as_of, sealed_at, sealed_by, taken_at, taken_by, head_seq, head_hash, body, sheet";

fn seal_at(row: &Row<'_>) -> rusqlite::Result<Seal> {
    let day: String = row.get(0)?;
    Ok(Seal {
        day: seals::read_day(&day),
        as_of: row.get(1)?,
        sealed_at: row.get(2)?,
        sealed_by: row.get(3)?,
        taken_at: row.get(4)?,
        taken_by: row.get(5)?,
        head_seq: row.get(6)?,
        head_hash: row.get(7)?,
        body: row.get(8)?,
        sheet: row.get(9)?,
    })
}

/// The seal of a day.
///
/// # Errors
/// What SQLite says.
pub fn of_day(conn: &Connection, day: NaiveDate) -> rusqlite::Result<Option<Seal>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM day_seal WHERE day = $1"))?
        .query_row([day.to_string()], seal_at)
        .optional()
}

/// The newest seals before a day, newest first.
///
/// # Errors
/// What SQLite says.
pub fn before(conn: &Connection, day: NaiveDate, limit: i64) -> rusqlite::Result<Vec<Seal>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM day_seal WHERE day < $1 ORDER BY day DESC LIMIT $2"))?
        .query_map(rusqlite::params![day.to_string(), limit], seal_at)?
        .collect()
}

/// Up to `limit` seals after a day, oldest first, for checks over all of them.
///
/// # Errors
/// What SQLite says.
pub fn after(conn: &Connection, day: &str, limit: i64) -> rusqlite::Result<Vec<Seal>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM day_seal WHERE day > $1 ORDER BY day LIMIT $2"))?
        .query_map(rusqlite::params![day, limit], seal_at)?
        .collect()
}

/// Seals one person set alone and nobody has taken over (单签待接收), oldest first.
///
/// # Errors
/// What SQLite says.
pub fn untaken(conn: &Connection) -> rusqlite::Result<Vec<Untaken>> {
    conn.prepare_cached("SELECT day, sealed_by FROM day_seal WHERE taken_at IS NULL ORDER BY day")?
        .query_map([], |row| {
            let day: String = row.get(0)?;
            Ok(Untaken { day: seals::read_day(&day), sealed_by: row.get(1)? })
        })?
        .collect()
}

/// Days that were sealed by one alone and taken over behind a moment: day, when, by whom.
///
/// # Errors
/// What SQLite says.
pub fn taken_since(conn: &Connection, since: i64) -> rusqlite::Result<Vec<(NaiveDate, i64, i64)>> {
    conn.prepare_cached(
        "SELECT day, taken_at, taken_by FROM day_seal WHERE taken_at IS NOT NULL AND taken_at > $1 \
         AND taken_at <> sealed_at ORDER BY day",
    )?
    .query_map([since], |row| {
        let day: String = row.get(0)?;
        Ok((seals::read_day(&day), row.get(1)?, row.get(2)?))
    })?
    .collect()
}

/// The moment the sheet of a day begins behind: that of the day of work before it. 0 on the first day.
///
/// # Errors
/// What SQLite says.
pub fn begins(conn: &Connection, settings: &Settings, day: NaiveDate) -> rusqlite::Result<i64> {
    let last = journal::last_before(conn, clock::moment_on(day, NaiveTime::MIN))?.map(clock::day_of);
    let newest = seals::newest(conn)?.filter(|newest| newest.day < day);
    Ok(match (last, newest) {
        (Some(last), Some(newest)) if last <= newest.day => newest.as_of,
        (None, Some(newest)) => newest.as_of,
        (Some(last), _) => handover::as_of(settings, last),
        (None, None) => 0,
    })
}

/// The sheet of a day that is not sealed, of its cutoff; before the cutoff, of now.
///
/// # Errors
/// What the store says.
pub fn day_sheet(store: &Store, day: NaiveDate, now: i64) -> anyhow::Result<DaySheet> {
    let (conn, rules) = (store.conn(), rulebook(store)?);
    let from = begins(conn, &rules.settings, day)?;
    let at = handover::as_of(&rules.settings, day).min(now);
    let mut found = files::of_batch(conn, day)?;
    found.extend(files::unfiled_due(conn, at)?);
    found.extend(files::filed_after(conn, from)?);
    // What was filed long before its deadline comes due all the same.
    found.extend(files::due_between(conn, from + 1, at + 1)?);
    Ok(sheet(day, (from, at), &found, &rules))
}

/// Why files are carried over from a day, by case and round.
///
/// # Errors
/// What SQLite says.
pub fn carried(conn: &Connection, day: NaiveDate) -> rusqlite::Result<BTreeMap<(i64, i64), String>> {
    conn.prepare_cached("SELECT case_id, round, reason FROM carry_over WHERE day = $1 ORDER BY case_id, round, id")?
        .query_map([day.to_string()], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?
        .collect()
}

/// Every carry-over of a case: day, round, reason, moment, 工号; oldest first.
///
/// # Errors
/// What SQLite says.
pub fn carried_of(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<(NaiveDate, String, i64, String)>> {
    conn.prepare_cached("SELECT day, reason, at, by_no FROM carry_over WHERE case_id = $1 ORDER BY id")?
        .query_map([case_id], |row| {
            let day: String = row.get(0)?;
            Ok((seals::read_day(&day), row.get(1)?, row.get(2)?, row.get(3)?))
        })?
        .collect()
}

/// Corrections no sheet has printed yet, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn corrections(conn: &Connection) -> rusqlite::Result<Vec<Correction>> {
    conn.prepare_cached("SELECT id, day, text, at, by_no FROM day_correction WHERE printed_on = '' ORDER BY id")?
        .query_map([], |row| {
            let day: String = row.get(1)?;
            Ok(Correction {
                id: row.get(0)?,
                day: seals::read_day(&day),
                text: row.get(2)?,
                at: row.get(3)?,
                by_no: row.get(4)?,
            })
        })?
        .collect()
}

/// Control settings changed behind one moment and at or before another, in the order of the changes.
///
/// # Errors
/// What SQLite says.
pub fn settings_changed(conn: &Connection, from: i64, at: i64) -> rusqlite::Result<Vec<Changed>> {
    conn.prepare_cached(
        "SELECT key, value, from_at, reason, set_by FROM setting WHERE set_at > $1 AND set_at <= $2 ORDER BY id",
    )?
    .query_map([from, at], |row| {
        Ok(Changed {
            key: row.get(0)?,
            value: row.get(1)?,
            from_at: row.get(2)?,
            reason: row.get(3)?,
            set_by: row.get(4)?,
        })
    })?
    .collect()
}
