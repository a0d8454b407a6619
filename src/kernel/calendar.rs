//! Working days: weekends, public holidays and make-up days, from one dated file per year.
//!
//! A year without a file counts every weekday as a working day; whoever shows a deadline asks
//! [`Calendar::assumed_years`] and says so.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};

mod cutoff;
mod day;
mod year_file;

pub use cutoff::{Cutoff, Deadline, desk_and_latest, statutory_due};
pub use day::{DayChange, DayMeaning};
pub use year_file::{CalendarError, YearFile};

use day::{is_weekend, meaning_in, plain_meaning};

/// The year files that ship with the program, oldest first.
const BUILT_IN: [&str; 4] = [
    include_str!("../../assets/calendars/2023.toml"),
    include_str!("../../assets/calendars/2024.toml"),
    include_str!("../../assets/calendars/2025.toml"),
    include_str!("../../assets/calendars/2026.toml"),
];

/// The working days of all years, known or assumed.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    years: BTreeMap<i32, Year>,
}

/// One year's file with its working days as bits, since a day is asked about far more often than a file changes.
#[derive(Clone, Debug)]
struct Year {
    file: YearFile,
    /// Bit `n` is the day with ordinal `n` counted from 0; set = working day.
    working: [u64; 6],
}

impl Year {
    fn new(file: YearFile) -> Year {
        let mut working = [0_u64; 6];
        let first = NaiveDate::from_ymd_opt(file.year, 1, 1);
        let days = first.into_iter().flat_map(|day| day.iter_days());
        for day in days.take_while(|day| day.year() == file.year) {
            if meaning_in(&file, day).is_working() {
                let bit = day.ordinal0();
                if let Some(word) = working.get_mut(bit as usize / 64) {
                    *word |= 1 << (bit % 64);
                }
            }
        }
        Year { file, working }
    }

    fn is_working(&self, day: NaiveDate) -> bool {
        let bit = day.ordinal0();
        self.working.get(bit as usize / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}

impl Calendar {
    /// The calendar of these files; of two files for one year the later in the list counts.
    #[must_use]
    pub fn new(files: Vec<YearFile>) -> Calendar {
        Calendar { years: files.into_iter().map(|file| (file.year, Year::new(file))).collect() }
    }

    /// The years that ship with the program.
    #[must_use]
    pub fn built_in() -> Calendar {
        Calendar::new(Calendar::built_in_files())
    }

    /// The files that ship with the program, for a caller that lays an office's own files over them.
    /// A test proves that each of them can be read, so none is ever left out.
    #[must_use]
    pub fn built_in_files() -> Vec<YearFile> {
        BUILT_IN.iter().filter_map(|text| YearFile::parse(text).ok()).collect()
    }

    /// Whether the desk's working-day clocks count this day.
    #[must_use]
    pub fn is_working(&self, day: NaiveDate) -> bool {
        match self.years.get(&day.year()) {
            Some(year) => year.is_working(day),
            None => !is_weekend(day),
        }
    }

    /// What this day is.
    #[must_use]
    pub fn meaning(&self, day: NaiveDate) -> DayMeaning {
        match self.years.get(&day.year()) {
            Some(year) => meaning_in(&year.file, day),
            None => plain_meaning(day),
        }
    }

    /// Whether there is a file for the year.
    #[must_use]
    pub fn has_year(&self, year: i32) -> bool {
        self.years.contains_key(&year)
    }

    /// The years with a file, ascending.
    pub fn years(&self) -> impl Iterator<Item = i32> + '_ {
        self.years.keys().copied()
    }

    /// The file of a year.
    #[must_use]
    pub fn file(&self, year: i32) -> Option<&YearFile> {
        self.years.get(&year).map(|year| &year.file)
    }

    /// The first working day strictly after `day`.
    #[must_use]
    pub fn next_working(&self, day: NaiveDate) -> NaiveDate {
        match day.succ_opt() {
            Some(next) => self.working_on_or_after(next),
            None => day,
        }
    }

    /// `day` itself if it is a working day, else the next one.
    #[must_use]
    pub fn working_on_or_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|candidate| self.is_working(*candidate)).unwrap_or(NaiveDate::MAX)
    }

    /// The `n`-th working day after `day`, which is not counted itself (民法典 201); 0 gives `day`.
    #[must_use]
    pub fn nth_working_after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(day, |reached, _| self.next_working(reached))
    }

    /// The years from `from` to `to` (both ends in, in either order) that have no file, ascending.
    #[must_use]
    pub fn assumed_years(&self, from: NaiveDate, to: NaiveDate) -> Vec<i32> {
        let (first, last) = (from.min(to).year(), from.max(to).year());
        (first..=last).filter(|year| !self.has_year(*year)).collect()
    }

    /// The years and editions this calendar consists of, ascending: `2025:2024-11-12;2026:2025-11-04`.
    /// A stored deadline carries it, so that those computed from other data can be found.
    #[must_use]
    pub fn edition(&self) -> String {
        let parts: Vec<String> =
            self.years.iter().map(|(year, data)| format!("{year}:{}", data.file.edition)).collect();
        parts.join(";")
    }

    /// The days that would be read differently if `file` were added, ascending.
    #[must_use]
    pub fn diff(&self, file: &YearFile) -> Vec<DayChange> {
        let mut days: BTreeSet<NaiveDate> = file.holidays.iter().chain(&file.worked).copied().collect();
        if let Some(known) = self.file(file.year) {
            days.extend(known.holidays.iter().chain(&known.worked));
        }
        days.into_iter()
            .map(|day| DayChange { day, before: self.meaning(day), after: meaning_in(file, day) })
            .filter(|change| change.before != change.after)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn every_built_in_file_is_read_and_names_its_notice() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.years().collect::<Vec<_>>(), [2023, 2024, 2025, 2026]);
        assert_eq!(calendar.edition(), "2023:2022-12-08;2024:2023-10-25;2025:2024-11-12;2026:2025-11-04");
        for year in 2023..=2026 {
            assert!(calendar.file(year).expect("a file").source.contains("国办发明电"), "{year}");
        }
    }

    /// Working days of a year are public knowledge: weekdays − holidays on weekdays + make-up days.
    #[test]
    fn the_built_in_years_have_as_many_working_days_as_the_notices_leave() {
        let calendar = Calendar::built_in();
        for (year, count) in [(2023, 249), (2024, 251), (2025, 248), (2026, 248)] {
            let first = NaiveDate::from_ymd_opt(year, 1, 1).expect("a date");
            let found = first.iter_days().take_while(|d| d.year() == year).filter(|d| calendar.is_working(*d)).count();
            assert_eq!(found, count, "{year}");
        }
    }

    #[test]
    fn holidays_and_make_up_days_are_told_from_plain_ones() {
        let calendar = Calendar::built_in();
        for (text, meaning) in [
            ("2024-02-09", DayMeaning::Weekday),
            ("2024-02-04", DayMeaning::MakeUp),
            ("2025-10-08", DayMeaning::Holiday),
            ("2026-02-14", DayMeaning::MakeUp),
            ("2026-02-15", DayMeaning::Holiday),
            ("2026-02-23", DayMeaning::Holiday),
            ("2026-02-24", DayMeaning::Weekday),
            ("2026-11-22", DayMeaning::Weekend),
            ("2027-10-01", DayMeaning::Weekday),
        ] {
            assert_eq!(calendar.meaning(day(text)), meaning, "{text}");
            assert_eq!(calendar.is_working(day(text)), meaning.is_working(), "{text}");
        }
    }

    #[test]
    fn the_last_working_day_before_spring_festival_leads_over_it() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.next_working(day("2026-02-13")), day("2026-02-14"));
        assert_eq!(calendar.next_working(day("2026-02-14")), day("2026-02-24"));
        assert_eq!(calendar.working_on_or_after(day("2026-02-14")), day("2026-02-14"));
        assert_eq!(calendar.working_on_or_after(day("2026-02-15")), day("2026-02-24"));
        assert_eq!(calendar.nth_working_after(day("2026-02-14"), 3), day("2026-02-26"));
        assert_eq!(calendar.nth_working_after(day("2026-02-15"), 0), day("2026-02-15"));
    }

    #[test]
    fn years_without_a_file_are_named() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.assumed_years(day("2026-12-30"), day("2027-01-05")), [2027]);
        assert_eq!(calendar.assumed_years(day("2027-01-05"), day("2026-12-30")), [2027]);
        assert_eq!(calendar.assumed_years(day("2026-01-01"), day("2026-12-31")), [0; 0]);
        assert_eq!(calendar.assumed_years(day("2022-12-31"), day("2023-01-01")), [2022]);
    }

    #[test]
    fn a_year_file_lists_what_it_would_change() {
        let text = "year = 2027\nedition = \"2026-11-10\"\nsource = \"synthetic\"\n\
                    holidays = [\"2027-01-01..2027-01-02\"]\nworked = [\"2027-01-03\"]";
        let file = YearFile::parse(text).expect("a year file");
        let mut calendar = Calendar::built_in();
        let changes = calendar.diff(&file);
        let seen: Vec<_> = changes.iter().map(|c| (c.before, c.after, c.moves_deadlines())).collect();
        assert_eq!(
            seen,
            [
                (DayMeaning::Weekday, DayMeaning::Holiday, true),
                (DayMeaning::Weekend, DayMeaning::Holiday, false),
                (DayMeaning::Weekend, DayMeaning::MakeUp, true),
            ]
        );
        calendar = Calendar::new(vec![file.clone()]);
        assert_eq!(calendar.diff(&file), []);
        // A later file of the same year that drops a holiday changes that day back.
        let later = YearFile { holidays: vec![day("2027-01-01")], ..file };
        assert_eq!(calendar.diff(&later).iter().map(|c| c.day).collect::<Vec<_>>(), [day("2027-01-02")]);
    }

    #[test]
    fn of_two_files_for_one_year_the_later_counts() {
        let file = |edition: &str, holidays| YearFile {
            year: 2027,
            edition: edition.to_owned(),
            source: "synthetic".to_owned(),
            holidays,
            worked: Vec::new(),
        };
        let both = Calendar::new(vec![file("a", vec![day("2027-03-01")]), file("b", Vec::new())]);
        assert_eq!(both.edition(), "2027:b");
        assert!(both.is_working(day("2027-03-01")));
    }

    #[test]
    fn the_end_of_time_does_not_panic() {
        let calendar = Calendar::built_in();
        assert_eq!(calendar.next_working(NaiveDate::MAX), NaiveDate::MAX);
        assert_eq!(calendar.nth_working_after(NaiveDate::MAX, 5), NaiveDate::MAX);
    }
}
