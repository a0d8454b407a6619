//! `closing-desk practice`: makes a practice office, or goes on with the last one, and says which store the desk opens.

use super::args::Practice;
use super::place::Setup;
use crate::db::{Store, journal, meta};
use crate::kernel::clock::{self, Clock};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::commands::Answer;
use crate::practice::place::{self, Found, NotMade};
use crate::practice::{self, Wish};
use crate::ui::screen::Progress;
use crate::{case, phrase, registry};
use signal_hook::SigId;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use std::cell::Cell;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// What the command came to.
#[derive(Debug)]
pub enum Done {
    /// The desk opens on this store.
    Open(PathBuf),
    /// Nothing else is to be done.
    Said(Answer),
}

/// Why it came to nothing.
#[derive(Debug)]
pub enum Not {
    /// Wrong usage.
    Usage(Phrase),
    /// It failed.
    Failed(Phrase),
}

/// How often somebody who waits hears how far it is.
const EVERY: Duration = Duration::from_secs(2);

/// Runs the command up to the opening of the desk.
///
/// # Errors
/// Why not, in words.
pub fn run(setup: &Setup, asked: &Practice) -> Result<Done, Not> {
    let wish = wish(asked)?;
    match &asked.write_store {
        Some(path) => write(path, wish, setup.lang).map(Done::Said),
        None => beside(setup, asked, wish).map(Done::Open),
    }
}

fn wish(asked: &Practice) -> Result<Wish, Not> {
    let cases = asked.cases.unwrap_or(practice::CASES);
    if cases == 0 || cases > practice::MOST_CASES {
        let most = i64::try_from(practice::MOST_CASES).unwrap_or(i64::MAX);
        return Err(Not::Usage(phrase!(W::PracticeCases, most)));
    }
    let now = clock::parse_time(asked.now.as_deref().unwrap_or(practice::NOW));
    let now = now.ok_or_else(|| Not::Usage(W::PracticeNow.into()))?;
    Ok(Wish { cases, seed: asked.seed.unwrap_or(practice::SEED), now })
}

fn path_arg(path: &Path) -> Arg {
    Arg::Text(path.display().to_string())
}

fn not_made(error: NotMade, path: &Path) -> Not {
    Not::Failed(match error {
        NotMade::Taken => Phrase::new(W::PracticeTaken, [path_arg(path)]),
        NotMade::InUse => Phrase::new(W::PracticeInUse, [path_arg(path)]),
        NotMade::Other(error) => failed(&error),
    })
}

fn failed(error: &anyhow::Error) -> Phrase {
    phrase!(W::DbFailed, format!("{error:#}"))
}

/// Writes a store to a file of its own.
fn write(path: &Path, wish: Wish, lang: Lang) -> Result<Answer, Not> {
    let watch = Watch::new(lang, &practice::wished(wish)).map_err(|error| Not::Failed(failed(&error.into())))?;
    place::write_new(path, &registry::SCHEMA, wish, &watch).map_err(|error| not_made(error, path))?;
    let said = written(path, lang).map_err(|error| Not::Failed(failed(&error)))?;
    Ok(Answer { lines: vec![said], code: 0 })
}

fn written(path: &Path, lang: Lang) -> anyhow::Result<String> {
    let store = Store::open(path, &registry::SCHEMA)?;
    let counts = case::store::list::stage_counts(store.conn())?;
    let pin = meta::get(store.conn(), meta::PRACTICE_PIN)?.unwrap_or_default();
    let words = [path_arg(path), Arg::Number(counts.total()), Arg::Number(counts.open()), Arg::Text(pin)];
    Ok(Phrase::new(W::PracticeWritten, words).say(lang))
}

/// The practice store of the office: made when there is none or another one is asked for, else the last one goes on.
fn beside(setup: &Setup, asked: &Practice, wish: Wish) -> Result<PathBuf, Not> {
    let path = place::beside(&setup.store);
    let make = || {
        let watch = Watch::new(setup.lang, &practice::wished(wish)).map_err(|error| failed(&error.into()));
        let watch = watch.map_err(Not::Failed)?;
        place::write_anew(&path, &registry::SCHEMA, wish, &watch).map_err(|error| not_made(error, &path))
    };
    match place::look(&path, &registry::SCHEMA) {
        Found::Other => return Err(Not::Failed(Phrase::new(W::PracticeForeign, [path_arg(&path)]))),
        Found::Nothing => make()?,
        Found::Practice if asked.cases.is_some() || asked.seed.is_some() => make()?,
        Found::Practice if asked.now.is_some() => move_clock(&path, wish.now)?,
        Found::Practice => {}
    }
    Ok(path)
}

/// Puts the clock of the last practice store on; back before what was lived there it cannot go.
fn move_clock(path: &Path, now: i64) -> Result<(), Not> {
    let other = |error: anyhow::Error| Not::Failed(failed(&error));
    let store = Store::open(path, &registry::SCHEMA).map_err(|error| other(error.into()))?;
    let lived = journal::head(store.conn()).map_err(|error| other(error.into()))?.at;
    if now < lived {
        return Err(Not::Failed(phrase!(W::PracticeEarlier, Arg::MomentFull(lived))));
    }
    meta::set(store.conn(), meta::PRACTICE_CLOCK, &now.to_string()).map_err(|error| other(error.into()))
}

/// Keeps the clock of a practice store where a desk left it, for the next one to go on from. Another desk may be ahead.
///
/// # Errors
/// What the store says.
pub fn keep_clock(path: &Path, clock: &Clock) -> anyhow::Result<()> {
    let Clock::Running { .. } = clock else { return Ok(()) };
    let store = Store::open(path, &registry::SCHEMA)?;
    let kept = meta::get(store.conn(), meta::PRACTICE_CLOCK)?.and_then(|at| at.parse::<i64>().ok());
    let now = clock.now();
    if kept.is_some_and(|kept| kept < now) {
        meta::set(store.conn(), meta::PRACTICE_CLOCK, &now.to_string())?;
    }
    Ok(())
}

/// Tells on standard error how far it is, and listens for the wish to stop; nothing is then left behind.
struct Watch {
    lang: Lang,
    last: Cell<Instant>,
    first: Cell<Option<String>>,
    stop: Arc<AtomicBool>,
    signals: Vec<SigId>,
}

impl Watch {
    fn new(lang: Lang, first: &Phrase) -> std::io::Result<Watch> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut signals = Vec::new();
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            signals.push(signal_hook::flag::register(signal, Arc::clone(&stop))?);
        }
        let first = Cell::new(Some(first.say(lang)));
        Ok(Watch { lang, last: Cell::new(clock::tick()), first, stop, signals })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        for signal in self.signals.drain(..) {
            signal_hook::low_level::unregister(signal);
        }
    }
}

impl Progress for Watch {
    fn report(&self, _done: u64, _of: u64, what: Phrase) {
        if self.last.get().elapsed() < EVERY {
            return;
        }
        self.last.set(clock::tick());
        let mut out = std::io::stderr().lock();
        // Nobody can be told that standard error is gone.
        for line in self.first.take().into_iter().chain([what.say(self.lang)]) {
            let _ = writeln!(out, "{line}");
        }
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::SeqCst)
    }
}
