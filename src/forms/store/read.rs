//! Reads the ledger: where a number is and its whole life, totals, what everyone holds, a book.

use super::moves::{self, Movement};
use crate::db::{Connection, meta};
use crate::forms::rules::{BOOK, RECEIPT, Serial, Span, Standing, State};
use rusqlite::{OptionalExtension, Row, params};

/// A kind of form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormType {
    /// Stable key.
    pub code: String,
    /// Name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// The copies of one number, in their order.
    pub copies: Vec<String>,
}

/// A hundred numbers as they were bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// Its numbers.
    pub span: Span,
    /// The standing of each, none where a number is not known.
    pub cells: Vec<Option<Standing>>,
}

pub(super) const COLUMNS: &str = "id, form, prefix, digits, first, last, state, holder, instruction, since, due";

pub(super) fn unread(column: usize, text: &str) -> rusqlite::Error {
    let what = anyhow::anyhow!("forms: {text:?} is no known word");
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
}

/// Reads a row of [`COLUMNS`].
pub(super) fn at(row: &Row<'_>) -> rusqlite::Result<Standing> {
    let state: String = row.get(6)?;
    Ok(Standing {
        id: row.get(0)?,
        form: row.get(1)?,
        span: Span { prefix: row.get(2)?, digits: row.get(3)?, first: row.get(4)?, last: row.get(5)? },
        state: State::from_code(&state).ok_or_else(|| unread(6, &state))?,
        holder: row.get(7)?,
        instruction: row.get(8)?,
        since: row.get(9)?,
        due: row.get(10)?,
    })
}

/// Every kind of form.
///
/// # Errors
/// What SQLite says.
pub fn form_types(conn: &Connection) -> rusqlite::Result<Vec<FormType>> {
    conn.prepare_cached("SELECT code, name, name_en, copies FROM form_type ORDER BY id")?
        .query_map([], |row| {
            let copies: String = row.get(3)?;
            let copies = copies.split_whitespace().map(str::to_owned).collect();
            Ok(FormType { code: row.get(0)?, name: row.get(1)?, name_en: row.get(2)?, copies })
        })?
        .collect()
}

/// The kind of form with this key.
///
/// # Errors
/// What SQLite says.
pub fn form_type(conn: &Connection, code: &str) -> rusqlite::Result<Option<FormType>> {
    Ok(form_types(conn)?.into_iter().find(|form| form.code == code))
}

/// The rows that have any number of a span, in the order of their numbers.
///
/// # Errors
/// What SQLite says.
pub(super) fn pieces(conn: &Connection, span: &Span) -> rusqlite::Result<Vec<Standing>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM form_range WHERE prefix = $1 AND digits = $2 AND last >= $3 ORDER BY last"
    ))?;
    // The rows are disjoint, so the first that begins behind the span ends the walk; the rest is never read.
    let rows = statement.query_map(params![span.prefix, span.digits, span.first], at)?;
    rows.take_while(|row| row.as_ref().map_or(true, |standing| standing.span.first <= span.last)).collect()
}

/// Where a serial is; nothing for one that was never received or is none.
///
/// # Errors
/// What SQLite says.
pub fn state(conn: &Connection, serial: &str) -> rusqlite::Result<Option<Standing>> {
    let Some(serial) = Serial::read(serial) else { return Ok(None) };
    let found = pieces(conn, &Span::one(&serial))?;
    Ok(found.into_iter().next())
}

/// Every movement of a serial, first to last.
///
/// # Errors
/// What SQLite says.
pub fn life(conn: &Connection, serial: &str) -> rusqlite::Result<Vec<Movement>> {
    let Some(Serial { prefix, digits, number }) = Serial::read(serial) else { return Ok(Vec::new()) };
    let columns = moves::COLUMNS;
    // Two questions, each with an index of its own: most numbers move alone, the few spans are looked through.
    let mut found: Vec<Movement> = conn
        .prepare_cached(&format!(
            "SELECT {columns} FROM form_movement WHERE first = last AND prefix = $1 AND digits = $2 AND first = $3"
        ))?
        .query_map(params![prefix, digits, number], moves::at)?
        .collect::<rusqlite::Result<_>>()?;
    let spans = conn
        .prepare_cached(&format!(
            "SELECT {columns} FROM form_movement \
             WHERE first < last AND prefix = $1 AND digits = $2 AND first <= $3 AND last >= $4"
        ))?
        .query_map(params![prefix, digits, number, number], moves::at)?
        .collect::<rusqlite::Result<Vec<Movement>>>()?;
    found.extend(spans);
    found.sort_by_key(|movement| movement.id);
    Ok(found)
}

/// The next receipt a person holds: of what was confirmed first, the lowest number.
///
/// # Errors
/// What SQLite says.
pub fn next(conn: &Connection, person_id: i64) -> rusqlite::Result<Option<String>> {
    let found = conn
        .prepare_cached(&format!(
            // The first condition names the index, the second the rows.
            "SELECT {COLUMNS} FROM form_range WHERE state IN ('issued', 'held') AND holder = $1 AND state = 'held' \
             AND form = $2 ORDER BY since, prefix, digits, first LIMIT 1"
        ))?
        .query_row(params![person_id, RECEIPT], at)
        .optional()?;
    Ok(found.map(|standing| standing.span.serial(standing.span.first).to_string()))
}

/// Issues that wait for a person's confirmation and have not lapsed.
///
/// # Errors
/// What SQLite says.
pub fn pending(conn: &Connection, person_id: i64, now: i64) -> rusqlite::Result<Vec<Standing>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM form_range WHERE state IN ('issued', 'held') AND holder = $1 AND state = 'issued' \
         AND due >= $2 ORDER BY since, prefix, digits, first"
    ))?
    .query_map(params![person_id, now], at)?
    .collect()
}

/// What is issued and held, by person; issues that have lapsed are in stock again and not among them.
///
/// # Errors
/// What SQLite says.
pub fn holdings(conn: &Connection, now: i64, limit: i64) -> rusqlite::Result<Vec<Standing>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM form_range WHERE state IN ('issued', 'held') AND (state = 'held' OR due >= $1) \
         ORDER BY holder, since, first LIMIT $2"
    ))?
    .query_map(params![now, limit], at)?
    .collect()
}

/// Issues whose time is over and that no act has written back to stock yet.
///
/// # Errors
/// What SQLite says.
pub(super) fn overdue(conn: &Connection, now: i64) -> rusqlite::Result<Vec<Standing>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM form_range WHERE state = 'issued' AND due < $1 ORDER BY due, id"
    ))?
    .query_map([now], at)?
    .collect()
}

/// The ranges in stock, lowest numbers first; lapsed issues count among them.
///
/// # Errors
/// What SQLite says.
pub fn stock(conn: &Connection, form: &str, now: i64, limit: i64) -> rusqlite::Result<Vec<Standing>> {
    let mut found: Vec<Standing> = conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM form_range WHERE state = 'stock' AND form = $1 ORDER BY prefix, digits, first LIMIT $2"
        ))?
        .query_map(params![form, limit], at)?
        .collect::<rusqlite::Result<_>>()?;
    found.extend(overdue(conn, now)?.into_iter().filter(|standing| standing.form == form));
    found.sort_by(|a, b| {
        (&a.span.prefix, a.span.digits, a.span.first).cmp(&(&b.span.prefix, b.span.digits, b.span.first))
    });
    Ok(found)
}

/// Name of the counter of a state.
pub(super) fn counter(form: &str, state: State) -> String {
    format!("forms.{form}.{}", state.code())
}

/// How many forms of a kind are in each state at a moment.
///
/// # Errors
/// What SQLite says.
pub fn totals(conn: &Connection, form: &str, now: i64) -> rusqlite::Result<Vec<(State, i64)>> {
    let lapsed: i64 = overdue(conn, now)?.iter().filter(|s| s.form == form).map(|s| s.span.count()).sum();
    State::ALL
        .into_iter()
        .map(|state| {
            let kept = meta::counter(conn, &counter(form, state))?;
            let moved = match state {
                State::Stock => lapsed,
                State::Issued => -lapsed,
                _ => 0,
            };
            Ok((state, kept + moved))
        })
        .collect()
}

/// The book a serial is bound in: hundreds counted from the first number of the range it was received with.
///
/// # Errors
/// What SQLite says.
pub fn book(conn: &Connection, serial: &str) -> rusqlite::Result<Option<Book>> {
    let Some(serial) = Serial::read(serial) else { return Ok(None) };
    let origin = life(conn, &serial.to_string())?.into_iter().next();
    let Some(origin) = origin else { return Ok(None) };
    let first = origin.span.first + (serial.number - origin.span.first) / BOOK * BOOK;
    let span = Span { first, last: first + BOOK - 1, ..origin.span };
    let mut cells = Vec::new();
    let found = pieces(conn, &span)?;
    for number in span.first..=span.last {
        cells.push(found.iter().find(|piece| (piece.span.first..=piece.span.last).contains(&number)).cloned());
    }
    Ok(Some(Book { span, cells }))
}

/// The serials an instruction has or had, last to first.
///
/// # Errors
/// What SQLite says.
pub fn of_instruction(conn: &Connection, instruction: i64) -> rusqlite::Result<Vec<Standing>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM form_range WHERE instruction <> 0 AND instruction = $1 ORDER BY id DESC"
    ))?
    .query_map([instruction], at)?
    .collect()
}
