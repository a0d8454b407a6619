//! 报表 (F9): the figures of a period, each with its goal, its definition and its cases one key away.

mod detail;
pub mod lessons;
mod paint;

use super::report::{self, Report};
use crate::db::figures::FigureSet;
use crate::figures::report::Line;
use crate::kernel::clock;
use crate::kernel::period::{Kind, Period};
use crate::kernel::words::{Phrase, W};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::read::{Answer, Read, Slot};
use crate::ui::screen::{Cx, Effect, Effects, Input, Note, Place, Screen, Tone};
use crate::ui::table::{TableEvent, TableState};
use crossterm::event::KeyEvent;
use detail::{Behind, Detail};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

/// The question for the figures of a period.
const SLOT: Slot = "figures.values";
/// After a change at a desk the figures are counted again when it has been quiet this long.
const QUIET: Duration = Duration::from_millis(500);

/// The figures.
pub struct Figures {
    sets: &'static [FigureSet],
    period: Period,
    /// What was counted last; of another period than the chosen one while that is being counted.
    report: Option<Report>,
    table: TableState,
    height: Cell<u16>,
    detail: Option<Detail>,
    rules: Rc<Rulebook>,
}

/// Opens the figures of today.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>, sets: &'static [FigureSet]) -> anyhow::Result<Box<dyn Screen>> {
    Ok(Box::new(Figures {
        sets,
        period: Period::of(Kind::Day, clock::day_of(cx.now)),
        report: None,
        table: TableState::default(),
        height: Cell::new(20),
        detail: None,
        rules: crate::reference::store::rulebook(cx.store)?,
    }))
}

fn told(error: &anyhow::Error) -> Effects {
    vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))]
}

impl Figures {
    /// The figures counted for the chosen period.
    fn counted(&self) -> Option<&Report> {
        self.report.as_ref().filter(|report| report.period == self.period)
    }

    fn selected(&self) -> Option<&Line> {
        self.counted()?.lines.get(self.table.selected()?)
    }

    fn present(&self, cx: &Cx<'_>) -> bool {
        self.period.to() > cx.now
    }

    fn ask(&self, cx: &Cx<'_>) -> Read {
        let (sets, period, now) = (self.sets, self.period, cx.now);
        Read::new(SLOT, move |store, _| report::read(store, sets, period, now))
    }

    /// Counts everything in sight again.
    fn again(&self, cx: &Cx<'_>, pause: Duration) -> Effects {
        let behind = self.detail.as_ref().map(|detail| detail.ask(self.sets, cx.now));
        std::iter::once(self.ask(cx)).chain(behind).map(|read| Effect::Read(read.after(pause))).collect()
    }

    fn take(&mut self, slot: Slot, answer: Answer) -> Effects {
        let value = match answer {
            Ok(value) => value,
            Err(what) => return vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, what))],
        };
        if slot == SLOT {
            if let Ok(report) = value.downcast::<Report>()
                && report.period == self.period
            {
                self.table.rows(report.lines.len(), false);
                self.report = Some(*report);
            }
        } else if let (Ok(found), Some(detail)) = (value.downcast::<Behind>(), &mut self.detail) {
            detail.take(*found);
        }
        Vec::new()
    }

    fn turn(&mut self, period: Period, cx: &Cx<'_>) -> Effects {
        self.period = period;
        vec![Effect::Read(self.ask(cx))]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "figures.kind" => {
                // What was looked at stays in sight: the period of the other kind that holds its last past day.
                let day = clock::day_of((self.period.to() - 1).min(cx.now));
                self.turn(Period::of(self.period.kind().next(), day), cx)
            }
            "figures.earlier" => self.turn(self.period.earlier(), cx),
            "figures.later" => self.turn(self.period.later(), cx),
            "figures.now" => self.turn(Period::of(self.period.kind(), clock::day_of(cx.now)), cx),
            "figures.open" => {
                let Some(line) = self.selected() else { return Vec::new() };
                let detail = Detail::new(line.figure, self.period);
                let read = detail.ask(self.sets, cx.now);
                self.detail = Some(detail);
                vec![Effect::Read(read)]
            }
            "figures.folder" => {
                let case = self.detail.as_ref().and_then(Detail::selected);
                case.map(|row| Effect::Go(Place::of("folder", row.id))).into_iter().collect()
            }
            "figures.leave" if self.detail.take().is_some() => vec![Effect::DropRead(detail::SLOT)],
            "figures.leave" => vec![Effect::Back],
            _ => Vec::new(),
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        let Some(detail) = &mut self.detail else {
            self.table.handle(key, self.height.get());
            return Vec::new();
        };
        match detail.table.handle(key, detail.height.get()) {
            TableEvent::WantsMore => {
                detail.read_more(cx.store, cx.now).map_or_else(|error| told(&error), |()| Vec::new())
            }
            TableEvent::Moved | TableEvent::Ignored => Vec::new(),
        }
    }
}

impl Screen for Figures {
    fn place(&self) -> Place {
        Place::new("figures")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::ShellPlaceFigures.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let leave = KeyRow::new("figures.leave", "esc", W::FiguresKeyLeave);
        if let Some(detail) = &self.detail {
            let none = detail.selected().is_none().then(|| Phrase::from(W::FiguresNoCases));
            return vec![KeyRow::new("figures.folder", "enter", W::FiguresKeyFolder).off(none), leave];
        }
        let counting = self.selected().is_none().then(|| Phrase::from(W::FiguresCounting));
        let present = self.present(cx).then(|| Phrase::from(W::FiguresPresent));
        vec![
            KeyRow::new("figures.open", "enter", W::FiguresKeyOpen).off(counting),
            KeyRow::new("figures.kind", "tab", W::FiguresKeyKind),
            KeyRow::new("figures.earlier", "left", W::FiguresKeyEarlier),
            KeyRow::new("figures.later", "right", W::FiguresKeyLater).off(present.clone()),
            KeyRow::new("figures.now", "ctrl-t", W::FiguresKeyNow).off(present),
            leave,
        ]
    }

    fn help(&self) -> W {
        if self.detail.is_some() { W::FiguresDetailHelp } else { W::FiguresHelp }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action, cx),
            Input::Key(key) => self.key(key, cx),
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Shown => {
                match crate::reference::store::rulebook(cx.store) {
                    Ok(rules) => self.rules = rules,
                    Err(error) => return told(&error),
                }
                self.again(cx, Duration::ZERO)
            }
            // A long period is counted again when one comes back to it: its numbers say as of when they are.
            Note::StoreChanged | Note::Minute if self.period.kind() == Kind::Day => self.again(cx, QUIET),
            Note::Read(slot, answer) => self.take(slot, answer),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        paint::draw(self, frame, area, cx);
    }
}
