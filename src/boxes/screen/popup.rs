//! The small forms of boxes and loans: their fields, drafts and drawing.

use crate::kernel::clock;
use crate::kernel::findings::Findings;
use crate::kernel::words::W;
use crate::ui::form::{Form, FormField};
use crate::ui::keys::KeyRow;
use crate::ui::layout;
use crate::ui::screen::{Cx, Draft};
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;

/// Cells of a form.
const CELLS: u16 = 64;
/// Keys of a draft beside the fields.
const WHAT: &str = "what";
const ABOUT: &str = "about";

/// A small form: what it is for, what it is about, its fields.
#[derive(Clone, Debug)]
pub struct Popup {
    /// Name of the form, stable in drafts.
    pub what: &'static str,
    /// Key of the box or case it is about.
    pub about: i64,
    /// Its title.
    pub title: W,
    /// Its fields.
    pub form: Form,
}

impl Popup {
    /// A form.
    pub fn new(what: &'static str, about: i64, title: W, fields: Vec<FormField>) -> Popup {
        Popup { what, about, title, form: Form::new(fields) }
    }

    /// Takes a key.
    pub fn key(&mut self, key: KeyEvent, cx: &Cx<'_>) {
        self.form.handle(key, clock::day_of(cx.now), cx.lang);
    }

    /// The value of a field, with days and moments written out.
    pub fn value(&self, id: &str, cx: &Cx<'_>) -> String {
        self.form.values(clock::day_of(cx.now)).get(id).cloned().unwrap_or_default()
    }

    /// Shows why it was refused.
    pub fn show(&mut self, findings: &Findings) {
        self.form.show(findings.clone());
    }

    /// The keys of every form.
    pub fn rows(save: &'static str, leave: &'static str) -> Vec<KeyRow> {
        vec![KeyRow::new(save, "ctrl-s", W::BoxesKeySave).consequential(), KeyRow::new(leave, "esc", W::BoxesKeyBack)]
    }

    /// Draws it over the screen and puts the cursor at the caret.
    pub fn draw(&self, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
        let width = area.width.saturating_sub(8).min(CELLS);
        let height = self.form.height(cx.lang, width).saturating_add(1);
        let place = layout::popup(frame.buffer_mut(), area, (width, height), self.title.text(cx.lang), *cx.theme);
        if let Some(at) = self.form.draw(frame.buffer_mut(), place, cx.lang, *cx.theme) {
            frame.set_cursor_position(at);
        }
    }

    /// What was typed.
    pub fn draft(&self) -> Option<Draft> {
        let mut fields = self.form.snapshot();
        if !self.form.dirty() || fields.is_empty() {
            return None;
        }
        fields.insert(WHAT.to_owned(), self.what.to_owned());
        fields.insert(ABOUT.to_owned(), self.about.to_string());
        Some(Draft { fields })
    }

    /// What a draft was for, and about.
    pub fn drafted(draft: &Draft) -> Option<(&str, i64)> {
        Some((draft.fields.get(WHAT)?.as_str(), draft.fields.get(ABOUT)?.parse().ok()?))
    }
}
