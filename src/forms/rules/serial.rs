//! A serial 流水号 as it is printed on a form: letters, then digits; and the numbers between two of them.

use crate::kernel::text;
use std::fmt;

/// Forms of a book.
pub const BOOK: i64 = 100;
/// Most forms received or handed out at once; a year's 12,000 are fewer.
pub const LONGEST: i64 = 20_000;
/// Fewest digits of a serial: the last four are compared before printing.
const LEAST_DIGITS: usize = 4;
/// Most digits, as many as a whole number holds.
const MOST_DIGITS: usize = 18;
/// Most characters before the digits.
const MOST_PREFIX: usize = 12;

/// One serial.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Serial {
    /// What stands before the digits.
    pub prefix: String,
    /// How many digits there are, zeros in front included.
    pub digits: i64,
    /// The number the digits make.
    pub number: i64,
}

impl Serial {
    /// Reads a typed or scanned serial; full-width and small letters are folded, blanks dropped. Nothing where it is
    /// none.
    pub fn read(typed: &str) -> Option<Serial> {
        let folded: String = text::fold_upper(typed).chars().filter(|c| *c != ' ').collect();
        let prefix = folded.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = folded.strip_prefix(prefix)?;
        let shaped = (LEAST_DIGITS..=MOST_DIGITS).contains(&digits.len())
            && prefix.len() <= MOST_PREFIX
            && prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let (count, number) = (i64::try_from(digits.len()).ok()?, digits.parse().ok()?);
        shaped.then(|| Serial { prefix: prefix.to_owned(), digits: count, number })
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = usize::try_from(self.digits).unwrap_or(0);
        write!(f, "{}{:0width$}", self.prefix, self.number)
    }
}

/// Numbers that lie side by side, both ends included.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    /// What stands before the digits.
    pub prefix: String,
    /// How many digits there are.
    pub digits: i64,
    /// The first number.
    pub first: i64,
    /// The last number.
    pub last: i64,
}

impl Span {
    /// A single number.
    pub fn one(serial: &Serial) -> Span {
        let Serial { prefix, digits, number } = serial;
        Span { prefix: prefix.clone(), digits: *digits, first: *number, last: *number }
    }

    /// From one serial to another of the same kind. The last may be given by its own last digits alone. Nothing where
    /// either is no serial or they do not go together.
    pub fn read(first: &str, last: &str) -> Option<Span> {
        let from = Serial::read(first)?;
        let folded = text::fold_upper(last);
        if folded.is_empty() {
            return Some(Span::one(&from));
        }
        let whole = from.to_string();
        let short = folded.len() < whole.len() && folded.bytes().all(|byte| byte.is_ascii_digit());
        let kept = whole.len().saturating_sub(folded.len());
        let written = if short { format!("{}{folded}", whole.get(..kept)?) } else { folded.into_owned() };
        let to = Serial::read(&written)?;
        let alike = to.prefix == from.prefix && to.digits == from.digits;
        alike.then(|| Span { last: to.number, ..Span::one(&from) })
    }

    /// How many numbers there are.
    pub const fn count(&self) -> i64 {
        self.last.saturating_sub(self.first).saturating_add(1)
    }

    /// The serial of one of the numbers.
    pub fn serial(&self, number: i64) -> Serial {
        Serial { prefix: self.prefix.clone(), digits: self.digits, number }
    }

    /// How many numbers lie within another span of the same kind.
    pub fn within(&self, other: &Span) -> i64 {
        self.overlap(other).count().max(0)
    }

    /// The part that lies within another span of the same kind.
    pub fn overlap(&self, other: &Span) -> Span {
        Span { first: self.first.max(other.first), last: self.last.min(other.last), ..self.clone() }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.serial(self.first))?;
        if self.last > self.first { write!(f, " - {}", self.serial(self.last)) } else { Ok(()) }
    }
}

/// Whether what was typed or scanned from the sheet in the printer is its serial: the last four digits, or the whole
/// (domain §4: unequal, and nothing prints).
pub fn tail_matches(serial: &str, typed: &str) -> bool {
    let Some(known) = Serial::read(serial) else { return false };
    let folded = text::fold_upper(typed);
    let whole = known.to_string();
    if folded.len() == LEAST_DIGITS {
        return folded.bytes().all(|byte| byte.is_ascii_digit()) && whole.ends_with(folded.as_ref());
    }
    Serial::read(&folded).is_some_and(|read| read == known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_serial_keeps_its_letters_and_zeros() {
        for (typed, whole) in
            [("AH00001201", "AH00001201"), (" ａｈ０００１ ", "AH0001"), ("3401-26 0000 1234", "3401-2600001234")]
        {
            assert_eq!(Serial::read(typed).unwrap().to_string(), whole);
        }
        for wrong in ["", "AH", "AH123", "收据0001", "AH0001X", "1234567890123456789", "ABCDEFGHIJKLM0001", "A_0001"]
        {
            assert_eq!(Serial::read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_range_is_typed_whole_or_by_its_last_digits() {
        for (last, wanted) in [("AH00001300", Some(1300)), ("1300", Some(1300)), ("300", Some(1300)), ("", Some(1201))]
        {
            assert_eq!(Span::read("AH00001201", last).map(|span| span.last), wanted, "{last}");
        }
        for last in ["BH00001300", "AH0001300", "X", "AH000013000"] {
            assert_eq!(Span::read("AH00001201", last), None, "{last}");
        }
        let span = Span::read("AH00001201", "300").unwrap();
        assert_eq!((span.count(), span.to_string().as_str()), (100, "AH00001201 - AH00001300"));
        assert_eq!(Span::read("AH00001201", "").unwrap().to_string(), "AH00001201");
    }

    #[test]
    fn the_sheet_in_the_printer_is_known_by_its_last_four_digits_or_its_whole_number() {
        for typed in ["1201", "１２０１", " 1201 ", "AH00001201", "ah00001201"] {
            assert!(tail_matches("AH00001201", typed), "{typed}");
        }
        for typed in ["", "201", "1202", "01201", "00001201", "BH00001201", "120l", "1201 1201"] {
            assert!(!tail_matches("AH00001201", typed), "{typed}");
        }
        assert!(!tail_matches("", "1201"));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_again(prefix in "([A-Z0-9-]{0,11}[A-Z-])?", number in 0i64..9_999, wide in 4usize..8) {
            let written = format!("{prefix}{number:0wide$}");
            prop_assert_eq!(Serial::read(&written).map(|serial| serial.to_string()), Some(written));
        }

        #[test]
        fn nothing_typed_panics(first in "\\PC{0,24}", last in "\\PC{0,24}") {
            let _ = (Span::read(&first, &last), tail_matches(&first, &last));
        }
    }
}
