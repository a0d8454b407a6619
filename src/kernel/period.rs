//! A day, an ISO week, a month or a year of the office: what figures are counted over.

use super::clock;
use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime, Weekday};

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A calendar day.
    Day,
    /// Monday to Sunday, numbered as in ISO 8601.
    Week,
    /// A calendar month.
    Month,
    /// A calendar year.
    Year,
}

impl Kind {
    /// Every kind, the shortest first.
    pub const ALL: [Kind; 4] = [Kind::Day, Kind::Week, Kind::Month, Kind::Year];

    /// The next longer one; after the longest, the shortest.
    #[must_use]
    pub const fn next(self) -> Kind {
        match self {
            Kind::Day => Kind::Week,
            Kind::Week => Kind::Month,
            Kind::Month => Kind::Year,
            Kind::Year => Kind::Day,
        }
    }
}

/// A span of whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    kind: Kind,
    first: NaiveDate,
    last: NaiveDate,
}

fn first_of(kind: Kind, day: NaiveDate) -> Option<NaiveDate> {
    match kind {
        Kind::Day => Some(day),
        Kind::Week => day.checked_sub_days(Days::new(u64::from(day.weekday().num_days_from_monday()))),
        Kind::Month => day.with_day(1),
        Kind::Year => NaiveDate::from_ymd_opt(day.year(), 1, 1),
    }
}

fn next_first(kind: Kind, first: NaiveDate) -> Option<NaiveDate> {
    match kind {
        Kind::Day => first.checked_add_days(Days::new(1)),
        Kind::Week => first.checked_add_days(Days::new(7)),
        Kind::Month => first.checked_add_months(Months::new(1)),
        Kind::Year => first.checked_add_months(Months::new(12)),
    }
}

impl Period {
    /// The period of a kind that a day lies in.
    pub fn of(kind: Kind, day: NaiveDate) -> Period {
        // Only the ends of the calendar have no first or last day; there the period is the day itself.
        let first = first_of(kind, day).unwrap_or(day);
        let last = next_first(kind, first).and_then(|next| next.pred_opt()).unwrap_or(day);
        Period { kind, first, last }
    }

    /// Reads `2026-11-23`, `2026-W48`, `2026-11` or `2026`; a day also names the week, month or year it lies in.
    pub fn read(kind: Kind, text: &str) -> Option<Period> {
        let text = text.trim();
        let day = clock::parse_day(text).or_else(|| match kind {
            Kind::Day => None,
            Kind::Week => {
                let (year, week) = text.split_once("-W").or_else(|| text.split_once("-w"))?;
                NaiveDate::from_isoywd_opt(number(year, 4)?, u32::try_from(number(week, 2)?).ok()?, Weekday::Mon)
            }
            Kind::Month => {
                let (year, month) = text.split_once('-')?;
                NaiveDate::from_ymd_opt(number(year, 4)?, u32::try_from(number(month, 2)?).ok()?, 1)
            }
            Kind::Year => NaiveDate::from_ymd_opt(number(text, 4)?, 1, 1),
        })?;
        Some(Period::of(kind, day))
    }

    /// How long it is.
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// Its first moment, UTC seconds.
    pub fn from(self) -> i64 {
        clock::moment_on(self.first, NaiveTime::MIN)
    }

    /// The first moment behind it, UTC seconds.
    pub fn to(self) -> i64 {
        clock::moment_on(self.last.succ_opt().unwrap_or(self.last), NaiveTime::MIN)
    }

    /// The one before it.
    #[must_use]
    pub fn earlier(self) -> Period {
        self.first.pred_opt().map_or(self, |day| Period::of(self.kind, day))
    }

    /// The one behind it.
    #[must_use]
    pub fn later(self) -> Period {
        self.last.succ_opt().map_or(self, |day| Period::of(self.kind, day))
    }

    /// `2026-11-23`, `2026-W48`, `2026-11`, `2026`: the form [`Period::read`] takes.
    pub fn name(self) -> String {
        match self.kind {
            Kind::Day => clock::day_text(self.first),
            Kind::Week => format!("{:04}-W{:02}", self.first.iso_week().year(), self.first.iso_week().week()),
            Kind::Month => format!("{:04}-{:02}", self.first.year(), self.first.month()),
            Kind::Year => format!("{:04}", self.first.year()),
        }
    }
}

/// A number of at most so many digits and nothing else.
fn number(text: &str, digits: usize) -> Option<i32> {
    let right = !text.is_empty() && text.len() <= digits && text.bytes().all(|b| b.is_ascii_digit());
    right.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_back_as_it_is_written() {
        for (kind, text, from, to) in [
            (Kind::Day, "2026-11-23", "2026-11-23", "2026-11-24"),
            (Kind::Week, "2026-W48", "2026-11-23", "2026-11-30"),
            (Kind::Week, "2026-W53", "2026-12-28", "2027-01-04"),
            (Kind::Month, "2026-02", "2026-02-01", "2026-03-01"),
            (Kind::Year, "2024", "2024-01-01", "2025-01-01"),
        ] {
            let period = Period::read(kind, text).unwrap();
            assert_eq!(period.name(), text);
            let at = |day: &str| clock::parse_time(day).unwrap();
            assert_eq!((period.from(), period.to()), (at(from), at(to)), "{text}");
            assert_eq!(period.later().earlier(), period);
            assert_eq!(Period::read(kind, from), Some(period), "a day names the period it lies in");
        }
    }

    #[test]
    fn what_is_no_period_is_not_read() {
        for (kind, text) in [
            (Kind::Day, "2026-W48"),
            (Kind::Day, "2026-02-30"),
            (Kind::Week, "2025-W53"),
            (Kind::Week, "2026-W"),
            (Kind::Month, "2026-13"),
            (Kind::Month, "2026"),
            (Kind::Year, "26x"),
            (Kind::Year, ""),
        ] {
            assert_eq!(Period::read(kind, text), None, "{text}");
        }
    }
}
