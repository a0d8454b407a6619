//! The one place that asks the machine for the time, and the office's way of writing it.
//!
//! Everything else takes a moment (UTC seconds) as an argument.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Offset, Timelike};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Seconds of one day.
pub const DAY: i64 = 86_400;
/// A moment later than every real one; stands where a sort key has no value.
pub const NEVER: i64 = 253_402_300_799;
/// Offset of the office's zone in seconds (+08:00; China has had no summer time since 1991).
const OFFICE_OFFSET: i32 = 8 * 3600;

/// Where "now" comes from. A store of the practice office carries its own clock; all others use the machine's.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Machine,
    /// Stands still at a moment (commands on a practice store, tests).
    Fixed(i64),
    /// Started at a moment and runs at real speed from there (the desk on a practice store).
    Running {
        /// The moment it was started at, UTC seconds.
        from: i64,
        /// When the machine started it.
        started: Instant,
    },
}

impl Clock {
    /// A clock that runs at real speed from `from` on.
    pub fn running(from: i64) -> Clock {
        Clock::Running { from, started: Instant::now() }
    }

    /// The present moment in UTC seconds; fractions are cut off (16:00:00.9 is 16:00:00).
    pub fn now(&self) -> i64 {
        match self {
            Clock::Machine => {
                SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| i64::try_from(d.as_secs()).unwrap_or(0))
            }
            Clock::Fixed(at) => *at,
            Clock::Running { from, started } => {
                from.saturating_add(i64::try_from(started.elapsed().as_secs()).unwrap_or(0))
            }
        }
    }
}

/// A point on the monotonic clock, for waiting and measuring; never a business time.
pub fn tick() -> Instant {
    Instant::now()
}

/// A few random-looking bits from the monotonic clock, to spread out waiting processes.
pub fn jitter(limit: u32) -> u32 {
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.subsec_nanos());
    nanos.wrapping_mul(2_654_435_761).rotate_left(13) % limit.max(1)
}

/// How long until the wall clock's next whole minute.
pub fn until_next_minute(now: i64) -> Duration {
    Duration::from_secs(u64::try_from(60 - now.rem_euclid(60)).unwrap_or(60))
}

/// How long until the machine's next whole second, so that a program that wakes once a second meets whole minutes.
pub fn until_next_second() -> Duration {
    let gone = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.subsec_nanos());
    Duration::from_nanos(u64::from(1_000_000_000 - gone.min(999_999_999)))
}

/// The office's zone.
pub fn zone() -> FixedOffset {
    // The constant is in range; UTC is named only because the constructor is partial.
    FixedOffset::east_opt(OFFICE_OFFSET).unwrap_or_else(|| chrono::Utc.fix())
}

/// The moment as office wall time.
pub fn local(at: i64) -> NaiveDateTime {
    let shifted = at.saturating_add(i64::from(OFFICE_OFFSET));
    DateTime::from_timestamp(shifted, 0).map_or(NaiveDateTime::MIN, |d| d.naive_utc())
}

/// The office day a moment falls on.
pub fn day_of(at: i64) -> NaiveDate {
    local(at).date()
}

/// The moment of an office wall time.
pub fn moment(local: NaiveDateTime) -> i64 {
    local.and_utc().timestamp() - i64::from(OFFICE_OFFSET)
}

/// The moment of a time on an office day.
pub fn moment_on(day: NaiveDate, time: NaiveTime) -> i64 {
    moment(day.and_time(time))
}

/// `2026-11-23`: the form of a business day in the store and in files.
pub fn day_text(day: NaiveDate) -> String {
    let mut out = String::with_capacity(10);
    push_day(day, &mut out);
    out
}

/// `2026-11-23 15:59:59`, office time: the form used in files.
pub fn file_time(at: i64) -> String {
    let mut out = String::with_capacity(19);
    push_time(at, &mut out);
    out
}

/// Writes what [`day_text`] gives behind a text.
pub fn push_day(day: NaiveDate, out: &mut String) {
    // An import writes several of these a row; a format text would be read anew each time.
    match u32::try_from(day.year()) {
        Ok(year @ 0..=9_999) => {
            push_two(year / 100, out);
            push_two(year % 100, out);
            out.push('-');
            push_two(day.month(), out);
            out.push('-');
            push_two(day.day(), out);
        }
        // Beyond four digits a year has a sign; no fact lies there.
        _ => out.push_str(&day.to_string()),
    }
}

/// Writes what [`file_time`] gives behind a text.
pub fn push_time(at: i64, out: &mut String) {
    let local = local(at);
    push_day(local.date(), out);
    let time = local.time();
    for (before, part) in [(' ', time.hour()), (':', time.minute()), (':', time.second())] {
        out.push(before);
        push_two(part, out);
    }
}

/// Two decimal digits of a number below a hundred.
fn push_two(number: u32, out: &mut String) {
    for digit in [number / 10 % 10, number % 10] {
        out.push(char::from_digit(digit, 10).unwrap_or('0'));
    }
}

/// Reads `2026-11-23 15:59:59`, `2026-11-23T15:59`, `2026/11/23 15:59` or a bare day (0:00) as office time.
pub fn parse_time(text: &str) -> Option<i64> {
    let text = text.trim();
    let (day, time) = match text.find([' ', 'T']) {
        Some(at) => (text.get(..at)?, text.get(at + 1..)?.trim()),
        None => (text, "00:00:00"),
    };
    let day = parse_day(day)?;
    let mut parts = time.split(':');
    let mut two = |max: u32| -> Option<u32> {
        let part = parts.next()?;
        if part.is_empty() || part.len() > 2 || !part.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        part.parse::<u32>().ok().filter(|n| *n <= max)
    };
    let hour = two(23)?;
    let minute = two(59)?;
    let rest: Vec<&str> = parts.collect();
    let second = match rest.as_slice() {
        [] => 0,
        [s] => {
            // Fractions are cut off, as everywhere.
            let whole = s.split('.').next().unwrap_or_default();
            if whole.len() != 2 || !whole.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            whole.parse::<u32>().ok().filter(|n| *n <= 59)?
        }
        _ => return None,
    };
    Some(moment(day.and_hms_opt(hour, minute, second)?))
}

/// Reads `2026-11-23`, `2026/11/23` or `20261123`.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    let (y, m, d) = if text.len() == 8 && digits(text) {
        (text.get(..4)?, text.get(4..6)?, text.get(6..)?)
    } else {
        let separator = if text.contains('/') { '/' } else { '-' };
        let mut parts = text.split(separator);
        let parsed = (parts.next()?, parts.next()?, parts.next()?);
        if parts.next().is_some() {
            return None;
        }
        parsed
    };
    if y.len() != 4 || m.len() > 2 || d.len() > 2 || !digits(y) || !digits(m) || !digits(d) {
        return None;
    }
    NaiveDate::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn office_time_is_eight_hours_ahead_and_reads_back() {
        let at = parse_time("2026-11-23 15:59:59").unwrap();
        assert_eq!(at, 1_795_420_799);
        assert_eq!(file_time(at), "2026-11-23 15:59:59");
        assert_eq!(parse_time("2026/11/23 15:59:59.9"), Some(at));
        assert_eq!(day_of(parse_time("2026-11-23T00:00").unwrap()).to_string(), "2026-11-23");
    }

    #[test]
    fn impossible_times_and_days_are_not_read() {
        for bad in [
            "",
            "2026-02-30",
            "2026-11-23 24:00",
            "2026-11-23 1:2:3",
            "26-11-23",
            "2026-11-23 15",
            "2026-11-23-1",
            "你好 12:00",
        ] {
            assert_eq!(parse_time(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_running_clock_starts_where_it_was_told() {
        assert!((0..2).contains(&(Clock::running(1000).now() - 1000)));
        assert_eq!(Clock::Fixed(7).now(), 7);
    }
}
