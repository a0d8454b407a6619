//! Takes a file in: rows are checked as they are read and written in short slices, each an act of its own.

mod report;
pub mod words;

use super::apply::{Desk, Taken};
use super::check::{self, Against};
use super::columns::{COUNT, Kind};
use super::header::Header;
use super::people::People;
use super::read::{self, RawRow, Sink};
use super::rejects::Rejects;
use super::row::{Row, Values};
use crate::case::facts::Column;
use crate::db::{ActError, Actor, Store, Wait};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Severity};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::screen::Progress;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

pub use report::{ImportReport, RejectedRow, ShownRow};

/// Rows of one slice; about a third of the time a writer may hold the store.
const SLICE: usize = 200;
/// A slice that took longer than this makes the next ones smaller.
const LONG_SLICE: Duration = Duration::from_millis(80);
/// The smallest slice.
const LEAST_SLICE: usize = 25;
/// How long others get the store between two slices.
const PAUSE: Duration = Duration::from_millis(2);
/// How often a slice that finds the store busy is tried again, ten seconds each.
const TRIES: u32 = 6;
/// The moment of an import moves on in steps of so many seconds, so that a long one does not look like a clock gone
/// wrong to the other desks.
const MOMENT_STEP: u64 = 60;

/// How a file is taken in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Closed cases are taken over.
    pub past: bool,
    /// Nothing is written; the report says what would be.
    pub dry_run: bool,
}

impl Options {
    /// The right it takes.
    pub const fn right(self) -> Right {
        if self.past { Right::ImportPast } else { Right::Import }
    }
}

/// Refuses at once what every slice would refuse again inside its act.
fn allowed(actor: &Actor, right: Right) -> Result<(), ActError> {
    if crate::office::rules::may(actor, right) {
        return Ok(());
    }
    let roles = right.roles().iter().map(|role| Arg::Word(crate::office::store::role_word(role))).collect();
    let words = [Arg::Text(actor.name.clone()), Arg::List(roles)];
    Err(ActError::refuse("right", Phrase::new(W::OfficeRightMissing, words)))
}

/// Nobody watches and nobody cancels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unwatched;

impl Progress for Unwatched {
    fn report(&self, _done: u64, _of: u64, _what: Phrase) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// Takes a file in. `now` is the moment it starts, `lang` the language of the reasons in the reject file.
///
/// What stops it half way (a full disk, another writer that does not let go) is told in [`ImportReport::stopped`],
/// beside what was kept.
///
/// # Errors
/// A refusal of the whole file or of the person; nothing was written then.
pub fn import_file(
    store: &Store,
    actor: &Actor,
    now: i64,
    path: &Path,
    options: Options,
    progress: &dyn Progress,
    lang: Lang,
) -> Result<ImportReport, ActError> {
    let rules = crate::reference::store::rulebook(store)?;
    allowed(actor, options.right())?;
    let mut import = Import {
        store,
        actor,
        now,
        started: clock::tick(),
        rules: &rules,
        options,
        progress,
        lang,
        source: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
        header: None,
        total: 0,
        seen: HashMap::new(),
        people: People::default(),
        slice: Vec::with_capacity(SLICE),
        slice_size: SLICE,
        rejects: Rejects::beside(path),
        report: ImportReport { path: path.to_owned(), dry_run: options.dry_run, ..ImportReport::default() },
    };
    let read = read::read(path, &mut import).and_then(|()| import.flush());
    if let Err(error) = read {
        if import.report.rows == 0 {
            return Err(error);
        }
        import.report.stopped = Some(error.findings());
    }
    import.rejects.flush().map_err(|e| read::unreadable(path, &e))?;
    import.report.rejects = import.rejects.written().map(Path::to_owned);
    Ok(import.report)
}

/// A row that passed its own checks, and its original text for the case that the store does not want it.
struct Ready {
    row: Row,
    values: Values,
    raw: RawRow,
}

struct Import<'a> {
    store: &'a Store,
    actor: &'a Actor,
    now: i64,
    started: Instant,
    rules: &'a Rulebook,
    options: Options,
    progress: &'a dyn Progress,
    lang: Lang,
    source: String,
    header: Option<Header>,
    total: u64,
    /// Case numbers of this file that were taken, by hash, with the hash of their row.
    seen: HashMap<u64, u64>,
    people: People,
    slice: Vec<Ready>,
    slice_size: usize,
    rejects: Rejects,
    report: ImportReport,
}

impl Sink for Import<'_> {
    fn header(&mut self, names: &[String], total: u64) -> Result<Vec<Option<Kind>>, ActError> {
        let header = Header::parse(names).map_err(ActError::Refused)?;
        self.report.known = header.known();
        self.report.ignored = header.ignored();
        self.total = total;
        let kinds = header.kinds();
        self.header = Some(header);
        Ok(kinds)
    }

    fn row(&mut self, raw: &RawRow) -> Result<ControlFlow<()>, ActError> {
        self.report.rows += 1;
        match self.checked(raw) {
            Ok(Some((row, values))) => self.slice.push(Ready { row, values, raw: raw.clone() }),
            Ok(None) => self.report.skipped += 1,
            Err(finding) => self.reject(raw, finding)?,
        }
        if self.slice.len() >= self.slice_size {
            self.flush()?;
            if self.progress.cancelled() {
                self.report.cancelled = true;
                return Ok(ControlFlow::Break(()));
            }
        }
        Ok(ControlFlow::Continue(()))
    }
}

impl Import<'_> {
    /// The row, nothing when the file has it twice, or the first reason against it (with all others in its words).
    fn checked(&mut self, raw: &RawRow) -> Result<Option<(Row, Values)>, Finding> {
        let Some(header) = &self.header else {
            return Ok(None);
        };
        let values: [&str; COUNT] = header.values(raw);
        self.report.show(raw.line, &values, raw.defect.is_none());
        if let Some(defect) = raw.defect {
            let name = |index: usize| header.names.get(index).cloned().unwrap_or_default();
            let (code, what) = read::defect_words(defect, header.names.len(), name);
            return Err(Finding::block(code, None, what));
        }
        let against = Against { rules: self.rules, now: self.now, past: self.options.past, by_hand: false };
        let (row, found) = check::check(&values, &against);
        if found.blocking() {
            return Err(joined(found.iter().filter(|f| f.severity == Severity::Block)));
        }
        for finding in found.iter() {
            *self.report.warnings.entry(finding.code).or_default() += 1;
        }
        let standing = row.values();
        let (number, whole) = (hash(&row.facts.case_no), hash(&standing));
        match self.seen.insert(number, whole) {
            None => Ok(Some((row, standing))),
            Some(first) if first == whole => Ok(None),
            Some(first) => {
                self.seen.insert(number, first);
                let said = Arg::Text(row.facts.case_no);
                Err(Finding::block("duplicate", "case_no", Phrase::new(W::IntakeRejectDuplicate, [said])))
            }
        }
    }

    fn reject(&mut self, raw: &RawRow, finding: Finding) -> Result<(), ActError> {
        let Some(header) = &self.header else {
            return Ok(());
        };
        if !self.options.dry_run {
            let reason = finding.what.say(self.lang);
            let written = self.rejects.add(header, raw, finding.code, &reason);
            written.map_err(|e| unwritable(&self.rejects, &self.report.path, &e))?;
        }
        let case_no = header.values(raw)[Column::CaseNo as usize];
        self.report.reject(raw.line, case_no, finding);
        Ok(())
    }

    /// The moment of the slice in hand.
    fn moment(&self) -> i64 {
        let passed = self.started.elapsed().as_secs() / MOMENT_STEP * MOMENT_STEP;
        self.now.saturating_add(i64::try_from(passed).unwrap_or(0))
    }

    fn flush(&mut self) -> Result<(), ActError> {
        // Rejected rows are on the disk before the rows around them are in.
        self.rejects.flush().map_err(|e| unwritable(&self.rejects, &self.report.path, &e))?;
        let slice = std::mem::take(&mut self.slice);
        if !slice.is_empty() {
            let began = clock::tick();
            let taken = if self.options.dry_run { self.weigh(&slice)? } else { self.write(&slice)? };
            if began.elapsed() > LONG_SLICE {
                self.slice_size = (self.slice_size / 2).max(LEAST_SLICE);
            }
            for (ready, taken) in slice.iter().zip(taken) {
                match taken {
                    Taken::Added => self.report.added += 1,
                    Taken::Completed => self.report.completed += 1,
                    Taken::Updated => self.report.updated += 1,
                    Taken::Skipped => self.report.skipped += 1,
                    Taken::Pending => self.report.pending += 1,
                    Taken::Rejected(finding) => self.reject(&ready.raw, finding)?,
                }
            }
            if !self.options.dry_run {
                std::thread::sleep(PAUSE);
            }
        }
        let total = self.total.max(self.report.rows);
        let count = i64::try_from(self.report.rows).unwrap_or(i64::MAX);
        self.progress.report(self.report.rows, total, phrase!(W::IntakeProgressRows, count));
        Ok(())
    }

    fn write(&mut self, slice: &[Ready]) -> Result<Vec<Taken>, ActError> {
        let mut tries = 0;
        loop {
            let done = self.act(slice);
            if done.is_err() {
                // Persons created in it were not kept.
                self.people.forget();
            }
            match done {
                Err(ActError::Busy) if tries < TRIES && !self.progress.cancelled() => tries += 1,
                other => return other,
            }
        }
    }

    fn act(&mut self, slice: &[Ready]) -> Result<Vec<Taken>, ActError> {
        let right = self.options.right();
        let (now, rules, source, people) = (self.moment(), self.rules, &self.source, &mut self.people);
        self.store.act(self.actor, now, "import", Wait::Patient, |tx| {
            require(tx, right)?;
            let desk = Desk::read(tx.conn(), rules, source)?;
            slice.iter().map(|ready| desk.take(tx, people, &ready.row, &ready.values)).collect()
        })
    }

    /// What a slice would do: an act that is taken back.
    fn weigh(&mut self, slice: &[Ready]) -> Result<Vec<Taken>, ActError> {
        let (now, rules, source) = (self.moment(), self.rules, &self.source);
        let mut people = People::default();
        let mut weighed = Vec::new();
        let done: Result<(), ActError> = self.store.act(self.actor, now, "import", Wait::Patient, |tx| {
            let desk = Desk::read(tx.conn(), rules, source)?;
            weighed =
                slice.iter().map(|r| desk.take(tx, &mut people, &r.row, &r.values)).collect::<Result<_, ActError>>()?;
            Err(ActError::Refused(crate::kernel::findings::Findings::new()))
        });
        match done {
            Err(ActError::Refused(found)) if found.is_empty() => Ok(weighed),
            Err(error) => Err(error),
            Ok(()) => Ok(weighed),
        }
    }
}

fn unwritable(rejects: &Rejects, file: &Path, error: &std::io::Error) -> ActError {
    let path = rejects.written().map_or_else(|| super::rejects::path_for(file), Path::to_owned);
    let words = phrase!(W::IntakeRejectsUnwritable, path.display().to_string(), error.to_string());
    ActError::refuse("rejects", words)
}

/// One finding that says all reasons; its code is that of the first.
fn joined<'a>(mut findings: impl Iterator<Item = &'a Finding>) -> Finding {
    let Some(first) = findings.next() else {
        return Finding::block("unknown", None, W::IntakeRejectLine);
    };
    let rest: Vec<&Finding> = findings.collect();
    if rest.is_empty() {
        return first.clone();
    }
    let mut what = first.what.clone();
    for finding in rest {
        what = Phrase::new(W::IntakeRejectBoth, [Arg::from(what), Arg::from(finding.what.clone())]);
    }
    Finding { what, ..first.clone() }
}

fn hash(value: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}
