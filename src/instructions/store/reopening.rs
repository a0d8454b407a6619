//! What a reopening does to the instructions of its case, and the new sign-off after it (domain §1).

use super::{of_case, of_round, settle_case, update};
use crate::case::store::CaseFile;
use crate::db::{ActError, ActTx, Connection};
use crate::instructions::rules::{Instruction, State, Sums};
use crate::kernel::money::Fen;
use crate::kernel::words::W;
use crate::papers;
use crate::phrase;

/// Moves the live instructions of a case to the round a reopening opens and holds them: none is released before the
/// new sign-off takes it up again. Answers their keys, for the journal.
///
/// # Errors
/// A refusal while the bank has one of them, or may have it; else what SQLite says.
pub fn hold_for_reopening(tx: &mut ActTx<'_>, case: &CaseFile, new_round: i64) -> Result<Vec<i64>, ActError> {
    let live: Vec<Instruction> = of_case(tx.conn(), case.id)?.into_iter().filter(|one| one.state.live()).collect();
    if let Some(out) = live.iter().find(|one| one.state.with_bank()) {
        let what = phrase!(W::InstructionsWithBank, case.case_code.as_str(), out.payee.as_str(), out.amount);
        return Err(ActError::refuse("reopen_with_bank", what));
    }
    let mut held = Vec::new();
    for before in live {
        let after = Instruction {
            // What was let go of an amount that is open again has to be let go anew.
            state: State::Chosen,
            released_at: None,
            released_by: None,
            batch_id: None,
            held: true,
            round: new_round,
            ..before.clone()
        };
        update(tx.conn(), &before, &after)?;
        held.push(before.id);
    }
    Ok(held)
}

/// What the case has paid by instructions in its current round and before; nothing for a round that has none, such as
/// that of a case taken over.
///
/// # Errors
/// What SQLite says.
pub fn paid_so_far(conn: &Connection, case: &CaseFile) -> rusqlite::Result<Option<Fen>> {
    let m = &case.milestones;
    let round = of_round(conn, case.id, m.round)?;
    if m.taken_over || round.is_empty() {
        return Ok(None);
    }
    let paid = Sums::of(&round).paid.fen().saturating_add(m.paid_before.fen());
    Ok(Some(Fen::from_fen(paid)))
}

/// Takes held instructions up again once the round is signed off and they fit into what is to be paid, and sets the
/// milestones that follow. Held ones that do not fit stay held until the surplus is cancelled. Answers the keys of those
/// taken up.
///
/// # Errors
/// What SQLite says.
pub fn take_up(tx: &ActTx<'_>, after: &mut CaseFile, now: i64) -> Result<Vec<i64>, ActError> {
    let conn = tx.conn();
    let round = of_round(conn, after.id, after.milestones.round)?;
    let held: Vec<&Instruction> = round.iter().filter(|one| one.held && one.state.live()).collect();
    let open = Sums::of(&round).open(&after.milestones);
    if held.is_empty() || after.milestones.closed_at.is_none() || open < Fen::ZERO {
        return Ok(Vec::new());
    }
    for one in &held {
        update(conn, one, &Instruction { held: false, ..(*one).clone() })?;
    }
    let seen = after.clone();
    settle_case(conn, after.id, &mut after.milestones, now)?;
    papers::store::settle_precheck(tx, &seen, &mut after.milestones, now)?;
    Ok(held.into_iter().map(|one| one.id).collect())
}
