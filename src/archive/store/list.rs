//! What is due: today's batch and every file on its way into its box, by deadline; what was filed today.

use crate::case::milestones::Stage;
use crate::case::store::ListRow;
use crate::case::store::list::{self, Filter, START, Toward};
use crate::db::Connection;
use crate::kernel::clock;
use chrono::{NaiveDate, NaiveTime};
use rusqlite::params;

/// Most rows shown; what is behind them is due later.
pub const MOST: usize = 300;

/// The files that are on their way, by deadline: those at the archive, then those of today's batch that an earlier desk
/// still has.
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
    Ok(rows)
}

/// Files put into their boxes since a day began.
///
/// # Errors
/// What SQLite says.
pub fn filed_since(conn: &Connection, day: NaiveDate) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT COUNT(*) FROM file_work WHERE kind = 'filed' AND at >= $1")?
        .query_row([clock::moment_on(day, NaiveTime::MIN)], |row| row.get(0))
}

/// Files whose work is counted for a person and a day are few; those of one box are listed by `boxes`. This answers
/// the key of the case behind a filing, in pages, for the export.
///
/// # Errors
/// What SQLite says.
pub fn filed_after(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<(i64, i64, i64)>> {
    conn.prepare_cached(
        "SELECT id, case_id, round FROM file_work WHERE id > $1 AND kind = 'filed' ORDER BY id LIMIT $2",
    )?
    .query_map([id, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
    .collect()
}
