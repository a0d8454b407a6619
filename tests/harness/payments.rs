//! Cases that wait for their money, with instructions written as the payment desk writes them.

#![expect(clippy::unwrap_used, reason = "a test stops where something is missing")]

use crate::closing_common::{NOW, Office, entry, yuan};
use closing_desk::case::facts::Facts;
use closing_desk::case::store::{load, subject, write};
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx};
use closing_desk::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind, State};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::money::Fen;
use closing_desk::papers::store::settle_precheck;
use closing_desk::reference::store::rulebook;
use serde_json::json;

/// A transfer to the insured's own card.
pub fn instruction(yuan: i64) -> Instruction {
    Instruction {
        id: 0,
        case_id: 0,
        round: 1,
        chain_id: 0,
        replaces: 0,
        state: State::Chosen,
        mode: Mode::Transfer,
        amount: Fen::from_yuan(yuan),
        payee_kind: PayeeKind::Insured,
        payee: "王建国".into(),
        payee_id_kind: String::new(),
        payee_id_no: String::new(),
        payee_phone: String::new(),
        agent: String::new(),
        agent_id_kind: String::new(),
        agent_id_no: String::new(),
        mandate: String::new(),
        shop_id: None,
        direct_id: None,
        account_kind: Some(AccountKind::Card),
        bank_code: String::new(),
        bank: "建设银行".into(),
        branch: String::new(),
        cnaps: String::new(),
        account: "6217000010001234567".into(),
        holder: "王建国".into(),
        account_changed: false,
        review_reasons: String::new(),
        reviewed_at: None,
        reviewed_by: None,
        overrides: String::new(),
        override_by: None,
        override_reason: String::new(),
        chosen_at: crate::closing_common::at(NOW),
        chosen_by: 1,
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

/// A case that was signed off, told and agreed to.
pub fn agreed(office: &Office, case_no: &str, payable: i64) -> i64 {
    agreed_with(office, case_no, payable, |_| {})
}

/// The same with other facts.
pub fn agreed_with(office: &Office, case_no: &str, payable: i64, change: impl FnOnce(&mut Facts)) -> i64 {
    let id = office.case_with(case_no, |facts| {
        (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
        change(facts);
    });
    office.confirm(id, 4, &entry(payable)).unwrap();
    let seen = office.case(id).version;
    office.act(&office.head, NOW, |tx| closing::sign_off(tx, id, seen)).unwrap();
    office.act(&office.clerk, NOW, |tx| tell(tx, id)).unwrap();
    id
}

/// The customer was told and agrees.
pub fn tell(tx: &mut ActTx<'_>, id: i64) -> Result<(), ActError> {
    let before = load::by_id(tx.conn(), id)?.unwrap();
    let rules = rulebook(tx.store())?;
    let mut after = before.clone();
    (after.milestones.told_at, after.milestones.agreed_at) = (Some(tx.now), Some(tx.now));
    let version = write::save(tx, &before, &mut after, &rules, true)?;
    tx.journal(&subject(&before.case_code), version, &json!({"told_at": tx.now})).map(drop)
}

/// Chooses instructions.
pub fn choose(office: &Office, id: i64, new: Vec<Instruction>) {
    office.act(&office.clerk, NOW, |tx| chosen(tx, id, &new)).unwrap();
}

/// The act behind it.
pub fn chosen(tx: &mut ActTx<'_>, id: i64, new: &[Instruction]) -> Result<(), ActError> {
    let before = load::by_id(tx.conn(), id)?.unwrap();
    let rules = rulebook(tx.store())?;
    let mut after = before.clone();
    for one in new {
        let round = before.milestones.round;
        instructions::insert(tx.conn(), &Instruction { case_id: id, round, ..one.clone() })?;
    }
    instructions::settle_case(tx.conn(), id, &mut after.milestones, tx.now)?;
    settle_precheck(tx, &before, &mut after.milestones, tx.now)?;
    let version = write::save(tx, &before, &mut after, &rules, true)?;
    tx.journal(&subject(&before.case_code), version, &json!({"chosen": new.len()})).map(drop)
}

/// Cancels every live instruction of a case.
pub fn cancel(office: &Office, id: i64) {
    let body = |tx: &mut ActTx<'_>| {
        let before = load::by_id(tx.conn(), id)?.unwrap();
        let rules = rulebook(tx.store())?;
        let mut after = before.clone();
        for one in instructions::of_case(tx.conn(), id)?.into_iter().filter(|one| one.state.live()) {
            instructions::update(tx.conn(), &one, &Instruction { state: State::Cancelled, ..one.clone() })?;
        }
        instructions::settle_case(tx.conn(), id, &mut after.milestones, tx.now)?;
        settle_precheck(tx, &before, &mut after.milestones, tx.now)?;
        let version = write::save(tx, &before, &mut after, &rules, true)?;
        tx.journal(&subject(&before.case_code), version, &json!({"cancelled": 1})).map(drop)
    };
    office.act(&office.clerk, NOW, body).unwrap();
}
