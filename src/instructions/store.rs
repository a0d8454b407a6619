//! Keeps instructions: loading, writing one, and what they make of their case.

pub mod evidence;
mod look;
mod reopening;

pub use look::{identity_sum, overridden_by, same_account};
pub use reopening::{hold_for_reopening, paid_so_far, take_up};

use super::rules::{AccountKind, Instruction, Mode, PayeeKind, State, Sums, receipt_in, settle};
use crate::case::milestones::Milestones;
use crate::db::{ActError, Connection};
use crate::kernel::money::Fen;
use crate::kernel::words::W;
use anyhow::Context;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};

/// Columns of `instruction` in the order [`at`] reads them.
pub const COLUMNS: &str = "i.id, i.case_id, i.round, i.chain_id, i.replaces, i.state, i.mode, i.amount, i.payee_kind, \
    i.payee, i.payee_id_kind, i.payee_id_no, i.payee_phone, i.agent, i.agent_id_kind, i.agent_id_no, i.mandate, \
    i.shop_id, i.direct_id, i.account_kind, i.bank_code, i.bank, i.branch, i.cnaps, i.account, i.holder, \
    i.account_changed, i.review_reasons, i.reviewed_at, i.reviewed_by, i.overrides, i.override_by, i.override_reason, \
    i.chosen_at, i.chosen_by, i.held, i.released_at, i.released_by, i.batch_id, i.ended_at, i.end_reason, i.paid_at, \
    i.paid_by, i.receipt, i.receipt_printed_at, i.receipt_signed_at";

fn unread(column: usize, text: &str) -> rusqlite::Error {
    let what = anyhow::anyhow!("instruction: {text:?} is no known word");
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
}

/// Reads an instruction from a row that begins with [`COLUMNS`].
///
/// # Errors
/// What SQLite says, or a word this program does not know.
pub fn at(row: &Row<'_>) -> rusqlite::Result<Instruction> {
    let state: String = row.get(5)?;
    let mode: String = row.get(6)?;
    let payee_kind: String = row.get(8)?;
    let account_kind: String = row.get(19)?;
    Ok(Instruction {
        id: row.get(0)?,
        case_id: row.get(1)?,
        round: row.get(2)?,
        chain_id: row.get(3)?,
        replaces: row.get(4)?,
        state: State::from_code(&state).ok_or_else(|| unread(5, &state))?,
        mode: Mode::from_code(&mode).ok_or_else(|| unread(6, &mode))?,
        amount: Fen::from_fen(row.get(7)?),
        payee_kind: PayeeKind::from_code(&payee_kind).ok_or_else(|| unread(8, &payee_kind))?,
        payee: row.get(9)?,
        payee_id_kind: row.get(10)?,
        payee_id_no: row.get(11)?,
        payee_phone: row.get(12)?,
        agent: row.get(13)?,
        agent_id_kind: row.get(14)?,
        agent_id_no: row.get(15)?,
        mandate: row.get(16)?,
        shop_id: row.get(17)?,
        direct_id: row.get(18)?,
        account_kind: AccountKind::from_code(&account_kind),
        bank_code: row.get(20)?,
        bank: row.get(21)?,
        branch: row.get(22)?,
        cnaps: row.get(23)?,
        account: row.get(24)?,
        holder: row.get(25)?,
        account_changed: row.get(26)?,
        review_reasons: row.get(27)?,
        reviewed_at: row.get(28)?,
        reviewed_by: row.get(29)?,
        overrides: row.get(30)?,
        override_by: row.get(31)?,
        override_reason: row.get(32)?,
        chosen_at: row.get(33)?,
        chosen_by: row.get(34)?,
        held: row.get(35)?,
        released_at: row.get(36)?,
        released_by: row.get(37)?,
        batch_id: row.get(38)?,
        ended_at: row.get(39)?,
        end_reason: row.get(40)?,
        paid_at: row.get(41)?,
        paid_by: row.get(42)?,
        receipt: row.get(43)?,
        receipt_printed_at: row.get(44)?,
        receipt_signed_at: row.get(45)?,
    })
}

/// The instruction with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Instruction>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM instruction i WHERE i.id = $1"))?.query_row([id], at).optional()
}

/// The same inside an act.
///
/// # Errors
/// A refusal when there is none.
pub fn required(conn: &Connection, id: i64) -> Result<Instruction, ActError> {
    by_id(conn, id)?.ok_or_else(|| ActError::refuse("no_instruction", W::InstructionsNotFound))
}

/// Every instruction of a case, first to last, of all rounds.
///
/// # Errors
/// What SQLite says.
pub fn of_case(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<Instruction>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM instruction i WHERE i.case_id = $1 ORDER BY i.id"))?
        .query_map([case_id], at)?
        .collect()
}

/// The latest instruction that a receipt's serial was issued on.
///
/// # Errors
/// What SQLite says.
pub fn by_receipt(conn: &Connection, serial: &str) -> rusqlite::Result<Option<Instruction>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM instruction i WHERE i.receipt = $1 AND i.receipt <> '' ORDER BY i.id DESC LIMIT 1"
    ))?
    .query_row([serial], at)
    .optional()
}

/// The instructions of one round of a case.
///
/// # Errors
/// What SQLite says.
pub fn of_round(conn: &Connection, case_id: i64, round: i64) -> rusqlite::Result<Vec<Instruction>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM instruction i WHERE i.case_id = $1 AND i.round = $2 ORDER BY i.id"
    ))?
    .query_map([case_id, round], at)?
    .collect()
}

/// Writes a new instruction and answers its key; `id` is not read, and a `chain_id` of 0 begins a chain of its own.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, new: &Instruction) -> rusqlite::Result<i64> {
    let id: i64 =
        conn.prepare_cached("SELECT COALESCE(MAX(id), 0) + 1 FROM instruction")?.query_row([], |row| row.get(0))?;
    let chain = if new.chain_id == 0 { id } else { new.chain_id };
    conn.prepare_cached(
        "INSERT INTO instruction (id, case_id, round, chain_id, replaces, state, mode, amount, payee_kind, payee, \
         payee_id_kind, payee_id_no, payee_phone, agent, agent_id_kind, agent_id_no, mandate, shop_id, direct_id, \
         account_kind, bank_code, bank, branch, cnaps, account, holder, account_changed, review_reasons, reviewed_at, \
         reviewed_by, overrides, override_by, override_reason, chosen_at, chosen_by, held, released_at, released_by, \
         batch_id, ended_at, end_reason, paid_at, paid_by, receipt, receipt_printed_at, receipt_signed_at) VALUES ($1, \
         $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, \
         $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46)",
    )?
    .execute(params![
        id,
        new.case_id,
        new.round,
        chain,
        new.replaces,
        new.state.code(),
        new.mode.code(),
        new.amount.fen(),
        new.payee_kind.code(),
        new.payee,
        new.payee_id_kind,
        new.payee_id_no,
        new.payee_phone,
        new.agent,
        new.agent_id_kind,
        new.agent_id_no,
        new.mandate,
        new.shop_id,
        new.direct_id,
        new.account_kind.map_or("", AccountKind::code),
        new.bank_code,
        new.bank,
        new.branch,
        new.cnaps,
        new.account,
        new.holder,
        new.account_changed,
        new.review_reasons,
        new.reviewed_at,
        new.reviewed_by,
        new.overrides,
        new.override_by,
        new.override_reason,
        new.chosen_at,
        new.chosen_by,
        new.held,
        new.released_at,
        new.released_by,
        new.batch_id,
        new.ended_at,
        new.end_reason,
        new.paid_at,
        new.paid_by,
        new.receipt,
        new.receipt_printed_at,
        new.receipt_signed_at,
    ])?;
    Ok(id)
}

/// Writes what may change on an instruction: its state and marks. Payee, account, mode and amount never change; a mended
/// instruction is a new one.
///
/// # Errors
/// A state it may not go to is a mistake of the program; else what SQLite says.
pub fn update(conn: &Connection, before: &Instruction, after: &Instruction) -> Result<(), ActError> {
    let allowed = before.state == after.state || before.state.may_become(after.state);
    if !allowed {
        return Err(ActError::Other(anyhow::anyhow!(
            "instruction {} cannot go from {} to {}",
            before.id,
            before.state.code(),
            after.state.code()
        )));
    }
    conn.prepare_cached(
        "UPDATE instruction SET state = $1, reviewed_at = $2, reviewed_by = $3, overrides = $4, override_by = $5, \
         override_reason = $6, held = $7, released_at = $8, released_by = $9, batch_id = $10, ended_at = $11, \
         end_reason = $12, paid_at = $13, paid_by = $14, receipt = $15, receipt_printed_at = $16, \
         receipt_signed_at = $17, round = $18 WHERE id = $19",
    )?
    .execute(params![
        after.state.code(),
        after.reviewed_at,
        after.reviewed_by,
        after.overrides,
        after.override_by,
        after.override_reason,
        after.held,
        after.released_at,
        after.released_by,
        after.batch_id,
        after.ended_at,
        after.end_reason,
        after.paid_at,
        after.paid_by,
        after.receipt,
        after.receipt_printed_at,
        after.receipt_signed_at,
        after.round,
        before.id,
    ])?;
    Ok(())
}

/// Sets the milestones that follow from the instructions of the case's current round; see [`settle`] and, for the
/// receipt of what a bank alone confirms, [`receipt_in`].
///
/// # Errors
/// What SQLite says.
pub fn settle_case(conn: &Connection, case_id: i64, m: &mut Milestones, now: i64) -> rusqlite::Result<Sums> {
    let round = of_round(conn, case_id, m.round)?;
    // What a reopening holds is not chosen for the new round before it is taken up again.
    settle(m, Sums::of(round.iter().filter(|one| !one.held)), now);
    if m.receipt_at.is_none() {
        m.receipt_at = receipt_in(m, &round, &evidence::of_round(conn, case_id, m.round)?);
    }
    Ok(Sums::of(&round))
}

/// An instruction as the journal keeps it: every fact, enough to rebuild the row.
///
/// # Errors
/// When it has no key yet.
pub fn payload(one: &Instruction) -> anyhow::Result<Value> {
    (one.id > 0).then_some(()).context("an instruction without a key")?;
    Ok(json!({
        "id": one.id, "round": one.round, "chain": one.chain_id, "replaces": one.replaces, "state": one.state.code(),
        "mode": one.mode.code(), "amount": one.amount.fen(), "payee_kind": one.payee_kind.code(), "payee": one.payee,
        "payee_id_kind": one.payee_id_kind, "payee_id_no": one.payee_id_no, "payee_phone": one.payee_phone,
        "agent": one.agent, "agent_id_kind": one.agent_id_kind, "agent_id_no": one.agent_id_no,
        "mandate": one.mandate, "shop": one.shop_id, "direct": one.direct_id,
        "account_kind": one.account_kind.map_or("", AccountKind::code), "bank_code": one.bank_code, "bank": one.bank,
        "branch": one.branch, "cnaps": one.cnaps, "account": one.account, "holder": one.holder,
        "account_changed": i64::from(one.account_changed), "review_reasons": one.review_reasons,
        "overrides": one.overrides, "override_by": one.override_by, "override_reason": one.override_reason,
    }))
}
