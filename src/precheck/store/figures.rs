//! Figures of the counter: first submissions without proof of identity or account, and payments with a problem.

use crate::db::Connection;
use crate::db::figures::{Page, Span, keys};

/// The counter's figures of a time (domain §5, §9).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Visits.
    pub visits: i64,
    /// First submissions of a case.
    pub first: i64,
    /// Of those, without proof of identity or without card or passbook (report: 28 % before).
    pub lacking: i64,
    /// Payments that went out.
    pub paid: i64,
    /// Of those, with any problem: a paper rejected, or an instruction of the chain that failed, was stopped, returned or
    /// mended (goal: under 5 %).
    pub problems: i64,
}

/// The figures from a moment to another, the latter not included.
///
/// # Errors
/// What SQLite says.
pub fn day(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<Day> {
    let (visits, first, lacking) = conn
        .prepare_cached(
            "SELECT COUNT(*), COUNT(CASE WHEN first = 1 THEN 1 END), \
             COUNT(CASE WHEN first = 1 AND (lacks_id = 1 OR lacks_card = 1) THEN 1 END) \
             FROM visit WHERE at >= $1 AND at < $2",
        )?
        .query_row([from, to], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (paid, problems) = conn
        .prepare_cached(&format!(
            "SELECT COUNT(*), COUNT(CASE WHEN {PROBLEM} THEN 1 END) FROM instruction i \
                 WHERE i.paid_at IS NOT NULL AND i.paid_at >= $1 AND i.paid_at < $2"
        ))?
        .query_row([from, to], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(Day { visits, first, lacking, paid, problems })
}

/// What makes a paid instruction `i` one with a problem.
const PROBLEM: &str = "(EXISTS (SELECT 1 FROM instruction o WHERE o.case_id = i.case_id AND o.chain_id = i.chain_id \
    AND o.state IN ('failed', 'returned', 'stopped', 'replaced')) OR EXISTS (SELECT 1 FROM paper_mark m \
    WHERE m.case_id = i.case_id AND m.state = 'rejected' AND m.at >= i.chosen_at AND m.at <= i.paid_at))";

/// Keys of the cases of visits, or of first submissions that lacked a proof.
///
/// # Errors
/// What SQLite says.
pub fn visited(conn: &Connection, span: Span, page: Page, lacking: bool) -> anyhow::Result<Vec<i64>> {
    let only = if lacking { "AND v.first = 1 AND (v.lacks_id = 1 OR v.lacks_card = 1)" } else { "" };
    let sql = format!(
        "SELECT DISTINCT c.case_id FROM visit v JOIN visit_case c ON c.visit_id = v.id \
         WHERE v.at >= $1 AND v.at < $2 {only} AND c.case_id > $3 ORDER BY c.case_id LIMIT $4"
    );
    keys(conn, &sql, span, page)
}

/// Keys of the cases whose payments had a problem.
///
/// # Errors
/// What SQLite says.
pub fn with_problem(conn: &Connection, span: Span, page: Page) -> anyhow::Result<Vec<i64>> {
    let sql = format!(
        "SELECT DISTINCT i.case_id FROM instruction i WHERE i.paid_at IS NOT NULL AND i.paid_at >= $1 AND i.paid_at < $2 \
         AND {PROBLEM} AND i.case_id > $3 ORDER BY i.case_id LIMIT $4"
    );
    keys(conn, &sql, span, page)
}
