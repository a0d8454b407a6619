//! The search box over the to-do list: what is typed, what was found, the last searches, and what a scan says.

use super::columns::Look;
use crate::case::store::ListRow;
use crate::case::store::find::{self, Found, Hits, Matched};
use crate::db::Connection;
use crate::kernel::code::{Code, CodeError, CodeKind};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::field::{Edit, Kind, TextField};
use crate::ui::read::{Answer, Read, Slot};
use crate::ui::screen::{Cx, Effect, Input};
use crate::ui::table::{Column, TableRow};
use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;

/// The question of the box.
pub(super) const SLOT: Slot = "todo.search";
/// Most cases a search shows.
pub(super) const FOUND: usize = 50;

/// What the reader brings back: the query it answers, and the answer.
struct Answered {
    query: String,
    hits: Hits,
}

/// A search under way.
#[derive(Debug)]
pub(super) struct SearchBox {
    field: TextField,
    hits: Hits,
    /// The query that `hits` answers.
    answered: String,
    index: usize,
    recent: Vec<String>,
}

impl SearchBox {
    /// A box with a text in it; `recent` is offered while it is empty.
    pub(super) fn new(text: &str, recent: &[String]) -> SearchBox {
        let mut field = TextField::new(Kind::Text);
        field.set(text);
        let answered = String::new();
        SearchBox { field, hits: Hits::default(), answered, index: 0, recent: recent.to_vec() }
    }

    /// What is typed.
    pub(super) fn query(&self) -> &str {
        self.field.value()
    }

    /// Nothing is typed: the last searches are offered instead.
    pub(super) fn is_blank(&self) -> bool {
        self.query().trim().is_empty()
    }

    fn is_answered(&self) -> bool {
        self.answered == self.query()
    }

    pub(super) fn found(&self) -> &[Found] {
        &self.hits.cases
    }

    pub(super) fn index(&self) -> usize {
        self.index
    }

    pub(super) fn selected(&self) -> Option<&ListRow> {
        self.hits.cases.get(self.index).map(|found| &found.row)
    }

    /// The earlier search that is chosen while nothing is typed.
    pub(super) fn chosen_recent(&self) -> Option<String> {
        if self.is_blank() { self.recent.get(self.index).cloned() } else { None }
    }

    /// How many rows the list below the box has.
    pub(super) fn rows(&self) -> usize {
        if self.is_blank() { self.recent.len() } else { self.hits.cases.len() }
    }

    /// Asks the store for what is typed now; typing goes on meanwhile.
    pub(super) fn ask(&mut self) -> Effect {
        if self.is_blank() {
            self.hits = Hits::default();
            self.answered = self.query().to_owned();
            return Effect::DropRead(SLOT);
        }
        let query = self.query().to_owned();
        Effect::Read(Read::new(SLOT, move |store, _| {
            let hits = find::find(store.conn(), &query, FOUND)?;
            Ok(Answered { query, hits })
        }))
    }

    /// Takes an answer, or says why there is none.
    pub(super) fn hear(&mut self, answer: Answer) -> anyhow::Result<()> {
        let value = answer.map_err(anyhow::Error::msg)?;
        let Ok(answered) = value.downcast::<Answered>() else { return Ok(()) };
        let chosen = self.selected().map(|row| row.id).filter(|_| answered.query == self.answered);
        self.take(*answered);
        // A list read anew keeps its chosen case; one of another query begins at its best.
        let same = chosen.and_then(|id| self.hits.cases.iter().position(|found| found.row.id == id));
        self.index = same.unwrap_or_else(|| if chosen.is_some() { self.index } else { 0 });
        self.index = self.index.min(self.rows().saturating_sub(1));
        Ok(())
    }

    fn take(&mut self, answered: Answered) {
        (self.answered, self.hits) = (answered.query, answered.hits);
    }

    /// The answer to what is typed, at once: a scanner's Enter does not wait for the reader.
    pub(super) fn settle(&mut self, conn: &Connection) -> anyhow::Result<()> {
        if !self.is_answered() && !self.is_blank() {
            let query = self.query().to_owned();
            let hits = find::find(conn, &query, FOUND)?;
            self.take(Answered { query, hits });
            self.index = 0;
        }
        Ok(())
    }

    /// Moves the selection; false when the key is none that moves.
    pub(super) fn moved(&mut self, code: KeyCode, page: isize) -> bool {
        let last = self.rows().saturating_sub(1);
        self.index = match code {
            KeyCode::Up => self.index.saturating_sub(1),
            KeyCode::Down => (self.index + 1).min(last),
            KeyCode::PageUp => self.index.saturating_add_signed(-page),
            KeyCode::PageDown => self.index.saturating_add_signed(page).min(last),
            _ => return false,
        };
        true
    }

    /// Takes a key or pasted text; true when the query has changed.
    pub(super) fn typed(&mut self, input: &Input) -> bool {
        let edit = match input {
            Input::Key(key) => self.field.handle(*key),
            Input::Paste(text) => self.field.paste(text),
            Input::Action(_) => Edit::Ignored,
        };
        if edit == Edit::Changed {
            self.index = 0;
        }
        edit == Edit::Changed
    }

    /// Why Enter leads nowhere: nothing was found, or the code was misread.
    pub(super) fn nothing(&self) -> Phrase {
        match Code::parse(self.query()) {
            Ok(code) => unknown(&code),
            Err(error) => misread(error, self.query()).unwrap_or_else(|| W::CaseTodoNothingFound.into()),
        }
    }

    /// Draws the line with the caret; returns what is left below it.
    pub(super) fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) -> Rect {
        let label = format!(" {} ", W::CaseTodoSearch.text(cx.lang));
        let x = draw::put(frame.buffer_mut(), area, 0, 0, &label, cx.theme.title());
        let field = Rect {
            x: area.x.saturating_add(x),
            width: area.width.saturating_sub(x + 1),
            height: area.height.min(1),
            ..area
        };
        if let Some(at) = self.field.draw(frame.buffer_mut(), field, true, *cx.theme) {
            frame.set_cursor_position(at);
        }
        if let Some(word) = self.says()
            && area.height > 1
        {
            draw::put(frame.buffer_mut(), draw::below(area, 1), 1, 0, &word.say(cx.lang), cx.theme.warn());
        }
        draw::below(area, 2)
    }

    /// What is to be said about the answer.
    fn says(&self) -> Option<Phrase> {
        if self.is_blank() {
            return (!self.recent.is_empty()).then(|| W::CaseTodoRecent.into());
        }
        if self.hits.bounded {
            return Some(W::CaseTodoTooMany.into());
        }
        self.hits.more.then(|| phrase!(W::CaseTodoMoreFound, i64::try_from(self.found().len()).unwrap_or(0)))
    }

    /// What stands in the place of an empty list.
    pub(super) fn empty_word(&self) -> W {
        match (self.is_blank(), self.is_answered()) {
            (true, _) => W::CaseTodoSearchHint,
            (false, true) => W::CaseTodoNothingFound,
            (false, false) => W::CaseTodoLooking,
        }
    }

    /// The columns of what is offered while nothing is typed.
    pub(super) fn recent_columns() -> Vec<Column> {
        vec![Column::new(W::CaseTodoSearch, 20, 60)]
    }

    /// A row of them.
    pub(super) fn recent_row(&self, at: usize, look: Look<'_>) -> TableRow {
        let text = self.recent.get(at).map(|text| text::neutralise(text).into_owned()).unwrap_or_default();
        TableRow::new(0).cell(if look.hidden { "***".to_owned() } else { text }, look.theme.text())
    }
}

/// What of a case matched, in a word; the insured and the case number show it themselves.
pub(super) fn matched_word(matched: Matched) -> Option<W> {
    match matched {
        Matched::CaseCode => Some(W::CaseMatchedCode),
        Matched::AccidentNo => Some(W::CaseMatchedAccident),
        Matched::PolicyNo => Some(W::CaseMatchedPolicy),
        Matched::Plate => Some(W::CaseMatchedPlate),
        Matched::PhoneTail => Some(W::CaseMatchedPhone),
        Matched::IdTail => Some(W::CaseMatchedId),
        Matched::CaseNo | Matched::CaseNoTail | Matched::Insured | Matched::Initials => None,
    }
}

fn unknown(code: &Code) -> Phrase {
    let word = if code.kind() == CodeKind::Case { W::CaseScanUnknown } else { W::CaseScanOther };
    Phrase::new(word, [Arg::Text(code.as_str().to_owned())])
}

/// What is wrong with twelve digits; nothing for a text that is no code at all.
fn misread(error: CodeError, typed: &str) -> Option<Phrase> {
    let word = match error {
        CodeError::WrongLength { .. } | CodeError::NotDigits => return None,
        CodeError::WrongCheckDigit => W::CaseScanCheck,
        CodeError::UnknownKind { .. } => W::CaseScanOther,
    };
    Some(Phrase::new(word, [Arg::Text(text::fold(typed).into_owned())]))
}

/// What digits that were scanned or typed mean.
#[derive(Debug)]
pub enum Scanned {
    /// A case.
    Case(Box<ListRow>),
    /// A code that leads to no case, and why.
    No(Phrase),
    /// No code: something to search for.
    Text,
}

/// Reads a scanned code.
///
/// # Errors
/// What SQLite says.
pub fn scanned(conn: &Connection, typed: &str) -> rusqlite::Result<Scanned> {
    let code = match Code::parse(typed) {
        Ok(code) => code,
        Err(error) => return Ok(misread(error, typed).map_or(Scanned::Text, Scanned::No)),
    };
    let found = find::by_code(conn, code.as_str())?;
    Ok(found.map_or_else(|| Scanned::No(unknown(&code)), |row| Scanned::Case(Box::new(row))))
}

/// Whether a key begins or continues what a scanner types: a digit, full-width ones too.
pub fn scan_digit(key: KeyEvent) -> Option<char> {
    use crossterm::event::KeyModifiers;
    let KeyCode::Char(c) = key.code else { return None };
    if key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
        return None;
    }
    text::fold(c.encode_utf8(&mut [0; 4])).chars().next().filter(char::is_ascii_digit)
}
