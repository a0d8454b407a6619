//! Keeps the marks on a case's papers, and the acts that set them.

pub mod payment;
pub mod visits;

pub use payment::{Whole, settle_precheck, whole};

use super::rules::payment as rules_of_payment;
use super::rules::{self, Checklist, Item, ItemState, Mark, State};
use crate::case::store::{CaseFile, load, seals, stale, subject, write};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use serde_json::json;
use std::collections::BTreeMap;

/// The marks in force on a case's papers, by item.
///
/// # Errors
/// What SQLite says.
pub fn marks(conn: &Connection, case_id: i64) -> rusqlite::Result<BTreeMap<String, Mark>> {
    let mut found = BTreeMap::new();
    let mut statement =
        conn.prepare_cached("SELECT item, state, reason, at, by_no FROM paper_mark WHERE case_id = $1 ORDER BY id")?;
    let rows = statement.query_map([case_id], |row| {
        let state: String = row.get(1)?;
        let mark = Mark {
            state: State::from_code(&state).unwrap_or_default(),
            reason: row.get(2)?,
            at: row.get(3)?,
            by_no: row.get(4)?,
        };
        Ok((row.get::<_, String>(0)?, mark))
    })?;
    for row in rows {
        // A later mark replaces an earlier one.
        let (item, mark) = row?;
        found.insert(item, mark);
    }
    Ok(found)
}

/// Who has ever waived a paper of this case, by 工号: such a leader does not sign the case off (domain §12).
///
/// # Errors
/// What SQLite says.
pub fn waived_by(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<String>> {
    conn.prepare_cached("SELECT DISTINCT by_no FROM paper_mark WHERE case_id = $1 AND state = 'waived' ORDER BY by_no")?
        .query_map([case_id], |row| row.get(0))?
        .collect()
}

/// The checklist of a case's line.
pub fn checklist_of(rules: &Rulebook, line: &str) -> Option<&'static Checklist> {
    rules.line(line).and_then(|line| rules::checklist(&line.checklist))
}

/// The claim part of a case's checklist with what is known of each item; empty when the line has no checklist.
///
/// # Errors
/// What SQLite says.
pub fn items(conn: &Connection, rules: &Rulebook, case: &CaseFile) -> rusqlite::Result<Vec<ItemState>> {
    let Some(list) = checklist_of(rules, &case.facts.line) else { return Ok(Vec::new()) };
    Ok(rules::items(list, &marks(conn, case.id)?, case.facts.papers_at.is_some()))
}

/// One item to mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMark {
    /// Key of the item.
    pub item: String,
    /// What was found.
    pub state: State,
    /// Why, where it was rejected or waived.
    pub reason: String,
}

/// Marks items of the checklist: of the claim part while step 2 is open, of the payment part until all is paid. Adds
/// only, so it names no version; it raises the version where the papers of the payment become complete by it, or stop
/// being so. A waiver is a leader's. An item that asks for a copy is settled by a copy.
///
/// # Errors
/// A refusal: no right, the part already closed, an item the checklist has not, a reason missing.
pub fn papers_mark(tx: &mut ActTx<'_>, case_id: i64, new: &[NewMark]) -> Result<Vec<ItemState>, ActError> {
    mark_in(tx, case_id, new, None)
}

/// The same in a visit: what was found is kept as shown there. Without a visit of today, `visit` begins one.
///
/// # Errors
/// As [`papers_mark`].
pub fn mark_in(
    tx: &mut ActTx<'_>,
    case_id: i64,
    new: &[NewMark],
    visit: Option<&visits::NewVisit>,
) -> Result<Vec<ItemState>, ActError> {
    let case = load::by_id(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))?;
    let waives = new.iter().any(|mark| mark.state == State::Waived);
    let actor = require(tx, if waives { Right::Waive } else { Right::CheckPapers })?;
    let rules = rulebook(tx.store())?;
    let before = items(tx.conn(), &rules, &case)?;
    let asked = payment::of_instructions(tx.conn(), &rules, &case, case.milestones.round)?;
    let mut findings = parts_open(&case, new);
    for mark in new {
        let item = if mark.item.contains('@') {
            let chosen = asked.iter().find(|known| known.key == mark.item).map(|known| known.known.item);
            chosen.or_else(|| rules_of_payment::early_item(&mark.item))
        } else {
            before.iter().find(|known| known.item.key == mark.item).map(|known| known.item)
        };
        findings.extend(judge(mark, item));
    }
    if findings.blocking() {
        return Err(findings.into());
    }
    let (visit_id, began) = visits::of_today(tx, &case, visit)?;
    let known = marks(tx.conn(), case_id)?;
    let mut changes = Vec::new();
    for mark in new {
        let reason = text::fold(&mark.reason).into_owned();
        let copies = rules_of_payment::item_of(&mark.item).is_some_and(|item| item.copy);
        let state = if copies && mark.state == State::Present { State::Copy } else { mark.state };
        let was = known.get(&mark.item);
        if was.is_some_and(|was| was.state == state && was.reason == reason) {
            continue;
        }
        visits::insert_mark(tx.conn(), (case.id, visit_id), mark, (state, &reason), (tx.now, &actor.staff_no))?;
        let was = was.map_or("", |was| was.state.code());
        changes.push(json!({"item": mark.item, "state": state.code(), "reason": reason, "was": was}));
    }
    if !changes.is_empty() || began.is_some() {
        let mut payload = json!({"marks": changes, "visit": visit_id, "began": began});
        let mut after = case.clone();
        if !case.milestones.taken_over {
            settle_precheck(tx, &case, &mut after.milestones, tx.now)?;
        }
        let raise = after.milestones != case.milestones;
        if raise {
            payload["prechecked_at"] = json!(after.milestones.prechecked_at);
            payload["prechecked_at_was"] = json!(case.milestones.prechecked_at);
            write::save(tx, &case, &mut after, &rules, true)?;
        }
        if let Some(visit_id) = visit_id {
            payload["lacks"] = visits::count_lacking(tx.conn(), &rules, &case, visit_id)?;
        }
        tx.journal_as("papers_mark", &subject(&case.case_code), after.version, &payload)?;
    }
    Ok(items(tx.conn(), &rules, &case)?)
}

/// Whether the parts of the checklist that marks are about still take marks.
fn parts_open(case: &CaseFile, new: &[NewMark]) -> Findings {
    let mut findings = Findings::new();
    let code = case.case_code.as_str();
    let (payment, claim): (Vec<&NewMark>, Vec<&NewMark>) = new.iter().partition(|mark| mark.item.contains('@'));
    if let (Some(at), false) = (case.milestones.steps[1], claim.is_empty()) {
        let said = phrase!(W::PapersConfirmed, code, Arg::Moment(at));
        findings.push(Finding::block("papers_confirmed", None, said));
    }
    if let (Some(at), false) = (case.milestones.paid_at, payment.is_empty()) {
        findings.push(Finding::block("papers_paid", None, phrase!(W::PapersPaid, code, Arg::Moment(at))));
    }
    findings
}

pub(crate) fn judge(mark: &NewMark, item: Option<&Item>) -> Vec<Finding> {
    let mut found = Vec::new();
    let Some(item) = item else {
        found.push(Finding::block("papers_item", "papers", phrase!(W::PapersUnknownItem, mark.item.as_str())));
        return found;
    };
    let names = || item.arg();
    if mark.state.needs_reason() && text::fold(&mark.reason).is_empty() {
        found.push(Finding::block(
            "papers_reason",
            "papers",
            phrase!(W::PapersReasonMissing, names(), mark.state.word()),
        ));
    }
    if text::outside_text_problem(&mark.reason).is_some() {
        found.push(Finding::block("papers_reason_text", "papers", phrase!(W::PapersReasonText, names())));
    }
    found
}

/// Marks every required item that is still open as present; items somebody rejected or waived stay as they are.
///
/// # Errors
/// As [`papers_mark`].
pub fn papers_all_present(tx: &mut ActTx<'_>, case_id: i64) -> Result<Vec<ItemState>, ActError> {
    let case = open_case(tx, case_id)?;
    let rules = rulebook(tx.store())?;
    let known = items(tx.conn(), &rules, &case)?;
    let new: Vec<NewMark> = known
        .iter()
        .filter(|known| known.item.required && matches!(known.state, State::Open | State::Prefilled))
        .map(|known| NewMark { item: known.item.key.clone(), state: State::Present, reason: String::new() })
        .collect();
    papers_mark(tx, case_id, &new)
}

/// The one-time notice 一次性告知书 reached the customer at a moment: the case pauses until the supplement arrives.
/// `reason` says why the moment lies more than two hours back.
///
/// # Errors
/// A refusal: no right, stale, step 2 confirmed, a moment in the future, or no reason for an early one.
pub fn papers_notice(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    reached_at: i64,
    reason: &str,
) -> Result<(), ActError> {
    moment_act(tx, case_id, seen, "papers_notice", (reached_at, reason), |m, at| {
        // A new notice starts a new pause; the earlier supplement stays in the journal.
        let was = (m.notice_at, m.supplement_at);
        (m.notice_at, m.supplement_at) = (Some(at), None);
        Ok(json!({"notice_at": at, "notice_at_was": was.0, "supplement_at_was": was.1}))
    })
}

/// The supplement asked for arrived at a moment: the case goes on.
///
/// # Errors
/// As [`papers_notice`]; also when no notice went out, or the moment lies before the notice.
pub fn papers_supplement(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    arrived_at: i64,
    reason: &str,
) -> Result<(), ActError> {
    moment_act(tx, case_id, seen, "papers_supplement", (arrived_at, reason), |m, at| {
        let Some(reached) = m.notice_at else {
            return Err(ActError::refuse("papers_no_notice", W::PapersNoNotice));
        };
        if at < reached {
            let said = phrase!(W::PapersBeforeNotice, Arg::Moment(at), Arg::Moment(reached));
            return Err(ActError::refuse_field("papers_before_notice", "at", said));
        }
        let was = m.supplement_at;
        m.supplement_at = Some(at);
        Ok(json!({"supplement_at": at, "supplement_at_was": was}))
    })
}

fn moment_act(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    act: &str,
    (at, reason): (i64, &str),
    change: impl FnOnce(&mut crate::case::milestones::Milestones, i64) -> Result<serde_json::Value, ActError>,
) -> Result<(), ActError> {
    require(tx, Right::CheckPapers)?;
    let before = open_case(tx, case_id)?;
    stale::check(tx, &before, seen)?;
    let reason = text::fold(reason).into_owned();
    let mut findings = early(tx.now, at, &reason);
    findings.extend(seals::finding(tx.conn(), at, "at")?);
    if findings.blocking() {
        return Err(findings.into());
    }
    let rules = rulebook(tx.store())?;
    let mut after = before.clone();
    let mut payload = change(&mut after.milestones, at)?;
    payload["reason"] = json!(reason);
    let version = write::save(tx, &before, &mut after, &rules, true)?;
    tx.journal_as(act, &subject(&before.case_code), version, &payload)?;
    Ok(())
}

/// How far back a moment may be set without a reason, seconds (domain §1).
pub const EARLY_LIMIT: i64 = 2 * 3_600;

/// What is wrong with a moment typed beside the machine's own time.
pub fn early(now: i64, at: i64, reason: &str) -> Findings {
    let mut findings = Findings::new();
    if at > now {
        findings.push(Finding::block("future", "at", phrase!(W::PapersFuture, Arg::MomentFull(at))));
    } else if now - at > EARLY_LIMIT && reason.is_empty() {
        findings.push(Finding::block("early_reason", "reason", phrase!(W::PapersEarly, Arg::Moment(at))));
    }
    if text::outside_text_problem(reason).is_some() {
        findings.push(Finding::block("reason_text", "reason", W::PapersText));
    }
    findings
}

/// The case, while its step 2 is open in the current round.
fn open_case(tx: &ActTx<'_>, case_id: i64) -> Result<CaseFile, ActError> {
    let case = load::by_id(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))?;
    if let Some(at) = case.milestones.steps[1] {
        return Err(ActError::refuse(
            "papers_confirmed",
            phrase!(W::PapersConfirmed, case.case_code.as_str(), Arg::Moment(at)),
        ));
    }
    Ok(case)
}

/// The items still missing, as one phrase for the notice and for findings.
pub fn missing_phrase(items: &[ItemState]) -> Phrase {
    let names = rules::missing(items).into_iter().map(Item::arg).collect();
    Phrase::new(W::PapersMissing, [Arg::List(names)])
}

/// The day and time a moment has in the office, for forms.
pub fn typed_moment(at: Option<i64>) -> String {
    at.map_or_else(String::new, clock::file_time)
}
