//! Takes the bank's answers in: a result file once, row by row; what it leaves open stays open.

use super::batch::{set_state, subject};
use super::batch_read::{Batch, BatchState, bank_map, members, required};
use super::release_save::{Change, keep};
use crate::db::{ActError, ActTx};
use crate::instructions::rules::{Instruction, State};
use crate::instructions::store as instructions;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::payment::maps::read_result;
use crate::payment::rules::result::{ResultFile, ResultRow, Verdict, judge_file, judge_rows, judge_status};
use crate::payment::store::batch_send::hash;
use crate::phrase;
use rusqlite::params;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::Path;

/// What a result file did.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// The very file was read before: nothing changed.
    pub again: bool,
    /// Rows.
    pub rows: i64,
    /// Paid.
    pub paid: i64,
    /// Their sum.
    pub sum: Fen,
    /// Failed, returned, stopped.
    pub bad: i64,
    /// Still under way.
    pub waiting: i64,
    /// Rows somebody has to look at.
    pub odd: Findings,
}

/// Reads a result file for a batch.
///
/// # Errors
/// A refusal of the whole file: no right, another batch, a control sum or count that is off, unreadable.
pub fn read_file(tx: &mut ActTx<'_>, batch_id: i64, name: &str, bytes: &[u8]) -> Result<Taken, ActError> {
    tx.require_certain_time()?;
    let actor = require(tx, Right::Release)?;
    let batch = required(tx.conn(), batch_id)?;
    let hash = hash(bytes);
    let known = tx
        .conn()
        .prepare_cached("SELECT 1 FROM result_file WHERE batch_id = $1 AND hash = $2")?
        .exists(params![batch_id, hash])?;
    if known {
        return Ok(Taken { again: true, ..Taken::default() });
    }
    if matches!(batch.state, BatchState::Made | BatchState::Dissolved) {
        return Err(ActError::refuse("state", phrase!(W::BatchesNotOut, batch.state.word())));
    }
    let map = bank_map(tx.conn(), &batch.map)?;
    let mut file = read_result(&map, Path::new(name), bytes)?;
    let found = judge_file(&file, &batch.batch_no, batch.lines, batch.total);
    if found.blocking() {
        return Err(found.into());
    }
    let members: BTreeMap<i64, Instruction> =
        members(tx.conn(), batch_id)?.into_iter().map(|member| (member.one.id, member.one)).collect();
    spell_out(&mut file, &members);
    let verdicts = judge_rows(&file.rows, &members);
    let mut taken = Taken { rows: i64::try_from(file.rows.len()).unwrap_or(i64::MAX), ..Taken::default() };
    let file_id: i64 = tx
        .conn()
        .prepare_cached(
            "INSERT INTO result_file (batch_id, hash, name, at, by_id, lines) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )?
        .query_row(params![batch_id, hash, name, tx.now, actor.id, taken.rows], |row| row.get(0))?;
    let mut ended = Vec::new();
    for (row, (id, verdict)) in file.rows.iter().zip(&verdicts) {
        write_row(tx, file_id, row, *id, *verdict)?;
        taken.count(row, *verdict);
        if let (Verdict::Becomes(state), Some(one)) = (verdict, id.and_then(|id| members.get(&id))) {
            ended.push((one.clone(), *state, row.reason.clone()));
        }
    }
    let reasons = json!({ "batch_no": batch.batch_no, "file": hash });
    end_all(tx, "batch_result", ended, actor.id, &reasons)?;
    let rows: Vec<_> =
        file.rows.iter().zip(&verdicts).map(|(row, (id, verdict))| row_facts(row, *id, *verdict)).collect();
    let payload = json!({ "id": batch_id, "file": name, "hash": hash, "rows": rows });
    tx.journal_as("batch_result", &subject(&batch.batch_no), 0, &payload)?;
    close_if_ended(tx, &batch)?;
    Ok(taken)
}

/// A word on the whole batch is one on each of its instructions.
fn spell_out(file: &mut ResultFile, members: &BTreeMap<i64, Instruction>) {
    let Some((status, reason)) = file.whole.take() else { return };
    let rows = members.values().zip(1..).map(|(one, line)| ResultRow {
        line,
        reference: crate::payment::rules::batch::reference(one.id),
        amount: None,
        status,
        word: status.code().to_owned(),
        reason: reason.clone(),
    });
    file.rows = rows.collect();
}

fn row_facts(row: &ResultRow, id: Option<i64>, verdict: Verdict) -> serde_json::Value {
    json!({
        "line": row.line, "reference": row.reference, "amount": row.amount.map_or(-1, Fen::fen), "status": row.status.code(),
        "word": row.word, "reason": row.reason, "instruction": id.unwrap_or(0), "verdict": verdict.code(),
    })
}

fn write_row(tx: &ActTx<'_>, file: i64, row: &ResultRow, id: Option<i64>, verdict: Verdict) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO result_line (file_id, line, reference, amount, status, reason, instruction_id, verdict) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )?
        .execute(params![
            file,
            row.line,
            row.reference,
            row.amount.map_or(-1, Fen::fen),
            row.word,
            row.reason,
            id.unwrap_or(0),
            verdict.code()
        ])?;
    Ok(())
}

impl Taken {
    fn count(&mut self, row: &ResultRow, verdict: Verdict) {
        match verdict {
            Verdict::Becomes(State::Paid) => {
                self.paid += 1;
                self.sum = self.sum.checked_add(row.amount.unwrap_or_default()).unwrap_or(self.sum);
            }
            Verdict::Becomes(_) => self.bad += 1,
            Verdict::Waiting => self.waiting += 1,
            Verdict::Same => {}
            _ => {
                let word = verdict.word();
                let what = phrase!(W::BatchesOddRow, row.line, row.reference.as_str(), row.word.as_str(), word);
                self.odd.push(Finding::warn(verdict.code(), None, what));
            }
        }
    }

    /// What the clerk is told.
    pub fn said(&self) -> Phrase {
        let odd = i64::try_from(self.odd.len()).unwrap_or(i64::MAX);
        phrase!(W::BatchesResultTaken, self.rows, self.paid, self.sum, self.bad, self.waiting, odd)
    }
}

/// Ends instructions as the bank says, with what that makes of their cases.
pub(super) fn end_all(
    tx: &mut ActTx<'_>,
    act: &'static str,
    ended: Vec<(Instruction, State, String)>,
    by: i64,
    more: &serde_json::Value,
) -> Result<(), ActError> {
    let mut changes = Vec::new();
    for (mut before, state, reason) in ended {
        // What the bank names has reached it, whether or not this desk lived to write that down.
        if before.state == State::Sending && state == State::Returned {
            let reached = Instruction { state: State::Sent, ..before.clone() };
            instructions::update(tx.conn(), &before, &reached)?;
            before = reached;
        }
        let paid = state == State::Paid;
        let after = Instruction {
            state,
            ended_at: Some(tx.now),
            end_reason: text::neutralise(&reason).into_owned(),
            paid_at: if paid { Some(tx.now) } else { before.paid_at },
            paid_by: if paid { Some(by) } else { before.paid_by },
            ..before.clone()
        };
        changes.push(Change { before, after });
    }
    keep(tx, act, &changes, true, more)
}

/// A batch with nothing under way has ended; one whose file was answered is out.
pub(super) fn close_if_ended(tx: &mut ActTx<'_>, batch: &Batch) -> Result<(), ActError> {
    let members = members(tx.conn(), batch.id)?;
    let of = |state| members.iter().any(|member| member.one.state == state && member.one.batch_id == Some(batch.id));
    let state = if of(State::Sending) {
        BatchState::Sending
    } else if of(State::Sent) {
        BatchState::Sent
    } else {
        BatchState::Ended
    };
    let now = required(tx.conn(), batch.id)?.state;
    if state != now { set_state(tx, batch.id, state) } else { Ok(()) }
}

/// What a word of the bank, recorded by two persons, means for an instruction.
///
/// # Errors
/// A refusal when it was settled otherwise.
pub(super) fn judged(one: &Instruction, status: crate::payment::rules::result::Status) -> Result<State, ActError> {
    match judge_status(status, one) {
        Verdict::Becomes(state) => Ok(state),
        verdict => {
            Err(ActError::refuse("settled", phrase!(W::BatchesSettledOtherwise, one.state.word(), verdict.word())))
        }
    }
}
