//! The one way cases of the tests come to wait for their money: told and agreed at the notify desk, chosen, and their
//! papers shown, each by the act the desk itself uses.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use closing_desk::case::store::{load, subject, write};
use closing_desk::db::{ActError, ActTx};
use closing_desk::forms::store as forms;
use closing_desk::instructions::rules::{AccountKind, Instruction, Mode, PayeeKind, State};
use closing_desk::instructions::store as instructions;
use closing_desk::kernel::money::Fen;
use closing_desk::notify::rules::attempts::NewAttempt;
use closing_desk::notify::rules::{Channel, Outcome, Stance};
use closing_desk::notify::store::attempts;
use closing_desk::papers::rules::State as PaperState;
use closing_desk::papers::store::{NewMark, papers_mark, payment, settle_precheck};
use closing_desk::reference::store::rulebook;
use rusqlite::params;
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
        chosen_at: 0,
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

/// The customer was told on the telephone, and agrees where there is something to agree to.
pub fn tell(tx: &mut ActTx<'_>, id: i64) -> Result<(), ActError> {
    let case = load::by_id(tx.conn(), id)?.unwrap();
    let pays = case.milestones.outcome == Some(closing_desk::case::milestones::Outcome::Pay);
    let told = NewAttempt::now(Channel::Phone, Outcome::Told, pays.then_some(Stance::Agreed));
    attempts::told(tx, &[(id, case.version)], &told).map(drop)
}

/// The money of a case was handed over: everything it needs shown, one payment of all of it by this mode with this serial.
pub fn paid(tx: &mut ActTx<'_>, id: i64, one: Instruction) -> Result<i64, ActError> {
    let before = load::by_id(tx.conn(), id)?.unwrap();
    let rules = rulebook(tx.store())?;
    let round = before.milestones.round;
    let now = Some(tx.now);
    let who = tx.actor.id;
    // Whoever lets the money go is not who chose it.
    let (released_by, paid_by) = (Some(who + 1), Some(who + 1));
    let one = Instruction {
        case_id: id,
        round,
        state: State::Paid,
        released_at: now,
        paid_at: now,
        ended_at: now,
        released_by,
        paid_by,
        chosen_at: tx.now,
        chosen_by: who,
        ..one
    };
    let key = instructions::insert(tx.conn(), &one)?;
    // The ledger's movement names the journal row that follows it.
    if forms::state(tx.conn(), &one.receipt)?.is_some() {
        forms::use_serial(tx, &one.receipt, key)?;
    }
    let mut after = before.clone();
    instructions::settle_case(tx.conn(), id, &mut after.milestones, tx.now)?;
    settle_precheck(tx, &before, &mut after.milestones, tx.now)?;
    let version = write::save(tx, &before, &mut after, &rules, true)?;
    tx.journal(&subject(&before.case_code), version, &json!({"paid": key}))?;
    Ok(key)
}

/// Chooses instructions that the desk's own rules need not judge: of any payee, account and state.
pub fn chosen(tx: &mut ActTx<'_>, id: i64, new: &[Instruction]) -> Result<Vec<i64>, ActError> {
    let before = load::by_id(tx.conn(), id)?.unwrap();
    let rules = rulebook(tx.store())?;
    let mut after = before.clone();
    let mut ids = Vec::new();
    for one in new {
        let round = before.milestones.round;
        let (chosen_at, chosen_by) = (tx.now, tx.actor.id);
        let one = Instruction { case_id: id, round, chosen_at, chosen_by, ..one.clone() };
        ids.push(instructions::insert(tx.conn(), &one)?);
    }
    instructions::settle_case(tx.conn(), id, &mut after.milestones, tx.now)?;
    settle_precheck(tx, &before, &mut after.milestones, tx.now)?;
    let version = write::save(tx, &before, &mut after, &rules, true)?;
    tx.journal(&subject(&before.case_code), version, &json!({"chosen": new.len()}))?;
    Ok(ids)
}

/// Every paper the chosen payments of a case still lack was shown.
pub fn shown(tx: &mut ActTx<'_>, id: i64) -> Result<(), ActError> {
    let case = load::by_id(tx.conn(), id)?.unwrap();
    let rules = rulebook(tx.store())?;
    let asked = payment::of_instructions(tx.conn(), &rules, &case, case.milestones.round)?;
    let present = |key: &str| NewMark { item: key.to_owned(), state: PaperState::Present, reason: String::new() };
    let marks: Vec<NewMark> = asked.iter().filter(|one| one.is_missing()).map(|one| present(&one.key)).collect();
    papers_mark(tx, id, &marks).map(drop)
}

/// Lets an instruction leave for the bank in a batch of its own, which `by` releases.
pub fn sent(tx: &mut ActTx<'_>, case: i64, instruction: i64, by: i64) -> Result<(), ActError> {
    let one = instructions::by_id(tx.conn(), instruction)?.unwrap();
    let conn = tx.conn();
    conn.execute(
        "INSERT INTO batch (batch_no, map, state, lines, total, made_at, made_by) VALUES ($1, 'standard-csv', 'sent', 1, $2, $3, $4)",
        params![format!("T{instruction}"), one.amount.fen(), tx.now, tx.actor.id],
    )?;
    let batch = conn.last_insert_rowid();
    conn.execute("INSERT INTO batch_line VALUES ($1, $2, $3)", [batch, instruction, one.amount.fen()])?;
    conn.execute("INSERT INTO batch_sending VALUES ($1, $2, $3, 't.csv', '', $2)", [batch, tx.now, by])?;
    let (released_at, released_by, batch_id) = (Some(tx.now), Some(by), Some(batch));
    let released = Instruction { state: State::Released, released_at, released_by, batch_id, ..one.clone() };
    instructions::update(conn, &one, &released)?;
    put(tx, case, &[instruction], State::Sending)?;
    put(tx, case, &[instruction], State::Sent)
}

/// Cancels every live instruction of a case.
pub fn cancelled(tx: &mut ActTx<'_>, id: i64) -> Result<(), ActError> {
    let live: Vec<i64> =
        instructions::of_case(tx.conn(), id)?.into_iter().filter(|one| one.state.live()).map(|one| one.id).collect();
    put(tx, id, &live, State::Cancelled)
}

/// Puts instructions of a case into another state, with what follows for the case.
pub fn put(tx: &mut ActTx<'_>, id: i64, which: &[i64], state: State) -> Result<(), ActError> {
    let before = load::by_id(tx.conn(), id)?.unwrap();
    let rules = rulebook(tx.store())?;
    let mut after = before.clone();
    for one in which {
        let one = instructions::by_id(tx.conn(), *one)?.unwrap();
        let paid_at = if state == State::Paid { Some(tx.now) } else { one.paid_at };
        instructions::update(tx.conn(), &one, &Instruction { state, paid_at, ..one.clone() })?;
    }
    instructions::settle_case(tx.conn(), id, &mut after.milestones, tx.now)?;
    settle_precheck(tx, &before, &mut after.milestones, tx.now)?;
    let version = write::save(tx, &before, &mut after, &rules, true)?;
    tx.journal(&subject(&before.case_code), version, &json!({"instructions": which, "state": state.code()})).map(drop)
}
