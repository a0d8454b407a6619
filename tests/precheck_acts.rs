//! Pre-check on a real store: what a payment needs, when its papers are complete, visits before and after a case.

mod closing_common;
#[path = "harness/payments.rs"]
mod payments;

use closing_common::{NOW, Office, at, codes};
use closing_desk::case::milestones::Stage;
use closing_desk::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::money::Fen;
use closing_desk::papers::rules::payment::Asked;
use closing_desk::papers::rules::{State, Way};
use closing_desk::papers::store::{self as papers, NewMark, payment};
use closing_desk::reference::store::rulebook;
use payments::{agreed, choose, instruction};
use proptest::prelude::*;

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
        let id = payments::agreed_with(&office, case_no, 6_000, |facts| facts.accident_no = "B1".into());
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
