//! Timeliness of filing (domain §6), as queries with their moment: on time ÷ all whose deadline has passed, open ones
//! included and tentative ones left out; and the strict figure counted from closing beside it.

use crate::archive::rules::draw::Week;
use crate::case::deadline::{DeadlineKind, Rules};
use crate::case::milestones::Milestones;
use crate::case::reason::rules_of;
use crate::case::store::files::{self, FileRound};
use crate::case::store::seals;
use crate::db::Connection;
use crate::kernel::clock;
use crate::kernel::settings;
use crate::reference::rulebook::Rulebook;
use chrono::{Days, NaiveDate, NaiveTime};

/// So many days before a span closings are looked at whose strict deadline may lie in it: the longest archive period
/// a setting allows, with the longest holidays between.
const STRICT_REACH: u64 = 90;

/// One ratio: on time of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ratio {
    /// Filed at or before the deadline.
    pub on_time: i64,
    /// All whose deadline has passed, open ones included.
    pub all: i64,
}

impl Ratio {
    fn count(&mut self, on_time: bool) {
        self.all += 1;
        self.on_time += i64::from(on_time);
    }

    /// Tenths of a percent, rounded down so that 100 % means all; nothing where no deadline has passed.
    pub fn per_mille(self) -> Option<i64> {
        (self.all > 0).then(|| self.on_time * 1_000 / self.all)
    }
}

/// Timeliness of a span of deadlines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeliness {
    /// By the archive clock of the setting, cases closed in this store.
    pub own: Ratio,
    /// The same for cases taken over closed, counted apart.
    pub taken_over: Ratio,
    /// By the strict clock from closing, cases closed in this store.
    pub strict: Ratio,
    /// Files behind the figure that were late or are open: case key, code, round, deadline, when filed.
    pub late: Vec<(i64, String, i64, i64, Option<i64>)>,
    /// The moment the figures are of, UTC seconds.
    pub as_of: i64,
}

/// The figures of the deadlines on one day.
///
/// # Errors
/// What SQLite says.
pub fn day(conn: &Connection, rules: &Rulebook, day: NaiveDate, now: i64) -> rusqlite::Result<Timeliness> {
    span(conn, rules, (clock::moment_on(day, NaiveTime::MIN), seals::behind(day)), now)
}

/// The figures of the deadlines in one ISO week.
///
/// # Errors
/// What SQLite says.
pub fn week(conn: &Connection, rules: &Rulebook, week: Week, now: i64) -> rusqlite::Result<Timeliness> {
    span(conn, rules, week.span(), now)
}

/// The figures of the deadlines from one moment on and before another that have passed by `now`.
///
/// # Errors
/// What SQLite says.
pub fn span(conn: &Connection, rules: &Rulebook, (from, before): (i64, i64), now: i64) -> rusqlite::Result<Timeliness> {
    let mut out = Timeliness { as_of: now, ..Timeliness::default() };
    for round in files::due_between(conn, from, before)? {
        let Some(due) = passed(&round, rules, now) else { continue };
        let on_time = in_time(&round.milestones, due);
        let ratio = if round.milestones.taken_over { &mut out.taken_over } else { &mut out.own };
        ratio.count(on_time);
        if !on_time {
            out.late.push((
                round.case_id,
                round.case_code,
                round.milestones.round,
                due,
                round.milestones.filed_at.filter(|at| *at <= now),
            ));
        }
    }
    let reach = clock::day_of(from).checked_sub_days(Days::new(STRICT_REACH)).unwrap_or(NaiveDate::MIN);
    for round in files::of_batches(conn, reach, clock::day_of(before))? {
        let Some(due) = strict_due(&rules_of(rules), &round.milestones) else { continue };
        let stopped = round.reopened_at.is_some_and(|opened| opened <= due);
        if (from..before).contains(&due) && due < now && !stopped && !round.milestones.taken_over {
            out.strict.count(in_time(&round.milestones, due));
        }
    }
    Ok(out)
}

fn in_time(m: &Milestones, due: i64) -> bool {
    m.filed_at.is_some_and(|filed| filed <= due)
}

/// The stored deadline of a round, if it counts and has passed: not tentative, not stopped by a reopening. A deadline
/// has passed in the second behind it.
fn passed(round: &FileRound, rules: &Rulebook, now: i64) -> Option<i64> {
    let (m, due) = (&round.milestones, round.notes.archive_due?);
    let tentative =
        m.filed_at.is_none() && rules_of(rules).archive(m).is_none_or(|d| d.kind == DeadlineKind::ArchiveTentative);
    let stopped = round.reopened_at.is_some_and(|opened| opened <= due);
    (!tentative && !stopped && due < now).then_some(due)
}

/// The deadline counted from closing, whatever the setting says; printed beside the other.
pub fn strict_due(rules: &Rules<'_>, m: &Milestones) -> Option<i64> {
    let closed_at = m.closed_at?;
    let days = u32::try_from(rules.settings.number(settings::ARCHIVE_DAYS, closed_at)).unwrap_or(3);
    Some(rules.settings.cutoff(closed_at).archive_deadline(rules.calendar, closed_at, days).due_at)
}
