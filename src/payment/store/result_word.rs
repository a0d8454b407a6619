//! The bank's word without a file: recorded by two persons, for a whole batch or for one instruction.

use super::batch::subject;
use super::batch_read::{Batch, BatchState, members, required};
use super::batch_send::mark_sent;
use super::result::{close_if_ended, end_all, judged};
use crate::db::{ActError, ActTx, Actor};
use crate::instructions::rules::State;
use crate::instructions::store as instructions;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::{Right, may};
use crate::office::store::{self as office, require};
use crate::payment::rules::result::Status;
use crate::phrase;
use rusqlite::params;
use serde_json::json;

/// Two persons, both of whom may release: the one who acts, and the second whose PIN was just given.
///
/// # Errors
/// A refusal: no right, the same person.
pub(super) fn two_persons(tx: &ActTx<'_>, second: i64) -> Result<(Actor, Actor), ActError> {
    let first = require(tx, Right::Release)?;
    let person = office::by_id(tx.conn(), second)?.filter(|person| person.enabled);
    let other = person.map(|person| office::actor(&person, &tx.actor.os_user));
    match other {
        Some(other) if other.id != first.id && may(&other, Right::Release) => Ok((first, other)),
        _ => Err(ActError::refuse("second", W::BatchesSecondPerson)),
    }
}

fn write(
    tx: &ActTx<'_>,
    (batch, instruction): (i64, i64),
    (word, reason): (&str, &str),
    (first, second): (&Actor, &Actor),
) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO bank_word (batch_id, instruction_id, word, reason, at, first_id, second_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )?
        .execute(params![batch, instruction, word, reason, tx.now, first.id, second.id])?;
    Ok(())
}

fn folded(reason: &str) -> Result<String, ActError> {
    let reason = text::fold(reason.trim()).into_owned();
    let mut found = Findings::new();
    if reason.is_empty() {
        found.push(Finding::block("reason", "reason", W::BatchesWordSource));
    } else if text::outside_text_problem(&reason).is_some() {
        found.push(Finding::block("reason", "reason", W::BatchesFieldUnusable));
    }
    if found.blocking() { Err(found.into()) } else { Ok(reason) }
}

/// The bank says whether it has a batch that is in `sending`. Received: its answer is awaited. Not received: its instructions
/// have failed, and can be mended as they are.
///
/// # Errors
/// A refusal: not two persons who may, not in `sending`, nothing written of who said so.
pub fn batch_word(
    tx: &mut ActTx<'_>,
    batch_id: i64,
    received: bool,
    reason: &str,
    second: i64,
) -> Result<Batch, ActError> {
    tx.require_certain_time()?;
    let (first, second) = two_persons(tx, second)?;
    let reason = folded(reason)?;
    let batch = required(tx.conn(), batch_id)?;
    if batch.state != BatchState::Sending {
        return Err(ActError::refuse("state", phrase!(W::BatchesNotSending, batch.state.word())));
    }
    let word = if received { "received" } else { "not_received" };
    write(tx, (batch_id, 0), (word, &reason), (&first, &second))?;
    let more = json!({ "batch_no": batch.batch_no, "word": word, "reason": reason, "first": first.staff_no, "second": second.staff_no });
    if received {
        mark_sent(tx, &batch, "bank_word", &more)?;
    } else {
        let failed = members(tx.conn(), batch_id)?
            .into_iter()
            .filter(|member| member.one.state == State::Sending)
            .map(|member| (member.one, State::Failed, reason.clone()))
            .collect();
        end_all(tx, "bank_word", failed, first.id, &more)?;
        tx.journal_as("bank_word", &subject(&batch.batch_no), 0, &json!({ "id": batch_id, "more": more }))?;
        close_if_ended(tx, &batch)?;
    }
    required(tx.conn(), batch_id)
}

/// The bank's word on one instruction that is under way, or was paid and has come back.
///
/// # Errors
/// A refusal: not two persons who may, settled otherwise, nothing written of who said so.
pub fn instruction_word(
    tx: &mut ActTx<'_>,
    id: i64,
    status: Status,
    reason: &str,
    second: i64,
) -> Result<(), ActError> {
    tx.require_certain_time()?;
    let (first, second) = two_persons(tx, second)?;
    let reason = folded(reason)?;
    let one = instructions::required(tx.conn(), id)?;
    let Some(batch_id) = one.batch_id else {
        return Err(ActError::refuse("no_batch", W::BatchesNoBatch));
    };
    let batch = required(tx.conn(), batch_id)?;
    let state = judged(&one, status)?;
    write(tx, (batch_id, id), (status.code(), &reason), (&first, &second))?;
    let more = json!({ "batch_no": batch.batch_no, "word": status.code(), "reason": reason, "first": first.staff_no, "second": second.staff_no });
    end_all(tx, "bank_word", vec![(one, state, reason)], first.id, &more)?;
    tx.journal_as(
        "bank_word",
        &subject(&batch.batch_no),
        0,
        &json!({ "id": batch_id, "instruction": id, "more": more }),
    )?;
    close_if_ended(tx, &batch)
}
