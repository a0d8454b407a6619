//! The scan codes: twelve digits that say what was scanned and whether it was read right.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::identity::mod11_10_check;
use super::text::fold;

/// Digits of a code, check digit included.
const DIGITS: usize = 12;
/// The largest serial: eight digits.
pub const MAX_SERIAL: u32 = 99_999_999;

/// What a code stands for; the value is its first digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeKind {
    /// A case (一案一码).
    Case = 1,
    /// An archive box.
    Box = 2,
    /// A shelf place.
    Shelf = 3,
    /// A piece of equipment.
    Equipment = 5,
    /// A person's badge.
    Person = 6,
    /// A command printed on a card.
    Command = 9,
}

impl CodeKind {
    /// All kinds, by first digit.
    pub const ALL: [CodeKind; 6] =
        [CodeKind::Case, CodeKind::Box, CodeKind::Shelf, CodeKind::Equipment, CodeKind::Person, CodeKind::Command];

    /// The first digit of this kind's codes.
    #[must_use]
    pub const fn digit(self) -> u8 {
        self as u8
    }

    fn from_digit(digit: u8) -> Option<CodeKind> {
        CodeKind::ALL.into_iter().find(|kind| kind.digit() == digit)
    }
}

/// A right code: known kind, right check digit. Orders by kind, year, serial.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code([u8; DIGITS]);

/// Why a text is no code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CodeError {
    /// Not twelve characters.
    #[error("a code has 12 digits, this has {found}")]
    WrongLength {
        /// Characters found after folding and trimming.
        found: usize,
    },
    /// Twelve characters, not all of them digits.
    #[error("a code consists of digits only")]
    NotDigits,
    /// A digit was misread or mistyped.
    #[error("the check digit does not fit")]
    WrongCheckDigit,
    /// Right digits, but no kind we give out: another system's code.
    #[error("no code of this desk starts with {digit}")]
    UnknownKind {
        /// The first digit.
        digit: u8,
    },
}

impl Code {
    /// The code of a serial, `year` being the office's year of creation; `None` outside 2000–2099 or above
    /// [`MAX_SERIAL`].
    #[must_use]
    pub fn new(kind: CodeKind, year: i32, serial: u32) -> Option<Code> {
        if !(2000..=2099).contains(&year) || serial > MAX_SERIAL {
            return None;
        }
        let body = format!("{}{:02}{serial:08}", kind.digit(), year - 2000);
        let check = mod11_10_check(&body)?;
        let mut digits = [0; DIGITS];
        for (slot, byte) in digits.iter_mut().zip(body.bytes().chain([b'0' + check])) {
            *slot = byte;
        }
        Some(Code(digits))
    }

    /// Reads a scanned or typed code; full-width digits are folded, surrounding blanks dropped.
    ///
    /// # Errors
    /// See [`CodeError`]; the check digit is looked at before the kind, since a misread first digit is a misread.
    pub fn parse(text: &str) -> Result<Code, CodeError> {
        let text = fold(text);
        let found = text.chars().count();
        if found != DIGITS {
            return Err(CodeError::WrongLength { found });
        }
        let digits: [u8; DIGITS] = text.as_bytes().try_into().map_err(|_| CodeError::NotDigits)?;
        if !digits.iter().all(u8::is_ascii_digit) {
            return Err(CodeError::NotDigits);
        }
        let code = Code(digits);
        let body: String = text.chars().take(DIGITS - 1).collect();
        if mod11_10_check(&body) != Some(code.digit(DIGITS - 1)) {
            return Err(CodeError::WrongCheckDigit);
        }
        let digit = code.digit(0);
        CodeKind::from_digit(digit).map(|_| code).ok_or(CodeError::UnknownKind { digit })
    }

    /// What the code stands for.
    #[must_use]
    pub fn kind(&self) -> CodeKind {
        // Both ways to a code leave only known kinds; the fallback is never taken.
        CodeKind::from_digit(self.digit(0)).unwrap_or(CodeKind::Command)
    }

    /// The last two digits of the year of creation.
    #[must_use]
    pub fn year2(&self) -> u8 {
        self.digit(1) * 10 + self.digit(2)
    }

    /// The serial within kind and year.
    #[must_use]
    pub fn serial(&self) -> u32 {
        (3..DIGITS - 1).fold(0, |sum, at| sum * 10 + u32::from(self.digit(at)))
    }

    /// The twelve digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The value of one digit, 0 to 9.
    fn digit(&self, at: usize) -> u8 {
        self.0.get(at).map_or(0, |byte| byte.wrapping_sub(b'0'))
    }
}

impl FromStr for Code {
    type Err = CodeError;

    fn from_str(text: &str) -> Result<Code, CodeError> {
        Code::parse(text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({})", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_built_and_read_back() {
        let code = Code::new(CodeKind::Case, 2026, 4391).expect("a code");
        assert!(code.as_str().starts_with("12600004391"), "{code}");
        let read = Code::parse(code.as_str()).expect("the same code");
        assert_eq!((read.kind(), read.year2(), read.serial()), (CodeKind::Case, 26, 4391));
        assert_eq!(read, code);
    }

    #[test]
    fn full_width_digits_and_blanks_are_folded() {
        let code = Code::new(CodeKind::Box, 2026, 7).expect("a code");
        let wide: String = code.as_str().chars().filter_map(|c| char::from_u32(u32::from(c) + 0xFEE0)).collect();
        assert_eq!(Code::parse(&format!("　{wide} ")), Ok(code));
    }

    #[test]
    fn each_refusal_is_its_own() {
        assert_eq!(Code::parse(""), Err(CodeError::WrongLength { found: 0 }));
        assert_eq!(Code::parse("1260000439"), Err(CodeError::WrongLength { found: 10 }));
        assert_eq!(Code::parse("1234567890123"), Err(CodeError::WrongLength { found: 13 }));
        assert_eq!(Code::parse("12600004391A"), Err(CodeError::NotDigits));
        assert_eq!(Code::parse("一二三四五六七八九十一二"), Err(CodeError::NotDigits));
        let right = Code::new(CodeKind::Case, 2026, 4391).expect("a code").to_string();
        let first_misread = format!("4{}", right.chars().skip(1).collect::<String>());
        assert_eq!(Code::parse(&first_misread), Err(CodeError::WrongCheckDigit));
        let body = "42600004391";
        let foreign = format!("{body}{}", mod11_10_check(body).expect("a digit"));
        assert_eq!(Code::parse(&foreign), Err(CodeError::UnknownKind { digit: 4 }));
    }

    #[test]
    fn years_and_serials_out_of_range_are_not_made() {
        assert_eq!(Code::new(CodeKind::Case, 1999, 1), None);
        assert_eq!(Code::new(CodeKind::Case, 2100, 1), None);
        assert_eq!(Code::new(CodeKind::Case, 2026, MAX_SERIAL + 1), None);
        assert!(Code::new(CodeKind::Command, 2099, MAX_SERIAL).is_some());
    }
}
