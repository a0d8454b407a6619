//! What a line of the scanner holds: a code, a code whose first half came alone, the rest of one that was cut off.

use crate::kernel::code::Code;

/// A code read off the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The code.
    pub code: Code,
    /// Digits before it that belong to no code: the scanner was cut off in the middle of one.
    pub rest: String,
    /// The code began with the fragment that was kept.
    pub joined: bool,
}

/// Digits of a code.
const DIGITS: usize = 12;

/// Reads a code: alone; behind the kept fragment, when an input method has split it; or behind the rest of a code that
/// was cut off. A wrong check digit makes none of them, so nothing is joined by chance that is no code of ours.
pub fn untangle(line: &str, fragment: &str) -> Option<Read> {
    if let Ok(code) = Code::parse(line) {
        return Some(Read { code, rest: String::new(), joined: false });
    }
    if !line.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if !fragment.is_empty()
        && let Ok(code) = Code::parse(&format!("{fragment}{line}"))
    {
        return Some(Read { code, rest: String::new(), joined: true });
    }
    let head = line.len().checked_sub(DIGITS).filter(|head| *head > 0)?;
    let (rest, tail) = line.split_at(head);
    Code::parse(tail).ok().map(|code| Read { code, rest: rest.to_owned(), joined: false })
}

/// Whether a line may be the first part of a code: digits, fewer than a code has.
pub fn may_be_fragment(line: &str) -> bool {
    !line.is_empty() && line.len() < DIGITS && line.bytes().all(|b| b.is_ascii_digit())
}

/// A page total as it is typed behind a file: one to three digits, not zero.
pub fn page_total(line: &str) -> Option<i64> {
    let short = !line.is_empty() && line.len() <= 3 && line.bytes().all(|b| b.is_ascii_digit());
    line.parse::<i64>().ok().filter(|pages| short && *pages > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::code::CodeKind;
    use proptest::prelude::*;

    #[test]
    fn a_plain_code_and_nothing_else_is_a_code() {
        let code = Code::new(CodeKind::Case, 2026, 4391).unwrap();
        assert_eq!(untangle(code.as_str(), "12"), Some(Read { code, rest: String::new(), joined: false }));
        for line in ["", "4391", "ABC", "126000043910", "RK0012345"] {
            assert_eq!(untangle(line, ""), None, "{line}");
        }
    }

    #[test]
    fn page_totals_are_short() {
        assert_eq!(
            [page_total("46"), page_total("0"), page_total("1234"), page_total("")],
            [Some(46), None, None, None]
        );
    }

    proptest! {
        #[test]
        fn a_code_split_anywhere_is_joined_and_the_rest_of_a_cut_one_is_kept(serial in 0_u32..99_999_999, at in 1_usize..12, year in 2000_i32..2100) {
            let code = Code::new(CodeKind::Case, year, serial).unwrap();
            let (head, tail) = code.as_str().split_at(at);
            prop_assert!(may_be_fragment(head));
            prop_assert_eq!(untangle(tail, head), Some(Read { code, rest: String::new(), joined: true }));
            let cut = format!("{head}{code}");
            let read = untangle(&cut, "").unwrap();
            prop_assert_eq!((read.code, read.rest.as_str()), (code, head));
        }
    }
}
