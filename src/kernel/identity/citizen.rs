//! Citizens' numbers (GB 11643): region, birth date, sequence, check character.

use chrono::{Datelike, NaiveDate};

use super::IdProblem;
use super::check::mod11_2_check;

/// Provinces by their first two digits (GB/T 2260), with Taiwan, Hong Kong and Macao.
const PROVINCES: [u8; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82,
];
/// Residence permits of Taiwan residents begin with 83, which is no province of GB/T 2260.
const TAIWAN_PERMIT: u8 = 83;
/// Prefecture-level cities without counties, whose own code stands in citizens' numbers: Dongguan, Zhongshan,
/// Danzhou, Jiayuguan.
const CITIES_WITHOUT_COUNTIES: [&str; 4] = ["441900", "442000", "460400", "620200"];

/// Sex as the 17th digit tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    /// Odd.
    Male,
    /// Even.
    Female,
}

/// What a number tells.
pub(super) struct Citizen {
    pub(super) birth: Option<NaiveDate>,
    pub(super) sex: Option<Sex>,
    pub(super) problems: Vec<IdProblem>,
}

/// Reads a folded number; all problems are found, except that a wrong length or character leaves nothing to read.
pub(super) fn read(number: &str, today: NaiveDate) -> Citizen {
    let mut problems = Vec::new();
    if let Some(problem) = shape_problem(number) {
        problems.push(problem);
        return Citizen { birth: None, sex: None, problems };
    }
    // From here on: 18 ASCII characters, the first 17 of them digits.
    let part = |from: usize, to: usize| number.get(from..to).unwrap_or_default();
    let foreign = part(0, 1) == "9";
    let permit = foreign || matches!(part(0, 2), "81" | "82" | "83");
    if !foreign {
        region_problems(part(0, 6), permit, &mut problems);
    }
    let birth = birth(part(6, 14), today, &mut problems);
    if mod11_2_check(part(0, 17)) != number.chars().next_back() {
        problems.push(IdProblem::BadCheckDigit);
    }
    if problems.iter().any(|problem| problem.is_error()) {
        return Citizen { birth: None, sex: None, problems };
    }
    let odd = part(16, 17).bytes().all(|byte| byte % 2 == 1);
    let sex = if odd { Sex::Male } else { Sex::Female };
    Citizen { birth, sex: (!permit).then_some(sex), problems }
}

fn shape_problem(number: &str) -> Option<IdProblem> {
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match number.chars().count() {
        15 if all_digits(number) => Some(IdProblem::WrongLength15),
        18 => {
            let body = number.strip_suffix('X').unwrap_or(number);
            (!all_digits(body)).then_some(IdProblem::BadCharacter)
        }
        _ => Some(IdProblem::WrongLength),
    }
}

fn region_problems(region: &str, permit: bool, problems: &mut Vec<IdProblem>) {
    let province: u8 = region.get(..2).and_then(|text| text.parse().ok()).unwrap_or(0);
    if province != TAIWAN_PERMIT && !PROVINCES.contains(&province) {
        problems.push(IdProblem::UnknownProvince);
        return;
    }
    let no_county = region.ends_with("00") || region.get(2..4) == Some("00");
    if no_county && !permit && !CITIES_WITHOUT_COUNTIES.contains(&region) {
        problems.push(IdProblem::UnknownCounty);
    }
}

/// The birth date of eight digits, if it is one that can be.
fn birth(digits: &str, today: NaiveDate, problems: &mut Vec<IdProblem>) -> Option<NaiveDate> {
    let number: u32 = digits.parse().unwrap_or(0);
    let year = i32::try_from(number / 10_000).unwrap_or(0);
    let born = NaiveDate::from_ymd_opt(year, number / 100 % 100, number % 100);
    let problem = match born {
        None => IdProblem::BadBirthDate,
        Some(day) if day.year() < 1900 => IdProblem::BirthBefore1900,
        Some(day) if day > today => IdProblem::BirthInFuture,
        Some(_) => return born,
    };
    problems.push(problem);
    None
}

/// Builds a number with its check character, for synthetic data: the last six digits of `region`, the birth date
/// (years 0–9999), the last three digits of `seq` (odd = male).
#[must_use]
pub fn citizen(region: u32, birth: NaiveDate, seq: u32) -> String {
    let year = birth.year().rem_euclid(10_000);
    let (region, seq) = (region % 1_000_000, seq % 1000);
    let mut number = format!("{region:06}{year:04}{:02}{:02}{seq:03}", birth.month(), birth.day());
    number.extend(mod11_2_check(&number));
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date")
    }

    fn built(region: u32, year: i32, month: u32, day: u32) -> String {
        citizen(region, NaiveDate::from_ymd_opt(year, month, day).expect("a date"), 12)
    }

    /// A number of these 17 digits with the right check character, whatever else is wrong with it.
    fn checked(body: &str) -> String {
        format!("{body}{}", mod11_2_check(body).expect("17 digits"))
    }

    #[test]
    fn each_problem_is_found_by_itself() {
        for (number, problems) in [
            (built(340_104, 1980, 2, 29), vec![]),
            (built(340_104, 2026, 11, 23), vec![]),
            (built(340_104, 1900, 1, 1), vec![]),
            (built(340_104, 2026, 11, 24), vec![IdProblem::BirthInFuture]),
            (built(340_104, 1899, 12, 31), vec![IdProblem::BirthBefore1900]),
            (checked("34010419810229001"), vec![IdProblem::BadBirthDate]),
            (checked("34010419801301001"), vec![IdProblem::BadBirthDate]),
            (built(990_104, 1980, 1, 1), vec![]),
            (built(160_104, 1980, 1, 1), vec![IdProblem::UnknownProvince]),
            (built(104, 1980, 1, 1), vec![IdProblem::UnknownProvince]),
            (built(340_100, 1980, 1, 1), vec![IdProblem::UnknownCounty]),
            (built(340_004, 1980, 1, 1), vec![IdProblem::UnknownCounty]),
            (built(441_900, 1980, 1, 1), vec![]),
            (built(830_000, 1980, 1, 1), vec![]),
            (built(710_104, 1980, 1, 1), vec![]),
            ("34010419800101A012".to_owned(), vec![IdProblem::BadCharacter]),
            ("34010419800101X12X".to_owned(), vec![IdProblem::BadCharacter]),
            ("3401041980010101".to_owned(), vec![IdProblem::WrongLength]),
        ] {
            assert_eq!(read(&number, today()).problems, problems, "{number}");
        }
    }

    #[test]
    fn several_problems_are_all_told() {
        let number = built(160_104, 2030, 1, 1);
        let last = number.chars().next_back().expect("a character");
        let other = if last == '0' { "1" } else { "0" };
        let wrong = format!("{}{other}", number.strip_suffix(last).expect("a body"));
        assert_eq!(
            read(&wrong, today()).problems,
            [IdProblem::UnknownProvince, IdProblem::BirthInFuture, IdProblem::BadCheckDigit]
        );
    }

    #[test]
    fn permits_have_a_birth_date_but_no_sex() {
        for region in [810_000, 820_000, 830_000, 911_156] {
            let found = read(&built(region, 1980, 5, 6), today());
            assert_eq!(found.birth, NaiveDate::from_ymd_opt(1980, 5, 6), "{region}");
            assert_eq!(found.sex, None, "{region}");
        }
        assert_eq!(read(&built(340_104, 1980, 5, 6), today()).sex, Some(Sex::Female));
    }
}
