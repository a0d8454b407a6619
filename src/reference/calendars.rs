//! Year files of the working-day calendar in words: what is wrong with one, what it changes, the year at a glance.

use super::rulebook::Rulebook;
use crate::kernel::calendar::{Calendar, CalendarError, DayChange, DayMeaning, YearFile};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::phrase;
use chrono::{Datelike, NaiveDate, Weekday};

/// What is wrong with a year file, in words.
pub fn error_words(error: &CalendarError) -> Phrase {
    match error {
        CalendarError::NotToml { line, message } => {
            phrase!(W::ReferenceFileNotToml, i64::try_from(*line).unwrap_or(0), message.clone())
        }
        CalendarError::Missing { key } => phrase!(W::ReferenceFileMissing, *key),
        CalendarError::Unknown { key } => phrase!(W::ReferenceFileUnknown, key.clone()),
        CalendarError::WrongValue { key } => phrase!(W::ReferenceFileWrongValue, *key),
        CalendarError::NotADay { text } => phrase!(W::ReferenceFileNotADay, text.clone()),
        CalendarError::OutsideYear { day, year } => phrase!(W::ReferenceFileOutside, *day, i64::from(*year)),
        CalendarError::Duplicate { day } => phrase!(W::ReferenceFileTwice, *day),
        CalendarError::Both { day } => phrase!(W::ReferenceFileBoth, *day),
        CalendarError::WorkedWeekday { day } => phrase!(W::ReferenceFileWorkedWeekday, *day),
    }
}

/// The word for what a day is.
pub fn meaning_word(meaning: DayMeaning) -> W {
    match meaning {
        DayMeaning::Weekday => W::ReferenceDayWeekday,
        DayMeaning::Weekend => W::ReferenceDayWeekend,
        DayMeaning::Holiday => W::ReferenceDayHoliday,
        DayMeaning::MakeUp => W::ReferenceDayMakeUp,
    }
}

/// The word for a day of the week.
pub fn weekday_word(day: NaiveDate) -> W {
    match day.weekday() {
        Weekday::Mon => W::ReferenceWeekMon,
        Weekday::Tue => W::ReferenceWeekTue,
        Weekday::Wed => W::ReferenceWeekWed,
        Weekday::Thu => W::ReferenceWeekThu,
        Weekday::Fri => W::ReferenceWeekFri,
        Weekday::Sat => W::ReferenceWeekSat,
        Weekday::Sun => W::ReferenceWeekSun,
    }
}

/// One day a file reads differently, in words.
pub fn change_words(change: &DayChange) -> Phrase {
    phrase!(
        W::ReferenceChange,
        change.day,
        weekday_word(change.day),
        meaning_word(change.before),
        meaning_word(change.after)
    )
}

/// How a file stands to the calendar it would join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its year, edition and days are in force already.
    Known,
    /// Its edition is in force with other days: one of the two is wrong.
    SameEditionOtherDays,
    /// It brings a year the calendar has not, or another edition of one it has.
    New,
}

/// How a file stands to a calendar.
pub fn standing(calendar: &Calendar, file: &YearFile) -> Standing {
    match calendar.file(file.year) {
        Some(known) if known.edition != file.edition => Standing::New,
        Some(known) if known.holidays == file.holidays && known.worked == file.worked => Standing::Known,
        Some(_) => Standing::SameEditionOtherDays,
        None => Standing::New,
    }
}

/// Runs of days as a list: `2026-02-15 - 02-23` for more than one.
fn runs(days: &[NaiveDate]) -> Arg {
    let mut found: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in days {
        match found.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(*day) => *last = *day,
            _ => found.push((*day, *day)),
        }
    }
    if found.is_empty() {
        return Arg::Word(W::ReferenceNone);
    }
    Arg::List(
        found
            .into_iter()
            .map(|(first, last)| {
                if first == last {
                    Arg::ShortDay(first)
                } else {
                    phrase!(W::ReferenceRange, Arg::ShortDay(first), Arg::ShortDay(last)).into()
                }
            })
            .collect(),
    )
}

/// One year as lines of text: source, edition, days off, days worked; or that weekends are assumed.
pub fn year_lines(calendar: &Calendar, year: i32, lang: Lang) -> Vec<String> {
    let number = i64::from(year);
    let Some(file) = calendar.file(year) else {
        return vec![phrase!(W::ReferenceYearAssumed, number).say(lang)];
    };
    let count = working_days(calendar, year);
    [
        phrase!(W::ReferenceYearHead, number, file.edition.clone(), count),
        phrase!(W::ReferenceYearSource, file.source.clone()),
        phrase!(W::ReferenceYearHolidays, runs(&file.holidays)),
        phrase!(W::ReferenceYearWorked, runs(&file.worked)),
    ]
    .iter()
    .map(|line| line.say(lang))
    .collect()
}

/// How many working days a year has.
pub fn working_days(calendar: &Calendar, year: i32) -> i64 {
    let first = NaiveDate::from_ymd_opt(year, 1, 1);
    let days = first.into_iter().flat_map(|day| day.iter_days()).take_while(|d| d.year() == year);
    i64::try_from(days.filter(|d| calendar.is_working(*d)).count()).unwrap_or(0)
}

/// The years to show: those with a file, and those a deadline of this year may reach.
pub fn years(rules: &Rulebook, today: NaiveDate) -> Vec<i32> {
    let mut years: Vec<i32> = rules.calendar.years().collect();
    years.extend([today.year(), today.year() + 1]);
    years.sort_unstable();
    years.dedup();
    years
}
