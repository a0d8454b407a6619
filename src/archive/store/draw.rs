//! Draws of the weekly spot check: the act, and reading one as it was frozen.

use crate::archive::rules::check::UNFILED;
use crate::archive::rules::draw::{self as rules, Member, Placed, Week};
use crate::case::deadline::DeadlineKind;
use crate::case::reason::rules_of;
use crate::case::store::files;
use crate::db::{ActError, ActTx, Connection, journal};
use crate::kernel::clock;
use crate::kernel::settings;
use crate::kernel::words::{Arg, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

/// A draw as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draw {
    /// Key in the store.
    pub id: i64,
    /// The week, `2026-W48`.
    pub week: String,
    /// When it was drawn.
    pub drawn_at: i64,
    /// By whom.
    pub drawn_by: i64,
    /// Number of its journal row.
    pub seq: i64,
    /// Day of the seal the seed is taken from; empty without one.
    pub seal_day: String,
    /// Head of that seal, or 64 zeros.
    pub head: String,
    /// The seed.
    pub seed: String,
    /// The rate in percent.
    pub rate: i64,
    /// How many files there were.
    pub population: i64,
    /// How many were drawn.
    pub chosen: i64,
    /// The hash of the population.
    pub population_hash: String,
}

const COLUMNS: &str =
    "id, week, drawn_at, drawn_by, seq, seal_day, head, seed, rate, population, chosen, population_hash";

fn draw_at(row: &Row<'_>) -> rusqlite::Result<Draw> {
    Ok(Draw {
        id: row.get(0)?,
        week: row.get(1)?,
        drawn_at: row.get(2)?,
        drawn_by: row.get(3)?,
        seq: row.get(4)?,
        seal_day: row.get(5)?,
        head: row.get(6)?,
        seed: row.get(7)?,
        rate: row.get(8)?,
        population: row.get(9)?,
        chosen: row.get(10)?,
        population_hash: row.get(11)?,
    })
}

/// The draw of a week.
///
/// # Errors
/// What SQLite says.
pub fn of_week(conn: &Connection, week: Week) -> rusqlite::Result<Option<Draw>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM spot_draw WHERE week = $1"))?
        .query_row([week.to_string()], draw_at)
        .optional()
}

/// The draw with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Draw>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM spot_draw WHERE id = $1"))?.query_row([id], draw_at).optional()
}

/// Up to `limit` draws behind a key, in the order they were drawn.
///
/// # Errors
/// What SQLite says.
pub fn after(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<Draw>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM spot_draw WHERE id > $1 ORDER BY id LIMIT $2"))?
        .query_map([id, limit], draw_at)?
        .collect()
}

/// Every file of a draw's population as it was frozen, classes and places in their order.
///
/// # Errors
/// What SQLite says.
pub fn members(conn: &Connection, draw_id: i64) -> rusqlite::Result<Vec<Placed>> {
    conn.prepare_cached(
        "SELECT case_id, case_code, round, class, due_at, filed_at, place, chosen FROM spot_member \
         WHERE draw_id = $1 ORDER BY class, place",
    )?
    .query_map([draw_id], |row| {
        let member = Member {
            case_id: row.get(0)?,
            case_code: row.get(1)?,
            round: row.get(2)?,
            class: row.get(3)?,
            due_at: row.get(4)?,
            filed_at: row.get(5)?,
        };
        Ok(Placed { member, place: row.get(6)?, chosen: row.get(7)? })
    })?
    .collect()
}

/// The file-rounds whose deadline, no longer tentative, lies in a week. A round that was reopened before its deadline
/// came has none any more.
///
/// # Errors
/// What SQLite says.
pub fn population(conn: &Connection, rulebook: &Rulebook, week: Week) -> rusqlite::Result<Vec<Member>> {
    let (from, before) = week.span();
    let due = files::due_between(conn, from, before)?;
    Ok(due
        .into_iter()
        .filter_map(|round| {
            let (m, due_at) = (&round.milestones, round.notes.archive_due?);
            let tentative = m.filed_at.is_none()
                && rules_of(rulebook).archive(m).is_none_or(|due| due.kind == DeadlineKind::ArchiveTentative);
            if tentative || round.reopened_at.is_some_and(|opened| opened <= due_at) {
                return None;
            }
            Some(Member {
                case_id: round.case_id,
                case_code: round.case_code,
                round: m.round,
                class: rulebook.line(&round.line).map_or_else(|| round.line.clone(), |line| line.class.clone()),
                due_at,
                filed_at: m.filed_at,
            })
        })
        .collect())
}

/// Day and head of the latest seal for a day before a week's Monday, among those journalled before a row.
///
/// # Errors
/// What SQLite says.
pub fn head_before(conn: &Connection, week: Week, seq: i64) -> rusqlite::Result<(String, String)> {
    let found = conn
        .prepare_cached(
            "SELECT day, head_hash FROM day_seal WHERE day < $1 AND head_seq < $2 ORDER BY day DESC LIMIT 1",
        )?
        .query_row(params![week.monday().to_string(), seq - 1], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(found.unwrap_or_else(|| (String::new(), journal::GENESIS.to_owned())))
}

/// The journal's name for a week.
pub fn week_subject(week: &str) -> String {
    format!("week {week}")
}

/// Draws a week's spot check, once, after the week has ended. Files not filed are findings at once.
///
/// # Errors
/// A refusal: no right, the week has not ended, it is drawn already.
pub fn draw(tx: &mut ActTx<'_>, week: Week) -> Result<Draw, ActError> {
    let actor = require(tx, Right::Draw)?;
    let (_, end) = week.span();
    if tx.now < end {
        return Err(ActError::refuse("early", phrase!(W::SealWeekRuns, week.to_string(), Arg::Moment(end))));
    }
    if let Some(drawn) = of_week(tx.conn(), week)? {
        return Err(ActError::refuse("drawn", phrase!(W::SealDrawn, week.to_string(), Arg::Moment(drawn.drawn_at))));
    }
    let rulebook = rulebook(tx.store())?;
    let rate = rulebook.settings.number(settings::SPOT_RATE, tx.now);
    let members = population(tx.conn(), &rulebook, week)?;
    let (seal_day, head) = head_before(tx.conn(), week, tx.next_seq())?;
    let seed = rules::seed(week, &head);
    let placed = rules::order(&members, &seed, rate);
    let mut made = Draw {
        id: 0,
        week: week.to_string(),
        drawn_at: tx.now,
        drawn_by: actor.id,
        seq: tx.next_seq(),
        seal_day,
        head,
        seed,
        rate,
        population: count(placed.len()),
        chosen: count(placed.iter().filter(|placed| placed.chosen).count()),
        population_hash: rules::population_hash(&members),
    };
    made.id = write(tx, &made, &placed)?;
    let due = rulebook.calendar.nth_working_after(
        clock::day_of(tx.now),
        u32::try_from(rulebook.settings.number(settings::ARCHIVE_DAYS, tx.now)).unwrap_or(3),
    );
    for unfiled in placed.iter().filter(|placed| placed.member.filed_at.is_none()) {
        super::findings::raise(tx, made.id, (unfiled.member.case_id, unfiled.member.round), (UNFILED, "", due))?;
    }
    let payload = payload(&made, &placed, &due.to_string());
    tx.journal_as("draw", &week_subject(&made.week), 0, &payload)?;
    Ok(made)
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// What the journal keeps of a draw; a replay compares it.
pub fn payload(draw: &Draw, placed: &[Placed], due: &str) -> Value {
    let code = |placed: &&Placed| json!([placed.member.case_code, placed.member.round]);
    let unfiled: Vec<Value> =
        placed.iter().filter(|placed| placed.member.filed_at.is_none()).map(|p| code(&p)).collect();
    let chosen: Vec<Value> = placed.iter().filter(|placed| placed.chosen).map(|p| code(&p)).collect();
    json!({
        "seal_day": draw.seal_day, "head": draw.head, "seed": draw.seed, "rate": draw.rate,
        "population": draw.population, "population_hash": draw.population_hash,
        "chosen": chosen, "unfiled": unfiled, "findings_due": due,
    })
}

fn write(tx: &ActTx<'_>, draw: &Draw, placed: &[Placed]) -> Result<i64, ActError> {
    let id: i64 = tx
        .conn()
        .prepare_cached(
            "INSERT INTO spot_draw (week, drawn_at, drawn_by, seq, seal_day, head, seed, rate, population, chosen, \
             population_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id",
        )?
        .query_row(
            params![
                draw.week,
                draw.drawn_at,
                draw.drawn_by,
                draw.seq,
                draw.seal_day,
                draw.head,
                draw.seed,
                draw.rate,
                draw.population,
                draw.chosen,
                draw.population_hash
            ],
            |row| row.get(0),
        )?;
    let mut insert = tx.conn().prepare_cached(
        "INSERT INTO spot_member (draw_id, case_id, round, case_code, class, due_at, filed_at, place, chosen) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )?;
    for Placed { member, place, chosen } in placed {
        insert.execute(params![
            id,
            member.case_id,
            member.round,
            member.case_code,
            member.class,
            member.due_at,
            member.filed_at,
            place,
            chosen
        ])?;
    }
    Ok(id)
}

/// Weeks that have ended since the store was opened, newest first, at most `most`, each with its draw.
///
/// # Errors
/// What SQLite says.
pub fn weeks(conn: &Connection, now: i64, most: usize) -> rusqlite::Result<Vec<(Week, Option<Draw>)>> {
    let Some(first) = journal::first_since(conn, i64::MIN)? else { return Ok(Vec::new()) };
    let opening = Week::of(clock::day_of(first));
    let mut week = Week::of(clock::day_of(now)).before();
    let mut found = Vec::new();
    while week >= opening && found.len() < most {
        found.push((week, of_week(conn, week)?));
        week = week.before();
    }
    Ok(found)
}

/// How many of the last `most` ended weeks are not drawn, for the row of places.
///
/// # Errors
/// What SQLite says.
pub fn undrawn(conn: &Connection, now: i64, most: usize) -> rusqlite::Result<i64> {
    Ok(count(weeks(conn, now, most)?.into_iter().filter(|(_, draw)| draw.is_none()).count()))
}
