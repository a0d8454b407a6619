//! 整改事项: what spot checks found, each with a day by which it is put right.

use super::{case, signer};
use crate::archive::rules::handover::text_findings;
use crate::case::store::{seals, subject};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

/// A 整改事项.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Key in the store.
    pub id: i64,
    /// The week of the draw.
    pub week: String,
    /// Key of the case.
    pub case_id: i64,
    /// 一案一码
    pub case_code: String,
    /// What was found, see [`crate::archive::rules::check::kind_word`].
    pub kind: String,
    /// In words.
    pub note: String,
    /// By when it is put right.
    pub due_day: NaiveDate,
    /// When it was raised.
    pub raised_at: i64,
    /// By whom; 0 = nobody signed in.
    pub raised_by: i64,
    /// When it was settled.
    pub settled_at: Option<i64>,
    /// How.
    pub settled: String,
}

const COLUMNS: &str = "f.id, d.week, f.case_id, c.case_code, f.kind, f.note, f.due_day, f.raised_at, f.raised_by, \
    f.settled_at, f.settled";

fn finding_at(row: &Row<'_>) -> rusqlite::Result<Finding> {
    let due: String = row.get(6)?;
    Ok(Finding {
        id: row.get(0)?,
        week: row.get(1)?,
        case_id: row.get(2)?,
        case_code: row.get(3)?,
        kind: row.get(4)?,
        note: row.get(5)?,
        due_day: seals::read_day(&due),
        raised_at: row.get(7)?,
        raised_by: row.get(8)?,
        settled_at: row.get(9)?,
        settled: row.get(10)?,
    })
}

fn select(condition: &str) -> String {
    format!(
        "SELECT {COLUMNS} FROM spot_finding f JOIN spot_draw d ON d.id = f.draw_id JOIN cases c ON c.id = f.case_id \
         WHERE {condition}"
    )
}

/// Open ones by their days, then the settled of late; at most `limit` of each.
///
/// # Errors
/// What SQLite says.
pub fn list(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<Finding>> {
    let mut found: Vec<Finding> = conn
        .prepare_cached(&format!("{} ORDER BY f.due_day, f.id LIMIT $1", select("f.settled_at IS NULL")))?
        .query_map([limit], finding_at)?
        .collect::<rusqlite::Result<_>>()?;
    let settled = conn
        .prepare_cached(&format!("{} ORDER BY f.id DESC LIMIT $1", select("f.settled_at IS NOT NULL")))?
        .query_map([limit], finding_at)?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    found.extend(settled);
    Ok(found)
}

/// Those of one draw.
///
/// # Errors
/// What SQLite says.
pub fn of_draw(conn: &Connection, draw_id: i64) -> rusqlite::Result<Vec<Finding>> {
    conn.prepare_cached(&format!("{} ORDER BY f.id", select("f.draw_id = $1")))?
        .query_map([draw_id], finding_at)?
        .collect()
}

/// How many are open.
///
/// # Errors
/// What SQLite says.
pub fn open(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT COUNT(*) FROM spot_finding WHERE settled_at IS NULL")?.query_row([], |row| row.get(0))
}

/// Writes one: kind, note and day. Part of an act, which journals it.
///
/// # Errors
/// What SQLite says.
pub fn raise(
    tx: &ActTx<'_>,
    draw_id: i64,
    (case_id, round): (i64, i64),
    (kind, note, due): (&str, &str, NaiveDate),
) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO spot_finding (draw_id, case_id, round, kind, note, due_day, raised_at, raised_by, settled) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '')",
        )?
        .execute(params![draw_id, case_id, round, kind, note, due.to_string(), tx.now, tx.actor.id])?;
    Ok(())
}

/// Says how one was put right.
///
/// # Errors
/// A refusal: no right, no words, none with this key, settled already.
pub fn settle(tx: &mut ActTx<'_>, id: i64, words: &str) -> Result<(), ActError> {
    let actor = signer(tx, Right::CheckFiles)?;
    let found = text_findings(words, "text");
    if found.blocking() {
        return Err(found.into());
    }
    let open = tx.conn().prepare_cached(&select("f.id = $1"))?.query_row([id], finding_at).optional()?;
    let Some(open) = open.filter(|finding| finding.settled_at.is_none()) else {
        return Err(ActError::refuse("settled", W::SealSettledAlready));
    };
    let words = text::fold(words).into_owned();
    tx.conn()
        .prepare_cached(
            "UPDATE spot_finding SET settled_at = $1, settled_by = $2, settled = $3 WHERE id = $4 AND settled_at IS NULL",
        )?
        .execute(params![tx.now, actor.id, words, id])?;
    let file = case(tx.conn(), open.case_id)?;
    let payload = json!({ "week": open.week, "kind": open.kind, "finding": id, "settled": words });
    tx.journal_as("settle_finding", &subject(&file.case_code), file.version, &payload)?;
    Ok(())
}
