//! The payment desk: what waits to be chosen, reviewed, released, and what a reopening holds, each a list of its own.

use super::views::{Row, VIEWS, View};
use crate::db::Actor;
use crate::kernel::findings::Findings;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::lacking;
use crate::payment::store::review;
use crate::phrase;
use crate::ui::draw;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, DeskAct, Done, Effect, Effects, Input, Note, PinOf, PinQuestion, Place, Screen, Tone};
use crate::ui::table::{Column, Marks, TableEvent, TableRow, TableState, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::cell::Cell;

/// The lists of the desk.
struct PaymentDesk {
    at: usize,
    rows: Vec<Vec<Row>>,
    table: TableState,
    marks: Marks,
    /// The keys a standing question for a PIN is about.
    asked: Vec<i64>,
    said: Findings,
    height: Cell<u16>,
}

/// Opens the lists, at the first in which something waits for whoever is signed in.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut screen = PaymentDesk {
        at: 0,
        rows: Vec::new(),
        table: TableState::default(),
        marks: Marks::default(),
        asked: Vec::new(),
        said: Findings::new(),
        height: Cell::new(20),
    };
    screen.read(cx)?;
    let at = super::views::first(cx.actor, |at| screen.rows.get(at).is_some_and(|rows| !rows.is_empty()));
    screen.turn(at);
    Ok(Box::new(screen))
}

impl PaymentDesk {
    fn view(&self) -> Option<&'static View> {
        VIEWS.get(self.at)
    }

    fn list(&self) -> &[Row] {
        self.rows.get(self.at).map_or(&[], Vec::as_slice)
    }

    fn selected(&self) -> Option<&Row> {
        self.table.selected().and_then(|index| self.list().get(index))
    }

    /// Reads every list again; the selection stays on its row, marks stay on rows that still wait.
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let stood_on = self.selected().map(|row| row.key);
        self.rows = VIEWS.iter().map(|view| (view.rows)(cx)).collect::<anyhow::Result<_>>()?;
        let len = self.list().len();
        self.table.rows(len, false);
        if let Some(index) = stood_on.and_then(|key| self.list().iter().position(|row| row.key == key)) {
            self.table.select(index);
        }
        let gone: Vec<i64> = self.marks.iter().filter(|key| !self.list().iter().any(|row| row.key == *key)).collect();
        for key in gone {
            self.marks.toggle(key);
        }
        Ok(())
    }

    fn reread(&mut self, cx: &Cx<'_>) -> Effects {
        match self.read(cx) {
            Ok(()) => Vec::new(),
            Err(error) => vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))],
        }
    }

    fn turn(&mut self, at: usize) {
        self.at = at % VIEWS.len().max(1);
        self.marks.clear();
        self.said = Findings::new();
        self.table = TableState::default();
        let len = self.list().len();
        self.table.rows(len, false);
    }

    fn mark(&mut self) {
        let Some(key) = self.selected().map(|row| row.key) else { return };
        self.marks.toggle(key);
        let next = self.table.selected().map_or(0, |index| index + 1);
        self.table.select(next);
    }

    /// The rows a review is for: the marked ones, else the one the list stands on.
    fn to_review(&self) -> Vec<&Row> {
        if self.marks.is_empty() {
            return self.selected().into_iter().collect();
        }
        self.list().iter().filter(|row| self.marks.has(row.key)).collect()
    }

    fn sum(rows: &[&Row]) -> Fen {
        Fen::sum(rows.iter().map(|row| row.amount)).unwrap_or_default()
    }

    fn ask(&mut self) -> Effects {
        let rows = self.to_review();
        let text = phrase!(W::PaymentAskReview, count(rows.len()), PaymentDesk::sum(&rows));
        self.asked = rows.iter().map(|row| row.key).collect();
        vec![Effect::AskPin(PinQuestion { id: "payment.review_marked", text, of: PinOf::Me })]
    }

    fn review(&self, actor: &Actor) -> Effects {
        let ids = self.asked.clone();
        let act = DeskAct::new("review_payment", move |tx| {
            let done = review(tx, &ids)?;
            Ok(Done::said(phrase!(W::PaymentSaidReviewed, count(done.ids.len()), done.sum)))
        });
        vec![Effect::Act(act.by(actor.clone()))]
    }

    fn action(&mut self, action: ActionId) -> Effects {
        match action {
            "payment.view" => self.turn(self.at + 1),
            "payment.mark" => self.mark(),
            "payment.review_marked" => return self.ask(),
            "payment.open" => {
                return self.selected().map(|row| Effect::Go(row.place)).into_iter().collect();
            }
            "payment.list" => {
                return self.selected().and_then(|row| row.chosen).map(Effect::Go).into_iter().collect();
            }
            "payment.leave" => return vec![Effect::Back],
            _ => {}
        }
        Vec::new()
    }

    fn table_row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let Some(row) = self.list().get(index) else { return TableRow::default() };
        let (mark, style) = look(row.tone, cx);
        TableRow::new(row.key)
            .cell(&row.number, cx.theme.text())
            .cell(&row.payee, cx.theme.text())
            .cell(row.amount.grouped(), cx.theme.text())
            .cell(format!("{mark}{}", row.state.say(cx.lang)), style)
            .cell(row.way.say(cx.lang), cx.theme.dim())
    }

    /// The names of the lists with how much waits in each; the open one stands in brackets.
    fn tabs(&self, cx: &Cx<'_>) -> String {
        let names = VIEWS.iter().enumerate().map(|(at, view)| {
            let waits = self.rows.get(at).map_or(0, Vec::len);
            let name = format!("{} {waits}", view.word.text(cx.lang));
            if at == self.at { format!("[{name}]") } else { format!(" {name} ") }
        });
        names.collect::<Vec<_>>().join(" ")
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn look(tone: Tone, cx: &Cx<'_>) -> (&'static str, Style) {
    match tone {
        Tone::Good => ("v ", cx.theme.ok()),
        Tone::Plain => ("", cx.theme.text()),
        Tone::Bad => ("! ", cx.theme.warn()),
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new(W::PaymentColumnCase, 10, 10),
        Column::new(W::PaymentColumnPayee, 8, 18),
        Column::new(W::PaymentColumnAmount, 12, 14).right(),
        Column::new(W::PaymentColumnState, 16, 24),
        Column::new(W::PaymentColumnWay, 16, 34).priority(1),
    ]
}

impl Screen for PaymentDesk {
    fn place(&self) -> Place {
        Place::new("payment")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::ShellPlacePayment.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let nothing = self.list().is_empty().then(|| Phrase::from(W::PaymentNothingWaits));
        let mut rows = Vec::new();
        if self.view().is_some_and(|view| view.reviews) {
            let off = lacking(cx.actor, Right::Review, W::PaymentLacking).or(nothing.clone());
            rows.push(
                KeyRow::new("payment.review_marked", "ctrl-s", W::PaymentKeyReview).off(off.clone()).consequential(),
            );
            rows.push(KeyRow::new("payment.mark", "space", W::PaymentKeyMark).or("ctrl-v").off(off));
        }
        let unchosen = self.selected().is_some_and(|row| row.chosen.is_none());
        let unchosen = unchosen.then(|| Phrase::from(W::PaymentNothingChosen));
        rows.extend([
            KeyRow::new("payment.open", "enter", W::PaymentKeyOpen).off(nothing.clone()),
            KeyRow::new("payment.list", "ctrl-k", W::PaymentKeyList).off(nothing.or(unchosen)),
            KeyRow::new("payment.view", "tab", W::PaymentKeyView),
            KeyRow::new("payment.leave", "esc", W::PaymentKeyBack),
        ]);
        rows
    }

    fn help(&self) -> W {
        W::PaymentDeskHelp
    }

    fn input(&mut self, input: Input, _cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action(action) => self.action(action),
            Input::Key(key) => {
                let moved = self.table.handle(key, self.height.get());
                debug_assert!(moved != TableEvent::WantsMore, "a list of the desk is read whole");
                Vec::new()
            }
            Input::Paste(_) => Vec::new(),
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Pin("payment.review_marked", actor) => self.review(actor),
            Note::Done(_) => {
                self.marks.clear();
                self.said = Findings::new();
                self.reread(cx)
            }
            Note::Refused(findings) => {
                self.said = findings.clone();
                self.reread(cx)
            }
            Note::Shown | Note::StoreChanged => self.reread(cx),
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let area = area.intersection(frame.area());
        let buf = frame.buffer_mut();
        let marked = self.to_review();
        let title = if self.marks.is_empty() {
            self.title(cx)
        } else {
            phrase!(W::PaymentMarked, count(marked.len()), PaymentDesk::sum(&marked)).say(cx.lang)
        };
        let inner = layout::boxed(buf, area, &title, *cx.theme);
        let tabs = text::wrap(&self.tabs(cx), usize::from(inner.width.max(1)));
        let mut y = 0;
        for line in tabs.iter().take(2) {
            draw::put(buf, inner, 0, y, line, cx.theme.title());
            y += 1;
        }
        for finding in self.said.iter().take(3) {
            let line = format!("x {}", finding.what.say(cx.lang));
            for line in text::wrap(&line, usize::from(inner.width.max(1))) {
                draw::put(buf, inner, 0, y, &line, cx.theme.error());
                y += 1;
            }
        }
        let (table, preview) = layout::list_and_preview(draw::below(inner, y));
        self.height.set(table.height);
        draw_table(buf, table, &columns(), &self.table, &self.marks, (cx.lang, *cx.theme), |index| {
            self.table_row(index, cx)
        });
        if let (Some(place), Some(row)) = (preview, self.selected()) {
            let place = Rect { x: place.x.saturating_add(2), width: place.width.saturating_sub(2), ..place };
            let mut y = 0;
            let head = phrase!(W::PaymentPreviewHead, row.amount, Arg::Phrase(Box::new(row.state.clone())));
            let lines = std::iter::once((head, Tone::Good)).chain(row.detail.iter().cloned());
            for (said, tone) in lines {
                let style = if tone == Tone::Bad { cx.theme.warn() } else { cx.theme.text() };
                for line in text::wrap(&said.say(cx.lang), usize::from(place.width.max(1))) {
                    draw::put(buf, place, 0, y, &line, style);
                    y += 1;
                }
            }
        }
    }
}
