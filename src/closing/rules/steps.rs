//! Steps 1 to 4: what each must hold before it can be confirmed.

use super::entry::{Entry, Named, Who, field};
use super::in_force;
use super::persons::{self, Part};
use crate::case::facts::Facts;
use crate::case::milestones::{Milestones, Outcome};
use crate::case::store::load::StepRecord;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::{Fen, MAX_TYPED};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::papers::rules::{self as papers, ItemState};
use crate::papers::store::{EARLY_LIMIT, missing_phrase};
use crate::phrase;

/// The most items a payable may be split into.
pub const MOST_ITEMS: usize = 30;

/// The case as the rules of its steps need it.
#[derive(Clone, Copy, Debug)]
pub struct Situation<'a> {
    /// The moment of the confirmation, UTC seconds.
    pub now: i64,
    /// Milestones of the current round.
    pub milestones: &'a Milestones,
    /// Facts as they stand.
    pub facts: &'a Facts,
    /// Step records of the case.
    pub records: &'a [StepRecord],
    /// The claim part of the checklist.
    pub papers: &'a [ItemState],
    /// Assessor, verifier, adjuster and approver are four persons.
    pub three_level: bool,
}

impl Situation<'_> {
    /// The record in force for a step of the current round.
    pub fn record(&self, step: u8) -> Option<&StepRecord> {
        in_force(self.records, self.milestones.round, step)
    }

    fn confirmed(&self, step: u8) -> bool {
        self.record(step).is_some()
    }

    /// When the claim papers became complete: as typed, else as the core system said where nobody has looked, else the
    /// last mark, else now.
    pub fn papers_fact(&self, entry: &Entry) -> i64 {
        let core = papers::relies_on_core(self.papers).then_some(self.facts.papers_at).flatten();
        entry.papers_at.or(core).or_else(|| papers::completed_at(self.papers)).unwrap_or(self.now)
    }

    /// The assessed amount: of the confirmed step, else as entered; `None` when the step does not apply.
    fn assessed(&self, entry: &Entry) -> Option<Fen> {
        match self.record(3) {
            Some(record) => record.amount,
            None if entry.skips(3) => None,
            None => entry.assessed,
        }
    }

    fn skipped(&self, entry: &Entry, step: u8) -> bool {
        self.record(step).map_or_else(|| entry.skips(step), |record| record.not_applicable)
    }
}

/// What is wrong with each of the steps 1 to 4 as entered; confirmed steps have no findings.
pub fn judge(case: &Situation<'_>, entry: &Entry, named: &Named) -> [Findings; 4] {
    let mut found: [Findings; 4] = Default::default();
    for (step, findings) in (1_u8..).zip(found.iter_mut()) {
        if case.confirmed(step) {
            continue;
        }
        if entry.skips(step) {
            skip(entry, step, findings);
            continue;
        }
        match step {
            1 => survey(case, entry, named, findings),
            2 => claim_papers(case, entry, findings),
            3 => assess(entry, named, findings),
            _ => price(case, entry, named, findings),
        }
    }
    for (step, field, name) in &named.disabled {
        // Who did the work before leaving did it all the same, so this only warns.
        if !case.confirmed(*step)
            && !entry.skips(*step)
            && let Some(findings) = found.get_mut(usize::from(*step) - 1)
        {
            findings.push(Finding::warn("person_disabled", *field, phrase!(W::ClosingPersonDisabled, name.as_str())));
        }
    }
    if !case.confirmed(4) {
        conclude(case, entry, &mut found[3]);
    }
    for (step, finding) in persons::clashes(&parts(case, entry, named), case.three_level) {
        // Of two confirmed steps nothing can be changed here; the clash then holds up the next one.
        let open = (step..=4).find(|step| !case.confirmed(*step)).unwrap_or(4);
        if let Some(findings) = found.get_mut(usize::from(open) - 1) {
            findings.push(finding);
        }
    }
    found
}

/// The last of the consecutive steps, from the next one on, that can be confirmed as they stand; `None` when the next
/// one can't.
pub fn ready_through(case: &Situation<'_>, entry: &Entry, named: &Named) -> Option<u8> {
    let first = case.milestones.next_step().filter(|step| *step <= 4)?;
    let found = judge(case, entry, named);
    let ready = |step: &u8| {
        let offered = *step == first || *step == 2 || !entry.blank(*step);
        offered && found.get(usize::from(*step) - 1).is_some_and(|findings| !findings.blocking())
    };
    (first..=4).take_while(ready).last()
}

/// The findings a form shows when nothing can be confirmed: of the next step, and of those behind it that hold anything.
pub fn shown(case: &Situation<'_>, entry: &Entry, named: &Named) -> Findings {
    let first = case.milestones.next_step().unwrap_or(5);
    let found = judge(case, entry, named);
    (1_u8..)
        .zip(found)
        .filter(|(step, _)| *step == first || (*step > first && !entry.blank(*step)))
        .flat_map(|(_, findings)| findings)
        .collect()
}

/// Who plays which part, with the confirmed steps as they were confirmed.
fn parts(case: &Situation<'_>, entry: &Entry, named: &Named) -> Vec<(Part, Who)> {
    let of = |step: u8, confirmed: fn(&StepRecord) -> Option<i64>, typed: &Who| match case.record(step) {
        Some(record) => Who::known(confirmed(record)),
        None if entry.skips(step) => Who::Nobody,
        None => typed.clone(),
    };
    vec![
        (Part::Assessor, of(3, |record| record.person_id, &named.assessor)),
        (Part::Verifier, of(4, |record| record.person_id, &named.verifier)),
        (Part::Adjuster, of(4, |record| record.second_id, &named.adjuster)),
    ]
}

fn skip(entry: &Entry, step: u8, findings: &mut Findings) {
    let own = field::NOT_APPLICABLE.get(usize::from(step) - 1).copied();
    if !matches!(entry.outcome, Some(Outcome::Refuse | Outcome::Withdraw)) {
        findings.push(Finding::block("skip_outcome", own, phrase!(W::ClosingSkipOutcome, i64::from(step))));
    }
    check_text(entry.skip_reason(step).unwrap_or_default(), own, findings);
}

fn survey(case: &Situation<'_>, entry: &Entry, named: &Named, findings: &mut Findings) {
    person(&named.surveyor, field::SURVEYOR, W::ClosingFieldSurveyor, findings);
    check_text(&entry.surveyor, Some(field::SURVEYOR), findings);
    check_text(&entry.survey_place, Some(field::SURVEY_PLACE), findings);
    let Some(day) = entry.survey_day else { return };
    if day > clock::day_of(case.now) {
        findings.push(Finding::block("survey_future", field::SURVEY_DAY, phrase!(W::ClosingSurveyFuture, day)));
    } else if let Some(loss) = case.facts.loss_date.filter(|loss| day < *loss) {
        findings.push(Finding::warn("survey_early", field::SURVEY_DAY, phrase!(W::ClosingSurveyEarly, day, loss)));
    }
}

fn claim_papers(case: &Situation<'_>, entry: &Entry, findings: &mut Findings) {
    if case.papers.is_empty() {
        findings.push(Finding::block(
            "papers_list",
            field::PAPERS,
            phrase!(W::ClosingNoChecklist, case.facts.line.as_str()),
        ));
    } else if !papers::complete(case.papers) {
        findings.push(Finding::block("papers_missing", field::PAPERS, missing_phrase(case.papers)));
    }
    check_text(&entry.papers_reason, Some(field::PAPERS_REASON), findings);
    let at = case.papers_fact(entry);
    // A time that came with an import needs no reason, nor does the moment of the last mark, which the machine took.
    let own = Some(at) != case.facts.papers_at && Some(at) != papers::completed_at(case.papers);
    if at > case.now {
        findings.push(Finding::block(
            "papers_future",
            field::PAPERS_AT,
            phrase!(W::ClosingPapersFuture, Arg::MomentFull(at)),
        ));
    } else if own && case.now - at > EARLY_LIMIT && entry.papers_reason.trim().is_empty() {
        findings.push(Finding::block(
            "papers_early",
            field::PAPERS_REASON,
            phrase!(W::ClosingPapersEarly, Arg::Moment(at)),
        ));
    }
}

fn assess(entry: &Entry, named: &Named, findings: &mut Findings) {
    amount(entry.assessed, field::ASSESSED, W::ClosingFieldAssessed, findings);
    person(&named.assessor, field::ASSESSOR, W::ClosingFieldAssessor, findings);
    check_text(&entry.assessor, Some(field::ASSESSOR), findings);
}

fn price(case: &Situation<'_>, entry: &Entry, named: &Named, findings: &mut Findings) {
    amount(entry.verified, field::VERIFIED, W::ClosingFieldVerified, findings);
    person(&named.verifier, field::VERIFIER, W::ClosingFieldVerifier, findings);
    amount(entry.payable, field::PAYABLE, W::ClosingFieldPayable, findings);
    person(&named.adjuster, field::ADJUSTER, W::ClosingFieldAdjuster, findings);
    check_text(&entry.verifier, Some(field::VERIFIER), findings);
    check_text(&entry.adjuster, Some(field::ADJUSTER), findings);
    check_text(&entry.price_reason, Some(field::PRICE_REASON), findings);
    if case.three_level && case.record(3).is_some_and(|record| !record.not_applicable && record.person_id.is_none()) {
        // A case taken over may name an assessor nobody can tell; he could then verify or approve his own work.
        findings.push(Finding::block("assessor_unknown", None, W::ClosingAssessorUnknown));
    }
    if !entry.price_reason.trim().is_empty() {
        return;
    }
    let raised = [
        (entry.verified, case.assessed(entry), W::ClosingVerifiedAbove),
        (entry.payable, entry.verified, W::ClosingPayableAbove),
    ];
    for (higher, lower, word) in raised {
        if let (Some(higher), Some(lower)) = (higher, lower)
            && higher > lower
        {
            let args = [Arg::Money(higher.fen()), Arg::Money(lower.fen())];
            findings.push(Finding::block(
                "price_reason",
                field::PRICE_REASON,
                crate::kernel::words::Phrase::new(word, args),
            ));
        }
    }
}

/// Outcome, payable and items must fit together, also when step 4 does not apply.
fn conclude(case: &Situation<'_>, entry: &Entry, findings: &mut Findings) {
    let payable = entry.payable.unwrap_or_default();
    let given = entry.payable.is_some() || entry.skips(4);
    match entry.outcome {
        None => findings.push(Finding::block("outcome", field::OUTCOME, W::ClosingOutcomeMissing)),
        Some(Outcome::Pay) if given && payable <= Fen::ZERO => {
            findings.push(Finding::block("pay_zero", field::OUTCOME, W::ClosingPayZero));
        }
        Some(outcome @ (Outcome::Refuse | Outcome::Withdraw | Outcome::Zero)) if payable != Fen::ZERO => {
            let word = crate::case::words::outcome(outcome);
            findings.push(Finding::block(
                "not_zero",
                field::PAYABLE,
                phrase!(W::ClosingNotZero, word, Arg::Money(payable.fen())),
            ));
        }
        Some(_) => {}
    }
    if !matches!(entry.outcome, None | Some(Outcome::Refuse | Outcome::Withdraw)) {
        // A step that was found not to apply has to be done after all.
        for step in [1_u8, 3].into_iter().filter(|step| case.confirmed(*step) && case.skipped(entry, *step)) {
            findings.push(Finding::block(
                "skipped_before",
                field::OUTCOME,
                phrase!(W::ClosingSkippedBefore, i64::from(step)),
            ));
        }
    }
    items(entry, findings);
}

fn items(entry: &Entry, findings: &mut Findings) {
    if entry.items.is_empty() {
        return;
    }
    if entry.items.len() > MOST_ITEMS {
        let most = i64::try_from(MOST_ITEMS).unwrap_or(i64::MAX);
        findings.push(Finding::block("items_many", field::ITEMS, phrase!(W::ClosingItemsMany, most)));
    }
    for (name, fen) in &entry.items {
        if name.trim().is_empty() || text::outside_text_problem(name).is_some() {
            findings.push(Finding::block(
                "item_name",
                field::ITEMS,
                phrase!(W::ClosingItemName, Arg::Money(fen.fen())),
            ));
        }
    }
    let sum = Fen::sum(entry.items.iter().map(|(_, fen)| *fen));
    let payable = entry.payable.unwrap_or_default();
    if sum != Some(payable) {
        let said = phrase!(W::ClosingItemsSum, Arg::Money(sum.unwrap_or_default().fen()), Arg::Money(payable.fen()));
        findings.push(Finding::block("items_sum", field::ITEMS, said));
    }
}

fn amount(given: Option<Fen>, field: &'static str, label: W, findings: &mut Findings) {
    match given {
        None => findings.push(Finding::block("amount_missing", field, phrase!(W::ClosingMissing, label))),
        Some(fen) if fen.is_negative() || fen > MAX_TYPED => {
            findings.push(Finding::block("amount_range", field, phrase!(W::ClosingAmountRange, label)));
        }
        Some(_) => {}
    }
}

fn person(who: &Who, field: &'static str, label: W, findings: &mut Findings) {
    match who {
        Who::Nobody => findings.push(Finding::block("person_missing", field, phrase!(W::ClosingMissing, label))),
        Who::Several(name, numbers) => {
            let said = phrase!(W::ClosingSeveral, name.as_str(), Arg::list(numbers.iter().map(String::as_str)));
            findings.push(Finding::block("person_several", field, said));
        }
        Who::NoSuchNumber(number) => {
            findings.push(Finding::block("person_number", field, phrase!(W::ClosingNoSuchNumber, number.as_str())));
        }
        Who::One(_) | Who::New(_) => {}
    }
}

fn check_text(typed: &str, field: Option<&'static str>, findings: &mut Findings) {
    if text::outside_text_problem(typed).is_some() {
        findings.push(Finding::block("text", field, W::ClosingText));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::closing::rules::sample_record as record;
    use crate::kernel::clock::parse_time;
    use crate::papers::rules as checklist;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    const NOW: &str = "2026-11-23 15:30:00";

    struct Set {
        m: Milestones,
        facts: Facts,
        records: Vec<StepRecord>,
        papers: Vec<ItemState>,
        three_level: bool,
        entry: Entry,
        named: Named,
    }

    impl Set {
        /// A case whose four steps can all be confirmed.
        fn new() -> Set {
            let list = checklist::checklist("motor").unwrap();
            let yuan = |n| Some(Fen::from_yuan(n));
            let papers_at = parse_time("2026-11-20 09:00:00");
            Set {
                m: Milestones { round: 1, start_step: 1, ..Milestones::default() },
                facts: Facts { papers_at, line: "motor".into(), ..Facts::default() },
                records: Vec::new(),
                papers: checklist::items(list, &BTreeMap::new(), true),
                three_level: true,
                entry: Entry {
                    surveyor: "a".into(),
                    assessed: yuan(900),
                    assessor: "b".into(),
                    verified: yuan(800),
                    verifier: "c".into(),
                    payable: yuan(800),
                    adjuster: "d".into(),
                    outcome: Some(Outcome::Pay),
                    ..Entry::default()
                },
                named: Named {
                    surveyor: Who::One(1),
                    assessor: Who::One(2),
                    verifier: Who::One(3),
                    adjuster: Who::One(4),
                    disabled: Vec::new(),
                },
            }
        }

        fn at(&self, step: u8) -> Milestones {
            let mut m = self.m.clone();
            for (index, at) in m.steps.iter_mut().enumerate() {
                *at = (index + 1 < usize::from(step)).then_some(1);
            }
            m
        }

        fn codes(&self) -> String {
            let all: Findings = judge(&self.situation(), &self.entry, &self.named).into_iter().flatten().collect();
            all.codes()
        }

        fn situation(&self) -> Situation<'_> {
            Situation {
                now: parse_time(NOW).unwrap(),
                milestones: &self.m,
                facts: &self.facts,
                records: &self.records,
                papers: &self.papers,
                three_level: self.three_level,
            }
        }
    }

    #[test]
    fn a_prefilled_case_can_be_confirmed_through_step_four() {
        let set = Set::new();
        assert_eq!(set.codes(), "");
        assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), Some(4));
    }

    #[test]
    fn confirmation_stops_before_a_blank_step_and_at_a_wrong_one() {
        let mut set = Set::new();
        (set.entry.assessed, set.entry.assessor) = (None, String::new());
        set.named.assessor = Who::Nobody;
        assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), Some(2));
        set.entry.surveyor.clear();
        set.named.surveyor = Who::Nobody;
        assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), None);
        assert_eq!(shown(&set.situation(), &set.entry, &set.named).codes(), "person_missing");
    }

    #[test]
    fn a_raised_amount_needs_a_reason() {
        let mut set = Set::new();
        set.entry.verified = Some(Fen::from_yuan(901));
        assert_eq!(set.codes(), "price_reason");
        set.entry.payable = Some(Fen::from_yuan(902));
        assert_eq!(set.codes(), "price_reason, price_reason");
        set.entry.price_reason = "recounted".into();
        assert_eq!(set.codes(), "");
    }

    #[test]
    fn the_confirmed_assessment_is_what_the_price_is_measured_by() {
        let mut set = Set::new();
        set.m = set.at(4);
        let confirmed = StepRecord { amount: Some(Fen::from_yuan(700)), ..record(3, 2) };
        set.records = vec![record(1, 1), record(2, 1), confirmed];
        assert_eq!(set.codes(), "price_reason");
        set.records[2].not_applicable = true;
        set.records[2].amount = None;
        assert_eq!(set.codes(), "skipped_before", "a step that did not apply must be done before paying");
    }

    #[test]
    fn the_outcome_fits_the_payable() {
        let mut set = Set::new();
        set.entry.payable = Some(Fen::ZERO);
        assert_eq!(set.codes(), "pay_zero");
        for outcome in [Outcome::Refuse, Outcome::Withdraw, Outcome::Zero] {
            set.entry.outcome = Some(outcome);
            set.entry.payable = Some(Fen::ZERO);
            assert_eq!(set.codes(), "");
            set.entry.payable = Some(Fen::from_fen(1));
            assert_eq!(set.codes(), "not_zero");
        }
        set.entry.outcome = None;
        assert_eq!(set.codes(), "outcome");
    }

    #[test]
    fn steps_one_three_and_four_may_not_apply_to_a_refusal() {
        let mut set = Set::new();
        set.entry = Entry { outcome: Some(Outcome::Refuse), ..Entry::default() };
        set.named = Named::default();
        for step in [0, 2, 3] {
            set.entry.not_applicable[step] = "out of cover".into();
        }
        assert_eq!(set.codes(), "");
        assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), Some(4));
        set.entry.outcome = Some(Outcome::Zero);
        assert_eq!(set.codes(), "skip_outcome, skip_outcome, skip_outcome");
    }

    #[test]
    fn items_must_sum_up_to_the_payable() {
        let mut set = Set::new();
        set.entry.items = vec![("parts".into(), Fen::from_yuan(500)), ("labour".into(), Fen::from_yuan(299))];
        assert_eq!(set.codes(), "items_sum");
        set.entry.items[1].1 = Fen::from_yuan(300);
        assert_eq!(set.codes(), "");
        set.entry.items[0].0 = " ".into();
        assert_eq!(set.codes(), "item_name");
        set.entry.items = vec![("x".into(), Fen::from_fen(i64::MAX)), ("y".into(), Fen::from_fen(1))];
        assert_eq!(set.codes(), "items_sum", "a sum beyond 64 bits is no payable");
    }

    #[test]
    fn the_papers_time_is_not_in_the_future_and_an_early_one_has_a_reason() {
        let mut set = Set::new();
        let mut at = |text: &str| {
            set.entry.papers_at = parse_time(text);
            set.codes()
        };
        assert_eq!(at("2026-11-23 15:30:00"), "");
        assert_eq!(at("2026-11-23 15:30:01"), "papers_future");
        assert_eq!(at("2026-11-23 13:30:00"), "");
        assert_eq!(at("2026-11-23 13:29:59"), "papers_early");
        assert_eq!(at("2026-11-20 09:00:00"), "", "the import's own time needs no reason");
        set.entry.papers_at = parse_time("2026-11-22 09:00:00");
        set.entry.papers_reason = "counter was closed".into();
        assert_eq!(set.codes(), "");
    }

    #[test]
    fn unclear_names_are_asked_for_by_number() {
        let mut set = Set::new();
        set.named.assessor = Who::Several("b".into(), vec!["1001".into(), "1002".into()]);
        set.named.verifier = Who::NoSuchNumber("99".into());
        set.named.adjuster = Who::New("新人".into());
        assert_eq!(set.codes(), "person_several, person_number");
    }

    #[test]
    fn a_clash_holds_up_the_earlier_step_that_is_still_open() {
        let mut set = Set::new();
        set.named.adjuster = Who::One(2);
        assert_eq!(set.codes(), "same_person");
        assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), Some(2));
        set.three_level = false;
        assert_eq!(set.codes(), "");
        set.three_level = true;
        set.m = set.at(4);
        set.records = vec![record(1, 1), record(2, 1), record(3, 2)];
        assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), None);
    }

    #[test]
    fn a_survey_is_not_in_the_future_and_one_before_the_loss_is_warned() {
        let mut set = Set::new();
        let day = |text: &str| clock::parse_day(text);
        set.entry.survey_day = day("2026-11-24");
        assert_eq!(set.codes(), "survey_future");
        set.entry.survey_day = day("2026-11-19");
        set.facts.loss_date = day("2026-11-20");
        assert_eq!(set.codes(), "survey_early");
        assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), Some(4), "a warning does not stop");
    }

    proptest! {
        #[test]
        fn whatever_is_confirmed_is_consecutive_from_the_next_step(
            next in 1_u8..=4, blanks in prop::array::uniform4(any::<bool>()), complete: bool,
        ) {
            let mut set = Set::new();
            set.m = set.at(next);
            set.records = [(1, 1), (2, 1), (3, 2)].into_iter().take(usize::from(next) - 1).map(|(step, who)| record(step, who)).collect();
            if blanks[0] { set.entry.surveyor.clear(); set.named.surveyor = Who::Nobody; }
            if !complete { set.papers = checklist::items(checklist::checklist("motor").unwrap(), &BTreeMap::new(), false); }
            if blanks[2] { set.entry.assessed = None; }
            if blanks[3] { set.entry.payable = None; }
            let good = [!blanks[0], complete, !blanks[2], !blanks[3]];
            let expected = (next..=4).take_while(|step| good[usize::from(*step) - 1]).last();
            prop_assert_eq!(ready_through(&set.situation(), &set.entry, &set.named), expected);
        }
    }
}
