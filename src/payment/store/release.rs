//! The instructions that wait for a receipt, a release, a batch or a mending; and the release itself (放行).

use super::release_save::{Change, case_of, keep, named};
use crate::case::store::{CaseFile, load};
use crate::db::{ActError, ActTx, Connection};
use crate::instructions::rules::{Instruction, State};
use crate::instructions::store::{self as instructions, COLUMNS, at};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::payment::rules::release::judge_release;
use crate::phrase;
use serde_json::json;

/// The most instructions one PIN lets go.
pub const MOST_AT_ONCE: usize = 100;

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// On-site payments not yet paid.
    OnSite,
    /// Transfers and direct pays in no batch yet.
    ToBatch,
    /// Failed, returned, stopped ones not yet replaced.
    Mending,
}

impl Waiting {
    /// Every list, in the order of the screen.
    pub const ALL: [Waiting; 3] = [Waiting::OnSite, Waiting::ToBatch, Waiting::Mending];

    const fn condition(self) -> &'static str {
        match self {
            Waiting::OnSite => {
                "i.state IN ('chosen', 'released') AND i.mode IN ('cash', 'cash_cheque', 'transfer_cheque', 'immediate')"
            }
            Waiting::ToBatch => {
                "i.state IN ('chosen', 'released') AND i.mode IN ('transfer', 'direct') AND i.batch_id IS NULL"
            }
            Waiting::Mending => "i.state IN ('failed', 'returned', 'stopped')",
        }
    }
}

/// An instruction with its case.
#[derive(Clone, Debug)]
pub struct Item {
    /// The instruction.
    pub one: Instruction,
    /// Its case with the current round.
    pub case: CaseFile,
}

/// A page of a list, in the order the instructions were chosen.
///
/// # Errors
/// What SQLite says.
pub fn list(conn: &Connection, waiting: Waiting, after: i64, limit: i64) -> rusqlite::Result<Vec<Item>> {
    let condition = waiting.condition();
    let found: Vec<Instruction> = conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM instruction i WHERE {condition} AND i.id > $1 ORDER BY i.id LIMIT $2"
        ))?
        .query_map([after, limit], at)?
        .collect::<rusqlite::Result<_>>()?;
    let mut items = Vec::with_capacity(found.len());
    for one in found {
        if let Some(case) = load::by_id(conn, one.case_id)? {
            items.push(Item { one, case });
        }
    }
    Ok(items)
}

/// How many are on a list, up to a limit.
///
/// # Errors
/// What SQLite says.
pub fn count(conn: &Connection, waiting: Waiting, limit: i64) -> rusqlite::Result<i64> {
    let condition = waiting.condition();
    conn.prepare_cached(&format!(
        "SELECT COUNT(*) FROM (SELECT i.id FROM instruction i WHERE {condition} LIMIT $1) AS some"
    ))?
    .query_row([limit], |row| row.get(0))
}

/// What one PIN did to the marked instructions.
#[derive(Clone, Debug, Default)]
pub struct Let {
    /// Done with.
    pub done: Vec<i64>,
    /// Their sum.
    pub sum: Fen,
    /// Why others were left, each with its case named.
    pub left: Findings,
}

/// Lets instructions go. Whatever cannot be released is left with its reasons.
///
/// # Errors
/// A refusal when none was released: no right, time in doubt, nothing marked, or every reason.
pub fn release(tx: &mut ActTx<'_>, ids: &[i64]) -> Result<Let, ActError> {
    tx.require_certain_time()?;
    let actor = require(tx, Right::Release)?;
    for_each(tx, "release", ids, false, |one, case, now| {
        let found = judge_release(one, &case.milestones, actor.id);
        let after =
            Instruction { state: State::Released, released_at: Some(now), released_by: Some(actor.id), ..one.clone() };
        (after, found)
    })
}

/// Changes each instruction that its rules let change, and leaves the others with their reasons.
pub(super) fn for_each(
    tx: &mut ActTx<'_>,
    act: &'static str,
    ids: &[i64],
    settles: bool,
    change: impl Fn(&Instruction, &CaseFile, i64) -> (Instruction, Findings),
) -> Result<Let, ActError> {
    if ids.is_empty() {
        return Err(ActError::refuse("nothing_marked", W::BatchesNothingMarked));
    }
    if ids.len() > MOST_AT_ONCE {
        let most = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
        return Err(ActError::refuse("too_many", phrase!(W::BatchesTooMany, most)));
    }
    let (mut changes, mut done) = (Vec::new(), Let::default());
    for id in ids {
        let before = instructions::required(tx.conn(), *id)?;
        let case = case_of(tx.conn(), &before)?;
        let (after, found) = change(&before, &case, tx.now);
        if found.blocking() {
            done.left.extend(named(&case, found));
            continue;
        }
        done.sum = done.sum.checked_add(before.amount).unwrap_or(done.sum);
        done.done.push(*id);
        changes.push(Change { before, after });
    }
    if changes.is_empty() {
        return Err(ActError::Refused(done.left));
    }
    keep(tx, act, &changes, settles, &json!({}))?;
    Ok(done)
}

/// Takes the release of an on-site instruction back, so that it can be changed or cancelled.
///
/// # Errors
/// A refusal: no right, not released, no reason.
pub fn take_back(tx: &mut ActTx<'_>, id: i64, reason: &str) -> Result<(), ActError> {
    require(tx, Right::Release)?;
    let before = instructions::required(tx.conn(), id)?;
    let mut found = Findings::new();
    if before.state != State::Released || before.batch_id.is_some() {
        found.push(Finding::block("state", None, W::BatchesNotReleased));
    }
    if reason.trim().is_empty() {
        found.push(Finding::block("reason", "reason", W::BatchesReasonMissing));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let after = Instruction { state: State::Chosen, released_at: None, released_by: None, ..before.clone() };
    keep(tx, "release_undone", &[Change { before, after }], false, &json!({ "reason": reason.trim() }))
}

/// Every instruction after a key with the numbers of its case and batch, for a file.
///
/// # Errors
/// What SQLite says.
pub fn after(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<(Instruction, [String; 3])>> {
    let width = COLUMNS.split(',').count();
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS}, c.case_no, c.case_code, COALESCE(b.batch_no, '') FROM instruction i \
         JOIN cases c ON c.id = i.case_id LEFT JOIN batch b ON b.id = i.batch_id WHERE i.id > $1 ORDER BY i.id LIMIT $2"
    ))?
    .query_map([id, limit], |row| Ok((at(row)?, [row.get(width)?, row.get(width + 1)?, row.get(width + 2)?])))?
    .collect()
}
