//! Pre-check on a real store: what a payment needs, when its papers are complete, visits before and after a case.

#[expect(dead_code, reason = "the rest is for tests of closing")]
mod closing_common;
#[path = "harness/payments.rs"]
mod payments;

use closing_common::{NOW, Office, at, codes, entry, yuan};
use closing_desk::case::facts::Facts;
use closing_desk::case::milestones::Stage;
use closing_desk::closing::store as closing;
use closing_desk::instructions::rules::{Instruction, Mode, PayeeKind};
use closing_desk::papers::rules::payment::Asked;
use closing_desk::papers::rules::{State, Way};
use closing_desk::papers::store::visits::{Came, Keys, NewVisit};
use closing_desk::papers::store::{self as papers, NewMark};
use closing_desk::precheck::figures;
use closing_desk::precheck::store::{self as precheck, About};
use closing_desk::reference::store::rulebook;
use payments::instruction;
use proptest::prelude::*;

/// A case that was signed off, told and agreed to.
fn agreed(office: &Office, case_no: &str, payable: i64) -> i64 {
    agreed_with(office, case_no, payable, |_| {})
}

/// The same with other facts.
fn agreed_with(office: &Office, case_no: &str, payable: i64, change: impl FnOnce(&mut Facts)) -> i64 {
    let id = office.case_with(case_no, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
        change(facts);
    });
    office.confirm(id, 4, &entry(payable)).unwrap();
    let seen = office.case(id).version;
    office.act(&office.head, NOW, |tx| closing::sign_off(tx, id, seen)).unwrap();
    office.act(&office.clerk, NOW, |tx| payments::tell(tx, id)).unwrap();
    id
}

fn choose(office: &Office, id: i64, new: Vec<Instruction>) {
    office.act(&office.clerk, NOW, |tx| payments::chosen(tx, id, &new)).unwrap();
}

fn mark(item: &str, state: State, reason: &str) -> NewMark {
    NewMark { item: item.to_owned(), state, reason: reason.to_owned() }
}

fn shown(item: &str) -> NewMark {
    mark(item, State::Present, "")
}

/// The payment part of a case as it is asked for now.
fn list(office: &Office, id: i64) -> Vec<Asked> {
    let case = office.case(id);
    papers::whole(office.store.conn(), &rulebook(&office.store).unwrap(), &case, None).unwrap().payment
}

fn keys(list: &[Asked]) -> Vec<&str> {
    list.iter().map(|asked| asked.known.item.key.as_str()).collect()
}

fn mark_all(office: &Office, id: i64, when: &str) {
    let marks: Vec<NewMark> = list(office, id).iter().map(|asked| shown(&asked.key)).collect();
    office.act(&office.precheck, when, |tx| papers::papers_mark(tx, id, &marks)).unwrap();
}

fn prechecked(office: &Office, id: i64) -> Option<i64> {
    office.case(id).milestones.prechecked_at
}

#[test]
fn a_transfer_is_complete_once_document_and_card_were_shown_and_not_before() {
    let office = Office::new();
    let id = agreed(&office, "A1", 800);
    choose(&office, id, vec![instruction(800)]);
    assert_eq!(office.case(id).milestones.stage(), Stage::Precheck);
    let papers_of = list(&office, id);
    assert_eq!(keys(&papers_of), ["payee-id", "payee-account"]);
    let version = office.case(id).version;
    let first = [shown(&papers_of[0].key)];
    office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &first)).unwrap();
    assert_eq!((prechecked(&office, id), office.case(id).version), (None, version), "adding raises no version");
    let second = [shown(&papers_of[1].key)];
    office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &second)).unwrap();
    assert_eq!((prechecked(&office, id), office.case(id).version), (Some(at(NOW)), version + 1));
    assert_eq!(office.case(id).milestones.stage(), Stage::Disburse);
    let bad = [mark(&papers_of[1].key, State::Rejected, "户名不符")];
    office.act(&office.precheck, "2026-11-23 15:40:00", |tx| papers::papers_mark(tx, id, &bad)).unwrap();
    assert_eq!((prechecked(&office, id), office.case(id).version), (None, version + 2));
    assert_eq!(office.case(id).milestones.stage(), Stage::Precheck);
    office.sound();
}

#[test]
fn an_account_on_record_needs_no_paper_at_all() {
    let office = Office::new();
    let id = agreed(&office, "A1", 800);
    choose(&office, id, vec![Instruction { mode: Mode::Direct, ..instruction(800) }]);
    assert_eq!(office.case(id).milestones.stage(), Stage::Disburse);
    office.sound();
}

#[test]
fn what_was_shown_before_the_choice_is_not_asked_again() {
    let office = Office::new();
    let id = agreed(&office, "A1", 800);
    let early = [shown("payee-id@insured"), shown("payee-account@insured")];
    office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &early)).unwrap();
    assert_eq!(prechecked(&office, id), None);
    choose(&office, id, vec![instruction(800)]);
    assert_eq!(office.case(id).milestones.stage(), Stage::Disburse);
    // An account that takes the place of another asks for its paper anew.
    let other = agreed(&office, "A2", 800);
    office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, other, &early)).unwrap();
    choose(&office, other, vec![Instruction { account_changed: true, replaces: 1, ..instruction(800) }]);
    assert_eq!(
        keys(&list(&office, other).into_iter().filter(Asked::is_missing).collect::<Vec<_>>()),
        ["payee-account"]
    );
    office.sound();
}

#[test]
fn two_payees_have_papers_of_their_own() {
    let office = Office::new();
    let id = agreed(&office, "A1", 800);
    let heir = |name: &str| Instruction { payee_kind: PayeeKind::Heir, payee: name.to_owned(), ..instruction(400) };
    choose(&office, id, vec![heir("王甲"), heir("王乙")]);
    let papers_of = list(&office, id);
    assert_eq!(papers_of.len(), 6);
    assert_ne!(papers_of[0].key, papers_of[3].key);
    let marks: Vec<NewMark> = papers_of.iter().take(3).map(|asked| shown(&asked.key)).collect();
    office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &marks)).unwrap();
    assert_eq!(prechecked(&office, id), None);
    mark_all(&office, id, NOW);
    assert_eq!(prechecked(&office, id), Some(at(NOW)));
    office.sound();
}

#[test]
fn copies_are_kept_from_the_dated_limit_over_the_accident() {
    let office = Office::new();
    let [one, two] = ["A1", "A2"].map(|case_no| {
        let id = agreed_with(&office, case_no, 6_000, |facts| facts.accident_no = "B1".into());
        choose(&office, id, vec![Instruction { payee_id_no: "11010519491231002X".into(), ..instruction(6_000) }]);
        id
    });
    assert!(!keys(&list(&office, one)).contains(&"identity-copy"));
    let papers_of = list(&office, two);
    assert!(keys(&papers_of).contains(&"identity-copy"), "6,000 and 6,000 reach 10,000");
    mark_all(&office, two, NOW);
    let copy = list(&office, two).into_iter().find(|asked| asked.known.item.copy).unwrap();
    assert_eq!(copy.known.state, State::Copy, "an item that asks for a copy is settled by a copy");
    office.sound();
}

#[test]
fn a_waiver_is_a_leaders_and_needs_its_reason() {
    let office = Office::new();
    let id = agreed(&office, "A1", 800);
    choose(&office, id, vec![instruction(800)]);
    let key = list(&office, id)[1].key.clone();
    let waive = [mark(&key, State::Waived, "异地客户，已视频核实")];
    assert_eq!(codes(office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &waive))), "right");
    let bare = [mark(&key, State::Waived, " ")];
    assert_eq!(codes(office.act(&office.head, NOW, |tx| papers::papers_mark(tx, id, &bare))), "papers_reason");
    office.act(&office.head, NOW, |tx| papers::papers_mark(tx, id, &waive)).unwrap();
    assert_eq!(
        codes(office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &[shown("x@insured")]))),
        "papers_item"
    );
    assert_eq!(
        codes(office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &[shown("policy")]))),
        "papers_confirmed"
    );
    office.sound();
}

#[test]
fn every_payee_kind_of_the_list_can_be_completed() {
    let office = Office::new();
    for (index, kind) in PayeeKind::ALL.into_iter().enumerate() {
        let id = agreed(&office, &format!("A{index}"), 800);
        choose(&office, id, vec![Instruction { payee_kind: kind, agent: "代理人".into(), ..instruction(800) }]);
        assert!(!list(&office, id).is_empty(), "{kind:?}");
        mark_all(&office, id, NOW);
        assert_eq!(prechecked(&office, id), Some(at(NOW)), "{kind:?}");
    }
    office.sound();
}

fn came() -> NewVisit {
    let way = Way { payee_kind: PayeeKind::Insured, mode: Mode::Transfer };
    NewVisit { came: Came::Insured, who: "王建国".into(), way }
}

#[test]
fn one_visit_serves_all_cases_of_the_accident_and_never_another_accident() {
    let office = Office::new();
    let keys = Keys { accident_no: "ba1".into(), plate: "皖Ａ00001".into(), ..Keys::default() };
    let visit = office.act(&office.precheck, NOW, |tx| precheck::visit_begin(tx, &keys, "motor", &came())).unwrap();
    let marks = [shown("policy"), mark("driving-licence", State::Rejected, "过期"), shown("payee-account@insured")];
    office.act(&office.precheck, NOW, |tx| precheck::visit_mark(tx, visit, &marks)).unwrap();
    let waive = [mark("id", State::Waived, "免")];
    assert_eq!(codes(office.act(&office.head, NOW, |tx| precheck::visit_mark(tx, visit, &waive))), "right");
    let of = |case_no: &str, line: &str, accident: &str| {
        office.case_with(case_no, |facts| {
            (facts.line, facts.accident_no, facts.plate) = (line.into(), accident.into(), "皖A00001".into());
            facts.papers_at = None;
        })
    };
    let cases = [of("A1", "motor", "BA1"), of("A2", "motor-compulsory", "BA1"), of("A3", "motor", "BA9")];
    for (id, taken) in cases.into_iter().zip([true, true, false]) {
        let done = office.act(&office.precheck, NOW, |tx| precheck::visit_attach(tx, id, visit));
        assert_eq!(done.is_ok(), taken, "{id}");
        let known = papers::marks(office.store.conn(), id).unwrap();
        assert_eq!(known.get("driving-licence").map(|mark| mark.state), taken.then_some(State::Rejected));
        assert_eq!(known.len(), if taken { 3 } else { 0 });
    }
    assert_eq!(
        codes(office.act(&office.precheck, NOW, |tx| precheck::visit_attach(tx, cases[0], visit))),
        "visit_other"
    );
    assert_eq!(codes(office.act(&office.precheck, NOW, |tx| precheck::visit_mark(tx, visit, &marks))), "visit_taken");
    office.sound();
}

#[test]
fn what_was_marked_on_the_case_since_stands_against_an_older_visit() {
    let office = Office::new();
    let keys = Keys { accident_no: "BA1".into(), ..Keys::default() };
    let visit = office.act(&office.precheck, NOW, |tx| precheck::visit_begin(tx, &keys, "motor", &came())).unwrap();
    office.act(&office.precheck, NOW, |tx| precheck::visit_mark(tx, visit, &[shown("policy")])).unwrap();
    let id = office.case_with("A1", |facts| (facts.accident_no, facts.papers_at) = ("BA1".into(), None));
    let bad = [mark("policy", State::Rejected, "非本案保单")];
    office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &bad)).unwrap();
    assert_eq!(office.act(&office.precheck, NOW, |tx| precheck::visit_attach(tx, id, visit)).unwrap(), 0);
    assert_eq!(papers::marks(office.store.conn(), id).unwrap()["policy"].state, State::Rejected);
    office.sound();
}

#[test]
fn a_visit_needs_something_to_be_matched_by() {
    let office = Office::new();
    let begin = |keys: &Keys, line: &str| {
        office.act(&office.precheck, NOW, |tx| precheck::visit_begin(tx, keys, line, &came()))
    };
    assert_eq!(codes(begin(&Keys::default(), "motor")), "visit_keys");
    assert_eq!(codes(begin(&Keys { plate: "皖A0\u{1b}[m".into(), ..Keys::default() }, "motor")), "visit_text");
    assert_eq!(codes(begin(&Keys { plate: "皖A00001".into(), ..Keys::default() }, "flying")), "visit_line");
}

#[test]
fn only_the_first_submission_of_a_case_counts_and_only_what_it_lacked() {
    let office = Office::new();
    let (day, next) = (at("2026-11-23 00:00:00"), at("2026-11-25 00:00:00"));
    for case_no in ["A2", "A3", "A1"] {
        let id = agreed(&office, case_no, 800);
        choose(&office, id, vec![instruction(800)]);
        let visit = came();
        let papers_of = list(&office, id);
        let marks: Vec<NewMark> = papers_of.iter().map(|asked| shown(&asked.key)).collect();
        let brought = if case_no == "A1" { &marks[..1] } else { &marks[..] };
        office.act(&office.precheck, NOW, |tx| papers::mark_in(tx, id, brought, Some(&visit))).unwrap();
        if case_no == "A1" {
            let later = "2026-11-24 09:00:00";
            office.act(&office.precheck, later, |tx| papers::mark_in(tx, id, &marks[1..], Some(&visit))).unwrap();
        }
    }
    let found = figures::day(office.store.conn(), day, next).unwrap();
    assert_eq!((found.visits, found.first, found.lacking), (4, 3, 1));
    office.sound();
}

#[test]
fn later_copies_of_a_notice_are_counted() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    let items = ["policy".to_owned()];
    for copy in 1..=3 {
        let print = office.act(&office.precheck, NOW, |tx| precheck::notice_print(tx, About::Case(id), &items));
        assert_eq!(print.unwrap(), copy);
    }
    office.sound();
}

/// Something that happens at the counter or at payment.
#[derive(Clone, Debug)]
enum Step {
    Mark(usize, State),
    Choose,
    Cancel,
}

fn step() -> impl Strategy<Value = Step> {
    let state = prop_oneof![
        4 => Just(State::Present),
        2 => Just(State::Copy),
        2 => Just(State::Open),
        2 => Just(State::Rejected),
        1 => Just(State::Waived)
    ];
    prop_oneof![8 => (0..4_usize, state).prop_map(|(at, state)| Step::Mark(at, state)), 1 => Just(Step::Choose), 1 => Just(Step::Cancel)]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn prechecked_follows_the_marks(steps in proptest::collection::vec(step(), 1..24)) {
        let office = Office::new();
        let id = agreed(&office, "A1", 800);
        choose(&office, id, vec![instruction(800)]);
        for step in steps {
            let asked = list(&office, id);
            match step {
                Step::Mark(at, state) => {
                    let Some(one) = asked.get(at % asked.len().max(1)) else { continue };
                    let new = [mark(&one.key, state, "原因")];
                    office.act(&office.head, NOW, |tx| papers::papers_mark(tx, id, &new)).map(drop).or_else(|_| {
                        office.act(&office.precheck, NOW, |tx| papers::papers_mark(tx, id, &new)).map(drop)
                    }).unwrap();
                }
                Step::Choose if office.case(id).milestones.chosen_at.is_none() => choose(&office, id, vec![instruction(800)]),
                Step::Cancel => office.act(&office.clerk, NOW, |tx| payments::cancelled(tx, id)).unwrap(),
                Step::Choose => {}
            }
            let m = office.case(id).milestones;
            let missing = list(&office, id).iter().any(Asked::is_missing);
            prop_assert_eq!(m.prechecked_at.is_some(), m.chosen_at.is_some() && !missing);
        }
        office.sound();
    }
}
