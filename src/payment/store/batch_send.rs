//! Sends a batch: written down before the file leaves, once and never again by itself.
//!
//! Three moments, each kept before the next begins: [`begin`] writes `sending` with the file's name and hash; [`put`] lays the file
//! down; [`sent`] says that it is there. Whoever dies between two of them leaves a batch in `sending`, out of which only the bank's
//! answer leads.

use super::batch::{set_state, subject};
use super::batch_read::{Batch, BatchState, bank_map, members, required};
use super::release_save::{Change, case_of, keep, named};
use crate::db::{ActError, ActTx, Actor, Store, Wait, meta};
use crate::files::write::whole;
use crate::instructions::rules::{Instruction, State};
use crate::instructions::store as instructions;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::payment::maps::{Line, Outgoing, render};
use crate::payment::rules::batch::{judge_fields, judge_releaser, sums};
use crate::payment::rules::release::judge_member;
use crate::phrase;
use rusqlite::params;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

/// Files for banks lie beside the store.
pub fn folder(store: &Store) -> PathBuf {
    store.path().with_file_name("bank-out")
}

/// SHA-256 of a file's content, lower hex.
pub fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file that may leave now that its sending is kept.
#[derive(Clone, Debug)]
pub struct Departure {
    /// The batch.
    pub batch: Batch,
    /// Where the file is laid.
    pub path: PathBuf,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Releases a batch and writes that it is being sent. Everything is judged again: who made it, what is ready, the sums.
///
/// # Errors
/// A refusal with every reason; time in doubt; a file of its name is there already.
pub fn begin(tx: &mut ActTx<'_>, id: i64, folder: &Path) -> Result<Departure, ActError> {
    tx.require_certain_time()?;
    let actor = require(tx, Right::Release)?;
    let batch = required(tx.conn(), id)?;
    if batch.state != BatchState::Made {
        return Err(ActError::refuse("state", phrase!(W::BatchesNotMade, batch.state.word())));
    }
    let map = bank_map(tx.conn(), &batch.map)?;
    let members = members(tx.conn(), id)?;
    let makers = members.iter().map(|member| member.one.chosen_by);
    let mut found = judge_releaser(batch.made_by, makers, actor.id);
    for member in &members {
        let case = case_of(tx.conn(), &member.one)?;
        let mut against = judge_member(&member.one, &case.milestones);
        against.extend(judge_fields(&member.one));
        found.extend(named(&case, against));
    }
    let (lines, total) = sums(members.iter().map(|member| &member.one));
    if (lines, total) != (batch.lines, batch.total) {
        found.push(Finding::block(
            "sums",
            None,
            phrase!(W::BatchesSumsChanged, batch.lines, batch.total, lines, total),
        ));
    }
    let path = folder.join(format!("{}.{}", batch.batch_no, map.ending()));
    if path.exists() {
        let shown = path.display().to_string();
        found.push(Finding::block("file_there", None, phrase!(W::BatchesFileThere, shown)));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let office = meta::get(tx.conn(), meta::OFFICE_NAME)?.unwrap_or_default();
    let lines: Vec<Line> = members
        .iter()
        .map(|member| Line {
            instruction: member.one.clone(),
            note: if member.case_no.is_empty() { member.case_code.clone() } else { member.case_no.clone() },
        })
        .collect();
    let outgoing = Outgoing { batch_no: &batch.batch_no, office: &office, at: tx.now, lines: &lines, total };
    let bytes = render(&map, &outgoing)?;
    write_sending(tx, &batch, members.into_iter().map(|member| member.one).collect(), &path, &bytes, &actor)?;
    Ok(Departure { batch, path, bytes })
}

fn write_sending(
    tx: &mut ActTx<'_>,
    batch: &Batch,
    members: Vec<Instruction>,
    path: &Path,
    bytes: &[u8],
    actor: &Actor,
) -> Result<(), ActError> {
    let (file, hash) = (path.display().to_string(), hash(bytes));
    tx.conn()
        .prepare_cached("INSERT INTO batch_sending (batch_id, at, by_id, file, hash) VALUES ($1, $2, $3, $4, $5)")?
        .execute(params![batch.id, tx.now, actor.id, file, hash])?;
    set_state(tx, batch.id, BatchState::Sending)?;
    let mut changes = Vec::new();
    for before in members {
        let mut released = before.clone();
        if before.state == State::Chosen {
            released.state = State::Released;
            (released.released_at, released.released_by) = (Some(tx.now), Some(actor.id));
            instructions::update(tx.conn(), &before, &released)?;
        }
        let after = Instruction { state: State::Sending, ..released.clone() };
        changes.push(Change { before: released, after });
    }
    keep(tx, "batch_sending", &changes, false, &json!({ "batch_no": batch.batch_no }))?;
    let payload = json!({
        "id": batch.id, "file": file, "hash": hash, "lines": batch.lines, "total": batch.total.fen(),
        "by": actor.staff_no,
    });
    tx.journal_as("batch_sending", &subject(&batch.batch_no), 0, &payload)?;
    Ok(())
}

/// Lays the file of a batch down: mode 0600, whole or not at all.
///
/// # Errors
/// What the operating system says; the batch stays in `sending`.
pub fn put(departure: &Departure) -> anyhow::Result<()> {
    if let Some(folder) = departure.path.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    whole(&departure.path, |out| Ok(out.write_all(&departure.bytes)?))?;
    // The name is on the disk only once its folder is.
    if let Some(folder) = departure.path.parent() {
        fs::File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The file is in its place.
///
/// # Errors
/// A refusal when the batch is not in `sending`.
pub fn sent(tx: &mut ActTx<'_>, id: i64) -> Result<Batch, ActError> {
    require(tx, Right::Release)?;
    let batch = required(tx.conn(), id)?;
    if batch.state != BatchState::Sending {
        return Err(ActError::refuse("state", phrase!(W::BatchesNotSending, batch.state.word())));
    }
    tx.conn()
        .prepare_cached("UPDATE batch_sending SET sent_at = $1 WHERE batch_id = $2")?
        .execute(params![tx.now, id])?;
    mark_sent(tx, &batch, "batch_sent", &json!({}))?;
    Ok(batch)
}

/// Puts what is still `sending` of a batch to `sent`.
pub(super) fn mark_sent(
    tx: &mut ActTx<'_>,
    batch: &Batch,
    act: &'static str,
    more: &serde_json::Value,
) -> Result<(), ActError> {
    set_state(tx, batch.id, BatchState::Sent)?;
    let changes: Vec<Change> = members(tx.conn(), batch.id)?
        .into_iter()
        .filter(|member| member.one.state == State::Sending)
        .map(|member| Change { after: Instruction { state: State::Sent, ..member.one.clone() }, before: member.one })
        .collect();
    keep(tx, act, &changes, false, &json!({ "batch_no": batch.batch_no }))?;
    tx.journal_as(act, &subject(&batch.batch_no), 0, &json!({ "id": batch.id, "more": more }))?;
    Ok(())
}

/// How a sending went.
#[derive(Clone, Debug)]
pub enum Way {
    /// The file is out.
    Sent(Batch, PathBuf),
    /// Nothing was written, and why.
    Refused(Findings),
    /// It was let go, but whether the file is out is not known: the bank must be asked.
    Unsure(Batch, String),
}

/// All three moments in order, for the worker.
pub fn send(store: &Store, actor: &Actor, now: i64, id: i64, folder: &Path) -> Way {
    let departure = match store.act(actor, now, "batch_sending", Wait::Patient, |tx| begin(tx, id, folder)) {
        Ok(departure) => departure,
        Err(refused) => return Way::Refused(refused.findings()),
    };
    if let Err(error) = put(&departure) {
        return Way::Unsure(departure.batch, format!("{error:#}"));
    }
    match store.act(actor, now, "batch_sent", Wait::Patient, |tx| sent(tx, id)) {
        Ok(batch) => Way::Sent(batch, departure.path),
        Err(error) => Way::Unsure(departure.batch, error.to_string()),
    }
}
