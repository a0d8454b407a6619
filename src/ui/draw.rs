//! Putting text into the buffer, clipped to its area, and measuring it the way the buffer does.

use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation;

/// Writes `text` at column `x`, row `y` of `area`; what does not fit is left out, and a position outside draws nothing.
/// Returns the column behind the text, relative to `area`. Control characters and invisible marks are not written.
pub fn put(buf: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    let seen = area.intersection(buf.area);
    let (column, row) = (area.x.saturating_add(x), area.y.saturating_add(y));
    if !seen.contains(Position::new(column, row)) {
        return x;
    }
    let room = seen.right() - column;
    let (end, _) = buf.set_stringn(column, row, text, usize::from(room), style);
    x.saturating_add(end - column)
}

/// Restyles the cells of one row of `area`, keeping their text.
pub fn restyle_row(buf: &mut Buffer, area: Rect, y: u16, style: Style) {
    if y < area.height {
        restyle(buf, Rect { y: area.y.saturating_add(y), height: 1, ..area }, style);
    }
}

/// Restyles all cells of `area`, keeping their text.
pub fn restyle(buf: &mut Buffer, area: Rect, style: Style) {
    buf.set_style(area.intersection(buf.area), style);
}

/// The position of a cell of `area`, or nothing when it is not on the screen.
pub fn position(buf: &Buffer, area: Rect, x: u16, y: u16) -> Option<Position> {
    let at = Position::new(area.x.saturating_add(x), area.y.saturating_add(y));
    (area.intersection(buf.area).contains(at) && x < area.width && y < area.height).then_some(at)
}

/// The columns a grapheme takes in the buffer: none for control characters and marks that stand alone.
pub fn grapheme_cells(grapheme: &str) -> usize {
    if grapheme.contains(char::is_control) { 0 } else { usize::from(grapheme.cell_width()) }
}

/// The columns a text takes in the buffer.
pub fn cells(text: &str) -> usize {
    text.graphemes(true).map(grapheme_cells).sum()
}

/// A column count as the terminal counts, at most `u16::MAX`.
pub fn to_u16(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// `area` without its first `rows` rows.
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y.saturating_add(rows), height: area.height - rows, ..area }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_outside_its_area_is_not_drawn() {
        let mut buf = Buffer::empty(Rect::new(0, 0, 6, 1));
        let area = Rect::new(1, 0, 3, 1);
        assert_eq!(put(&mut buf, area, 0, 0, "你好", Style::new()), 2, "half a wide character is none");
        assert_eq!(put(&mut buf, area, 0, 1, "x", Style::new()), 0);
        assert_eq!(put(&mut buf, Rect::new(9, 9, 4, 4), 0, 0, "x", Style::new()), 0);
        assert_eq!(buf.content.iter().map(|cell| cell.symbol()).collect::<String>(), " 你    ");
    }

    #[test]
    fn what_the_buffer_does_not_draw_takes_no_room() {
        assert_eq!(cells("a\u{1b}\u{202e}b"), 2);
        assert_eq!(cells("👨\u{200d}👩\u{200d}👧é𠮷"), 2 + 1 + 2);
    }
}
