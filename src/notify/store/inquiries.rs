//! Records inquiries: asked, answered from the clause library, referred, held back no longer, resolved.

use super::attempts::{self, refuse};
use super::{added, begin, finish, judge_moment, kept, read, recount};
use crate::case::milestones::Outcome as Conclusion;
use crate::case::rounds::{DISPUTE, DISPUTE_STEP};
use crate::case::store::CaseFile;
use crate::case::store::rounds::{self, NewRound, Requested};
use crate::case::store::subject;
use crate::db::{ActError, ActTx};
use crate::kernel::findings::Finding;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::notify::rules::attempts::NewAttempt;
use crate::notify::rules::inquiries::{Inquiry, NewInquiry, can_hold, due_at, judge_new, judge_open, judge_resolve};
use crate::notify::rules::{Channel, Department, Kind, Outcome, Resolution, Stance, written};
use crate::reference::clauses;
use rusqlite::params;
use serde_json::{Value, json};

/// A customer asks, disputes or complains; `told` says that the case was told in the same conversation. Complex ones go
/// to price verification and adjustment, complaints to those who handle them. Raises the version.
///
/// # Errors
/// A refusal with every reason: no right, stale, no kind, nothing asked, a wrong time.
pub fn ask(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    new: &NewInquiry,
    told: Option<&NewAttempt>,
) -> Result<i64, ActError> {
    let (case, rules) = begin(tx, case_id, Some(seen))?;
    let new = NewInquiry { text: kept(&new.text), reason: text::fold(&new.reason).into_owned(), ..new.clone() };
    let told = told.map(|told| NewAttempt { outcome: Outcome::Told, ..attempts::clean(told) });
    let mut found = judge_new(&new);
    found.extend(judge_moment(tx, new.asked_at, &new.reason)?);
    if let Some(told) = &told {
        found.extend(attempts::judged(tx, &case, told)?);
    }
    refuse(found)?;
    let kind = new.kind.unwrap_or(Kind::Other);
    let asked_at = new.asked_at.unwrap_or(tx.now);
    let due = due_at(kind, new.long, asked_at, &rules.settings);
    let holds = can_hold(&case.milestones) && !new.meanwhile;
    let id = insert(tx, &case, (&new, kind), (asked_at, due, holds))?;
    let department = match (new.complex, kind) {
        (true, _) => Some(Department::Pricing),
        (false, Kind::Complaint) => Some(Department::Complaints),
        (false, _) => None,
    };
    if let Some(department) = department {
        insert_referral(tx, id, department, "")?;
    }
    let mut after = case.clone();
    let mut payload = json!({
        "inquiry": id,
        "kind": kind.code(),
        "complex": i64::from(new.complex),
        "long": i64::from(new.long),
        "text": new.text,
        "asked_at": asked_at,
        "asked_reason": new.reason,
        "holds": i64::from(holds),
        "meanwhile": i64::from(new.meanwhile),
        "due_at": due,
        "department": department.map_or("", Department::code),
    });
    if let Some(told) = &told {
        let attempt = attempts::insert(tx, &case, told, 0)?;
        attempts::mark(&mut after, told, tx.now);
        payload["told"] = attempts::facts(attempt, told, tx.now, 0);
    }
    recount(tx.conn(), &mut after)?;
    finish(tx, &case, after, &rules, ("ask", payload))?;
    Ok(id)
}

fn insert(
    tx: &ActTx<'_>,
    case: &CaseFile,
    (new, kind): (&NewInquiry, Kind),
    (asked_at, due, holds): (i64, i64, bool),
) -> Result<i64, ActError> {
    let id = tx
        .conn()
        .prepare_cached(
            "INSERT INTO inquiry (case_id, round, kind, complex, long, text, asked_at, asked_reason, holds, meanwhile_at, \
             due_at, outcome, outcome_note, recorded_at, by_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, '', \
             '', $12, $13) RETURNING id",
        )?
        .query_row(
            params![
                case.id,
                case.milestones.round,
                kind.code(),
                new.complex,
                new.long,
                new.text,
                asked_at,
                new.reason,
                holds,
                new.meanwhile.then_some(tx.now),
                due,
                tx.now,
                tx.actor.id,
            ],
            |row| row.get(0),
        )?;
    Ok(id)
}

pub(super) fn insert_referral(
    tx: &ActTx<'_>,
    inquiry_id: i64,
    department: Department,
    who: &str,
) -> Result<(), ActError> {
    bring_back(tx, inquiry_id)?;
    tx.conn()
        .prepare_cached("INSERT INTO referral (inquiry_id, department, who, at, by_id) VALUES ($1, $2, $3, $4, $5)")?
        .execute(params![inquiry_id, department.code(), who, tx.now, tx.actor.id])?;
    Ok(())
}

/// The department is done with the inquiry; the desk has it again.
pub(super) fn bring_back(tx: &ActTx<'_>, inquiry_id: i64) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached("UPDATE referral SET back_at = $1 WHERE inquiry_id = $2 AND back_at IS NULL")?
        .execute([tx.now, inquiry_id])?;
    Ok(())
}

/// The inquiry of a case, for an act.
pub(super) fn of_case(tx: &ActTx<'_>, case: &CaseFile, id: i64) -> Result<Inquiry, ActError> {
    read::inquiry(tx.conn(), id)?
        .filter(|one| one.case_id == case.id)
        .ok_or_else(|| ActError::refuse("no_inquiry", W::NotifyNoInquiry))
}

/// An answer to an inquiry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What is answered; empty = the clause as it reads.
    pub text: String,
    /// The clause cited.
    pub clause: Option<i64>,
    /// That settles it.
    pub settles: bool,
    /// The customer agrees to what is paid.
    pub agrees: Option<Channel>,
}

/// Answers an inquiry, with the clause it cites as the clause reads now; a routine one is settled by it. Raises the
/// version.
///
/// # Errors
/// A refusal: no right, stale, resolved already, nothing answered, a complex one or a complaint that is not settled so.
pub fn answer(tx: &mut ActTx<'_>, case_id: i64, seen: i64, inquiry_id: i64, reply: &Reply) -> Result<i64, ActError> {
    let (case, rules) = begin(tx, case_id, Some(seen))?;
    let one = of_case(tx, &case, inquiry_id)?;
    let clause = match reply.clause {
        Some(id) => clauses::by_id(tx.conn(), id)?,
        None => None,
    };
    let typed = kept(&reply.text);
    let said = if typed.is_empty() { clause.as_ref().map_or_else(String::new, |c| kept(&c.text)) } else { typed };
    let mut found = judge_open(&one);
    found.extend(written(&said, "text", W::NotifyAnswerMissing));
    if reply.settles && (one.complex || one.kind == Kind::Complaint) {
        found.push(Finding::block("not_settled_so", "settles", W::NotifyNotSettledSo));
    }
    let agreement = reply.agrees.map(|channel| NewAttempt::now(channel, Outcome::Told, Some(Stance::Agreed)));
    if let Some(agreement) = &agreement {
        found.extend(attempts::judged(tx, &case, agreement)?);
    }
    refuse(found)?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO answer (inquiry_id, text, clause_id, clause_code, clause_version, clause_text, at, by_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )?
        .execute(params![
            inquiry_id,
            said,
            clause.as_ref().map(|c| c.id),
            clause.as_ref().map_or("", |c| c.code.as_str()),
            clause.as_ref().map_or(0, |c| c.version),
            clause.as_ref().map_or("", |c| c.text.as_str()),
            tx.now,
            tx.actor.id,
        ])?;
    first_answered(tx, inquiry_id)?;
    if reply.settles {
        end(tx, inquiry_id, Resolution::Answered, "")?;
    }
    let mut after = case.clone();
    let mut payload = json!({
        "inquiry": inquiry_id,
        "text": said,
        "clause": clause.as_ref().map(|c| c.id),
        "clause_code": clause.as_ref().map_or("", |c| c.code.as_str()),
        "clause_version": clause.as_ref().map_or(0, |c| c.version),
        "settles": i64::from(reply.settles),
    });
    agree(tx, &mut after, agreement.as_ref(), &mut payload)?;
    recount(tx.conn(), &mut after)?;
    finish(tx, &case, after, &rules, ("answer", payload))
}

/// Writes the customer's consent that came with an answer.
fn agree(
    tx: &ActTx<'_>,
    after: &mut CaseFile,
    agreement: Option<&NewAttempt>,
    payload: &mut Value,
) -> Result<(), ActError> {
    if let Some(new) = agreement {
        let id = attempts::insert(tx, after, new, 0)?;
        attempts::mark(after, new, tx.now);
        payload["agreed"] = attempts::facts(id, new, tx.now, 0);
    }
    Ok(())
}

fn first_answered(tx: &ActTx<'_>, inquiry_id: i64) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached("UPDATE inquiry SET first_answer_at = $1 WHERE id = $2 AND first_answer_at IS NULL")?
        .execute([tx.now, inquiry_id])?;
    Ok(())
}

fn end(tx: &ActTx<'_>, inquiry_id: i64, outcome: Resolution, note: &str) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached(
            "UPDATE inquiry SET resolved_at = $1, outcome = $2, outcome_note = $3 WHERE id = $4 AND resolved_at IS NULL",
        )?
        .execute(params![tx.now, outcome.code(), note, inquiry_id])?;
    bring_back(tx, inquiry_id)
}

/// Refers an inquiry to a department; price verification and adjustment make it a complex one. Raises the version only
/// for a complex one's sake, whose end needs an explanation from then on.
///
/// # Errors
/// A refusal: no right, stale, resolved already, no department.
pub fn refer(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    inquiry_id: i64,
    (department, who): (Option<Department>, &str),
) -> Result<i64, ActError> {
    let (case, rules) = begin(tx, case_id, Some(seen))?;
    let one = of_case(tx, &case, inquiry_id)?;
    let who = kept(who);
    let mut found = judge_open(&one);
    if department.is_none() {
        found.push(Finding::block("department", "department", W::NotifyDepartmentMissing));
    }
    if !who.is_empty() {
        found.extend(written(&who, "who", W::NotifyNoteMissing));
    }
    refuse(found)?;
    let department = department.unwrap_or(Department::Pricing);
    let complex = one.complex || department == Department::Pricing;
    tx.conn().prepare_cached("UPDATE inquiry SET complex = $1 WHERE id = $2")?.execute(params![complex, inquiry_id])?;
    insert_referral(tx, inquiry_id, department, &who)?;
    let payload = json!({
        "inquiry": inquiry_id,
        "department": department.code(),
        "who": who,
        "complex": i64::from(complex),
        "complex_was": i64::from(one.complex),
        "department_was": one.referral.map_or("", |was| was.department.code()),
    });
    finish(tx, &case, case.clone(), &rules, ("refer", payload))
}

/// The customer agrees to be paid while the inquiry is open; it holds the payment no longer. Raises the version.
///
/// # Errors
/// A refusal: no right, stale, resolved already, it does not hold.
pub fn meanwhile(tx: &mut ActTx<'_>, case_id: i64, seen: i64, inquiry_id: i64) -> Result<i64, ActError> {
    let (case, rules) = begin(tx, case_id, Some(seen))?;
    let one = of_case(tx, &case, inquiry_id)?;
    let mut found = judge_open(&one);
    if !one.holds {
        found.push(Finding::block("holds_not", None, W::NotifyHoldsNot));
    }
    refuse(found)?;
    tx.conn()
        .prepare_cached("UPDATE inquiry SET holds = 0, meanwhile_at = $1 WHERE id = $2")?
        .execute([tx.now, inquiry_id])?;
    let mut after = case.clone();
    recount(tx.conn(), &mut after)?;
    finish(tx, &case, after, &rules, ("meanwhile", json!({"inquiry": inquiry_id, "holds": 0, "meanwhile_at": tx.now})))
}

/// How an inquiry is ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ending {
    /// How it ends.
    pub outcome: Option<Resolution>,
    /// How the customer was told, and what of.
    pub channel: Channel,
    /// What was said.
    pub note: String,
    /// The customer agrees to what is paid.
    pub agrees: bool,
}

/// What ending an inquiry did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Resolved.
    Resolved,
    /// A new round was opened at step 4.
    Reopened(i64),
    /// The round waits for the bank's result.
    Waits,
}

/// Ends an inquiry: of a complex one the explanation has been told word for word. An upheld one opens a new round at
/// step 4, with everything kept, or waits for the bank's result. Raises the version.
///
/// # Errors
/// A refusal with every reason: no right, stale, resolved, no explanation or an unconfirmed one, nothing said.
pub fn resolve(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    inquiry_id: i64,
    ending: &Ending,
) -> Result<Ended, ActError> {
    let (case, rules) = begin(tx, case_id, Some(seen))?;
    let one = of_case(tx, &case, inquiry_id)?;
    let note = kept(&ending.note);
    let mut found = judge_resolve(&one, ending.outcome, &note);
    let upheld = ending.outcome == Some(Resolution::Upheld) && one.complex;
    let consent = ending.agrees && !upheld && case.milestones.outcome == Some(Conclusion::Pay);
    let agreement = consent.then(|| NewAttempt::now(ending.channel, Outcome::Told, Some(Stance::Agreed)));
    if let Some(agreement) = &agreement {
        found.extend(attempts::judged(tx, &case, agreement)?);
    }
    refuse(found)?;
    let outcome = ending.outcome.unwrap_or(Resolution::Rejected);
    first_answered(tx, inquiry_id)?;
    if let Some(explanation) = &one.explanation {
        tx.conn()
            .prepare_cached("UPDATE explanation SET told_at = $1 WHERE id = $2 AND told_at IS NULL")?
            .execute([tx.now, explanation.id])?;
    }
    end(tx, inquiry_id, outcome, &note)?;
    let mut after = case.clone();
    let mut payload = json!({
        "inquiry": inquiry_id,
        "outcome": outcome.code(),
        "note": note,
        "channel": ending.channel.code(),
        "explanation": one.explanation.as_ref().map_or("", |e| e.number.as_str()),
    });
    agree(tx, &mut after, agreement.as_ref(), &mut payload)?;
    recount(tx.conn(), &mut after)?;
    if !upheld {
        finish(tx, &case, after, &rules, ("resolve", payload))?;
        return Ok(Ended::Resolved);
    }
    let reason = if note.is_empty() { one.text.clone() } else { note };
    let new = NewRound { reason_code: DISPUTE, reason: &reason, start: DISPUTE_STEP };
    let source = format!("inquiry {inquiry_id}");
    match rounds::request(tx, &case, &after.milestones, &rules, (new, &source))? {
        Requested::Opened(opened) => {
            payload["opened"] = opened.facts;
            tx.journal_as("resolve", &subject(&case.case_code), opened.version, &payload)?;
            Ok(Ended::Reopened(opened.round))
        }
        Requested::Waits => {
            payload["waits"] = json!(1);
            finish(tx, &case, after, &rules, ("resolve", payload))?;
            Ok(Ended::Waits)
        }
        Requested::Current => {
            finish(tx, &case, after, &rules, ("resolve", payload))?;
            Ok(Ended::Resolved)
        }
    }
}

/// Prints that only add to a case: counts one more of an explanation. 1 is the original.
///
/// # Errors
/// A refusal: no right, no such inquiry, no explanation that both have confirmed.
pub fn explanation_printed(tx: &mut ActTx<'_>, case_id: i64, inquiry_id: i64) -> Result<i64, ActError> {
    let (case, _) = begin(tx, case_id, None)?;
    let one = of_case(tx, &case, inquiry_id)?;
    let Some(explanation) = one.explanation.filter(|explanation| explanation.awaits().is_none()) else {
        return Err(ActError::refuse("unexplained", W::NotifyUnexplained));
    };
    let copy = crate::office::prints::record(tx, "explanation", &explanation.number)?;
    added(tx, &case, "explanation_print", &json!({"number": explanation.number, "copy": copy}))?;
    Ok(copy)
}
