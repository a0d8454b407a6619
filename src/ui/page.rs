//! A page of text over the screen: read and scrolled, closed by any other key.

use std::cell::Cell;

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::keys::fold;
use crate::ui::layout;
use crate::ui::theme::Theme;

/// The text is broken at this many cells: longer lines are hard to read.
const WIDEST: u16 = 84;
/// Several keys of one row that are longer stand under one another.
const WIDEST_KEY: usize = 16;
/// Cells between a key and what it does.
const GAP: usize = 2;

/// How a piece of the page looks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Look {
    /// Running text.
    Plain,
    /// What can't be done now.
    Off,
    /// Something to act on.
    Warn,
}

/// A piece of the page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Piece {
    /// A heading, with a blank line before it.
    Heading(String),
    /// A paragraph.
    Text(String, Look),
    /// A key, or the number of a step, in its own column, and what stands beside it.
    Row {
        /// The left column.
        left: String,
        /// The right column, broken within itself.
        right: String,
        /// A line under the right column, such as a reason.
        under: Option<String>,
        /// How it looks.
        look: Look,
    },
}

/// A text to read, with the line it is scrolled to.
#[derive(Clone, Debug, Default)]
pub struct Page {
    title: String,
    pieces: Vec<Piece>,
    top: usize,
    /// The last line the page can begin with, and the lines it shows, as it was drawn last.
    room: Cell<(usize, usize)>,
}

impl Page {
    /// A page at its beginning.
    pub fn new(title: impl Into<String>, pieces: Vec<Piece>) -> Page {
        Page { title: title.into(), pieces, ..Page::default() }
    }

    /// Takes a key: the arrows, the pages, Home, End and Space scroll; true when the page is to be closed.
    pub fn handle(&mut self, key: KeyEvent) -> bool {
        let (last, height) = self.room.get();
        let page = height.saturating_sub(1).max(1);
        let Some(key) = fold(key) else { return false };
        self.top = match key.code {
            KeyCode::Up => self.top.saturating_sub(1),
            KeyCode::Down => self.top.saturating_add(1),
            KeyCode::PageUp => self.top.saturating_sub(page),
            KeyCode::PageDown | KeyCode::Char(' ') => self.top.saturating_add(page),
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => return true,
        }
        .min(last);
        false
    }

    /// Draws the page over `area`; answers where the cursor stands, out of the way of what lies beneath.
    pub fn draw(&self, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        // On a narrow screen every column is needed for words.
        let margin = if area.width < 60 { 4 } else { 8 };
        let width = area.width.saturating_sub(margin).min(WIDEST);
        let lines = self.lines(usize::from(width.max(1)), theme);
        let height = draw::to_u16(lines.len()).min(area.height.saturating_sub(2).max(1));
        let inside = layout::popup(buf, area, (width, height), &self.title, theme);
        let last = lines.len().saturating_sub(usize::from(inside.height));
        self.room.set((last, usize::from(inside.height)));
        let top = self.top.min(last);
        for (y, line) in (0..inside.height).zip(lines.iter().skip(top)) {
            for (x, text, style) in line {
                draw::put(buf, inside, draw::to_u16(*x), y, text, *style);
            }
        }
        let below = last - top;
        let border = Rect { y: inside.bottom(), height: 1, ..inside };
        if below > 0 && border.bottom() <= area.bottom() && area.height > 2 {
            let said = phrase!(W::UiPageMore, i64::try_from(below).unwrap_or(i64::MAX)).say(lang);
            draw::put(buf, border, 0, 0, &format!(" {said} "), theme.dim());
        }
        let foot = inside.height.saturating_sub(1);
        draw::position(buf, inside, inside.width.saturating_sub(1), foot)
    }

    /// The page's lines as pieces of text at their columns.
    fn lines(&self, width: usize, theme: Theme) -> Vec<Vec<(usize, String, Style)>> {
        let left = self.left_cells(width);
        let indent = left + GAP;
        let room = width.saturating_sub(indent).max(1);
        let mut lines: Vec<Vec<(usize, String, Style)>> = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Heading(words) => {
                    if !lines.is_empty() {
                        lines.push(Vec::new());
                    }
                    lines.push(vec![(0, text::clip(words, width), theme.title())]);
                }
                Piece::Text(words, look) => {
                    let style = style(*look, theme);
                    let broken = words.lines().flat_map(|line| text::wrap(line, width));
                    lines.extend(broken.map(|line| vec![(0, line, style)]));
                }
                Piece::Row { left: key, right, under, look } => {
                    let style = style(*look, theme);
                    let keys = text::wrap(key, left.max(1));
                    let words = text::wrap(right, room);
                    let reason = under.iter().flat_map(|under| text::wrap(under, room));
                    let words = words.into_iter().map(|line| (line, style));
                    let rights: Vec<_> = words.chain(reason.map(|line| (line, theme.dim()))).collect();
                    for index in 0..keys.len().max(rights.len()) {
                        let key = keys.get(index).map(|key| (0, key.clone(), key_style(*look, theme)));
                        let words = rights.get(index).map(|(line, style)| (indent, line.clone(), *style));
                        lines.push(key.into_iter().chain(words).collect());
                    }
                }
            }
        }
        lines
    }

    /// The width of the left column: as wide as its widest entry within [`WIDEST_KEY`], and at most a third of the page.
    fn left_cells(&self, width: usize) -> usize {
        let cells = self.pieces.iter().map(|piece| match piece {
            Piece::Row { left, .. } => draw::cells(left),
            _ => 0,
        });
        cells.max().unwrap_or(0).min(width / 3).min(WIDEST_KEY)
    }
}

fn style(look: Look, theme: Theme) -> Style {
    match look {
        Look::Plain => theme.text(),
        Look::Off => theme.disabled(),
        Look::Warn => theme.warn(),
    }
}

fn key_style(look: Look, theme: Theme) -> Style {
    if look == Look::Off { theme.disabled() } else { theme.footer_key() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::crossterm::event::KeyModifiers;

    fn page() -> Page {
        let row = |left: &str, right: &str| Piece::Row {
            left: left.to_owned(),
            right: right.to_owned(),
            under: Some("还没有赔案".to_owned()),
            look: Look::Off,
        };
        Page::new(
            "帮助",
            vec![
                Piece::Text("逐字移动，测试换行的一段话".to_owned(), Look::Plain),
                Piece::Heading("本页".to_owned()),
                row("Ctrl+S", "保存"),
                row("Ctrl+Shift+PgDn / F12", "一句很长的说明，要换行"),
            ],
        )
    }

    fn text_of(page: &Page, width: u16, height: u16) -> Vec<String> {
        let area = Rect::new(0, 0, width, height);
        let mut buf = Buffer::empty(area);
        let cursor = page.draw(&mut buf, area, Lang::Zh, Theme::new(false));
        assert!(cursor.is_none_or(|at| area.contains(at)));
        let row = |y: u16| (0..width).map(|x| buf[(x, y)].symbol()).collect::<String>();
        (0..height).map(row).collect()
    }

    #[test]
    fn keys_stand_in_one_column_and_reasons_under_their_words() {
        let lines = text_of(&page(), 44, 20).join("\n");
        assert!(lines.contains("Ctrl+S         保 存"), "{lines}");
        assert!(lines.contains("还 没 有 赔 案"), "{lines}");
    }

    #[test]
    fn a_long_page_says_how_much_is_left_and_ends_where_it_ends() {
        let mut page = page();
        let press = |page: &mut Page, code| page.handle(KeyEvent::new(code, KeyModifiers::NONE));
        assert!(text_of(&page, 30, 6).last().unwrap().contains("还 有"));
        for _ in 0..50 {
            assert!(!press(&mut page, KeyCode::PageDown));
        }
        let end = text_of(&page, 30, 6);
        assert!(!end.last().unwrap().contains("还 有"), "{end:?}");
        press(&mut page, KeyCode::Up);
        assert_ne!(text_of(&page, 30, 6), end, "no presses are swallowed at the end");
        press(&mut page, KeyCode::Home);
        assert!(text_of(&page, 30, 6)[1].contains("逐"));
        assert!(press(&mut page, KeyCode::Char('x')));
        assert!(press(&mut page, KeyCode::Esc));
    }
}
