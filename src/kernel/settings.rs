//! Control settings: dated values that decide deadlines, limits and rights.
//!
//! A rule uses the value in force at the fact's moment, so every lookup names one.

use super::calendar::Cutoff;
use super::clock;
use super::money::Fen;
use chrono::NaiveTime;
use std::collections::BTreeMap;

/// What a setting's text must look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A time of day, `16:00`.
    Time,
    /// A whole number between the two bounds, inclusive.
    Number(i64, i64),
    /// An amount in yuan, at least zero.
    Money,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Line codes divided by commas; may be empty.
    Lines,
}

/// One control setting: its key in store and config, its shape and the value a new store starts with.
#[derive(Clone, Copy, Debug)]
pub struct Definition {
    /// Stable key.
    pub key: &'static str,
    /// Shape of the value.
    pub shape: Shape,
    /// Value when nobody has set one.
    pub default: &'static str,
}

/// Cutoff of the batch day (report: 16:00).
pub const CUTOFF: &str = "archive.cutoff";
/// Working days from the clock day to the archive deadline (report: three).
pub const ARCHIVE_DAYS: &str = "archive.working_days";
/// What starts the archive clock: `receipt` or `closed`.
pub const ARCHIVE_CLOCK: &str = "archive.clock";
/// Hours of a small case from complete papers to sign-off (report: 24).
pub const SMALL_HOURS: &str = "limit.small_hours";
/// Hours of a large case (report: 72).
pub const LARGE_HOURS: &str = "limit.large_hours";
/// From this amount on a case is large.
pub const LARGE_FROM: &str = "limit.large_from";
/// From this payable on, minutes of a consultation are needed before step 5.
pub const MINUTES_FROM: &str = "minutes.from";
/// Lines whose assessor, verifier, adjuster and approver are four persons; `default` follows the line's own mark.
pub const THREE_LEVEL: &str = "review.three_level_lines";
/// End of a statutory day.
pub const DAY_END: &str = "statutory.day_end";
/// Fewest digits of a PIN.
pub const PIN_DIGITS: &str = "pin.min_digits";
/// Minutes without a key until personal data is hidden.
pub const IDLE_HIDE: &str = "idle.hide_minutes";
/// Minutes without a key until the desk locks.
pub const IDLE_LOCK: &str = "idle.lock_minutes";
/// A remaining time of up to so many hours is marked "soon" on the list.
pub const SOON_HOURS: &str = "list.soon_hours";
/// Cash above this amount needs a leader's override (现金管理暂行条例 5–6).
pub const CASH_CEILING: &str = "payment.cash_ceiling";
/// Instructions above this amount are reviewed by a second person.
pub const REVIEW_ABOVE: &str = "payment.review_above";
/// Days in which the same account and amount for one accident or plate is looked at as a duplicate.
pub const GUARD_DAYS: &str = "payment.guard_days";
/// From this sum to one payee over an accident's cases, copies of identity documents are kept.
pub const IDENTITY_FROM: &str = "payment.identity_from";
/// Share in percent of first-offered accounts that are at banks with an open channel.
pub const COVERAGE_GOAL: &str = "payment.coverage_goal";
/// Vain attempts after which a letter is suggested.
pub const VAIN_ATTEMPTS: &str = "notify.vain_attempts";
/// Days within which those vain attempts fall.
pub const VAIN_DAYS: &str = "notify.vain_days";
/// Minutes from an inquiry to its first answer (report: three).
pub const ANSWER_MINUTES: &str = "inquiry.answer_minutes";
/// Hours from an inquiry to its resolution (report: 24).
pub const RESOLVE_HOURS: &str = "inquiry.resolve_hours";
/// Days from a complaint to the decision on a plain one.
pub const COMPLAINT_DAYS: &str = "inquiry.complaint_days";
/// Days from a complaint to the decision on a difficult one.
pub const COMPLAINT_LONG_DAYS: &str = "inquiry.complaint_long_days";
/// Working days after which an unconfirmed issue of forms lapses back.
pub const ISSUE_LAPSE: &str = "forms.issue_lapse_days";
/// Files after which an archive box is full.
pub const BOX_FULL: &str = "box.full_at";
/// Minutes from a find-request to the scan of the file (report: five).
pub const FIND_GOAL: &str = "find.goal_minutes";
/// Working days a file is lent for when nothing else is agreed.
pub const LOAN_DAYS: &str = "loan.days";
/// Lines whose contracts run for more than a year: their files are kept ten years from the contract's end, not five
/// (保险法 87).
pub const RETENTION_LONG: &str = "retention.long_lines";
/// Share in percent of the files that a weekly spot check looks at (report: at least 30).
pub const SPOT_RATE: &str = "spot.rate_percent";
/// Minutes before the cutoff at which those who hold due files are reminded first.
pub const REMIND_FIRST: &str = "remind.first_minutes";
/// The same for the second time.
pub const REMIND_SECOND: &str = "remind.second_minutes";

/// Every control setting.
pub const DEFINITIONS: &[Definition] = &[
    Definition { key: CUTOFF, shape: Shape::Time, default: "16:00" },
    Definition { key: ARCHIVE_DAYS, shape: Shape::Number(1, 30), default: "3" },
    Definition { key: ARCHIVE_CLOCK, shape: Shape::OneOf(&["receipt", "closed"]), default: "receipt" },
    Definition { key: SMALL_HOURS, shape: Shape::Number(1, 720), default: "24" },
    Definition { key: LARGE_HOURS, shape: Shape::Number(1, 720), default: "72" },
    Definition { key: LARGE_FROM, shape: Shape::Money, default: "5000.00" },
    Definition { key: MINUTES_FROM, shape: Shape::Money, default: "100000.00" },
    Definition { key: THREE_LEVEL, shape: Shape::Lines, default: "default" },
    Definition { key: DAY_END, shape: Shape::Time, default: "17:30" },
    Definition { key: PIN_DIGITS, shape: Shape::Number(6, 32), default: "6" },
    Definition { key: IDLE_HIDE, shape: Shape::Number(1, 240), default: "5" },
    Definition { key: IDLE_LOCK, shape: Shape::Number(1, 480), default: "15" },
    Definition { key: CASH_CEILING, shape: Shape::Money, default: "1000.00" },
    Definition { key: REVIEW_ABOVE, shape: Shape::Money, default: "50000.00" },
    Definition { key: GUARD_DAYS, shape: Shape::Number(0, 365), default: "30" },
    Definition { key: IDENTITY_FROM, shape: Shape::Money, default: "10000.00" },
    Definition { key: COVERAGE_GOAL, shape: Shape::Number(1, 100), default: "95" },
    Definition { key: VAIN_ATTEMPTS, shape: Shape::Number(1, 20), default: "3" },
    Definition { key: VAIN_DAYS, shape: Shape::Number(1, 30), default: "2" },
    Definition { key: ANSWER_MINUTES, shape: Shape::Number(1, 120), default: "3" },
    Definition { key: RESOLVE_HOURS, shape: Shape::Number(1, 720), default: "24" },
    Definition { key: COMPLAINT_DAYS, shape: Shape::Number(1, 90), default: "15" },
    Definition { key: COMPLAINT_LONG_DAYS, shape: Shape::Number(1, 180), default: "30" },
    Definition { key: ISSUE_LAPSE, shape: Shape::Number(1, 30), default: "2" },
    Definition { key: BOX_FULL, shape: Shape::Number(1, 999), default: "51" },
    Definition { key: FIND_GOAL, shape: Shape::Number(1, 240), default: "5" },
    Definition { key: LOAN_DAYS, shape: Shape::Number(1, 90), default: "5" },
    Definition { key: RETENTION_LONG, shape: Shape::Lines, default: "" },
    Definition { key: SPOT_RATE, shape: Shape::Number(30, 100), default: "30" },
    Definition { key: REMIND_FIRST, shape: Shape::Number(1, 480), default: "60" },
    Definition { key: REMIND_SECOND, shape: Shape::Number(1, 240), default: "15" },
    Definition { key: SOON_HOURS, shape: Shape::Number(1, 72), default: "2" },
];

/// The definition with this key.
pub fn definition(key: &str) -> Option<&'static Definition> {
    DEFINITIONS.iter().find(|d| d.key == key)
}

impl Shape {
    /// Whether a text is a right value of this shape.
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Shape::Time => parse_clock_time(text).is_some(),
            Shape::Number(low, high) => text.parse::<i64>().is_ok_and(|n| (low..=high).contains(&n)),
            Shape::Money => Fen::parse(text).is_ok(),
            Shape::OneOf(words) => words.contains(&text),
            Shape::Lines => {
                text.split(',').all(|part| part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            }
        }
    }
}

/// Reads `16:00` or `16:00:00`.
pub fn parse_clock_time(text: &str) -> Option<NaiveTime> {
    NaiveTime::parse_from_str(text, "%H:%M").or_else(|_| NaiveTime::parse_from_str(text, "%H:%M:%S")).ok()
}

/// One dated value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// In force from this moment on.
    pub from_at: i64,
    /// The value as text.
    pub value: String,
}

/// All values of all settings through time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    history: BTreeMap<String, Vec<Dated>>,
}

impl Settings {
    /// Builds from rows ordered by (from_at, id) within each key; of two with one moment the later row wins.
    pub fn new(rows: impl IntoIterator<Item = (String, Dated)>) -> Settings {
        let mut history: BTreeMap<String, Vec<Dated>> = BTreeMap::new();
        for (key, dated) in rows {
            history.entry(key).or_default().push(dated);
        }
        Settings { history }
    }

    /// The text in force at a moment; before the first row, the default: a later change never reaches back.
    pub fn text(&self, key: &str, at: i64) -> &str {
        let fallback = || definition(key).map_or("", |d| d.default);
        let Some(rows) = self.history.get(key) else { return fallback() };
        rows.iter().rev().find(|d| d.from_at <= at).map_or_else(fallback, |d| d.value.as_str())
    }

    /// Values that come into force after a moment: key, when, value.
    pub fn upcoming(&self, at: i64) -> impl Iterator<Item = (&str, &Dated)> {
        self.history
            .iter()
            .flat_map(move |(key, rows)| rows.iter().filter(move |d| d.from_at > at).map(move |d| (key.as_str(), d)))
    }

    /// A whole number in force at a moment.
    pub fn number(&self, key: &str, at: i64) -> i64 {
        let default = || definition(key).and_then(|d| d.default.parse().ok()).unwrap_or(0);
        self.text(key, at).parse().unwrap_or_else(|_| default())
    }

    /// An amount in force at a moment.
    pub fn money(&self, key: &str, at: i64) -> Fen {
        Fen::parse(self.text(key, at)).unwrap_or_default()
    }

    /// A time of day in force at a moment.
    pub fn time(&self, key: &str, at: i64) -> NaiveTime {
        parse_clock_time(self.text(key, at)).unwrap_or(NaiveTime::MIN)
    }

    /// The cutoff rule in force at a moment.
    pub fn cutoff(&self, at: i64) -> Cutoff {
        Cutoff { zone: clock::zone(), time: self.time(CUTOFF, at) }
    }

    /// Whether the archive clock starts with the receipt (else with the closing).
    pub fn clock_starts_with_receipt(&self, at: i64) -> bool {
        self.text(ARCHIVE_CLOCK, at) == "receipt"
    }

    /// Years a file of a line is kept from the end of its contract: ten where contracts run for more than a year, else
    /// five (保险法 87).
    pub fn retention_years(&self, line: &str, at: i64) -> i64 {
        if self.text(RETENTION_LONG, at).split(',').any(|code| code == line) { 10 } else { 5 }
    }

    /// Whether a line needs four different persons, given the line's own mark.
    pub fn three_level(&self, line: &str, marked: bool, at: i64) -> bool {
        match self.text(THREE_LEVEL, at) {
            "default" => marked,
            listed => listed.split(',').any(|code| code == line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_in_force_is_the_one_of_the_moment() {
        let dated = |from_at, value: &str| (SMALL_HOURS.to_owned(), Dated { from_at, value: value.to_owned() });
        let settings = Settings::new([dated(100, "20"), dated(200, "12"), dated(200, "10")]);
        assert_eq!(settings.number(SMALL_HOURS, 99), 24, "a change does not reach back");
        assert_eq!(settings.number(SMALL_HOURS, 199), 20);
        assert_eq!(settings.number(SMALL_HOURS, 200), 10);
        assert_eq!(settings.number(LARGE_HOURS, 0), 72);
        assert_eq!(settings.upcoming(150).count(), 2);
    }

    #[test]
    fn every_default_has_its_own_shape() {
        for d in DEFINITIONS {
            assert!(d.shape.accepts(d.default), "{}", d.key);
        }
        assert!(!Shape::Time.accepts("24:00") && !Shape::Number(1, 3).accepts("4") && !Shape::Money.accepts("-1"));
    }

    #[test]
    fn three_level_follows_the_line_unless_listed() {
        let settings = Settings::default();
        assert!(settings.three_level("motor", true, 0));
        let listed = Settings::new([(THREE_LEVEL.to_owned(), Dated { from_at: 0, value: "a,b".to_owned() })]);
        assert!(!listed.three_level("motor", true, 0) && listed.three_level("b", false, 0));
    }
}
