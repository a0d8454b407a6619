//! What was closed in a span, counted from the rounds; cases taken over are counted apart.

use crate::case::deadline::{ClockFacts, Rules};
use crate::case::milestones::{Milestones, Outcome};
use crate::db::figures::Span;
use crate::db::{Connection, Store};
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::reference::store::rulebook;
use chrono::Days;
use rusqlite::params;

/// A batch day is at most so many days behind the day of its sign-off: the longest holidays have fewer.
const BATCH_BEHIND: u64 = 40;

/// What was closed in a span.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closed {
    /// Rounds signed off here.
    pub closed: i64,
    /// Of these, second and later rounds.
    pub again: i64,
    /// What these rounds are to pay together.
    pub to_pay: Fen,
    /// The same rounds by outcome, in the order of [`Outcome::ALL`].
    pub outcomes: Vec<(Outcome, i64)>,
    /// Rounds whose company limit of 24 or 72 hours was kept, and all that have one.
    pub in_limit: (i64, i64),
    /// Cases closed in the span before they came to this store.
    pub taken_over: i64,
    /// The same cases by the way they were paid, as the file wrote it; those without one are left out.
    pub taken_modes: Vec<(String, i64)>,
}

struct Row {
    case_id: i64,
    taken_over: bool,
    outcome: String,
    mode: String,
    closed_at: i64,
    round: Milestones,
    facts: ClockFacts,
}

/// Every round closed in a span. The index of batch days finds them: a batch day is never before its sign-off.
fn rows(conn: &Connection, span: Span) -> rusqlite::Result<Vec<Row>> {
    let first = clock::day_of(span.from);
    let last = clock::day_of(span.to);
    let last = last.checked_add_days(Days::new(BATCH_BEHIND)).unwrap_or(last);
    let money = |fen: Option<i64>| fen.map(Fen::from_fen);
    conn.prepare_cached(
        "SELECT r.case_id, r.round, r.taken_over, r.outcome, r.payment_mode, r.closed_at, r.opened_at, r.papers_at, \
         r.payable, r.paid_before, c.assessed, c.verified, c.payable FROM case_round r JOIN cases c ON c.id = r.case_id \
         WHERE r.batch_day <> '' AND r.batch_day >= $1 AND r.batch_day <= $2 AND r.closed_at >= $3 AND r.closed_at < $4",
    )?
    .query_map(params![clock::day_text(first), clock::day_text(last), span.from, span.to], |row| {
        Ok(Row {
            case_id: row.get(0)?,
            taken_over: row.get(2)?,
            outcome: row.get(3)?,
            mode: row.get(4)?,
            closed_at: row.get(5)?,
            round: Milestones {
                round: row.get(1)?,
                opened_at: row.get(6)?,
                papers_at: row.get(7)?,
                payable: money(row.get(8)?),
                paid_before: Fen::from_fen(row.get(9)?),
                ..Milestones::default()
            },
            facts: ClockFacts {
                assessed: money(row.get(10)?),
                verified: money(row.get(11)?),
                payable: money(row.get(12)?),
                ..ClockFacts::default()
            },
        })
    })?
    .collect()
}

/// Whether the round kept its limit; nothing where it has none.
fn kept(row: &Row, rules: Rules<'_>) -> Option<bool> {
    rules.company_limit(&row.facts, &row.round).map(|limit| row.closed_at <= limit.due_at)
}

/// What was closed in a span.
///
/// # Errors
/// What the store says.
pub fn closed(store: &Store, span: Span) -> anyhow::Result<Closed> {
    let rulebook = rulebook(store)?;
    let rules = Rules { calendar: &rulebook.calendar, settings: &rulebook.settings };
    let mut out = Closed { outcomes: Outcome::ALL.iter().map(|outcome| (*outcome, 0)).collect(), ..Closed::default() };
    for row in rows(store.conn(), span)? {
        if row.taken_over {
            out.taken_over += 1;
            if !row.mode.is_empty() {
                match out.taken_modes.iter_mut().find(|(mode, _)| *mode == row.mode) {
                    Some((_, count)) => *count += 1,
                    None => out.taken_modes.push((row.mode, 1)),
                }
            }
            continue;
        }
        out.closed += 1;
        out.again += i64::from(row.round.round > 1);
        let to_pay = row.round.payable.unwrap_or_default().fen() - row.round.paid_before.fen();
        out.to_pay = Fen::from_fen(out.to_pay.fen().saturating_add(to_pay));
        if let Some((_, count)) = out.outcomes.iter_mut().find(|(outcome, _)| outcome.code() == row.outcome) {
            *count += 1;
        }
        if let Some(kept) = kept(&row, rules) {
            out.in_limit.0 += i64::from(kept);
            out.in_limit.1 += 1;
        }
    }
    out.taken_modes.sort();
    Ok(out)
}

/// Which of the closed rounds are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// Those signed off here.
    Here,
    /// Second and later rounds signed off here.
    Again,
    /// Those that took longer than their limit.
    Late,
    /// Those that came in closed.
    TakenOver,
}

/// The cases of closed rounds.
///
/// # Errors
/// What the store says.
pub fn cases(store: &Store, span: Span, which: Which) -> anyhow::Result<Vec<i64>> {
    let rulebook = rulebook(store)?;
    let rules = Rules { calendar: &rulebook.calendar, settings: &rulebook.settings };
    let listed = |row: &Row| match which {
        Which::Here => !row.taken_over,
        Which::Again => !row.taken_over && row.round.round > 1,
        Which::Late => !row.taken_over && kept(row, rules) == Some(false),
        Which::TakenOver => row.taken_over,
    };
    Ok(rows(store.conn(), span)?.iter().filter(|row| listed(row)).map(|row| row.case_id).collect())
}
