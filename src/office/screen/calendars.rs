//! Working-day calendars: the years there are, their days; adding a year's file after looking at what it changes.

use super::pane::{Line, Pane, Sheet, lacking, read_file, unread};
use crate::kernel::clock;
use crate::kernel::findings::Finding;
use crate::kernel::words::W;
use crate::office::calendars::{self as acts, Plan, Recomputed};
use crate::office::commands::{added_words, recomputed_words};
use crate::office::rules::Right;
use crate::phrase;
use crate::reference::calendars::{Standing, change_words, working_days, year_lines, years};
use crate::reference::rulebook::Rulebook;
use crate::reference::store as reference;
use crate::ui::form::FormField;
use crate::ui::keys::KeyRow;
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Job, Note, Place, Screen, Tone};
use crate::ui::table::{Column, TableRow};
use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;
use std::rc::Rc;

/// What is open over the list.
enum Over {
    Nothing,
    /// The path of a file.
    Path(Sheet),
    /// What the file would change.
    Plan(Box<Plan>, usize),
}

/// The calendars.
struct Calendars {
    rules: Rc<Rulebook>,
    years: Vec<i32>,
    pane: Pane,
    over: Over,
}

/// Opens the calendars.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let rules = reference::rulebook(cx.store)?;
    let mut screen = Calendars { rules, years: Vec::new(), pane: Pane::default(), over: Over::Nothing };
    screen.read(cx)?;
    screen.pane.select(usize::MAX);
    Ok(Box::new(screen))
}

impl Calendars {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        self.rules = reference::rulebook(cx.store)?;
        self.years = years(&self.rules, clock::day_of(cx.now));
        self.pane.rows(self.years.len());
        Ok(())
    }

    fn look(&mut self) {
        let Over::Path(sheet) = &mut self.over else { return };
        let planned = read_file(sheet.form.value("path"))
            .map_err(|words| Finding::block("file", "path", words).into())
            .and_then(|text| acts::plan(&self.rules.calendar, &text).map_err(crate::db::ActError::findings));
        match planned {
            Ok(plan) if plan.standing == Standing::Known => {
                let words = phrase!(W::ReferenceKnown, i64::from(plan.file.year), plan.file.edition.clone());
                sheet.form.show(Finding::block("known", "path", words).into());
            }
            Ok(plan) => self.over = Over::Plan(Box::new(plan), 0),
            Err(findings) => sheet.form.show(findings),
        }
    }

    fn add(&self) -> Effects {
        let Over::Plan(plan, _) = &self.over else { return Vec::new() };
        let plan = plan.as_ref().clone();
        vec![Effect::Act(DeskAct::new("calendar_add", move |tx| {
            acts::add(tx, &plan)?;
            Ok(Done::said(added_words(&plan.file, plan.changes.len())).with(plan.file.year))
        }))]
    }

    fn lines(&self, cx: &Cx<'_>) -> Vec<Line> {
        let year = self.pane.selected().and_then(|index| self.years.get(index));
        let lines = year.map_or_else(Vec::new, |year| year_lines(&self.rules.calendar, *year, cx.lang));
        lines.into_iter().map(|line| (line, cx.theme.text())).collect()
    }
}

/// What a file would change, day by day.
fn plan_lines(plan: &Plan, cx: &Cx<'_>) -> Vec<Line> {
    let count = i64::try_from(plan.changes.len()).unwrap_or(i64::MAX);
    let head = phrase!(W::ReferencePlanHead, i64::from(plan.file.year), plan.file.edition.clone(), count);
    let mut lines = vec![
        (head.say(cx.lang), cx.theme.title()),
        (phrase!(W::ReferenceYearSource, plan.file.source.clone()).say(cx.lang), cx.theme.dim()),
    ];
    lines.extend(plan.changes.iter().map(|change| {
        let style = if change.moves_deadlines() { cx.theme.text() } else { cx.theme.dim() };
        (format!("  {}", change_words(change).say(cx.lang)), style)
    }));
    lines.push((W::ReferencePlanTail.text(cx.lang).to_owned(), cx.theme.warn()));
    lines
}

/// The first line shown after a key.
fn scrolled(top: usize, code: KeyCode) -> usize {
    match code {
        KeyCode::Up => top.saturating_sub(1),
        KeyCode::Down => top + 1,
        KeyCode::PageUp => top.saturating_sub(10),
        KeyCode::PageDown => top + 10,
        _ => top,
    }
}

/// The deadlines follow on the worker, slice by slice.
fn recompute_job() -> Effect {
    Effect::Job(Job {
        title: W::ReferenceJobTitle.into(),
        id: "calendars.recompute",
        work: Box::new(|store, actor, now, progress| {
            let done = acts::recompute(store, actor, now, |done, of| {
                progress.report(
                    u64::try_from(done.looked_at).unwrap_or(0),
                    u64::try_from(of).unwrap_or(0),
                    W::ReferenceJobTitle.into(),
                );
                !progress.cancelled()
            })?;
            Ok(Box::new(done))
        }),
    })
}

impl Screen for Calendars {
    fn place(&self) -> Place {
        Place::new("calendars")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::OfficePlaceCalendars.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let may_not = lacking(cx, Right::Calendars);
        match self.over {
            Over::Nothing => vec![
                KeyRow::new("calendars.add", "ctrl-n", W::OfficeKeyAddCalendar).off(may_not.clone()),
                KeyRow::new("calendars.recompute", "ctrl-r", W::OfficeKeyRecompute).off(may_not).consequential(),
                KeyRow::new("calendars.leave", "esc", W::OfficeKeyBack),
            ],
            Over::Path(_) => vec![
                KeyRow::new("calendars.look", "ctrl-s", W::OfficeKeyLook).or("enter"),
                KeyRow::new("calendars.leave", "esc", W::OfficeKeyBack),
            ],
            Over::Plan(..) => vec![
                KeyRow::new("calendars.save", "ctrl-s", W::OfficeKeySave).off(may_not).consequential(),
                KeyRow::new("calendars.leave", "esc", W::OfficeKeyBack),
            ],
        }
    }

    fn help(&self) -> W {
        W::OfficeHelpCalendars
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.over) {
            (Input::Action("calendars.add"), _) => {
                let path = FormField::text("path", W::OfficeFieldPath).hint(W::OfficeFieldPathHint).limit(1_000);
                self.over = Over::Path(Sheet::new(W::OfficeKeyAddCalendar, vec![path]));
            }
            (Input::Action("calendars.look"), _) => self.look(),
            (Input::Action("calendars.save"), _) => return self.add(),
            (Input::Action("calendars.recompute"), _) => return vec![recompute_job()],
            (Input::Action(_), Over::Nothing) => return vec![Effect::Back],
            (Input::Action(_), _) => self.over = Over::Nothing,
            (Input::Key(key), Over::Path(sheet)) => sheet.key(key, cx),
            (Input::Key(key), Over::Plan(plan, top)) => *top = scrolled(*top, key.code).min(plan.changes.len()),
            (Input::Key(key), Over::Nothing) => self.pane.key(key),
            (Input::Paste(text), Over::Path(sheet)) => {
                sheet.form.paste(&text);
            }
            (Input::Paste(_), _) => {}
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                self.over = Over::Nothing;
                if let Err(error) = self.read(cx) {
                    return unread(error);
                }
                let year = done.value.as_ref().and_then(|value| value.downcast_ref::<i32>());
                if let Some(index) = year.and_then(|year| self.years.iter().position(|y| y == year)) {
                    self.pane.select(index);
                }
                vec![recompute_job()]
            }
            Note::Refused(findings) => {
                // Back to the path, where the reason is shown.
                let path = FormField::text("path", W::OfficeFieldPath).hint(W::OfficeFieldPathHint).limit(1_000);
                let mut sheet = Sheet::new(W::OfficeKeyAddCalendar, vec![path]);
                sheet.form.show(findings.clone());
                self.over = Over::Path(sheet);
                Vec::new()
            }
            Note::JobDone("calendars.recompute", result) => match result.downcast_ref::<Recomputed>() {
                Some(done) => vec![Effect::Say(Tone::Good, recomputed_words(*done))],
                None => Vec::new(),
            },
            Note::JobFailed("calendars.recompute", why) => {
                vec![Effect::Say(Tone::Bad, phrase!(W::ReferenceJobFailed, why))]
            }
            Note::Shown | Note::StoreChanged => self.read(cx).map_or_else(unread, |()| Vec::new()),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let columns = [
            Column::new(W::OfficeColumnYear, 6, 8),
            Column::new(W::OfficeColumnEdition, 12, 16),
            Column::new(W::OfficeColumnWorkingDays, 10, 14).right(),
        ];
        if let Over::Plan(plan, top) = &self.over {
            let title = W::OfficeKeyAddCalendar.text(cx.lang);
            let inner = crate::ui::layout::boxed(frame.buffer_mut(), area, title, *cx.theme);
            let lines = plan_lines(plan, cx);
            return super::pane::draw_lines(frame, inner, lines.get(*top..).unwrap_or_default());
        }
        let detail = self.lines(cx);
        let title = self.title(cx);
        self.pane.draw((frame, area, cx), (&title, W::OfficeDetailTitle.text(cx.lang)), &columns, &detail, |index| {
            let Some(year) = self.years.get(index).copied() else { return TableRow::default() };
            let file = self.rules.calendar.file(year);
            let (edition, style) = match file {
                Some(file) => (file.edition.clone(), cx.theme.text()),
                None => (format!("! {}", W::ReferenceAssumed.text(cx.lang)), cx.theme.warn()),
            };
            TableRow::new(i64::from(year))
                .cell(year.to_string(), style)
                .cell(edition, style)
                .cell(working_days(&self.rules.calendar, year).to_string(), style)
        });
        if let Over::Path(sheet) = &self.over {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        matches!(self.over, Over::Path(_))
    }
}
