//! What stands on the sheet of a day: its batch and all that is due, each file on its first missing thing.
//!
//! Everything follows from the timestamps of the milestones and one moment, the cutoff of the day: a desk switched off
//! at the cutoff shows the same numbers the next morning.

use crate::case::deadline::DeadlineKind;
use crate::case::milestones::Milestones;
use crate::case::next::{self, NextAction};
use crate::case::reason::rules_of;
use crate::case::store::files::FileRound;
use crate::reference::rulebook::Rulebook;
use chrono::NaiveDate;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The state of a file that lacks nothing.
pub const DONE: &str = "done";

/// One file on the sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Key of the case; not printed.
    pub case_id: i64,
    /// 一案一码
    pub case_code: String,
    /// 赔案号, for the screen; not on the sheet that is kept.
    pub case_no: String,
    /// 被保险人, for the screen; not on the sheet that is kept.
    pub insured: String,
    /// Round of the case.
    pub round: i64,
    /// 归档批次日
    pub batch_day: String,
    /// Deadline, UTC seconds.
    pub due_at: i64,
    /// 暂定: the receipt is still out, so the deadline has not begun to count.
    pub tentative: bool,
    /// The first missing thing, a [`NextAction::code`], or [`DONE`].
    pub state: &'static str,
    /// When the file was put into its box.
    pub filed_at: Option<i64>,
}

impl Item {
    /// Not filed although its deadline, no tentative one, has come.
    pub fn overdue(&self, at: i64) -> bool {
        self.filed_at.is_none() && !self.tentative && self.due_at <= at
    }
}

/// The counts of a sheet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Files of the day's batch.
    pub batch: i64,
    /// Of these, filed.
    pub batch_filed: i64,
    /// Files whose deadline came since the sheet before.
    pub due: i64,
    /// Of these, filed in time.
    pub due_on_time: i64,
    /// Files filed since the sheet before.
    pub filed: i64,
    /// Of these, behind their deadline.
    pub filed_late: i64,
    /// Files past their deadline and not filed: carried over.
    pub overdue: i64,
    /// Files closed whose receipt is out longer than their tentative deadline (已结未领).
    pub unclaimed: i64,
}

impl Counts {
    /// Every count with its stable name.
    pub fn named(&self) -> [(&'static str, i64); 8] {
        [
            ("batch", self.batch),
            ("batch_filed", self.batch_filed),
            ("due", self.due),
            ("due_on_time", self.due_on_time),
            ("filed", self.filed),
            ("filed_late", self.filed_late),
            ("overdue", self.overdue),
            ("unclaimed", self.unclaimed),
        ]
    }
}

/// The numbers and the list of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DaySheet {
    /// The day.
    pub day: NaiveDate,
    /// What lies behind this moment is new on this sheet, UTC seconds.
    pub from: i64,
    /// The moment the numbers are of, UTC seconds.
    pub as_of: i64,
    /// The counts.
    pub counts: Counts,
    /// Overdue files first, then by deadline and code.
    pub list: Vec<Item>,
}

/// The milestones as they stood at a moment: what was reached later had not been. An inquiry has no moment of its own
/// among the milestones, so none is seen.
pub fn as_of(m: &Milestones, at: i64) -> Milestones {
    let until = |moment: Option<i64>| moment.filter(|moment| *moment <= at);
    let closed_at = until(m.closed_at);
    Milestones {
        steps: m.steps.map(until),
        outcome: closed_at.and(m.outcome),
        closed_at,
        told_at: until(m.told_at),
        agreed_at: until(m.agreed_at),
        delivered_at: until(m.delivered_at),
        inquiry_holds: 0,
        inquiry_due: None,
        chosen_at: until(m.chosen_at),
        prechecked_at: until(m.prechecked_at),
        paid_at: until(m.paid_at),
        receipt_at: until(m.receipt_at),
        sorted_at: until(m.sorted_at),
        bound_at: until(m.bound_at),
        filed_at: until(m.filed_at),
        ..m.clone()
    }
}

/// The first missing thing of a closed round, by its stable code.
pub fn missing(m: &Milestones) -> &'static str {
    if m.filed_at.is_some() {
        return DONE;
    }
    next::actions(m).first().map_or(DONE, |action| action.code())
}

/// The action with this code.
pub fn action(code: &str) -> Option<NextAction> {
    use NextAction::{Answer, Bind, CheckPapers, Choose, Deliver, File, Pay, Receipt, Sort, Tell};
    [Tell, Deliver, Answer, Choose, CheckPapers, Pay, Receipt, Sort, Bind, File].into_iter().find(|a| a.code() == code)
}

/// One round as it stood at a moment; nothing when it was not closed then, was reopened by then, or was closed before it
/// came to this store (such a case counts in figures apart, never in seals).
fn item(round: &FileRound, rules: &Rulebook, at: i64) -> Option<Item> {
    let m = as_of(&round.milestones, at);
    m.closed_at?;
    if m.taken_over || round.reopened_at.is_some_and(|opened| opened <= at) {
        return None;
    }
    let now = rules_of(rules).archive(&m)?;
    // A filed file was measured against the deadline that is kept with it.
    let (due_at, tentative) = match (m.filed_at, round.notes.archive_due) {
        (Some(_), Some(kept)) => (kept, false),
        _ => (now.due_at, now.kind == DeadlineKind::ArchiveTentative),
    };
    Some(Item {
        case_id: round.case_id,
        case_code: round.case_code.clone(),
        case_no: round.case_no.clone(),
        insured: round.insured.clone(),
        round: m.round,
        batch_day: round.notes.batch_day.clone(),
        due_at,
        tentative,
        state: missing(&m),
        filed_at: m.filed_at,
    })
}

/// The sheet of a day from the rounds that may stand on it: those of its batch, those unfiled whose deadline has come,
/// those filed behind `from`. Rounds may come more than once.
pub fn sheet(day: NaiveDate, (from, at): (i64, i64), rounds: &[FileRound], rules: &Rulebook) -> DaySheet {
    let mut seen = BTreeSet::new();
    let (mut counts, mut list) = (Counts::default(), Vec::new());
    let batch = day.to_string();
    for round in rounds {
        if !seen.insert((round.case_id, round.milestones.round)) {
            continue;
        }
        let Some(item) = item(round, rules, at) else { continue };
        let of_batch = item.batch_day == batch;
        let came_due = !item.tentative && from < item.due_at && item.due_at <= at;
        let filed_new = item.filed_at.is_some_and(|filed| filed > from);
        let on_time = item.filed_at.is_some_and(|filed| filed <= item.due_at);
        counts.batch += i64::from(of_batch);
        counts.batch_filed += i64::from(of_batch && item.filed_at.is_some());
        counts.due += i64::from(came_due);
        counts.due_on_time += i64::from(came_due && on_time);
        counts.filed += i64::from(filed_new);
        counts.filed_late += i64::from(filed_new && !on_time);
        counts.overdue += i64::from(item.overdue(at));
        counts.unclaimed += i64::from(item.tentative && item.due_at <= at);
        if of_batch || came_due || item.overdue(at) || filed_new && !on_time {
            list.push(item);
        }
    }
    list.sort_by(|a, b| {
        let key = |item: &Item| (!item.overdue(at), item.due_at);
        key(a).cmp(&key(b)).then_with(|| a.case_code.cmp(&b.case_code)).then(a.round.cmp(&b.round))
    });
    DaySheet { day, from, as_of: at, counts, list }
}

impl DaySheet {
    /// Counts and list as they are kept and journalled: codes, integers and texts only, nobody's name.
    pub fn body(&self, carried: &dyn Fn(i64, i64) -> String) -> Value {
        let counts: serde_json::Map<String, Value> =
            self.counts.named().into_iter().map(|(name, count)| (name.to_owned(), Value::from(count))).collect();
        let list: Vec<Value> = self
            .list
            .iter()
            .map(|item| {
                json!({
                    "case": item.case_code,
                    "round": item.round,
                    "batch": item.batch_day,
                    "due": item.due_at,
                    "tentative": i64::from(item.tentative),
                    "state": item.state,
                    "filed": item.filed_at,
                    "carried": carried(item.case_id, item.round),
                })
            })
            .collect();
        json!({ "day": self.day.to_string(), "from": self.from, "as_of": self.as_of, "counts": counts, "list": list })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::milestones::Outcome;
    use crate::case::store::RoundNotes;
    use crate::kernel::calendar::Calendar;
    use crate::kernel::clock::parse_time;
    use crate::kernel::settings::Settings;

    fn at(text: &str) -> i64 {
        parse_time(text).unwrap()
    }

    fn rules() -> Rulebook {
        Rulebook { calendar: Calendar::built_in(), settings: Settings::default(), lines: Vec::new() }
    }

    fn round(id: i64, closed: &str, change: impl FnOnce(&mut Milestones)) -> FileRound {
        let mut milestones = Milestones {
            round: 1,
            closed_at: Some(at(closed)),
            outcome: Some(Outcome::Withdraw),
            told_at: Some(at(closed)),
            ..Milestones::default()
        };
        change(&mut milestones);
        let rules = rules();
        let notes = RoundNotes {
            batch_day: rules_of(&rules).batch_day(at(closed)).to_string(),
            archive_due: rules_of(&rules).archive(&milestones).map(|due| due.due_at),
            ..RoundNotes::default()
        };
        FileRound {
            case_id: id,
            case_code: format!("1260000000{id:02}"),
            case_no: String::new(),
            line: "motor".into(),
            insured: String::new(),
            milestones,
            notes,
            reopened_at: None,
        }
    }

    fn on(day: &str, rounds: &[FileRound]) -> DaySheet {
        let from = at(&format!("{day} 16:00:00")) - 86_400;
        sheet(day.parse().unwrap(), (from, at(&format!("{day} 16:00:00"))), rounds, &rules())
    }

    #[test]
    fn a_file_stands_on_its_batch_and_on_every_day_it_is_overdue() {
        let rounds = [round(1, "2026-11-20 15:00:00", |_| {})];
        assert_eq!(on("2026-11-20", &rounds).counts, Counts { batch: 1, ..Counts::default() });
        assert!(on("2026-11-23", &rounds).list.is_empty(), "neither in the batch nor due");
        let due = on("2026-11-25", &rounds);
        assert_eq!(due.counts, Counts { due: 1, overdue: 1, ..Counts::default() });
        assert_eq!(due.list[0].state, "receipt");
        assert_eq!(on("2026-11-26", &rounds).counts, Counts { overdue: 1, ..Counts::default() });
    }

    #[test]
    fn one_second_decides_about_in_time() {
        let filed = |text: &str| {
            let when = at(text);
            round(1, "2026-11-20 15:00:00", move |m| m.filed_at = Some(when))
        };
        let counts = on("2026-11-25", &[filed("2026-11-25 16:00:00")]).counts;
        assert_eq!((counts.due, counts.due_on_time, counts.overdue), (1, 1, 0));
        let late = [filed("2026-11-25 16:00:01")];
        let counts = on("2026-11-25", &late).counts;
        assert_eq!((counts.due, counts.due_on_time, counts.overdue, counts.filed), (1, 0, 1, 0));
        let next = on("2026-11-26", &late).counts;
        assert_eq!((next.filed, next.filed_late, next.overdue), (1, 1, 0), "told on the next sheet");
    }

    #[test]
    fn what_came_later_does_not_change_a_day() {
        let mut later = round(1, "2026-11-23 15:00:00", |m| m.outcome = Some(Outcome::Pay));
        let before = on("2026-11-23", std::slice::from_ref(&later));
        later.milestones.agreed_at = Some(at("2026-11-23 16:00:01"));
        later.milestones.receipt_at = Some(at("2026-11-24 08:00:00"));
        later.notes.archive_due = Some(at("2026-11-27 16:00:00"));
        later.reopened_at = Some(at("2026-11-24 09:00:00"));
        assert_eq!(on("2026-11-23", &[later]), before);
        assert!(before.list[0].tentative && before.list[0].state == "tell");
    }

    #[test]
    fn a_tentative_deadline_is_never_overdue_and_a_reopened_file_is_gone() {
        let paying = round(1, "2026-11-20 15:00:00", |m| m.outcome = Some(Outcome::Pay));
        let counts = on("2026-11-26", std::slice::from_ref(&paying)).counts;
        assert_eq!((counts.overdue, counts.due, counts.unclaimed), (0, 0, 1));
        let mut reopened = round(2, "2026-11-20 15:00:00", |_| {});
        reopened.reopened_at = Some(at("2026-11-25 15:59:59"));
        assert_eq!(on("2026-11-25", &[reopened]).counts, Counts::default());
        let taken = round(3, "2026-11-25 15:00:00", |m| m.taken_over = true);
        assert_eq!(on("2026-11-25", &[taken]).counts, Counts::default());
    }

    #[test]
    fn every_missing_thing_has_its_action() {
        for code in ["tell", "deliver", "answer", "choose", "check_papers", "pay", "receipt", "sort", "bind", "file"] {
            assert_eq!(action(code).map(NextAction::code), Some(code));
        }
        assert_eq!(action(DONE), None);
    }
}
