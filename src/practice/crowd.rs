//! The cases of the lived days that nobody here worked on: filed by the core's own record, or still to be looked at.

use super::chance::Chance;
use super::claims::HOUR;
use super::deeds::Work;
use super::kinds::quotas;
use super::living::Deed;
use super::past::End;
use super::plan::{Counts, Days30, spread};
use super::scripts::Scripts;
use super::teller::{Far, Size};
use crate::kernel::calendar::Calendar;
use crate::kernel::clock::{self, DAY};
use chrono::NaiveTime;

/// Files of the last days stay unfiled: a case takes up to three working days from closing into its box.
const LAST_DAYS: usize = 6;

/// Writes everything that is lived.
///
/// # Errors
/// When a data file lacks something.
pub fn write(
    scripts: &mut Scripts<'_, '_>,
    days: &Days30,
    counts: Counts,
    calendar: &Calendar,
    seed: u64,
) -> anyhow::Result<()> {
    kept(scripts, days);
    filed(scripts, days, counts.lived - counts.lived_open, calendar, seed)?;
    for (kind, count) in quotas(counts.lived_open) {
        for nth in 0..count {
            let mut chance = Chance::new(seed, 10 + kind as u64, nth);
            scripts.write(kind, nth, &mut chance)?;
        }
    }
    scripts.send_batches();
    for nth in 0..counts.imported_open {
        imported(scripts, &mut Chance::new(seed, 3, nth))?;
    }
    for nth in 0..counts.taken_open {
        taken(scripts, &mut Chance::new(seed, 4, nth))?;
    }
    Ok(())
}

/// What the office keeps: receipts for those who use them, shops, and the channel that is opened one day.
fn kept(scripts: &mut Scripts<'_, '_>, days: &Days30) {
    let data = &scripts.teller.source.data;
    let people = &data.people;
    let (keeper, cashier, head) = (people.keeper.clone(), people.cashier.clone(), people.head.clone());
    let hands = [(people.clerk.clone(), 1, 400), (people.second_clerk.clone(), 401, 800), (cashier.clone(), 801, 900)];
    let opened = data.places.banks.things().find(|bank| bank.opens_late).map(|bank| bank.name.clone());
    let begin = days.lived.first().copied().unwrap_or(days.takeover);
    let at = |day, minute| clock::moment_on(day, NaiveTime::from_hms_opt(8, minute, 0).unwrap_or_default());
    let mut add = |at: i64, by: &str, work: Work| {
        if at <= days.now {
            scripts.teller.schedule.add(at, 0, by, Deed::Work(Box::new(work)));
        }
    };
    add(at(begin, 5), &keeper, Work::Receive(1, 1_200));
    for (holder, first, last) in hands {
        add(at(begin, 10), &keeper, Work::Issue(holder.clone(), first, last));
        add(at(begin, 15), &holder, Work::Confirm(first, last));
    }
    add(at(begin, 20), &head, Work::Shops);
    if let Some(bank) = opened {
        add(at(days.new_ways, 30), &head, Work::Open(bank));
    }
    // The cashier has not confirmed the newest ones yet.
    add(days.now - 2 * HOUR, &keeper, Work::Issue(cashier, 901, 950));
}

/// Cases that came in, were closed by the core and filed within the lived days; told and asked about here.
///
/// The desk that files is not built yet: a case that was signed off here cannot be filed, so the core's record files it.
fn filed(
    scripts: &mut Scripts<'_, '_>,
    days: &Days30,
    count: u64,
    calendar: &Calendar,
    seed: u64,
) -> anyhow::Result<()> {
    let closing = days.lived.get(..days.lived.len().saturating_sub(LAST_DAYS)).unwrap_or_default();
    let mut nth = 0;
    for (day, cases) in spread(closing, count, calendar) {
        for _ in 0..cases {
            nth += 1;
            let until = scripts.teller.last_evening();
            let mut row = scripts.closed.row(scripts.teller.source, day, until, End::Archived)?;
            let mut chance = Chance::new(seed, 5, nth);
            let tale = scripts.teller.of(&mut chance, row.facts);
            let closed = row.past.closed_at.unwrap_or(until);
            let Some(evening) = scripts.teller.evening_after(closed) else { continue };
            let told = scripts.teller.file_after(tale.facts.claimed_at.unwrap_or(closed));
            let papers = scripts.teller.file_after(tale.facts.papers_at.unwrap_or(closed));
            if told < evening {
                scripts.teller.row(told, &tale, Far::Reported);
                scripts.shown(&tale, (told, papers.min(evening)), days.new_ways, &mut chance);
            }
            if told < papers && papers < evening {
                scripts.teller.row(papers, &tale, Far::Priced);
            }
            scripts.told_of(&tale, &mut row.past, evening, days.new_ways, &mut chance)?;
            scripts.teller.closed(evening, &tale, &row.past);
            if let Some(end) = row.past.archived_at.and_then(|at| scripts.teller.evening_after(at))
                && end > evening
            {
                scripts.teller.closed(end, &tale, &row.past);
            }
        }
    }
    Ok(())
}

/// A case still in closing that nobody has touched.
fn imported(scripts: &mut Scripts<'_, '_>, chance: &mut Chance) -> anyhow::Result<()> {
    let teller = &mut scripts.teller;
    let line = teller.source.any_line(chance)?.code;
    // The compulsory line's list of documents is due after a day; a heap of old ones would all be late.
    let line = if line == "motor-compulsory" && chance.percent(80) { "motor".to_owned() } else { line };
    let size = if chance.percent(30) { Size::Large } else { Size::Small };
    let hours = if matches!(size, Size::Large) { 72 } else { 24 };
    match chance.below(100) {
        0..=49 => {
            let file = teller.earlier_file(usize::try_from(chance.below(20)).unwrap_or(0));
            let tale = teller.tale(chance, &line, size, file - 600)?;
            teller.row(file, &tale, Far::Reported);
        }
        50..=84 => {
            let papers = teller.now - chance.between(HOUR, (hours - 1) * HOUR);
            teller.ready(chance, (&line, size), papers, Far::Priced)?;
        }
        _ => {
            let papers = teller.now - hours * HOUR - chance.between(HOUR, 48 * HOUR);
            teller.ready(chance, (&line, size), papers, Far::Assessed)?;
        }
    }
    Ok(())
}

/// A case the core closed some days ago that is not filed.
fn taken(scripts: &mut Scripts<'_, '_>, chance: &mut Chance) -> anyhow::Result<()> {
    let end = match chance.below(10) {
        0..=1 => End::Closed,
        2..=5 => End::Told,
        _ => End::Paid,
    };
    let evening = scripts.teller.last_evening() - chance.between(0, 7) * DAY;
    let row = scripts.closed.row(scripts.teller.source, clock::day_of(evening), evening - 60, end)?;
    let tale = scripts.teller.of(chance, row.facts);
    scripts.teller.closed(evening, &tale, &row.past);
    Ok(())
}
