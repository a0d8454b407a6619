//! Cases that wait for their payment, for the tests of choosing.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::panic,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use crate::closing_common::{entry, insert_case, yuan};
use crate::harness::{CLERK, LEADER, Office, moment, payments};
use closing_desk::case::facts::Facts;
use closing_desk::case::store::{CaseFile, load};
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Store, Wait, reconcile};
use closing_desk::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind};
use closing_desk::instructions::store::of_case;
use closing_desk::kernel::money::Fen;
use closing_desk::kernel::words::Lang;
use closing_desk::payment::rules::Wish;
use closing_desk::payment::store::{Choice, Chosen, Override, cancel, choose, review};
use closing_desk::reference::accounts::{self, NewDirectAccount};
use closing_desk::registry;
use std::rc::Rc;

/// The moment of the tests: a Monday afternoon.
pub const NOW: &str = "2026-11-23 15:30:00";
/// A right synthetic citizen's number.
pub const ID: &str = "11010519491231002X";
/// A card of a bank with an open channel; its check digit fits.
pub const CARD: &str = "6222021001122334458";

/// Does something as somebody.
pub fn act<T>(
    office: &Office,
    who: &str,
    when: &str,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> Result<T, ActError> {
    office.store().act(&office.actor(who), moment(when), "test", Wait::Patient, body)
}

pub fn case(store: &Store, id: i64) -> CaseFile {
    load::by_id(store.conn(), id).unwrap().unwrap()
}

pub fn instructions(store: &Store, id: i64) -> Vec<Instruction> {
    of_case(store.conn(), id).unwrap()
}

/// The facts of the usual case: the insured is paid to a card.
pub fn usual(facts: &mut Facts, payable: i64) {
    (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
    facts.id_kind = "身份证".into();
    facts.id_no = ID.into();
    facts.phone = "13800138000".into();
    facts.payee = facts.insured.clone();
    facts.holder = facts.insured.clone();
    facts.bank = "工商银行合肥分行".into();
    facts.account = CARD.into();
    facts.account_kind = "银行卡".into();
}

/// A case signed off; nobody has been told yet.
pub fn closed(office: &Rc<Office>, case_no: &str, payable: i64, change: impl FnOnce(&mut Facts)) -> i64 {
    let id = insert_case(&office.store(), &office.actor(CLERK), NOW, case_no, |facts| {
        usual(facts, payable);
        change(facts);
    });
    sign_again(office, id, payable);
    id
}

/// Confirms the open steps and signs the case off.
pub fn sign_again(office: &Rc<Office>, id: i64, payable: i64) {
    let again = closing_desk::closing::rules::Entry { price_reason: "核定".into(), ..entry(payable) };
    let seen = case(&office.store(), id).version;
    act(office, CLERK, NOW, |tx| closing::confirm_steps(tx, id, seen, 4, &again)).unwrap();
    let seen = case(&office.store(), id).version;
    act(office, LEADER, NOW, |tx| closing::sign_off(tx, id, seen)).unwrap();
}

/// The customer was told and agreed.
pub fn told(office: &Rc<Office>, id: i64) {
    act(office, CLERK, NOW, |tx| payments::tell(tx, id)).unwrap();
}

/// An account of the insured on record, entered and verified by two persons.
pub fn direct(office: &Office) -> i64 {
    let new = NewDirectAccount {
        payee: "王建国".into(),
        id_kind: String::new(),
        id_no: ID.into(),
        account_kind: AccountKind::Card,
        bank: "工商银行".into(),
        account: "6222021001122334466".into(),
        holder: "王建国".into(),
    };
    let id = act(office, CLERK, NOW, |tx| accounts::enter(tx, &new)).unwrap();
    act(office, LEADER, NOW, |tx| accounts::verify(tx, id)).unwrap();
    id
}

/// A case that waits for its payment to be chosen.
pub fn waiting(office: &Rc<Office>, case_no: &str, payable: i64, change: impl FnOnce(&mut Facts)) -> i64 {
    let id = closed(office, case_no, payable, change);
    told(office, id);
    id
}

/// The usual entry.
pub fn wish(amount: i64) -> Wish {
    Wish {
        payee_kind: Some(PayeeKind::Insured),
        payee: "王建国".into(),
        payee_id_no: ID.into(),
        mode: Some(Mode::Transfer),
        account_kind: Some(AccountKind::Card),
        account: CARD.into(),
        bank: "工商银行".into(),
        holder: "王建国".into(),
        amount: Some(Fen::from_yuan(amount)),
        ..Wish::default()
    }
}

pub fn choose_by(office: &Office, who: &str, id: i64, wishes: Vec<Wish>) -> Result<Chosen, ActError> {
    choose_with(office, who, id, wishes, None)
}

pub fn choose_with(
    office: &Office,
    who: &str,
    id: i64,
    wishes: Vec<Wish>,
    allow: Option<Override>,
) -> Result<Chosen, ActError> {
    let seen = case(&office.store(), id).version;
    act(office, who, NOW, |tx| choose(tx, &[Choice { case_id: id, seen, wishes }], allow.as_ref()))
}

pub fn cancel_by(office: &Office, who: &str, instruction: i64, case_id: i64) -> Result<i64, ActError> {
    let seen = case(&office.store(), case_id).version;
    act(office, who, NOW, |tx| cancel(tx, instruction, seen, "客户改主意"))
}

pub fn review_by(office: &Office, who: &str, ids: &[i64]) -> Result<(), ActError> {
    act(office, who, NOW, |tx| review(tx, ids).map(drop))
}

/// The codes a refusal gives.
pub fn codes<T: std::fmt::Debug>(result: Result<T, ActError>) -> String {
    match result.unwrap_err() {
        ActError::Refused(findings) => {
            let stops = findings
                .into_iter()
                .filter(|finding| finding.severity == closing_desk::kernel::findings::Severity::Block);
            stops.map(|finding| finding.code).collect::<Vec<_>>().join(", ")
        }
        other => panic!("not refused but: {other}"),
    }
}

/// Every invariant of the store holds.
#[track_caller]
pub fn sound(office: &Office) {
    for verdict in reconcile::run(&office.store(), &registry::invariants()) {
        let broken = verdict.broken.map(|phrase| phrase.say(Lang::Zh));
        assert_eq!(broken, None, "{}", verdict.invariant.name);
    }
}
