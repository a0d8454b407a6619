//! The daily cutoff, the archive deadline and the statutory day clocks.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime};

use super::Calendar;

/// Moments are held between the years 1 and 9999, where every calendar computation stays in range (UTC seconds).
const EARLIEST: i64 = -62_135_596_800;
const LATEST: i64 = 253_402_300_799;

/// Until when a working day takes in closed cases (16:00 of the office).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cutoff {
    /// The office's zone.
    pub zone: FixedOffset,
    /// The last second that still belongs to the day.
    pub time: NaiveTime,
}

/// By when a closed case's file has to be in its box, with what the explanation in words needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deadline {
    /// The working day the clock starts from; it is not counted.
    pub clock_day: NaiveDate,
    /// The last counted working day.
    pub due_day: NaiveDate,
    /// The cutoff on `due_day`, UTC seconds.
    pub due_at: i64,
    /// Years on the way that have no calendar file, ascending: weekends were assumed.
    pub assumed_years: Vec<i32>,
}

impl Cutoff {
    /// The office's wall clock at a moment (UTC seconds).
    #[must_use]
    pub fn local(&self, at_utc_secs: i64) -> NaiveDateTime {
        let at = DateTime::from_timestamp(at_utc_secs.clamp(EARLIEST, LATEST), 0).unwrap_or_default();
        at.with_timezone(&self.zone).naive_local()
    }

    /// The moment of the cutoff on a day, in UTC seconds.
    #[must_use]
    pub fn at(&self, day: NaiveDate) -> i64 {
        utc_secs(day, self.time, self.zone)
    }

    /// The working day a moment belongs to: its own day if that is a working day and the cutoff second has not
    /// passed, else the next working day.
    #[must_use]
    pub fn batch_day(&self, cal: &Calendar, at_utc_secs: i64) -> NaiveDate {
        let local = self.local(at_utc_secs);
        if local.time() <= self.time { cal.working_on_or_after(local.date()) } else { cal.next_working(local.date()) }
    }

    /// The cutoff of the `working_days`-th working day after the clock day, which is found from the moment the
    /// clock starts (UTC seconds) by the same rule as the batch day.
    #[must_use]
    pub fn archive_deadline(&self, cal: &Calendar, clock_start_utc: i64, working_days: u32) -> Deadline {
        let clock_day = self.batch_day(cal, clock_start_utc);
        let due_day = cal.nth_working_after(clock_day, working_days);
        let started = self.local(clock_start_utc).date();
        Deadline { clock_day, due_day, due_at: self.at(due_day), assumed_years: cal.assumed_years(started, due_day) }
    }
}

/// The end of a statutory period, UTC seconds: so many calendar days, the first not counted (民法典 201),
/// ending at the office's end of business.
#[must_use]
pub fn statutory_due(start_day: NaiveDate, days: u32, end_time: NaiveTime, zone: FixedOffset) -> i64 {
    utc_secs(last_day(start_day, days), end_time, zone)
}

/// A statutory period's end as the desk keeps it and as the law allows it at the latest, both UTC seconds. They
/// differ when the last day is no working day: the desk works to that day, 民法典 203 moves it to the next working day.
#[must_use]
pub fn desk_and_latest(
    cal: &Calendar,
    start_day: NaiveDate,
    days: u32,
    end_time: NaiveTime,
    zone: FixedOffset,
) -> (i64, i64) {
    let latest = cal.working_on_or_after(last_day(start_day, days));
    (statutory_due(start_day, days, end_time, zone), utc_secs(latest, end_time, zone))
}

fn last_day(start_day: NaiveDate, days: u32) -> NaiveDate {
    start_day.checked_add_days(Days::new(u64::from(days))).unwrap_or(NaiveDate::MAX)
}

fn utc_secs(day: NaiveDate, time: NaiveTime, zone: FixedOffset) -> i64 {
    day.and_time(time).and_utc().timestamp() - i64::from(zone.local_minus_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cutoff() -> Cutoff {
        Cutoff {
            zone: FixedOffset::east_opt(8 * 3600).expect("a zone"),
            time: NaiveTime::from_hms_opt(16, 0, 0).expect("a time"),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// UTC seconds of an office time.
    fn at(text: &str) -> i64 {
        DateTime::parse_from_rfc3339(&format!("{}+08:00", text.replace(' ', "T"))).expect("a time").timestamp()
    }

    fn batch(text: &str) -> String {
        cutoff().batch_day(&Calendar::built_in(), at(text)).to_string()
    }

    #[test]
    fn one_second_before_at_and_after_the_cutoff() {
        assert_eq!(batch("2026-11-23 15:59:59"), "2026-11-23");
        assert_eq!(batch("2026-11-23 16:00:00"), "2026-11-23");
        assert_eq!(batch("2026-11-23 16:00:01"), "2026-11-24");
    }

    #[test]
    fn the_day_is_the_offices_not_that_of_utc() {
        assert_eq!(batch("2026-11-24 00:00:00"), "2026-11-24");
        assert_eq!(batch("2026-11-24 07:59:59"), "2026-11-24");
        assert_eq!(batch("2026-11-23 23:59:59"), "2026-11-24");
    }

    #[test]
    fn weekends_and_friday_evenings_go_to_monday() {
        assert_eq!(batch("2026-11-20 16:00:01"), "2026-11-23");
        assert_eq!(batch("2026-11-21 09:00:00"), "2026-11-23");
        assert_eq!(batch("2026-11-22 23:00:00"), "2026-11-23");
    }

    #[test]
    fn a_make_up_saturday_is_a_batch_day() {
        assert_eq!(batch("2026-02-13 16:00:01"), "2026-02-14");
        assert_eq!(batch("2026-02-14 15:59:59"), "2026-02-14");
        assert_eq!(batch("2026-02-14 16:00:00"), "2026-02-14");
    }

    #[test]
    fn after_the_last_working_day_before_spring_festival_comes_the_first_after_it() {
        assert_eq!(batch("2026-02-14 16:00:01"), "2026-02-24");
        assert_eq!(batch("2026-02-17 10:00:00"), "2026-02-24");
        assert_eq!(batch("2026-02-23 10:00:00"), "2026-02-24");
    }

    #[test]
    fn the_third_working_day_after_the_clock_day_at_the_cutoff() {
        let cal = Calendar::built_in();
        let found = cutoff().archive_deadline(&cal, at("2026-11-24 15:10:00"), 3);
        assert_eq!((found.clock_day, found.due_day), (day("2026-11-24"), day("2026-11-27")));
        assert_eq!(found.due_at, at("2026-11-27 16:00:00"));
        assert_eq!(found.assumed_years, [0; 0]);
        // Over Spring Festival, from the make-up Saturday.
        let found = cutoff().archive_deadline(&cal, at("2026-02-14 16:00:00"), 3);
        assert_eq!((found.clock_day, found.due_day), (day("2026-02-14"), day("2026-02-26")));
        let found = cutoff().archive_deadline(&cal, at("2026-02-14 16:00:01"), 3);
        assert_eq!((found.clock_day, found.due_day), (day("2026-02-24"), day("2026-02-27")));
    }

    #[test]
    fn a_deadline_that_runs_into_a_year_without_a_file_says_so() {
        let found = cutoff().archive_deadline(&Calendar::built_in(), at("2026-12-30 10:00:00"), 3);
        assert_eq!(found.assumed_years, [2027]);
        assert_eq!(found.due_day, day("2027-01-04"));
    }

    #[test]
    fn statutory_days_are_calendar_days_without_the_first() {
        let end = NaiveTime::from_hms_opt(17, 30, 0).expect("a time");
        let zone = cutoff().zone;
        assert_eq!(statutory_due(day("2026-11-23"), 10, end, zone), at("2026-12-03 17:30:00"));
        let cal = Calendar::built_in();
        // A last day on a working day: both are the same.
        let (desk, latest) = desk_and_latest(&cal, day("2026-11-23"), 10, end, zone);
        assert_eq!((desk, latest), (at("2026-12-03 17:30:00"), at("2026-12-03 17:30:00")));
        // On a holiday, the law's end moves, the desk's does not.
        let (desk, latest) = desk_and_latest(&cal, day("2026-02-10"), 10, end, zone);
        assert_eq!((desk, latest), (at("2026-02-20 17:30:00"), at("2026-02-24 17:30:00")));
    }

    #[test]
    fn moments_beyond_any_calendar_do_not_panic() {
        let cal = Calendar::built_in();
        for moment in [i64::MIN, i64::MAX] {
            let _ = cutoff().archive_deadline(&cal, moment, 3);
        }
        let (time, zone) = (cutoff().time, cutoff().zone);
        assert_eq!(statutory_due(NaiveDate::MAX, u32::MAX, time, zone), cutoff().at(NaiveDate::MAX));
    }
}
