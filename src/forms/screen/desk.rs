//! The ledger of controlled forms (F7): how many there are in each state, who holds what, and where any serial is.

use super::paint;
use super::sheets::{self, Ready, What};
use crate::case;
use crate::forms::rules::{RECEIPT, Serial, Span, Standing, State};
use crate::forms::store::{self, Book, FormType, Movement};
use crate::instructions;
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::office::rules::{Right, may};
use crate::office::screen::pane::{SHEET, Sheet, lacking, unread};
use crate::office::store::Person;
use crate::phrase;
use crate::ui::keys::KeyRow;
use crate::ui::scan::{ScanEvent, ScanLine};
use crate::ui::screen::{Cx, Draft, Effect, Effects, Input, Note, Place, Question, Screen, Tone};
use crate::ui::table::TableState;
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// Most ranges shown; an office has a few dozen.
const ROWS: i64 = 500;
/// The question before something final.
const SURE: &str = "forms.sure";
/// The question before typed text is given up.
const DROP: &str = "forms.drop";

/// What a screen shows and a sheet begins with.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// How many in each state.
    pub totals: Vec<(State, i64)>,
    /// What is issued and held.
    pub holdings: Vec<Standing>,
    /// What waits for whoever looks.
    pub pending: Vec<Standing>,
    /// Kinds of forms.
    pub forms: Vec<FormType>,
    /// Everyone, for names.
    pub people: Vec<Person>,
    /// Who can be handed forms.
    pub receivers: Vec<Person>,
    /// The next whole book in stock, or what is left of it.
    pub next_book: Option<Span>,
    /// The row the list stands on.
    pub selected: Option<Span>,
    /// The serial looked up last.
    pub looked: Option<Span>,
    /// The next receipt of whoever looks.
    pub mine: Option<String>,
}

impl Facts {
    /// Who somebody is, in words.
    pub fn name(&self, id: i64) -> String {
        let found = self.people.iter().find(|person| person.id == id);
        found.map(|person| format!("{} {}", person.name, person.staff_no)).unwrap_or_default()
    }
}

/// A serial that was looked up.
#[derive(Debug)]
pub(super) struct Found {
    pub serial: Serial,
    pub standing: Option<Standing>,
    pub life: Vec<Movement>,
    pub book: Option<Book>,
    /// The case it is used for, in words.
    pub usage: Option<Phrase>,
}

/// What the right side shows, and on a narrow screen the whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Holdings,
    Life,
    Book,
}

/// What is open over the ledger.
#[derive(Debug)]
enum Over {
    Nothing,
    Sheet(What, Sheet),
}

/// The ledger.
#[derive(Debug)]
pub(super) struct Desk {
    pub facts: Facts,
    pub found: Option<Found>,
    pub view: View,
    pub scan: ScanLine,
    pub table: TableState,
    pub height: Cell<u16>,
    pub wide: Cell<bool>,
    over: Over,
    ready: Option<Ready>,
    /// The serial to look at when the act in hand is done.
    look: Option<String>,
}

/// Opens the ledger.
///
/// # Errors
/// What the store says.
pub fn open(_place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut desk = Desk {
        facts: Facts::default(),
        found: None,
        view: View::Holdings,
        scan: ScanLine::new(),
        table: TableState::default(),
        height: Cell::new(10),
        wide: Cell::new(false),
        over: Over::Nothing,
        ready: None,
        look: None,
    };
    desk.read(cx)?;
    Ok(Box::new(desk))
}

/// The case an instruction pays, in words: tail of its number, insured, amount.
pub(super) fn usage(cx: &Cx<'_>, instruction: i64) -> anyhow::Result<Option<Phrase>> {
    let conn = cx.store.conn();
    let Some(instruction) = instructions::store::by_id(conn, instruction)? else { return Ok(None) };
    let Some(case) = case::store::load::by_id(conn, instruction.case_id)? else { return Ok(None) };
    let number = if case.facts.case_no.is_empty() { &case.case_code } else { &case.facts.case_no };
    let (number, insured) = (text::neutralise(number), text::neutralise(&case.facts.insured));
    let tail = text::clip_left(&number, 10);
    Ok(Some(phrase!(W::FormsUsage, tail, insured.into_owned(), instruction.amount, instruction.id)))
}

impl Desk {
    fn read(&mut self, cx: &Cx<'_>) -> anyhow::Result<()> {
        let (conn, now) = (cx.store.conn(), cx.now);
        let facts = &mut self.facts;
        facts.totals = store::totals(conn, RECEIPT, now)?;
        facts.holdings = store::holdings(conn, now, ROWS)?;
        facts.pending = store::pending(conn, cx.actor.id, now)?;
        facts.forms = store::form_types(conn)?;
        facts.people = office::store::all(conn)?;
        facts.mine = store::next(conn, cx.actor.id)?;
        let can = |person: &&Person| {
            person.enabled && person.id != cx.actor.id && may(&office::store::actor(person, ""), Right::UseForms)
        };
        facts.receivers = facts.people.iter().filter(can).cloned().collect();
        let stock = store::stock(conn, RECEIPT, now, 1)?.into_iter().next();
        facts.next_book = match stock {
            Some(stock) => {
                let book = store::book(conn, &stock.span.serial(stock.span.first).to_string())?;
                Some(book.map_or(stock.span.clone(), |book| stock.span.overlap(&book.span)))
            }
            None => None,
        };
        self.table.rows(self.facts.holdings.len(), false);
        self.select();
        if let Some(serial) = self.found.as_ref().map(|found| found.serial.to_string()) {
            self.look_up(&serial, cx)?;
        }
        Ok(())
    }

    fn select(&mut self) {
        let row = self.table.selected().and_then(|row| self.facts.holdings.get(row));
        self.facts.selected = row.map(|standing| standing.span.clone());
    }

    /// Reads where a serial is; false when it is none.
    fn look_up(&mut self, typed: &str, cx: &Cx<'_>) -> anyhow::Result<bool> {
        let Some(serial) = Serial::read(typed) else { return Ok(false) };
        let (conn, whole) = (cx.store.conn(), serial.to_string());
        let standing = store::state(conn, &whole)?;
        let used = standing.as_ref().map(|standing| standing.instruction).filter(|id| *id != 0);
        let usage = used.map(|id| usage(cx, id)).transpose()?.flatten();
        self.facts.looked = standing.is_some().then(|| Span::one(&serial));
        let (life, book) = (store::life(conn, &whole)?, store::book(conn, &whole)?);
        self.found = Some(Found { serial, standing, life, book, usage });
        Ok(true)
    }

    fn scanned(&mut self, code: &str, cx: &Cx<'_>) -> Effects {
        match self.look_up(code, cx) {
            Ok(true) => {
                if self.view == View::Holdings {
                    self.view = View::Life;
                }
                let known = self.found.as_ref().is_some_and(|found| found.standing.is_some());
                let code = text::neutralise(code).into_owned();
                if known { Vec::new() } else { vec![Effect::Say(Tone::Bad, phrase!(W::FormsFoundUnknown, code))] }
            }
            Ok(false) => {
                let code = text::neutralise(code).into_owned();
                vec![Effect::Bell, Effect::Say(Tone::Bad, phrase!(W::FormsFoundShape, code))]
            }
            Err(error) => unread(error),
        }
    }

    fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        if let Over::Sheet(_, sheet) = &mut self.over {
            sheet.key(key, cx);
            return Vec::new();
        }
        if key.code == KeyCode::Enter && self.scan.value().is_empty() {
            let first = self.facts.selected.as_ref().map(|span| span.serial(span.first).to_string());
            return first.map_or_else(Vec::new, |serial| self.scanned(&serial, cx));
        }
        match self.scan.handle(key) {
            ScanEvent::Code(code) => return self.scanned(&code, cx),
            ScanEvent::Typed => {}
            ScanEvent::Ignored => {
                self.table.handle(key, self.height.get().max(2));
                self.select();
            }
        }
        Vec::new()
    }

    fn turn(&mut self) {
        self.view = match self.view {
            View::Holdings if !self.wide.get() => View::Life,
            View::Holdings | View::Life => View::Book,
            View::Book if self.wide.get() => View::Life,
            View::Book => View::Holdings,
        };
    }

    fn save(&mut self, cx: &Cx<'_>) -> Effects {
        let Over::Sheet(what, sheet) = &mut self.over else { return Vec::new() };
        match sheets::read(*what, sheet, cx) {
            Err(findings) => {
                sheet.form.show(findings);
                Vec::new()
            }
            Ok(Ready { act, question: None, look }) => {
                self.look = Some(look);
                vec![Effect::Act(act)]
            }
            Ok(Ready { act, question: Some(text), look }) => {
                self.ready = Some(Ready { act, question: None, look });
                vec![Effect::Ask(Question { id: SURE, text })]
            }
        }
    }

    fn confirm(&mut self) -> Effects {
        let selected = self.facts.selected.as_ref();
        let chosen = self.facts.pending.iter().find(|one| Some(&one.span) == selected).or(self.facts.pending.first());
        let Some(span) = chosen.map(|standing| standing.span.clone()) else { return Vec::new() };
        self.look = Some(span.serial(span.first).to_string());
        vec![Effect::Act(sheets::confirm(span))]
    }

    fn leave(&mut self) -> Effects {
        match &self.over {
            Over::Nothing => return vec![Effect::Back],
            Over::Sheet(_, sheet) if sheet.form.dirty() => {
                return vec![Effect::Ask(Question { id: DROP, text: W::OfficeAskDrop.into() })];
            }
            Over::Sheet(..) => self.over = Over::Nothing,
        }
        Vec::new()
    }

    fn done(&mut self, cx: &Cx<'_>) -> Effects {
        self.over = Over::Nothing;
        let look = self.look.take();
        let read = self.read(cx).and_then(|()| match look {
            Some(serial) => self.look_up(&serial, cx).map(drop),
            None => Ok(()),
        });
        read.map_or_else(unread, |()| Vec::new())
    }

    fn refused(&mut self, findings: &Findings) {
        self.look = None;
        if let Over::Sheet(_, sheet) = &mut self.over {
            sheet.form.show(findings.clone());
        }
    }

    fn open_sheet(&mut self, what: What) {
        self.over = Over::Sheet(what, sheets::fresh(what, &self.facts));
    }
}

impl Screen for Desk {
    fn place(&self) -> Place {
        Place::new("forms")
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        W::ShellPlaceForms.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if let Over::Sheet(..) = self.over {
            return vec![
                KeyRow::new("forms.save", "ctrl-s", W::OfficeKeySave).consequential(),
                KeyRow::new("forms.leave", "esc", W::OfficeKeyBack),
            ];
        }
        let keeper = lacking(cx, Right::KeepForms);
        let both = if keeper.is_none() { None } else { lacking(cx, Right::UseForms) };
        let nothing = self.facts.pending.is_empty().then(|| Phrase::from(W::FormsNothingPending));
        let blank = self.facts.next_book.is_none().then(|| Phrase::from(W::FormsNoStock));
        let out = self.facts.holdings.is_empty().then(|| Phrase::from(W::FormsNoneOut));
        let unseen = self.found.is_none().then(|| Phrase::from(W::FormsNotLooked));
        vec![
            KeyRow::new("forms.confirm", "ctrl-s", W::FormsKeyConfirm)
                .off(lacking(cx, Right::UseForms).or(nothing))
                .consequential(),
            KeyRow::new("forms.receive", "ctrl-n", What::Receive.word()).off(keeper.clone()),
            KeyRow::new("forms.issue", "ctrl-g", What::Issue.word()).off(keeper.clone().or(blank)),
            KeyRow::new("forms.void", "ctrl-x", What::Void.word()).off(both.clone()),
            KeyRow::new("forms.lose", "ctrl-o", What::Lose.word()).off(both),
            KeyRow::new("forms.return", "ctrl-r", What::Return.word()).off(keeper.or(out)),
            KeyRow::new("forms.book", "tab", W::FormsKeyBook).off(unseen),
            KeyRow::new("forms.leave", "esc", W::OfficeKeyBack),
        ]
    }

    fn help(&self) -> W {
        match &self.over {
            Over::Nothing => W::FormsHelpDesk,
            Over::Sheet(what, _) => what.help(),
        }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match input {
            Input::Action("forms.save") => return self.save(cx),
            Input::Action("forms.leave") => return self.leave(),
            Input::Action("forms.confirm") => return self.confirm(),
            Input::Action("forms.book") => self.turn(),
            Input::Action("forms.receive") => self.open_sheet(What::Receive),
            Input::Action("forms.issue") => self.open_sheet(What::Issue),
            Input::Action("forms.return") => self.open_sheet(What::Return),
            Input::Action("forms.void") => self.open_sheet(What::Void),
            Input::Action("forms.lose") => self.open_sheet(What::Lose),
            Input::Action(_) => {}
            Input::Key(key) => return self.key(key, cx),
            Input::Paste(text) => match &mut self.over {
                Over::Sheet(_, sheet) => {
                    sheet.form.paste(&text);
                }
                Over::Nothing => self.scan.paste(&text),
            },
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(_) => return self.done(cx),
            Note::Answer(DROP, true) => self.over = Over::Nothing,
            Note::Answer(SURE, yes) => {
                let ready = self.ready.take().filter(|_| yes);
                return ready.map_or_else(Vec::new, |ready| {
                    self.look = Some(ready.look);
                    vec![Effect::Act(ready.act)]
                });
            }
            Note::Refused(findings) => {
                self.refused(findings);
                return Vec::new();
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {}
            _ => return Vec::new(),
        }
        self.read(cx).map_or_else(unread, |()| Vec::new())
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        paint::draw(self, frame, area, cx);
        if let Over::Sheet(_, sheet) = &self.over {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<Draft> {
        match &self.over {
            Over::Sheet(what, sheet) => sheet.draft(what.code()),
            Over::Nothing => None,
        }
    }

    fn restore(&mut self, draft: &Draft) {
        if let Some(what) = draft.fields.get(SHEET).and_then(|name| What::from_code(name)) {
            let mut sheet = sheets::fresh(what, &self.facts);
            sheet.form.restore(&draft.fields);
            self.over = Over::Sheet(what, sheet);
        }
    }
}

/// Where a number is, in words.
pub(super) fn whereabouts(facts: &Facts, standing: &Standing, now: i64) -> Phrase {
    match standing.state_at(now) {
        State::Stock if standing.lapsed(now) => phrase!(W::FormsAtLapsed, Arg::Moment(standing.due)),
        State::Stock => W::FormsAtStock.into(),
        State::Issued => phrase!(W::FormsAtIssued, facts.name(standing.holder), Arg::Moment(standing.due)),
        State::Held => phrase!(W::FormsAtHeld, facts.name(standing.holder), Arg::Moment(standing.since)),
        State::Used => phrase!(W::FormsAtUsed, facts.name(standing.holder), Arg::Moment(standing.since)),
        State::WrittenOff => phrase!(W::FormsAtFile, Arg::Moment(standing.since)),
        State::Void => phrase!(W::FormsAtVoid, Arg::Moment(standing.since)),
        State::Lost => phrase!(W::FormsAtLost, Arg::Moment(standing.since)),
    }
}
