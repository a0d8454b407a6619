//! The call list: cases to be told, overdue first, then calls that were agreed at their time among the other deadlines.

use crate::case::deadline::DeadlineKind;
use crate::case::milestones::{Outcome, Stage};
use crate::case::store::ListRow;
use crate::case::store::list::{ROW_COLUMNS, ROW_WIDTH, row_at};
use crate::case::store::load::{ROUND_COLUMNS, ROUND_WIDTH};
use crate::db::Connection;
use crate::kernel::money::Fen;
use rusqlite::{Row, params};

/// A row of the call list: a case, or the cases of one accident that are told once.
#[derive(Clone, Debug)]
pub struct Call {
    /// The case, of an accident the most pressing.
    pub row: ListRow,
    /// When the customer wants to be called.
    pub call_back_at: Option<i64>,
    /// Attempts in this round.
    pub attempts: i64,
    /// How many cases are told together.
    pub cases: i64,
    /// Their amounts together.
    pub amount: Fen,
}

impl Call {
    /// A call on another case of the accident tells this one, too.
    fn told_together(&self) -> bool {
        let m = &self.row.milestones;
        !self.row.accident_no.is_empty() && m.inquiry_holds == 0 && m.outcome != Some(Outcome::Refuse)
    }

    /// The moment the row sorts at: the call that was agreed, else the deadline.
    pub fn turn(&self) -> i64 {
        self.call_back_at.unwrap_or(self.row.due_at)
    }
}

const ATTEMPTS: &str = "(SELECT COUNT(*) FROM attempt n WHERE n.case_id = c.id AND n.round = c.round)";

fn call_at(row: &Row<'_>) -> rusqlite::Result<Call> {
    let list = row_at(row)?;
    let amount = match list.milestones.outcome {
        Some(Outcome::Pay) => list.milestones.to_pay(),
        _ => Fen::ZERO,
    };
    Ok(Call {
        row: list,
        call_back_at: row.get(ROW_WIDTH + ROUND_WIDTH)?,
        attempts: row.get(ROW_WIDTH + ROUND_WIDTH + 1)?,
        cases: 1,
        amount,
    })
}

/// The first `limit` cases of the list, those of one accident as one row, and whether there are more.
///
/// # Errors
/// What SQLite says.
pub fn calls(conn: &Connection, now: i64, limit: usize) -> rusqlite::Result<(Vec<Call>, bool)> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut all = overdue(conn, now, most)?;
    let mut later = calm(conn, now, most)?;
    later.extend(called_back(conn, now, most)?);
    later.sort_by_key(|call| (call.turn(), call.row.id));
    all.extend(later);
    let more = all.len() > limit;
    all.truncate(limit);
    Ok((grouped(all), more))
}

/// What is overdue, by deadline. A tentative archive deadline that has passed is no lateness.
fn overdue(conn: &Connection, now: i64, limit: i64) -> rusqlite::Result<Vec<Call>> {
    conn.prepare_cached(&format!(
        "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS}, a.call_back_at, {ATTEMPTS} FROM cases c \
         JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         LEFT JOIN attempt a ON a.case_id = c.id AND a.call_back_open = 1 \
         WHERE c.open = 1 AND c.stage = $1 AND c.step = 0 AND c.due_at < $2 AND c.due_kind <> $3 \
         ORDER BY c.due_at, c.id LIMIT $4"
    ))?
    .query_map(params![STAGE, now, TENTATIVE, limit], call_at)?
    .collect()
}

/// What is not overdue and not to be called at an agreed time, by deadline.
fn calm(conn: &Connection, now: i64, limit: i64) -> rusqlite::Result<Vec<Call>> {
    conn.prepare_cached(&format!(
        "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS}, NULL, {ATTEMPTS} FROM cases c \
         JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE c.open = 1 AND c.stage = $1 AND c.step = 0 AND (c.due_at >= $2 OR c.due_kind = $3) \
         AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.case_id = c.id AND a.call_back_open = 1) \
         ORDER BY c.due_at, c.id LIMIT $4"
    ))?
    .query_map(params![STAGE, now, TENTATIVE, limit], call_at)?
    .collect()
}

/// What is to be called at an agreed time and is not overdue, by that time.
fn called_back(conn: &Connection, now: i64, limit: i64) -> rusqlite::Result<Vec<Call>> {
    conn.prepare_cached(&format!(
        "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS}, a.call_back_at, {ATTEMPTS} FROM attempt a \
         JOIN cases c ON c.id = a.case_id JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE a.call_back_open = 1 AND c.open = 1 AND c.stage = $1 AND (c.due_at >= $2 OR c.due_kind = $3) \
         ORDER BY a.call_back_at, a.id LIMIT $4"
    ))?
    .query_map(params![STAGE, now, TENTATIVE, limit], call_at)?
    .collect()
}

const STAGE: i64 = Stage::Notify as i64;
const TENTATIVE: i64 = DeadlineKind::ArchiveTentative as i64;

/// Cases of one accident that are told together stand as one row, at the place of the first.
fn grouped(all: Vec<Call>) -> Vec<Call> {
    let mut rows: Vec<Call> = Vec::with_capacity(all.len());
    let mut heads = std::collections::HashMap::new();
    for call in all {
        if !call.told_together() {
            rows.push(call);
            continue;
        }
        match heads.get(&call.row.accident_no).and_then(|at: &usize| rows.get_mut(*at)) {
            Some(head) => {
                head.cases += 1;
                head.amount = Fen::from_fen(head.amount.fen().saturating_add(call.amount.fen()));
                head.attempts = head.attempts.max(call.attempts);
                head.call_back_at = head.call_back_at.or(call.call_back_at);
            }
            None => {
                heads.insert(call.row.accident_no.clone(), rows.len());
                rows.push(call);
            }
        }
    }
    rows
}
