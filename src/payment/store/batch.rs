//! Makes batches of what is ready to be transferred, takes them apart, and keeps the banks' maps.

use super::batch_read::{Batch, BatchState, bank_map, members, required};
use super::release_save::{Change, case_of, keep, named};
use crate::db::{ActError, ActTx, meta};
use crate::instructions::rules::Instruction;
use crate::instructions::store as instructions;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::payment::maps;
use crate::payment::rules::batch::{MOST, judge_fields, sums};
use crate::payment::rules::release::judge_member;
use crate::phrase;
use rusqlite::params;
use serde_json::json;

/// The journal's name for a batch.
pub fn subject(batch_no: &str) -> String {
    format!("batch {batch_no}")
}

/// Puts instructions into a new batch for a bank's map.
///
/// # Errors
/// A refusal with every reason: no right, nothing or too much marked, one not ready, in a batch already, or unfit for a file.
pub fn make(tx: &mut ActTx<'_>, map: &str, ids: &[i64]) -> Result<Batch, ActError> {
    let actor = require(tx, Right::Choose)?;
    bank_map(tx.conn(), map)?;
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Err(ActError::refuse("nothing_marked", W::BatchesNothingMarked));
    }
    if ids.len() > MOST {
        let most = i64::try_from(MOST).unwrap_or(i64::MAX);
        return Err(ActError::refuse("too_many", phrase!(W::BatchesTooMany, most)));
    }
    let (mut all, mut found) = (Vec::new(), Findings::new());
    for id in &ids {
        let one = instructions::required(tx.conn(), *id)?;
        let case = case_of(tx.conn(), &one)?;
        let mut against = judge_member(&one, &case.milestones);
        against.extend(judge_fields(&one));
        if one.batch_id.is_some() {
            against.push(Finding::block("batched", None, W::BatchesInBatch));
        }
        found.extend(named(&case, against));
        all.push(one);
    }
    if found.blocking() {
        return Err(found.into());
    }
    let (lines, total) = sums(&all);
    let batch = insert(tx, map, lines, total.fen(), actor.id)?;
    let changes: Vec<Change> = all
        .into_iter()
        .map(|before| Change { after: Instruction { batch_id: Some(batch.id), ..before.clone() }, before })
        .collect();
    for change in &changes {
        tx.conn()
            .prepare_cached("INSERT INTO batch_line (batch_id, instruction_id, amount) VALUES ($1, $2, $3)")?
            .execute(params![batch.id, change.after.id, change.after.amount.fen()])?;
    }
    keep(tx, "batch_make", &changes, false, &json!({ "batch_no": batch.batch_no }))?;
    let payload = json!({ "id": batch.id, "map": map, "lines": lines, "total": total.fen(), "instructions": ids });
    tx.journal_as("batch_make", &subject(&batch.batch_no), 0, &payload)?;
    Ok(batch)
}

fn insert(tx: &ActTx<'_>, map: &str, lines: i64, total: i64, by: i64) -> Result<Batch, ActError> {
    let day = clock::day_of(tx.now).format("%Y%m%d").to_string();
    let number = meta::count(tx.conn(), &format!("batch.no.{day}"), 1)?;
    let batch_no = format!("B{day}-{number:02}");
    let id: i64 = tx
        .conn()
        .prepare_cached(
            "INSERT INTO batch (batch_no, map, state, lines, total, made_at, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7) \
             RETURNING id",
        )?
        .query_row(params![batch_no, map, BatchState::Made.code(), lines, total, tx.now, by], |row| row.get(0))?;
    required(tx.conn(), id)
}

/// Writes where a batch is.
pub(super) fn set_state(tx: &ActTx<'_>, id: i64, state: BatchState) -> Result<(), ActError> {
    let ended = matches!(state, BatchState::Ended | BatchState::Dissolved).then_some(tx.now);
    tx.conn().prepare_cached("UPDATE batch SET state = $1, ended_at = $2 WHERE id = $3")?.execute(params![
        state.code(),
        ended,
        id
    ])?;
    Ok(())
}

/// Takes a batch apart that was not released; its instructions wait for another one.
///
/// # Errors
/// A refusal: no right, released already.
pub fn dissolve(tx: &mut ActTx<'_>, id: i64) -> Result<Batch, ActError> {
    require(tx, Right::Choose).or_else(|refusal| require(tx, Right::Release).map_err(|_| refusal))?;
    let batch = required(tx.conn(), id)?;
    if batch.state != BatchState::Made {
        return Err(ActError::refuse("state", phrase!(W::BatchesNotMade, batch.state.word())));
    }
    let changes: Vec<Change> = members(tx.conn(), id)?
        .into_iter()
        .map(|member| Change { after: Instruction { batch_id: None, ..member.one.clone() }, before: member.one })
        .collect();
    set_state(tx, id, BatchState::Dissolved)?;
    keep(tx, "batch_dissolve", &changes, false, &json!({ "batch_no": batch.batch_no }))?;
    tx.journal_as("batch_dissolve", &subject(&batch.batch_no), 0, &json!({ "id": id }))?;
    Ok(batch)
}

/// Adds the maps of a file; one of a name already there takes its place from now on.
///
/// # Errors
/// A refusal: no right, or every reason against the file.
pub fn add_maps(tx: &mut ActTx<'_>, text: &str) -> Result<Vec<String>, ActError> {
    let actor = require(tx, Right::Registers)?;
    let names: Vec<String> = maps::parse(text)?.into_iter().map(|map| map.name).collect();
    tx.conn()
        .prepare_cached("INSERT INTO bank_map (name, body, at, by_id) VALUES ($1, $2, $3, $4)")?
        .execute(params![names.join(" "), text, tx.now, actor.id])?;
    tx.journal_as("bank_map", "bank maps", 0, &json!({ "names": names, "body": text }))?;
    Ok(names)
}
