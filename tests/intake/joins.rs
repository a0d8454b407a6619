//! Cases entered by hand, and the rows of the core system that may be them.

use crate::support::{Desk, csv, nobody, now};
use closing_desk::case::facts::Column;
use closing_desk::case::store::{CaseFile, load};
use closing_desk::db::{ActError, Wait};
use closing_desk::intake::hand;
use closing_desk::intake::join::{self, Decision};
use closing_desk::intake::store::{self, PendingJoin};
use closing_desk::kernel::words::Lang;

const HEADER: &str = "case_no,line,insured,accident_no,plate,loss_date,assessed";

fn enter(desk: &Desk, typed: &[(Column, &str)]) -> Result<CaseFile, ActError> {
    let typed = typed.iter().map(|(c, t)| (*c, (*t).to_owned())).collect();
    let (id, _) = desk.store.act(&nobody(), now(), "enter_case", Wait::Patient, |tx| hand::enter(tx, &typed))?;
    Ok(load::by_id(desk.store.conn(), id).unwrap().unwrap())
}

fn by_hand(desk: &Desk, more: &[(Column, &str)]) -> CaseFile {
    let typed = [&[(Column::Line, "motor"), (Column::Insured, "王建国")], more].concat();
    enter(desk, &typed).unwrap()
}

fn pending(desk: &Desk) -> Vec<PendingJoin> {
    store::pending_after(desk.store.conn(), 0, 100).unwrap()
}

fn decide(desk: &Desk, id: i64, decision: Decision) -> Result<(), ActError> {
    desk.store.act(&nobody(), now(), "decide_join", Wait::Patient, |tx| join::decide(tx, id, decision))
}

#[test]
fn a_case_entered_by_hand_needs_little_and_waits_for_the_core_system() {
    let desk = Desk::new();
    let case = by_hand(&desk, &[(Column::Plate, "皖a·12345"), (Column::Phone, "138 0013 8000")]);
    assert!(case.awaiting_core);
    assert_eq!((case.facts.plate.as_str(), case.facts.phone.as_str()), ("皖A12345", "13800138000"));
    let refused = enter(&desk, &[(Column::Line, "motor"), (Column::Insured, "李")]).unwrap_err();
    assert!(refused.findings().has("missing_number"));
    desk.import_text(&csv(HEADER, &["A1,车险,陈志远,,,,"]));
    let taken = enter(&desk, &[(Column::Line, "motor"), (Column::Insured, "李"), (Column::CaseNo, "a1")]);
    let found = taken.unwrap_err().findings();
    assert!(found.has("case_no_taken"));
    assert!(found.iter().next().unwrap().what.say(Lang::Zh).contains("陈志远"), "the case is named");
    desk.reconcile();
}

#[test]
fn the_next_import_joins_on_the_case_number() {
    let desk = Desk::new();
    let case = by_hand(&desk, &[(Column::CaseNo, "A1"), (Column::Phone, "13800138000")]);
    let report = desk.import_text(&csv(HEADER, &["A1,车险,王建国,BA1,,2026-11-20,100"]));
    assert_eq!((report.completed, desk.total()), (1, 1));
    let joined = desk.case("A1");
    assert_eq!((joined.id, joined.awaiting_core), (case.id, false));
    assert_eq!((joined.facts.accident_no.as_str(), joined.facts.phone.as_str()), ("BA1", "13800138000"));
    desk.reconcile();
}

#[test]
fn rows_that_may_be_the_case_wait_and_are_decided() {
    let desk = Desk::new();
    let accident = by_hand(&desk, &[(Column::AccidentNo, "BA1")]);
    let plate = by_hand(&desk, &[(Column::Plate, "皖A12345"), (Column::LossDate, "2026-11-20")]);
    let rows = [
        "A1,车险,王建国,BA1,,,",
        "A2,交强险,王建国,BA1,,,",
        "A3,车险,王建国,,皖A12345,2026-11-20,100",
        "A4,车险,王建国,,皖A12345,2026-11-19,",
    ];
    let report = desk.import_text(&csv(HEADER, &rows));
    assert_eq!((report.pending, report.added), (2, 2), "another line, or another day of loss, is another case");
    let waiting: Vec<(i64, String)> = pending(&desk).into_iter().map(|p| (p.case_id, p.case_no)).collect();
    assert_eq!(waiting, [(accident.id, "A1".to_owned()), (plate.id, "A3".to_owned())]);
    let head = desk.head();
    assert_eq!(desk.import_text(&csv(HEADER, &rows)).skipped, 4);
    assert_eq!(desk.head(), head);
    // A fuller row takes the place of the one that waits.
    assert_eq!(desk.import_text(&csv(HEADER, &["A1,车险,王建国,BA1,,,300"])).pending, 1);
    let ids: Vec<i64> = pending(&desk).iter().map(|p| p.id).collect();
    decide(&desk, ids[0], Decision::Same).unwrap();
    decide(&desk, ids[1], Decision::Different).unwrap();
    let joined = desk.case("A1");
    assert_eq!((joined.id, joined.awaiting_core), (accident.id, false));
    assert_eq!(joined.facts.assessed.unwrap().plain(), "300.00");
    assert_ne!(desk.case("A3").id, plate.id);
    assert!(load::by_id(desk.store.conn(), plate.id).unwrap().unwrap().awaiting_core);
    assert!(pending(&desk).is_empty());
    assert!(decide(&desk, ids[0], Decision::Same).unwrap_err().findings().has("decided"));
    assert_eq!(desk.import_text(&csv(HEADER, &rows)).rejected, 0);
    desk.reconcile();
}

#[test]
fn one_case_with_two_possible_rows_takes_one_and_lets_the_other_in() {
    let desk = Desk::new();
    let case = by_hand(&desk, &[(Column::Plate, "皖A12345")]);
    desk.import_text(&csv(HEADER, &["A1,车险,王建国,,皖A12345,,", "A2,车险,王建国,,皖A12345,,"]));
    let waiting = pending(&desk);
    assert_eq!(waiting.len(), 2);
    decide(&desk, waiting[1].id, Decision::Same).unwrap();
    assert_eq!(desk.case("A2").id, case.id);
    assert_ne!(desk.case("A1").id, case.id);
    assert!(pending(&desk).is_empty());
    desk.reconcile();
}

#[test]
fn a_row_declined_for_one_case_may_still_be_another() {
    let desk = Desk::new();
    let first = by_hand(&desk, &[(Column::Plate, "皖A12345")]);
    let second = by_hand(&desk, &[(Column::Plate, "皖A12345"), (Column::Phone, "13800138000")]);
    desk.import_text(&csv(HEADER, &["A1,车险,王建国,,皖A12345,,"]));
    assert_eq!(pending(&desk)[0].case_id, first.id);
    decide(&desk, pending(&desk)[0].id, Decision::Different).unwrap();
    assert_eq!(pending(&desk)[0].case_id, second.id);
    decide(&desk, pending(&desk)[0].id, Decision::Different).unwrap();
    assert!(pending(&desk).is_empty());
    assert_eq!(desk.total(), 3);
}
