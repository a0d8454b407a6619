//! The words of the control settings: name, explanation and value as a clerk reads them.

use crate::kernel::money::Fen;
use crate::kernel::settings as keys;
use crate::kernel::settings::{Definition, Shape};
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::phrase;
use crate::reference::rulebook::Rulebook;

/// Name, explanation and, for numbers, the word that puts the unit behind the value.
#[derive(Clone, Copy, Debug)]
pub struct SettingWords {
    /// Name of the setting.
    pub name: W,
    /// What it decides.
    pub about: W,
    /// `{0} 小时` …; none where the value speaks for itself.
    pub unit: Option<W>,
}

/// The words of a setting; none for an unknown key.
pub fn of(key: &str) -> Option<SettingWords> {
    let (name, about, unit) = match key {
        keys::CUTOFF => (W::OfficeSettingCutoff, W::OfficeSettingCutoffAbout, None),
        keys::ARCHIVE_DAYS => {
            (W::OfficeSettingArchiveDays, W::OfficeSettingArchiveDaysAbout, Some(W::OfficeUnitWorkingDays))
        }
        keys::ARCHIVE_CLOCK => (W::OfficeSettingArchiveClock, W::OfficeSettingArchiveClockAbout, None),
        keys::SMALL_HOURS => (W::OfficeSettingSmallHours, W::OfficeSettingSmallHoursAbout, Some(W::OfficeUnitHours)),
        keys::LARGE_HOURS => (W::OfficeSettingLargeHours, W::OfficeSettingLargeHoursAbout, Some(W::OfficeUnitHours)),
        keys::LARGE_FROM => (W::OfficeSettingLargeFrom, W::OfficeSettingLargeFromAbout, Some(W::OfficeUnitYuan)),
        keys::MINUTES_FROM => (W::OfficeSettingMinutesFrom, W::OfficeSettingMinutesFromAbout, Some(W::OfficeUnitYuan)),
        keys::THREE_LEVEL => (W::OfficeSettingThreeLevel, W::OfficeSettingThreeLevelAbout, None),
        keys::DAY_END => (W::OfficeSettingDayEnd, W::OfficeSettingDayEndAbout, None),
        keys::PIN_DIGITS => (W::OfficeSettingPinDigits, W::OfficeSettingPinDigitsAbout, Some(W::OfficeUnitDigits)),
        keys::IDLE_HIDE => (W::OfficeSettingIdleHide, W::OfficeSettingIdleHideAbout, Some(W::OfficeUnitMinutes)),
        keys::IDLE_LOCK => (W::OfficeSettingIdleLock, W::OfficeSettingIdleLockAbout, Some(W::OfficeUnitMinutes)),
        keys::CASH_CEILING => (W::OfficeSettingCashCeiling, W::OfficeSettingCashCeilingAbout, Some(W::OfficeUnitYuan)),
        keys::REVIEW_ABOVE => (W::OfficeSettingReviewAbove, W::OfficeSettingReviewAboveAbout, Some(W::OfficeUnitYuan)),
        keys::GUARD_DAYS => (W::OfficeSettingGuardDays, W::OfficeSettingGuardDaysAbout, Some(W::OfficeUnitDays)),
        keys::IDENTITY_FROM => {
            (W::OfficeSettingIdentityFrom, W::OfficeSettingIdentityFromAbout, Some(W::OfficeUnitYuan))
        }
        keys::COVERAGE_GOAL => {
            (W::OfficeSettingCoverageGoal, W::OfficeSettingCoverageGoalAbout, Some(W::OfficeUnitPercent))
        }
        keys::VAIN_ATTEMPTS => {
            (W::OfficeSettingVainAttempts, W::OfficeSettingVainAttemptsAbout, Some(W::OfficeUnitTimes))
        }
        keys::VAIN_DAYS => (W::OfficeSettingVainDays, W::OfficeSettingVainDaysAbout, Some(W::OfficeUnitDays)),
        keys::ANSWER_MINUTES => {
            (W::OfficeSettingAnswerMinutes, W::OfficeSettingAnswerMinutesAbout, Some(W::OfficeUnitMinutes))
        }
        keys::RESOLVE_HOURS => {
            (W::OfficeSettingResolveHours, W::OfficeSettingResolveHoursAbout, Some(W::OfficeUnitHours))
        }
        keys::COMPLAINT_DAYS => {
            (W::OfficeSettingComplaintDays, W::OfficeSettingComplaintDaysAbout, Some(W::OfficeUnitDays))
        }
        keys::COMPLAINT_LONG_DAYS => {
            (W::OfficeSettingComplaintLongDays, W::OfficeSettingComplaintLongDaysAbout, Some(W::OfficeUnitDays))
        }
        keys::ISSUE_LAPSE => {
            (W::OfficeSettingIssueLapse, W::OfficeSettingIssueLapseAbout, Some(W::OfficeUnitWorkingDays))
        }
        keys::BOX_FULL => (W::OfficeSettingBoxFull, W::OfficeSettingBoxFullAbout, Some(W::OfficeUnitFiles)),
        keys::FIND_GOAL => (W::OfficeSettingFindGoal, W::OfficeSettingFindGoalAbout, Some(W::OfficeUnitMinutes)),
        keys::LOAN_DAYS => (W::OfficeSettingLoanDays, W::OfficeSettingLoanDaysAbout, Some(W::OfficeUnitWorkingDays)),
        keys::RETENTION_LONG => (W::OfficeSettingRetentionLong, W::OfficeSettingRetentionLongAbout, None),
        keys::SPOT_RATE => (W::OfficeSettingSpotRate, W::OfficeSettingSpotRateAbout, Some(W::OfficeUnitPercent)),
        keys::REMIND_FIRST => {
            (W::OfficeSettingRemindFirst, W::OfficeSettingRemindFirstAbout, Some(W::OfficeUnitMinutes))
        }
        keys::REMIND_SECOND => {
            (W::OfficeSettingRemindSecond, W::OfficeSettingRemindSecondAbout, Some(W::OfficeUnitMinutes))
        }
        keys::SOON_HOURS => (W::OfficeSettingSoonHours, W::OfficeSettingSoonHoursAbout, Some(W::OfficeUnitHours)),
        _ => return None,
    };
    Some(SettingWords { name, about, unit })
}

/// A stored value as it is shown.
pub fn value(definition: &Definition, value: &str, rules: &Rulebook, lang: Lang) -> String {
    let shown = match (definition.shape, value) {
        (Shape::Money, _) => Arg::Money(Fen::parse(value).unwrap_or_default().fen()),
        (Shape::OneOf(_), "receipt") => Arg::Word(W::OfficeSettingClockReceipt),
        (Shape::OneOf(_), "closed") => Arg::Word(W::OfficeSettingClockClosed),
        (Shape::Lines, "default") => Arg::Word(W::OfficeSettingLinesDefault),
        (Shape::Lines, "") => Arg::Word(W::OfficeSettingLinesNone),
        (Shape::Lines, codes) => Arg::list(codes.split(',').map(|code| rules.line_label(code, lang))),
        (Shape::Number(..), _) => value.parse::<i64>().map_or_else(|_| Arg::from(value), Arg::Number),
        _ => Arg::from(value),
    };
    match of(definition.key).and_then(|words| words.unit) {
        Some(unit) => Phrase::new(unit, [shown]).say(lang),
        None => shown.say(lang),
    }
}

/// When a value came or comes into force, in words.
pub fn since(from_at: i64) -> Phrase {
    if from_at <= 0 {
        W::OfficeSettingSinceEver.into()
    } else {
        phrase!(W::OfficeSettingSince, Arg::MomentFull(from_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::calendar::Calendar;
    use crate::kernel::settings::{DEFINITIONS, Settings};

    #[test]
    fn every_setting_has_words_and_its_default_can_be_shown() {
        let rules = Rulebook { calendar: Calendar::default(), settings: Settings::default(), lines: Vec::new() };
        for definition in DEFINITIONS {
            let words = of(definition.key).unwrap_or_else(|| panic!("{} has no words", definition.key));
            assert_ne!(words.name.text(Lang::Zh), words.about.text(Lang::Zh));
            assert!(!value(definition, definition.default, &rules, Lang::Zh).is_empty());
            assert!(!value(definition, definition.default, &rules, Lang::En).contains("Office"));
        }
        assert!(of("no.such").is_none());
    }
}
