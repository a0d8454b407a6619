//! Keeps what notifying knows: the acts, and what their rules decide on, read inside the transaction.

pub mod attempts;
pub mod check;
pub mod explain;
pub mod figures;
pub mod inquiries;
pub mod list;
mod read;
pub mod refusals;

pub use read::{OpenInquiry, attempts_of, inquiries_of, inquiry, open_inquiries};

use crate::case::milestones::{Outcome, Stage};
use crate::case::rounds::in_force;
use crate::case::store::load::{self, StepRecord};
use crate::case::store::seals;
use crate::case::store::{CaseFile, stale, subject, write};
use crate::db::{ActError, ActTx, Connection, Store, meta};
use crate::kernel::findings::Findings;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::notify::bring::{Bring, what_to_bring};
use crate::notify::rules::attempts::Attempt;
use crate::notify::rules::inquiries::{self as rules_of, Inquiry};
use crate::notify::rules::refusals::{Delivered, Notice};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::papers::store::early;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use chrono::Datelike;
use serde_json::Value;
use std::rc::Rc;

/// A case with everything the rules of notifying ask for.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The case with its current round.
    pub case: CaseFile,
    /// Lines, calendar and settings.
    pub rules: Rc<Rulebook>,
    /// Step records of the current round that are in force.
    pub records: Vec<StepRecord>,
    /// Items of the payable.
    pub items: Vec<(String, Fen)>,
    /// Every attempt, first to last.
    pub attempts: Vec<Attempt>,
    /// Every inquiry, first to last.
    pub inquiries: Vec<Inquiry>,
    /// The refusal notice of the current round.
    pub notice: Option<Notice>,
    /// Its delivery.
    pub delivered: Option<Delivered>,
    /// The ways to be paid with everything to bring for each.
    pub bring: Vec<Bring>,
    /// The other cases of the accident that are to be told.
    pub siblings: Vec<CaseFile>,
}

impl Desk {
    /// Reads a case; `None` when there is none with this key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read(store: &Store, case_id: i64) -> anyhow::Result<Option<Desk>> {
        let conn: &Connection = store.conn();
        let Some(case) = load::by_id(conn, case_id)? else { return Ok(None) };
        let round = case.milestones.round;
        let mut records = load::steps(conn, case_id)?;
        records.retain(|record| record.round == round && record.void_at.is_none());
        let items = match in_force(&records, round, 4) {
            Some(record) => load::items(conn, record.id)?,
            None => Vec::new(),
        };
        let notice = read::notice(conn, case_id, round)?;
        let rules = rulebook(store)?;
        Ok(Some(Desk {
            bring: what_to_bring(conn, &rules, &case)?,
            rules,
            records,
            items,
            attempts: attempts_of(conn, case_id)?,
            inquiries: inquiries_of(conn, case_id)?,
            delivered: read::delivered(conn, case_id, round)?,
            siblings: siblings(conn, &case)?,
            notice,
            case,
        }))
    }

    /// The inquiry with this key.
    pub fn inquiry(&self, id: i64) -> Option<&Inquiry> {
        self.inquiries.iter().find(|one| one.id == id)
    }

    /// The attempts of the current round.
    pub fn of_round(&self) -> impl Iterator<Item = &Attempt> {
        let round = self.case.milestones.round;
        self.attempts.iter().filter(move |one| one.round == round)
    }

    /// Whether the customer's consent is still to be had.
    pub fn awaits_consent(&self) -> bool {
        let m = &self.case.milestones;
        m.closed_at.is_some() && m.outcome == Some(Outcome::Pay) && m.agreed_at.is_none()
    }
}

/// Whether a case is one that a call on another case of its accident tells of, too.
fn is_to_be_told(case: &CaseFile) -> bool {
    let m = &case.milestones;
    m.stage() == Stage::Notify && m.inquiry_holds == 0 && m.outcome != Some(Outcome::Refuse)
}

/// The other cases of the accident that are to be told; none while this one itself is not.
///
/// # Errors
/// What SQLite says.
pub fn siblings(conn: &Connection, case: &CaseFile) -> rusqlite::Result<Vec<CaseFile>> {
    if case.facts.accident_no.is_empty() || !is_to_be_told(case) {
        return Ok(Vec::new());
    }
    let mut all = load::of_accident(conn, &case.facts.accident_no)?;
    all.retain(|other| other.id != case.id && is_to_be_told(other));
    Ok(all)
}

/// The case an act of this desk is about, with the rules: the right is there and, where a version was seen, it stands.
fn begin(tx: &ActTx<'_>, case_id: i64, seen: Option<i64>) -> Result<(CaseFile, Rc<Rulebook>), ActError> {
    require(tx, Right::Notify)?;
    let case = load::by_id(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("no_case", W::CaseNotFound))?;
    if let Some(seen) = seen {
        stale::check(tx, &case, seen)?;
    }
    Ok((case, rulebook(tx.store())?))
}

/// What is wrong with a moment typed beside the machine's own: in the future, long ago without a reason, in a sealed day.
/// Nothing typed is nothing wrong.
///
/// # Errors
/// What SQLite says.
fn judge_moment(tx: &ActTx<'_>, at: Option<i64>, reason: &str) -> rusqlite::Result<Findings> {
    let Some(at) = at else { return Ok(Findings::new()) };
    let mut found = early(tx.now, at, reason);
    found.extend(seals::finding(tx.conn(), at, "at")?);
    Ok(found)
}

/// Saves the milestones an act has changed and writes its journal row; the version afterwards.
fn finish(
    tx: &mut ActTx<'_>,
    before: &CaseFile,
    mut after: CaseFile,
    rules: &Rulebook,
    (act, payload): (&str, Value),
) -> Result<i64, ActError> {
    let version = write::save(tx, before, &mut after, rules, true)?;
    tx.journal_as(act, &subject(&before.case_code), version, &payload)?;
    Ok(version)
}

/// The journal row of an act that only adds.
fn added(tx: &mut ActTx<'_>, case: &CaseFile, act: &str, payload: &Value) -> Result<(), ActError> {
    tx.journal_as(act, &subject(&case.case_code), case.version, payload).map(drop)
}

/// Sets the milestones that follow from the open inquiries of a case.
fn recount(conn: &Connection, case: &mut CaseFile) -> rusqlite::Result<()> {
    let all = inquiries_of(conn, case.id)?;
    (case.milestones.inquiry_holds, case.milestones.inquiry_due) = rules_of::recount(&all);
    Ok(())
}

/// The next number of a kind of paper in the office's year, such as `2026-0012`.
fn next_number(tx: &ActTx<'_>, kind: &str) -> Result<String, ActError> {
    let year = crate::kernel::clock::day_of(tx.now).year();
    let number = meta::count(tx.conn(), &format!("notify.{kind}.{year}"), 1)?;
    Ok(format!("{year}-{number:04}"))
}

/// Text as it is kept: folded at its ends, nothing else changed.
fn kept(typed: &str) -> String {
    text::neutralise(typed).trim().to_owned()
}
