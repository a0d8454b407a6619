//! The weekly spot check's draw (domain §6): nobody picks, and anyone can work it out again.

use crate::db::journal::sha256;
use crate::kernel::clock;
use chrono::{Datelike, Days, NaiveDate, NaiveTime, Weekday};
use std::collections::BTreeMap;
use std::fmt;

/// An ISO week, such as `2026-W48`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Week {
    monday: NaiveDate,
}

impl Week {
    /// Reads `2026-W48`; also `2026W48` and a small `w`.
    pub fn parse(text: &str) -> Option<Week> {
        let text = text.trim().to_ascii_uppercase();
        let (year, week) = text.split_once('W')?;
        let year = year.strip_suffix('-').unwrap_or(year);
        let digits = |part: &str, len: usize| part.len() == len && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(year, 4) || !digits(week, 2) {
            return None;
        }
        NaiveDate::from_isoywd_opt(year.parse().ok()?, week.parse().ok()?, Weekday::Mon).map(|monday| Week { monday })
    }

    /// The week a day lies in.
    pub fn of(day: NaiveDate) -> Week {
        let back = Days::new(u64::from(day.weekday().num_days_from_monday()));
        Week { monday: day.checked_sub_days(back).unwrap_or(day) }
    }

    /// Its Monday.
    pub fn monday(self) -> NaiveDate {
        self.monday
    }

    /// The week before.
    pub fn before(self) -> Week {
        Week { monday: self.monday.checked_sub_days(Days::new(7)).unwrap_or(self.monday) }
    }

    /// Its first second and the first second behind it, UTC.
    pub fn span(self) -> (i64, i64) {
        let next = self.monday.checked_add_days(Days::new(7)).unwrap_or(self.monday);
        (clock::moment_on(self.monday, NaiveTime::MIN), clock::moment_on(next, NaiveTime::MIN))
    }
}

impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let week = self.monday.iso_week();
        write!(f, "{:04}-W{:02}", week.year(), week.week())
    }
}

/// One file of the population.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Key of the case.
    pub case_id: i64,
    /// 一案一码, twelve digits.
    pub case_code: String,
    /// Round of the case.
    pub round: i64,
    /// Archive class, the stratum.
    pub class: String,
    /// Deadline, UTC seconds.
    pub due_at: i64,
    /// When it was filed; nothing = not yet.
    pub filed_at: Option<i64>,
}

/// The population as one text, a line per file, in the order of class, code and round.
pub fn population_text(members: &[Member]) -> String {
    let mut lines: Vec<String> = members
        .iter()
        .map(|member| {
            let filed = member.filed_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
            format!("{}|{}|{}|{}|{filed}\n", member.class, member.case_code, member.round, member.due_at)
        })
        .collect();
    lines.sort_unstable();
    lines.concat()
}

/// The hash the population is frozen with, lower-case hex.
pub fn population_hash(members: &[Member]) -> String {
    sha256(population_text(members).as_bytes())
}

/// The seed of a week: SHA-256 over the week, a bar and the head of a seal, lower-case hex.
pub fn seed(week: Week, head: &str) -> String {
    sha256(format!("{week}|{head}").as_bytes())
}

/// What the files of a class are put in order by.
fn rank(seed: &str, code: &str) -> String {
    sha256(format!("{seed}|{code}").as_bytes())
}

/// How many of a class's files are drawn: the rate in percent rounded up, at least one.
pub fn size(rate: i64, files: i64) -> i64 {
    if files <= 0 { 0 } else { ((rate * files + 99) / 100).clamp(1, files) }
}

/// A file in the order of its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The file.
    pub member: Member,
    /// Its place, from 1.
    pub place: i64,
    /// It is drawn.
    pub chosen: bool,
}

/// Puts every file of the population in the order of its class and draws the first of each, classes in their order.
pub fn order(members: &[Member], seed: &str, rate: i64) -> Vec<Placed> {
    let mut strata: BTreeMap<&str, Vec<(String, &Member)>> = BTreeMap::new();
    for member in members {
        strata.entry(&member.class).or_default().push((rank(seed, &member.case_code), member));
    }
    let mut placed = Vec::with_capacity(members.len());
    for files in strata.values_mut() {
        // Two rounds of one case have one rank; the round tells them apart.
        files.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.round.cmp(&b.1.round)));
        let drawn = size(rate, i64::try_from(files.len()).unwrap_or(i64::MAX));
        for (place, (_, member)) in (1..).zip(files.iter()) {
            placed.push(Placed { member: (*member).clone(), place, chosen: place <= drawn });
        }
    }
    placed
}

/// With how many per cent a draw of `drawn` out of `files` shows at least one of `bad` bad ones (hypergeometric).
pub fn power(files: i64, drawn: i64, bad: i64) -> i64 {
    if drawn <= 0 || bad <= 0 || files <= 0 {
        return 0;
    }
    if drawn.saturating_add(bad) > files {
        return 100;
    }
    let (mut missed, mut all) = (1_i128, 1_i128);
    for step in 0..bad {
        missed *= i128::from(files - drawn - step);
        all *= i128::from(files - step);
    }
    i64::try_from(((all - missed) * 100 + all / 2) / all).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(number: i64, class: &str) -> Member {
        Member {
            case_id: number,
            case_code: format!("126{number:09}"),
            round: 1,
            class: class.to_owned(),
            due_at: 1,
            filed_at: None,
        }
    }

    #[test]
    fn a_week_reads_and_writes() {
        let week = Week::parse("2026-W48").unwrap();
        assert_eq!((week.to_string().as_str(), week.monday().to_string().as_str()), ("2026-W48", "2026-11-23"));
        assert_eq!(Week::of("2026-11-29".parse().unwrap()), week);
        assert_eq!(week.before().to_string(), "2026-W47");
        assert_eq!(Week::of("2027-01-01".parse().unwrap()).to_string(), "2026-W53");
        for bad in ["", "2026", "2026-48", "2026-W54", "2026-W00", "26-W48", "2026-W4", "2026-W481", "W"] {
            assert_eq!(Week::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_seed_is_the_hash_of_week_bar_head() {
        let week = Week::parse("2026-W48").unwrap();
        let zeros = "0".repeat(64);
        assert_eq!(seed(week, &zeros), sha256(format!("2026-W48|{zeros}").as_bytes()));
        assert_ne!(seed(week, &zeros), seed(week.before(), &zeros));
    }

    #[test]
    fn thirty_per_cent_rounded_up_and_at_least_one() {
        for (files, drawn) in [(0, 0), (1, 1), (3, 1), (4, 2), (10, 3), (11, 4), (110, 33), (111, 34)] {
            assert_eq!(size(30, files), drawn, "{files}");
        }
        assert_eq!(size(100, 7), 7);
    }

    #[test]
    fn thirty_per_cent_of_110_shows_one_of_two_with_51_per_cent() {
        assert_eq!(power(110, 33, 2), 51);
        assert_eq!(power(110, 33, 1), 30);
        assert_eq!((power(10, 10, 1), power(10, 9, 2), power(0, 0, 2), power(10, 0, 2)), (100, 100, 0, 0));
    }

    #[test]
    fn every_class_has_its_own_draw() {
        let mut members: Vec<Member> = (0..10).map(|number| member(number, "motor")).collect();
        members.push(member(99, "cargo"));
        let placed = order(&members, &"a".repeat(64), 30);
        let drawn = |class: &str| placed.iter().filter(|placed| placed.chosen && placed.member.class == class).count();
        assert_eq!((drawn("motor"), drawn("cargo"), placed.len()), (3, 1, 11));
    }
}
