//! Widths in terminal cells, ambiguous characters counted narrow, and cutting and padding to them.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// What stands where something was cut; `…` would be wide on some terminals.
const CUT: char = '~';

/// The cells a text takes: the sum over its graphemes, which is how it is drawn.
#[must_use]
pub fn width(text: &str) -> usize {
    if is_printable_ascii(text) {
        // Here, and only here, a byte is a character is a cell.
        return text.len();
    }
    text.graphemes(true).map(grapheme_width).sum()
}

/// The cells one grapheme takes.
pub(super) fn grapheme_width(grapheme: &str) -> usize {
    UnicodeWidthStr::width(grapheme)
}

/// The text in at most `cells` cells; the end is cut and marked `~` when it does not fit.
#[must_use]
pub fn clip(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let Some(room) = cells.checked_sub(1) else {
        return String::new();
    };
    let mut out = String::new();
    out.extend(fitting(text.graphemes(true), room));
    out.push(CUT);
    out
}

/// The text in at most `cells` cells; the beginning is cut and marked `~` when it does not fit, for numbers that
/// people know by their tails.
#[must_use]
pub fn clip_left(text: &str, cells: usize) -> String {
    if width(text) <= cells {
        return text.to_owned();
    }
    let Some(room) = cells.checked_sub(1) else {
        return String::new();
    };
    let kept: Vec<&str> = fitting(text.graphemes(true).rev(), room).collect();
    let mut out = String::from(CUT);
    out.extend(kept.into_iter().rev());
    out
}

/// The text in exactly `cells` cells, at the left; clipped when longer.
#[must_use]
pub fn pad_right(text: &str, cells: usize) -> String {
    let mut out = clip(text, cells);
    let blanks = cells.saturating_sub(width(&out));
    out.extend(std::iter::repeat_n(' ', blanks));
    out
}

/// The text in exactly `cells` cells, at the right; clipped when longer.
#[must_use]
pub fn pad_left(text: &str, cells: usize) -> String {
    let clipped = clip(text, cells);
    let blanks = cells.saturating_sub(width(&clipped));
    let mut out = " ".repeat(blanks);
    out.push_str(&clipped);
    out
}

/// The leading graphemes that fit into `room` cells.
fn fitting<'a>(graphemes: impl Iterator<Item = &'a str>, room: usize) -> impl Iterator<Item = &'a str> {
    graphemes.scan(0, move |used, grapheme| {
        *used += grapheme_width(grapheme);
        (*used <= room).then_some(grapheme)
    })
}

fn is_printable_ascii(text: &str) -> bool {
    text.bytes().all(|byte| (0x20..0x7F).contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_counted_not_bytes() {
        for (text, cells) in [
            ("", 0),
            ("abc", 3),
            ("你好", 4),
            ("“引号”", 6),
            ("阿凡提·买买提", 13),
            ("１２３", 6),
            ("é", 1),
            ("e\u{301}", 1),
            ("𠮷", 2),
        ] {
            assert_eq!(width(text), cells, "{text}");
        }
    }

    #[test]
    fn cutting_leaves_whole_characters_and_a_mark() {
        assert_eq!(clip("你好世界", 8), "你好世界");
        assert_eq!(clip("你好世界", 7), "你好世~");
        assert_eq!(clip("你好世界", 6), "你好~");
        assert_eq!(clip("你好", 1), "~");
        assert_eq!(clip("你好", 0), "");
        assert_eq!(clip_left("PDZA20260004391", 8), "~0004391");
        assert_eq!(clip_left("赔案你好", 4), "~好");
        assert_eq!(clip_left("你好", 0), "");
    }

    #[test]
    fn padding_gives_exactly_the_cells_asked_for() {
        assert_eq!(pad_right("你好", 6), "你好  ");
        assert_eq!(pad_left("8.00", 6), "  8.00");
        assert_eq!(pad_right("你好世界", 6), "你好~ ");
        assert_eq!(pad_left("你好世界", 6), " 你好~");
    }
}
