//! Writes changed instructions with what they make of their cases: one journal row per case, however many of its instructions changed.

use crate::case::store::{CaseFile, load, rounds, subject, write};
use crate::db::{ActError, ActTx, Connection};
use crate::instructions::rules::{Instruction, State};
use crate::instructions::store as instructions;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::words::{Lang, W};
use crate::papers;
use crate::phrase;
use crate::reference::store::rulebook;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// An instruction before and after.
pub(super) struct Change {
    pub(super) before: Instruction,
    pub(super) after: Instruction,
}

/// The case of an instruction.
///
/// # Errors
/// A refusal when there is none.
pub(super) fn case_of(conn: &Connection, one: &Instruction) -> Result<CaseFile, ActError> {
    load::by_id(conn, one.case_id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))
}

/// Names the case in everything that was found about one of its instructions.
pub(super) fn named(case: &CaseFile, found: Findings) -> Findings {
    found
        .into_iter()
        .map(|finding| Finding {
            what: phrase!(W::BatchesOf, case.case_code.as_str(), finding.what.clone()),
            ..finding
        })
        .collect()
}

/// What may change on an instruction, as the journal keeps it.
fn facts(one: &Instruction) -> Value {
    json!({
        "id": one.id, "round": one.round, "state": one.state.code(), "amount": one.amount.fen(), "held": i64::from(one.held),
        "released_at": one.released_at, "released_by": one.released_by, "batch": one.batch_id, "ended_at": one.ended_at,
        "end_reason": one.end_reason, "paid_at": one.paid_at, "paid_by": one.paid_by, "receipt": one.receipt,
        "receipt_printed_at": one.receipt_printed_at, "receipt_signed_at": one.receipt_signed_at,
    })
}

/// Writes the changes and journals them, a row per case. `settles`: what is paid or on its way is another sum now, so the
/// milestones of the case follow and its version rises.
///
/// # Errors
/// What SQLite says; a state an instruction may not go to.
pub(super) fn keep(
    tx: &mut ActTx<'_>,
    act: &'static str,
    changes: &[Change],
    settles: bool,
    more: &Value,
) -> Result<(), ActError> {
    let mut by_case: BTreeMap<i64, Vec<&Change>> = BTreeMap::new();
    for change in changes {
        instructions::update(tx.conn(), &change.before, &change.after)?;
        by_case.entry(change.after.case_id).or_default().push(change);
    }
    for (case_id, changes) in by_case {
        let all = changes.iter().map(|change| facts(&change.after)).collect();
        let mut payload = json!({ "instructions": Value::Array(all), "more": more });
        save_case(tx, act, case_id, &changes, settles, &mut payload)?;
    }
    Ok(())
}

/// Writes a case whose instructions have changed, and its journal row.
///
/// # Errors
/// What SQLite says.
pub(super) fn save_case(
    tx: &mut ActTx<'_>,
    act: &'static str,
    case_id: i64,
    changes: &[&Change],
    settles: bool,
    payload: &mut Value,
) -> Result<(), ActError> {
    let rules = rulebook(tx.store())?;
    let before = load::by_id(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))?;
    let mut after = before.clone();
    let mut version = before.version;
    if settles {
        let m = &mut after.milestones;
        for change in changes {
            // What an earlier round had paid has come back: less was paid before.
            let came_back = change.before.state == State::Paid && change.after.state == State::Returned;
            if came_back && change.after.round < m.round {
                m.paid_before = Fen::from_fen(m.paid_before.fen().saturating_sub(change.after.amount.fen()));
            }
        }
        instructions::settle_case(tx.conn(), case_id, m, tx.now)?;
        // A mended instruction may ask for other papers than the one it replaces.
        papers::store::settle_precheck(tx, &before, m, tx.now)?;
        payload["prechecked_at"] = json!(m.prechecked_at);
        payload["chosen_at"] = json!(m.chosen_at);
        payload["paid_at"] = json!(m.paid_at);
        payload["paid_before"] = json!(m.paid_before.fen());
        version = write::save(tx, &before, &mut after, &rules, true)?;
        flag_filed(tx, &after, changes)?;
    }
    tx.journal_as(act, &subject(&before.case_code), version, payload)?;
    if settles {
        // An upheld dispute waited with its round until the bank had answered.
        rounds::open_waiting(tx, case_id)?;
    }
    Ok(())
}

/// A paper that was filed for money that has come back is flagged; the facts of the archive stay.
fn flag_filed(tx: &mut ActTx<'_>, case: &CaseFile, changes: &[&Change]) -> Result<(), ActError> {
    let m = &case.milestones;
    if m.receipt_at.is_none() && m.filed_at.is_none() {
        return Ok(());
    }
    for change in changes.iter().filter(|change| change.after.state == State::Returned) {
        let amount = change.after.amount;
        let text = phrase!(W::BatchesFiledFlag, amount, change.after.end_reason.as_str()).say(Lang::Zh);
        write::insert_note(tx.conn(), case.id, tx.now, &tx.actor.staff_no, &text)?;
    }
    Ok(())
}
