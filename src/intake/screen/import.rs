//! Taking a file in: pick it, look at what it would do, take it in, read what it did.

use super::files::{Files, Picked};
use super::pane::{self, Line, lacking};
use crate::case::facts::Column;
use crate::intake::columns;
use crate::intake::import::{ImportReport, Options, import_file, words};
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::office::rules::Right;
use crate::phrase;
use crate::ui::gauge::gauge;
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, Draft, Effect, Effects, Input, Job, Note, Place, Screen, Tone};
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::path::PathBuf;

/// Result of a job: a report, or the refusal of the whole file.
type Outcome = Result<ImportReport, Findings>;

const LOOK: &str = "import.look";
const TAKE: &str = "import.take";
/// Widest gauge.
const GAUGE: u16 = 40;

/// Where the screen stands.
enum Step {
    /// A file is to be picked.
    Pick,
    /// The worker reads or writes.
    Work { done: u64, of: u64, what: Phrase },
    /// What the file would do.
    Preview(Box<ImportReport>),
    /// What it did.
    Done(Box<ImportReport>),
    /// It cannot be taken in at all.
    Refused(Findings),
}

struct Import {
    files: Files,
    file: PathBuf,
    past: bool,
    step: Step,
    top: usize,
    /// Rows of the text as last drawn, and how many of them fit.
    seen: Cell<(usize, usize)>,
}

/// Opens the screen.
///
/// # Errors
/// None: a folder that cannot be read is told on the screen.
pub fn open(_place: Place, _cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let folder = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
    Ok(Box::new(Import {
        files: Files::at(folder),
        file: PathBuf::new(),
        past: false,
        step: Step::Pick,
        top: 0,
        seen: Cell::new((0, 0)),
    }))
}

/// The work of a job, for a file picked earlier.
fn job(file: PathBuf, options: Options, lang: Lang) -> Effect {
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let title = if options.dry_run { W::IntakeImportLooking } else { W::IntakeImportTaking };
    Effect::Job(Job {
        title: Phrase::new(title, [Arg::Text(name)]),
        id: if options.dry_run { LOOK } else { TAKE },
        work: Box::new(move |store, actor, now, progress| {
            let outcome: Outcome =
                import_file(store, actor, now, &file, options, progress, lang).map_err(crate::db::ActError::findings);
            Ok(Box::new(outcome))
        }),
    })
}

impl Import {
    fn start(&mut self, dry_run: bool, cx: &Cx<'_>) -> Effects {
        self.top = 0;
        self.step = Step::Work { done: 0, of: 0, what: W::IntakeImportReading.into() };
        vec![job(self.file.clone(), Options { past: self.past, dry_run }, cx.lang)]
    }

    fn enter(&mut self, cx: &Cx<'_>) -> Effects {
        match self.files.pick() {
            Picked::Folder => Vec::new(),
            Picked::File(file) => {
                self.file = file;
                self.start(true, cx)
            }
            Picked::Nothing(why) => vec![Effect::Say(Tone::Bad, why)],
        }
    }

    fn back(&mut self) -> Effects {
        match self.step {
            Step::Pick => vec![Effect::Back],
            Step::Work { .. } => vec![Effect::CancelJob],
            Step::Done(_) => vec![Effect::Back],
            Step::Preview(_) | Step::Refused(_) => {
                self.step = Step::Pick;
                self.files.read();
                Vec::new()
            }
        }
    }

    fn ended(&mut self, writes: bool, outcome: &Outcome) -> Effects {
        self.top = 0;
        match outcome {
            Ok(report) if writes => {
                let tone = if report.finished() && report.rejected == 0 { Tone::Good } else { Tone::Plain };
                self.step = Step::Done(Box::new(report.clone()));
                vec![Effect::Say(tone, words::headline(report))]
            }
            Ok(report) if report.cancelled => {
                self.step = Step::Pick;
                Vec::new()
            }
            Ok(report) => {
                self.step = Step::Preview(Box::new(report.clone()));
                Vec::new()
            }
            Err(findings) => {
                self.step = Step::Refused(findings.clone());
                Vec::new()
            }
        }
    }

    fn lines(&self, cx: &Cx<'_>, width: u16) -> Vec<Line> {
        let theme = cx.theme;
        match &self.step {
            Step::Pick => Vec::new(),
            Step::Work { done, of, what } => {
                vec![(what.say(cx.lang), theme.text()), (gauge(*done, *of, GAUGE), theme.title())]
            }
            Step::Refused(findings) => findings.iter().map(|f| (f.what.say(cx.lang), theme.error())).collect(),
            Step::Preview(report) | Step::Done(report) => report_lines(report, cx, usize::from(width)),
        }
    }

    fn scroll(&mut self, code: KeyCode) {
        let (rows, page) = self.seen.get();
        let last = rows.saturating_sub(page);
        self.top = match code {
            KeyCode::Up => self.top.saturating_sub(1),
            KeyCode::Down => self.top + 1,
            KeyCode::PageUp => self.top.saturating_sub(page.max(1)),
            KeyCode::PageDown => self.top + page.max(1),
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => self.top,
        }
        .min(last);
    }
}

/// A report line by line: how it went, what was rejected, the columns, the first rows.
fn report_lines(report: &ImportReport, cx: &Cx<'_>, width: usize) -> Vec<Line> {
    let theme = cx.theme;
    let mut lines = vec![(words::headline(report).say(cx.lang), theme.title())];
    let style = if report.rejected > 0 { theme.warn() } else { theme.text() };
    lines.extend(words::details(report).iter().map(|line| (line.say(cx.lang), style)));
    if report.dry_run {
        let known = report.known.iter().map(|c| Arg::Word(columns::word(*c))).collect();
        lines.push((phrase!(W::IntakeImportKnown, Arg::List(known)).say(cx.lang), theme.text()));
        lines.push((String::new(), theme.text()));
        lines.push((W::IntakeImportFirst.text(cx.lang).to_owned(), theme.title()));
        lines.extend(first_rows(report, cx, width));
    }
    if !report.first_rejects.is_empty() {
        lines.push((String::new(), theme.text()));
        lines.push((W::IntakeImportRejects.text(cx.lang).to_owned(), theme.title()));
        lines.extend(report.first_rejects.iter().map(|row| (words::rejected(row).say(cx.lang), theme.text())));
    }
    lines
}

/// The columns a preview shows, as many as fit, with their cells: enough to see that the file is the right one.
const SHOWN: &[(Column, usize)] = &[
    (Column::CaseNo, 21),
    (Column::Insured, 14),
    (Column::Line, 18),
    (Column::IdNo, 18),
    (Column::Payable, 12),
    (Column::Plate, 9),
    (Column::PapersAt, 19),
    (Column::Phone, 11),
];

/// The first rows under one another, a column under its head.
fn first_rows(report: &ImportReport, cx: &Cx<'_>, width: usize) -> Vec<Line> {
    let number = 6;
    let mut room = width.saturating_sub(number);
    let fitting: Vec<(Column, usize)> = SHOWN
        .iter()
        .copied()
        .filter(|(column, _)| report.known.contains(column))
        .take_while(|(_, cells)| {
            let fits = room >= cells + 2;
            room = room.saturating_sub(cells + 2);
            fits
        })
        .collect();
    let line = |first: &str, cell: &dyn Fn(Column) -> String| {
        let mut text = text::pad_right(first, number);
        for (column, cells) in &fitting {
            text.push_str("  ");
            let amount = matches!(column, Column::Payable);
            let value = cell(*column);
            text.push_str(&if amount { text::pad_left(&value, *cells) } else { text::pad_right(&value, *cells) });
        }
        text.trim_end().to_owned()
    };
    let head = line(W::IntakeImportLine.text(cx.lang), &|column| columns::word(column).text(cx.lang).to_owned());
    let mut lines = vec![(head, cx.theme.dim())];
    for row in &report.shown {
        let cell = |column: Column| {
            let hide = cx.hidden && (column.personal() || column == Column::Insured);
            let value = row.values.iter().find(|(c, _)| *c == column).map_or("", |(_, value)| value.as_str());
            if hide && !value.is_empty() { "***".to_owned() } else { value.to_owned() }
        };
        lines.push((line(&row.line.to_string(), &cell), cx.theme.text()));
    }
    lines
}

impl Screen for Import {
    fn place(&self) -> Place {
        Place::new("import")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        let place = W::IntakePlaceImport.text(cx.lang);
        if self.past { format!("{place} - {}", W::IntakeImportPast.text(cx.lang)) } else { place.to_owned() }
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let right = Options { past: self.past, dry_run: false }.right();
        let leave = |word| KeyRow::new("import.leave", "esc", word);
        match &self.step {
            Step::Pick => vec![
                KeyRow::new("import.pick", "enter", W::IntakeKeyLook).off(lacking(cx, right)),
                KeyRow::new("import.past", "ctrl-t", W::IntakeKeyPast).off(lacking(cx, Right::ImportPast)),
                leave(W::IntakeKeyBack),
            ],
            Step::Work { .. } => vec![leave(W::IntakeKeyStop)],
            Step::Preview(report) => {
                let nothing = report.added + report.completed + report.updated + report.pending + report.rejected == 0;
                let off = lacking(cx, right).or_else(|| nothing.then(|| W::IntakeImportNothing.into()));
                vec![
                    KeyRow::new("import.take", "ctrl-s", W::IntakeKeyTake).off(off).consequential(),
                    leave(W::IntakeKeyOther),
                ]
            }
            Step::Done(report) => {
                let none = (report.pending == 0).then(|| W::IntakeJoinNone.into());
                vec![
                    KeyRow::new("import.close", "enter", W::IntakeKeyClose),
                    KeyRow::new("import.joins", "ctrl-t", W::IntakePlaceJoins).off(none),
                    leave(W::IntakeKeyBack),
                ]
            }
            Step::Refused(_) => vec![leave(W::IntakeKeyOther).or("enter")],
        }
    }

    fn help(&self) -> W {
        W::IntakeHelpImport
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("import.pick") => self.enter(cx),
            Input::Action("import.past") => {
                self.past = !self.past;
                Vec::new()
            }
            Input::Action("import.take") => self.start(false, cx),
            Input::Action("import.close") => vec![Effect::Back],
            Input::Action("import.joins") => vec![Effect::Replace(Place::new("joins"))],
            Input::Action(_) => self.back(),
            Input::Key(key) if matches!(self.step, Step::Pick) => {
                self.files.key(key);
                Vec::new()
            }
            Input::Key(key) => {
                self.scroll(key.code);
                Vec::new()
            }
            Input::Paste(text) if matches!(self.step, Step::Pick) => {
                self.files.paste(&text);
                Vec::new()
            }
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, _cx: &Cx<'_>) -> Effects {
        match note {
            Note::Progress(now, total, said) => {
                if let Step::Work { done, of, what } = &mut self.step {
                    (*done, *of, *what) = (now, total, said.clone());
                }
            }
            Note::JobDone(id, result) if id == LOOK || id == TAKE => {
                if let Some(outcome) = result.downcast_ref::<Outcome>() {
                    return self.ended(id == TAKE, outcome);
                }
            }
            Note::JobFailed(id, why) if id == LOOK || id == TAKE => {
                self.step = Step::Pick;
                return vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, why))];
            }
            Note::Shown if matches!(self.step, Step::Pick) => self.files.read(),
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let title = self.title(cx);
        let inner = layout::boxed(frame.buffer_mut(), area, &title, *cx.theme);
        if matches!(self.step, Step::Pick) {
            return self.files.draw(frame, inner, cx);
        }
        let rows = pane::draw_lines(frame, inner, &self.lines(cx, inner.width), self.top);
        self.seen.set((rows, usize::from(inner.height)));
    }

    fn typing(&self) -> bool {
        matches!(self.step, Step::Pick)
    }

    fn draft(&self) -> Option<Draft> {
        // A path is quickly picked again; leaving with one typed loses nothing worth a question.
        None
    }
}
