//! Picks a clause for an answer: searched by word or pinyin initials, read before it is taken.

use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::reference::clauses::{Clause, search};
use crate::ui::draw;
use crate::ui::field::Kind;
use crate::ui::form::{Form, FormEvent, FormField};
use crate::ui::layout;
use crate::ui::screen::Cx;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};

/// Clauses shown at most; more are narrowed by typing.
const SHOWN: usize = 10;

/// The search and what it has found.
#[derive(Clone, Debug)]
pub(super) struct Picker {
    query: Form,
    found: Vec<Clause>,
    selected: usize,
}

impl Picker {
    /// The whole library in force today, as far as it is shown.
    pub(super) fn open(cx: &Cx<'_>) -> rusqlite::Result<Picker> {
        let query = Form::new(vec![FormField::of_kind("query", W::NotifyClauseSearch, Kind::Text).limit(60)]);
        let mut picker = Picker { query, found: Vec::new(), selected: 0 };
        picker.narrow(cx)?;
        Ok(picker)
    }

    fn narrow(&mut self, cx: &Cx<'_>) -> rusqlite::Result<()> {
        self.found = search(cx.store.conn(), self.query.value("query"), clock::day_of(cx.now), SHOWN)?;
        self.selected = 0;
        Ok(())
    }

    /// The clause the list stands on.
    pub(super) fn selected(&self) -> Option<&Clause> {
        self.found.get(self.selected)
    }

    /// Up and Down move, everything else is typed.
    pub(super) fn handle(&mut self, key: KeyEvent, cx: &Cx<'_>) -> rusqlite::Result<()> {
        match key.code {
            KeyCode::Up => self.selected = self.selected.saturating_sub(1),
            KeyCode::Down => self.selected = (self.selected + 1).min(self.found.len().saturating_sub(1)),
            _ => {
                if let FormEvent::Changed(_) = self.query.handle(key, clock::day_of(cx.now), cx.lang) {
                    self.narrow(cx)?;
                }
            }
        }
        Ok(())
    }

    /// Takes pasted text into the search.
    pub(super) fn paste(&mut self, pasted: &str, cx: &Cx<'_>) -> rusqlite::Result<()> {
        self.query.paste(pasted);
        self.narrow(cx)
    }

    /// Draws the search over `area`; the cursor stands in its field.
    pub(super) fn draw(&self, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) -> Option<Position> {
        let theme = *cx.theme;
        let width = area.width.saturating_sub(8).min(100);
        let inside = layout::popup(buf, area, (width, 20), W::NotifyClauseTitle.text(cx.lang), theme);
        let cursor = self.query.draw(buf, Rect { height: inside.height.min(1), ..inside }, cx.lang, theme);
        let body = draw::below(inside, 1);
        let cells = usize::from(body.width);
        if self.found.is_empty() {
            draw::put(buf, body, 2, 0, W::NotifyClauseNone.text(cx.lang), theme.dim());
        }
        let mut y = 0;
        for (index, clause) in self.found.iter().enumerate() {
            let mark = if index == self.selected { ">" } else { " " };
            let line = format!("{mark} {}  {}{}", clause.title, clause.source, clause.article);
            draw::put(buf, body, 0, y, &text::clip(&text::neutralise(&line), cells), theme.text());
            if index == self.selected {
                draw::restyle_row(buf, body, y, theme.selected());
            }
            y += 1;
        }
        if let Some(clause) = self.selected() {
            y += 1;
            for line in text::wrap(&text::neutralise(&clause.text), cells.max(1)) {
                draw::put(buf, body, 0, y, &line, theme.dim());
                y += 1;
            }
        }
        cursor
    }
}
