//! Folding: the same key however it was typed. Clean text is borrowed, never copied.

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

/// Full-width ASCII as half-width, any blank as a space, trimmed: for numbers, keys and words from outside.
#[must_use]
pub fn fold(text: &str) -> Cow<'_, str> {
    // Most of what is folded are numbers and days in plain ASCII, of which nothing changes.
    if text.is_ascii() {
        return Cow::Borrowed(text.trim());
    }
    map(text, fold_char)
}

/// [`fold`], and ASCII letters in upper case: for plates, document numbers and codes.
#[must_use]
pub fn fold_upper(text: &str) -> Cow<'_, str> {
    if text.is_ascii() && !text.bytes().any(|b| b.is_ascii_lowercase()) {
        return Cow::Borrowed(text.trim());
    }
    map(text, |c| fold_char(c).to_ascii_uppercase())
}

/// A name for comparison: [`fold`], all middle dots as `·`, blanks between Chinese characters and around a dot
/// dropped, other runs of blanks as one.
#[must_use]
pub fn fold_name(name: &str) -> Cow<'_, str> {
    let folded = map(name, |c| if is_dot(c) { '·' } else { fold_char(c) });
    if !folded.contains(' ') {
        return folded;
    }
    let mut out = String::with_capacity(folded.len());
    let mut previous = None;
    for part in folded.split(' ').filter(|part| !part.is_empty()) {
        let next = part.chars().next();
        if let (Some(before), Some(after)) = (previous, next)
            && !(joins(before) && joins(after) || before == '·' || after == '·')
        {
            out.push(' ');
        }
        out.push_str(part);
        previous = part.chars().next_back();
    }
    if out == folded { folded } else { Cow::Owned(out) }
}

/// The text backwards, character by character, for tail searches as prefix searches.
#[must_use]
pub fn reversed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    out.extend(text.chars().rev());
    out
}

/// The last `n` graphemes, or the whole text if it has no more.
#[must_use]
pub fn tail(text: &str, n: usize) -> &str {
    if n == 0 {
        return "";
    }
    let start = text.grapheme_indices(true).rev().nth(n - 1).map_or(0, |(at, _)| at);
    text.get(start..).unwrap_or(text)
}

/// Trims and maps; copies only from the first character that changes.
fn map(text: &str, change: impl Fn(char) -> char) -> Cow<'_, str> {
    let text = text.trim();
    let Some((at, _)) = text.char_indices().find(|(_, c)| change(*c) != *c) else {
        return Cow::Borrowed(text);
    };
    let (clean, rest) = text.split_at(at);
    let mut out = String::with_capacity(text.len());
    out.push_str(clean);
    out.extend(rest.chars().map(change));
    Cow::Owned(out)
}

pub(super) fn fold_char(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c if !c.is_ascii() && c.is_whitespace() => ' ',
        other => other,
    }
}

/// The dots people type between the parts of a transcribed name.
fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '‧' | '∙' | '⋅' | '・' | '･' | '․' | '●')
}

/// Characters that names are written with in one piece: a blank between two of them is only for looks.
fn joins(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '〇')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_text_is_folded_and_clean_text_borrowed() {
        assert_eq!(fold("　ＡＢＣ－１２３　ｘ "), "ABC-123 x");
        assert_eq!(fold_upper("ａｂ１x"), "AB1X");
        assert_eq!(fold(" 王建国 "), "王建国");
        for clean in ["王建国", " 340104 ", "", "“引号”", "é", "𠮷"] {
            assert!(matches!(fold(clean), Cow::Borrowed(_)), "{clean}");
        }
        assert!(matches!(fold_upper("AB1X"), Cow::Borrowed(_)));
    }

    #[test]
    fn names_are_compared_without_their_looks() {
        for (typed, name) in [
            ("李  红", "李红"),
            ("李　红", "李红"),
            ("阿凡提•买买提", "阿凡提·买买提"),
            ("阿凡提 ・ 买买提", "阿凡提·买买提"),
            ("JOHN   SMITH", "JOHN SMITH"),
            ("Ｊohn　Smith", "John Smith"),
            ("王 John", "王 John"),
            ("𠮷 野", "𠮷野"),
        ] {
            assert_eq!(fold_name(typed), name, "{typed}");
        }
        assert!(matches!(fold_name("JOHN SMITH"), Cow::Borrowed(_)));
    }

    #[test]
    fn tails_and_reversals_keep_characters_whole() {
        assert_eq!(tail("PDZA20260004391", 7), "0004391");
        assert_eq!(tail("你好", 1), "好");
        assert_eq!(tail("你好", 5), "你好");
        assert_eq!(tail("你好", 0), "");
        assert_eq!(tail("ae\u{301}", 1), "e\u{301}");
        assert_eq!(reversed("13é好"), "好é31");
    }
}
