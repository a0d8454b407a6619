//! The counter: one line to find or scan whoever came, below it what waits for its papers and who came today.

use super::popup;
use crate::case::milestones::Stage;
use crate::case::store::list::{self, Filter, Toward};
use crate::case::store::{ListRow, find};
use crate::case::words as case_words;
use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::identity::{plate_key, plate_ok};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::lacking;
use crate::papers::store::visits::{self, Came, Keys, NewVisit, Visit};
use crate::phrase;
use crate::precheck::store::visit_begin;
use crate::reference::store::rulebook;
use crate::ui::draw;
use crate::ui::field::{Edit, Kind, TextField};
use crate::ui::form::Form;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::read::{Answer, Read, Slot};
use crate::ui::screen::{Cx, DeskAct, Done, Draft, Effect, Effects, Input, Note, Place, Screen, Tone};
use crate::ui::table::{Column, Marks, TableRow, TableState, draw_table};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// The question of the search line.
const SLOT: Slot = "precheck.search";
/// Most cases a search shows, and most that are listed as waiting.
const SHOWN: usize = 50;

/// A row of the counter.
#[derive(Clone, Debug)]
enum Row {
    Case(Box<ListRow>),
    /// A visit with the case that took it, 0 while none has.
    Visit(Visit, i64),
}

/// What a search found: its query, the rows.
struct Found {
    query: String,
    rows: Vec<Row>,
}

/// The counter.
struct Counter {
    field: TextField,
    /// What waits and who came today.
    standing: Vec<Row>,
    /// What the query found, and the query it answers.
    found: Vec<Row>,
    answered: String,
    table: TableState,
    height: Cell<u16>,
    begin: Option<Form>,
    /// A draft whose form needs the lines of the store.
    restored: Option<Draft>,
}

/// Opens the counter.
///
/// # Errors
/// What the store says.
pub fn open(cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut counter = Counter {
        field: TextField::new(Kind::Text).limit(60),
        standing: Vec::new(),
        found: Vec::new(),
        answered: String::new(),
        table: TableState::default(),
        height: Cell::new(20),
        begin: None,
        restored: None,
    };
    counter.reread(cx)?;
    Ok(Box::new(counter))
}

fn search(conn: &crate::db::Connection, query: &str) -> anyhow::Result<Vec<Row>> {
    let hits = find::find(conn, query, SHOWN)?;
    let mut rows: Vec<Row> = hits.cases.into_iter().map(|found| Row::Case(Box::new(found.row))).collect();
    rows.extend(visits::under(conn, query)?.into_iter().map(|visit| Row::Visit(visit, 0)));
    Ok(rows)
}

/// What a text most likely is, to begin a visit with.
fn keys_of(typed: &str) -> Keys {
    if plate_ok(typed) {
        return Keys { plate: plate_key(typed).into_owned(), ..Keys::default() };
    }
    let number = text::fold_upper(typed).into_owned();
    if number.chars().any(|c| c.is_ascii_digit()) {
        Keys { accident_no: number, ..Keys::default() }
    } else {
        Keys::default()
    }
}

impl Counter {
    fn blank(&self) -> bool {
        self.field.value().trim().is_empty()
    }

    fn rows(&self) -> &[Row] {
        if self.blank() { &self.standing } else { &self.found }
    }

    fn reread(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let conn = cx.store.conn();
        let filter = Filter { stage: Some(Stage::Precheck), ..Filter::default() };
        let looked = list::look(conn, &filter, (list::START, Toward::Later), SHOWN, usize::MAX)?;
        let today = clock::moment_on(clock::day_of(cx.now), chrono::NaiveTime::MIN);
        let came = visits::between(conn, today, today + 86_400)?;
        self.standing = looked.rows.into_iter().map(|row| Row::Case(Box::new(row))).collect();
        self.standing.extend(came.into_iter().map(|(visit, case)| Row::Visit(visit, case)));
        self.table.rows(self.rows().len(), false);
        Ok(())
    }

    fn told(&mut self, outcome: anyhow::Result<()>) -> Effects {
        let said = |error: anyhow::Error| Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")));
        outcome.err().map(said).into_iter().collect()
    }

    fn ask(&mut self) -> Effects {
        self.table = TableState::default();
        if self.blank() {
            self.answered.clear();
            self.found.clear();
            self.table.rows(self.rows().len(), false);
            return vec![Effect::DropRead(SLOT)];
        }
        let query = self.field.value().to_owned();
        vec![Effect::Read(Read::new(SLOT, move |store, _| {
            let rows = search(store.conn(), &query)?;
            Ok(Found { query, rows })
        }))]
    }

    fn hear(&mut self, answer: Answer) -> anyhow::Result<()> {
        let value = answer.map_err(anyhow::Error::msg)?;
        if let Ok(found) = value.downcast::<Found>() {
            (self.answered, self.found) = (found.query, found.rows);
            self.table.rows(self.rows().len(), false);
        }
        Ok(())
    }

    /// Enter: the case or visit selected; for what nobody knows, a visit is begun.
    fn enter(&mut self, cx: &Cx<'_>) -> Effects {
        if !self.blank() && self.answered != self.field.value() {
            // A scanner's Enter does not wait for the reader.
            let query = self.field.value().to_owned();
            match search(cx.store.conn(), &query) {
                Ok(rows) => (self.answered, self.found) = (query, rows),
                Err(error) => return self.told(Err(error)),
            }
            self.table = TableState::default();
            self.table.rows(self.found.len(), false);
        }
        match self.table.selected().and_then(|index| self.rows().get(index)) {
            Some(Row::Case(row)) => vec![Effect::Go(Place::of("precheck", row.id))],
            Some(Row::Visit(visit, 0)) => vec![Effect::Go(Place::of("visit", visit.id))],
            Some(Row::Visit(_, case)) => vec![Effect::Go(Place::of("precheck", *case))],
            None if self.blank() => Vec::new(),
            None => self.begin(cx),
        }
    }

    fn begin(&mut self, cx: &Cx<'_>) -> Effects {
        if let Some(why) = lacking(cx.actor, Right::Visit, W::PrecheckLacking) {
            return vec![Effect::Say(Tone::Bad, why)];
        }
        match rulebook(cx.store) {
            Ok(rules) => {
                self.begin = Some(popup::begin(&keys_of(self.field.value()), &rules, cx.lang));
                vec![Effect::Say(Tone::Plain, W::PrecheckBeginning.into())]
            }
            Err(error) => self.told(Err(error)),
        }
    }

    fn save(&self) -> Effects {
        let Some(form) = &self.begin else { return Vec::new() };
        let text = |id: &str| form.value(id).trim().to_owned();
        let keys = Keys { accident_no: text("accident_no"), policy_no: text("policy_no"), plate: text("plate") };
        let (line, way) = (text("line"), popup::way_of(form));
        let new = NewVisit { came: Came::from_code(form.value("came")), who: text("who"), way };
        vec![Effect::Act(DeskAct::new("visit_open", move |tx| {
            let id = visit_begin(tx, &keys, &line, &new)?;
            Ok(Done::waits(W::PrecheckBegun).go(Place::of("visit", id)).with(id))
        }))]
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        match action {
            "counter.open" => self.enter(cx),
            "counter.begin" => self.begin(cx),
            "counter.save" => self.save(),
            "counter.folder" => match self.table.selected().and_then(|index| self.rows().get(index)) {
                Some(Row::Case(row)) => vec![Effect::Go(Place::of("folder", row.id))],
                Some(Row::Visit(_, case)) if *case != 0 => vec![Effect::Go(Place::of("folder", *case))],
                _ => Vec::new(),
            },
            "counter.leave" => {
                if self.begin.take().is_some() {
                    return Vec::new();
                }
                if self.field.is_empty() {
                    return vec![Effect::Back];
                }
                self.field.clear();
                self.ask()
            }
            _ => Vec::new(),
        }
    }

    fn settle_draft(&mut self, cx: &Cx<'_>) {
        if let Some(draft) = self.restored.take()
            && let Ok(rules) = rulebook(cx.store)
        {
            let mut form = popup::begin(&Keys::default(), &rules, cx.lang);
            form.restore(&draft.fields);
            self.begin = Some(form);
        }
    }

    fn row(&self, index: usize, cx: &Cx<'_>) -> TableRow {
        let (theme, hidden) =
            (cx.theme, |name: &str| if cx.hidden { "***".to_owned() } else { text::neutralise(name).into_owned() });
        match self.rows().get(index) {
            Some(Row::Case(row)) => {
                let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
                let amount = row.amount.map_or_else(String::new, |amount| amount.grouped());
                let stage = case_words::stage(row.milestones.stage()).text(cx.lang);
                TableRow::new(row.id)
                    .cell(text::clip_left(&text::neutralise(number), 18), theme.text())
                    .cell(hidden(&row.insured), theme.text())
                    .cell(stage, theme.text())
                    .cell(amount, theme.text())
            }
            Some(Row::Visit(visit, case)) => {
                let lacks = [(visit.lacks_id, W::PrecheckLacksId), (visit.lacks_card, W::PrecheckLacksCard)];
                let lacks: Vec<Arg> =
                    lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, word)| Arg::Word(word)).collect();
                let at = Arg::Moment(visit.at);
                let what = match (*case, lacks.is_empty()) {
                    (0, _) => phrase!(W::PrecheckRowWaits, at),
                    (_, true) => phrase!(W::PrecheckRowVisit, at),
                    (_, false) => Phrase::new(W::PrecheckRowLacks, [at, Arg::List(lacks)]),
                };
                let who =
                    if visit.who.is_empty() { visit.came.word().text(cx.lang).to_owned() } else { hidden(&visit.who) };
                TableRow::new(-visit.id)
                    .cell(text::clip_left(&text::neutralise(visit.keys.name()), 18), theme.dim())
                    .cell(who, theme.dim())
                    .cell(what.say(cx.lang), theme.dim())
                    .cell("", theme.dim())
            }
            None => TableRow::new(0),
        }
    }

    fn head(&self) -> Phrase {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        if !self.blank() {
            let answered = self.answered == self.field.value();
            return match (answered, self.found.is_empty()) {
                (false, _) => W::PrecheckLooking.into(),
                (true, true) => W::PrecheckUnknown.into(),
                (true, false) => phrase!(W::PrecheckFound, count(self.found.len())),
            };
        }
        let waiting = self.standing.iter().filter(|row| matches!(row, Row::Case(_))).count();
        phrase!(W::PrecheckStanding, count(waiting), count(self.standing.len() - waiting))
    }
}

impl Screen for Counter {
    fn place(&self) -> Place {
        Place::new("precheck")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::PrecheckPlace.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        let lacking = lacking(cx.actor, Right::Visit, W::PrecheckLacking);
        if self.begin.is_some() {
            return vec![
                KeyRow::new("counter.save", "ctrl-s", W::PrecheckKeySave).off(lacking).consequential(),
                KeyRow::new("counter.leave", "esc", W::PrecheckKeyBack),
            ];
        }
        let no_row = self.table.selected().is_none().then(|| Phrase::from(W::PrecheckNoRow));
        vec![
            KeyRow::new("counter.open", "enter", W::PrecheckKeyOpen),
            KeyRow::new("counter.begin", "ctrl-n", W::PrecheckKeyBegin).off(lacking),
            KeyRow::new("counter.folder", "ctrl-f", W::PrecheckKeyFolder).off(no_row),
            KeyRow::new("counter.leave", "esc", W::PrecheckKeyBack),
        ]
    }

    fn help(&self) -> W {
        if self.begin.is_some() { W::PrecheckLearnBegin } else { W::PrecheckHelpCounter }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        self.settle_draft(cx);
        match (input, &mut self.begin) {
            (Input::Action(action), _) => self.action(action, cx),
            (Input::Key(key), Some(form)) => {
                form.handle(key, clock::day_of(cx.now), cx.lang);
                Vec::new()
            }
            (Input::Paste(text), Some(form)) => {
                form.paste(&text);
                Vec::new()
            }
            (Input::Key(key), None) => match self.field.handle(key) {
                Edit::Changed => self.ask(),
                Edit::Moved => Vec::new(),
                Edit::Ignored => {
                    self.table.handle(key, self.height.get());
                    Vec::new()
                }
            },
            (Input::Paste(text), None) => {
                self.field.paste(&text);
                self.ask()
            }
        }
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        self.settle_draft(cx);
        match note {
            Note::Done(_) => {
                self.begin = None;
                self.field.clear();
                let outcome = self.reread(cx);
                self.told(outcome)
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {
                let outcome = self.reread(cx);
                self.told(outcome)
            }
            Note::Refused(findings) => {
                let findings: &Findings = findings;
                if let Some(form) = &mut self.begin {
                    form.show(findings.clone());
                }
                Vec::new()
            }
            Note::Read(SLOT, answer) => {
                let outcome = self.hear(answer);
                self.told(outcome)
            }
            _ => Vec::new(),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let inner = layout::boxed(frame.buffer_mut(), area, &self.title(cx), *cx.theme);
        let label = format!("{} ", W::PrecheckSearch.text(cx.lang));
        let x = draw::put(frame.buffer_mut(), inner, 0, 0, &label, cx.theme.title());
        let line = Rect {
            x: inner.x.saturating_add(x),
            width: inner.width.saturating_sub(x).min(44),
            height: inner.height.min(1),
            ..inner
        };
        let focused = self.begin.is_none();
        let mut cursor = self.field.draw(frame.buffer_mut(), line, focused, *cx.theme).filter(|_| focused);
        let said = text::clip(&self.head().say(cx.lang), usize::from(inner.width));
        draw::put(frame.buffer_mut(), inner, 0, 1, &said, cx.theme.dim());
        let body = draw::below(inner, 3);
        self.height.set(body.height);
        let columns = [
            Column::new(W::PrecheckColumnNumber, 10, 20),
            Column::new(W::PrecheckColumnWho, 8, 24),
            Column::new(W::PrecheckColumnWhat, 14, 40).priority(1),
            Column::new(W::PrecheckColumnAmount, 10, 14).right().priority(2),
        ];
        let looks = (cx.lang, *cx.theme);
        if self.rows().is_empty() {
            draw::put(frame.buffer_mut(), body, 0, 0, W::PrecheckEmpty.text(cx.lang), cx.theme.dim());
        } else {
            let row = |index| self.row(index, cx);
            draw_table(frame.buffer_mut(), body, &columns, &self.table, &Marks::default(), looks, row);
        }
        if let Some(form) = &self.begin {
            let width = area.width.saturating_sub(8).min(76);
            let height = form.height(cx.lang, width).saturating_add(1);
            let title = W::PrecheckKeyBegin.text(cx.lang);
            let inside = layout::popup(frame.buffer_mut(), area, (width, height), title, *cx.theme);
            cursor = form.draw(frame.buffer_mut(), inside, cx.lang, *cx.theme);
        }
        if let Some(at) = cursor {
            frame.set_cursor_position(at);
        }
    }

    fn typing(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<Draft> {
        if self.restored.is_some() {
            return self.restored.clone();
        }
        let fields = self.begin.as_ref()?.snapshot();
        (!fields.is_empty()).then_some(Draft { fields })
    }

    fn restore(&mut self, draft: &Draft) {
        self.restored = Some(draft.clone());
    }
}
