//! How many cases of which kind, and when: the shares and days of a practice store. Pure.

use crate::kernel::calendar::Calendar;
use crate::kernel::clock;
use chrono::{Days, Months, NaiveDate, NaiveTime};

/// The most cases lived through the acts.
const MOST_LIVED: u64 = 2_000;
/// Working days that are lived.
const LIVED_DAYS: usize = 30;
/// Up to so many cases the past is of [`SHORT_YEARS`], above of [`LONG_YEARS`].
const SHORT_PAST: u64 = 10_000;
const SHORT_YEARS: u32 = 2;
const LONG_YEARS: u32 = 20;
/// Of a hundred open cases that nobody here has worked on, so many are still in closing; the rest is taken over.
const STILL_CLOSING: u64 = 70;
/// What a day counts for among the others: closings happen on duty weekends too (report, 双休日值班制度).
const WORKING: u64 = 8;
const DUTY: u64 = 2;

/// How many cases of each kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// All.
    pub all: u64,
    /// Lived through the acts.
    pub lived: u64,
    /// Of those, not archived.
    pub lived_open: u64,
    /// Not lived, imported and still in closing.
    pub imported_open: u64,
    /// Not lived, taken over and unarchived.
    pub taken_open: u64,
}

impl Counts {
    /// The counts of a store of so many cases (design, Practice).
    pub fn of(all: u64) -> Counts {
        let lived = MOST_LIVED.min(all / 2);
        let open = if all < 120 { all / 2 } else { (all * 3 / 100).clamp(60, 30_000) };
        let lived_open = open.min(lived).min((lived * 3 / 10).max(60));
        let others = open - lived_open;
        let imported_open = others * STILL_CLOSING / 100;
        Counts { all, lived, lived_open, imported_open, taken_open: others - imported_open }
    }

    /// Taken over and archived.
    pub fn past(&self) -> u64 {
        self.all - self.lived - self.imported_open - self.taken_open
    }

    /// Not archived.
    pub fn open(&self) -> u64 {
        self.lived_open + self.imported_open + self.taken_open
    }
}

/// The days of a practice store.
#[derive(Clone, Debug)]
pub struct Days30 {
    /// The moment the practice begins at, UTC seconds.
    pub now: i64,
    /// First day of the past.
    pub first: NaiveDate,
    /// The day the past was taken over; the day after the last of the past.
    pub takeover: NaiveDate,
    /// Every day from the first lived one to today, duty weekends included.
    pub lived: Vec<NaiveDate>,
    /// The lived day from which on more banks can be paid and customers are told at once what to bring.
    pub new_ways: NaiveDate,
}

impl Days30 {
    /// The days before a moment.
    pub fn before(now: i64, all: u64, calendar: &Calendar) -> Days30 {
        let today = clock::day_of(now);
        let back = |day: NaiveDate| day.checked_sub_days(Days::new(1)).unwrap_or(day);
        let mut lived = Vec::new();
        let (mut day, mut working) = (today, 0);
        while working < LIVED_DAYS {
            lived.push(day);
            working += usize::from(calendar.is_working(day));
            day = back(day);
        }
        lived.reverse();
        let mut takeover = day;
        while !calendar.is_working(takeover) {
            takeover = back(takeover);
        }
        let years = if all <= SHORT_PAST { SHORT_YEARS } else { LONG_YEARS };
        let first = today.checked_sub_months(Months::new(years * 12)).unwrap_or(takeover).min(back(takeover));
        let new_ways = lived.get(lived.len() / 3).copied().unwrap_or(today);
        Days30 { now, first, takeover, lived, new_ways }
    }

    /// A moment on the day of the take-over.
    pub fn at_takeover(&self, hour: u32, minute: u32) -> i64 {
        clock::moment_on(self.takeover, NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default())
    }

    /// The days of the past with how many of `count` cases were closed on each: all of them, in order.
    pub fn past(&self, count: u64, calendar: &Calendar) -> Vec<(NaiveDate, u64)> {
        let days: Vec<NaiveDate> = self.first.iter_days().take_while(|day| *day < self.takeover).collect();
        spread(&days, count, calendar)
    }
}

/// Spreads a count over days by what they count for.
pub fn spread(days: &[NaiveDate], count: u64, calendar: &Calendar) -> Vec<(NaiveDate, u64)> {
    let weight = |day: NaiveDate| if calendar.is_working(day) { WORKING } else { DUTY };
    let whole: u64 = days.iter().map(|day| weight(*day)).sum::<u64>().max(1);
    let share = |upto: u64| u64::try_from(u128::from(count) * u128::from(upto) / u128::from(whole)).unwrap_or(0);
    let mut gone = 0;
    days.iter()
        .map(|day| {
            let before = share(gone);
            gone += weight(*day);
            (*day, share(gone) - before)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::parse_time;

    #[test]
    fn the_counts_are_those_of_the_design() {
        let of = |all| {
            let c = Counts::of(all);
            (c.lived, c.open(), c.lived_open)
        };
        assert_eq!(of(400), (200, 60, 60));
        assert_eq!(of(150), (75, 60, 60));
        assert_eq!(of(120), (60, 60, 60));
        assert_eq!(of(119), (59, 59, 59));
        assert_eq!(of(10_000), (2_000, 300, 300));
        assert_eq!(of(1_000_000), (2_000, 30_000, 600));
        assert_eq!(of(1), (0, 0, 0));
        for all in [0, 1, 2, 3, 59, 119, 120, 121, 1_999, 2_001, 19_999, 50_000, 10_000_000] {
            let c = Counts::of(all);
            assert_eq!(c.past() + c.lived + c.imported_open + c.taken_open, all);
            assert!(c.lived_open <= c.lived, "{all}");
        }
    }

    #[test]
    fn thirty_working_days_are_lived_and_the_past_ends_before_them() {
        let calendar = Calendar::built_in();
        let now = parse_time("2026-11-23 15:30").unwrap();
        let days = Days30::before(now, 400, &calendar);
        assert_eq!(days.lived.iter().filter(|day| calendar.is_working(**day)).count(), 30);
        assert_eq!(days.lived.last().unwrap().to_string(), "2026-11-23");
        assert!(calendar.is_working(days.takeover) && days.takeover < days.lived[0]);
        assert_eq!(days.first.to_string(), "2024-11-23");
        assert_eq!(Days30::before(now, 10_001, &calendar).first.to_string(), "2006-11-23");
        for count in [0, 1, 7, 12_345] {
            let past = days.past(count, &calendar);
            assert_eq!(past.iter().map(|(_, n)| n).sum::<u64>(), count);
            assert!(past.iter().all(|(day, _)| *day < days.takeover));
        }
    }
}
