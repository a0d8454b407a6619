//! Money as integer 分: reading what a clerk or a file wrote, and writing it for screens, files and receipts.

use std::fmt;
use std::fmt::Write as _;

use thiserror::Error;

mod capitals;

/// The largest amount [`Fen::parse`] takes: 999,999,999,999.99 yuan.
pub const MAX_TYPED: Fen = Fen(99_999_999_999_999);

/// An amount in 分 (0.01 yuan). May be negative (追回), although no field takes a negative one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Fen(i64);

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Nothing but blanks (and perhaps a currency sign).
    #[error("no amount given")]
    Empty,
    /// A minus sign before an otherwise well-formed amount, also before zero.
    #[error("amount is negative")]
    Negative,
    /// Not digits with an optional decimal part and well-placed thousands commas.
    #[error("not an amount")]
    Malformed,
    /// More than two digits after the point, even when they are zeros.
    #[error("more than two decimals")]
    TooManyDecimals,
    /// Above [`MAX_TYPED`].
    #[error("amount is too large")]
    TooLarge,
}

impl Fen {
    /// Nothing.
    pub const ZERO: Fen = Fen(0);

    /// An amount of so many 分.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Fen {
        Fen(fen)
    }

    /// An amount of whole yuan; beyond what 64 bits hold it stays at the largest or smallest amount.
    #[must_use]
    pub const fn from_yuan(yuan: i64) -> Fen {
        Fen(yuan.saturating_mul(100))
    }

    /// The amount in 分.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// The sum, or `None` beyond 64 bits.
    #[must_use]
    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    /// The difference, or `None` beyond 64 bits.
    #[must_use]
    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// Whether the amount is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// The sum of all amounts, or `None` beyond 64 bits.
    pub fn sum(amounts: impl IntoIterator<Item = Fen>) -> Option<Fen> {
        amounts.into_iter().try_fold(Fen::ZERO, Fen::checked_add)
    }

    /// Reads yuan with up to two decimals. Full-width characters are folded (also the 。 an input method types for a
    /// point); thousands commas, a leading ¥ or ￥, a trailing 元 and surrounding blanks may be there.
    ///
    /// # Errors
    /// See [`MoneyError`].
    pub fn parse(text: &str) -> Result<Fen, MoneyError> {
        let text = text.trim();
        let text = text.strip_prefix(['¥', '￥']).unwrap_or(text);
        let text = text.strip_suffix('元').unwrap_or(text).trim();
        let unsigned = text.strip_prefix(['-', '－', '−']);
        let negative = unsigned.is_some();
        // A minus may stand on either side of the currency sign.
        let text = match unsigned {
            Some(rest) => rest.trim_start().trim_start_matches(['¥', '￥']).trim_start(),
            None => text,
        };
        if text.is_empty() {
            return Err(if negative { MoneyError::Malformed } else { MoneyError::Empty });
        }
        match parse_unsigned(text) {
            Ok(_) | Err(MoneyError::TooLarge | MoneyError::TooManyDecimals) if negative => Err(MoneyError::Negative),
            result => result,
        }
    }

    /// The amount without grouping, for files and entry fields: `8200.00`, `-0.05`.
    #[must_use]
    pub fn plain(self) -> String {
        let mut out = String::with_capacity(16);
        self.push_plain(&mut out);
        out
    }

    /// Writes what [`Fen::plain`] gives behind a text.
    pub fn push_plain(self, out: &mut String) {
        let size = self.0.unsigned_abs();
        let sign = if self.is_negative() { "-" } else { "" };
        // Writing into a text cannot fail.
        let _ = write!(out, "{sign}{}.{:02}", size / 100, size % 100);
    }

    /// The amount with thousands commas, for screens and print: `8,200.00`.
    #[must_use]
    pub fn grouped(self) -> String {
        self.to_string()
    }

    /// The amount in Chinese capitals for receipts and cheques (正确填写票据和结算凭证的基本规定);
    /// a negative one starts with 负.
    #[must_use]
    pub fn in_capitals(self) -> String {
        let mut out = String::new();
        if self.is_negative() {
            out.push('负');
        }
        capitals::write(self.0.unsigned_abs(), &mut out);
        out
    }
}

impl fmt::Display for Fen {
    /// The grouped form; width and alignment flags are honoured.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let mut out = String::with_capacity(24);
        if self.is_negative() {
            out.push('-');
        }
        write_groups(size / 100, &mut out);
        write!(out, ".{:02}", size % 100)?;
        f.pad(&out)
    }
}

/// Writes a whole number in groups of three digits.
fn write_groups(value: u64, out: &mut String) {
    if value < 1000 {
        out.push_str(&value.to_string());
    } else {
        write_groups(value / 1000, out);
        out.push_str(&format!(",{:03}", value % 1000));
    }
}

/// Reads an amount without sign, currency and surrounding blanks. Numbers that run over stay in range by
/// saturating, since all that matters then is that they are too large.
fn parse_unsigned(text: &str) -> Result<Fen, MoneyError> {
    let mut fen: i64 = 0;
    let mut decimals: Option<u32> = None;
    // Digits since the start or the last comma, whether a comma was seen, and whether the first digit was a zero.
    let (mut run, mut commas, mut leading_zero) = (0_u32, false, false);
    for c in text.chars() {
        match fold_digit(c) {
            digit @ '0'..='9' => {
                let value = i64::from(u32::from(digit) - u32::from('0'));
                match &mut decimals {
                    None => {
                        leading_zero |= run == 0 && !commas && value == 0;
                        run += 1;
                        fen = fen.saturating_mul(10).saturating_add(value);
                    }
                    Some(count) => {
                        *count += 1;
                        if *count <= 2 {
                            fen = fen.saturating_mul(10).saturating_add(value);
                        }
                    }
                }
            }
            ',' if decimals.is_none() && comma_fits(run, commas) => {
                (run, commas) = (0, true);
            }
            '.' if decimals.is_none() && whole_part_ends(run, commas) => decimals = Some(0),
            _ => return Err(MoneyError::Malformed),
        }
    }
    // `0,123` is how half of Europe writes a fraction: better refused than read as 123.
    if (commas && leading_zero) || decimals == Some(0) || !whole_part_ends(run, commas) {
        return Err(MoneyError::Malformed);
    }
    let scale = match decimals {
        None => 100,
        Some(1) => 10,
        Some(2) => 1,
        Some(_) => return Err(MoneyError::TooManyDecimals),
    };
    let amount = Fen(fen.saturating_mul(scale));
    if amount > MAX_TYPED { Err(MoneyError::TooLarge) } else { Ok(amount) }
}

/// Whether a comma may follow `run` digits: one to three before the first comma, exactly three between commas.
const fn comma_fits(run: u32, commas: bool) -> bool {
    if commas { run == 3 } else { run >= 1 && run <= 3 }
}

/// Whether the part before the point may end after `run` digits.
const fn whole_part_ends(run: u32, commas: bool) -> bool {
    if commas { run == 3 } else { run >= 1 }
}

/// Full-width digits, comma and point as their half-width selves.
fn fold_digit(c: char) -> char {
    match c {
        '０'..='９' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '，' => ',',
        '．' | '。' => '.',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<i64, MoneyError> {
        Fen::parse(text).map(Fen::fen)
    }

    #[test]
    fn what_a_clerk_types_is_read() {
        for (text, fen) in [
            ("8200", 820_000),
            ("8200.5", 820_050),
            ("8,200.05", 820_005),
            (" ¥8,200.00 ", 820_000),
            ("￥ 8200.00元", 820_000),
            ("８２００．５０", 820_050),
            ("１，２３４，５６７。８９", 123_456_789),
            ("0", 0),
            ("0.07", 7),
            ("007", 700),
            ("999999999999.99", 99_999_999_999_999),
        ] {
            assert_eq!(read(text), Ok(fen), "{text}");
        }
    }

    #[test]
    fn each_refusal_has_its_own_reason() {
        for (text, why) in [
            ("", MoneyError::Empty),
            (" 　", MoneyError::Empty),
            ("元", MoneyError::Empty),
            ("-5", MoneyError::Negative),
            ("－５.００", MoneyError::Negative),
            ("¥-5", MoneyError::Negative),
            ("-¥5", MoneyError::Negative),
            ("-5.001", MoneyError::Negative),
            ("-", MoneyError::Malformed),
            ("-x", MoneyError::Malformed),
            ("1.234", MoneyError::TooManyDecimals),
            ("1.000", MoneyError::TooManyDecimals),
            ("1000000000000", MoneyError::TooLarge),
            ("99999999999999999999999999", MoneyError::TooLarge),
            ("82,00", MoneyError::Malformed),
            ("8,2000", MoneyError::Malformed),
            ("8200,000", MoneyError::Malformed),
            (",200", MoneyError::Malformed),
            ("8,", MoneyError::Malformed),
            ("0,123", MoneyError::Malformed),
            ("1.2,345", MoneyError::Malformed),
            ("8200.", MoneyError::Malformed),
            (".5", MoneyError::Malformed),
            ("1.2.3", MoneyError::Malformed),
            ("8.2E3", MoneyError::Malformed),
            ("八千", MoneyError::Malformed),
            ("1 000", MoneyError::Malformed),
        ] {
            assert_eq!(read(text), Err(why), "{text:?}");
        }
    }

    #[test]
    fn plain_and_grouped_show_sign_and_both_decimals() {
        assert_eq!(Fen::from_yuan(8200).plain(), "8200.00");
        assert_eq!(Fen::from_yuan(8200).grouped(), "8,200.00");
        assert_eq!(Fen::from_fen(-5).grouped(), "-0.05");
        assert_eq!(Fen::from_fen(-123_456_700).grouped(), "-1,234,567.00");
        assert_eq!(Fen::from_fen(100_000_005).to_string(), "1,000,000.05");
        assert_eq!(Fen::from_fen(i64::MIN).plain(), "-92233720368547758.08");
        assert_eq!(format!("{:>9}", Fen::from_yuan(5)), "     5.00");
    }

    #[test]
    fn sums_stop_at_the_edge_instead_of_wrapping() {
        assert_eq!(Fen::sum([Fen(1), Fen(-3), Fen(5)]), Some(Fen(3)));
        assert_eq!(Fen::sum([Fen(i64::MAX), Fen(1)]), None);
        assert_eq!(Fen(i64::MIN).checked_sub(Fen(1)), None);
        assert_eq!(Fen::from_yuan(i64::MAX), Fen(i64::MAX));
    }
}
