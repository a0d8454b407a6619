//! Inquiries: their clocks, whether they hold the payment, who may confirm an explanation, how one may end.

use super::{Kind, Resolution, Side, written};
use crate::case::milestones::{Milestones, Stage};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::settings::{self, Settings};
use crate::kernel::words::{Arg, W};
use crate::phrase;

/// An inquiry with what belongs to it. Moments are UTC seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inquiry {
    /// Key in the store.
    pub id: i64,
    /// The case.
    pub case_id: i64,
    /// Round it was asked in.
    pub round: i64,
    /// What it is about.
    pub kind: Kind,
    /// Needs the joint explanation of price verification and adjustment.
    pub complex: bool,
    /// A difficult complaint.
    pub long: bool,
    /// What was asked.
    pub text: String,
    /// When it was asked.
    pub asked_at: i64,
    /// While it is open nothing is paid.
    pub holds: bool,
    /// When the customer agreed to be paid meanwhile.
    pub meanwhile_at: Option<i64>,
    /// When something was answered first.
    pub first_answer_at: Option<i64>,
    /// When it is to be resolved.
    pub due_at: i64,
    /// When it was.
    pub resolved_at: Option<i64>,
    /// How it ended.
    pub outcome: Option<Resolution>,
    /// What was said at the end.
    pub outcome_note: String,
    /// Who recorded it.
    pub by_id: i64,
    /// The department that has it now.
    pub referral: Option<Referral>,
    /// What was answered, first to last.
    pub answers: Vec<Answer>,
    /// The explanation in force.
    pub explanation: Option<Explanation>,
}

impl Inquiry {
    /// Not resolved.
    pub fn open(&self) -> bool {
        self.resolved_at.is_none()
    }
}

/// Who has an inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Key in the store.
    pub id: i64,
    /// The department.
    pub department: super::Department,
    /// The person there, as named; may be empty.
    pub who: String,
    /// Since when.
    pub at: i64,
}

/// An answer with the clause it cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// What was answered.
    pub text: String,
    /// Code of the clause, empty without one.
    pub clause_code: String,
    /// Version of the clause.
    pub clause_version: i64,
    /// When.
    pub at: i64,
    /// Who answered.
    pub by_id: i64,
}

/// The joint written explanation 书面说明.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Key in the store.
    pub id: i64,
    /// Its number.
    pub number: String,
    /// What it says, which is told word for word.
    pub text: String,
    /// When it was written.
    pub written_at: i64,
    /// Verifier and adjuster: who, when, number of the signed paper (empty = by own PIN).
    pub signed: [Option<(i64, i64, String)>; 2],
    /// When it was told to the customer.
    pub told_at: Option<i64>,
}

impl Explanation {
    /// The signature of a side.
    pub fn of(&self, side: Side) -> Option<&(i64, i64, String)> {
        self.signed.get(usize::from(side == Side::Adjuster)).and_then(Option::as_ref)
    }

    /// The side that has not confirmed yet, the verifier first.
    pub fn awaits(&self) -> Option<Side> {
        Side::ALL.iter().copied().find(|side| self.of(*side).is_none())
    }
}

/// When an inquiry is to be resolved: so many hours from asked; a complaint by the end of a calendar day (15, a difficult
/// one 30 days; trade practice).
pub fn due_at(kind: Kind, long: bool, asked_at: i64, settings: &Settings) -> i64 {
    if kind != Kind::Complaint {
        return asked_at + settings.number(settings::RESOLVE_HOURS, asked_at) * 3_600;
    }
    let key = if long { settings::COMPLAINT_LONG_DAYS } else { settings::COMPLAINT_DAYS };
    let days = u64::try_from(settings.number(key, asked_at)).unwrap_or(0);
    let asked = clock::day_of(asked_at);
    let day = asked.checked_add_days(chrono::Days::new(days)).unwrap_or(asked);
    clock::moment_on(day, settings.time(settings::DAY_END, asked_at))
}

/// Whether there is still something a new inquiry can hold: money that is to go out, or a case that is to be told.
pub fn can_hold(m: &Milestones) -> bool {
    m.stage() < Stage::Archive
}

/// What the open inquiries of a case mean for its milestones: how many hold, and when the first is due.
pub fn recount<'a>(all: impl IntoIterator<Item = &'a Inquiry>) -> (i64, Option<i64>) {
    let (mut holds, mut due) = (0, None::<i64>);
    for one in all.into_iter().filter(|one| one.open()) {
        holds += i64::from(one.holds);
        due = Some(due.map_or(one.due_at, |due| due.min(one.due_at)));
    }
    (holds, due)
}

/// What somebody asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInquiry {
    /// What it is about.
    pub kind: Option<Kind>,
    /// What was asked.
    pub text: String,
    /// Needs the joint explanation.
    pub complex: bool,
    /// A difficult complaint.
    pub long: bool,
    /// The customer agrees to be paid meanwhile.
    pub meanwhile: bool,
    /// When it was asked; nothing = now.
    pub asked_at: Option<i64>,
    /// Why that is more than two hours ago.
    pub reason: String,
}

/// What is wrong with a new inquiry.
pub fn judge_new(new: &NewInquiry) -> Findings {
    let mut found = written(&new.text, "text", W::NotifyTextMissing);
    if new.kind.is_none() {
        found.push(Finding::block("kind", "kind", W::NotifyKindMissing));
    }
    if new.long && new.kind != Some(Kind::Complaint) {
        found.push(Finding::block("long", "long", W::NotifyLongOnlyComplaint));
    }
    found
}

/// What is wrong with doing something to an inquiry that may be resolved already.
pub fn judge_open(inquiry: &Inquiry) -> Findings {
    let mut found = Findings::new();
    if let Some(at) = inquiry.resolved_at {
        found.push(Finding::block("resolved", None, phrase!(W::NotifyAlreadyResolved, Arg::Moment(at))));
    }
    found
}

/// What is wrong with ending an inquiry this way.
pub fn judge_resolve(inquiry: &Inquiry, outcome: Option<Resolution>, note: &str) -> Findings {
    let mut found = judge_open(inquiry);
    match outcome {
        None => found.push(Finding::block("outcome", "outcome", W::NotifyOutcomeMissing)),
        Some(Resolution::Answered) if inquiry.complex || inquiry.kind == Kind::Complaint => {
            found.push(Finding::block("outcome", "outcome", W::NotifyOutcomeMissing));
        }
        Some(_) => {}
    }
    if inquiry.complex {
        match &inquiry.explanation {
            None => found.push(Finding::block("unexplained", None, W::NotifyUnexplained)),
            Some(explanation) => {
                if let Some(side) = explanation.awaits() {
                    found.push(Finding::block("unconfirmed", None, phrase!(W::NotifyUnconfirmed, side.word())));
                }
            }
        }
    } else if inquiry.answers.is_empty() || !note.is_empty() {
        found.extend(written(note, "note", W::NotifyNoteMissing));
    }
    found
}

/// How somebody confirms an explanation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof<'a> {
    /// By own PIN, just given.
    Pin,
    /// The clerk records the paper the person has signed: its number, and when.
    Paper {
        /// Number of the paper.
        number: &'a str,
        /// When it was signed.
        at: i64,
        /// The person has a PIN and could sign in.
        signs_in: bool,
    },
}

/// What is wrong with this person's confirmation for a side. `named` is the case's own verifier or adjuster.
pub fn judge_confirm(
    explanation: &Explanation,
    (side, person): (Side, i64),
    named: Option<i64>,
    proof: Proof<'_>,
    now: i64,
) -> Findings {
    let mut found = Findings::new();
    if let Some((_, at, _)) = explanation.of(side) {
        found.push(Finding::block(
            "confirmed",
            None,
            phrase!(W::NotifyAlreadyConfirmed, side.word(), Arg::Moment(*at)),
        ));
    }
    let other = if side == Side::Verifier { Side::Adjuster } else { Side::Verifier };
    if explanation.of(other).is_some_and(|(id, _, _)| *id == person) {
        found.push(Finding::block("same_person", "who", W::NotifySamePerson));
    }
    match proof {
        Proof::Pin if named != Some(person) => {
            found.push(Finding::block("not_named", "who", phrase!(W::NotifyNotNamed, side.word())));
        }
        Proof::Pin => {}
        Proof::Paper { number, at, signs_in } => {
            if signs_in {
                found.push(Finding::block("signs_in", "who", W::NotifySignsIn));
            }
            if number.is_empty() {
                found.push(Finding::block("paper_number", "number", W::NotifyPaperNumber));
            } else {
                found.extend(written(number, "number", W::NotifyPaperNumber));
            }
            if at > now || at < explanation.written_at {
                let said = phrase!(W::NotifyPaperTime, Arg::Moment(explanation.written_at));
                found.push(Finding::block("paper_time", "at", said));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::clock::{file_time, parse_time};

    fn inquiry(complex: bool) -> Inquiry {
        Inquiry {
            id: 1,
            case_id: 1,
            round: 1,
            kind: Kind::Price,
            complex,
            long: false,
            text: "价格为何低于报价".to_owned(),
            asked_at: 100,
            holds: true,
            meanwhile_at: None,
            first_answer_at: None,
            due_at: 500,
            resolved_at: None,
            outcome: None,
            outcome_note: String::new(),
            by_id: 1,
            referral: None,
            answers: Vec::new(),
            explanation: None,
        }
    }

    fn explanation() -> Explanation {
        let (number, text) = ("2026-0001".to_owned(), "按市场价核定".to_owned());
        Explanation { id: 1, number, text, written_at: 200, signed: [None, None], told_at: None }
    }

    #[test]
    fn hours_run_through_and_complaints_end_with_a_day() {
        let settings = Settings::default();
        let asked = parse_time("2026-02-14 22:15:30").unwrap();
        let due = |kind, long| file_time(due_at(kind, long, asked, &settings));
        assert_eq!(due(Kind::Price, false), "2026-02-15 22:15:30", "across the eve of Spring Festival");
        assert_eq!(due(Kind::Complaint, false), "2026-03-01 17:30:00");
        assert_eq!(due(Kind::Complaint, true), "2026-03-16 17:30:00");
    }

    #[test]
    fn only_open_ones_count_and_only_holding_ones_hold() {
        let (mut meanwhile, mut done) = (inquiry(false), inquiry(false));
        (meanwhile.holds, meanwhile.due_at) = (false, 300);
        (done.resolved_at, done.due_at) = (Some(1), 1);
        assert_eq!(recount([&inquiry(false), &meanwhile, &done]), (1, Some(300)));
        assert_eq!(recount([&done]), (0, None));
    }

    #[test]
    fn a_complex_one_ends_only_with_an_explanation_of_two() {
        let mut one = inquiry(true);
        assert_eq!(judge_resolve(&one, None, "").codes(), "outcome, unexplained");
        one.explanation = Some(explanation());
        assert_eq!(judge_resolve(&one, Some(Resolution::Upheld), "").codes(), "unconfirmed");
        let signed = |person| Some((person, 300, String::new()));
        one.explanation = Some(Explanation { signed: [signed(3), signed(4)], ..explanation() });
        assert!(judge_resolve(&one, Some(Resolution::Upheld), "").is_empty());
        assert_eq!(judge_resolve(&one, Some(Resolution::Answered), "").codes(), "outcome");
        one.resolved_at = Some(400);
        assert_eq!(judge_resolve(&one, Some(Resolution::Upheld), "").codes(), "resolved");
    }

    #[test]
    fn an_explanation_is_confirmed_by_two_who_are_named_or_by_paper() {
        let mut one = explanation();
        one.signed[0] = Some((3, 300, String::new()));
        let confirm = |person, named, proof| judge_confirm(&one, (Side::Adjuster, person), named, proof, 400).codes();
        assert_eq!(confirm(4, Some(4), Proof::Pin), "");
        assert_eq!(confirm(3, Some(3), Proof::Pin), "same_person");
        assert_eq!(confirm(5, Some(4), Proof::Pin), "not_named");
        assert_eq!(confirm(5, Some(4), Proof::Paper { number: "7", at: 300, signs_in: false }), "");
        let wrong = Proof::Paper { number: "", at: 401, signs_in: true };
        assert_eq!(confirm(5, None, wrong), "signs_in, paper_number, paper_time");
        assert_eq!(judge_confirm(&one, (Side::Verifier, 5), Some(5), Proof::Pin, 400).codes(), "confirmed");
    }
}
