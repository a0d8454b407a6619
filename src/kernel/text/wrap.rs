//! Breaking text into lines: anywhere between Chinese characters, at blanks for Latin words, and without a closing
//! mark at a line's start or an opening one at its end where that can be avoided.

use unicode_segmentation::UnicodeSegmentation;

use super::measure::grapheme_width;

const OPENING: &str = "“‘（《〈「『【〔〖［｛([{¥￥";
const CLOSING: &str = "”’）》〉」』】〕〗］｝，。、；：？！…·％)]},.;:?!%";

/// One grapheme with what breaking needs to know of it.
#[derive(Clone, Copy)]
struct Piece<'a> {
    text: &'a str,
    cells: usize,
    blank: bool,
    opening: bool,
    closing: bool,
    /// Part of a word or number that is written in one piece.
    word: bool,
}

impl<'a> Piece<'a> {
    fn new(text: &'a str) -> Piece<'a> {
        let first = text.chars().next().unwrap_or(' ');
        let cells = grapheme_width(text);
        let blank = first.is_whitespace();
        Piece {
            text,
            cells,
            blank,
            opening: OPENING.contains(first),
            closing: CLOSING.contains(first),
            word: !blank && cells <= 1 && (first.is_ascii() || first.is_alphanumeric()),
        }
    }
}

/// The text in lines of at most `cells` cells (at least 1 is used; a wide character alone may exceed a 1-cell line).
/// Line breaks in the text are kept; blanks where a line breaks are dropped, everything else stays. Empty text is one
/// empty line.
#[must_use]
pub fn wrap(text: &str, cells: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let paragraph = paragraph.strip_suffix('\r').unwrap_or(paragraph);
        wrap_paragraph(paragraph, cells.max(1), &mut lines);
    }
    lines
}

fn wrap_paragraph(text: &str, cells: usize, lines: &mut Vec<String>) {
    let pieces: Vec<Piece<'_>> = text.graphemes(true).map(Piece::new).collect();
    let mut rest = pieces.as_slice();
    loop {
        let fit = fitting(rest, cells);
        if fit >= rest.len() {
            lines.push(rest.iter().map(|piece| piece.text).collect());
            return;
        }
        let (line, after) = rest.split_at(break_point(rest, fit));
        let end = line.iter().rposition(|piece| !piece.blank).map_or(0, |at| at + 1);
        lines.push(line.iter().take(end).map(|piece| piece.text).collect());
        let blanks = after.iter().take_while(|piece| piece.blank).count();
        rest = after.get(blanks..).unwrap_or_default();
        if rest.is_empty() {
            return;
        }
    }
}

/// How many leading pieces fit, at least one.
fn fitting(pieces: &[Piece<'_>], cells: usize) -> usize {
    let mut used = 0;
    let over = pieces.iter().position(|piece| {
        used += piece.cells;
        used > cells
    });
    over.unwrap_or(pieces.len()).max(1)
}

/// The best place to break within the first `fit` pieces: the last that breaks no rule, else the last that only
/// splits a word, else where the line is full.
fn break_point(pieces: &[Piece<'_>], fit: usize) -> usize {
    let last = |allowed: fn(&Piece<'_>, &Piece<'_>) -> bool| {
        (1..=fit).rev().find(|at| match (pieces.get(at - 1), pieces.get(*at)) {
            (Some(before), Some(after)) => allowed(before, after),
            _ => false,
        })
    };
    last(|before, after| after.blank || (keeps_marks(before, after) && !(before.word && after.word)))
        .or_else(|| last(keeps_marks))
        .unwrap_or(fit)
}

/// Whether a break here leaves marks with the text they belong to.
fn keeps_marks(before: &Piece<'_>, after: &Piece<'_>) -> bool {
    !before.opening && !after.closing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_breaks_anywhere_and_latin_at_blanks() {
        assert_eq!(wrap("你好世界", 4), ["你好", "世界"]);
        assert_eq!(wrap("你好世界", 5), ["你好", "世界"]);
        assert_eq!(wrap("pay the claim", 8), ["pay the", "claim"]);
        assert_eq!(wrap("赔款claim到账", 8), ["赔款", "claim到", "账"]);
        assert_eq!(wrap("8,200.00元整", 8), ["8,200.00", "元整"]);
    }

    #[test]
    fn marks_stay_with_their_text() {
        assert_eq!(wrap("你好世界。", 8), ["你好世", "界。"]);
        assert_eq!(wrap("他说“你好”", 5), ["他说", "“你", "好”"]);
        // Nothing but closing marks: there is no better place than a full line.
        assert_eq!(wrap("。。。", 4), ["。。", "。"]);
    }

    #[test]
    fn long_words_are_split_and_breaks_kept() {
        assert_eq!(wrap("abcdefgh", 3), ["abc", "def", "gh"]);
        assert_eq!(wrap("a\r\n\nb", 3), ["a", "", "b"]);
        assert_eq!(wrap("", 3), [""]);
        assert_eq!(wrap("你好", 0), ["你", "好"]);
        assert_eq!(wrap("ab   ", 2), ["ab"]);
    }
}
