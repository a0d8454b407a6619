//! Closing on a real store: the five steps, who may, what is fixed, what is undone and what stays visible.

#[expect(dead_code, reason = "the rounds of other tests are sound in their own way")]
mod closing_common;

use closing_common::{NOW, Office, at, codes, entry, yuan};
use closing_desk::case::milestones::{Outcome, Stage};
use closing_desk::case::store::{load, subject};
use closing_desk::closing::rules::Entry;
use closing_desk::closing::rules::reopen::Reason;
use closing_desk::closing::store as closing;
use closing_desk::db::journal;
use closing_desk::kernel::clock::{file_time, parse_day};
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::office::store as office;
use closing_desk::papers::rules::State;
use closing_desk::papers::store::{self as papers, NewMark};
use proptest::prelude::*;

#[test]
fn four_prefilled_steps_are_one_act_with_a_row_each() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    let before = office.case(id);
    let done = office.confirm(id, 4, &entry(800)).unwrap();
    assert_eq!((done.first, done.last, done.version), (1, 4, before.version + 1));
    let case = office.case(id);
    assert_eq!(case.milestones.next_step(), Some(5));
    assert_eq!(case.milestones.papers_at, Some(at("2026-11-23 09:00:00")));
    assert_eq!((case.milestones.payable, case.milestones.proposed), (yuan(800), Some(Outcome::Pay)));
    let rows = journal::since_version(office.store.conn(), &subject(&case.case_code), before.version).unwrap();
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row.act == "confirm_step" && row.version == done.version));
    office.sound();
}

#[test]
fn a_stale_form_is_refused_and_told_what_changed() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    let seen = office.case(id).version;
    office.confirm(id, 1, &entry(800)).unwrap();
    let refused = office.act(&office.clerk, NOW, |tx| closing::confirm_steps(tx, id, seen, 2, &entry(800)));
    assert_eq!(codes(refused), "stale");
    assert_eq!(office.case(id).milestones.next_step(), Some(2));
}

#[test]
fn steps_go_in_order_and_only_by_those_who_may() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    assert_eq!(codes(office.confirm_by(&office.precheck, NOW, id, 1, &entry(800))), "right");
    office.confirm(id, 1, &entry(800)).unwrap();
    assert_eq!(codes(office.confirm_by(&office.precheck, NOW, id, 3, &entry(800))), "right");
    office.confirm_by(&office.precheck, NOW, id, 2, &entry(800)).unwrap();
    assert_eq!(codes(office.confirm(id, 2, &entry(800))), "order");
    assert_eq!(codes(office.confirm(id, 5, &entry(800))), "order");
    assert_eq!(codes(office.sign(&office.head, NOW, id)), "sign_stage");
    office.sound();
}

#[test]
fn all_findings_come_at_once_and_nothing_is_written() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    let wrong =
        Entry {
            surveyor: String::new(), adjuster: "定损员".into(), verified: yuan(900), outcome: None, ..entry(800)
        };
    let head = journal::head(office.store.conn()).unwrap();
    assert_eq!(codes(office.confirm(id, 4, &wrong)), "person_missing, same_person, price_reason, outcome");
    assert_eq!(journal::head(office.store.conn()).unwrap(), head);
}

#[test]
fn a_new_name_becomes_a_person_once_and_a_shared_one_is_asked_for() {
    let office = Office::new();
    let id = office.prefilled("A1", 800);
    let named = Entry { surveyor: "新 来".into(), assessor: "新来".into(), ..entry(800) };
    office.confirm(id, 3, &named).unwrap();
    let case = office.case(id);
    assert!(case.people.surveyor.is_some() && case.people.surveyor == case.people.assessor);
    let person = office::by_id(office.store.conn(), case.people.surveyor.unwrap()).unwrap().unwrap();
    assert!(person.roles.is_empty() && !person.has_pin);
    office
        .act(&office.head, NOW, |tx| {
            office::insert(tx.conn(), "核价员", Some("3001"), Default::default(), None, tx.now)?;
            tx.journal("person 3001", 0, &serde_json::json!({}))
        })
        .unwrap();
    assert_eq!(codes(office.confirm(id, 4, &entry(800))), "person_several");
    assert_eq!(codes(office.confirm(id, 4, &Entry { verifier: "3009".into(), ..entry(800) })), "person_number");
    office.confirm(id, 4, &Entry { verifier: "3001".into(), ..entry(800) }).unwrap();
    office.sound();
}

#[test]
fn the_cutoff_second_decides_the_batch_day() {
    for (closed, batch, due) in [
        ("2026-11-23 15:59:59", "2026-11-23", "2026-11-26 16:00:00"),
        ("2026-11-23 16:00:00", "2026-11-23", "2026-11-26 16:00:00"),
        ("2026-11-23 16:00:01", "2026-11-24", "2026-11-27 16:00:00"),
        // A make-up Saturday works; the last day before the Spring Festival is followed by the first after it.
        ("2026-02-14 16:00:00", "2026-02-14", "2026-02-26 16:00:00"),
        ("2026-02-14 16:00:01", "2026-02-24", "2026-02-27 16:00:00"),
    ] {
        let office = Office::new();
        let id = office.at_five("A1", 800);
        if closed < NOW {
            // The machine's time may not run backwards, so a case of February is judged by its own rules only.
            let desk = closing::Desk::read(&office.store, id).unwrap().unwrap();
            let rules = closing_desk::case::reason::rules_of(&desk.rules);
            assert_eq!(rules.batch_day(at(closed)).to_string(), batch);
            let m = closing_desk::case::milestones::Milestones { closed_at: Some(at(closed)), ..desk.case.milestones };
            assert_eq!(file_time(rules.archive(&m).unwrap().due_at), due);
            continue;
        }
        let signed = office.sign(&office.leader, closed, id).unwrap();
        let case = office.case(id);
        assert_eq!(case.round.batch_day, batch, "{closed}");
        assert_eq!(case.round.archive_due.map(file_time).as_deref(), Some(due), "{closed}");
        assert_eq!(case.round.approver, "1003");
        assert_eq!(case.milestones.stage(), Stage::Notify);
        let said = signed.said.say(Lang::Zh);
        assert!(said.contains(closed) && said.contains(&batch[5..]) && said.contains(&due[5..16]), "{said}");
        office.sound();
    }
}

#[test]
fn above_the_limit_it_waits_for_a_higher_one() {
    let office = Office::new();
    let id = office.at_five("A1", 60_000);
    let waits = office.sign(&office.leader, NOW, id).unwrap();
    assert!(!waits.closed);
    assert!(waits.said.say(Lang::Zh).contains("已提交，待复核"), "{}", waits.said.say(Lang::Zh));
    let case = office.case(id);
    assert!(case.milestones.endorsed && case.milestones.closed_at.is_none());
    assert_eq!(codes(office.sign(&office.leader, NOW, id)), "endorsed");
    assert!(office.sign(&office.head, NOW, id).unwrap().closed);
    office.sound();
}

#[test]
fn a_large_case_needs_minutes_first() {
    let office = Office::new();
    let id = office.at_five("A1", 100_000);
    assert_eq!(codes(office.sign(&office.head, NOW, id)), "minutes");
    let add =
        |day, who: &str, what: &str| office.act(&office.clerk, NOW, |tx| closing::add_minutes(tx, id, day, who, what));
    assert_eq!(codes(add(None, "", "")), "minutes_day, minutes_text, minutes_text");
    assert_eq!(codes(add(parse_day("2026-11-24"), "赵总、王主任", "同意")), "minutes_day");
    add(parse_day("2026-11-23"), "赵总、王主任", "同意赔付").unwrap();
    assert!(office.sign(&office.head, NOW, id).unwrap().closed);
    assert_eq!(codes(add(parse_day("2026-11-23"), "a", "b")), "minutes_closed");
    office.sound();
}

#[test]
fn only_a_leader_or_deputy_signs_and_never_who_recorded() {
    let office = Office::new();
    let id = office.at_five("A1", 800);
    assert_eq!(codes(office.sign(&office.clerk, NOW, id)), "same_person, authority");
    assert_eq!(codes(office.sign(&office.precheck, NOW, id)), "authority");
    office
        .act(&office.head, NOW, |tx| {
            tx.conn().execute(
                "INSERT INTO deputy (leader_id, deputy_id, sign_limit, from_at, to_at, reason, set_by, set_at) \
                 VALUES ($1, $2, 100000, $3, $4, '', '1003', 0)",
                [office.leader.id, office.precheck.id, at("2026-11-23 08:00:00"), at("2026-11-23 18:00:00")],
            )?;
            tx.journal("person 1002", 0, &serde_json::json!({}))
        })
        .unwrap();
    assert!(office.sign(&office.precheck, NOW, id).unwrap().closed);
    let records = load::steps(office.store.conn(), id).unwrap();
    assert_eq!(records.last().unwrap().on_behalf_of, Some(office.leader.id));
    let dear = office.at_five("A2", 1_001);
    assert!(!office.sign(&office.precheck, NOW, dear).unwrap().closed, "a deputy's own limit");
    assert_eq!(codes(office.sign(&office.precheck, "2026-11-23 18:00:01", dear)), "authority");
    office.sound();
}

#[test]
fn a_doubtful_clock_holds_the_sign_off() {
    let office = Office::new();
    let id = office.at_five("A1", 800);
    assert_eq!(codes(office.sign(&office.head, "2026-11-23 15:27:59", id)), "clock");
}

#[test]
fn a_return_voids_what_follows_and_keeps_the_clock() {
    let office = Office::new();
    let id = office.at_five("A1", 60_000);
    office.sign(&office.leader, NOW, id).unwrap();
    let back = |step, reason: &str| {
        let seen = office.case(id).version;
        office.act(&office.head, NOW, |tx| closing::return_to(tx, id, seen, step, reason))
    };
    assert_eq!(codes(back(5, "")), "return_step, reason");
    back(2, "缺发票").unwrap();
    let case = office.case(id);
    assert_eq!(case.milestones.next_step(), Some(2));
    assert_eq!(case.milestones.papers_at, Some(at("2026-11-23 09:00:00")), "the company's clock goes on");
    assert!(!case.milestones.endorsed && case.milestones.proposed.is_none());
    let records = load::steps(office.store.conn(), id).unwrap();
    let voided: Vec<u8> = records.iter().filter(|r| r.void_at.is_some()).map(|r| r.step).collect();
    assert_eq!(voided, [2, 3, 4]);
    assert!(records.iter().all(|r| r.void_at.is_none() || (r.void_reason == "缺发票" && r.void_by == "1004")));
    // Typed anew with a later time, the papers still count from the first.
    let later = Entry { papers_at: Some(at("2026-11-23 15:00:00")), ..entry(800) };
    office.confirm(id, 4, &later).unwrap();
    assert_eq!(office.case(id).milestones.papers_at, Some(at("2026-11-23 09:00:00")));
    office.sign(&office.leader, NOW, id).unwrap();
    assert_eq!(codes(back(1, "x")), "return_closed");
    office.sound();
}

#[test]
fn a_reopening_carries_earlier_steps_over() {
    let office = Office::new();
    let id = office.at_five("A1", 800);
    office.sign(&office.leader, NOW, id).unwrap();
    let first = office.case(id);
    let reopen = |who, step| {
        let seen = office.case(id).version;
        office.act(who, "2026-11-24 09:00:00", |tx| {
            closing::reopen(tx, id, seen, Some(Reason::Dispute), "条款争议成立", step)
        })
    };
    assert_eq!(codes(reopen(&office.clerk, 4)), "right");
    reopen(&office.leader, 4).unwrap();
    let case = office.case(id);
    assert_eq!((case.milestones.round, case.milestones.next_step()), (2, Some(4)));
    assert_eq!(case.round.batch_day, "");
    let rounds = load::rounds(office.store.conn(), id).unwrap();
    assert_eq!(
        (rounds[0].0.closed_at, &rounds[0].1),
        (first.milestones.closed_at, &first.round),
        "round 1 stays as it was"
    );
    let records = load::steps(office.store.conn(), id).unwrap();
    let carried: Vec<(u8, i64)> = records.iter().filter(|r| r.round == 2).map(|r| (r.step, r.carried_from)).collect();
    assert_eq!(carried, [(1, 1), (2, 1), (3, 1)]);
    assert_eq!(codes(reopen(&office.leader, 4)), "reopen_open");
    office
        .confirm_by(&office.clerk, "2026-11-24 09:30:00", id, 4, &Entry { payable: yuan(700), ..entry(800) })
        .unwrap();
    office.sign(&office.head, "2026-11-24 10:00:00", id).unwrap();
    let case = office.case(id);
    assert_eq!((case.milestones.payable, case.round.batch_day.as_str()), (yuan(700), "2026-11-24"));
    office.sound();
}

#[test]
fn a_refusal_may_skip_steps_and_pays_nothing() {
    let office = Office::new();
    let id = office.case_with("A1", |facts| (facts.surveyor, facts.assessor) = (String::new(), String::new()));
    let mut refusal = Entry { outcome: Some(Outcome::Refuse), ..Entry::default() };
    for step in [0, 2, 3] {
        refusal.not_applicable[step] = "不属保险责任".into();
    }
    office.confirm(id, 4, &refusal).unwrap();
    assert_eq!(office.case(id).milestones.payable, Some(Fen::ZERO));
    // A refusal that turns into a payment has to do what it left out.
    let seen = office.case(id).version;
    office.act(&office.clerk, NOW, |tx| closing::return_to(tx, id, seen, 4, "改判")).unwrap();
    assert_eq!(office.case(id).milestones.proposed, Some(Outcome::Refuse));
    assert_eq!(codes(office.confirm(id, 4, &entry(800))), "skipped_before, skipped_before");
    office.confirm(id, 4, &refusal).unwrap();
    office.sign(&office.leader, NOW, id).unwrap();
    let case = office.case(id);
    assert_eq!(case.milestones.outcome, Some(Outcome::Refuse));
    office.sound();
}

#[test]
fn one_pin_signs_the_marked_and_leaves_the_rest_with_reasons() {
    let office = Office::new();
    let (small, other) = (office.at_five("A1", 800), office.at_five("A2", 1_200));
    let large = office.at_five("A3", 5_000);
    let moved = office.at_five("A4", 100);
    let marked: Vec<(i64, i64)> = [small, other, large, moved].map(|id| (id, office.case(id).version)).to_vec();
    let seen = office.case(moved).version;
    office.act(&office.clerk, NOW, |tx| closing::return_to(tx, moved, seen, 4, "核价有误")).unwrap();
    let done = office.act(&office.leader, NOW, |tx| closing::sign_many(tx, &marked)).unwrap();
    assert_eq!((done.closed, done.sum), (vec![small, other], Fen::from_yuan(2_000)));
    let left: Vec<(i64, String)> = done.left.iter().map(|(id, _, findings)| (*id, findings.codes())).collect();
    assert_eq!(left, [(large, "large".to_owned()), (moved, "stale".to_owned())]);
    let single = [(large, office.case(large).version)];
    let done = office.act(&office.leader, NOW, |tx| closing::sign_many(tx, &single)).unwrap();
    assert_eq!(done.closed, [large]);
    assert_eq!(codes(office.act(&office.leader, NOW, |tx| closing::sign_many(tx, &single))), "stale");
    assert_eq!(codes(office.act(&office.leader, NOW, |tx| closing::sign_many(tx, &[]))), "nothing_marked");
    office.sound();
}

#[test]
fn a_leader_who_waived_does_not_sign_unless_alone() {
    let office = Office::new();
    let waive = |id| {
        let mark = [NewMark { item: "repair-invoice".into(), state: State::Waived, reason: "小额免附".into() }];
        office.act(&office.head, NOW, |tx| papers::papers_mark(tx, id, &mark))
    };
    let id = office.prefilled("A1", 800);
    waive(id).unwrap();
    office.confirm(id, 4, &entry(800)).unwrap();
    assert_eq!(codes(office.sign(&office.head, NOW, id)), "waived");
    office
        .act(&office.head, NOW, |tx| {
            tx.conn().execute("UPDATE person SET enabled = 0 WHERE staff_no = '1003'", [])?;
            tx.journal("person 1003", 0, &serde_json::json!({}))
        })
        .unwrap();
    let signed = office.sign(&office.head, NOW, id).unwrap();
    assert!(signed.warnings.has("waived"));
    office.sound();
}

#[test]
fn papers_are_ticked_rejected_and_waived_with_reasons() {
    let office = Office::new();
    let id = office.case_with("A1", |facts| facts.papers_at = None);
    let mark = |who, item: &str, state, reason: &str| {
        let mark = [NewMark { item: item.into(), state, reason: reason.into() }];
        office.act(who, NOW, |tx| papers::papers_mark(tx, id, &mark))
    };
    assert_eq!(codes(mark(&office.clerk, "policy", State::Rejected, " ")), "papers_reason");
    assert_eq!(codes(mark(&office.clerk, "policy", State::Waived, "x")), "right");
    assert_eq!(codes(mark(&office.clerk, "nothing", State::Present, "")), "papers_item");
    assert_eq!(codes(office.confirm(id, 2, &entry(800))), "papers_missing");
    mark(&office.clerk, "policy", State::Rejected, "字迹不清").unwrap();
    office.act(&office.clerk, NOW, |tx| papers::papers_all_present(tx, id)).unwrap();
    assert_eq!(codes(office.confirm(id, 2, &entry(800))), "papers_missing", "the rejected one stays rejected");
    mark(&office.precheck, "policy", State::Copy, "").unwrap();
    office.confirm_by(&office.clerk, "2026-11-23 18:00:00", id, 2, &entry(800)).unwrap();
    assert_eq!(office.case(id).milestones.papers_at, Some(at(NOW)), "complete with the last mark");
    assert_eq!(codes(mark(&office.clerk, "policy", State::Open, "")), "papers_confirmed");
    office.sound();
}

#[test]
fn notice_and_supplement_pause_the_case() {
    let office = Office::new();
    let id = office.case_with("A1", |facts| facts.papers_at = None);
    let version = || office.case(id).version;
    let supplement = |when: &str| {
        let seen = version();
        office.act(&office.clerk, NOW, |tx| papers::papers_supplement(tx, id, seen, at(when), ""))
    };
    assert_eq!(codes(supplement(NOW)), "papers_no_notice");
    let seen = version();
    let notice = |when: &str, reason: &str| {
        office.act(&office.clerk, NOW, |tx| papers::papers_notice(tx, id, seen, at(when), reason))
    };
    assert_eq!(codes(notice("2026-11-23 15:30:01", "")), "future");
    assert_eq!(codes(notice("2026-11-23 13:29:59", "")), "early_reason");
    notice("2026-11-23 15:00:00", "").unwrap();
    assert!(office.case(id).milestones.paused());
    assert_eq!(codes(supplement("2026-11-23 14:59:59")), "papers_before_notice");
    supplement("2026-11-23 15:20:00").unwrap();
    assert!(!office.case(id).milestones.paused());
    office.sound();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn whatever_is_done_steps_stay_in_order_and_voids_visible(moves in prop::collection::vec((0_u8..4, 1_u8..=4), 1..14)) {
        let office = Office::new();
        let id = office.prefilled("A1", 800);
        let mut made = 0;
        for (what, step) in moves {
            let seen = office.case(id).version;
            match what {
                0 | 1 => {
                    let from = office.case(id).milestones.next_step();
                    if office.confirm(id, step, &entry(800)).is_ok() {
                        made += usize::from(step + 1 - from.unwrap());
                    }
                }
                2 => drop(office.act(&office.clerk, NOW, |tx| closing::return_to(tx, id, seen, step, "x"))),
                _ if office.sign(&office.leader, NOW, id).is_ok() => {
                    made += 1;
                    let seen = office.case(id).version;
                    office.act(&office.head, NOW, |tx| closing::reopen(tx, id, seen, Some(Reason::Error), "x", step)).unwrap();
                    made += usize::from(step - 1);
                }
                _ => {}
            }
            let m = office.case(id).milestones;
            let open = m.steps.iter().position(Option::is_none).unwrap_or(4);
            prop_assert!(m.steps.iter().skip(open).all(Option::is_none), "a gap in {:?}", m.steps);
            prop_assert_eq!(load::steps(office.store.conn(), id).unwrap().len(), made, "no record is ever lost");
        }
        office.sound();
    }
}
