//! The places of the day's end and the spot check, and what their screens share.

use super::{check, draw, findings, handover, roster};
use crate::archive::{reminders, seal_lessons as lessons};
use crate::kernel::calendar::{Calendar, DayMeaning};
use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::office::rules::Right;
use crate::ui::screen::{Cx, Entry};
use chrono::{Datelike, NaiveDate, Weekday};

/// The places.
pub fn entries() -> Vec<Entry> {
    let readers = Right::ReadAll.roles();
    vec![
        Entry::place("handover", W::SealPlaceHandover, handover::open)
            .teaches(&lessons::HANDOVER)
            .only(readers)
            .reminds(reminders::remind)
            .opens_first(reminders::takes_over_first),
        Entry::place("roster", W::SealPlaceRoster, roster::open).teaches(&lessons::ROSTER).only(readers),
        Entry::place("spot-check", W::SealPlaceSpot, draw::open).teaches(&lessons::SPOT).only(readers),
        Entry::new("spot-week", W::SealPlaceCheck, check::open).teaches(&lessons::CHECK).only(readers),
        Entry::place("findings", W::SealPlaceFindings, findings::open).teaches(&lessons::FINDINGS).only(readers),
    ]
}

/// The weekday's name.
pub(super) fn weekday(day: NaiveDate) -> W {
    match day.weekday() {
        Weekday::Mon => W::ShellWeekdayMon,
        Weekday::Tue => W::ShellWeekdayTue,
        Weekday::Wed => W::ShellWeekdayWed,
        Weekday::Thu => W::ShellWeekdayThu,
        Weekday::Fri => W::ShellWeekdayFri,
        Weekday::Sat => W::ShellWeekdaySat,
        Weekday::Sun => W::ShellWeekdaySun,
    }
}

/// What a day is by the calendar.
pub(super) fn meaning(calendar: &Calendar, day: NaiveDate) -> W {
    match calendar.meaning(day) {
        DayMeaning::Weekday => W::SealDayWork,
        DayMeaning::Weekend => W::SealDayWeekend,
        DayMeaning::Holiday => W::SealDayHoliday,
        DayMeaning::MakeUp => W::SealDayMakeUp,
    }
}

/// `11-23 周一`.
pub(super) fn day_label(day: NaiveDate, lang: Lang) -> String {
    format!("{:02}-{:02} {}", day.month(), day.day(), weekday(day).text(lang))
}

/// A name from outside as it is shown: hidden at an idle desk.
pub(super) fn shown(name: &str, cx: &Cx<'_>) -> String {
    if cx.hidden { "***".to_owned() } else { text::neutralise(name).into_owned() }
}

/// The tail of a case's number, its code where it has none.
pub(super) fn tail(case_no: &str, case_code: &str) -> String {
    let number = if case_no.is_empty() { case_code } else { case_no };
    text::clip_left(&text::neutralise(number), 10)
}

/// A length as the words count.
pub(super) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
