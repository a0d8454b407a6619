//! 值班表: who is on duty on a day. A change is a new row; the last one counts.

use super::name_of;
use crate::archive::rules::handover::text_findings;
use crate::archive::rules::roster::{Typed, names as split, persons};
use crate::case::store::seals;
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::clock;
use crate::kernel::findings::Finding;
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::office::rules::Right;
use crate::office::store::{self as office, Named, require};
use crate::phrase;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

/// The persons on duty on a day.
///
/// # Errors
/// What SQLite says.
pub fn on(conn: &Connection, day: NaiveDate) -> rusqlite::Result<Vec<i64>> {
    let last: Option<i64> = conn
        .prepare_cached("SELECT id FROM duty WHERE day = $1 ORDER BY id DESC LIMIT 1")?
        .query_row([day.to_string()], |row| row.get(0))
        .optional()?;
    let Some(last) = last else { return Ok(Vec::new()) };
    conn.prepare_cached("SELECT person_id FROM duty_person WHERE duty_id = $1 ORDER BY person_id")?
        .query_map([last], |row| row.get(0))?
        .collect()
}

/// Their names with 工号.
///
/// # Errors
/// What SQLite says.
pub fn names(conn: &Connection, day: NaiveDate) -> rusqlite::Result<Vec<String>> {
    on(conn, day)?.into_iter().map(|id| name_of(conn, id)).collect()
}

/// Says who is on duty on a day, as typed: names or 工号; nothing typed empties the day. The reason is asked when the
/// day has begun.
///
/// # Errors
/// A refusal: no right, a name that is nobody's or several persons', a sealed day, no reason.
pub fn set(tx: &mut ActTx<'_>, day: NaiveDate, typed: &str, reason: &str) -> Result<Vec<i64>, ActError> {
    let actor = require(tx, Right::Roster)?;
    let mut meant: Vec<Typed> = Vec::new();
    for name in split(typed) {
        let ids = match office::named(tx.conn(), &name)? {
            Named::Nobody => Vec::new(),
            Named::One(id) => vec![id],
            Named::Several(ids) => ids,
        };
        meant.push((name, ids));
    }
    let (people, mut found) = match persons(&meant) {
        Ok(people) => (people, crate::kernel::findings::Findings::new()),
        Err(found) => (Vec::new(), found),
    };
    if seals::sealed(tx.conn(), day)? {
        found.push(Finding::block("sealed", "people", phrase!(W::SealAlready, Arg::ShortDay(day))));
    }
    if day <= clock::day_of(tx.now) || !reason.is_empty() {
        found.extend(text_findings(reason, "reason"));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let was = numbers(tx.conn(), &on(tx.conn(), day)?)?;
    let id: i64 = tx
        .conn()
        .prepare_cached("INSERT INTO duty (day, at, by_no) VALUES ($1, $2, $3) RETURNING id")?
        .query_row(params![day.to_string(), tx.now, actor.staff_no], |row| row.get(0))?;
    for person in &people {
        tx.conn()
            .prepare_cached("INSERT INTO duty_person (duty_id, person_id) VALUES ($1, $2)")?
            .execute([id, *person])?;
    }
    let payload = json!({
        "people": numbers(tx.conn(), &people)?, "people_was": was, "reason": text::fold(reason),
    });
    tx.journal_as("duty", &super::day_subject(day), 0, &payload)?;
    Ok(people)
}

fn numbers(conn: &Connection, people: &[i64]) -> rusqlite::Result<Vec<String>> {
    let found = people.iter().map(|id| office::by_id(conn, *id)).collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(found.into_iter().flatten().map(|person| person.staff_no).collect())
}
