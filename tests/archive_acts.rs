//! The acts of the archive and the boxes: what they refuse, what they keep, and two archivists at one store.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod archive_common;
#[expect(dead_code, reason = "only its cases are used here")]
mod closing_common;
mod harness;

use archive_common::{ARCHIVIST, act, bound, case, moved, paid, receipts, sound, zero};
use closing_common::codes;
use closing_desk::archive::export;
use closing_desk::archive::store::filing::{self, Filed};
use closing_desk::archive::store::work::{self, Piled, advance};
use closing_desk::archive::store::{Desk, receipt};
use closing_desk::boxes::rules::BoxKey;
use closing_desk::boxes::store::loans::{self, NewLoan};
use closing_desk::boxes::store::{self as boxes, finds, where_is};
use closing_desk::case::milestones::Stage;
use closing_desk::case::{commands, reason};
use closing_desk::closing::rules::reopen::Reason;
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, Wait};
use closing_desk::instructions::rules::Mode;
use closing_desk::kernel::clock::{parse_day, parse_time};
use closing_desk::kernel::words::Lang;
use closing_desk::reference::store::rulebook;
use harness::{CLERK, LEADER, Office, moment};
use proptest::prelude::*;
use std::rc::Rc;

const WHEN: &str = "2026-11-23 10:00:00";
const THEN: &str = "2026-11-23 15:30:00";

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-20 08:00"))
}

fn key(year: i64, retention: i64) -> BoxKey {
    BoxKey { class: "motor".into(), year, retention }
}

fn file(office: &Office, id: i64, box_id: i64) -> Result<Filed, ActError> {
    let seen = case(&office.store(), id).version;
    act(office, ARCHIVIST, THEN, |tx| filing::file(tx, id, seen, box_id))
}

fn open_box(office: &Office, key: &BoxKey) -> i64 {
    act(office, ARCHIVIST, WHEN, |tx| boxes::open_box(tx, key)).unwrap().id
}

#[test]
fn a_full_a_closed_and_a_wrong_box_are_refused_with_all_reasons() {
    let office = office();
    let ids = [bound(&office, "A1", WHEN), bound(&office, "A2", WHEN), bound(&office, "A3", WHEN)];
    let mine = open_box(&office, &key(2026, 5));
    let old = open_box(&office, &key(2025, 10));
    assert_eq!(codes(file(&office, ids[0], old)), "wrong_box, box_year, box_retention");
    office.store().conn().execute("UPDATE box SET full_at = 1 WHERE id = $1", [mine]).unwrap();
    assert_eq!(file(&office, ids[0], mine).unwrap().ordinal, 1);
    assert_eq!(codes(file(&office, ids[1], mine)), "wrong_box, box_full");
    assert_eq!(codes(file(&office, ids[0], mine)), "filed");
    let next = act(&office, ARCHIVIST, THEN, |tx| {
        let seen = case(tx.store(), ids[1]).version;
        filing::open_and_file(tx, ids[1], seen)
    })
    .unwrap();
    assert_eq!((next.found.number, next.ordinal), (2, 1), "the next box of the same kind");
    act(&office, ARCHIVIST, THEN, |tx| boxes::close_box(tx, next.found.id)).unwrap();
    assert_eq!(codes(file(&office, ids[2], next.found.id)), "wrong_box, box_closed");
    let seen = case(&office.store(), ids[2]).version;
    assert_eq!(codes(act(&office, CLERK, THEN, |tx| filing::file(tx, ids[2], seen, mine))), "right");
    let doubt = "2026-11-23 09:00:00";
    assert_eq!(codes(act(&office, ARCHIVIST, doubt, |tx| filing::file(tx, ids[2], seen, mine))), "clock");
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| filing::file(tx, ids[2], seen - 1, mine))), "stale");
}

#[test]
fn two_archivists_file_into_one_box_without_losing_a_position() {
    let office = office();
    let ids: Vec<i64> = (0..6).map(|n| bound(&office, &format!("B{n}"), WHEN)).collect();
    let into = open_box(&office, &key(2026, 5));
    let (one, two) = (office.store(), office.store());
    let actor = office.actor(ARCHIVIST);
    let mut given = Vec::new();
    for (at, id) in ids.iter().enumerate() {
        let store = if at % 2 == 0 { &one } else { &two };
        // Both have looked at the same box; the second sees what the first has put in.
        let seen = case(store, *id).version;
        let done = store.act(&actor, moment("2026-11-23 15:30"), "archive_file", Wait::Patient, |tx| {
            filing::file(tx, *id, seen, into)
        });
        given.push(done.unwrap().ordinal);
        let again = two.act(&actor, moment("2026-11-23 15:30"), "archive_file", Wait::Patient, |tx| {
            filing::file(tx, *id, seen, into)
        });
        assert!(matches!(again, Err(ActError::Refused(_))), "the other one's view is old");
    }
    assert_eq!(given, [1, 2, 3, 4, 5, 6]);
    sound(&office);
}

#[test]
fn a_reopened_file_is_out_on_loan_and_comes_back_to_its_own_position() {
    let office = office();
    let id = bound(&office, "A1", WHEN);
    let filed = act(&office, ARCHIVIST, THEN, |tx| {
        let seen = case(tx.store(), id).version;
        filing::open_and_file(tx, id, seen)
    })
    .unwrap();
    let seen = case(&office.store(), id).version;
    act(&office, LEADER, "2026-11-24 09:00:00", |tx| {
        closing::reopen(tx, id, seen, Some(Reason::Supplement), "补充材料", 4)
    })
    .unwrap();
    let place = where_is(office.store().conn(), id).unwrap().unwrap();
    assert_eq!(place.lent.as_ref().map(|loan| loan.purpose.as_str()), Some(loans::REOPENING));
    assert_eq!(codes(act(&office, ARCHIVIST, "2026-11-24 09:05:00", |tx| loans::give_back(tx, id))), "reopened");
    sound(&office);
    moved(&office, id, "2026-11-24 10:00:00", |m| {
        // The new round is closed at nothing again, told, receipted, sorted and bound.
        let at = parse_time("2026-11-24 10:00:00");
        m.steps[3] = at;
        (m.closed_at, m.told_at, m.receipt_at, m.sorted_at, m.bound_at) = (at, at, at, at, at);
        m.outcome = Some(closing_desk::case::milestones::Outcome::Zero);
    });
    let other = act(&office, ARCHIVIST, "2026-11-24 10:30:00", |tx| boxes::open_box(tx, &key(2026, 5))).unwrap().id;
    let seen = case(&office.store(), id).version;
    let put = |box_id| act(&office, ARCHIVIST, "2026-11-24 11:00:00", |tx| filing::file(tx, id, seen, box_id));
    assert_eq!(codes(put(other)), "reserved");
    let back = put(filed.found.id).unwrap();
    assert_eq!((back.ordinal, back.found.files, back.found.last_ordinal), (1, 1, 1), "no new position");
    assert_eq!(loans::open_of(office.store().conn(), id).unwrap(), None);
}

#[test]
fn a_money_paid_later_needs_a_box_that_is_kept_longer() {
    let office = office();
    let id = bound(&office, "A1", WHEN);
    act(&office, ARCHIVIST, THEN, |tx| {
        let seen = case(tx.store(), id).version;
        filing::open_and_file(tx, id, seen)
    })
    .unwrap();
    let line = |line: &str| {
        office.store().conn().execute("UPDATE cases SET line = $1 WHERE id = $2", rusqlite::params![line, id]).unwrap();
    };
    line("cargo");
    let into = act(&office, ARCHIVIST, THEN, |tx| {
        boxes::open_box(tx, &BoxKey { class: "cargo".into(), year: 2026, retention: 5 })
    })
    .unwrap();
    let over = act(&office, ARCHIVIST, THEN, |tx| filing::move_over(tx, id, into.id)).unwrap();
    assert_eq!((over.found.id, over.ordinal), (into.id, 1));
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| filing::move_over(tx, id, into.id))), "filed");
    sound(&office);
}

#[test]
fn loans_are_due_chased_and_returned_and_requests_are_timed() {
    let office = office();
    let id = bound(&office, "PDAA20263401040004391", WHEN);
    let new = NewLoan { borrower: "甲结案".into(), purpose: "复核".into(), due: parse_day("2026-11-25") };
    let lend = |when: &str, new: &NewLoan| act(&office, ARCHIVIST, when, |tx| loans::lend(tx, id, new));
    assert_eq!(codes(lend(THEN, &new)), "not_filed");
    act(&office, ARCHIVIST, THEN, |tx| {
        let seen = case(tx.store(), id).version;
        filing::open_and_file(tx, id, seen)
    })
    .unwrap();
    assert_eq!(codes(lend(THEN, &NewLoan::default())), "borrower, purpose, due");
    let loan = lend(THEN, &new).unwrap();
    assert_eq!(loan.borrower_id, Some(office.actor(CLERK).id));
    assert_eq!(codes(lend(THEN, &new)), "lent");
    assert!(!loan.overdue(parse_day("2026-11-25").unwrap()) && loan.overdue(parse_day("2026-11-26").unwrap()));
    act(&office, ARCHIVIST, "2026-11-26 09:00:00", |tx| loans::chase(tx, id)).unwrap();
    let store = office.store();
    assert_eq!(loans::overdue_count(store.conn(), parse_day("2026-11-26").unwrap(), 10).unwrap(), 1);
    act(&office, ARCHIVIST, "2026-11-26 10:00:00", |tx| loans::give_back(tx, id)).unwrap();
    assert_eq!(codes(act(&office, ARCHIVIST, "2026-11-26 10:00:00", |tx| loans::chase(tx, id))), "not_lent");
    act(&office, CLERK, "2026-11-26 10:00:00", |tx| finds::ask(tx, id, "")).unwrap();
    assert_eq!(act(&office, ARCHIVIST, "2026-11-26 10:04:10", |tx| finds::found(tx, id)).unwrap(), 250);
    assert_eq!(codes(act(&office, ARCHIVIST, "2026-11-26 10:05:00", |tx| finds::found(tx, id))), "not_asked");
    let figures = finds::figures(store.conn(), 0, 300).unwrap();
    assert_eq!((figures.found, figures.within, figures.worst), (1, 1, 250));
    let answer: serde_json::Value =
        serde_json::from_str(&commands::find(&store, "4391", Lang::Zh, true).unwrap().text).unwrap();
    let place = where_is(store.conn(), id).unwrap().unwrap();
    assert_eq!((&answer[0]["box"], &answer[0]["position"]), (&place.found.code.into(), &1.into()));
    assert_eq!(answer[0]["shelf"], serde_json::Value::Null);
    let rows = export::rows(&store, export::START, 10).unwrap();
    assert_eq!((rows.len(), rows[0].1.len()), (1, export::COLUMNS.len()));
    assert_eq!((rows[0].1[10].as_str(), rows[0].1[12].as_str()), ("1", "1"), "on time, position");
    sound(&office);
}

#[test]
fn a_slot_takes_only_what_its_outcome_asks_for() {
    let office = office();
    receipts(&office);
    let pay = paid(&office, "A1", (Mode::Transfer, "HL00010002"), WHEN);
    let nothing = zero(&office, "A2", WHEN);
    let seen = |id| case(&office.store(), id).version;
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| receipt::note(tx, pay, seen(pay)))), "slot");
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| receipt::typed(tx, pay, seen(pay), "1"))), "slot");
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| receipt::red_copy(tx, "HL9"))), "red_unknown");
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| receipt::waive(tx, pay, seen(pay), "x"))), "right");
    let got = act(&office, ARCHIVIST, THEN, |tx| receipt::red_copy(tx, "hl00010002 ")).unwrap();
    assert!(got.passed && got.missing == 0);
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| receipt::red_copy(tx, "HL00010002"))), "red_already");
    act(&office, ARCHIVIST, THEN, |tx| receipt::note(tx, nothing, seen(nothing))).unwrap();
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| receipt::note(tx, nothing, seen(nothing)))), "not_at_receipt");
    let pile = [Piled { case_id: pay, seen: seen(pay), pages: 0, exceptions: "-99".into() }];
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| advance(tx, &pile))), "exception");
    let pile = [Piled { exceptions: "-1;照片=6".into(), pages: 31, ..pile[0].clone() }];
    act(&office, ARCHIVIST, THEN, |tx| advance(tx, &pile)).unwrap();
    let (pages, list) = work::sorted_list(office.store().conn(), pay, 1).unwrap().unwrap();
    assert_eq!(pages, 31);
    assert!(list.iter().any(|row| row.name == "照片" && row.pages == 6));
    assert!(list.iter().any(|row| row.note == "HL00010002"), "the red copy is on the list with its serial");
    sound(&office);
}

#[test]
fn a_taken_over_case_takes_any_typed_serial_as_text() {
    let office = office();
    let id = zero(&office, "A1", WHEN);
    moved(&office, id, WHEN, |m| {
        m.taken_over = true;
        m.outcome = Some(closing_desk::case::milestones::Outcome::Pay);
        m.payable = closing_common::yuan(5);
        (m.agreed_at, m.chosen_at, m.prechecked_at, m.paid_at) = (m.closed_at, m.closed_at, m.closed_at, m.closed_at);
    });
    let seen = case(&office.store(), id).version;
    assert_eq!(codes(act(&office, ARCHIVIST, THEN, |tx| receipt::typed(tx, id, seen, " "))), "serial");
    act(&office, ARCHIVIST, THEN, |tx| receipt::typed(tx, id, seen, "旧 0007")).unwrap();
    assert!(case(&office.store(), id).milestones.receipt_at.is_some());
}

/// The deadline in words, for a zero closing and for a payment whose red copy came in later.
fn said(office: &Office, id: i64) -> String {
    let store = office.store();
    reason::due_reason(&rulebook(&store).unwrap(), &case(&store, id)).say(Lang::Zh)
}

#[test]
fn the_due_time_is_explained_around_the_cutoff_and_the_holidays() {
    for (closed, batch, due) in [
        ("2026-11-23 15:59:59", "11-23", "11-26 16:00"),
        ("2026-11-23 16:00:00", "11-23", "11-26 16:00"),
        ("2026-11-23 16:00:01", "11-24", "11-27 16:00"),
        // A Saturday on duty: the next working day's batch.
        ("2026-11-28 10:00:00", "11-30", "12-03 16:00"),
        // A make-up Sunday is a working day (before the National Day holiday).
        ("2026-09-20 15:00:00", "09-20", "09-23 16:00"),
        // The last working day before Spring Festival.
        ("2026-02-14 15:00:00", "02-14", "02-26 16:00"),
        ("2026-02-14 16:30:00", "02-24", "02-27 16:00"),
    ] {
        let office = Office::with_people(parse_time(closed).unwrap() - 3_600);
        let id = zero(&office, "A1", closed);
        let text = said(&office, id);
        assert!(text.contains(&format!("批次 {batch}")) && text.contains(due), "{closed}: {text}");
        assert_eq!(case(&office.store(), id).round.batch_day, format!("2026-{batch}"), "{closed}");
    }
}

#[test]
fn the_receipt_starts_the_clock_unless_the_office_counts_from_closing() {
    let office = office();
    let id = paid(&office, "A1", (Mode::Cash, "HL1"), "2026-11-23 15:59:59");
    assert!(said(&office, id).contains("暂定"), "{}", said(&office, id));
    act(&office, ARCHIVIST, "2026-11-24 15:10:00", |tx| receipt::red_copy(tx, "HL1")).unwrap();
    let text = said(&office, id);
    for part in ["批次 11-23", "11-24 15:10", "计时日 11-24", "11-27 16:00"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let strict = closing_desk::archive::section::strict_due(
        &rulebook(&office.store()).unwrap(),
        parse_time("2026-11-23 15:59:59").unwrap(),
    );
    assert_eq!(closing_desk::kernel::clock::file_time(strict), "2026-11-26 16:00:00");
    // The other setting of the clock, in force before the closing.
    let office = Office::with_people(moment("2026-11-20 08:00"));
    office
        .store()
        .act(&office.actor(LEADER), moment("2026-11-20 09:00"), "setting_change", Wait::Patient, |tx| {
            let change = closing_desk::office::settings::Change {
                key: "archive.clock".into(),
                value: "closed".into(),
                from_at: None,
                reason: "按结案计".into(),
            };
            closing_desk::office::settings::change(tx, &change).map(drop)
        })
        .unwrap();
    let id = paid(&office, "A1", (Mode::Cash, "HL1"), "2026-11-23 15:59:59");
    assert!(said(&office, id).contains("11-26 16:00") && !said(&office, id).contains("暂定"), "{}", said(&office, id));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5))]

    #[test]
    fn positions_are_given_once_and_only_in_right_boxes(plan in proptest::collection::vec((0_usize..4, 0_usize..3, any::<bool>()), 1..14)) {
        let office = office();
        let ids: Vec<i64> = (0..4).map(|n| bound(&office, &format!("C{n}"), WHEN)).collect();
        let into = [open_box(&office, &key(2026, 5)), open_box(&office, &key(2026, 5)), open_box(&office, &key(2025, 5))];
        for (file_at, box_at, closes) in plan {
            let right = box_at < 2;
            let before = case(&office.store(), ids[file_at]).milestones.stage();
            let closed = boxes::by_id(office.store().conn(), into[box_at]).unwrap().unwrap().closed_at.is_some();
            let done = file(&office, ids[file_at], into[box_at]);
            prop_assert_eq!(done.is_ok(), right && !closed && before == Stage::Archive);
            if closes && box_at == 0 && !closed {
                act(&office, ARCHIVIST, THEN, |tx| boxes::close_box(tx, into[0])).unwrap();
            }
        }
        sound(&office);
        let desk = Desk::read(&office.store(), ids[0]).unwrap().unwrap();
        prop_assert!(desk.key(0).is_some());
    }
}

#[test]
fn each_invariant_notices_its_own_damage() {
    let office = office();
    receipts(&office);
    let first = bound(&office, "A1", WHEN);
    let waiting = bound(&office, "A2", WHEN);
    let seen = case(&office.store(), first).version;
    act(&office, ARCHIVIST, THEN, |tx| filing::open_and_file(tx, first, seen)).unwrap();
    paid(&office, "A3", (Mode::Cash, "HL00010001"), THEN);
    act(&office, ARCHIVIST, THEN, |tx| receipt::red_copy(tx, "HL00010001")).unwrap();
    sound(&office);
    let lent = format!(
        "INSERT INTO loan (case_id, borrower, purpose, out_at, out_by, due_day, returned_by) \
         VALUES ({waiting}, 'x', 'x', 1, '1008', '2026-11-30', '')"
    );
    let damage = [
        ("boxes.homogeneous", "UPDATE box SET year = 2020"),
        ("boxes.counts", "UPDATE box SET files = 9"),
        ("boxes.place", "UPDATE box_position SET left_at = 5"),
        ("boxes.loans", lent.as_str()),
        ("boxes.holder", "UPDATE step_record SET recorded_by = 99 WHERE step = 2"),
        ("archive.receipts", "UPDATE receipt_evidence SET serial = 'HL00010099' WHERE serial <> ''"),
        ("archive.work", "DELETE FROM file_work WHERE kind = 'bound'"),
    ];
    for (name, sql) in damage {
        let store = office.store();
        store.conn().execute_batch("PRAGMA foreign_keys = 0; SAVEPOINT whole").unwrap();
        store.conn().execute_batch(sql).unwrap();
        let all = closing_desk::registry::invariants();
        let broken: Vec<&str> = closing_desk::db::reconcile::run(&store, &all)
            .into_iter()
            .filter(|verdict| verdict.broken.is_some())
            .map(|verdict| verdict.invariant.name)
            .collect();
        assert!(broken.contains(&name), "{sql}: {broken:?}");
        store.conn().execute_batch("ROLLBACK TO whole; RELEASE whole").unwrap();
    }
}
