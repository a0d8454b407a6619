//! Writes checked rows into the store in short slices, each an act of its own, wherever the rows come from.

use super::apply::{Checked, Desk, Taken};
use super::import::Options;
use super::people::People;
use super::row::Row;
use crate::db::{ActError, Actor, LongJob, Store, Wait};
use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::office::store::require;
use crate::reference::rulebook::Rulebook;
use std::time::Duration;

/// Rows of the first slice.
const FIRST: usize = 200;
/// The smallest slice: below it the cost of a commit is more than that of its rows.
const LEAST: usize = 100;
/// The largest slice: so much work is lost at most when a program dies.
const MOST: usize = 4_000;
/// How long a slice is to hold the store; others wait in the meantime.
const HOLD: Duration = Duration::from_millis(80);
/// How long others get the store between two slices.
const PAUSE: Duration = Duration::from_millis(2);
/// How often a slice that finds the store busy is tried again, ten seconds each.
const TRIES: u32 = 6;

/// Takes slices in, one after the other.
#[derive(Debug)]
pub struct Slices<'a> {
    store: &'a Store,
    actor: &'a Actor,
    rules: &'a Rulebook,
    source: &'a str,
    options: Options,
    people: People,
    size: usize,
    /// The store is set up for a long job as long as this lives.
    _set_up: Option<LongJob<'a>>,
}

impl<'a> Slices<'a> {
    /// Prepares; `source` names the file, or whatever else the rows come from.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open(
        store: &'a Store,
        actor: &'a Actor,
        rules: &'a Rulebook,
        source: &'a str,
        options: Options,
    ) -> Result<Slices<'a>, ActError> {
        let set_up = if options.dry_run { None } else { Some(store.long_job()?) };
        Ok(Slices { store, actor, rules, source, options, people: People::default(), size: FIRST, _set_up: set_up })
    }

    /// How many rows the next slice should have, so that it holds the store only for a moment.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Takes one slice at a moment (UTC seconds), or only weighs it when nothing is to be written. The answers are in
    /// the order of the rows. While another writer holds the store it is tried again until `given_up` says so.
    ///
    /// # Errors
    /// A refusal for want of the right, a store that stays busy or cannot be written; nothing of the slice is in then.
    pub fn take(&mut self, slice: &[Checked], now: i64, given_up: impl Fn() -> bool) -> Result<Vec<Taken>, ActError> {
        if self.options.dry_run {
            return self.weigh(slice, now);
        }
        let mut tries = 0;
        loop {
            match self.write(slice, now) {
                Err(ActError::Busy) if tries < TRIES && !given_up() => tries += 1,
                done => {
                    std::thread::sleep(PAUSE);
                    return done;
                }
            }
        }
    }

    fn write(&mut self, slice: &[Checked], now: i64) -> Result<Vec<Taken>, ActError> {
        let (right, rules, source, people) = (self.options.right(), self.rules, self.source, &mut self.people);
        let mut began = None;
        let done = self.store.act(self.actor, now, "import", Wait::Patient, |tx| {
            began = Some(clock::tick());
            require(tx, right)?;
            Desk::read(tx.conn(), rules, source)?.take_all(tx, people, slice)
        });
        if done.is_err() {
            // Persons created in it were not kept.
            self.people.forget();
        }
        if let Some(began) = began {
            self.size = fitting(slice.len(), began.elapsed());
        }
        done
    }

    /// What a slice would do: an act that is taken back.
    fn weigh(&self, slice: &[Checked], now: i64) -> Result<Vec<Taken>, ActError> {
        let (rules, source) = (self.rules, self.source);
        let mut people = People::default();
        let mut weighed = Vec::new();
        let done: Result<(), ActError> = self.store.act(self.actor, now, "import", Wait::Patient, |tx| {
            weighed = Desk::read(tx.conn(), rules, source)?.take_all(tx, &mut people, slice)?;
            Err(ActError::Refused(Findings::new()))
        });
        match done {
            Err(ActError::Refused(found)) if found.is_empty() => Ok(weighed),
            Err(error) => Err(error),
            Ok(()) => Ok(weighed),
        }
    }
}

/// The size of the next slice after one of `rows` that held the store for `held`: never more than twice as large.
fn fitting(rows: usize, held: Duration) -> usize {
    let micros = |time: Duration| usize::try_from(time.as_micros()).unwrap_or(usize::MAX).max(1);
    (rows.saturating_mul(micros(HOLD)) / micros(held)).min(rows.saturating_mul(2)).clamp(LEAST, MOST)
}

/// Takes rows in that come from no file, in their order, at one moment; counts what became of them. Rows are taken as
/// they are: [`super::check::check`] is the caller's.
///
/// # Errors
/// See [`Slices::take`]; the slices before are in.
pub fn take_rows(
    slices: &mut Slices<'_>,
    rows: impl IntoIterator<Item = Row>,
    now: i64,
    mut each: impl FnMut(Taken),
) -> Result<(), ActError> {
    let mut rows = rows.into_iter().map(Checked::new);
    loop {
        let slice: Vec<Checked> = rows.by_ref().take(slices.size()).collect();
        if slice.is_empty() {
            return Ok(());
        }
        slices.take(&slice, now, || false)?.into_iter().for_each(&mut each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slice_grows_and_shrinks_with_the_time_it_holds_the_store() {
        assert_eq!(fitting(200, Duration::from_millis(10)), 400, "at most twice as large");
        assert_eq!(fitting(400, Duration::from_millis(160)), 200);
        assert_eq!(fitting(300, Duration::from_secs(5)), LEAST);
        assert_eq!(fitting(MOST, Duration::from_millis(1)), MOST);
        // The last slice of a file may be small; it says little about the next file.
        assert_eq!(fitting(1, Duration::from_micros(100)), LEAST);
    }
}
