//! The figures of a day, or of any span: told, asked, first answered, resolved. Pure queries with their span.

use crate::db::Connection;
use crate::db::figures::{Page, Span, keys};
use crate::kernel::settings::{self, Settings};
use crate::notify::rules::Kind;
use crate::reference::store::settings as settings_of;
use rusqlite::params;

/// What happened from `from` on and before `to`, both UTC seconds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayFigures {
    /// Cases told for the first time in their round.
    pub told: i64,
    /// Of these cases, those on which something was asked in the same span (report: about 15 %).
    pub told_and_asked: i64,
    /// Inquiries asked, by kind in the order of [`Kind::ALL`].
    pub asked: Vec<(Kind, i64)>,
    /// First answers given, and the seconds they took together.
    pub first_answers: (i64, i64),
    /// First answers within the goal (report: three minutes).
    pub first_answers_in_goal: i64,
    /// Inquiries other than complaints resolved, and the seconds they took together.
    pub resolved: (i64, i64),
    /// Of these, those resolved in time.
    pub resolved_in_time: i64,
    /// Complaints resolved.
    pub complaints_resolved: i64,
    /// Disputes of a price that were asked.
    pub price_disputes: i64,
    /// Disputes upheld.
    pub upheld: i64,
    /// Refusals delivered.
    pub delivered: i64,
    /// Inquiries open at `to`, and those of them overdue then.
    pub open: (i64, i64),
}

impl DayFigures {
    /// Inquiries asked, of all kinds.
    pub fn asked_in_all(&self) -> i64 {
        self.asked.iter().map(|(_, count)| count).sum()
    }

    /// Share of told cases that asked, in tenths of a percent; none told = nothing.
    pub fn share(&self) -> Option<i64> {
        (self.told > 0).then(|| self.told_and_asked * 1_000 / self.told)
    }

    /// Mean seconds to the first answer.
    pub fn mean_first_answer(&self) -> Option<i64> {
        (self.first_answers.0 > 0).then(|| self.first_answers.1 / self.first_answers.0)
    }

    /// Mean seconds to the resolution.
    pub fn mean_resolution(&self) -> Option<i64> {
        (self.resolved.0 > 0).then(|| self.resolved.1 / self.resolved.0)
    }
}

fn one(conn: &Connection, sql: &str, from: i64, to: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached(sql)?.query_row([from, to], |row| row.get(0))
}

/// The figures of a span.
///
/// # Errors
/// What SQLite says.
pub fn day(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<DayFigures> {
    let settings = settings_of(conn)?;
    let first_told = "SELECT DISTINCT a.case_id, a.round FROM attempt a WHERE a.result = 'told' AND a.at >= $1 AND a.at < $2 \
        AND NOT EXISTS (SELECT 1 FROM attempt b WHERE b.case_id = a.case_id AND b.round = a.round AND b.result = 'told' \
        AND b.at < $1)";
    let told = one(conn, &format!("SELECT COUNT(*) FROM ({first_told}) AS t"), from, to)?;
    let told_and_asked = one(
        conn,
        &format!(
            "SELECT COUNT(*) FROM ({first_told}) AS t WHERE EXISTS (SELECT 1 FROM inquiry i WHERE i.case_id = t.case_id \
             AND i.round = t.round AND i.asked_at >= $1 AND i.asked_at < $2)"
        ),
        from,
        to,
    )?;
    let first = first_answers(conn, &settings, (from, to))?;
    let (resolved, resolved_in_time) = resolved(conn, (from, to))?;
    Ok(DayFigures {
        told,
        told_and_asked,
        asked: asked(conn, from, to)?,
        first_answers: first.0,
        first_answers_in_goal: first.1,
        resolved,
        resolved_in_time,
        complaints_resolved: one(
            conn,
            "SELECT COUNT(*) FROM inquiry WHERE resolved_at >= $1 AND resolved_at < $2 AND kind = 'complaint'",
            from,
            to,
        )?,
        price_disputes: one(
            conn,
            "SELECT COUNT(*) FROM inquiry WHERE asked_at >= $1 AND asked_at < $2 AND kind = 'price' AND complex = 1",
            from,
            to,
        )?,
        upheld: one(
            conn,
            "SELECT COUNT(*) FROM inquiry WHERE resolved_at >= $1 AND resolved_at < $2 AND outcome = 'upheld'",
            from,
            to,
        )?,
        delivered: one(
            conn,
            "SELECT COUNT(*) FROM refusal_delivery WHERE delivered_at >= $1 AND delivered_at < $2",
            from,
            to,
        )?,
        open: open_at(conn, to)?,
    })
}

fn asked(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<Vec<(Kind, i64)>> {
    let counted: Vec<(String, i64)> = conn
        .prepare_cached("SELECT kind, COUNT(*) FROM inquiry WHERE asked_at >= $1 AND asked_at < $2 GROUP BY kind")?
        .query_map([from, to], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let of = |kind: Kind| counted.iter().find(|(code, _)| code == kind.code()).map_or(0, |(_, count)| *count);
    Ok(Kind::ALL.iter().map(|kind| (*kind, of(*kind))).collect())
}

/// Count, seconds together, and how many within the goal in force when they were asked.
fn first_answers(
    conn: &Connection,
    settings: &Settings,
    (from, to): (i64, i64),
) -> rusqlite::Result<((i64, i64), i64)> {
    let rows: Vec<(i64, i64)> = conn
        .prepare_cached(
            "SELECT asked_at, first_answer_at FROM inquiry WHERE asked_at >= $1 AND asked_at < $2 \
             AND first_answer_at IS NOT NULL",
        )?
        .query_map([from, to], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut sums = ((0, 0), 0);
    for (asked, answered) in rows {
        let took = (answered - asked).max(0);
        sums.0.0 += 1;
        sums.0.1 += took;
        sums.1 += i64::from(took <= settings.number(settings::ANSWER_MINUTES, asked) * 60);
    }
    Ok(sums)
}

fn resolved(conn: &Connection, (from, to): (i64, i64)) -> rusqlite::Result<((i64, i64), i64)> {
    conn.prepare_cached(
        "SELECT COUNT(*), CAST(COALESCE(SUM(resolved_at - asked_at), 0) AS BIGINT), \
         CAST(COALESCE(SUM(CASE WHEN resolved_at <= due_at THEN 1 ELSE 0 END), 0) AS BIGINT) FROM inquiry \
         WHERE resolved_at >= $1 AND resolved_at < $2 AND kind <> 'complaint'",
    )?
    .query_row(params![from, to], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))
}

/// Open at a moment, and overdue then, whatever has happened since.
fn open_at(conn: &Connection, at: i64) -> rusqlite::Result<(i64, i64)> {
    conn.prepare_cached(
        "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN due_at < $1 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM inquiry \
         WHERE asked_at < $1 AND (resolved_at IS NULL OR resolved_at >= $1)",
    )?
    .query_row([at], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Which cases are listed behind a figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Told in the span.
    Told,
    /// Something was asked in the span.
    Asked,
    /// A price was disputed in the span.
    Disputed,
    /// Resolved in the span, complaints left out.
    Resolved,
    /// Upheld in the span.
    Upheld,
    /// A complaint was resolved in the span.
    Complained,
    /// A refusal was delivered in the span.
    Delivered,
    /// An inquiry was open at the end of the span.
    Open,
    /// One was overdue then.
    Overdue,
}

/// Keys of the cases behind a figure.
///
/// # Errors
/// What SQLite says.
pub fn cases(conn: &Connection, span: Span, page: Page, which: Which) -> anyhow::Result<Vec<i64>> {
    let rows = match which {
        Which::Told => "attempt WHERE result = 'told' AND at >= $1 AND at < $2",
        Which::Asked => "inquiry WHERE asked_at >= $1 AND asked_at < $2",
        Which::Disputed => "inquiry WHERE asked_at >= $1 AND asked_at < $2 AND kind = 'price' AND complex = 1",
        Which::Resolved => "inquiry WHERE resolved_at >= $1 AND resolved_at < $2 AND kind <> 'complaint'",
        Which::Upheld => "inquiry WHERE resolved_at >= $1 AND resolved_at < $2 AND outcome = 'upheld'",
        Which::Complained => "inquiry WHERE resolved_at >= $1 AND resolved_at < $2 AND kind = 'complaint'",
        Which::Delivered => "refusal_delivery WHERE delivered_at >= $1 AND delivered_at < $2",
        // What was open at the end may have been asked long before; the first moment is only named.
        Which::Open => "inquiry WHERE $1 < $2 AND asked_at < $2 AND (resolved_at IS NULL OR resolved_at >= $2)",
        Which::Overdue => {
            "inquiry WHERE $1 < $2 AND asked_at < $2 AND due_at < $2 AND (resolved_at IS NULL OR resolved_at >= $2)"
        }
    };
    keys(conn, &format!("SELECT DISTINCT case_id FROM {rows} AND case_id > $3 ORDER BY case_id LIMIT $4"), span, page)
}
