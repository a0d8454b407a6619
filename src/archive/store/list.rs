//! What is due: today's batch and every file on its way into its box, by deadline; what was filed today.

use crate::case::milestones::Stage;
use crate::case::store::ListRow;
use crate::case::store::list::{self, Filter, START, Toward};
use crate::db::Connection;
use crate::instructions::store::evidence;
use crate::kernel::clock;
use chrono::{NaiveDate, NaiveTime};
use rusqlite::params;

/// Most rows shown; what is behind them is due later.
pub const MOST: usize = 300;

/// The files that are on their way, by deadline: those at the archive, then those of today's batch that an earlier desk
/// still has, then those whose red copy no longer says the truth because the payment came back.
///
/// # Errors
/// What SQLite says.
pub fn due(conn: &Connection, today: NaiveDate) -> rusqlite::Result<Vec<ListRow>> {
    let filter = Filter { stage: Some(Stage::Archive), ..Filter::default() };
    let mut rows = list::page(conn, &filter, START, Toward::Later, MOST)?;
    let ids: Vec<i64> = conn
        .prepare_cached(
            "SELECT r.case_id FROM case_round r JOIN cases c ON c.id = r.case_id AND c.round = r.round \
             WHERE r.batch_day = $1 AND r.batch_day <> '' AND c.open = 1 AND c.stage < $2 ORDER BY r.case_id LIMIT $3",
        )?
        .query_map(
            params![clock::day_text(today), Stage::Archive.number(), i64::try_from(MOST).unwrap_or(i64::MAX)],
            |row| row.get(0),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for id in ids {
        rows.extend(list::row(conn, id)?);
    }
    for id in evidence::returned(conn, i64::try_from(MOST).unwrap_or(i64::MAX))? {
        if rows.iter().all(|row| row.id != id) {
            rows.extend(list::row(conn, id)?);
        }
    }
    Ok(rows)
}

/// How many current rounds are closed, and how many of these stand before the archive, at each of its steps (receipt,
/// sorting, binding, filing) and in their box, counted from the milestones alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct States {
    /// Closed.
    pub closed: i64,
    /// Closed, but an earlier desk still has them.
    pub before: i64,
    /// At the archive.
    pub at: [i64; 4],
    /// In their box.
    pub filed: i64,
}

/// Counts the states of all closed cases; reads the whole store.
///
/// # Errors
/// What SQLite says.
pub fn states(conn: &Connection) -> rusqlite::Result<States> {
    let mut found = States { closed: 0, before: 0, at: [0; 4], filed: 0 };
    let mut statement = conn.prepare_cached(
        "SELECT CASE WHEN r.filed_at IS NOT NULL THEN 5 WHEN c.stage < $1 THEN 0 WHEN r.receipt_at IS NULL THEN 1 \
         WHEN r.sorted_at IS NULL THEN 2 WHEN r.bound_at IS NULL THEN 3 ELSE 4 END AS state, COUNT(*) \
         FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE r.closed_at IS NOT NULL GROUP BY state",
    )?;
    let rows = statement.query_map([Stage::Archive.number()], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for row in rows {
        let (state, count): (i64, i64) = row?;
        match state {
            0 => found.before += count,
            5 => found.filed += count,
            state => {
                if let Some(at) = usize::try_from(state - 1).ok().and_then(|step| found.at.get_mut(step)) {
                    *at += count;
                }
            }
        }
    }
    found.closed = conn
        .prepare_cached(
            "SELECT COUNT(*) FROM case_round r JOIN cases c ON c.id = r.case_id AND c.round = r.round \
             WHERE r.closed_at IS NOT NULL",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(found)
}

/// Files put into their boxes since a day began.
///
/// # Errors
/// What SQLite says.
pub fn filed_since(conn: &Connection, day: NaiveDate) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT COUNT(*) FROM file_work WHERE kind = 'filed' AND at >= $1")?
        .query_row([clock::moment_on(day, NaiveTime::MIN)], |row| row.get(0))
}

/// The place of a filed round in the order of filing: when, the case's key, the round.
pub type FiledKey = (i64, i64, i64);

/// Filed rounds behind a key in the order of filing, those taken over with the past included.
///
/// # Errors
/// What SQLite says.
pub fn filed_after(conn: &Connection, after: FiledKey, limit: i64) -> rusqlite::Result<Vec<FiledKey>> {
    conn.prepare_cached(
        "SELECT filed_at, case_id, round FROM case_round WHERE filed_at IS NOT NULL \
         AND (filed_at, case_id, round) > ($1, $2, $3) ORDER BY filed_at, case_id, round LIMIT $4",
    )?
    .query_map([after.0, after.1, after.2, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
    .collect()
}
