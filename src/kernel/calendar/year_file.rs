//! One year's holidays and make-up days as a TOML file, read with every rule a wrong file can break.

use chrono::{Datelike, NaiveDate};
use thiserror::Error;
use toml::{Table, Value};

use super::day::is_weekend;
use crate::kernel::text::outside_text_problem;

/// The years a file may be for.
const YEARS: std::ops::RangeInclusive<i32> = 1950..=2199;
const KEYS: [&str; 5] = ["year", "edition", "source", "holidays", "worked"];

/// The days of one year that differ from its weekdays and weekends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct YearFile {
    /// The calendar year all days lie in.
    pub year: i32,
    /// The date of the notice or file, as text; tells two files for one year apart.
    pub edition: String,
    /// Where the days come from: name and number of the notice.
    pub source: String,
    /// Days off, ascending; weekends may be among them.
    pub holidays: Vec<NaiveDate>,
    /// Saturdays and Sundays that are worked, ascending.
    pub worked: Vec<NaiveDate>,
}

/// What is wrong with a year file; the parts are for the words of the screen.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Not TOML at all; `line` counts from 1, `message` is the reader's English.
    #[error("line {line}: {message}")]
    NotToml {
        /// Line of the first error.
        line: usize,
        /// What the TOML reader says.
        message: String,
    },
    /// A key that must be there is not.
    #[error("`{key}` is missing")]
    Missing {
        /// The key.
        key: &'static str,
    },
    /// A key that means nothing here, usually a misspelling.
    #[error("`{key}` is not known")]
    Unknown {
        /// The key.
        key: String,
    },
    /// A value of the wrong kind; an empty, over-long or control-laden text; a year out of 1950–2199.
    #[error("`{key}` has a wrong value")]
    WrongValue {
        /// The key.
        key: &'static str,
    },
    /// Neither a day `YYYY-MM-DD` nor a range `FIRST..LAST`.
    #[error("`{text}` is not a day")]
    NotADay {
        /// The text found.
        text: String,
    },
    /// A day of another year.
    #[error("{day} is not in {year}")]
    OutsideYear {
        /// The day.
        day: NaiveDate,
        /// The file's year.
        year: i32,
    },
    /// A day named twice in one list.
    #[error("{day} is listed twice")]
    Duplicate {
        /// The day.
        day: NaiveDate,
    },
    /// A day that is both off and worked.
    #[error("{day} is both a holiday and worked")]
    Both {
        /// The day.
        day: NaiveDate,
    },
    /// A make-up day on a Monday to Friday, which is worked anyway.
    #[error("{day} is worked already: it is a weekday")]
    WorkedWeekday {
        /// The day.
        day: NaiveDate,
    },
}

impl YearFile {
    /// Reads a file with the keys `year`, `edition`, `source`, `holidays`, `worked`; days are `"YYYY-MM-DD"` or
    /// `"FIRST..LAST"` with both ends in.
    ///
    /// # Errors
    /// The first thing that is wrong, see [`CalendarError`].
    pub fn parse(text: &str) -> Result<YearFile, CalendarError> {
        let table: Table = text.parse().map_err(|error| not_toml(text, &error))?;
        if let Some(key) = table.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(CalendarError::Unknown { key: key.clone() });
        }
        let year = need(&table, "year")?
            .as_integer()
            .and_then(|year| i32::try_from(year).ok())
            .filter(|year| YEARS.contains(year))
            .ok_or(CalendarError::WrongValue { key: "year" })?;
        let file = YearFile {
            year,
            edition: words(&table, "edition")?,
            source: words(&table, "source")?,
            holidays: days(&table, "holidays", year)?,
            worked: days(&table, "worked", year)?,
        };
        if let Some(day) = file.worked.iter().find(|day| file.holidays.contains(day)) {
            return Err(CalendarError::Both { day: *day });
        }
        let weekday = |day: &&NaiveDate| !is_weekend(**day);
        if let Some(day) = file.worked.iter().find(weekday) {
            return Err(CalendarError::WorkedWeekday { day: *day });
        }
        Ok(file)
    }
}

/// The TOML reader's error with the line a person can go to.
fn not_toml(text: &str, error: &toml::de::Error) -> CalendarError {
    let start = error.span().map_or(0, |span| span.start);
    let line = 1 + text.bytes().take(start).filter(|byte| *byte == b'\n').count();
    CalendarError::NotToml { line, message: error.message().to_owned() }
}

fn need<'a>(table: &'a Table, key: &'static str) -> Result<&'a Value, CalendarError> {
    table.get(key).ok_or(CalendarError::Missing { key })
}

/// A text that may be shown and stored.
fn words(table: &Table, key: &'static str) -> Result<String, CalendarError> {
    need(table, key)?
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty() && outside_text_problem(text).is_none())
        .map(str::to_owned)
        .ok_or(CalendarError::WrongValue { key })
}

/// A list of days and ranges, ascending and without duplicates.
fn days(table: &Table, key: &'static str, year: i32) -> Result<Vec<NaiveDate>, CalendarError> {
    let list = need(table, key)?.as_array().ok_or(CalendarError::WrongValue { key })?;
    let mut days = Vec::new();
    for item in list {
        let text = match item {
            Value::String(text) => text.clone(),
            Value::Datetime(date) => date.to_string(),
            _ => return Err(CalendarError::WrongValue { key }),
        };
        let (first, last) = ends(&text).ok_or_else(|| CalendarError::NotADay { text: text.clone() })?;
        // Both ends are looked at before the range is walked, so that a wrong year cannot make it long.
        if let Some(day) = [first, last].into_iter().find(|day| day.year() != year) {
            return Err(CalendarError::OutsideYear { day, year });
        }
        days.extend(first.iter_days().take_while(|day| *day <= last));
    }
    days.sort_unstable();
    let twice = days.iter().zip(days.iter().skip(1)).find(|(day, next)| day == next);
    match twice {
        Some((day, _)) => Err(CalendarError::Duplicate { day: *day }),
        None => Ok(days),
    }
}

/// First and last day of `DAY` or `FIRST..LAST`; `None` when a part is no day or the range runs backwards.
fn ends(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    let (first, last) = (one_day(first)?, one_day(last)?);
    (first <= last).then_some((first, last))
}

/// Exactly `YYYY-MM-DD`: chrono alone would also take `2026-1-1`.
fn one_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let day: NaiveDate = text.parse().ok()?;
    (day.to_string() == text).then_some(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(holidays: &str, worked: &str) -> Result<YearFile, CalendarError> {
        YearFile::parse(&format!(
            "year = 2027\nedition = \"2026-11-10\"\nsource = \"synthetic\"\nholidays = [{holidays}]\nworked = [{worked}]"
        ))
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn single_days_ranges_and_bare_toml_dates_are_read_in_order() {
        let read = file("\"2027-10-01..2027-10-03\", 2027-01-01", "\"2027-01-03\"").expect("a file");
        let texts: Vec<String> = read.holidays.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["2027-01-01", "2027-10-01", "2027-10-02", "2027-10-03"]);
        assert_eq!(read.worked, [day("2027-01-03")]);
    }

    #[test]
    fn each_wrong_file_is_refused_with_its_day() {
        let outside = CalendarError::OutsideYear { day: day("2026-12-31"), year: 2027 };
        assert_eq!(file("\"2026-12-31\"", ""), Err(outside.clone()));
        assert_eq!(file("\"2026-12-31..2027-01-02\"", ""), Err(outside));
        let twice = CalendarError::Duplicate { day: day("2027-01-02") };
        assert_eq!(file("\"2027-01-01..2027-01-02\", \"2027-01-02\"", ""), Err(twice));
        let both = CalendarError::Both { day: day("2027-01-02") };
        assert_eq!(file("\"2027-01-02\"", "\"2027-01-02\""), Err(both));
        let weekday = CalendarError::WorkedWeekday { day: day("2027-01-04") };
        assert_eq!(file("", "\"2027-01-04\""), Err(weekday));
        for text in ["2027-02-30", "2027-1-1", "2027-01-02..2027-01-01", "soon", ""] {
            let wanted = CalendarError::NotADay { text: text.to_owned() };
            assert_eq!(file(&format!("\"{text}\""), ""), Err(wanted));
        }
    }

    #[test]
    fn missing_unknown_and_wrong_keys_are_named() {
        let whole = "year = 2027\nedition = \"a\"\nsource = \"b\"\nholidays = []\nworked = []";
        assert!(YearFile::parse(whole).is_ok());
        for key in KEYS {
            let kept: Vec<&str> = whole.lines().filter(|line| !line.starts_with(key)).collect();
            assert_eq!(YearFile::parse(&kept.join("\n")), Err(CalendarError::Missing { key }));
        }
        let extra = format!("{whole}\nwork = []");
        assert_eq!(YearFile::parse(&extra), Err(CalendarError::Unknown { key: "work".to_owned() }));
        for (from, to, key) in [
            ("2027", "\"2027\"", "year"),
            ("2027", "202", "year"),
            ("\"a\"", "\" \"", "edition"),
            ("\"b\"", "\"\\u001b[2J\"", "source"),
            ("worked = []", "worked = [1]", "worked"),
        ] {
            assert_eq!(YearFile::parse(&whole.replace(from, to)), Err(CalendarError::WrongValue { key }));
        }
    }

    #[test]
    fn broken_toml_names_its_line() {
        match YearFile::parse("year = 2027\nedition = oops\n") {
            Err(CalendarError::NotToml { line, .. }) => assert_eq!(line, 2),
            other => panic!("{other:?}"),
        }
    }
}
