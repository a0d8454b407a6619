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
use crate::harness::{CLERK, LEADER, Office, moment, payments};
use closing_desk::case::store::{CaseFile, load};
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Actor, Store, Wait, reconcile};
use closing_desk::forms::rules::{RECEIPT, Span};
use closing_desk::forms::store::acts;
use closing_desk::instructions::rules::{AccountKind, Instruction, Mode};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::kernel::words::Lang;
use closing_desk::office::store as people;
use closing_desk::payment::rules::batch::reference;
use closing_desk::payment::store::batch_read::Batch;
use closing_desk::payment::store::{batch, onsite};
use closing_desk::registry;
use serde_json::json;

/// The moment everything stands ready at.
pub const NOW: &str = "2026-11-23 15:12";
pub const CASHIER: &str = "1006";
/// Keys of the first three instructions of an office.
pub const CLERK_IDS: [i64; 3] = [1, 2, 3];
pub const PRECHECK: &str = "1005";
pub const REVIEWER: &str = "1007";
pub const KEEPER: &str = "1010";

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

/// A case signed off, told and agreed; nothing chosen yet.
pub fn payable(office: &Office, case_no: &str, amount: i64) -> i64 {
    let (store, clerk) = (office.store(), office.actor(CLERK));
    let id = insert_case(&store, &clerk, "2026-11-23 15:12:00", case_no, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(amount), yuan(amount), yuan(amount));
    });
    let seen = |id| load::by_id(store.conn(), id).unwrap().unwrap().version;
    act_as(&store, &clerk, |tx| closing::confirm_steps(tx, id, seen(id), 4, &entry(amount))).unwrap();
    act_as(&store, &office.actor(LEADER), |tx| closing::sign_off(tx, id, seen(id))).unwrap();
    act_as(&store, &clerk, |tx| payments::tell(tx, id)).unwrap();
    id
}

/// An instruction as the choosing desk makes it, with its papers shown.
pub fn chosen(office: &Office, case_id: i64, mode: Mode, amount: i64, name: &str) -> i64 {
    let new = instruction(mode, amount, name);
    let id = act(office, CLERK, |tx| payments::chosen(tx, case_id, &[new])).unwrap()[0];
    act(office, PRECHECK, |tx| payments::shown(tx, case_id)).unwrap();
    id
}

fn instruction(mode: Mode, amount: i64, name: &str) -> Instruction {
    let account = mode.needs_account();
    let given = |text: &str| if account { text.to_owned() } else { String::new() };
    Instruction {
        mode,
        payee: name.to_owned(),
        payee_id_no: "340104198001011237".to_owned(),
        payee_phone: "13800138000".to_owned(),
        account_kind: account.then_some(AccountKind::Card),
        bank_code: given("ICBC"),
        bank: given("中国工商银行"),
        branch: given("合肥城东支行"),
        account: given("6222020200001234567"),
        holder: given(name),
        ..payments::instruction(amount)
    }
}

/// Gives somebody receipt forms `00000001` on, `count` of them, from a number on.
pub fn hold_serials(office: &Office, who: &str, from: i64, count: i64) {
    let person = office.actor(who).id;
    let keeper = keeper(office);
    let book = Span::read(&format!("{from:08}"), &format!("{:08}", from + count - 1)).unwrap();
    act_as(&office.store(), &keeper, |tx| acts::receive(tx, RECEIPT, &book, "23")).unwrap();
    act_as(&office.store(), &keeper, |tx| acts::issue(tx, &book, person)).unwrap();
    act(office, who, |tx| acts::confirm(tx, &book)).unwrap();
}

/// Who keeps the blank forms; joins the office at the first call.
fn keeper(office: &Office) -> Actor {
    let store = office.store();
    if people::by_staff_no(store.conn(), KEEPER).unwrap().is_none() {
        act(office, LEADER, |tx| {
            let roles = Roles::NONE.with(Role::Keeper);
            people::insert(tx.conn(), "辛单证", Some(KEEPER), roles, None, tx.now)?;
            tx.journal("store", 0, &json!({ "keepers": 1 }))
        })
        .unwrap();
    }
    office.actor(KEEPER)
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
