//! Where things stand: head, body and foot of a screen, list beside preview, popups, boxes.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Block, Clear, Widget};

use crate::kernel::text;
use crate::ui::draw;
use crate::ui::theme::Theme;

/// From this width on, list and preview stand side by side.
pub const SIDE_BY_SIDE: u16 = 110;

/// A screen's head, body and foot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Parts {
    /// The rows above.
    pub header: Rect,
    /// What is between; the first to shrink.
    pub body: Rect,
    /// The rows below.
    pub footer: Rect,
}

/// Takes `header` rows from the top and `footer` rows from the bottom; the foot, where the keys are, is kept longest.
pub fn parts(area: Rect, header: u16, footer: u16) -> Parts {
    let footer = footer.min(area.height);
    let header = header.min(area.height - footer);
    let body = area.height - footer - header;
    let at = |offset: u16, height: u16| Rect { y: area.y.saturating_add(offset), height, ..area };
    Parts { header: at(0, header), body: at(header, body), footer: at(header + body, footer) }
}

/// List and preview side by side from [`SIDE_BY_SIDE`] columns on; on a narrower screen the preview folds away.
pub fn list_and_preview(area: Rect) -> (Rect, Option<Rect>) {
    if area.width < SIDE_BY_SIDE {
        return (area, None);
    }
    let list = area.width * 3 / 5;
    let preview = Rect { x: area.x.saturating_add(list), width: area.width - list, ..area };
    (Rect { width: list, ..area }, Some(preview))
}

/// A place of `width` × `height` in the middle of `area`, or as much of it as there is.
pub fn centred(area: Rect, width: u16, height: u16) -> Rect {
    let (width, height) = (width.min(area.width), height.min(area.height));
    let x = area.x.saturating_add((area.width - width) / 2);
    let y = area.y.saturating_add((area.height - height) / 2);
    Rect { x, y, width, height }
}

/// Draws a border with a title and answers the place inside it; without room for a border, all of the area.
pub fn boxed(buf: &mut Buffer, area: Rect, title: &str, theme: Theme) -> Rect {
    let area = area.intersection(buf.area);
    if area.width < 4 || area.height < 3 {
        return area;
    }
    Block::bordered().border_style(theme.dim()).render(area, buf);
    if !title.is_empty() && area.width > 6 {
        let title = format!(" {} ", text::clip(title, usize::from(area.width) - 6));
        draw::put(buf, Rect { width: area.width - 1, ..area }, 1, 0, &title, theme.title());
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}

/// Clears a place in the middle of `area` for `width` × `height` cells of content, boxes it, and answers the place of
/// the content. Without room for a border the content takes the whole area.
pub fn popup(buf: &mut Buffer, area: Rect, (width, height): (u16, u16), title: &str, theme: Theme) -> Rect {
    let place = centred(area.intersection(buf.area), width.saturating_add(4), height.saturating_add(2));
    clear_edge(buf, place);
    Clear.render(place, buf);
    boxed(buf, place, title, theme)
}

/// Blanks the wide characters that begin left of `place` and reach into it: the terminal would draw their right half
/// over the border.
fn clear_edge(buf: &mut Buffer, place: Rect) {
    let Some(x) = place.x.checked_sub(1) else { return };
    for y in place.top()..place.bottom() {
        if let Some(cell) = buf.cell_mut((x, y)).filter(|cell| draw::grapheme_cells(cell.symbol()) > 1) {
            cell.set_symbol(" ");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_foot_is_kept_longest() {
        for height in 0..6 {
            let parts = parts(Rect::new(0, 3, 80, height), 2, 1);
            assert_eq!(parts.header.height + parts.body.height + parts.footer.height, height);
            assert_eq!(parts.footer.height, height.min(1));
            assert_eq!(parts.footer.bottom(), 3 + height);
        }
    }

    #[test]
    fn a_popup_cuts_no_wide_character_in_half() {
        let area = Rect::new(0, 0, 20, 3);
        for shift in ["", "a"] {
            let mut buf = Buffer::empty(area);
            for y in 0..3 {
                draw::put(&mut buf, area, 0, y, &format!("{shift}你好你好你好你好你"), Theme::new(false).text());
            }
            let inside = popup(&mut buf, area, (8, 1), "", Theme::new(false));
            let edge = inside.x - 2;
            for y in 0..3 {
                assert!(draw::grapheme_cells(buf[(edge - 1, y)].symbol()) < 2, "row {y}, {shift:?}");
                assert!("┌│└".contains(buf[(edge, y)].symbol()));
            }
            assert_eq!(buf[(0, 1)].symbol(), if shift.is_empty() { "你" } else { "a" }, "the rest stays");
        }
    }

    #[test]
    fn the_preview_folds_away() {
        assert_eq!(list_and_preview(Rect::new(0, 0, 109, 20)).1, None);
        let (list, preview) = list_and_preview(Rect::new(0, 0, 110, 20));
        assert_eq!(list.width + preview.unwrap().width, 110);
    }
}
