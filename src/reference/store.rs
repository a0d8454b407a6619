//! Keeps lines and calendars; reads the rulebook.

use super::rulebook::{Line, Rulebook};
use crate::db::{Connection, Store};
use crate::kernel::calendar::{Calendar, YearFile};
use crate::kernel::settings::{Dated, Settings};
use anyhow::Context;
use rusqlite::params;
use serde::Deserialize;
use std::rc::Rc;

const LINES: &str = include_str!("../../assets/lines.toml");

#[derive(Deserialize)]
struct LinesFile {
    line: Vec<LineEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineEntry {
    code: String,
    name: String,
    name_en: String,
    aliases: Vec<String>,
    class: String,
    class_name: String,
    class_name_en: String,
    checklist: String,
    three_level: bool,
    compulsory: bool,
}

/// Fills a new store with the lines of `assets/lines.toml`.
///
/// # Errors
/// When the file is malformed or the store cannot be written.
pub fn seed_lines(conn: &Connection) -> anyhow::Result<()> {
    let file: LinesFile = toml::from_str(LINES).context("assets/lines.toml")?;
    for (position, line) in file.line.iter().enumerate() {
        conn.execute(
            "INSERT INTO line (code, name, name_en, class, class_name, class_name_en, checklist, three_level, compulsory, position) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            params![
                line.code,
                line.name,
                line.name_en,
                line.class,
                line.class_name,
                line.class_name_en,
                line.checklist,
                line.three_level,
                line.compulsory,
                i64::try_from(position)?
            ],
        )?;
        for alias in &line.aliases {
            conn.execute("INSERT INTO line_alias (alias, line_code) VALUES ($1, $2)", params![alias, line.code])?;
        }
    }
    Ok(())
}

/// Fills the registers of a store, new or old, with what they come with: banks and channels, clauses.
///
/// # Errors
/// When a file is malformed or the store cannot be written.
pub fn seed_registers(conn: &Connection) -> anyhow::Result<()> {
    super::banks::seed(conn)?;
    super::clauses::seed(conn)
}

/// Every line in list order.
///
/// # Errors
/// What SQLite says.
pub fn lines(conn: &Connection) -> rusqlite::Result<Vec<Line>> {
    let mut statement = conn.prepare_cached(
        "SELECT code, name, name_en, class, class_name, class_name_en, checklist, three_level, compulsory FROM line ORDER BY position",
    )?;
    let mut lines: Vec<Line> = statement
        .query_map([], |row| {
            Ok(Line {
                code: row.get(0)?,
                name: row.get(1)?,
                name_en: row.get(2)?,
                class: row.get(3)?,
                class_name: row.get(4)?,
                class_name_en: row.get(5)?,
                checklist: row.get(6)?,
                three_level: row.get(7)?,
                compulsory: row.get(8)?,
                aliases: Vec::new(),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut aliases = conn.prepare_cached("SELECT line_code, alias FROM line_alias ORDER BY alias")?;
    let rows = aliases.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
    for row in rows {
        let (code, alias) = row?;
        if let Some(line) = lines.iter_mut().find(|line| line.code == code) {
            line.aliases.push(alias);
        }
    }
    Ok(lines)
}

/// Every calendar file added to the store, oldest first.
///
/// # Errors
/// What SQLite says, or a stored file that no longer reads.
pub fn calendar_files(conn: &Connection) -> anyhow::Result<Vec<YearFile>> {
    let mut statement = conn.prepare_cached("SELECT content FROM calendar_file ORDER BY id")?;
    let texts: Vec<String> = statement.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    texts.iter().map(|text| YearFile::parse(text).context("a stored calendar file")).collect()
}

/// The calendar: the built-in years, then what was added to the store.
///
/// # Errors
/// As [`calendar_files`].
pub fn calendar(conn: &Connection) -> anyhow::Result<Calendar> {
    let mut files = Calendar::built_in_files();
    files.extend(calendar_files(conn)?);
    Ok(Calendar::new(files))
}

/// Every dated value of every setting.
///
/// # Errors
/// What SQLite says.
pub fn settings(conn: &Connection) -> rusqlite::Result<Settings> {
    let mut statement = conn.prepare_cached("SELECT key, from_at, value FROM setting ORDER BY key, from_at, id")?;
    let rows: Vec<(String, Dated)> = statement
        .query_map([], |row| Ok((row.get(0)?, Dated { from_at: row.get(1)?, value: row.get(2)? })))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Settings::new(rows))
}

/// Reads the whole rulebook.
///
/// # Errors
/// What SQLite says.
pub fn load(conn: &Connection) -> anyhow::Result<Rulebook> {
    Ok(Rulebook { calendar: calendar(conn)?, settings: settings(conn)?, lines: lines(conn)? })
}

/// The rulebook of a store, kept until settings, calendars or lines change.
///
/// # Errors
/// What SQLite says.
pub fn rulebook(store: &Store) -> anyhow::Result<Rc<Rulebook>> {
    store.cached(load)
}

/// Keeps the text of a year file; of one year the last one added is in force. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn add_calendar_file(conn: &Connection, file: &YearFile, text: &str, by: &str, at: i64) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO calendar_file (year, edition, content, added_by, added_at) VALUES ($1, $2, $3, $4, $5)",
    )?
    .execute(params![file.year, file.edition, text.trim_start_matches('\u{feff}'), by, at])
    .map(drop)
}
