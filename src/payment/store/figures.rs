//! What was paid in a span, how, how soon and with what left over. Instructions of this store only: what was paid before
//! a case was taken over has none.

use crate::case::deadline::Rules;
use crate::case::milestones::Stage;
use crate::db::figures::{Page, Span, keys};
use crate::db::{Connection, Store};
use crate::instructions::rules::Mode;
use crate::kernel::calendar::Calendar;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::reference::store::rulebook;
use rusqlite::params;
use std::collections::{BTreeMap, BTreeSet};

/// What was paid in a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// Payments that are paid.
    pub paid: i64,
    /// Their sum.
    pub sum: Fen,
    /// The same payments by mode, in the order of [`Mode::ALL`].
    pub modes: Vec<(Mode, i64)>,
    /// Of these, those made while the customer was there.
    pub on_site: i64,
    /// Working days from told to paid together, and how many payments they were counted over.
    pub working_days: (i64, i64),
    /// Payments made after their statutory day, and cases whose day came in the span and which are not paid yet.
    pub delayed: i64,
    /// The cases behind these.
    pub delayed_cases: Vec<i64>,
    /// Paid out in cash, whatever became of it later: how many, and how much.
    pub cash: (i64, Fen),
    /// Days of a cashier with cash that were counted, and all such days.
    pub counted: (i64, i64),
    /// By how much the counts were off, each upwards.
    pub off: Fen,
    /// First-offered accounts at banks with an open channel, and all.
    pub coverage: (i64, i64),
    /// Batches that left, and their sum.
    pub batches: (i64, Fen),
    /// Batches that are out without an answer now.
    pub unanswered: i64,
    /// Payments that failed, came back or were stopped, and wait to be mended now.
    pub to_mend: i64,
}

struct Row {
    case_id: i64,
    mode: Option<Mode>,
    amount: i64,
    paid_at: i64,
    paid_by: Option<i64>,
    stands: bool,
    told_at: Option<i64>,
    agreed_at: Option<i64>,
}

fn rows(conn: &Connection, span: Span) -> rusqlite::Result<Vec<Row>> {
    conn.prepare_cached(
        "SELECT i.case_id, i.mode, i.amount, i.paid_at, i.paid_by, i.state, r.told_at, r.agreed_at FROM instruction i \
         JOIN case_round r ON r.case_id = i.case_id AND r.round = i.round \
         WHERE i.paid_at IS NOT NULL AND i.paid_at >= $1 AND i.paid_at < $2",
    )?
    .query_map([span.from, span.to], |row| {
        Ok(Row {
            case_id: row.get(0)?,
            mode: Mode::from_code(&row.get::<_, String>(1)?),
            amount: row.get(2)?,
            paid_at: row.get(3)?,
            paid_by: row.get(4)?,
            stands: row.get::<_, String>(5)? == "paid",
            told_at: row.get(6)?,
            agreed_at: row.get(7)?,
        })
    })?
    .collect()
}

/// Working days behind the day of one moment up to that of another; the same day is none.
fn working_days(calendar: &Calendar, from: i64, to: i64) -> i64 {
    let last = clock::day_of(to);
    let days = clock::day_of(from).iter_days().skip(1).take_while(|day| *day <= last);
    i64::try_from(days.filter(|day| calendar.is_working(*day)).count()).unwrap_or(i64::MAX)
}

/// What was paid in a span.
///
/// # Errors
/// What the store says.
pub fn paid(store: &Store, span: Span) -> anyhow::Result<Paid> {
    let (conn, rulebook) = (store.conn(), rulebook(store)?);
    let rules = Rules { calendar: &rulebook.calendar, settings: &rulebook.settings };
    let mut out = Paid { modes: Mode::ALL.iter().map(|mode| (*mode, 0)).collect(), ..Paid::default() };
    let mut cash_days = BTreeSet::new();
    for row in rows(conn, span)? {
        if row.mode == Some(Mode::Cash) {
            out.cash = (out.cash.0 + 1, plus(out.cash.1, row.amount));
            cash_days.extend(row.paid_by.map(|by| (clock::day_text(clock::day_of(row.paid_at)), by)));
        }
        if !row.stands {
            continue;
        }
        out.paid += 1;
        out.sum = plus(out.sum, row.amount);
        out.on_site += i64::from(row.mode.is_some_and(Mode::on_site));
        if let Some((_, count)) = out.modes.iter_mut().find(|(mode, _)| Some(*mode) == row.mode) {
            *count += 1;
        }
        if let Some(told_at) = row.told_at {
            out.working_days.0 += working_days(&rulebook.calendar, told_at, row.paid_at);
            out.working_days.1 += 1;
        }
        if row.agreed_at.is_some_and(|agreed_at| row.paid_at > rules.paid_by(agreed_at).due_at) {
            out.delayed += 1;
            out.delayed_cases.push(row.case_id);
        }
    }
    let unpaid = fell_due(conn, span, rules)?;
    out.delayed += i64::try_from(unpaid.len())?;
    out.delayed_cases.extend(unpaid);
    (out.counted, out.off) = counts(conn, span, &cash_days)?;
    out.coverage = coverage(conn, span)?;
    out.batches = batches(conn, span)?;
    (out.unanswered, out.to_mend) = standing(conn)?;
    Ok(out)
}

fn plus(sum: Fen, amount: i64) -> Fen {
    Fen::from_fen(sum.fen().saturating_add(amount))
}

/// Open cases with something to pay whose statutory day came in the span.
fn fell_due(conn: &Connection, span: Span, rules: Rules<'_>) -> rusqlite::Result<Vec<i64>> {
    let agreed: Vec<(i64, i64)> = conn
        .prepare_cached(
            "SELECT c.id, r.agreed_at FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
             WHERE c.open = 1 AND c.stage >= $1 AND c.stage <= $2 AND r.agreed_at IS NOT NULL AND r.agreed_at < $3 \
             AND r.paid_at IS NULL AND r.outcome = 'pay' AND r.payable > r.paid_before ORDER BY c.id",
        )?
        .query_map(params![Stage::Notify.number(), Stage::Disburse.number(), span.to], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let due = |agreed_at| rules.paid_by(agreed_at).due_at;
    Ok(agreed.into_iter().filter(|(_, at)| (span.from..span.to).contains(&due(*at))).map(|(id, _)| id).collect())
}

/// Of the cashiers' days, those counted and all; and how far the latest counts were off.
fn counts(conn: &Connection, span: Span, cash_days: &BTreeSet<(String, i64)>) -> rusqlite::Result<((i64, i64), Fen)> {
    let (first, last) = (clock::day_of(span.from), clock::day_of(span.to - 1));
    let rows: Vec<((String, i64), i64)> = conn
        .prepare_cached(
            "SELECT day, cashier_id, counted - expected FROM cash_count WHERE day >= $1 AND day <= $2 ORDER BY id",
        )?
        .query_map(params![clock::day_text(first), clock::day_text(last)], |row| {
            Ok(((row.get(0)?, row.get(1)?), row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    // A recount is a later row, so the last one of a day stands.
    let latest: BTreeMap<(String, i64), i64> = rows.into_iter().collect();
    let counted = cash_days.iter().filter(|day| latest.contains_key(*day)).count();
    let off = latest.values().map(|off| off.saturating_abs()).fold(0_i64, i64::saturating_add);
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(((number(counted), number(cash_days.len())), Fen::from_fen(off)))
}

fn coverage(conn: &Connection, span: Span) -> rusqlite::Result<(i64, i64)> {
    conn.prepare_cached(
        "SELECT CAST(COALESCE(SUM(open), 0) AS BIGINT), COUNT(*) FROM offered_account WHERE at >= $1 AND at < $2",
    )?
    .query_row([span.from, span.to], |row| Ok((row.get(0)?, row.get(1)?)))
}

fn batches(conn: &Connection, span: Span) -> rusqlite::Result<(i64, Fen)> {
    conn.prepare_cached(
        "SELECT COUNT(*), CAST(COALESCE(SUM(b.total), 0) AS BIGINT) FROM batch_sending s JOIN batch b ON b.id = s.batch_id \
         WHERE s.at >= $1 AND s.at < $2",
    )?
    .query_row([span.from, span.to], |row| Ok((row.get(0)?, Fen::from_fen(row.get(1)?))))
}

fn standing(conn: &Connection) -> rusqlite::Result<(i64, i64)> {
    let one = |sql: &str| conn.prepare_cached(sql)?.query_row([], |row| row.get(0));
    Ok((
        one("SELECT COUNT(*) FROM batch WHERE state IN ('sending', 'sent')")?,
        one("SELECT COUNT(*) FROM instruction WHERE state IN ('failed', 'returned', 'stopped')")?,
    ))
}

/// Which cases are listed behind a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Paid in the span.
    Paid,
    /// Paid on site in the span.
    OnSite,
    /// Paid in cash in the span.
    Cash,
    /// The first-offered account was at a bank without an open channel.
    Uncovered,
    /// In a batch that left in the span.
    Sent,
    /// In a batch that is out without an answer now.
    Unanswered,
    /// Waits to be mended now.
    ToMend,
}

/// Keys of the cases behind a figure.
///
/// # Errors
/// What SQLite says.
pub fn cases(conn: &Connection, span: Span, page: Page, which: Which) -> anyhow::Result<Vec<i64>> {
    const PAID: &str = "instruction i WHERE i.paid_at IS NOT NULL AND i.paid_at >= $1 AND i.paid_at < $2";
    const ON_SITE: &str = "i.state = 'paid' AND i.mode IN ('cash', 'cash_cheque', 'transfer_cheque', 'immediate')";
    let rows = match which {
        Which::Paid => format!("{PAID} AND i.state = 'paid'"),
        Which::OnSite => format!("{PAID} AND {ON_SITE}"),
        Which::Cash => format!("{PAID} AND i.mode = 'cash'"),
        Which::Uncovered => "offered_account i WHERE i.at >= $1 AND i.at < $2 AND i.open = 0".to_owned(),
        Which::Sent => "batch_sending s JOIN batch_line l ON l.batch_id = s.batch_id \
             JOIN instruction i ON i.id = l.instruction_id WHERE s.at >= $1 AND s.at < $2"
            .to_owned(),
        // As things stand now; the span is only named.
        Which::Unanswered => {
            "batch b JOIN batch_line l ON l.batch_id = b.id JOIN instruction i ON i.id = l.instruction_id \
             WHERE $1 < $2 AND b.state IN ('sending', 'sent')"
                .to_owned()
        }
        Which::ToMend => "instruction i WHERE $1 < $2 AND i.state IN ('failed', 'returned', 'stopped')".to_owned(),
    };
    let sql = format!("SELECT DISTINCT i.case_id FROM {rows} AND i.case_id > $3 ORDER BY i.case_id LIMIT $4");
    keys(conn, &sql, span, page)
}
