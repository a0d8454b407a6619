//! Two desks choose, cancel, review, pay and reopen in any order: what is under way and paid never exceeds what is to be
//! paid, and the milestones are those that follow from the instructions.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod choose_common;
#[expect(dead_code, reason = "the fixtures of closing are shared")]
mod closing_common;
mod harness;

use choose_common::*;
use closing_desk::case::milestones::Stage;
use closing_desk::case::store::{load, subject, write};
use closing_desk::closing::rules::reopen::Reason;
use closing_desk::closing::store::reopen;
use closing_desk::db::{ActError, Store, Wait};
use closing_desk::instructions::rules::{Instruction, State, Sums, settle};
use closing_desk::instructions::store::{of_case, of_round, settle_case, update};
use closing_desk::payment::rules::Wish;
use closing_desk::payment::store::{Choice, cancel, choose, review};
use closing_desk::reference::store::rulebook;
use harness::{CLERK, CLERK_2, LEADER_2, Office, moment};
use proptest::prelude::*;
use std::rc::Rc;

#[derive(Clone, Debug)]
enum Step {
    /// Which desk, how much, which account, whether the desk saw the case before the other's last step.
    Choose(bool, i64, usize, bool),
    Cancel(bool, usize),
    Review(bool, usize),
    Pay(usize),
    Reopen(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let one = prop_oneof![
        4 => (any::<bool>(), 1_i64..700, 0_usize..4, any::<bool>()).prop_map(|(a, b, c, d)| Step::Choose(a, b, c, d)),
        2 => (any::<bool>(), 0_usize..6).prop_map(|(a, b)| Step::Cancel(a, b)),
        1 => (any::<bool>(), 0_usize..6).prop_map(|(a, b)| Step::Review(a, b)),
        1 => (0_usize..6).prop_map(Step::Pay),
        1 => (1_i64..1_200).prop_map(Step::Reopen),
    ];
    proptest::collection::vec(one, 1..14)
}

/// A refusal changes nothing and is no mistake; anything else is.
fn refused<T>(result: Result<T, ActError>) {
    assert!(matches!(result, Ok(_) | Err(ActError::Refused(_))), "an act failed");
}

/// What paying does to an instruction and its case.
fn pay(office: &Office, store: &Store, case_id: i64, at: usize) {
    let act = |tx: &mut closing_desk::db::ActTx<'_>| {
        let all = of_case(tx.conn(), case_id)?;
        let Some(one) = all.get(at).filter(|one| one.state == State::Chosen && !one.held) else { return Ok(()) };
        let (now, cashier) = (Some(tx.now), Some(tx.actor.id));
        let released = Instruction { state: State::Released, released_at: now, released_by: cashier, ..one.clone() };
        update(tx.conn(), one, &released)?;
        let paid =
            Instruction { state: State::Paid, paid_at: now, paid_by: cashier, ended_at: now, ..released.clone() };
        update(tx.conn(), &released, &paid)?;
        let before = load::by_id(tx.conn(), case_id)?.unwrap();
        let mut after = before.clone();
        settle_case(tx.conn(), case_id, &mut after.milestones, tx.now)?;
        let version = write::save(tx, &before, &mut after, &*rulebook(tx.store())?, true)?;
        tx.journal_as("pay", &subject(&before.case_code), version, &serde_json::json!({"id": one.id})).map(drop)
    };
    store.act(&office.actor("1006"), moment(NOW), "pay", Wait::Patient, act).unwrap();
}

fn again(office: &Rc<Office>, store: &Store, id: i64, payable: i64) {
    let seen = case(store, id).version;
    let done = store.act(&office.actor(LEADER_2), moment(NOW), "reopen", Wait::Patient, |tx| {
        reopen(tx, id, seen, Some(Reason::Error), "复查", 4)
    });
    assert!(done.is_ok(), "nothing is with the bank here");
    check(store, id);
    sign_again(office, id, payable);
    check(store, id);
    told(office, id);
}

fn check(store: &Store, id: i64) {
    let m = case(store, id).milestones;
    let round = of_round(store.conn(), id, m.round).unwrap();
    let going = Sums::of(round.iter().filter(|one| !one.held));
    let most = if m.closed_at.is_some() { m.to_pay().fen().max(0) } else { 0 };
    assert!(going.live.fen() + going.paid.fen() <= most, "{going:?} of {most}");
    let mut anew = m.clone();
    settle(&mut anew, going, 0);
    assert_eq!((anew.chosen_at.is_some(), anew.paid_at.is_some()), (m.chosen_at.is_some(), m.paid_at.is_some()));
    let others = of_case(store.conn(), id).unwrap();
    assert!(others.iter().all(|one| one.round == m.round || !one.state.live()), "nothing is left in an earlier round");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_two_desks_keeps_the_sums_and_the_milestones(steps in steps()) {
        let office = Office::with_people(moment("2026-11-23 08:00"));
        let id = waiting(&office, "A1", 800, |_| {});
        let desks = [(office.store(), office.actor(CLERK)), (office.store(), office.actor(CLERK_2))];
        let cards = [CARD, "6222021001122334466", "6228481001122334458", "6217001001122334455"];
        let banks = ["工商银行", "工商银行", "农业银行", "建设银行"];
        let mut last = case(&desks[0].0, id).version;
        for step in steps {
            let now = case(&desks[0].0, id).version;
            let before = last;
            last = now;
            match step {
                Step::Choose(second, amount, card, late) => {
                    let (store, who) = &desks[usize::from(second)];
                    let wish = Wish { account: cards[card].into(), bank: banks[card].into(), ..wish(amount) };
                    let seen = if late { before } else { now };
                    let choice = [Choice { case_id: id, seen, wishes: vec![wish] }];
                    refused(store.act(who, moment(NOW), "choose", Wait::Patient, |tx| choose(tx, &choice, None)));
                }
                Step::Cancel(second, at) => {
                    let (store, who) = &desks[usize::from(second)];
                    let all = of_case(store.conn(), id).unwrap();
                    if let Some(one) = all.get(at) {
                        refused(store.act(who, moment(NOW), "cancel", Wait::Patient, |tx| cancel(tx, one.id, now, "x")));
                    }
                }
                Step::Review(second, at) => {
                    let store = &desks[usize::from(second)].0;
                    let all = of_case(store.conn(), id).unwrap();
                    if let Some(one) = all.get(at) {
                        let who = office.actor("1007");
                        refused(store.act(&who, moment(NOW), "review", Wait::Patient, |tx| review(tx, &[one.id])));
                    }
                }
                Step::Pay(at) => pay(&office, &desks[1].0, id, at),
                Step::Reopen(payable) => again(&office, &desks[0].0, id, payable),
            }
            for (store, _) in &desks {
                check(store, id);
            }
        }
        let stage = case(&desks[1].0, id).milestones.stage();
        prop_assert!(stage != Stage::Closing);
        sound(&office);
    }
}
