//! What a day is, and what it would become under another year file.

use chrono::{Datelike, NaiveDate, Weekday};

use super::YearFile;

/// What a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayMeaning {
    /// Monday to Friday, nothing special.
    Weekday,
    /// Saturday or Sunday, nothing special.
    Weekend,
    /// Named a holiday, whatever day of the week it is.
    Holiday,
    /// A Saturday or Sunday that is worked (调休上班).
    MakeUp,
}

impl DayMeaning {
    /// Whether the desk's working-day clocks count such a day.
    #[must_use]
    pub const fn is_working(self) -> bool {
        matches!(self, DayMeaning::Weekday | DayMeaning::MakeUp)
    }
}

/// A day that would be read differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayChange {
    /// The day.
    pub day: NaiveDate,
    /// What it is now.
    pub before: DayMeaning,
    /// What it would be.
    pub after: DayMeaning,
}

impl DayChange {
    /// Whether deadlines can move by it (a Saturday that becomes a named holiday moves none).
    #[must_use]
    pub const fn moves_deadlines(&self) -> bool {
        self.before.is_working() != self.after.is_working()
    }
}

/// What a day is, as far as the day of the week tells.
pub(super) fn plain_meaning(day: NaiveDate) -> DayMeaning {
    if is_weekend(day) { DayMeaning::Weekend } else { DayMeaning::Weekday }
}

/// What a day is by its year's file.
pub(super) fn meaning_in(file: &YearFile, day: NaiveDate) -> DayMeaning {
    if file.holidays.contains(&day) {
        DayMeaning::Holiday
    } else if file.worked.contains(&day) {
        DayMeaning::MakeUp
    } else {
        plain_meaning(day)
    }
}

/// Saturday or Sunday.
pub(super) fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}
