//! Text from outside: what rejects a field, how it is shown without harm, and the guard against spreadsheet formulas.

use std::borrow::Cow;

use thiserror::Error;

/// The longest field an import takes, in characters.
pub const MAX_FIELD_CHARS: usize = 200;

/// Why a field from outside is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TextProblem {
    /// A control character (also of an escape sequence, a tab or a line break), or one that reverses the direction
    /// in which text is shown.
    #[error("a control character")]
    Control,
    /// More than [`MAX_FIELD_CHARS`] characters.
    #[error("too long")]
    TooLong,
}

/// What is wrong with a field from outside, if anything.
#[must_use]
pub fn outside_text_problem(text: &str) -> Option<TextProblem> {
    let control = if text.is_ascii() {
        text.bytes().any(|b| b.is_ascii_control())
    } else {
        text.chars().any(|c| c.is_control() || turns_direction(c))
    };
    if control {
        return Some(TextProblem::Control);
    }
    // A text has no more characters than bytes, so short ones need no counting.
    let long = text.len() > MAX_FIELD_CHARS && text.chars().nth(MAX_FIELD_CHARS).is_some();
    long.then_some(TextProblem::TooLong)
}

/// The text as a terminal or printer may have it: line breaks and tabs as a space, other control characters and
/// direction marks as `?`, characters without any width that could hide a difference dropped.
#[must_use]
pub fn neutralise(text: &str) -> Cow<'_, str> {
    if text.chars().all(|c| harmless(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut previous = '\0';
    for c in text.chars() {
        // CR LF is one line break, so it becomes one space.
        if !(previous == '\r' && c == '\n') {
            out.extend(harmless(c));
        }
        previous = c;
    }
    Cow::Owned(out)
}

/// What is shown for a character; `None` for nothing.
fn harmless(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        c if c.is_control() || turns_direction(c) => Some('?'),
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{FFF9}'..='\u{FFFB}' => Some('?'),
        '\u{AD}'
        | '\u{34F}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200D}'
        | '\u{2060}'..='\u{2064}'
        | '\u{206A}'..='\u{206F}'
        | '\u{FEFF}'
        | '\u{E0000}'..='\u{E007F}' => None,
        other => Some(other),
    }
}

/// Embeddings, overrides and isolates: what follows them is shown in another order than it is stored.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// A field for a CSV or spreadsheet: one leading `'` before `=`, `+`, `-`, `@` and before a leading `'` itself.
#[must_use]
pub fn escape_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(guarded) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Takes off again what [`escape_formula`] put before; a `'` before anything else is the field's own.
#[must_use]
pub fn unescape_formula(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| rest.starts_with(guarded)).unwrap_or(text)
}

fn guarded(c: char) -> bool {
    matches!(c, '=' | '+' | '-' | '@' | '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_with_control_characters_or_too_long_are_not_taken() {
        for text in ["a\tb", "a\n", "\u{1b}[2J", "\u{7f}", "\u{9b}31m", "a\u{202E}b"] {
            assert_eq!(outside_text_problem(text), Some(TextProblem::Control), "{text:?}");
        }
        assert_eq!(outside_text_problem(&"好".repeat(200)), None);
        assert_eq!(outside_text_problem(&"好".repeat(201)), Some(TextProblem::TooLong));
        assert_eq!(outside_text_problem("阿凡提·买买提 “引号” 𠮷 é =1+1"), None);
    }

    #[test]
    fn harmful_text_is_made_visible_and_clean_text_borrowed() {
        assert_eq!(neutralise("a\u{1b}[31mb"), "a?[31mb");
        assert_eq!(neutralise("一\r\n二\n三\t四"), "一 二 三 四");
        assert_eq!(neutralise("a\u{202E}b\u{200F}c"), "a?b?c");
        assert_eq!(neutralise("王\u{200B}建\u{FEFF}国"), "王建国");
        assert!(matches!(neutralise("阿凡提·买买提“好”"), Cow::Borrowed(_)));
    }

    #[test]
    fn formulas_get_a_guard_that_comes_off_again() {
        for (text, guarded) in [
            ("=1+1", "'=1+1"),
            ("+86", "'+86"),
            ("-5.00", "'-5.00"),
            ("@x", "'@x"),
            ("'quoted", "''quoted"),
            ("''", "'''"),
            ("plain", "plain"),
            ("", ""),
            ("8=8", "8=8"),
        ] {
            assert_eq!(escape_formula(text), guarded);
            assert_eq!(unescape_formula(guarded), text);
        }
        assert_eq!(unescape_formula("'another program's quote"), "'another program's quote");
    }
}
