//! A sheet on the screen before it is printed: scrolled in both directions, printed by a key meant for it.

use super::{Sheet, WIDTH};
use crate::kernel::words::{Lang, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::fresh::{Freshness, Press};
use crate::ui::keys::Chord;
use crate::ui::layout;
use crate::ui::theme::Theme;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::{Position, Rect};
use std::cell::Cell;
use std::time::Instant;
use unicode_segmentation::UnicodeSegmentation;

/// Cells a step to the side moves.
const STEP: usize = 8;

/// What a key did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ViewEvent {
    /// Nothing, or another part is shown.
    Pending,
    /// Print it.
    Print,
    /// Close it, nothing is printed.
    Close,
}

/// Where the view of a sheet stands.
#[derive(Clone, Debug, Default)]
pub struct SheetView {
    top: usize,
    left: usize,
    /// The last line and cell it can begin with, and the lines it shows, as it was drawn last.
    room: Cell<(usize, usize, usize)>,
    fresh: Freshness,
}

impl SheetView {
    /// The key that led here does not print, however long it is held.
    pub fn opened_by(&mut self, key: KeyEvent) {
        self.fresh.opened_by(key);
    }

    /// Told after the first drawing: the number of the last key that had arrived by then.
    pub fn shown(&mut self, last_key: u64) {
        self.fresh.shown(last_key);
    }

    /// Takes the key with this number, which came at `now`: the arrows and pages scroll, Enter or Ctrl+S prints, Esc
    /// closes.
    pub fn handle(&mut self, key: KeyEvent, arrived: u64, now: Instant) -> ViewEvent {
        if key.kind == KeyEventKind::Release {
            return ViewEvent::Pending;
        }
        if key.code == KeyCode::Esc {
            return ViewEvent::Close;
        }
        self.fresh.key_at(now);
        let Some(chord) = Chord::of(key) else { return ViewEvent::Pending };
        let press = self.fresh.judge(key, chord, arrived);
        let control = key.modifiers.contains(KeyModifiers::CONTROL);
        let prints = key.code == KeyCode::Enter && key.modifiers.is_empty()
            || control && matches!(key.code, KeyCode::Char('s' | 'S'));
        if prints {
            return if press == Press::Fresh { ViewEvent::Print } else { ViewEvent::Pending };
        }
        let (last, widest, height) = self.room.get();
        let page = height.saturating_sub(1).max(1);
        match key.code {
            KeyCode::Up => self.top = self.top.saturating_sub(1),
            KeyCode::Down => self.top += 1,
            KeyCode::PageUp => self.top = self.top.saturating_sub(page),
            KeyCode::PageDown | KeyCode::Char(' ') => self.top = self.top.saturating_add(page),
            KeyCode::Home => (self.top, self.left) = (0, 0),
            KeyCode::End => self.top = last,
            KeyCode::Left => self.left = self.left.saturating_sub(STEP),
            KeyCode::Right => self.left = self.left.saturating_add(STEP),
            _ => {}
        }
        (self.top, self.left) = (self.top.min(last), self.left.min(widest));
        ViewEvent::Pending
    }

    /// Draws the sheet over `area`; answers where the cursor stands.
    pub fn draw(&self, sheet: &Sheet, buf: &mut Buffer, area: Rect, lang: Lang, theme: Theme) -> Option<Position> {
        let lines = sheet.lines();
        let width = draw::to_u16(WIDTH).min(area.width.saturating_sub(4).max(1));
        let height = draw::to_u16(lines.len().max(1)).min(area.height.saturating_sub(2).max(1));
        let title = phrase!(W::UiPrintPreview, sheet.title.clone()).say(lang);
        let inside = layout::popup(buf, area, (width, height), &title, theme);
        let last = lines.len().saturating_sub(usize::from(inside.height));
        let widest = WIDTH.saturating_sub(usize::from(inside.width));
        self.room.set((last, widest, usize::from(inside.height)));
        let (top, left) = (self.top.min(last), self.left.min(widest));
        for (y, line) in (0..inside.height).zip(lines.iter().skip(top)) {
            draw::put(buf, inside, 0, y, &from_cell(line, left), theme.text());
        }
        let below = last - top;
        let border = Rect { y: inside.bottom(), height: 1, ..inside };
        if below > 0 && border.bottom() <= area.bottom() && area.height > 2 {
            let said = phrase!(W::UiPageMore, i64::try_from(below).unwrap_or(i64::MAX)).say(lang);
            draw::put(buf, border, 0, 0, &format!(" {said} "), theme.dim());
        }
        draw::position(buf, inside, inside.width.saturating_sub(1), inside.height.saturating_sub(1))
    }
}

/// The line from a cell on; half of a wide character is a blank.
fn from_cell(line: &str, cell: usize) -> String {
    let mut out = String::new();
    let mut at = 0;
    for grapheme in line.graphemes(true) {
        let cells = draw::grapheme_cells(grapheme);
        if at >= cell {
            out.push_str(grapheme);
        } else if at + cells > cell {
            out.push(' ');
        }
        at += cells;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        let mut sheet = Sheet::new("notice", "一次性告知书");
        for number in 0..30 {
            sheet.pair(10, "第几行", &format!("{number} 阿凡提·买买提 “引号” １２３ 𠮷"));
        }
        sheet.rule();
        sheet
    }

    fn key(code: KeyCode) -> KeyEvent {
        KeyEvent::new(code, KeyModifiers::NONE)
    }

    fn press(view: &mut SheetView, code: KeyCode, arrived: u64) -> ViewEvent {
        view.handle(key(code), arrived, crate::kernel::clock::tick())
    }

    #[test]
    fn a_preview_fits_any_size_and_its_cursor_stands_inside() {
        for (width, height) in [(200, 60), (120, 40), (80, 24), (40, 10), (5, 3), (1, 1), (0, 0)] {
            for theme in [Theme::new(true), Theme::new(false)] {
                for lang in [Lang::Zh, Lang::En] {
                    let area = Rect::new(0, 0, width, height);
                    let mut buf = Buffer::empty(area);
                    let mut view = SheetView::default();
                    view.shown(0);
                    for code in [KeyCode::Home, KeyCode::Right, KeyCode::PageDown, KeyCode::End, KeyCode::Left] {
                        let cursor = view.draw(&sheet(), &mut buf, area, lang, theme);
                        assert!(cursor.is_none_or(|at| area.contains(at)), "{width}x{height}");
                        assert_eq!(press(&mut view, code, 1), ViewEvent::Pending);
                    }
                    view.draw(&Sheet::default(), &mut buf, area, lang, theme);
                }
            }
        }
    }

    #[test]
    fn both_ends_of_a_sheet_are_reached_and_a_wide_character_is_never_cut() {
        let area = Rect::new(0, 0, 44, 12);
        let mut view = SheetView::default();
        view.shown(0);
        let text = |view: &SheetView| {
            let mut buf = Buffer::empty(area);
            view.draw(&sheet(), &mut buf, area, Lang::Zh, Theme::new(false));
            (0..12).map(|y| (0..44).map(|x| buf[(x, y)].symbol()).collect::<String>() + "\n").collect::<String>()
        };
        assert!(text(&view).contains("0 阿") && text(&view).contains("还 有"));
        for _ in 0..20 {
            press(&mut view, KeyCode::PageDown, 1);
            press(&mut view, KeyCode::Right, 1);
        }
        let end = text(&view);
        assert!(end.contains("----") && !end.contains("还 有"), "{end}");
        press(&mut view, KeyCode::Up, 1);
        press(&mut view, KeyCode::Left, 1);
        assert_ne!(text(&view), end, "no presses are swallowed at the ends");
        assert_eq!(from_cell("你好ab", 1), " 好ab");
        assert_eq!(from_cell("你好ab", 9), "");
    }

    #[test]
    fn only_a_key_meant_for_the_preview_prints() {
        let mut view = SheetView::default();
        view.opened_by(key(KeyCode::Enter));
        assert_eq!(press(&mut view, KeyCode::Enter, 1), ViewEvent::Pending, "typed ahead");
        view.shown(1);
        assert_eq!(press(&mut view, KeyCode::Enter, 2), ViewEvent::Pending, "still held down");
        assert_eq!(press(&mut view, KeyCode::Down, 3), ViewEvent::Pending);
        assert_eq!(press(&mut view, KeyCode::Enter, 4), ViewEvent::Print);
        let save = KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL);
        assert_eq!(view.handle(save, 5, crate::kernel::clock::tick()), ViewEvent::Print);
        assert_eq!(press(&mut view, KeyCode::Char('s'), 6), ViewEvent::Pending);
        assert_eq!(press(&mut view, KeyCode::Esc, 7), ViewEvent::Close);
    }
}
