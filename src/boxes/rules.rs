//! Which box is right for a file, how long a file is kept, when a loan is due: pure, all findings at once.

use crate::case::milestones::Milestones;
use crate::case::store::RoundNotes;
use crate::kernel::calendar::Calendar;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::settings::{self, Settings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use chrono::{Datelike, Months, NaiveDate};

/// Years a file with a payment is kept from the payment on (反洗钱法 34).
pub const PAYMENT_YEARS: i64 = 10;

/// What all files of a box share (DA/T 22): archive class, closing year of round 1, years of keeping.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BoxKey {
    /// Archive class of the line.
    pub class: String,
    /// Office year in which round 1 was closed.
    pub year: i64,
    /// Retention class: years of keeping.
    pub retention: i64,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveBox {
    /// Key in the store.
    pub id: i64,
    /// Its scan code.
    pub code: String,
    /// What its files share.
    pub key: BoxKey,
    /// Its number among the boxes of its kind, from 1.
    pub number: i64,
    /// Files after which it is full.
    pub full_at: i64,
    /// The last position given.
    pub last_ordinal: i64,
    /// Files that have their place in it.
    pub files: i64,
    /// When it was opened, UTC seconds.
    pub opened_at: i64,
    /// When it was closed by hand.
    pub closed_at: Option<i64>,
    /// The shelf it stands on.
    pub shelf_id: Option<i64>,
}

impl ArchiveBox {
    /// Has as many files as it holds.
    pub const fn full(&self) -> bool {
        self.files >= self.full_at
    }

    /// Takes further files.
    pub const fn open(&self) -> bool {
        self.closed_at.is_none() && !self.full()
    }

    /// What a clerk calls it: class, year, years of keeping, number.
    pub fn label(&self, rules: &Rulebook) -> Phrase {
        phrase!(W::BoxesLabel, class_arg(rules, &self.key.class), self.key.year, self.key.retention, self.number)
    }
}

/// The kind of box as a clerk calls it.
pub fn key_label(key: &BoxKey, rules: &Rulebook) -> Phrase {
    phrase!(W::BoxesKind, class_arg(rules, &key.class), key.year, key.retention)
}

/// Name of an archive class in both languages; its code when no line has it.
pub fn class_arg(rules: &Rulebook, class: &str) -> Arg {
    rules
        .lines
        .iter()
        .find(|line| line.class == class)
        .map_or_else(|| Arg::from(class), |line| Arg::Name(line.class_name.clone(), line.class_name_en.clone()))
}

/// What a file's box must be. `rounds` are all rounds of the case, first to last: the box year stays that of round 1,
/// and money paid in any round makes it ten years. `None` before round 1 was closed.
pub fn key_of(rules: &Rulebook, line: &str, rounds: &[(Milestones, RoundNotes)], now: i64) -> Option<BoxKey> {
    let closed_at = rounds.first().and_then(|(first, _)| first.closed_at)?;
    let class = rules.line(line).map_or(line, |line| &line.class).to_owned();
    let years = rules.settings.retention_years(line, now);
    let retention = if last_payment(rounds).is_some() { years.max(PAYMENT_YEARS) } else { years };
    Some(BoxKey { class, year: i64::from(clock::day_of(closed_at).year()), retention })
}

/// When money last went out in any round, UTC seconds.
pub fn last_payment(rounds: &[(Milestones, RoundNotes)]) -> Option<i64> {
    let paid = |m: &Milestones| m.paid_at.filter(|_| m.payable.unwrap_or_default() > Fen::ZERO);
    rounds.iter().filter_map(|(m, _)| paid(m)).max()
}

/// What is wrong with putting a file into a box.
pub fn judge_filing(found: &ArchiveBox, right: &BoxKey, rules: &Rulebook) -> Findings {
    let mut wrong = Findings::new();
    if found.key.class != right.class {
        let args = [class_arg(rules, &found.key.class), class_arg(rules, &right.class)];
        wrong.push(Finding::block("box_class", None, Phrase::new(W::BoxesWrongClass, args)));
    }
    if found.key.year != right.year {
        wrong.push(Finding::block("box_year", None, phrase!(W::BoxesWrongYear, found.key.year, right.year)));
    }
    if found.key.retention != right.retention {
        let said = phrase!(W::BoxesWrongRetention, found.key.retention, right.retention);
        wrong.push(Finding::block("box_retention", None, said));
    }
    if found.closed_at.is_some() {
        wrong.push(Finding::block("box_closed", None, W::BoxesClosedBox));
    } else if found.full() {
        wrong.push(Finding::block("box_full", None, phrase!(W::BoxesFullBox, found.files)));
    }
    wrong
}

/// Until when a file is kept at least, and why (domain §6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotBefore {
    /// Not to be destroyed before this day; nothing while neither date is known.
    pub day: Option<NaiveDate>,
    /// Contract end and the years from it.
    pub contract: Option<(NaiveDate, i64)>,
    /// Day of the last payment; ten years from it.
    pub payment: Option<NaiveDate>,
}

fn years_after(day: NaiveDate, years: i64) -> Option<NaiveDate> {
    let months = u32::try_from(years.saturating_mul(12)).ok()?;
    day.checked_add_months(Months::new(months))
}

/// The latest of contract end + the line's years and payment + 10 years.
pub fn not_before(policy_end: Option<NaiveDate>, years: i64, paid_at: Option<i64>) -> NotBefore {
    let payment = paid_at.map(clock::day_of);
    let ends =
        [policy_end.and_then(|day| years_after(day, years)), payment.and_then(|day| years_after(day, PAYMENT_YEARS))];
    NotBefore { day: ends.into_iter().flatten().max(), contract: policy_end.map(|day| (day, years)), payment }
}

impl NotBefore {
    /// The date with its reason, in words.
    pub fn say(&self) -> Phrase {
        let contract: Phrase = match self.contract {
            Some((day, years)) => phrase!(W::BoxesKeptContract, Arg::Day(day), years),
            None => W::BoxesKeptNoContract.into(),
        };
        let payment: Phrase = match self.payment {
            Some(day) => phrase!(W::BoxesKeptPayment, Arg::Day(day), PAYMENT_YEARS),
            None => W::BoxesKeptUnpaid.into(),
        };
        match self.day {
            Some(day) => phrase!(W::BoxesKept, Arg::Day(day), Arg::from(contract), Arg::from(payment)),
            None => phrase!(W::BoxesKeptUnknown, Arg::from(contract), Arg::from(payment)),
        }
    }
}

/// The day a file lent now is due back.
pub fn loan_due(calendar: &Calendar, settings: &Settings, now: i64) -> NaiveDate {
    let days = u32::try_from(settings.number(settings::LOAN_DAYS, now)).unwrap_or(1);
    calendar.nth_working_after(clock::day_of(now), days)
}

/// What is wrong with a loan: who borrows, what for, until when.
pub fn judge_loan(borrower: &str, purpose: &str, due: Option<NaiveDate>, today: NaiveDate) -> Findings {
    let mut found = Findings::new();
    for (code, value, missing) in
        [("borrower", borrower, W::BoxesBorrowerMissing), ("purpose", purpose, W::BoxesPurposeMissing)]
    {
        if text::fold(value).is_empty() {
            found.push(Finding::block(code, code, missing));
        } else if text::outside_text_problem(value).is_some() {
            found.push(Finding::block(code, code, W::BoxesText));
        }
    }
    match due {
        None => found.push(Finding::block("due", "due", W::BoxesDueMissing)),
        Some(day) if day < today => found.push(Finding::block("due", "due", W::BoxesDuePast)),
        Some(_) => {}
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::{parse_day, parse_time};
    use proptest::prelude::*;

    fn rules() -> Rulebook {
        Rulebook { calendar: Calendar::built_in(), settings: Settings::default(), lines: Vec::new() }
    }

    fn round(closed: &str, paid: Option<&str>) -> (Milestones, RoundNotes) {
        let m = Milestones {
            closed_at: parse_time(closed),
            payable: Some(Fen::from_yuan(100)),
            paid_at: paid.and_then(parse_time),
            ..Milestones::default()
        };
        (m, RoundNotes::default())
    }

    #[test]
    fn the_box_year_stays_that_of_round_one_and_a_payment_makes_it_ten_years() {
        let first = round("2026-12-31 15:00:00", None);
        let key = key_of(&rules(), "x", std::slice::from_ref(&first), 0).unwrap();
        assert_eq!((key.year, key.retention), (2026, 5));
        let again = round("2027-01-05 10:00:00", Some("2027-01-06 10:00:00"));
        let key = key_of(&rules(), "x", &[first, again], 0).unwrap();
        assert_eq!((key.year, key.retention), (2026, 10));
        assert_eq!(key_of(&rules(), "x", &[], 0), None);
    }

    #[test]
    fn every_reason_against_a_box_is_named() {
        let right = BoxKey { class: "motor".into(), year: 2026, retention: 10 };
        let mut found = ArchiveBox {
            id: 1,
            code: "2".into(),
            key: BoxKey { class: "cargo".into(), year: 2025, retention: 5 },
            number: 1,
            full_at: 51,
            last_ordinal: 51,
            files: 51,
            opened_at: 0,
            closed_at: None,
            shelf_id: None,
        };
        assert_eq!(judge_filing(&found, &right, &rules()).codes(), "box_class, box_year, box_retention, box_full");
        found.closed_at = Some(1);
        found.key = right.clone();
        assert_eq!(judge_filing(&found, &right, &rules()).codes(), "box_closed");
        (found.closed_at, found.files) = (None, 50);
        assert!(judge_filing(&found, &right, &rules()).is_empty() && found.open());
    }

    #[test]
    fn a_file_is_kept_for_the_longer_of_contract_and_payment() {
        let end = parse_day("2026-02-28");
        let paid = parse_time("2026-03-01 10:00:00");
        assert_eq!(not_before(end, 5, None).day, parse_day("2031-02-28"));
        assert_eq!(not_before(end, 5, paid).day, parse_day("2036-03-01"));
        assert_eq!(not_before(parse_day("2030-02-28"), 10, paid).day, parse_day("2040-02-28"));
        assert_eq!(not_before(parse_day("2024-02-29"), 5, None).day, parse_day("2029-02-28"), "no 29 February");
        assert_eq!(not_before(None, 5, None).day, None);
    }

    proptest! {
        #[test]
        fn a_file_is_never_kept_shorter_than_either_law_asks(end in 0_i64..20_000, paid in 0_i64..20_000, long in any::<bool>()) {
            let years = if long { 10 } else { 5 };
            let day = clock::day_of(end * 86_400);
            let kept = not_before(Some(day), years, Some(paid * 86_400)).day.unwrap();
            prop_assert!(kept >= years_after(day, years).unwrap());
            prop_assert!(kept >= years_after(clock::day_of(paid * 86_400), PAYMENT_YEARS).unwrap());
        }

        #[test]
        fn a_loan_is_due_on_a_working_day_behind_today(at in 1_700_000_000_i64..1_900_000_000) {
            let rules = rules();
            let due = loan_due(&rules.calendar, &rules.settings, at);
            prop_assert!(due > clock::day_of(at) && rules.calendar.is_working(due));
            prop_assert!(judge_loan("a", "b", Some(due), clock::day_of(at)).is_empty());
        }
    }
}
