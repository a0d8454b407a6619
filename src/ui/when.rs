//! Days and moments as a clerk types them, in few keys and with today given.

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeZone};

use crate::kernel::text::fold;

/// A day typed as "1123", "11-23", "20261123", "2026-11-23" (also with `/` or `.`), or "t" for today. Without a year
/// it is the one nearest to `today`, so that "1231" typed in January is last year's and "0105" in December next year's.
pub fn parse_day(text: &str, today: NaiveDate) -> Option<NaiveDate> {
    let text = fold(text);
    if text.eq_ignore_ascii_case("t") {
        return Some(today);
    }
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    match parts.as_slice() {
        [year, month, day] if year.chars().count() == 4 => {
            NaiveDate::from_ymd_opt(number(year)?, unsigned(month)?, unsigned(day)?)
        }
        [month, day] => nearest(unsigned(month)?, unsigned(day)?, today),
        [digits] => {
            let value = unsigned(digits)?;
            match digits.chars().count() {
                4 => nearest(value / 100, value % 100, today),
                8 => NaiveDate::from_ymd_opt(i32::try_from(value / 10_000).ok()?, value / 100 % 100, value % 100),
                _ => None,
            }
        }
        _ => None,
    }
}

/// A moment typed as a time of today ("15:10", "15:10:05") or as a day and a time ("11-23 15:10"), in UTC seconds.
pub fn parse_moment(text: &str, today: NaiveDate, zone: FixedOffset) -> Option<i64> {
    local_moment(text, today).and_then(|at| zone.from_local_datetime(&at).single()).map(|at| at.timestamp())
}

/// A moment written out in full: "2026-11-23 15:10:05".
pub fn full_moment(text: &str, today: NaiveDate) -> Option<String> {
    local_moment(text, today).map(|at| at.format("%Y-%m-%d %H:%M:%S").to_string())
}

fn local_moment(text: &str, today: NaiveDate) -> Option<NaiveDateTime> {
    let text = fold(text);
    let (day, time) = match text.split_once(' ') {
        Some((day, time)) => (parse_day(day, today)?, time.trim()),
        None => (today, &*text),
    };
    let parts: Vec<&str> = time.split(':').collect();
    let time = match parts.as_slice() {
        [hour, minute] => NaiveTime::from_hms_opt(unsigned(hour)?, unsigned(minute)?, 0)?,
        [hour, minute, second] => NaiveTime::from_hms_opt(unsigned(hour)?, unsigned(minute)?, unsigned(second)?)?,
        _ => return None,
    };
    Some(day.and_time(time))
}

fn nearest(month: u32, day: u32, today: NaiveDate) -> Option<NaiveDate> {
    (today.year() - 1..=today.year() + 1)
        .filter_map(|year| NaiveDate::from_ymd_opt(year, month, day))
        .min_by_key(|candidate| (*candidate - today).num_days().abs())
}

fn unsigned(digits: &str) -> Option<u32> {
    digits.chars().all(|c| c.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

fn number(digits: &str) -> Option<i32> {
    unsigned(digits).and_then(|value| i32::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(year, month, day)
    }

    #[test]
    fn a_day_needs_few_keys() {
        let today = day(2026, 11, 23).unwrap();
        for text in ["1123", "11-23", "11/23", "11.23", "2026-11-23", "20261123", "t", "T", "１１２３", " 1123 ", "ｔ"]
        {
            assert_eq!(parse_day(text, today), Some(today), "{text}");
        }
        assert_eq!(parse_day("1-5", today), day(2027, 1, 5));
        assert_eq!(parse_day("1231", day(2027, 1, 5).unwrap()), day(2026, 12, 31));
        for text in
            ["", "1323", "0230", "113", "2026-02-30", "26-11-23", "11-23-2026", "-", "+1-+2", "今天", "99999999999"]
        {
            assert_eq!(parse_day(text, today), None, "{text}");
        }
    }

    #[test]
    fn a_leap_day_without_a_year_is_the_nearest_there_is() {
        assert_eq!(parse_day("0229", day(2024, 3, 1).unwrap()), day(2024, 2, 29));
        assert_eq!(parse_day("0229", day(2026, 3, 1).unwrap()), None, "no leap day within a year of today");
    }

    #[test]
    fn a_moment_is_read_in_the_zone_of_the_office() {
        let today = day(2026, 11, 23).unwrap();
        let zone = FixedOffset::east_opt(8 * 3600).unwrap();
        assert_eq!(parse_moment("15:10:05", today, zone), Some(1_795_417_805));
        for text in ["15:10", "１５：１０", "t 15:10", "1123 15:10", "2026-11-23 15:10"] {
            assert_eq!(parse_moment(text, today, zone), Some(1_795_417_800), "{text}");
        }
        for text in ["", "24:00", "15", "1123", "15:10:", "15:1x"] {
            assert_eq!(parse_moment(text, today, zone), None, "{text}");
        }
    }
}
