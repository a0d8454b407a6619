//! The acts of the ledger: who may do what to which numbers, what is refused, and what must hold afterwards.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

#[expect(dead_code, reason = "only a case to pay is wanted")]
mod closing_common;
mod forms_common;
mod harness;

use closing_common::insert_case;
use closing_desk::db::journal;
use closing_desk::forms::rules::{RECEIPT, State};
use closing_desk::forms::store::{self, acts, carry, use_serial, void, write_off};
use closing_desk::instructions::rules::{Instruction, State as Paid};
use closing_desk::instructions::store as instructions;
use forms_common::{
    CASHIER, KEEPER, KEEPER_2, NOW, act, broken, instruction, office, receipted, refusal, span, stocked,
};
use harness::{CLERK, CLERK_2, Office, moment};
use proptest::prelude::*;
use std::collections::BTreeSet;
use std::rc::Rc;

fn state(office: &Office, serial: &str) -> Option<State> {
    store::state(office.store().conn(), serial).unwrap().map(|standing| standing.state)
}

fn case_and_instruction(office: &Office) -> (i64, i64) {
    let case = insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:00:00", "A1", |_| ());
    (case, instruction(&office.store(), &office.actor(CLERK), case, 0))
}

#[test]
fn a_number_never_comes_in_twice() {
    let office = office();
    let receive = |who: &str, first: &str, last: &str| {
        refusal(act(&office, who, NOW, |tx| acts::receive(tx, RECEIPT, &span(first, last), "")))
    };
    assert_eq!(receive(KEEPER, "AH00001201", "1300"), "");
    for (first, last) in [("AH00001300", "1400"), ("AH00001101", "1201"), ("AH00001250", ""), ("AH00001001", "1999")] {
        assert_eq!(receive(KEEPER, first, last), "form_twice", "{first} {last}");
    }
    assert_eq!(receive(KEEPER, "AH00001301", "1400"), "");
    assert_eq!(receive(KEEPER, "AH0001250", ""), "", "another number of digits is another number");
    assert_eq!(receive(CLERK, "BH00000001", "0100"), "right");
    assert_eq!(receive(KEEPER, "BH00000002", "0001"), "form_order");
    let odd = act(&office, KEEPER, NOW, |tx| acts::receive(tx, "cheque", &span("CH0001", ""), "a\u{1b}b"));
    assert_eq!(refusal(odd), "form_type, note");
    assert_eq!(broken(&office.store()), [""; 0]);
}

#[test]
fn an_issue_is_confirmed_by_who_received_it_and_by_nobody_else() {
    let office = office();
    let book = span("AH00001201", "1300");
    act(&office, KEEPER_2, NOW, |tx| acts::receive(tx, RECEIPT, &book, "")).unwrap();
    let to = |who: &str| office.actor(who).id;
    let issue = |by: &str, who: i64| refusal(act(&office, by, NOW, |tx| acts::issue(tx, &book, who)));
    assert_eq!(issue(KEEPER_2, to(KEEPER_2)), "form_self");
    assert_eq!(issue(KEEPER, to("1008")), "person", "an archivist uses no receipts");
    assert_eq!(issue(KEEPER, 999), "person");
    assert_eq!(issue(CLERK, to(CLERK_2)), "right");
    assert_eq!(issue(KEEPER, to(CLERK)), "");
    assert_eq!(issue(KEEPER, to(CLERK)), "form_state", "they are not in stock any more");
    let confirm = |who: &str| refusal(act(&office, who, NOW, |tx| acts::confirm(tx, &book)));
    assert_eq!(confirm(CLERK_2), "form_holder");
    assert_eq!(store::next(office.store().conn(), to(CLERK)).unwrap(), None, "unconfirmed forms cannot be used");
    assert_eq!(confirm(CLERK), "");
    assert_eq!(confirm(CLERK), "form_state");
    assert_eq!(store::next(office.store().conn(), to(CLERK)).unwrap().as_deref(), Some("AH00001201"));
    assert_eq!(broken(&office.store()), [""; 0]);
}

#[test]
fn an_unconfirmed_issue_lapses_and_the_next_act_writes_it_down() {
    let office = office();
    let book = span("AH00001201", "1300");
    act(&office, KEEPER, NOW, |tx| acts::receive(tx, RECEIPT, &book, "")).unwrap();
    let clerk = office.actor(CLERK).id;
    act(&office, KEEPER, NOW, |tx| acts::issue(tx, &book, clerk)).unwrap();
    let store = office.store();
    let in_stock = |at: &str| store::totals(store.conn(), RECEIPT, moment(at)).unwrap()[0];
    assert_eq!(in_stock("2026-11-25 23:59:59"), (State::Stock, 0));
    assert_eq!(in_stock("2026-11-26 00:00:00"), (State::Stock, 100), "computed when it is read");
    assert_eq!(state(&office, "AH00001201"), Some(State::Issued), "nothing is written by looking");
    let late = act(&office, CLERK, "2026-11-26 00:00:00", |tx| acts::confirm(tx, &book));
    assert_eq!(refusal(late), "form_lapsed");
    let cashier = office.actor(CASHIER).id;
    act(&office, KEEPER, "2026-11-26 09:00:00", |tx| acts::issue(tx, &book, cashier)).unwrap();
    let kinds: Vec<&str> =
        store::life(store.conn(), "AH00001250").unwrap().iter().map(|movement| movement.kind.code()).collect();
    assert_eq!(kinds, ["receive", "issue", "lapse", "issue"]);
    let on_time = act(&office, CASHIER, "2026-11-30 23:59:59", |tx| acts::confirm(tx, &book));
    assert_eq!(refusal(on_time), "", "a weekend lies between");
    assert_eq!(broken(&store), [""; 0]);
}

#[test]
fn a_receipt_is_used_once_by_its_holder_for_one_instruction() {
    let office = office();
    stocked(&office, CLERK);
    let (case, first) = case_and_instruction(&office);
    let second = instruction(&office.store(), &office.actor(CLERK), case, 0);
    let used = |who: &str, serial: &str, id: i64| refusal(act(&office, who, NOW, |tx| receipted(tx, serial, id)));
    assert_eq!(used(CLERK_2, "AH00001201", first), "form_holder");
    assert_eq!(used(CLERK, "AH00009999", first), "form_unknown");
    assert_eq!(used(CLERK, "收据", first), "form_shape");
    assert_eq!(used(CLERK, "ａｈ00001201", first), "");
    assert_eq!(used(CLERK, "AH00001201", second), "form_state");
    assert_eq!(used(CLERK, "AH00001202", first), "form_second");
    assert_eq!(used(CLERK, "AH00001202", second), "");
    let store = office.store();
    assert_eq!(store::next(store.conn(), office.actor(CLERK).id).unwrap().as_deref(), Some("AH00001203"));
    assert_eq!(store::of_instruction(store.conn(), second).unwrap()[0].span.to_string(), "AH00001202");
    act(&office, CLERK, NOW, |tx| {
        write_off(tx, "AH00001202")?;
        tx.journal("case", 0, &serde_json::json!({ "filed": "AH00001202" }))
    })
    .unwrap();
    assert_eq!(state(&office, "AH00001202"), Some(State::WrittenOff));
    // The full-width letters were folded into the ledger, but the instruction names them as typed.
    assert_eq!(broken(&store), ["forms.used"]);
}

#[test]
fn a_mended_instruction_goes_on_with_its_receipt_or_takes_another_number() {
    let office = office();
    stocked(&office, CLERK);
    let (case, first) = case_and_instruction(&office);
    act(&office, CLERK, NOW, |tx| receipted(tx, "AH00001201", first)).unwrap();
    let mended = instruction(&office.store(), &office.actor(CLERK), case, first);
    assert_eq!(broken(&office.store()), ["forms.used"], "the latest of the chain has no receipt yet");
    let receipt = |tx: &mut closing_desk::db::ActTx<'_>, id: i64, serial: &str| {
        let before = instructions::required(tx.conn(), id)?;
        let after = Instruction { receipt: serial.to_owned(), ..before.clone() };
        instructions::update(tx.conn(), &before, &after)?;
        tx.journal("case", 0, &serde_json::json!({ "receipt": serial })).map(drop)
    };
    act(&office, CLERK_2, NOW, |tx| {
        carry(tx, "AH00001201", mended)?;
        receipt(tx, mended, "AH00001201")
    })
    .unwrap();
    assert_eq!(broken(&office.store()), [""; 0]);
    assert_eq!(refusal(act(&office, CLERK, NOW, |tx| carry(tx, "AH00001202", mended))), "form_state, form_second");
    // Another payee: the old number is void, the new instruction takes the next one.
    let other = instruction(&office.store(), &office.actor(CLERK), case, mended);
    act(&office, CLERK, NOW, |tx| {
        void(tx, "AH00001201", "领款人变更", true)?;
        use_serial(tx, "AH00001202", other)?;
        receipt(tx, other, "AH00001202")
    })
    .unwrap();
    assert_eq!(state(&office, "AH00001201"), Some(State::Void));
    assert_eq!(broken(&office.store()), [""; 0]);
    let life = store::life(office.store().conn(), "AH00001201").unwrap();
    let kinds: Vec<&str> = life.iter().map(|movement| movement.kind.code()).collect();
    assert_eq!(kinds, ["receive", "issue", "confirm", "use", "carry", "void"]);
    assert_eq!(refusal(act(&office, CLERK, NOW, |tx| void(tx, "AH00001203", " ", true))), "reason");
}

#[test]
fn a_void_keeps_its_copies_or_a_record_of_their_loss() {
    let office = office();
    stocked(&office, CLERK);
    let (_, id) = case_and_instruction(&office);
    let voided =
        |who: &str, serial: &str, kept| refusal(act(&office, who, NOW, |tx| acts::void(tx, serial, "卡纸", kept)));
    assert_eq!(voided(CLERK_2, "AH00001201", true), "form_holder");
    assert_eq!(voided(KEEPER, "AH00001201", true), "form_holder", "only whoever holds it has the copies");
    assert_eq!(voided(CLERK, "AH00001201", true), "");
    assert_eq!(voided(CLERK, "AH00001201", true), "form_state");
    assert_eq!(voided(CLERK, "AH00001202", false), "");
    let life = store::life(office.store().conn(), "AH00001202").unwrap();
    let ends: Vec<(&str, &str)> = life.iter().rev().take(2).map(|m| (m.kind.code(), m.copies.as_str())).collect();
    assert_eq!(ends, [("lose", ""), ("void", "missing")]);
    assert_eq!(refusal(act(&office, CLERK, NOW, |tx| acts::void(tx, "AH00001203", "", true))), "reason");
    // A receipt in use is taken off its instruction, in the case's own journal row, as long as no money went.
    act(&office, CLERK, NOW, |tx| receipted(tx, "AH00001203", id)).unwrap();
    assert_eq!(voided(CLERK_2, "AH00001203", true), "", "whoever works on the payment");
    let store = office.store();
    let now = instructions::by_id(store.conn(), id).unwrap().unwrap();
    assert_eq!(now.receipt, "");
    let row = journal::row(store.conn(), journal::head(store.conn()).unwrap().seq).unwrap().unwrap();
    assert!(row.act == "form_void" && row.subject.starts_with("case "), "{row:?}");
    assert!(row.payload.contains("\"receipt_before\":\"AH00001203\""), "{}", row.payload);
    act(&office, CLERK, NOW, |tx| receipted(tx, "AH00001204", id)).unwrap();
    act(&office, CASHIER, NOW, |tx| {
        let before = instructions::required(tx.conn(), id)?;
        let released = Instruction { state: Paid::Released, ..before.clone() };
        instructions::update(tx.conn(), &before, &released)?;
        let paid = Instruction { state: Paid::Paid, paid_at: Some(tx.now), ..released.clone() };
        instructions::update(tx.conn(), &released, &paid)?;
        tx.journal("case", 0, &serde_json::json!({ "paid": id }))
    })
    .unwrap();
    assert_eq!(voided(CLERK, "AH00001204", true), "form_paid");
    assert_eq!(broken(&store), [""; 0]);
}

#[test]
fn blanks_are_lost_by_their_keeper_and_taken_back_unused() {
    let office = office();
    stocked(&office, CLERK);
    act(&office, KEEPER, NOW, |tx| acts::receive(tx, RECEIPT, &span("AH00001301", "1400"), "")).unwrap();
    let lost = |who: &str, first: &str, last: &str| {
        refusal(act(&office, who, NOW, |tx| acts::lose(tx, &span(first, last), "搬家后找不到")))
    };
    assert_eq!(lost(CLERK_2, "AH00001201", ""), "form_holder");
    assert_eq!(lost(CLERK, "AH00001301", ""), "right", "blanks are the keeper's");
    assert_eq!(lost(CLERK, "AH00001299", "1300"), "");
    assert_eq!(lost(KEEPER, "AH00001298", ""), "", "the keeper reports for somebody who left");
    assert_eq!(lost(KEEPER, "AH00001399", "1401"), "form_unknown");
    assert_eq!(lost(KEEPER, "AH00001399", "1400"), "");
    assert_eq!(lost(CLERK, "AH00001299", ""), "form_state");
    let back = |who: &str, first: &str, last: &str, why: &str| {
        refusal(act(&office, who, NOW, |tx| acts::take_back(tx, &span(first, last), why)))
    };
    assert_eq!(back(CLERK, "AH00001201", "1297", "调岗"), "right");
    assert_eq!(back(KEEPER, "AH00001201", "1297", ""), "reason");
    assert_eq!(back(KEEPER, "AH00001201", "1300", "调岗"), "form_state, form_state");
    assert_eq!(back(KEEPER, "AH00001202", "1297", "调岗"), "");
    assert_eq!(store::next(office.store().conn(), office.actor(CLERK).id).unwrap().as_deref(), Some("AH00001201"));
    assert_eq!(broken(&office.store()), [""; 0]);
}

#[test]
fn every_invariant_notices_its_own_damage() {
    let damage: [(&str, &[&str]); 9] = [
        ("UPDATE form_range SET last = last + 1 WHERE state = 'held'", &["forms.place", "forms.sums"]),
        ("UPDATE form_range SET holder = 0 WHERE state = 'held'", &["forms.place"]),
        ("UPDATE counter SET value = value + 1 WHERE name = 'forms.receipt.held'", &["forms.sums"]),
        ("UPDATE instruction SET receipt = ''", &["forms.used"]),
        ("UPDATE form_range SET instruction = 99 WHERE state = 'used'", &["forms.used"]),
        (
            "UPDATE form_range SET first = first - 1 WHERE state = 'void'",
            &["forms.disjoint", "forms.place", "forms.sums"],
        ),
        ("UPDATE form_movement SET reason = 'x' WHERE kind = 'void'", &["forms.log"]),
        ("DELETE FROM form_movement WHERE kind = 'void'", &["forms.log", "forms.sums"]),
        ("UPDATE form_movement SET copies = '' WHERE kind = 'void'", &["forms.copies", "forms.log"]),
    ];
    for (sql, wanted) in damage {
        let office = office();
        stocked(&office, CLERK);
        let (_, id) = case_and_instruction(&office);
        act(&office, CLERK, NOW, |tx| receipted(tx, "AH00001201", id)).unwrap();
        act(&office, CLERK, NOW, |tx| acts::void(tx, "AH00001202", "卡纸", true)).unwrap();
        assert_eq!(broken(&office.store()), [""; 0]);
        office.store().conn().execute(sql, []).unwrap();
        let found: BTreeSet<&str> = broken(&office.store()).into_iter().collect();
        assert_eq!(found, wanted.iter().copied().collect(), "{sql}");
    }
    // Cutting the last row off, or one's own row anew with a right hash, is seen by the journal.
    let office = office();
    stocked(&office, CLERK);
    office.store().conn().execute("UPDATE form_movement SET by_id = to_holder WHERE kind = 'issue'", []).unwrap();
    assert_eq!(broken(&office.store()), ["forms.log", "forms.issuer"]);
}

/// What a random life of the ledger does.
#[derive(Clone, Debug)]
struct Step {
    what: u8,
    who: usize,
    from: i64,
    count: i64,
    hours: i64,
}

const ACTORS: [&str; 5] = [KEEPER, KEEPER_2, CLERK, CLERK_2, CASHIER];

fn step() -> impl Strategy<Value = Step> {
    (0u8..9, 0usize..5, 0i64..40, 1i64..12, 0i64..40).prop_map(|(what, who, from, count, hours)| Step {
        what,
        who,
        from,
        count,
        hours,
    })
}

fn live(office: &Rc<Office>, case: i64, steps: &[Step]) {
    let mut now = moment(NOW);
    let store = office.store();
    let mut latest: Vec<i64> = Vec::new();
    for Step { what, who, from, count, hours } in steps {
        now += hours * 3_600;
        let actor = office.actor(ACTORS[*who]);
        let range = span(&format!("AH{from:06}"), &format!("AH{:06}", from + count - 1));
        let serial = range.serial(*from).to_string();
        let to = office.actor(ACTORS[usize::try_from(*count).unwrap() % 5]).id;
        let made = match what {
            6 => Some(instruction(&store, &actor, case, 0)),
            7 => latest.last().map(|before| instruction(&store, &actor, case, *before)),
            _ => None,
        };
        let done = store.act(&actor, now, "forms_test", closing_desk::db::Wait::Patient, |tx| match what {
            0 => acts::receive(tx, RECEIPT, &range, "").map(drop),
            1 => acts::issue(tx, &range, to).map(drop),
            2 => acts::confirm(tx, &range).map(drop),
            3 => acts::take_back(tx, &range, "收回").map(drop),
            4 => acts::void(tx, &serial, "作废", *count % 2 == 0).map(drop),
            5 => acts::lose(tx, &range, "遗失").map(drop),
            6 => receipted(tx, &serial, made.unwrap_or_default()),
            7 => {
                let (Some(new), Some(old)) = (made, latest.last()) else { return Ok(()) };
                let old = instructions::required(tx.conn(), *old)?;
                carry(tx, &old.receipt, new)?;
                let before = instructions::required(tx.conn(), new)?;
                let after = Instruction { receipt: old.receipt, ..before.clone() };
                instructions::update(tx.conn(), &before, &after)?;
                tx.journal("case", 0, &serde_json::json!({ "receipt": after.receipt })).map(drop)
            }
            _ => write_off(tx, &serial).and_then(|()| tx.journal("case", 0, &serde_json::json!({})).map(drop)),
        });
        match (done.is_ok(), made) {
            (true, Some(id)) => latest.push(id),
            // A replacing instruction whose act was refused would leave its chain without the receipt, as no desk does.
            (false, Some(id)) => {
                store.conn().execute("DELETE FROM instruction WHERE id = $1", [id]).unwrap();
            }
            _ => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_done_the_ledger_holds(steps in prop::collection::vec(step(), 1..40)) {
        let office = office();
        // A book in somebody's hands, so that most lives have numbers to move.
        let book = span("AH000000", "AH000029");
        act(&office, KEEPER, NOW, |tx| acts::receive(tx, RECEIPT, &book, "")).unwrap();
        let clerk = office.actor(CLERK).id;
        act(&office, KEEPER, NOW, |tx| acts::issue(tx, &book, clerk)).unwrap();
        act(&office, CLERK, NOW, |tx| acts::confirm(tx, &book)).unwrap();
        let case = insert_case(&office.store(), &office.actor(CLERK), "2026-11-23 15:00:00", "A1", |_| ());
        live(&office, case, &steps);
        let store = office.store();
        prop_assert_eq!(broken(&store), [""; 0]);
        // F1: each number has one life, whose last state is the one it stands in.
        for number in 0..60 {
            let serial = format!("AH{number:06}");
            let standing = store::state(store.conn(), &serial).unwrap();
            let life = store::life(store.conn(), &serial).unwrap();
            prop_assert_eq!(standing.map(|one| (one.state, one.holder)), life.last().map(|m| (m.to, m.to_holder)));
            prop_assert!(life.windows(2).all(|two| two[1].from == Some(two[0].to) && two[0].at <= two[1].at));
        }
    }
}
