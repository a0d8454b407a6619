//! What the screens of the office and of the registers share: a list beside its detail, a form on a sheet, reasons for what may not be done.

use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::{Phrase, W};
use crate::office::rules::Right;
use crate::phrase;
use crate::ui::draw;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, Draft, Effect, Effects, Tone};
use crate::ui::table::{self, Column, Marks, TableRow, TableState};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};

/// From this height on a narrow screen shows the detail below the list.
const DETAIL_BELOW: u16 = 14;
/// What is read from a file a person names is a few pages of text; more than this is another file.
const MAX_BYTES: u64 = 1 << 20;
/// Widest sheet.
const SHEET_CELLS: u16 = 76;

/// A list with the detail of its selected row.
#[derive(Debug, Default)]
pub struct Pane {
    state: TableState,
    height: Cell<u16>,
}

/// One line of a detail.
pub type Line = (String, Style);

impl Pane {
    /// Tells how many rows there are.
    pub fn rows(&mut self, len: usize) {
        self.state.rows(len, false);
    }

    /// The selected row.
    pub fn selected(&self) -> Option<usize> {
        self.state.selected()
    }

    /// Selects a row.
    pub fn select(&mut self, index: usize) {
        self.state.select(index);
    }

    /// Moves the selection.
    pub fn key(&mut self, key: KeyEvent) {
        self.state.handle(key, self.height.get().max(2));
    }

    /// Draws the list and, beside or below it, the detail.
    pub fn draw(
        &self,
        (frame, area, cx): (&mut Frame<'_>, Rect, &Cx<'_>),
        (title, detail_title): (&str, &str),
        columns: &[Column],
        detail: &[Line],
        row: impl Fn(usize) -> TableRow,
    ) {
        let (list, preview) = split(area);
        let inner = layout::boxed(frame.buffer_mut(), list, title, *cx.theme);
        self.height.set(inner.height);
        let marks = Marks::default();
        table::draw_table(frame.buffer_mut(), inner, columns, &self.state, &marks, (cx.lang, *cx.theme), row);
        if let Some(preview) = preview {
            let inner = layout::boxed(frame.buffer_mut(), preview, detail_title, *cx.theme);
            draw_lines(frame, inner, detail);
        }
    }
}

/// List and detail: beside each other, below each other, or the list alone where there is no room.
pub fn split(area: Rect) -> (Rect, Option<Rect>) {
    if area.width >= layout::SIDE_BY_SIDE {
        return layout::list_and_preview(area);
    }
    if area.height < DETAIL_BELOW {
        return (area, None);
    }
    let below = area.height * 2 / 5;
    let parts = layout::parts(area, 0, below);
    (parts.body, Some(parts.footer))
}

/// Draws lines, wrapped; what does not fit is cut off at the end.
pub fn draw_lines(frame: &mut Frame<'_>, area: Rect, lines: &[Line]) {
    let mut y = 0;
    for (line, style) in lines {
        let wrapped =
            if line.is_empty() { vec![String::new()] } else { text::wrap(line, usize::from(area.width).max(1)) };
        for part in wrapped {
            if y >= area.height {
                return;
            }
            draw::put(frame.buffer_mut(), area, 0, y, &part, *style);
            y += 1;
        }
    }
}

/// A form on a sheet over its screen.
#[derive(Debug)]
pub struct Sheet {
    /// What the sheet is for.
    pub title: W,
    /// The fields.
    pub form: Form,
}

impl Sheet {
    /// A sheet with these fields.
    pub fn new(title: W, fields: Vec<FormField>) -> Sheet {
        Sheet { title, form: Form::new(fields) }
    }

    /// Hands a key to the form.
    pub fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) {
        self.form.handle(key, clock::day_of(cx.now), cx.lang);
    }

    /// The values with days and moments written out.
    pub fn values(&self, cx: &Cx<'_>) -> BTreeMap<&'static str, String> {
        self.form.values(clock::day_of(cx.now))
    }

    /// Draws the sheet over the screen and puts the cursor at the caret.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let width = area.width.saturating_sub(4).min(SHEET_CELLS);
        let height = self.form.height(cx.lang, width).saturating_add(1);
        let inside = layout::popup(frame.buffer_mut(), area, (width, height), self.title.text(cx.lang), *cx.theme);
        if let Some(at) = self.form.draw(frame.buffer_mut(), inside, cx.lang, *cx.theme) {
            frame.set_cursor_position(at);
        }
    }

    /// What was typed, for the draft, under the name of the sheet.
    pub fn draft(&self, name: &str) -> Option<Draft> {
        let mut fields = self.form.snapshot();
        if fields.is_empty() {
            return None;
        }
        fields.insert(SHEET.to_owned(), name.to_owned());
        Some(Draft { fields })
    }
}

/// Key of the sheet's name in a draft.
pub const SHEET: &str = "sheet";

/// The rows of every sheet: save and leave.
pub fn sheet_rows(save: &'static str, leave: &'static str) -> Vec<KeyRow> {
    vec![KeyRow::new(save, "ctrl-s", W::OfficeKeySave).consequential(), KeyRow::new(leave, "esc", W::OfficeKeyBack)]
}

/// Why whoever is signed in may not do this; none when they may.
pub fn lacking(cx: &Cx<'_>, right: Right) -> Option<Phrase> {
    crate::office::store::lacking(cx.actor, right, W::OfficeKeyLacking)
}

/// Reads a text file a person named.
///
/// # Errors
/// Why it cannot be read, in words.
pub fn read_file(path: &str) -> Result<String, Phrase> {
    let path = path.trim();
    if path.is_empty() {
        return Err(W::ReferenceFileNoPath.into());
    }
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    if let Err(error) = opened {
        return Err(match error.kind() {
            ErrorKind::NotFound => phrase!(W::ReferenceFileNotFound, path),
            ErrorKind::PermissionDenied => phrase!(W::ReferenceFileNoPermission, path),
            _ => phrase!(W::ReferenceFileUnreadable, path, error.to_string()),
        });
    }
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(W::ReferenceFileTooLong.into());
    }
    String::from_utf8(bytes).map_err(|_| W::ReferenceFileNotUtf8.into())
}

/// Says that the store could not be read.
pub fn unread(error: impl std::fmt::Display) -> Effects {
    vec![Effect::Say(Tone::Bad, phrase!(W::DbFailed, format!("{error:#}")))]
}
