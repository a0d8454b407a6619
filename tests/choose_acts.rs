//! Choosing, review and cancelling as acts: what is refused and why, what is stored, and what a reopening keeps.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod choose_common;
#[expect(dead_code, reason = "the fixtures of closing are shared")]
mod closing_common;
mod harness;

use choose_common::*;
use closing_desk::case::milestones::Stage;
use closing_desk::closing::rules::reopen::Reason;
use closing_desk::closing::store::reopen;
use closing_desk::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind, State};
use closing_desk::instructions::store::{by_id, update};
use closing_desk::kernel::money::Fen;
use closing_desk::office::private::{self, Private};
use closing_desk::payment::rules::Wish;
use closing_desk::payment::store::{Choice, Override, choose, offer};
use harness::{CLERK, CLERK_2, LEADER, LEADER_2, Office, moment};
use std::rc::Rc;

fn office() -> Rc<Office> {
    Office::with_people(moment("2026-11-23 08:00"))
}

fn allow(office: &Office, who: &str, reason: &str) -> Option<Override> {
    Some(Override { by: office.actor(who), reason: reason.into() })
}

#[test]
fn a_usual_choice_covers_the_case_and_needs_no_review() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    assert_eq!(case(&office.store(), id).milestones.stage(), Stage::Payment);
    let done = choose_by(&office, CLERK, id, vec![wish(800)]).unwrap();
    assert!(!done.awaits_review && done.left == Fen::ZERO);
    let case = case(&office.store(), id);
    assert_eq!((case.milestones.stage(), case.milestones.chosen_at), (Stage::Precheck, Some(moment(NOW))));
    let one = &instructions(&office.store(), id)[0];
    assert_eq!((one.state, one.bank_code.as_str(), one.account_changed), (State::Chosen, "icbc", false));
    let offered: (String, bool) = office
        .store()
        .conn()
        .query_row("SELECT bank_code, open FROM offered_account WHERE case_id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert_eq!(offered, ("icbc".to_owned(), true));
    sound(&office);
}

#[test]
fn what_is_live_never_exceeds_what_is_to_be_paid() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    let other = |amount| Wish { account: "6222021001122334466".into(), ..wish(amount) };
    assert_eq!(codes(choose_by(&office, CLERK, id, vec![wish(500), other(301)])), "exceeds");
    assert!(instructions(&office.store(), id).is_empty(), "all of a list or nothing");
    let done = choose_by(&office, CLERK, id, vec![wish(500), other(200)]).unwrap();
    assert_eq!(done.left, Fen::from_yuan(100));
    assert_eq!(case(&office.store(), id).milestones.chosen_at, None, "the whole payable is not chosen yet");
    assert_eq!(codes(choose_by(&office, CLERK_2, id, vec![wish(101)])), "exceeds");
    choose_by(&office, CLERK_2, id, vec![wish(100)]).unwrap();
    assert!(case(&office.store(), id).milestones.chosen_at.is_some());
    sound(&office);
}

#[test]
fn only_a_clerk_chooses_and_only_after_the_customer_agreed() {
    let office = office();
    let id = closed(&office, "A1", 800, |_| {});
    assert_eq!(codes(choose_by(&office, CLERK, id, vec![wish(800)])), "not_payable");
    told(&office, id);
    assert_eq!(codes(choose_by(&office, "1006", id, vec![wish(800)])), "right");
    let seen = case(&office.store(), id).version - 1;
    let stale =
        act(&office, CLERK, NOW, |tx| choose(tx, &[Choice { case_id: id, seen, wishes: vec![wish(800)] }], None));
    assert_eq!(codes(stale), "stale");
}

#[test]
fn cash_above_the_ceiling_needs_another_persons_override() {
    let office = office();
    let id = waiting(&office, "A1", 1_200, |_| {});
    let cash = || vec![Wish { mode: Some(Mode::Cash), ..wish(1_200) }];
    assert_eq!(codes(choose_by(&office, CLERK, id, cash())), "cash_ceiling");
    assert_eq!(codes(choose_with(&office, CLERK, id, cash(), allow(&office, CLERK_2, "急用"))), "override_by");
    assert_eq!(codes(choose_with(&office, CLERK, id, cash(), allow(&office, LEADER, " "))), "override_reason");
    choose_with(&office, CLERK, id, cash(), allow(&office, LEADER, "老人无卡")).unwrap();
    let one = &instructions(&office.store(), id)[0];
    assert_eq!((one.overrides.as_str(), one.override_reason.as_str()), ("cash_ceiling", "老人无卡"));
    assert_eq!(one.override_by, Some(office.actor(LEADER).id));
    assert_eq!(one.account, "", "cash keeps no account");
    sound(&office);
}

#[test]
fn the_same_account_and_amount_of_one_plate_stops_until_a_leader_overrides() {
    let office = office();
    let plate = |facts: &mut closing_desk::case::facts::Facts| facts.plate = "皖A00001".into();
    let first = waiting(&office, "A1", 800, plate);
    let second = waiting(&office, "A2", 800, plate);
    let stranger = waiting(&office, "A3", 800, |_| {});
    choose_by(&office, CLERK, first, vec![wish(800)]).unwrap();
    choose_by(&office, CLERK, stranger, vec![wish(800)]).unwrap();
    assert_eq!(codes(choose_by(&office, CLERK_2, second, vec![wish(800)])), "duplicate");
    choose_with(&office, CLERK_2, second, vec![wish(800)], allow(&office, LEADER, "两次事故")).unwrap();
    assert_eq!(instructions(&office.store(), second)[0].overrides, "duplicate");
    let one = instructions(&office.store(), first)[0].id;
    cancel_by(&office, CLERK, one, first).unwrap();
    sound(&office);
}

#[test]
fn staff_are_never_paid() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    let person = office.actor("1005").id;
    let set = |typed: Private| act(&office, LEADER, NOW, |tx| private::set(tx, person, &typed));
    assert_eq!(codes(set(Private { id_no: "110105194912310021".into(), ..Private::default() })), "id_no");
    for own in [
        Private { id_no: ID.to_lowercase(), ..Private::default() },
        Private { phone: "13800138000".into(), ..Private::default() },
        Private { account: CARD.into(), ..Private::default() },
    ] {
        set(own).unwrap();
        let wish = Wish { payee_phone: "13800138000".into(), ..wish(800) };
        assert_eq!(codes(choose_with(&office, CLERK, id, vec![wish], allow(&office, LEADER, "x"))), "staff");
    }
    set(Private::default()).unwrap();
    choose_by(&office, CLERK, id, vec![wish(800)]).unwrap();
}

#[test]
fn another_payee_is_reviewed_by_somebody_who_did_not_choose() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    let heir =
        Wish { payee_kind: Some(PayeeKind::Heir), payee: "王小明".into(), holder: "王小明".into(), ..wish(800) };
    let done = choose_by(&office, CLERK, id, vec![heir]).unwrap();
    assert!(done.awaits_review);
    let one = instructions(&office.store(), id)[0].clone();
    assert_eq!(one.review_reasons, "payee holder");
    assert_eq!(codes(review_by(&office, CLERK_2, &[one.id])), "right");
    review_by(&office, "1007", &[one.id]).unwrap();
    assert!(!instructions(&office.store(), id)[0].awaits_review());
    assert_eq!(codes(review_by(&office, "1006", &[one.id])), "review_none");
    sound(&office);
}

#[test]
fn a_leader_who_chose_as_a_clerk_does_not_review_the_own_choice() {
    let office = office();
    let id = waiting(&office, "A1", 60_000, |facts| facts.line = "property".into());
    act(&office, LEADER, NOW, |tx| {
        let both = office.actor("1007").id;
        tx.conn().execute("INSERT INTO person_role (person_id, role) VALUES ($1, 'clerk')", [both])?;
        tx.journal("person 1007", 0, &serde_json::json!({}))
    })
    .unwrap();
    choose_by(&office, "1007", id, vec![wish(60_000)]).unwrap();
    let one = instructions(&office.store(), id)[0].clone();
    assert_eq!(one.review_reasons, "amount");
    assert_eq!(codes(review_by(&office, "1007", &[one.id])), "review_own");
    review_by(&office, "1006", &[one.id]).unwrap();
}

#[test]
fn a_direct_account_is_taken_as_it_is_on_record() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    let on_record = direct(&office);
    let wish = |direct_id| Wish {
        mode: Some(Mode::Direct),
        direct_id,
        account: "1".into(),
        holder: String::new(),
        ..wish(800)
    };
    assert_eq!(codes(choose_by(&office, CLERK, id, vec![wish(Some(99))])), "direct");
    choose_by(&office, CLERK, id, vec![wish(Some(on_record))]).unwrap();
    let one = &instructions(&office.store(), id)[0];
    assert_eq!(
        (one.account.as_str(), one.holder.as_str(), one.direct_id),
        ("6222021001122334466", "王建国", Some(on_record))
    );
    assert!(!one.account_changed);
}

#[test]
fn the_first_offer_of_a_customer_is_kept_once() {
    let office = office();
    let id = waiting(&office, "A1", 800, |facts| facts.account.clear());
    let closed = Wish { bank: "城关农村信用社".into(), account: "6210001".into(), ..wish(800) };
    act(&office, CLERK, NOW, |tx| offer(tx, id, &closed)).unwrap();
    assert_eq!(codes(choose_by(&office, CLERK, id, vec![closed])), "channel");
    choose_by(&office, CLERK, id, vec![wish(800)]).unwrap();
    let kept: (String, bool, i64) = office
        .store()
        .conn()
        .query_row("SELECT MAX(bank_code), MAX(open), COUNT(*) FROM offered_account WHERE case_id = ?1", [id], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(kept, ("rcc".to_owned(), false, 1));
}

#[test]
fn a_reopening_holds_what_is_live_and_the_sign_off_takes_it_up() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    choose_by(&office, CLERK, id, vec![wish(800)]).unwrap();
    reopened(&office, id).unwrap();
    let one = instructions(&office.store(), id)[0].clone();
    assert!(one.held && one.round == 2 && one.state == State::Chosen);
    sound(&office);
    sign_again(&office, id, 900);
    let one = instructions(&office.store(), id)[0].clone();
    assert!(!one.held);
    sound(&office);
    told(&office, id);
    assert_eq!(case(&office.store(), id).milestones.stage(), Stage::Payment, "100 more are to be chosen");
    choose_by(&office, CLERK, id, vec![wish(100)]).unwrap();
    assert_eq!(case(&office.store(), id).milestones.stage(), Stage::Precheck);
    sound(&office);
}

fn reopened(office: &Rc<Office>, id: i64) -> Result<i64, closing_desk::db::ActError> {
    let seen = case(&office.store(), id).version;
    act(office, LEADER_2, NOW, |tx| reopen(tx, id, seen, Some(Reason::Error), "漏赔", 4))
}

#[test]
fn a_surplus_after_a_reopening_stays_held_until_it_is_cancelled() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    let other = Wish { account: "6222021001122334466".into(), ..wish(300) };
    choose_by(&office, CLERK, id, vec![wish(500), other]).unwrap();
    reopened(&office, id).unwrap();
    sign_again(&office, id, 500);
    told(&office, id);
    let held = instructions(&office.store(), id);
    assert!(held.iter().all(|one| one.held));
    assert_eq!(case(&office.store(), id).milestones.stage(), Stage::Payment);
    assert_eq!(codes(choose_by(&office, CLERK, id, vec![wish(1)])), "exceeds");
    cancel_by(&office, CLERK, held[1].id, id).unwrap();
    assert!(!instructions(&office.store(), id)[0].held);
    assert_eq!(case(&office.store(), id).milestones.stage(), Stage::Precheck);
    sound(&office);
}

/// Puts an instruction into another state, as releasing and sending do.
fn put(office: &Rc<Office>, case_id: i64, way: &[State]) {
    let cashier = Some(office.actor("1006").id);
    act(office, LEADER, NOW, |tx| {
        let mut one = closing_desk::instructions::store::of_case(tx.conn(), case_id)?.pop().unwrap();
        for state in way {
            let paid = (*state == State::Paid).then_some(tx.now);
            let next = Instruction {
                state: *state,
                released_at: one.released_at.or(Some(tx.now)),
                released_by: cashier,
                paid_at: paid,
                paid_by: paid.and(cashier),
                ended_at: paid,
                ..by_id(tx.conn(), one.id)?.unwrap()
            };
            update(tx.conn(), &one, &next)?;
            one = next;
        }
        tx.journal("state", 0, &serde_json::json!({"id": one.id}))
    })
    .unwrap();
}

#[test]
fn nothing_is_reopened_while_the_bank_has_money_and_what_was_paid_is_carried() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    choose_by(&office, CLERK, id, vec![wish(300)]).unwrap();
    put(&office, id, &[State::Released, State::Sending]);
    assert_eq!(codes(reopened(&office, id)), "reopen_with_bank");
    put(&office, id, &[State::Sent, State::Paid]);
    reopened(&office, id).unwrap();
    let m = case(&office.store(), id).milestones;
    assert_eq!((m.round, m.paid_before), (2, Fen::from_yuan(300)), "what was paid of an unfinished round is not lost");
    sign_again(&office, id, 800);
    told(&office, id);
    choose_by(&office, CLERK, id, vec![wish(500)]).unwrap();
    assert_eq!(case(&office.store(), id).milestones.stage(), Stage::Precheck);
    sound(&office);
}

#[test]
fn a_released_instruction_is_not_cancelled_by_the_clerk() {
    let office = office();
    let id = waiting(&office, "A1", 800, |_| {});
    choose_by(&office, CLERK, id, vec![wish(800)]).unwrap();
    let one = instructions(&office.store(), id)[0].id;
    assert_eq!(codes(cancel_by(&office, "1008", one, id)), "right");
    put(&office, id, &[State::Released]);
    assert_eq!(codes(cancel_by(&office, CLERK, one, id)), "cancel_late");
}

#[test]
fn a_company_and_an_agency_need_both_persons_verified() {
    let office = office();
    let uscc = "91340100MA2TYNTH0";
    let uscc = format!("{uscc}{}", check(uscc));
    let id = waiting(&office, "A1", 800, |facts| {
        (facts.insured, facts.id_kind, facts.id_no) = ("合成运输有限公司".into(), String::new(), uscc.clone());
        (facts.payee, facts.holder) = (facts.insured.clone(), facts.insured.clone());
    });
    let company = Wish {
        payee_kind: Some(PayeeKind::Company),
        payee: "合成运输有限公司".into(),
        payee_id_no: uscc,
        holder: "合成运输有限公司".into(),
        ..wish(800)
    };
    assert_eq!(codes(choose_by(&office, CLERK, id, vec![company.clone()])), "agent, agent_id, mandate, account_kind");
    let whole = Wish {
        agent: "李经办".into(),
        agent_id_no: ID.into(),
        mandate: "W-001".into(),
        account_kind: Some(AccountKind::Company),
        ..company
    };
    let done = choose_by(&office, CLERK, id, vec![whole]).unwrap();
    assert!(!done.awaits_review, "the insured itself");
}

/// The last character of a synthetic 统一社会信用代码 (GB 32100).
fn check(body: &str) -> char {
    const LETTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    LETTERS
        .chars()
        .find(|last| {
            closing_desk::kernel::identity::classify_id("", &format!("{body}{last}"), chrono::NaiveDate::MAX)
                .is_acceptable()
        })
        .unwrap()
}
