//! Drawing a form: labels and fields in two aligned columns, findings under their field, the focused field always in view.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::{FieldInput, Form, FormField};
use crate::kernel::findings::Severity;
use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::theme::Theme;

/// Columns before the label: the mark of the focused field and a blank.
const LEAD: usize = 2;
/// Columns between label and field: a blank, the mark of a prefilled field, a blank.
const GAP: usize = 3;
/// A field is never wider, so that a form on a wide screen stays readable.
const WIDEST_FIELD: usize = 60;

/// One row under or beside the fields.
struct Row {
    /// The field it belongs to; a row of no field stands above all.
    field: Option<usize>,
    content: Content,
}

enum Content {
    Field,
    Note(String, Style),
}

impl Form {
    /// Draws the form and answers where the terminal's cursor stands.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let width = usize::from(area.width);
        let label_cells = self.label_cells(lang, width);
        let indent = LEAD + label_cells + GAP;
        let rows = self.rows(lang, theme, width.saturating_sub(indent), width);
        let (first, last) = self.visible(&rows, usize::from(area.height));
        let mut cursor = None;
        for (y, row) in (0u16..).zip(rows.iter().skip(first).take(last - first)) {
            match (&row.content, row.field.and_then(|index| self.fields.get(index))) {
                (Content::Note(text, style), Some(_)) => {
                    draw::put(buf, area, draw::to_u16(indent), y, text, *style);
                }
                (Content::Note(text, style), None) => {
                    draw::put(buf, area, 0, y, text, *style);
                }
                (Content::Field, Some(field)) => {
                    let focused = row.field == Some(self.focus);
                    let line = Rect { y: area.y.saturating_add(y), height: 1, ..area };
                    cursor = draw_field(buf, line, field, focused, label_cells, lang, theme).or(cursor);
                }
                (Content::Field, None) => {}
            }
        }
        cursor
    }

    /// The rows the form needs at this width to show everything.
    pub fn height(&self, lang: Lang, width: u16) -> u16 {
        let width = usize::from(width);
        let indent = LEAD + self.label_cells(lang, width) + GAP;
        draw::to_u16(self.rows(lang, Theme::new(false), width.saturating_sub(indent), width).len())
    }

    /// The widest label, but at most two fifths of the width.
    fn label_cells(&self, lang: Lang, width: usize) -> usize {
        let widest = self.fields.iter().map(|field| draw::cells(field.label.text(lang))).max().unwrap_or(0);
        widest.min(width * 2 / 5)
    }

    fn rows(&self, lang: Lang, theme: Theme, note_cells: usize, width: usize) -> Vec<Row> {
        let mut rows = Vec::new();
        let note = |rows: &mut Vec<Row>, field: Option<usize>, text: &str, style: Style| {
            let cells = if field.is_some() { note_cells } else { width };
            for line in text::wrap(text, cells.max(1)) {
                rows.push(Row { field, content: Content::Note(line, style) });
            }
        };
        // A finding whose field this form doesn't have is shown with those of no field, never dropped.
        let owner = |id: Option<&str>| id.and_then(|id| self.fields.iter().position(|field| field.id == id));
        let said = |severity: Severity, text: String| match severity {
            Severity::Block => (format!("x {text}"), theme.error()),
            Severity::Warn => (format!("! {text}"), theme.warn()),
        };
        for finding in self.findings.iter().filter(|finding| owner(finding.field).is_none()) {
            let (text, style) = said(finding.severity, finding.what.say(lang));
            note(&mut rows, None, &text, style);
        }
        for (index, field) in self.fields.iter().enumerate() {
            rows.push(Row { field: Some(index), content: Content::Field });
            for finding in self.findings.iter().filter(|finding| owner(finding.field) == Some(index)) {
                let (text, style) = said(finding.severity, finding.what.say(lang));
                note(&mut rows, Some(index), &text, style);
            }
            if index == self.focus {
                if let Some(hint) = &field.hint {
                    note(&mut rows, Some(index), &hint.say(lang), theme.dim());
                }
                if field.is_prefilled() {
                    note(&mut rows, Some(index), &format!("~ {}", W::UiFormPrefilled.text(lang)), theme.dim());
                }
                if let Some(said) = &self.note {
                    note(&mut rows, Some(index), &said.say(lang), theme.dim());
                }
            }
        }
        rows
    }

    /// The rows to show: from the top while the focused field and its notes fit, else just far enough down.
    fn visible(&self, rows: &[Row], height: usize) -> (usize, usize) {
        let start = rows.iter().position(|row| row.field == Some(self.focus)).unwrap_or(0);
        let end = rows.iter().rposition(|row| row.field == Some(self.focus)).map_or(rows.len(), |last| last + 1);
        let first = end.saturating_sub(height).min(start);
        (first, (first + height).min(rows.len()))
    }

    /// "Field 3 of 9", for a form that is taller than its place.
    pub fn place(&self, lang: Lang) -> String {
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        phrase!(W::UiFormScroll, number(self.focus + 1), number(self.fields.len())).say(lang)
    }
}

fn draw_field(
    buf: &mut Buffer,
    line: Rect,
    field: &FormField,
    focused: bool,
    label_cells: usize,
    lang: Lang,
    theme: Theme,
) -> Option<Position> {
    let label_style = if focused { theme.title() } else { theme.dim() };
    if focused {
        draw::put(buf, line, 0, 0, ">", theme.title());
    }
    let label = text::pad_right(field.label.text(lang), label_cells);
    draw::put(buf, line, draw::to_u16(LEAD), 0, &label, label_style);
    if field.is_prefilled() {
        draw::put(buf, line, draw::to_u16(LEAD + label_cells + 1), 0, "~", theme.dim());
    }
    let start = draw::to_u16(LEAD + label_cells + GAP).min(line.width);
    let place =
        Rect { x: line.x.saturating_add(start), width: (line.width - start).min(draw::to_u16(WIDEST_FIELD)), ..line };
    match &field.input {
        _ if field.read_only => {
            let shown = text::clip(&shown_value(field, lang), usize::from(place.width));
            draw::put(buf, place, 0, 0, &shown, theme.text());
            None
        }
        FieldInput::Text(input) => input.draw(buf, place, focused, theme),
        FieldInput::Choice(choice) => choice.draw(buf, place, focused, theme, lang),
    }
    // A field pushed out of a narrow screen still has its cursor on the form's line.
    .or_else(|| if focused { draw::position(buf, line, 0, 0) } else { None })
}

fn shown_value(field: &FormField, lang: Lang) -> String {
    match &field.input {
        FieldInput::Choice(choice) => {
            let chosen = choice.options().iter().find(|option| option.id == choice.value());
            chosen.map(|option| option.say(lang)).unwrap_or_default()
        }
        FieldInput::Text(_) if field.is_secret() => String::new(),
        FieldInput::Text(input) => input.value().to_owned(),
    }
}
