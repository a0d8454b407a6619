//! Which days are sealed (日结), and which days of work still are not: what every desk asks before it takes a moment
//! that lies in the past.

use crate::db::{ActError, Connection, journal};
use crate::kernel::clock;
use crate::kernel::findings::Finding;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use chrono::{NaiveDate, NaiveTime};
use rusqlite::OptionalExtension;

/// The newest seal: its day, the moment its numbers are of, when it was set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Newest {
    /// The sealed day.
    pub day: NaiveDate,
    /// The moment its numbers are of, UTC seconds.
    pub as_of: i64,
    /// When it was sealed, UTC seconds.
    pub sealed_at: i64,
}

/// The newest sealed day. Days are sealed in their order, so everything before it is sealed too.
///
/// # Errors
/// What SQLite says.
pub fn newest(conn: &Connection) -> rusqlite::Result<Option<Newest>> {
    conn.prepare_cached("SELECT day, as_of, sealed_at FROM day_seal ORDER BY day DESC LIMIT 1")?
        .query_row([], |row| {
            let day: String = row.get(0)?;
            Ok(Newest { day: read_day(&day), as_of: row.get(1)?, sealed_at: row.get(2)? })
        })
        .optional()
}

/// A day as the store keeps it; one that is none reads as the first of all days, which nothing lies before.
pub fn read_day(text: &str) -> NaiveDate {
    clock::parse_day(text).unwrap_or(NaiveDate::MIN)
}

/// Whether a day is sealed.
///
/// # Errors
/// What SQLite says.
pub fn sealed(conn: &Connection, day: NaiveDate) -> rusqlite::Result<bool> {
    Ok(newest(conn)?.is_some_and(|newest| day <= newest.day))
}

/// The sealed day a moment lies in: what happened then is on a sheet that does not change any more. On the day of the
/// newest seal itself the hours behind the sealing are still open.
///
/// # Errors
/// What SQLite says.
pub fn inside(conn: &Connection, at: i64) -> rusqlite::Result<Option<NaiveDate>> {
    let day = clock::day_of(at);
    Ok(newest(conn)?.filter(|newest| at <= newest.as_of || day <= newest.day && at <= newest.sealed_at).map(|_| day))
}

/// What is wrong with a moment somebody typed for a fact, when it lies in a sealed day (domain §1).
///
/// # Errors
/// What SQLite says.
pub fn finding(conn: &Connection, at: i64, field: &'static str) -> rusqlite::Result<Option<Finding>> {
    Ok(inside(conn, at)?.map(|day| {
        Finding::block("sealed", field, phrase!(W::SealInsideSealed, Arg::MomentFull(at), Arg::ShortDay(day)))
    }))
}

/// Refuses a moment that lies in a sealed day.
///
/// # Errors
/// A refusal with the code `sealed`; what SQLite says.
pub fn refuse_inside(conn: &Connection, at: i64, field: &'static str) -> Result<(), ActError> {
    finding(conn, at, field)?.map_or(Ok(()), |found| Err(ActError::Refused(found.into())))
}

/// The days the desk was open and that are not sealed, oldest first, today among them; at most `most`.
/// A day was open when something was journalled on it.
///
/// # Errors
/// What SQLite says.
pub fn unsealed(conn: &Connection, now: i64, most: usize) -> rusqlite::Result<Vec<NaiveDate>> {
    let today = clock::day_of(now);
    let mut from = newest(conn)?.map_or(i64::MIN, |newest| behind(newest.day));
    let mut found = Vec::new();
    while found.len() < most {
        let Some(at) = journal::first_since(conn, from)? else { break };
        let day = clock::day_of(at);
        if day > today {
            break;
        }
        found.push(day);
        from = behind(day);
    }
    Ok(found)
}

/// The first second of the day after.
pub fn behind(day: NaiveDate) -> i64 {
    day.succ_opt().map_or(clock::NEVER, |next| clock::moment_on(next, NaiveTime::MIN))
}

/// Days gone by without a seal, for the first screen.
///
/// # Errors
/// What SQLite says.
pub fn overdue(conn: &Connection, now: i64, most: usize) -> rusqlite::Result<Vec<NaiveDate>> {
    let today = clock::day_of(now);
    Ok(unsealed(conn, now, most)?.into_iter().filter(|day| *day < today).collect())
}

/// The oldest day one person has sealed alone and nobody has taken over (单签待接收).
///
/// # Errors
/// What SQLite says.
pub fn untaken(conn: &Connection) -> rusqlite::Result<Option<NaiveDate>> {
    let day: Option<String> = conn
        .prepare_cached("SELECT day FROM day_seal WHERE taken_at IS NULL ORDER BY day LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(day.map(|day| read_day(&day)))
}
