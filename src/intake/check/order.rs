//! The order in which things happen: loss, report, claim, papers, closing, payment, filing; nothing in the future.

use super::Against;
use crate::case::facts::Column;
use crate::intake::columns;
use crate::intake::row::Row;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use chrono::NaiveDate;

/// Another program's clock may be a little ahead of ours, in seconds.
const AHEAD: i64 = 600;

/// When something happened, as exactly as the file says.
#[derive(Clone, Copy)]
enum When {
    Day(NaiveDate),
    /// A moment; midnight sharp stands for a day whose time nobody wrote down.
    At(i64),
}

impl When {
    fn day(self) -> NaiveDate {
        match self {
            When::Day(day) => day,
            When::At(at) => clock::day_of(at),
        }
    }

    fn exact(self) -> Option<i64> {
        match self {
            When::At(at) if clock::local(at).time() != chrono::NaiveTime::MIN => Some(at),
            _ => None,
        }
    }

    fn before(self, other: When) -> bool {
        match (self.exact(), other.exact()) {
            (Some(a), Some(b)) => a < b,
            _ => self.day() < other.day(),
        }
    }
}

fn when(row: &Row, column: Column) -> Option<When> {
    let (f, p) = (&row.facts, &row.past);
    match column {
        Column::LossDate => f.loss_date.map(When::Day),
        Column::ReportDate => f.report_date.map(When::Day),
        Column::ClaimedAt => f.claimed_at.map(When::At),
        Column::PapersAt => f.papers_at.map(When::At),
        Column::SurveyedAt => f.surveyed_at.map(When::At),
        Column::ClosedAt => p.closed_at.map(When::At),
        Column::ToldAt => p.told_at.map(When::At),
        Column::AgreedAt => p.agreed_at.map(When::At),
        Column::PaidAt => p.paid_at.map(When::At),
        Column::ArchivedAt => p.archived_at.map(When::At),
        _ => None,
    }
}

/// What happens one after the other; a gap in the chain is bridged by the next known one.
const CHAIN: [Column; 5] =
    [Column::LossDate, Column::ReportDate, Column::ClaimedAt, Column::PapersAt, Column::ClosedAt];
/// Further pairs, first the earlier. A payment may be repeated after filing, so those two have no order.
const PAIRS: [(Column, Column); 7] = [
    (Column::LossDate, Column::SurveyedAt),
    (Column::ClosedAt, Column::ToldAt),
    (Column::ClosedAt, Column::AgreedAt),
    (Column::ClosedAt, Column::PaidAt),
    (Column::ClosedAt, Column::ArchivedAt),
    (Column::ToldAt, Column::PaidAt),
    (Column::AgreedAt, Column::PaidAt),
];
/// Columns that can only speak of what has been.
const DONE: [Column; 10] = [
    Column::LossDate,
    Column::ReportDate,
    Column::ClaimedAt,
    Column::PapersAt,
    Column::SurveyedAt,
    Column::ClosedAt,
    Column::ToldAt,
    Column::AgreedAt,
    Column::PaidAt,
    Column::ArchivedAt,
];

pub(super) fn check(row: &Row, against: &Against<'_>, found: &mut Findings) {
    let today = clock::day_of(against.now);
    for column in DONE {
        let ahead = when(row, column).is_some_and(|w| match w {
            When::Day(day) => day > today,
            When::At(at) => at > against.now.saturating_add(AHEAD),
        });
        if ahead {
            super::block(found, "future", column, W::IntakeRejectFuture);
        }
    }
    let mut last: Option<(Column, When)> = None;
    for column in CHAIN {
        let Some(now) = when(row, column) else {
            continue;
        };
        if let Some((earlier, before)) = last
            && now.before(before)
        {
            reversed(found, earlier, column);
        }
        last = Some((column, now));
    }
    for (earlier, later) in PAIRS {
        if let (Some(a), Some(b)) = (when(row, earlier), when(row, later))
            && b.before(a)
        {
            reversed(found, earlier, later);
        }
    }
    twice(row, found);
}

fn reversed(found: &mut Findings, earlier: Column, later: Column) {
    let words = [Arg::Word(columns::word(later)), Arg::Word(columns::word(earlier))];
    let what = Phrase::new(W::IntakeRejectReversed, words);
    found.push(Finding::block("dates_reversed", columns::english(later), what));
}

/// One person in two of the parts that are kept apart: worth a look, decided when the step is confirmed.
fn twice(row: &Row, found: &mut Findings) {
    let f = &row.facts;
    let named = [&f.assessor, &f.verifier, &f.adjuster, &row.past.approver];
    let folded = named.map(|name| text::fold_name(name));
    for (index, (name, key)) in named.into_iter().zip(&folded).enumerate() {
        if !name.is_empty() && folded.iter().skip(index + 1).any(|other| other == key) {
            let said = Arg::Text(text::neutralise(name).into_owned());
            return found.push(Finding::warn("person_twice", None, Phrase::new(W::IntakeWarnPersonTwice, [said])));
        }
    }
}
