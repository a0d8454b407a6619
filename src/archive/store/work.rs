//! Sorting and binding, one file or a pile: scan, scan, scan, one key.

use super::{Desk, receipt, required};
use crate::archive::rules::Step;
use crate::archive::rules::contents::{Content, edited, judge_sorting};
use crate::case::store::{stale, subject, write};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

/// One file of a pile as it was scanned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Piled {
    /// Key of the case.
    pub case_id: i64,
    /// Version of the case as it was scanned.
    pub seen: i64,
    /// The page total, for a file that is to be sorted.
    pub pages: i64,
    /// Exceptions from the contents list, see [`edited`].
    pub exceptions: String,
}

/// What came of a pile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PileDone {
    /// Receipt slots passed, files sorted, files bound.
    pub counts: [i64; 3],
    /// Keys of the files that went one step on.
    pub done: Vec<i64>,
    /// Files left as they are, each with its reasons.
    pub left: Vec<(String, Findings)>,
}

/// Takes every file of a pile one step on: a note in its slot, sorted, or bound. A file that cannot go on is left with
/// its reasons and holds up no other.
///
/// # Errors
/// A refusal when none could go on; else what SQLite says.
pub fn advance(tx: &mut ActTx<'_>, pile: &[Piled]) -> Result<PileDone, ActError> {
    require(tx, Right::Archive)?;
    let mut all = PileDone::default();
    for piled in pile {
        match one(tx, piled) {
            Ok(kind) => {
                all.done.push(piled.case_id);
                if let Some(count) = all.counts.get_mut(kind) {
                    *count += 1;
                }
            }
            Err(ActError::Refused(findings)) => {
                let code = required(tx.store(), piled.case_id)?.case.case_code;
                all.left.push((code, findings));
            }
            Err(other) => return Err(other),
        }
    }
    if all.done.is_empty() {
        return Err(left_findings(&all).into());
    }
    Ok(all)
}

/// Why files were left, each named.
pub fn left_findings(done: &PileDone) -> Findings {
    let mut found: Findings = done
        .left
        .iter()
        .flat_map(|(code, findings)| findings.iter().map(move |f| (code, f)))
        .map(|(code, f)| {
            let what = Phrase::new(W::ArchiveLeft, [Arg::Text(code.clone()), Arg::from(f.what.clone())]);
            Finding::block(f.code, f.field, what)
        })
        .collect();
    if found.is_empty() && done.done.is_empty() {
        found.push(Finding::block("empty", None, W::BoxesEmptyPile));
    }
    found
}

fn one(tx: &mut ActTx<'_>, piled: &Piled) -> Result<usize, ActError> {
    let desk = required(tx.store(), piled.case_id)?;
    match Step::of(&desk.case.milestones) {
        Step::Receipt => receipt::note(tx, piled.case_id, piled.seen).map(|_| 0),
        Step::Sort => sort(tx, &desk, piled).map(|()| 1),
        Step::Bind => bind(tx, &desk, piled.seen).map(|()| 2),
        Step::File => Err(ActError::refuse("to_file", W::ArchiveScanBox)),
        Step::Done => Err(ActError::refuse("filed", W::ArchiveFiledAlready)),
        Step::NotYet(_) => Err(ActError::refuse("not_yet", W::ArchiveNotYetHere)),
    }
}

fn sort(tx: &mut ActTx<'_>, desk: &Desk, piled: &Piled) -> Result<(), ActError> {
    stale::check(tx, &desk.case, piled.seen)?;
    let list = edited(&desk.contents(), &piled.exceptions)?;
    let findings = judge_sorting(piled.pages, &list);
    if findings.blocking() {
        return Err(findings.into());
    }
    let mut after = desk.case.clone();
    after.milestones.sorted_at = Some(tx.now);
    let version = write::save(tx, &desk.case, &mut after, &desk.rules, true)?;
    let work = record(tx, desk, "sorted", piled.pages)?;
    for (position, row) in (1_i64..).zip(&list) {
        tx.conn()
            .prepare_cached(
                "INSERT INTO file_content (work_id, position, item, name, pages, note) VALUES ($1, $2, $3, $4, $5, $6)",
            )?
            .execute(params![work, position, row.item, row.name, row.pages, row.note])?;
    }
    let contents: Vec<_> =
        list.iter().map(|r| json!({"item": r.item, "name": r.name, "pages": r.pages, "note": r.note})).collect();
    let facts =
        json!({"round": after.milestones.round, "sorted_at": tx.now, "pages": piled.pages, "contents": contents});
    tx.journal_as("archive_sort", &subject(&desk.case.case_code), version, &facts)?;
    Ok(())
}

fn bind(tx: &mut ActTx<'_>, desk: &Desk, seen: i64) -> Result<(), ActError> {
    stale::check(tx, &desk.case, seen)?;
    let mut after = desk.case.clone();
    after.milestones.bound_at = Some(tx.now);
    let version = write::save(tx, &desk.case, &mut after, &desk.rules, true)?;
    record(tx, desk, "bound", 0)?;
    let facts = json!({"round": after.milestones.round, "bound_at": tx.now});
    tx.journal_as("archive_bind", &subject(&desk.case.case_code), version, &facts)?;
    Ok(())
}

/// Keeps who did a piece of work on a file; answers its key. Part of an act.
pub(super) fn record(tx: &ActTx<'_>, desk: &Desk, kind: &str, pages: i64) -> Result<i64, ActError> {
    let id = tx
        .conn()
        .prepare_cached(
            "INSERT INTO file_work (case_id, round, kind, pages, at, by_id) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id",
        )?
        .query_row(params![desk.case.id, desk.case.milestones.round, kind, pages, tx.now, tx.actor.id], |row| {
            row.get(0)
        })?;
    Ok(id)
}

/// A piece of work on a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Work {
    /// Key in the store.
    pub id: i64,
    /// `sorted`, `bound` or `filed`; `sort_back` or `bind_back` for work that was taken back.
    pub kind: String,
    /// Page total of a sorting.
    pub pages: i64,
    /// When, UTC seconds.
    pub at: i64,
    /// Who.
    pub by_id: i64,
}

/// The work on one round of a file, first to last. Who bound and filed it does not check it (domain §6).
///
/// # Errors
/// What SQLite says.
pub fn of_round(conn: &Connection, case_id: i64, round: i64) -> rusqlite::Result<Vec<Work>> {
    conn.prepare_cached(
        "SELECT id, kind, pages, at, by_id FROM file_work WHERE case_id = $1 AND round = $2 ORDER BY id",
    )?
    .query_map([case_id, round], |row| {
        Ok(Work { id: row.get(0)?, kind: row.get(1)?, pages: row.get(2)?, at: row.get(3)?, by_id: row.get(4)? })
    })?
    .collect()
}

/// The contents list a round was last sorted with, and its page total; nothing before it was sorted.
///
/// # Errors
/// What SQLite says.
pub fn sorted_list(conn: &Connection, case_id: i64, round: i64) -> rusqlite::Result<Option<(i64, Vec<Content>)>> {
    let sorted: Option<(i64, i64)> = conn
        .prepare_cached(
            "SELECT id, pages FROM file_work WHERE case_id = $1 AND round = $2 AND kind = 'sorted' ORDER BY id DESC LIMIT 1",
        )?
        .query_row([case_id, round], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((work, pages)) = sorted else { return Ok(None) };
    let rows = conn
        .prepare_cached("SELECT item, name, pages, note FROM file_content WHERE work_id = $1 ORDER BY position")?
        .query_map([work], |row| {
            Ok(Content { item: row.get(0)?, name: row.get(1)?, pages: row.get(2)?, note: row.get(3)? })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Some((pages, rows)))
}
