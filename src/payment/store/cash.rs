//! Cash counted at the day's close: what a cashier paid out in cash that day, and what two persons counted.

use super::result_word::two_persons;
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::store as office;
use crate::phrase;
use chrono::{Days, NaiveDate, NaiveTime};
use rusqlite::{OptionalExtension, params};
use serde_json::json;

/// A cashier's day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CashDay {
    /// Who paid.
    pub cashier: i64,
    /// The name, with 工号 where two share it.
    pub name: String,
    /// How many payments.
    pub lines: i64,
    /// Their sum.
    pub expected: Fen,
    /// The latest count, if there is one.
    pub counted: Option<Counted>,
}

/// A count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// What should have been paid out when it was counted.
    pub expected: Fen,
    /// What was counted.
    pub counted: Fen,
    /// Why they differ.
    pub reason: String,
    /// When.
    pub at: i64,
}

fn bounds(day: NaiveDate) -> (i64, i64) {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    (clock::moment_on(day, NaiveTime::MIN), clock::moment_on(next, NaiveTime::MIN))
}

/// Cash paid on a day by cashier, with the latest count.
///
/// # Errors
/// What SQLite says.
pub fn of_day(conn: &Connection, day: NaiveDate) -> rusqlite::Result<Vec<CashDay>> {
    let (from, to) = bounds(day);
    // What was paid in cash stays paid out, whatever became of the instruction later.
    let rows: Vec<(i64, i64, i64)> = conn
        .prepare_cached(
            "SELECT paid_by, COUNT(*), CAST(SUM(amount) AS BIGINT) FROM instruction \
             WHERE paid_at >= $1 AND paid_at < $2 AND mode = 'cash' AND paid_by IS NOT NULL GROUP BY paid_by ORDER BY paid_by",
        )?
        .query_map([from, to], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .map(|(cashier, lines, expected)| {
            Ok(CashDay {
                cashier,
                name: office::label(conn, Some(cashier))?,
                lines,
                expected: Fen::from_fen(expected),
                counted: latest(conn, day, cashier)?,
            })
        })
        .collect()
}

fn latest(conn: &Connection, day: NaiveDate, cashier: i64) -> rusqlite::Result<Option<Counted>> {
    conn.prepare_cached(
        "SELECT expected, counted, reason, at FROM cash_count WHERE day = $1 AND cashier_id = $2 ORDER BY id DESC LIMIT 1",
    )?
    .query_row(params![day.to_string(), cashier], |row| {
        Ok(Counted {
            expected: Fen::from_fen(row.get(0)?),
            counted: Fen::from_fen(row.get(1)?),
            reason: row.get(2)?,
            at: row.get(3)?,
        })
    })
    .optional()
}

/// Keeps a count by two persons; a recount is a later row.
///
/// # Errors
/// A refusal: not two persons who may, nothing paid in cash, changed since it was seen, a difference without reason.
pub fn count(
    tx: &mut ActTx<'_>,
    cashier: i64,
    seen: Fen,
    counted: Fen,
    reason: &str,
    second: i64,
) -> Result<Fen, ActError> {
    let (first, second) = two_persons(tx, second)?;
    let day = clock::day_of(tx.now);
    let Some(now) = of_day(tx.conn(), day)?.into_iter().find(|row| row.cashier == cashier) else {
        return Err(ActError::refuse("no_cash", W::BatchesNoCash));
    };
    let mut found = Findings::new();
    let reason = text::fold(reason.trim()).into_owned();
    if now.expected != seen {
        found.push(Finding::block("stale", None, phrase!(W::BatchesCashChanged, seen, now.expected)));
    }
    let off = Fen::from_fen(counted.fen().saturating_sub(now.expected.fen()));
    if off != Fen::ZERO && reason.is_empty() {
        found.push(Finding::block("reason", "reason", phrase!(W::BatchesCashOff, off)));
    } else if text::outside_text_problem(&reason).is_some() {
        found.push(Finding::block("reason", "reason", W::BatchesFieldUnusable));
    }
    if found.blocking() {
        return Err(found.into());
    }
    tx.conn()
        .prepare_cached(
            "INSERT INTO cash_count (day, cashier_id, lines, expected, counted, reason, at, first_id, second_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )?
        .execute(params![
            day.to_string(),
            cashier,
            now.lines,
            now.expected.fen(),
            counted.fen(),
            reason,
            tx.now,
            first.id,
            second.id
        ])?;
    let payload = json!({
        "day": day.to_string(), "cashier": now.name, "lines": now.lines, "expected": now.expected.fen(),
        "counted": counted.fen(), "reason": reason, "first": first.staff_no, "second": second.staff_no,
    });
    tx.journal_as("cash_count", &format!("cash {day}"), 0, &payload)?;
    Ok(off)
}
