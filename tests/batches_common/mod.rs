//! Cases ready to be paid, for the tests of release, batches and results.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use crate::closing_common::{entry, insert_case, yuan};
use crate::harness::{CLERK, LEADER, Office, moment};
use closing_desk::case::store::{CaseFile, load, subject, write};
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Actor, Store, Wait, reconcile};
use closing_desk::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind, State};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::payment::rules::batch::reference;
use closing_desk::payment::store::batch_read::Batch;
use closing_desk::payment::store::{batch, onsite};
use closing_desk::reference::store::rulebook;
use closing_desk::registry;
use serde_json::json;

/// The moment everything stands ready at.
pub const NOW: &str = "2026-11-23 15:12";
pub const CASHIER: &str = "1006";
/// Keys of the first three instructions of an office.
pub const CLERK_IDS: [i64; 3] = [1, 2, 3];
pub const REVIEWER: &str = "1007";

pub fn act<T>(
    office: &Office,
    who: &str,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> Result<T, ActError> {
    act_as(&office.store(), &office.actor(who), body)
}

pub fn act_as<T>(
    store: &Store,
    who: &Actor,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> Result<T, ActError> {
    store.act(who, moment(NOW), "test", Wait::Patient, body)
}

/// A case signed off, told, agreed, with complete papers; nothing chosen yet.
pub fn payable(office: &Office, case_no: &str, amount: i64) -> i64 {
    let (store, clerk) = (office.store(), office.actor(CLERK));
    let id = insert_case(&store, &clerk, "2026-11-23 15:12:00", case_no, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(amount), yuan(amount), yuan(amount));
    });
    let seen = |id| load::by_id(store.conn(), id).unwrap().unwrap().version;
    act_as(&store, &clerk, |tx| closing::confirm_steps(tx, id, seen(id), 4, &entry(amount))).unwrap();
    act_as(&store, &office.actor(LEADER), |tx| closing::sign_off(tx, id, seen(id))).unwrap();
    change(office, id, |case, now| {
        let m = &mut case.milestones;
        (m.told_at, m.agreed_at, m.prechecked_at) = (Some(now), Some(now), Some(now));
    });
    id
}

/// Changes milestones as another desk would.
pub fn change(office: &Office, id: i64, edit: impl FnOnce(&mut CaseFile, i64)) {
    act(office, CLERK, |tx| {
        let before = load::by_id(tx.conn(), id)?.unwrap();
        let mut after = before.clone();
        edit(&mut after, tx.now);
        let rules = rulebook(tx.store())?;
        let version = write::save(tx, &before, &mut after, &rules, true)?;
        tx.journal(&subject(&before.case_code), version, &json!({ "test": 1 }))
    })
    .unwrap();
}

/// An instruction as the choosing desk makes it.
pub fn chosen(office: &Office, case_id: i64, mode: Mode, amount: i64, name: &str) -> i64 {
    act(office, CLERK, |tx| {
        let before = load::by_id(tx.conn(), case_id)?.unwrap();
        let mut after = before.clone();
        let id = instructions::insert(tx.conn(), &instruction(&before, mode, amount, name, tx))?;
        instructions::settle_case(tx.conn(), case_id, &mut after.milestones, tx.now)?;
        let rules = rulebook(tx.store())?;
        let version = write::save(tx, &before, &mut after, &rules, true)?;
        tx.journal(&subject(&before.case_code), version, &json!({ "instruction": id }))?;
        Ok(id)
    })
    .unwrap()
}

fn instruction(case: &CaseFile, mode: Mode, amount: i64, name: &str, tx: &ActTx<'_>) -> Instruction {
    let account = mode.needs_account();
    let given = |text: &str| if account { text.to_owned() } else { String::new() };
    Instruction {
        id: 0,
        case_id: case.id,
        round: case.milestones.round,
        chain_id: 0,
        replaces: 0,
        state: State::Chosen,
        mode,
        amount: Fen::from_yuan(amount),
        payee_kind: PayeeKind::Insured,
        payee: name.to_owned(),
        payee_id_kind: String::new(),
        payee_id_no: "340104198001011237".to_owned(),
        payee_phone: "13800138000".to_owned(),
        agent: String::new(),
        agent_id_kind: String::new(),
        agent_id_no: String::new(),
        mandate: String::new(),
        shop_id: None,
        direct_id: None,
        account_kind: account.then_some(AccountKind::Card),
        bank_code: given("ICBC"),
        bank: given("中国工商银行"),
        branch: given("合肥城东支行"),
        cnaps: String::new(),
        account: given("6222020200001234567"),
        holder: given(name),
        account_changed: false,
        review_reasons: String::new(),
        reviewed_at: None,
        reviewed_by: None,
        overrides: String::new(),
        override_by: None,
        override_reason: String::new(),
        chosen_at: tx.now,
        chosen_by: tx.actor.id,
        held: false,
        released_at: None,
        released_by: None,
        batch_id: None,
        ended_at: None,
        end_reason: String::new(),
        paid_at: None,
        paid_by: None,
        receipt: String::new(),
        receipt_printed_at: None,
        receipt_signed_at: None,
    }
}

/// Gives somebody receipt forms `00000001` on, `count` of them, from a number on.
pub fn hold_serials(office: &Office, who: &str, from: i64, count: i64) {
    let person = office.actor(who);
    act(office, who, |tx| {
        for n in from..from + count {
            tx.conn().execute(
                "INSERT INTO form_serial (serial, person_id, state, instruction_id, reason) VALUES ($1, $2, 'held', 0, '')",
                (format!("{n:08}"), person.id),
            )?;
        }
        tx.journal("forms", 0, &json!({ "from": from, "count": count }))
    })
    .unwrap();
}

/// A transfer with its receipt printed and signed, ready for a batch.
pub fn transfer(office: &Office, case_no: &str, amount: i64, name: &str) -> i64 {
    let case = payable(office, case_no, amount);
    let id = chosen(office, case, Mode::Transfer, amount, name);
    receipt(office, id);
    id
}

/// Prints and signs the receipt of an instruction at the clerk's desk.
pub fn receipt(office: &Office, id: i64) {
    let serial = {
        let store = office.store();
        closing_desk::forms::store::next(store.conn(), office.actor(CLERK).id).unwrap().unwrap()
    };
    let tail = serial[serial.len() - 4..].to_owned();
    act(office, CLERK, |tx| onsite::print_receipt(tx, id, &tail)).unwrap();
    act(office, CLERK, |tx| onsite::receipt_signed(tx, id)).unwrap();
}

pub fn make(office: &Office, ids: &[i64]) -> Batch {
    act(office, CLERK, |tx| batch::make(tx, "standard-csv", ids)).unwrap()
}

pub fn one(office: &Office, id: i64) -> Instruction {
    instructions::by_id(office.store().conn(), id).unwrap().unwrap()
}

pub fn case(office: &Office, id: i64) -> CaseFile {
    load::by_id(office.store().conn(), id).unwrap().unwrap()
}

/// A result file as a bank writes it: rows of instruction, amount in yuan, status, reason; with its totals.
pub fn answer(batch_no: &str, rows: &[(i64, &str, &str, &str)]) -> String {
    let mut text = "序号,批次号,流水号,金额,状态,原因\r\n".to_owned();
    let mut sum = Fen::ZERO;
    for (n, (id, amount, status, reason)) in rows.iter().enumerate() {
        text.push_str(&format!("{},{batch_no},{},{amount},{status},{reason}\r\n", n + 1, reference(*id)));
        sum = sum.checked_add(Fen::parse(amount).unwrap()).unwrap();
    }
    text.push_str(&format!("{},,合计,{},,\r\n", rows.len(), sum.plain()));
    text
}

/// Every invariant of the store holds.
pub fn sound(office: &Office) {
    sound_store(&office.store());
}

pub fn sound_store(store: &Store) {
    for verdict in reconcile::run(store, &registry::invariants()) {
        let broken = verdict.broken.map(|phrase| phrase.say(Lang::Zh));
        assert_eq!(broken, None, "{}", verdict.invariant.name);
    }
}
