//! Records attempts to tell the customer: told (for one case or an accident), in vain, to be called back, by letter.

use super::{added, begin, finish, judge_moment, kept, siblings};
use crate::case::milestones::Outcome as Conclusion;
use crate::case::store::CaseFile;
use crate::db::{ActError, ActTx};
use crate::kernel::findings::Findings;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::notify::rules::attempts::{NewAttempt, judge};
use crate::notify::rules::{Channel, Outcome, Stance};
use crate::office::prints;
use rusqlite::params;
use serde_json::{Value, json};

/// What telling did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Cases that were told, the first one among them.
    pub cases: usize,
}

/// The customer was told, of the first case and of those of the same accident named beside it; each with the version
/// seen. Raises the versions.
///
/// # Errors
/// A refusal with every reason: no right, stale, not closed, a time before the sign-off or in the future, nothing to
/// agree to, a case that is not of the accident or not to be told.
pub fn told(tx: &mut ActTx<'_>, cases: &[(i64, i64)], new: &NewAttempt) -> Result<Told, ActError> {
    let Some(((first, seen), also)) = cases.split_first() else {
        return Err(ActError::refuse("no_case", W::CaseNotFound));
    };
    let (case, rules) = begin(tx, *first, Some(*seen))?;
    let new = NewAttempt { outcome: Outcome::Told, ..clean(new) };
    refuse(judged(tx, &case, &new)?)?;
    let with = siblings(tx.conn(), &case)?;
    let attempt = insert(tx, &case, &new, 0)?;
    save_told(tx, &case, &rules, &new, (attempt, 0))?;
    for (id, seen) in also {
        let (other, _) = begin(tx, *id, Some(*seen))?;
        if !with.iter().any(|one| one.id == *id) {
            let what = crate::phrase!(W::NotifyNotOfAccident, other.case_code.as_str());
            return Err(ActError::refuse("not_of_accident", what));
        }
        // A case with nothing to agree to is told all the same.
        let agrees = other.milestones.outcome == Some(Conclusion::Pay);
        let stance = new.stance.filter(|stance| agrees || *stance != Stance::Agreed);
        let own = NewAttempt { stance, ..new.clone() };
        refuse(judged(tx, &other, &own)?)?;
        let beside = insert(tx, &other, &own, attempt)?;
        save_told(tx, &other, &rules, &own, (beside, attempt))?;
    }
    Ok(Told { cases: cases.len() })
}

fn save_told(
    tx: &mut ActTx<'_>,
    before: &CaseFile,
    rules: &crate::reference::rulebook::Rulebook,
    new: &NewAttempt,
    (id, told_with): (i64, i64),
) -> Result<(), ActError> {
    let mut after = before.clone();
    let was = (after.milestones.told_at, after.milestones.agreed_at);
    mark(&mut after, new, tx.now);
    let mut payload = facts(id, new, tx.now, told_with);
    payload["told_at"] = json!(after.milestones.told_at);
    payload["agreed_at"] = json!(after.milestones.agreed_at);
    payload["told_at_was"] = json!(was.0);
    payload["agreed_at_was"] = json!(was.1);
    finish(tx, before, after, rules, ("told", payload)).map(drop)
}

/// Sets the milestones an attempt brings about: the earliest counts.
pub(super) fn mark(case: &mut CaseFile, new: &NewAttempt, now: i64) {
    let at = new.at.unwrap_or(now);
    let m = &mut case.milestones;
    if new.outcome == Outcome::Told {
        m.told_at = Some(m.told_at.map_or(at, |was| was.min(at)));
    }
    if new.stance == Some(Stance::Agreed) {
        m.agreed_at = Some(m.agreed_at.map_or(at, |was| was.min(at)));
    }
}

/// Logs an attempt that reached nobody, or ended with a time to call back: on the first case and on those of the same
/// accident named beside it, which wait for the same call. Only adds.
///
/// # Errors
/// A refusal: no right, not closed, no time to call back or a past one, a case that is not of the accident.
pub fn attempt(tx: &mut ActTx<'_>, cases: &[i64], new: &NewAttempt) -> Result<(), ActError> {
    let Some((first, also)) = cases.split_first() else {
        return Err(ActError::refuse("no_case", W::CaseNotFound));
    };
    let (case, _) = begin(tx, *first, None)?;
    let new = clean(new);
    if new.outcome == Outcome::Told {
        return Err(ActError::refuse_field("told_otherwise", "result", W::NotifyStanceUntold));
    }
    refuse(judged(tx, &case, &new)?)?;
    let with = siblings(tx.conn(), &case)?;
    let id = insert(tx, &case, &new, 0)?;
    let payload = facts(id, &new, tx.now, 0);
    added(tx, &case, "attempt", &payload)?;
    // A sibling that another desk has told meanwhile waits for no call any more.
    for other in with.iter().filter(|other| also.contains(&other.id)) {
        let beside = insert(tx, other, &new, id)?;
        let payload = facts(beside, &new, tx.now, id);
        added(tx, other, "attempt", &payload)?;
    }
    Ok(())
}

/// A letter is printed and sent: an attempt by letter. Answers which copy it is, 1 = the first.
///
/// # Errors
/// A refusal: no right, not closed.
pub fn letter(tx: &mut ActTx<'_>, case_id: i64) -> Result<i64, ActError> {
    let (case, _) = begin(tx, case_id, None)?;
    let new = NewAttempt::now(Channel::Letter, Outcome::Sent, None);
    refuse(judged(tx, &case, &new)?)?;
    let copy = prints::record(tx, "letter", &letter_subject(&case))?;
    let id = insert(tx, &case, &new, 0)?;
    let mut payload = facts(id, &new, tx.now, 0);
    payload["copy"] = json!(copy);
    added(tx, &case, "letter", &payload)?;
    Ok(copy)
}

/// What the prints of a letter are counted by: every round has its own.
pub fn letter_subject(case: &CaseFile) -> String {
    format!("case {} round {}", case.case_code, case.milestones.round)
}

pub(super) fn clean(new: &NewAttempt) -> NewAttempt {
    NewAttempt { note: kept(&new.note), reason: text::fold(&new.reason).into_owned(), ..new.clone() }
}

pub(super) fn judged(tx: &ActTx<'_>, case: &CaseFile, new: &NewAttempt) -> rusqlite::Result<Findings> {
    let mut found = judge(&case.milestones, new, tx.now);
    found.extend(judge_moment(tx, new.at, &new.reason)?);
    if !new.note.is_empty() {
        found.extend(crate::notify::rules::written(&new.note, "note", W::NotifyNoteMissing));
    }
    Ok(found)
}

pub(super) fn refuse(found: Findings) -> Result<(), ActError> {
    if found.blocking() { Err(found.into()) } else { Ok(()) }
}

/// Writes an attempt; a call back that was waiting is done with.
pub(super) fn insert(tx: &ActTx<'_>, case: &CaseFile, new: &NewAttempt, told_with: i64) -> Result<i64, ActError> {
    let conn = tx.conn();
    conn.prepare_cached("UPDATE attempt SET call_back_open = 0 WHERE case_id = $1 AND call_back_open = 1")?
        .execute([case.id])?;
    let id = conn
        .prepare_cached(
            "INSERT INTO attempt (case_id, round, channel, result, stance, call_back_at, call_back_open, note, at, reason, \
             told_with, recorded_at, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
        )?
        .query_row(
            params![
                case.id,
                case.milestones.round,
                new.channel.code(),
                new.outcome.code(),
                new.stance.map_or("", Stance::code),
                new.call_back_at.filter(|_| new.outcome == Outcome::CallBack),
                new.outcome == Outcome::CallBack,
                new.note,
                new.at.unwrap_or(tx.now),
                new.reason,
                told_with,
                tx.now,
                tx.actor.id,
            ],
            |row| row.get(0),
        )?;
    Ok(id)
}

pub(super) fn facts(id: i64, new: &NewAttempt, now: i64, told_with: i64) -> Value {
    json!({
        "attempt": id,
        "channel": new.channel.code(),
        "result": new.outcome.code(),
        "stance": new.stance.map_or("", Stance::code),
        "call_back_at": new.call_back_at.filter(|_| new.outcome == Outcome::CallBack),
        "note": new.note,
        "at": new.at.unwrap_or(now),
        "reason": new.reason,
        "told_with": told_with,
    })
}
