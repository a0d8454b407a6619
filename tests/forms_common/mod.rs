//! An office with two keepers of forms, and the acts of the ledger as tests ask for them.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use crate::harness::{Office, moment};
use closing_desk::db::{ActError, ActTx, Actor, Store, Wait};
use closing_desk::forms::rules::{RECEIPT, Span};
use closing_desk::forms::store::acts;
use closing_desk::instructions::rules::{Instruction, Mode, PayeeKind, State};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::roles::{Role, Roles};
use closing_desk::office;
use closing_desk::registry;
use std::rc::Rc;

/// 工号 of the first keeper.
pub const KEEPER: &str = "1010";
/// 工号 of the second keeper, who also uses receipts.
pub const KEEPER_2: &str = "1011";
/// 工号 of the cashier.
pub const CASHIER: &str = "1006";
/// A Monday afternoon.
pub const NOW: &str = "2026-11-23 15:12";

/// An office whose people are the usual ones and two keepers.
pub fn office() -> Rc<Office> {
    let office = Office::with_people(moment(NOW));
    keepers(&office);
    office
}

/// Two keepers of forms join an office.
pub fn keepers(office: &Office) {
    let store = office.store();
    let actor = Actor { os_user: "tests".to_owned(), unpeopled: true, ..Actor::default() };
    store
        .act(&actor, moment(NOW), "fixture", Wait::Patient, |tx| {
            for (staff_no, name, roles) in
                [(KEEPER, "辛单证", vec![Role::Keeper]), (KEEPER_2, "壬单证", vec![Role::Keeper, Role::Clerk])]
            {
                let roles: Roles = roles.into_iter().collect();
                let person = office::store::insert(tx.conn(), name, Some(staff_no), roles, None, moment(NOW))?;
                let pin =
                    "UPDATE person SET pin_hash = (SELECT pin_hash FROM person WHERE staff_no = '1001') WHERE id = $1";
                tx.conn().execute(pin, [person.id])?;
            }
            tx.journal("store", 0, &serde_json::json!({ "keepers": 2 }))
        })
        .unwrap();
}

/// A span from its ends.
pub fn span(first: &str, last: &str) -> Span {
    Span::read(first, last).unwrap()
}

/// Runs an act for somebody.
pub fn act<T>(
    office: &Office,
    who: &str,
    now: &str,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> Result<T, ActError> {
    office.store().act(&office.actor(who), moment(now), "forms_test", Wait::Patient, body)
}

/// The codes of a refusal; empty when the act was done.
pub fn refusal<T>(done: Result<T, ActError>) -> String {
    done.err().map(|error| error.findings().codes()).unwrap_or_default()
}

/// Receives a book of a hundred, hands it to somebody and has it confirmed.
pub fn stocked(office: &Office, who: &str) {
    let book = span("AH00001201", "1300");
    act(office, KEEPER, NOW, |tx| acts::receive(tx, RECEIPT, &book, "第 23 批")).unwrap();
    let person = office.actor(who).id;
    act(office, KEEPER, NOW, |tx| acts::issue(tx, &book, person)).unwrap();
    act(office, who, NOW, |tx| acts::confirm(tx, &book)).unwrap();
}

/// An instruction of a case, chosen and not paid.
pub fn instruction(store: &Store, by: &Actor, case_id: i64, replaces: i64) -> i64 {
    let before = (replaces != 0).then(|| instructions::by_id(store.conn(), replaces).unwrap().unwrap());
    let new = Instruction {
        id: 0,
        case_id,
        round: 1,
        chain_id: before.as_ref().map_or(0, |before| before.chain_id),
        replaces,
        state: State::Chosen,
        mode: Mode::Cash,
        amount: Fen::from_fen(140_950),
        payee_kind: PayeeKind::Insured,
        payee: "王建国".to_owned(),
        chosen_at: moment(NOW),
        chosen_by: by.id,
        payee_id_kind: String::new(),
        payee_id_no: String::new(),
        payee_phone: String::new(),
        agent: String::new(),
        agent_id_kind: String::new(),
        agent_id_no: String::new(),
        mandate: String::new(),
        bank_code: String::new(),
        bank: String::new(),
        branch: String::new(),
        cnaps: String::new(),
        account: String::new(),
        holder: String::new(),
        review_reasons: String::new(),
        overrides: String::new(),
        override_reason: String::new(),
        end_reason: String::new(),
        receipt: String::new(),
        shop_id: None,
        direct_id: None,
        account_kind: None,
        reviewed_at: None,
        reviewed_by: None,
        override_by: None,
        released_at: None,
        released_by: None,
        batch_id: None,
        ended_at: None,
        paid_at: None,
        paid_by: None,
        receipt_printed_at: None,
        receipt_signed_at: None,
        account_changed: false,
        held: false,
    };
    store
        .act(by, moment(NOW), "fixture", Wait::Patient, |tx| {
            let id = instructions::insert(tx.conn(), &new)?;
            tx.journal("store", 0, &serde_json::json!({ "instruction": id }))?;
            Ok(id)
        })
        .unwrap()
}

/// Uses a serial for an instruction and names it there, as the payment desk does.
pub fn receipted(tx: &mut ActTx<'_>, serial: &str, id: i64) -> Result<(), ActError> {
    closing_desk::forms::store::use_serial(tx, serial, id)?;
    let before = instructions::required(tx.conn(), id)?;
    let after = Instruction { receipt: serial.to_owned(), ..before.clone() };
    instructions::update(tx.conn(), &before, &after)?;
    tx.journal("case", 0, &serde_json::json!({ "receipt": serial, "instruction": id })).map(drop)
}

/// The invariants of the ledger that are broken.
pub fn broken(store: &Store) -> Vec<&'static str> {
    let verdicts = closing_desk::db::reconcile::run(store, &registry::invariants());
    let names = verdicts.into_iter().filter(|verdict| verdict.broken.is_some()).map(|verdict| verdict.invariant.name);
    names.filter(|name| name.starts_with("forms") || name.starts_with("journal")).collect()
}
