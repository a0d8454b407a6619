//! Reading the numbers that name people, companies, phones, plates and accounts.
//!
//! Nothing here refuses by itself: a reading carries its problems, each an error or a warning, and the caller decides.

use std::borrow::Cow;

use chrono::NaiveDate;

use super::text::{fold, fold_upper, is_masked};

mod check;
mod citizen;
mod plate;
mod uscc;

pub use check::{cnaps_ok, luhn_ok, mobile_ok, mod11_2_check, mod11_10_check};
pub use citizen::{Sex, citizen};
pub use plate::{plate_key, plate_ok};
pub use uscc::uscc;

/// What a number was read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdKind {
    /// A citizen's number (GB 11643), also residence permits that use its form.
    Citizen,
    /// A unified social credit code (GB 32100).
    Uscc,
    /// Another document, taken as it is.
    Other,
    /// No number given.
    Empty,
}

/// What is wrong, or worth a look, about a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdProblem {
    /// 15 digits: the form before 1999, void since 2013.
    WrongLength15,
    /// A citizen's number with neither 18 nor 15 characters.
    WrongLength,
    /// Something other than 17 digits and a last digit or X.
    BadCharacter,
    /// The last character does not fit the others (MOD 11-2).
    BadCheckDigit,
    /// Digits 7–14 are no day of the calendar.
    BadBirthDate,
    /// Born after today.
    BirthInFuture,
    /// Born before 1900.
    BirthBefore1900,
    /// No province has the first two digits.
    UnknownProvince,
    /// Warning: digits 3–6 can't be a county.
    UnknownCounty,
    /// A unified social credit code without 18 characters.
    BadUsccLength,
    /// A character a unified social credit code never has (I, O, S, V, Z, or none of A–Z and 0–9).
    BadUsccCharacter,
    /// The last character does not fit the others (GB 32100, MOD 31).
    BadUsccCheck,
    /// Asterisks instead of characters: an export that was masked.
    Masked,
    /// Warning: no kind given, and the shape is neither a citizen's number nor a credit code.
    OtherShape,
    /// Warning: the kind given is not one we know; the number is taken as it is.
    UnknownKind,
}

impl IdProblem {
    /// Whether the number must not be taken; otherwise it is only a warning.
    #[must_use]
    pub const fn is_error(self) -> bool {
        !matches!(self, IdProblem::UnknownCounty | IdProblem::OtherShape | IdProblem::UnknownKind)
    }

    /// A stable code for reject files and word keys.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            IdProblem::WrongLength15 => "id_length_15",
            IdProblem::WrongLength => "id_length",
            IdProblem::BadCharacter => "id_character",
            IdProblem::BadCheckDigit => "id_check_digit",
            IdProblem::BadBirthDate => "id_birth_date",
            IdProblem::BirthInFuture => "id_birth_future",
            IdProblem::BirthBefore1900 => "id_birth_before_1900",
            IdProblem::UnknownProvince => "id_province",
            IdProblem::UnknownCounty => "id_county",
            IdProblem::BadUsccLength => "uscc_length",
            IdProblem::BadUsccCharacter => "uscc_character",
            IdProblem::BadUsccCheck => "uscc_check",
            IdProblem::Masked => "masked",
            IdProblem::OtherShape => "id_other_shape",
            IdProblem::UnknownKind => "id_kind",
        }
    }
}

/// A number as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdReading<'a> {
    /// What it was taken for.
    pub kind: IdKind,
    /// Half-width, upper case, without blanks.
    pub number: Cow<'a, str>,
    /// The birth date, from a right citizen's number.
    pub birth: Option<NaiveDate>,
    /// The sex, from a right citizen's number whose form has it.
    pub sex: Option<Sex>,
    /// All that is wrong; empty (and without allocation) for a right number.
    pub problems: Vec<IdProblem>,
}

impl IdReading<'_> {
    /// Whether no problem is an error.
    #[must_use]
    pub fn is_acceptable(&self) -> bool {
        !self.problems.iter().any(|problem| problem.is_error())
    }

    /// The problems that forbid the number.
    pub fn errors(&self) -> impl Iterator<Item = IdProblem> + '_ {
        self.problems.iter().copied().filter(|problem| problem.is_error())
    }

    /// The problems that only warn.
    pub fn warnings(&self) -> impl Iterator<Item = IdProblem> + '_ {
        self.problems.iter().copied().filter(|problem| !problem.is_error())
    }
}

/// What the 证件类型 column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stated {
    Nothing,
    Citizen,
    /// A document that has a citizen-like number in its newer form and another one in its older.
    Either,
    Uscc,
    Other,
    Unknown,
}

fn stated(kind_column: &str) -> Stated {
    match fold(kind_column).as_ref() {
        "" => Stated::Nothing,
        "身份证"
        | "居民身份证"
        | "二代身份证"
        | "临时身份证"
        | "临时居民身份证"
        | "身份证号"
        | "户口簿"
        | "港澳台居民居住证"
        | "港澳居民居住证"
        | "台湾居民居住证" => Stated::Citizen,
        "外国人永久居留身份证" | "外国人永久居留证" => Stated::Either,
        "统一社会信用代码" | "统一社会信用代码证" | "营业执照" => Stated::Uscc,
        "护照"
        | "外国护照"
        | "中国护照"
        | "港澳居民来往内地通行证"
        | "港澳通行证"
        | "回乡证"
        | "台湾居民来往大陆通行证"
        | "台胞证"
        | "军官证"
        | "士兵证"
        | "警官证"
        | "出生证明"
        | "出生医学证明"
        | "驾驶证"
        | "组织机构代码证"
        | "其他" => Stated::Other,
        _ => Stated::Unknown,
    }
}

/// Reads a number by the stated kind, or by its shape when none is stated. `today` bounds the birth date.
#[must_use]
pub fn classify_id<'a>(kind_column: &str, number: &'a str, today: NaiveDate) -> IdReading<'a> {
    let number = fold_number(number);
    if number.is_empty() {
        return plain(IdKind::Empty, number, None);
    }
    if is_masked(&number) {
        return plain(IdKind::Other, number, Some(IdProblem::Masked));
    }
    match stated(kind_column) {
        Stated::Citizen => read_citizen(number, today),
        Stated::Either if number.len() == 18 => read_citizen(number, today),
        Stated::Uscc => read_uscc(number),
        Stated::Other | Stated::Either => plain(IdKind::Other, number, None),
        Stated::Unknown => plain(IdKind::Other, number, Some(IdProblem::UnknownKind)),
        Stated::Nothing => read_by_shape(number, today),
    }
}

/// Reads a number that can only be a unified social credit code.
#[must_use]
pub fn credit_code(number: &str) -> IdReading<'_> {
    let number = fold_number(number);
    if number.is_empty() {
        return plain(IdKind::Empty, number, None);
    }
    if is_masked(&number) {
        return plain(IdKind::Other, number, Some(IdProblem::Masked));
    }
    read_uscc(number)
}

/// The rules for an empty 证件类型.
fn read_by_shape(number: Cow<'_, str>, today: NaiveDate) -> IdReading<'_> {
    let digits_or_x = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'X');
    if digits_or_x {
        let reading = read_citizen(number, today);
        // A credit code may happen to have no letter, or only the X of its organisation code.
        if !reading.is_acceptable() && uscc::problem(&reading.number).is_none() {
            return plain(IdKind::Uscc, reading.number, None);
        }
        return reading;
    }
    if number.len() == 18 && number.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return read_uscc(number);
    }
    plain(IdKind::Other, number, Some(IdProblem::OtherShape))
}

fn read_citizen(number: Cow<'_, str>, today: NaiveDate) -> IdReading<'_> {
    let found = citizen::read(&number, today);
    IdReading { kind: IdKind::Citizen, number, birth: found.birth, sex: found.sex, problems: found.problems }
}

fn read_uscc(number: Cow<'_, str>) -> IdReading<'_> {
    let problem = uscc::problem(&number);
    plain(IdKind::Uscc, number, problem)
}

fn plain(kind: IdKind, number: Cow<'_, str>, problem: Option<IdProblem>) -> IdReading<'_> {
    IdReading { kind, number, birth: None, sex: None, problems: problem.into_iter().collect() }
}

/// Half-width, upper case, and without the blanks people group digits by.
fn fold_number(number: &str) -> Cow<'_, str> {
    let folded = fold_upper(number);
    if folded.contains(' ') { Cow::Owned(folded.replace(' ', "")) } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &str, number: &str) -> (IdKind, Vec<IdProblem>) {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        let reading = classify_id(kind, number, today);
        (reading.kind, reading.problems)
    }

    /// The example number of GB 11643 and a credit code built by GB 32100.
    const CITIZEN: &str = "11010519491231002X";

    #[test]
    fn a_right_number_is_read_whatever_its_width_and_case() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date");
        for text in [CITIZEN, "11010519491231002x", " １１０１０５１９４９１２３１００２ｘ　", "110105 19491231 002X"]
        {
            let reading = classify_id("", text, today);
            assert_eq!((reading.kind, &*reading.number), (IdKind::Citizen, CITIZEN), "{text}");
            assert_eq!(reading.problems, [], "{text}");
            assert_eq!(reading.birth, NaiveDate::from_ymd_opt(1949, 12, 31));
            assert_eq!(reading.sex, Some(Sex::Female));
        }
        assert!(matches!(classify_id("身份证", CITIZEN, today).number, Cow::Borrowed(_)));
    }

    #[test]
    fn an_empty_kind_goes_by_shape() {
        let company = uscc("91310000MA1FL0000").expect("a code");
        let all_digits = uscc("91310000123456789").expect("a code");
        let with_x = uscc("9131000012345678X").expect("a code");
        for (number, kind, problems) in [
            ("", IdKind::Empty, vec![]),
            (" 　", IdKind::Empty, vec![]),
            ("110105194912310021", IdKind::Citizen, vec![IdProblem::BadCheckDigit]),
            ("110105491231002", IdKind::Citizen, vec![IdProblem::WrongLength15]),
            ("12345678", IdKind::Citizen, vec![IdProblem::WrongLength]),
            (&company, IdKind::Uscc, vec![]),
            (&all_digits, IdKind::Uscc, vec![]),
            (&with_x, IdKind::Uscc, vec![]),
            ("91310000MA1FL00000", IdKind::Uscc, vec![IdProblem::BadUsccCheck]),
            ("91310000MO1FL00000", IdKind::Uscc, vec![IdProblem::BadUsccCharacter]),
            ("E12345678", IdKind::Other, vec![IdProblem::OtherShape]),
            ("军字第123号", IdKind::Other, vec![IdProblem::OtherShape]),
            ("110105********002X", IdKind::Other, vec![IdProblem::Masked]),
        ] {
            assert_eq!(read("", number), (kind, problems), "{number}");
        }
    }

    #[test]
    fn a_stated_kind_is_held_to_its_own_rule() {
        let company = uscc("91310000MA1FL0000").expect("a code");
        for (column, number, kind, problems) in [
            ("居民身份证", company.as_str(), IdKind::Citizen, vec![IdProblem::BadCharacter]),
            ("营业执照", CITIZEN, IdKind::Uscc, vec![IdProblem::BadUsccCheck]),
            ("统一社会信用代码", "12345", IdKind::Uscc, vec![IdProblem::BadUsccLength]),
            (" 护照 ", "E12345678", IdKind::Other, vec![]),
            ("外国人永久居留身份证", "USA110105010101", IdKind::Other, vec![]),
            ("港澳居民来往内地通行证", "H12345678", IdKind::Other, vec![]),
            ("工作证", "7", IdKind::Other, vec![IdProblem::UnknownKind]),
            ("身份证", "", IdKind::Empty, vec![]),
        ] {
            assert_eq!(read(column, number), (kind, problems), "{column} {number}");
        }
    }
}
