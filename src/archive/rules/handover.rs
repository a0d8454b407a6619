//! Who may hand a day over to whom, and when a day can be sealed.

use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::settings::Settings;
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use chrono::{NaiveDate, NaiveTime};

/// The moment the numbers of a day are of: its cutoff, as the setting stood when the day began.
pub fn as_of(settings: &Settings, day: NaiveDate) -> i64 {
    settings.cutoff(clock::moment_on(day, NaiveTime::MIN)).at(day)
}

/// A seal that still waits for somebody to take over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untaken {
    /// The sealed day.
    pub day: NaiveDate,
    /// Who sealed it alone.
    pub sealed_by: i64,
}

/// What decides about sealing a day.
#[derive(Clone, Debug)]
pub struct HandOver<'a> {
    /// The day.
    pub day: NaiveDate,
    /// The moment of sealing.
    pub now: i64,
    /// The cutoff of the day.
    pub as_of: i64,
    /// Who hands over.
    pub giver: i64,
    /// Who takes over; nobody: signed alone.
    pub taker: Option<i64>,
    /// The oldest day of work that is not sealed.
    pub oldest: Option<NaiveDate>,
    /// Seals nobody has taken over.
    pub untaken: &'a [Untaken],
    /// Codes of files that are carried over without a reason.
    pub unexplained: &'a [String],
}

/// How many codes a finding names.
const NAMED: usize = 3;

/// What stands against sealing the day.
pub fn judge(case: &HandOver<'_>) -> Findings {
    let mut found = Findings::new();
    let day = Arg::ShortDay(case.day);
    match case.oldest {
        None => found.push(Finding::block("sealed", None, phrase!(W::SealAlready, day))),
        Some(oldest) if case.day < oldest => {
            found.push(Finding::block("sealed", None, phrase!(W::SealAlready, day)));
        }
        Some(oldest) if case.day > oldest => {
            found.push(Finding::block("order", None, phrase!(W::SealOrder, Arg::ShortDay(oldest), day)));
        }
        Some(_) if case.now < case.as_of => {
            found.push(Finding::block("early", None, phrase!(W::SealEarly, day, Arg::Moment(case.as_of))));
        }
        Some(_) => {}
    }
    if case.taker == Some(case.giver) {
        found.push(Finding::block("same_person", None, W::SealSamePerson));
    }
    if let Some(first) = case.untaken.iter().find(|seal| seal.sealed_by != case.giver) {
        found.push(Finding::block("untaken", None, phrase!(W::SealTakeFirst, Arg::ShortDay(first.day))));
    }
    if !case.unexplained.is_empty() {
        let all = i64::try_from(case.unexplained.len()).unwrap_or(i64::MAX);
        let named = Arg::list(case.unexplained.iter().take(NAMED).map(String::as_str));
        found.push(Finding::block("reason", None, phrase!(W::SealUnexplained, all, named)));
    }
    found
}

/// What is wrong with a reason, a correction, a note: it must be there and clean.
pub fn text_findings(typed: &str, field: &'static str) -> Findings {
    let mut found = Findings::new();
    if text::fold(typed).is_empty() {
        found.push(Finding::block("text_missing", field, W::SealTextMissing));
    }
    if text::outside_text_problem(typed).is_some() {
        found.push(Finding::block("text", field, W::SealTextBad));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(change: impl FnOnce(&mut HandOver<'_>)) -> String {
        let day: NaiveDate = "2026-11-23".parse().unwrap();
        let as_of = as_of(&Settings::default(), day);
        let mut case = HandOver {
            day,
            now: as_of,
            as_of,
            giver: 8,
            taker: Some(3),
            oldest: Some(day),
            untaken: &[],
            unexplained: &[],
        };
        change(&mut case);
        judge(&case).codes()
    }

    #[test]
    fn a_day_is_sealed_from_its_cutoff_on_in_the_order_of_days_by_two_persons() {
        assert_eq!(codes(|_| {}), "");
        assert_eq!(codes(|c| c.taker = None), "");
        assert_eq!(codes(|c| c.now -= 1), "early");
        assert_eq!(codes(|c| c.taker = Some(8)), "same_person");
        assert_eq!(codes(|c| c.oldest = c.day.pred_opt()), "order");
        assert_eq!(codes(|c| c.oldest = c.day.succ_opt()), "sealed");
        assert_eq!(codes(|c| c.oldest = None), "sealed");
        let reasons = ["126".to_owned()];
        let mut found = String::new();
        let day: NaiveDate = "2026-11-20".parse().unwrap();
        for by in [8, 3] {
            let untaken = [Untaken { day, sealed_by: by }];
            let base = HandOver {
                day,
                now: i64::MAX,
                as_of: 0,
                giver: 8,
                taker: None,
                oldest: Some(day),
                untaken: &untaken,
                unexplained: &reasons,
            };
            found = judge(&base).codes();
            assert_eq!(found.contains("untaken"), by == 3, "who was alone yesterday may be alone again");
        }
        assert!(found.contains("reason"));
    }
}
