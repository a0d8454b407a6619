//! The practice office: a store that looks as if an office had worked in it, made by chance that repeats.
//!
//! The newest cases are lived through the very acts a clerk does; the others are taken over, as a real office takes over
//! its past. Nobody in it is anybody.

mod afterwards;
pub mod amounts;
pub mod chance;
pub mod claims;
mod crowd;
pub mod customers;
pub mod data;
mod dealings;
pub mod deeds;
pub mod kinds;
pub mod living;
pub mod office;
pub mod past;
pub mod place;
pub mod plan;
pub mod scripts;
pub mod teller;

use crate::db::{Actor, Store};
use crate::intake::apply::{Checked, Desk};
use crate::intake::people::People;
use crate::intake::row::Row;
use crate::kernel::clock;
use crate::kernel::words::{Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use crate::reference::store::rulebook;
use crate::ui::screen::Progress;
use claims::Source;
use past::{Closed, End};
use plan::{Counts, Days30};
use scripts::Scripts;
use teller::Teller;

/// Cases of a practice store nobody said a number for.
pub const CASES: u64 = 400;
/// The most: the codes of one year, which all of them are given, have eight digits.
pub const MOST_CASES: u64 = 50_000_000;
/// The seed nobody named.
pub const SEED: u64 = 1;
/// The moment practice begins at when nobody named one: a Monday half an hour before the cutoff.
pub const NOW: &str = "2026-11-23T15:30";
/// From so many cases on it pays to lay the indexes when all rows are in.
const MANY: u64 = 20_000;

/// What a practice store is to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Cases in all, 1 to [`MOST_CASES`].
    pub cases: u64,
    /// The same seed gives the same store.
    pub seed: u64,
    /// The moment it begins at, UTC seconds.
    pub now: i64,
}

/// Fills a store that was just created and that nobody else has open.
///
/// # Errors
/// When the store cannot be written, or `progress` was told to stop; the file is then of no use.
pub fn fill(store: &Store, wish: Wish, progress: &dyn Progress) -> anyhow::Result<()> {
    fill_counted(store, wish, Counts::of(wish.cases), progress)
}

/// The same with counts of one's own.
///
/// # Errors
/// As [`fill`].
pub fn fill_counted(store: &Store, wish: Wish, counts: Counts, progress: &dyn Progress) -> anyhow::Result<()> {
    let mut source = Source::new()?;
    let rules = rulebook(store)?;
    let days = Days30::before(wish.now, wish.cases, &rules.calendar);
    let cast = office::open(store, &source, days.at_takeover(9, 0), wish.now)?;
    let mut closed = Closed::new(&rules, wish.seed, wish.now);
    let leader = cast.of(&source.data.people.leader)?.clone();
    let waiting = if wish.cases >= MANY { Some(store.put_indexes_off()?) } else { None };
    TakeOver { store, by: &leader, at: days.at_takeover(18, 0), people: People::default(), slice: Vec::new() }.run(
        &mut source,
        &mut closed,
        &days.past(counts.past(), &rules.calendar),
        &|done| told(progress, done, wish.cases),
    )?;
    if let Some(waiting) = waiting {
        store.lay_indexes(waiting, |done, of| {
            progress.report(whole(done), whole(of), phrase!(W::PracticeIndexes, number(done), number(of)));
        })?;
    }
    let teller = Teller::new(&mut source, &days);
    let mut scripts = Scripts::new(teller, closed);
    crowd::write(&mut scripts, &days, counts, &rules.calendar, wish.seed)?;
    let schedule = scripts.teller.schedule;
    living::live(store, &source.data, &cast, schedule, |done, of| {
        progress.report(whole(done), whole(of), phrase!(W::PracticeLiving, number(done), number(of)));
        go_on(progress)
    })
}

fn whole(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

fn number(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn told(progress: &dyn Progress, done: u64, of: u64) -> anyhow::Result<()> {
    let words: [i64; 2] = [done, of].map(|n| i64::try_from(n).unwrap_or(i64::MAX));
    progress.report(done, of, phrase!(W::PracticeTakingOver, words[0], words[1]));
    go_on(progress)
}

fn go_on(progress: &dyn Progress) -> anyhow::Result<()> {
    anyhow::ensure!(!progress.cancelled(), "stopped");
    Ok(())
}

/// The words for a wish, for whoever watches.
pub fn wished(wish: Wish) -> Phrase {
    let cases = i64::try_from(wish.cases).unwrap_or(i64::MAX);
    phrase!(W::PracticeMaking, cases, clock::file_time(wish.now))
}

/// Takes the past over on the evening before the first lived day, through the door of `import --past`.
struct TakeOver<'a> {
    store: &'a Store,
    by: &'a Actor,
    at: i64,
    people: People,
    slice: Vec<Row>,
}

impl TakeOver<'_> {
    fn run(
        mut self,
        source: &mut Source,
        closed: &mut Closed<'_>,
        days: &[(chrono::NaiveDate, u64)],
        told: &dyn Fn(u64) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut done = 0;
        for (day, count) in days {
            let rows = (0..*count).map(|_| closed.row(source, *day, self.at - 3_600, End::Archived));
            let mut rows: Vec<Row> = rows.collect::<anyhow::Result<_>>()?;
            // The index of names keeps closed cases in the order of their closing, and grows best at its end.
            rows.sort_by_key(|row| row.past.closed_at);
            for row in rows {
                self.slice.push(row);
                if self.slice.len() >= living::SLICE {
                    done += whole(self.slice.len());
                    self.write()?;
                    told(done)?;
                }
            }
        }
        self.write()
    }

    fn write(&mut self) -> anyhow::Result<()> {
        let rules = rulebook(self.store)?;
        let (rows, people) = (std::mem::take(&mut self.slice), &mut self.people);
        let source = living::file_name(self.at, true);
        office::act(self.store, self.by, self.at, "import", |tx| {
            require(tx, Right::ImportPast)?;
            let mut desk = Desk::read(tx.conn(), &rules, &source)?;
            // The numbers were given out one by one, so none of them is there already.
            rows.into_iter().try_for_each(|row| desk.add(tx, people, &Checked::new(row)))?;
            desk.finish()
        })
    }
}
