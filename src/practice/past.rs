//! The cases of the past as the core system would hand them over, one after the other, oldest first.
//!
//! The shares are the annual report's: cash and counter 70 % before and 35 % after the direct-pay accounts came,
//! 3 and 1.5 working days from told to paid, 85 % and 100 % of the files in time, within 7 and 3 working days.

use super::chance::Chance;
use super::claims::{Accident, HOUR, Source, at_the_desk};
use super::data::LineAmounts;
use crate::case::milestones::Outcome;
use crate::intake::row::{Past, Row};
use crate::kernel::clock::{self, DAY};
use crate::kernel::money::Fen;
use crate::reference::rulebook::Rulebook;
use chrono::{Datelike, NaiveDate};
use std::collections::BTreeMap;

/// The office's new ways are so many days old: they came during the report's year.
const REFORM_DAYS: i64 = 300;
/// Files of one box (report: 6,438 files in 126 boxes).
const BOX_FILES: u64 = 51;
/// From this payable on a case is large.
const LARGE: Fen = Fen::from_yuan(5_000);

/// How far a case of the past has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// In its box.
    Archived,
    /// Paid, not in its box.
    Paid,
    /// The customer has been told, and agreed.
    Told,
    /// Closed, nothing more.
    Closed,
}

/// Makes rows of closed cases.
#[derive(Debug)]
pub struct Closed<'a> {
    rules: &'a Rulebook,
    reform: i64,
    seed: u64,
    drawn: u64,
    boxes: BTreeMap<(String, i32), u64>,
    /// The accident of the case before, when its other policy is still to come.
    twin: Option<(Accident, LineAmounts)>,
}

impl<'a> Closed<'a> {
    /// Begins with a seed; `now` is when the practice begins.
    pub fn new(rules: &'a Rulebook, seed: u64, now: i64) -> Closed<'a> {
        Closed { rules, reform: now - REFORM_DAYS * DAY, seed, drawn: 0, boxes: BTreeMap::new(), twin: None }
    }

    /// A case closed on a day; nothing of it lies behind `until`.
    ///
    /// # Errors
    /// When a data file lacks something.
    pub fn row(&mut self, source: &mut Source, day: NaiveDate, until: i64, end: End) -> anyhow::Result<Row> {
        self.drawn += 1;
        let mut chance = Chance::new(self.seed, 1, self.drawn);
        let chance = &mut chance;
        let twin = self.twin.take();
        let earliest = twin.as_ref().map_or(i64::MIN, |(accident, _)| accident.claimed_at + 2 * HOUR);
        let closed_at = at_the_desk(day, chance).max(earliest).min(until);
        // The papers of a small case were complete up to a day before its sign-off, of a large one up to three.
        let (accident, line) = match twin {
            Some(twin) => twin,
            None => {
                let line = source.any_line(chance)?;
                let by = closed_at - chance.between(2 * HOUR, 9 * DAY);
                let accident = source.accident(&line, chance, by, 3 * DAY);
                if chance.percent(45) {
                    self.twin = source.other_motor(&line)?.map(|other| (accident.clone(), other));
                }
                (accident, line)
            }
        };
        let priced = source.lines.price(&line, chance);
        let mut facts = source.facts(&accident, &line, priced, chance);
        let outcome = outcome(chance);
        if outcome != Outcome::Pay {
            facts.payable = Some(Fen::ZERO);
        }
        let hours = if priced.payable >= LARGE { 70 } else { 23 };
        let late = if chance.percent(5) { chance.between(HOUR, 40 * HOUR) } else { 0 };
        let papers = closed_at - chance.between(HOUR, hours * HOUR) - late;
        facts.papers_at = Some(papers.max(accident.claimed_at + 60).min(closed_at));
        let past = self.course(source, chance, (closed_at, outcome, priced.payable), (until, end), &line.code);
        Ok(Row { facts, past })
    }

    /// What happened after the closing.
    fn course(
        &mut self,
        source: &Source,
        chance: &mut Chance,
        (closed_at, outcome, payable): (i64, Outcome, Fen),
        (until, end): (i64, End),
        line: &str,
    ) -> Past {
        let people = &source.data.people;
        let approver = if payable > Fen::from_yuan(50_000) { &people.head } else { &people.leader };
        let mut past =
            Past { closed_at: Some(closed_at), outcome: Some(outcome), approver: approver.clone(), ..Past::default() };
        if end == End::Closed {
            return past;
        }
        let pays = outcome == Outcome::Pay;
        let reformed = closed_at >= self.reform;
        let told = (closed_at + chance.between(600, 5 * HOUR)).min(until);
        past.told_at = Some(told);
        if pays {
            past.agreed_at = Some((told + chance.between(0, 2 * HOUR)).min(until));
        }
        if end == End::Told {
            return past;
        }
        let mut last = past.agreed_at.unwrap_or(told);
        if pays {
            let days = if reformed { chance.between(0, 3) } else { chance.between(1, 5) };
            last = self.working_days_after(last, days, chance).min(until);
            past.paid_at = Some(last);
            past.payment_mode = mode(source, reformed, chance).to_owned();
        }
        if end == End::Paid {
            return past;
        }
        let (days, late) = if reformed { (3, 0) } else { (7, 15) };
        let wait = if chance.percent(late) { chance.between(days + 1, days + 13) } else { chance.between(1, days) };
        let filed = self.working_days_after(closed_at, wait, chance);
        past.archived_at = Some(filed.max(last + 300).min(until).max(last));
        past.box_text = self.next_box(line, closed_at);
        past
    }

    /// A moment of a later working day before its cutoff; the same day two hours on for none.
    fn working_days_after(&self, at: i64, days: i64, chance: &mut Chance) -> i64 {
        let Some(days) = u32::try_from(days).ok().filter(|days| *days > 0) else {
            return at + chance.between(600, 2 * HOUR);
        };
        let day = self.rules.calendar.nth_working_after(clock::day_of(at), days);
        clock::moment_on(day, chrono::NaiveTime::MIN) + chance.between(33_000, 57_000)
    }

    /// The box a file goes into: one archive class and one closing year.
    fn next_box(&mut self, line: &str, closed_at: i64) -> String {
        let class = self.rules.line(line).map_or(line, |line| line.class_name.as_str());
        let year = clock::day_of(closed_at).year();
        let count = self.boxes.entry((class.to_owned(), year)).or_default();
        *count += 1;
        format!("{class}-{year}-{:03}", (*count - 1) / BOX_FILES + 1)
    }
}

/// Most cases are paid.
fn outcome(chance: &mut Chance) -> Outcome {
    match chance.below(1_000) {
        0..=24 => Outcome::Refuse,
        25..=54 => Outcome::Withdraw,
        55..=74 => Outcome::Zero,
        _ => Outcome::Pay,
    }
}

/// How the money was paid (report: on-site 70 % before, 35 % after).
fn mode<'a>(source: &'a Source, reformed: bool, chance: &mut Chance) -> &'a str {
    let texts = &source.data.texts;
    let (counter, direct) = if reformed { (35, 45) } else { (70, 0) };
    match chance.below(100) {
        n if n < counter => &texts.modes_counter,
        n if n < counter + direct => &texts.modes_direct,
        _ => &texts.modes_transfer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::calendar::Calendar;
    use crate::kernel::clock::parse_time;
    use crate::kernel::settings::Settings;

    /// Cases of one era with what became of them.
    fn era(day: &str, count: usize) -> (Rulebook, Vec<Row>) {
        let rules = Rulebook { calendar: Calendar::built_in(), settings: Settings::default(), lines: Vec::new() };
        let mut source = Source::new().unwrap();
        let now = parse_time("2026-11-23 15:30").unwrap();
        let mut closed = Closed::new(&rules, 1, now);
        let day = clock::parse_day(day).unwrap();
        let rows = (0..count).map(|_| closed.row(&mut source, day, now, End::Archived).unwrap()).collect();
        drop(closed);
        (rules, rows)
    }

    fn share(rows: &[Row], of: impl Fn(&Row) -> bool) -> usize {
        rows.iter().filter(|row| of(row)).count() * 1_000 / rows.len()
    }

    /// Working days from one moment to another.
    fn working_days(rules: &Rulebook, from: i64, to: i64) -> i64 {
        let (from, to) = (clock::day_of(from), clock::day_of(to));
        i64::try_from(
            from.iter_days().skip(1).take_while(|d| *d <= to).filter(|d| rules.calendar.is_working(*d)).count(),
        )
        .unwrap()
    }

    #[test]
    fn the_shares_are_the_reports_before_and_after() {
        for (day, counter, told_to_paid, days, in_time) in
            [("2025-03-12", 700, 300, 7, 850), ("2026-09-16", 350, 150, 3, 1_000)]
        {
            let (rules, rows) = era(day, 4_000);
            let paid: Vec<Row> = rows.iter().filter(|row| row.past.paid_at.is_some()).cloned().collect();
            assert!((900..950).contains(&(paid.len() * 1_000 / rows.len())), "most cases are paid");
            let mode = "现场领取";
            let found = share(&paid, |row| row.past.payment_mode == mode);
            assert!(found.abs_diff(counter) < 30, "{day}: {found} at the counter");
            let waits: i64 =
                paid.iter().map(|row| working_days(&rules, row.past.told_at.unwrap(), row.past.paid_at.unwrap())).sum();
            let mean = waits * 100 / i64::try_from(paid.len()).unwrap();
            assert!((mean - told_to_paid).abs() < 20, "{day}: {mean} hundredths of a working day");
            let found = share(&rows, |row| {
                working_days(&rules, row.past.closed_at.unwrap(), row.past.archived_at.unwrap()) <= days
            });
            assert!(found.abs_diff(in_time) < 25, "{day}: {found} in time");
        }
    }

    #[test]
    fn things_happen_in_their_order_and_boxes_hold_fifty_one() {
        let (_, rows) = era("2026-11-20", 2_000);
        let now = parse_time("2026-11-23 15:30").unwrap();
        let mut boxes: BTreeMap<&str, u64> = BTreeMap::new();
        for row in &rows {
            let (f, p) = (&row.facts, &row.past);
            let moments = [f.claimed_at, f.papers_at, p.closed_at, p.told_at, p.agreed_at, p.paid_at, p.archived_at];
            let known: Vec<i64> = moments.into_iter().flatten().collect();
            assert!(known.is_sorted() && known.iter().all(|at| *at <= now), "{known:?}");
            *boxes.entry(&p.box_text).or_default() += 1;
        }
        assert!(boxes.values().all(|count| *count <= BOX_FILES) && boxes.len() > 30);
    }
}
