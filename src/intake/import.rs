//! Takes a file in: rows are checked as they are read and written in short slices, each an act of its own.

mod report;
pub mod words;

use super::apply::{Checked, Taken};
use super::check::{self, Against};
use super::columns::COUNT;
use super::header::Header;
use super::rejects::Rejects;
use super::seen::{Seen, Sight};
use super::slices::Slices;
use crate::case::facts::Column;
use crate::db::{ActError, Actor, Store};
use crate::files::NumberAs;
use crate::files::read::{self, RawRow, Sink};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Severity};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::rules::Right;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::screen::Progress;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

pub use report::{ImportReport, RejectedRow, ShownRow};

/// The moment of an import moves on in steps of so many seconds, so that a long one does not look like a clock gone
/// wrong to the other desks.
const MOMENT_STEP: u64 = 60;
/// A file of more lines gets the memory for their numbers as it is read.
const MOST_RESERVED: u64 = 2_000_000;

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
    let source = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut import = Import {
        now,
        started: clock::tick(),
        rules: &rules,
        options,
        progress,
        lang,
        slices: Slices::open(store, actor, &rules, &source, options)?,
        header: None,
        total: 0,
        seen: Seen::default(),
        slice: Vec::new(),
        raw: Vec::new(),
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

struct Import<'a> {
    now: i64,
    started: Instant,
    rules: &'a Rulebook,
    options: Options,
    progress: &'a dyn Progress,
    lang: Lang,
    slices: Slices<'a>,
    header: Option<Header>,
    total: u64,
    /// Case numbers of this file that were taken.
    seen: Seen,
    /// Rows that passed their own checks.
    slice: Vec<Checked>,
    /// Their original text, for the case that the store does not want them.
    raw: Vec<RawRow>,
    rejects: Rejects,
    report: ImportReport,
}

impl Sink for Import<'_> {
    fn knows(&self, name: &str) -> bool {
        Column::from_header(name).is_some()
    }

    fn header(&mut self, names: &[String], total: u64) -> Result<Vec<Option<NumberAs>>, ActError> {
        let header = Header::parse(names).map_err(ActError::Refused)?;
        self.report.known = header.known();
        self.report.ignored = header.ignored();
        self.total = total;
        self.seen.reserve(total.min(MOST_RESERVED));
        let numbers = header.numbers();
        self.header = Some(header);
        Ok(numbers)
    }

    fn row(&mut self, raw: &RawRow) -> Result<ControlFlow<()>, ActError> {
        self.report.rows += 1;
        match self.checked(raw) {
            Ok(Some(row)) => {
                self.slice.push(row);
                self.raw.push(raw.clone());
            }
            Ok(None) => self.report.skipped += 1,
            Err(finding) => self.reject(raw, finding)?,
        }
        if self.slice.len() >= self.slices.size() {
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
    fn checked(&mut self, raw: &RawRow) -> Result<Option<Checked>, Finding> {
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
        let row = Checked::new(row);
        match self.seen.note(&row.row().facts.case_no, row.text()) {
            Sight::New => Ok(Some(row)),
            Sight::Same => Ok(None),
            Sight::Other => {
                let said = Arg::Text(row.row().facts.case_no.clone());
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
        if !self.slice.is_empty() {
            let (slice, raw) = (std::mem::take(&mut self.slice), std::mem::take(&mut self.raw));
            let progress = self.progress;
            let taken = self.slices.take(&slice, self.moment(), || progress.cancelled())?;
            for (raw, taken) in raw.iter().zip(taken) {
                match taken {
                    Taken::Added => self.report.added += 1,
                    Taken::Completed => self.report.completed += 1,
                    Taken::Updated => self.report.updated += 1,
                    Taken::Skipped => self.report.skipped += 1,
                    Taken::Pending => self.report.pending += 1,
                    Taken::Rejected(finding) => self.reject(raw, finding)?,
                }
            }
        }
        let total = self.total.max(self.report.rows);
        let count = i64::try_from(self.report.rows).unwrap_or(i64::MAX);
        self.progress.report(self.report.rows, total, phrase!(W::IntakeProgressRows, count));
        Ok(())
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
