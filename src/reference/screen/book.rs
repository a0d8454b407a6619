//! What the screens of the registers have in common: a line to search by, the list, the detail, forms over them.
//!
//! Whatever is typed narrows the list at once; every act has a key that is no letter.

use crate::case::screen::card;
use crate::db::Actor;
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::{Phrase, W};
use crate::office::screen::pane::{Line, SHEET, Sheet, draw_lines, sheet_rows, split, unread};
use crate::phrase;
use crate::ui::draw;
use crate::ui::field::{Edit, Kind, TextField};
use crate::ui::form::Form;
use crate::ui::keys::{ActionId, KeyRow};
use crate::ui::layout;
use crate::ui::screen::{Cx, Draft, Effect, Effects, Input, Note, Place, Question, Screen};
use crate::ui::table::{self, Column, Marks, TableEvent, TableRow, TableState};
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use std::cell::Cell;

/// The most rows a register shows; what is looked for is found by typing.
pub const MOST_ROWS: usize = 300;
/// Names a person is not to see while nobody is at the desk.
pub const HIDDEN: &str = "***";
/// The question before typed text is given up.
const DROP: ActionId = "registers.drop";
/// Longest text to search by, in characters.
const QUERY_CHARS: usize = 40;

/// One register as its screen needs it. Forms have names such as `add` or `renew/3`, which drafts keep.
pub trait Register {
    /// Name of the place.
    const PLACE: &'static str;
    /// What the clerk calls it.
    const TITLE: W;
    /// What the work here is.
    const HELP: W;
    /// Saves a form.
    const SAVE: ActionId;
    /// Leaves a form or the place.
    const LEAVE: ActionId;

    /// Reads the rows that fit what was typed.
    fn read(&mut self, query: &str, cx: &Cx<'_>) -> anyhow::Result<()>;
    /// Reads what the detail of a row shows beside the row.
    fn look(&mut self, at: Option<usize>, cx: &Cx<'_>) -> anyhow::Result<()>;
    /// The keys of the rows in their order.
    fn ids(&self) -> Vec<i64>;
    /// The columns of the list.
    fn columns(&self) -> Vec<Column>;
    /// One row.
    fn row(&self, at: usize, cx: &Cx<'_>) -> TableRow;
    /// The detail of a row.
    fn detail(&self, at: usize, cx: &Cx<'_>) -> Vec<Line>;
    /// The live keys of the list.
    fn keys(&self, at: Option<usize>, cx: &Cx<'_>) -> Vec<KeyRow>;
    /// The name of the form an action opens.
    fn opens(&self, action: ActionId, at: Option<usize>) -> Option<String>;
    /// A form by its name; `now` fills in days.
    fn form(&self, name: &str, now: i64) -> Option<Sheet>;
    /// What only warns about the values as they stand.
    fn warn(&self, _name: &str, _form: &Form, _cx: &Cx<'_>) -> Findings {
        Findings::new()
    }
    /// Saves a form, or shows in it what is wrong.
    fn save(&self, name: &str, sheet: &mut Sheet, cx: &Cx<'_>) -> Effects;
    /// A PIN that a form had asked for was given.
    fn pin(&self, _name: &str, _sheet: &Sheet, _by: &Actor) -> Effects {
        Vec::new()
    }
}

/// Action and key of a form's name: `renew/3`.
pub fn parts(name: &str) -> (&str, i64) {
    let (action, id) = name.split_once('/').unwrap_or((name, ""));
    (action, id.parse().unwrap_or(0))
}

/// A name as it is shown, or hidden while nobody is at the desk.
pub fn shown(name: &str, cx: &Cx<'_>) -> String {
    if cx.hidden && !name.is_empty() { HIDDEN.to_owned() } else { text::neutralise(name).into_owned() }
}

/// A number as it is shown: masked, and hidden whole while nobody is at the desk.
pub fn masked(number: &str, mask: fn(&str) -> String, cx: &Cx<'_>) -> String {
    card::masked(number, mask, false, cx.hidden)
}

/// The reason why nothing can be done with a row that is not there.
pub fn none(at: Option<usize>) -> Option<Phrase> {
    at.is_none().then(|| W::ReferenceOffNone.into())
}

/// The screen of a register.
pub struct Book<R> {
    register: R,
    query: TextField,
    table: TableState,
    height: Cell<u16>,
    over: Option<(String, Sheet)>,
    now: i64,
}

/// Opens the screen of a register on its first rows, or on the row the place names.
///
/// # Errors
/// What the store says.
pub fn open<R: Register + 'static>(register: R, place: Place, cx: &Cx<'_>) -> anyhow::Result<Box<dyn Screen>> {
    let mut book = Book {
        register,
        query: TextField::new(Kind::Text).limit(QUERY_CHARS),
        table: TableState::default(),
        height: Cell::new(0),
        over: None,
        now: cx.now,
    };
    book.read(cx, (place.id != 0).then_some(place.id))?;
    Ok(Box::new(book))
}

impl<R: Register> Book<R> {
    /// Reads the rows anew and stays on the row it stood on, or goes to `wanted`.
    fn read(&mut self, cx: &Cx<'_>, wanted: Option<i64>) -> anyhow::Result<()> {
        self.now = cx.now;
        let stood = self.table.selected().and_then(|at| self.register.ids().get(at).copied());
        self.register.read(self.query.value(), cx)?;
        let ids = self.register.ids();
        self.table.rows(ids.len(), false);
        if let Some(at) = wanted.or(stood).and_then(|id| ids.iter().position(|known| *known == id)) {
            self.table.select(at);
        }
        self.register.look(self.table.selected(), cx)
    }

    fn search(&mut self, cx: &Cx<'_>) -> Effects {
        self.table.select(0);
        let read = self.read(cx, None);
        self.table.select(0);
        read.and_then(|()| self.register.look(self.table.selected(), cx)).map_or_else(unread, |()| Vec::new())
    }

    fn list_key(&mut self, key: KeyEvent, cx: &Cx<'_>) -> Effects {
        // Home and End move the caret while there is a text to move in.
        let for_caret = matches!(key.code, KeyCode::Home | KeyCode::End) && !self.query.is_empty();
        if !for_caret && self.table.handle(key, self.height.get().max(2)) != TableEvent::Ignored {
            return self.register.look(self.table.selected(), cx).map_or_else(unread, |()| Vec::new());
        }
        if self.query.handle(key) == Edit::Changed { self.search(cx) } else { Vec::new() }
    }

    fn action(&mut self, action: ActionId, cx: &Cx<'_>) -> Effects {
        if action == R::SAVE {
            let Some((name, sheet)) = &mut self.over else { return Vec::new() };
            return self.register.save(name, sheet, cx);
        }
        if action == R::LEAVE {
            return self.leave(cx);
        }
        if let Some(name) = self.register.opens(action, self.table.selected())
            && let Some(sheet) = self.register.form(&name, cx.now)
        {
            self.over = Some((name, sheet));
        }
        Vec::new()
    }

    fn leave(&mut self, cx: &Cx<'_>) -> Effects {
        match &self.over {
            Some((_, sheet)) if sheet.form.dirty() => {
                vec![Effect::Ask(Question { id: DROP, text: W::OfficeAskDrop.into() })]
            }
            Some(_) => {
                self.over = None;
                Vec::new()
            }
            None if self.query.is_empty() => vec![Effect::Back],
            None => {
                self.query.clear();
                self.search(cx)
            }
        }
    }

    /// Shows what only warns, unless something that was refused still stands there.
    fn warn(&mut self, cx: &Cx<'_>) {
        let Some((name, sheet)) = &mut self.over else { return };
        if !sheet.form.findings().blocking() {
            let warned = self.register.warn(name, &sheet.form, cx);
            sheet.form.show(warned);
        }
    }

    fn draw_list(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let inner = layout::boxed(frame.buffer_mut(), area, R::TITLE.text(cx.lang), *cx.theme);
        let line = Rect { height: inner.height.min(1), ..inner };
        let label = W::ReferenceFieldSearch.text(cx.lang);
        let from = draw::put(frame.buffer_mut(), line, 0, 0, label, cx.theme.dim()).saturating_add(1);
        let count = i64::try_from(self.table.len()).unwrap_or(i64::MAX);
        let count = phrase!(W::ReferenceDetailFound, count).say(cx.lang);
        let cells = draw::to_u16(draw::cells(&count)).saturating_add(1);
        let room = line.width.saturating_sub(from);
        let field = Rect { x: line.x.saturating_add(from.min(line.width)), width: room.saturating_sub(cells), ..line };
        if room > cells {
            draw::put(frame.buffer_mut(), line, line.width.saturating_sub(cells - 1), 0, &count, cx.theme.dim());
        }
        let caret = self.query.draw(frame.buffer_mut(), field, true, *cx.theme);
        if let Some(at) = caret.filter(|_| self.over.is_none()) {
            frame.set_cursor_position(at);
        }
        let body = draw::below(inner, 1);
        self.height.set(body.height);
        if self.table.is_empty() {
            draw::put(frame.buffer_mut(), body, 0, 0, W::ReferenceDetailEmpty.text(cx.lang), cx.theme.dim());
            return;
        }
        let (columns, marks) = (self.register.columns(), Marks::default());
        let row = |at| self.register.row(at, cx);
        table::draw_table(frame.buffer_mut(), body, &columns, &self.table, &marks, (cx.lang, *cx.theme), row);
    }
}

impl<R: Register> Screen for Book<R> {
    fn place(&self) -> Place {
        Place::new(R::PLACE)
    }

    fn title(&self, cx: &Cx<'_>) -> String {
        R::TITLE.text(cx.lang).to_owned()
    }

    fn keys(&self, cx: &Cx<'_>) -> Vec<KeyRow> {
        if self.over.is_some() {
            return sheet_rows(R::SAVE, R::LEAVE);
        }
        let mut rows = self.register.keys(self.table.selected(), cx);
        rows.push(KeyRow::new(R::LEAVE, "esc", W::OfficeKeyBack));
        rows
    }

    fn help(&self) -> W {
        if self.over.is_some() { W::ReferenceHelpForm } else { R::HELP }
    }

    fn input(&mut self, input: Input, cx: &Cx<'_>) -> Effects {
        match (input, &mut self.over) {
            (Input::Action(action), _) => return self.action(action, cx),
            (Input::Key(key), None) => return self.list_key(key, cx),
            (Input::Paste(text), None) => {
                if self.query.paste(&text) == Edit::Changed {
                    return self.search(cx);
                }
            }
            (Input::Key(key), Some((_, sheet))) => {
                sheet.key(key, cx);
                self.warn(cx);
            }
            (Input::Paste(text), Some((_, sheet))) => {
                sheet.form.paste(&text);
                self.warn(cx);
            }
        }
        Vec::new()
    }

    fn note(&mut self, note: Note<'_>, cx: &Cx<'_>) -> Effects {
        match note {
            Note::Done(done) => {
                self.over = None;
                let id = done.value.as_ref().and_then(|value| value.downcast_ref::<i64>()).copied();
                return self.read(cx, id).map_or_else(unread, |()| Vec::new());
            }
            Note::Refused(findings) => {
                if let Some((_, sheet)) = &mut self.over {
                    sheet.form.show(findings.clone());
                }
            }
            Note::Answer(DROP, true) => self.over = None,
            Note::Pin(_, by) => {
                if let Some((name, sheet)) = &self.over {
                    return self.register.pin(name, sheet, by);
                }
            }
            Note::Shown | Note::StoreChanged | Note::Minute => {
                return self.read(cx, None).map_or_else(unread, |()| Vec::new());
            }
            _ => {}
        }
        Vec::new()
    }

    fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let (list, detail) = split(area);
        self.draw_list(frame, list, cx);
        if let Some(detail) = detail {
            let title = W::ReferenceDetailTitle.text(cx.lang);
            let inner = layout::boxed(frame.buffer_mut(), detail, title, *cx.theme);
            let lines = self.table.selected().map(|at| self.register.detail(at, cx)).unwrap_or_default();
            draw_lines(frame, inner, &lines);
        }
        if let Some((_, sheet)) = &self.over {
            sheet.draw(frame, area, cx);
        }
    }

    fn typing(&self) -> bool {
        true
    }

    fn draft(&self) -> Option<Draft> {
        self.over.as_ref().and_then(|(name, sheet)| sheet.draft(name))
    }

    fn restore(&mut self, draft: &Draft) {
        let Some(name) = draft.fields.get(SHEET) else { return };
        if let Some(mut sheet) = self.register.form(name, self.now) {
            sheet.form.restore(&draft.fields);
            self.over = Some((name.clone(), sheet));
        }
    }
}
