//! What checkers found of drawn files.

use super::{case, draw, findings, signer};
use crate::archive::rules::check::{self as rules, Seen, Verdict};
use crate::case::store::subject;
use crate::db::{ActError, ActTx, Connection, journal};
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::by_staff_no;
use rusqlite::params;
use serde_json::{Value, json};

/// One line of a week's checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Key of the case.
    pub case_id: i64,
    /// Round of the case.
    pub round: i64,
    /// 一案一码
    pub case_code: String,
    /// 赔案号, may be empty.
    pub case_no: String,
    /// 被保险人
    pub insured: String,
    /// Archive class.
    pub class: String,
    /// Deadline.
    pub due_at: i64,
    /// When it was filed, as it stood at the draw.
    pub filed_at: Option<i64>,
    /// The box as it is known as text.
    pub box_text: String,
    /// The last verdict: what, note, when, by whom.
    pub verdict: Option<(Seen, String, i64, i64)>,
}

/// The drawn files of a week in the order of class and place.
///
/// # Errors
/// What SQLite says.
pub fn lines(conn: &Connection, draw_id: i64) -> rusqlite::Result<Vec<Line>> {
    let mut found: Vec<Line> = conn
        .prepare_cached(
            "SELECT m.case_id, m.round, m.case_code, c.case_no, c.insured, m.class, m.due_at, m.filed_at, r.box_text \
             FROM spot_member m JOIN cases c ON c.id = m.case_id \
             JOIN case_round r ON r.case_id = m.case_id AND r.round = m.round \
             WHERE m.draw_id = $1 AND m.chosen = 1 ORDER BY m.class, m.place",
        )?
        .query_map([draw_id], |row| {
            Ok(Line {
                case_id: row.get(0)?,
                round: row.get(1)?,
                case_code: row.get(2)?,
                case_no: row.get(3)?,
                insured: row.get(4)?,
                class: row.get(5)?,
                due_at: row.get(6)?,
                filed_at: row.get(7)?,
                box_text: row.get(8)?,
                verdict: None,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut results = conn.prepare_cached(
        "SELECT case_id, round, result, note, checked_at, checked_by FROM spot_result WHERE draw_id = $1 ORDER BY id",
    )?;
    let mut rows = results.query([draw_id])?;
    while let Some(row) = rows.next()? {
        let (case_id, round, code): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let Some(seen) = Seen::from_code(&code) else { continue };
        if let Some(line) = found.iter_mut().find(|line| (line.case_id, line.round) == (case_id, round)) {
            line.verdict = Some((seen, row.get(3)?, row.get(4)?, row.get(5)?));
        }
    }
    Ok(found)
}

/// How many of a draw's files are checked.
///
/// # Errors
/// What SQLite says.
pub fn checked(conn: &Connection, draw_id: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "SELECT COUNT(*) FROM (SELECT DISTINCT case_id, round FROM spot_result WHERE draw_id = $1) AS files",
    )?
    .query_row([draw_id], |row| row.get(0))
}

/// How many journal rows of a case are looked through for who had a hand in it.
const ROWS: i64 = 1_000;

/// The persons who had a hand in a file: who priced it for closing, signed it off, bound it or put it into its box.
///
/// # Errors
/// What SQLite says.
pub fn hands(conn: &Connection, case_id: i64, case_code: &str, round: i64) -> rusqlite::Result<Vec<i64>> {
    let mut ids: Vec<i64> = conn
        .prepare_cached(
            "SELECT DISTINCT recorded_by FROM step_record WHERE case_id = $1 AND round = $2 AND step >= 4 \
             AND void_at IS NULL",
        )?
        .query_map([case_id, round], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for row in journal::of_subject(conn, &subject(case_code), i64::MAX, ROWS)? {
        let payload: Value = serde_json::from_str(&row.payload).unwrap_or_default();
        let of_round = payload.get("round").and_then(Value::as_i64).is_none_or(|of| of == round);
        let touched =
            ["closed_at", "bound_at", "filed_at"].iter().any(|key| payload.get(*key).is_some_and(|v| !v.is_null()));
        if of_round && touched {
            ids.extend(by_staff_no(conn, &row.person)?.map(|person| person.id));
        }
    }
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Writes what a checker found of a drawn file. A later verdict stands above an earlier one; what fails becomes a
/// 整改事项.
///
/// # Errors
/// A refusal with every reason: no right, a hand in the file, not drawn, no note, no day.
pub fn check(tx: &mut ActTx<'_>, draw_id: i64, file: (i64, i64), verdict: &Verdict) -> Result<(), ActError> {
    let checker = signer(tx, Right::CheckFiles)?;
    let (case_id, round) = file;
    let drawn = draw::by_id(tx.conn(), draw_id)?.ok_or_else(|| ActError::refuse("draw", W::SealNoDraw))?;
    let file = case(tx.conn(), case_id)?;
    let chosen = tx
        .conn()
        .prepare_cached("SELECT 1 FROM spot_member WHERE draw_id = $1 AND case_id = $2 AND round = $3 AND chosen = 1")?
        .exists([draw_id, case_id, round])?;
    if !chosen {
        return Err(ActError::refuse("not_drawn", W::SealNotDrawn));
    }
    let hands = hands(tx.conn(), case_id, &file.case_code, round)?;
    let found = rules::judge(verdict, checker.id, &hands, clock::day_of(tx.now));
    if found.blocking() {
        return Err(found.into());
    }
    let note = text::fold(&verdict.note).into_owned();
    tx.conn()
        .prepare_cached(
            "INSERT INTO spot_result (draw_id, case_id, round, result, note, checked_at, checked_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )?
        .execute(params![draw_id, case_id, round, verdict.result.code(), note, tx.now, checker.id])?;
    if let Some(due) = verdict.due_day.filter(|_| verdict.result.fails()) {
        findings::raise(tx, draw_id, (case_id, round), (verdict.result.code(), &note, due))?;
    }
    let due = verdict.due_day.filter(|_| verdict.result.fails()).map(|due| due.to_string());
    let payload = json!({ "week": drawn.week, "round": round, "result": verdict.result.code(), "note": note, "finding_due": due });
    tx.journal_as("spot_check", &subject(&file.case_code), file.version, &payload)?;
    Ok(())
}

/// A week in which a case was drawn, and the last verdict with its note and moment.
pub type Spot = (String, Option<(Seen, String, i64)>);

/// What spot checks found of a case: week, verdict, note, when; oldest first.
///
/// # Errors
/// What SQLite says.
pub fn of_case(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<Spot>> {
    let mut weeks = conn.prepare_cached(
        "SELECT d.id, d.week FROM spot_member m JOIN spot_draw d ON d.id = m.draw_id \
         WHERE m.case_id = $1 AND m.chosen = 1 ORDER BY d.id",
    )?;
    let weeks: Vec<(i64, String)> =
        weeks.query_map([case_id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for (draw_id, week) in weeks {
        let last = conn
            .prepare_cached(
                "SELECT result, note, checked_at FROM spot_result WHERE draw_id = $1 AND case_id = $2 ORDER BY id DESC LIMIT 1",
            )?
            .query_map([draw_id, case_id], |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)))?
            .next()
            .transpose()?;
        found.push((week, last.and_then(|(code, note, at)| Some((Seen::from_code(&code)?, note, at)))));
    }
    Ok(found)
}
