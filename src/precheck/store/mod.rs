//! The acts of the counter: visits, what was shown before there is a case, and the notice that is printed.

pub mod checks;
pub mod figures;

use crate::case::acts::case;
use crate::case::store::{subject, write};
use crate::db::{ActError, ActTx};
use crate::kernel::findings::Findings;
use crate::kernel::words::W;
use crate::office;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::papers::rules::payment as rules_of_payment;
use crate::papers::rules::{Mark, State};
use crate::papers::store::visits::{self, Keys, NewVisit};
use crate::papers::store::{NewMark, judge, marks, papers_notice, settle_precheck};
use crate::precheck::rules::judge_visit;
use crate::reference::store::rulebook;
use serde_json::{Value, json};

/// The journal's name for a visit that has no case.
pub fn visit_subject(id: i64) -> String {
    format!("visit {id}")
}

/// Records that somebody came about a case. Adds only.
///
/// # Errors
/// A refusal: no right, no such case, a name that cannot be kept.
pub fn visit_open(tx: &mut ActTx<'_>, case_id: i64, new: &NewVisit) -> Result<i64, ActError> {
    require(tx, Right::Visit)?;
    let case = case(tx, case_id)?;
    refuse(judge_visit(None, &new.who))?;
    let (id, mut said) = visits::insert(tx, &Keys::of(&case), &case.facts.line, new, Some(case.id))?;
    let rules = rulebook(tx.store())?;
    said["lacks"] = visits::count_lacking(tx.conn(), &rules, &case, id)?;
    tx.journal_as("visit_open", &subject(&case.case_code), case.version, &said)?;
    Ok(id)
}

/// Records that somebody came about a case that is not here yet, known by an accident number, a policy or a plate.
///
/// # Errors
/// A refusal: no right, no key, words that cannot be kept, an unknown line.
pub fn visit_begin(tx: &mut ActTx<'_>, keys: &Keys, line: &str, new: &NewVisit) -> Result<i64, ActError> {
    require(tx, Right::Visit)?;
    refuse(judge_visit(Some(keys), &new.who))?;
    if rulebook(tx.store())?.line(line).is_none() {
        return Err(ActError::refuse_field("visit_line", "line", W::PrecheckNoLine));
    }
    let (id, said) = visits::insert(tx, keys, line, new, None)?;
    tx.journal_as("visit_open", &visit_subject(id), 0, &said)?;
    Ok(id)
}

fn refuse(findings: Findings) -> Result<(), ActError> {
    if findings.blocking() { Err(findings.into()) } else { Ok(()) }
}

/// Marks what was shown in a visit that has no case yet. A waiver waits for the case: it needs to be seen there.
///
/// # Errors
/// A refusal: no right, the visit taken by a case, an item that is not asked for, a reason missing.
pub fn visit_mark(tx: &mut ActTx<'_>, visit_id: i64, new: &[NewMark]) -> Result<(), ActError> {
    require(tx, Right::Visit)?;
    let visit = visits::early(tx, visit_id)?;
    let rules = rulebook(tx.store())?;
    let (claim, list) = visits::early_list(tx.conn(), &rules, &visit)?;
    let mut findings = Findings::new();
    for mark in new {
        let of_claim = claim.iter().find(|known| known.item.key == mark.item).map(|known| known.item);
        findings.extend(judge(mark, of_claim.or_else(|| rules_of_payment::early_item(&mark.item))));
    }
    refuse(findings)?;
    if new.iter().any(|mark| mark.state == State::Waived) {
        return Err(ActError::refuse("visit_waive", W::PrecheckNoWaiver));
    }
    let known = visits::early_marks(tx.conn(), visit_id)?;
    let mut changes = Vec::new();
    for mark in new.iter().filter(|mark| known.get(&mark.item).is_none_or(|was| was.state != mark.state)) {
        visits::insert_early(tx, visit_id, mark)?;
        let was = known.get(&mark.item).map_or("", |was| was.state.code());
        changes.push(json!({"item": mark.item, "state": mark.state.code(), "reason": mark.reason, "was": was}));
    }
    if changes.is_empty() && !new.is_empty() && !list.is_empty() {
        return Ok(());
    }
    let (claim, list) = visits::early_list(tx.conn(), &rules, &visit)?;
    let lacks = visits::set_lacking(tx.conn(), visit_id, &claim, &list)?;
    tx.journal_as("visit_mark", &visit_subject(visit_id), 0, &json!({"marks": changes, "lacks": lacks})).map(drop)
}

/// Takes a visit into a case: what was shown then counts here, where nobody has marked the paper since. Answers how many
/// papers that were.
///
/// # Errors
/// A refusal: no right, no such case, or a visit that is not about it.
pub fn visit_attach(tx: &mut ActTx<'_>, case_id: i64, visit_id: i64) -> Result<i64, ActError> {
    require(tx, Right::Visit)?;
    let before = case(tx, case_id)?;
    if visits::waiting_for(tx.conn(), &before, tx.now)?.iter().all(|visit| visit.id != visit_id) {
        return Err(ActError::refuse("visit_other", W::PrecheckVisitOther));
    }
    visits::link(tx, visit_id, case_id)?;
    let rules = rulebook(tx.store())?;
    let taken = take_marks(tx, &before, visit_id)?;
    let count = i64::try_from(taken.len()).map_err(anyhow::Error::from)?;
    let mut after = before.clone();
    if !before.milestones.taken_over {
        settle_precheck(tx, &before, &mut after.milestones, tx.now)?;
    }
    let mut payload = json!({"visit": visit_id, "marks": taken});
    if after.milestones != before.milestones {
        payload["prechecked_at"] = json!(after.milestones.prechecked_at);
        payload["prechecked_at_was"] = json!(before.milestones.prechecked_at);
        write::save(tx, &before, &mut after, &rules, true)?;
    }
    tx.journal_as("visit_attach", &subject(&before.case_code), after.version, &payload)?;
    Ok(count)
}

/// Copies what was shown in a visit to the case, with the moment and the person of then.
fn take_marks(tx: &ActTx<'_>, case: &crate::case::store::CaseFile, visit_id: i64) -> Result<Vec<Value>, ActError> {
    let known = marks(tx.conn(), case.id)?;
    let rules = rulebook(tx.store())?;
    let list = crate::papers::store::checklist_of(&rules, &case.facts.line);
    let of_claim = |item: &str| list.is_some_and(|list| list.items.iter().any(|known| known.key == item));
    let mut shown = visits::early_marks(tx.conn(), visit_id)?;
    // A visit taken into another case of the accident was marked there.
    for other in crate::case::store::load::of_accident(tx.conn(), &case.facts.accident_no)? {
        if other.id != case.id {
            shown.extend(visits::shown(tx.conn(), other.id, visit_id)?);
        }
    }
    let counts = |item: &str, mark: &Mark| {
        let open = if item.contains('@') {
            rules_of_payment::item_of(item).is_some() && case.milestones.paid_at.is_none()
        } else {
            of_claim(item) && case.milestones.steps[1].is_none()
        };
        open && !known.contains_key(item) && !matches!(mark.state, State::Open | State::Waived)
    };
    let mut taken = Vec::new();
    for (item, mark) in shown.iter().filter(|(item, mark)| counts(item, mark)) {
        let new = NewMark { item: item.clone(), state: mark.state, reason: mark.reason.clone() };
        let by = (mark.at, mark.by_no.as_str());
        visits::insert_mark(tx.conn(), (case.id, Some(visit_id)), &new, (mark.state, &mark.reason), by)?;
        taken.push(json!({
            "item": item, "state": mark.state.code(), "reason": mark.reason, "at": mark.at, "by": mark.by_no,
        }));
    }
    Ok(taken)
}

/// The kind of print the notice is.
pub const NOTICE: &str = "notice";

/// Whom a notice is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A case.
    Case(i64),
    /// A visit that has no case yet.
    Visit(i64),
}

/// Counts a print of the notice; answers which copy it is. What is on it stands in the journal by item.
///
/// # Errors
/// A refusal: no right, no such case or visit.
pub fn notice_print(tx: &mut ActTx<'_>, about: About, items: &[String]) -> Result<i64, ActError> {
    require(tx, Right::Visit)?;
    let (subject, version) = match about {
        About::Case(id) => {
            let case = case(tx, id)?;
            (subject(&case.case_code), case.version)
        }
        About::Visit(id) => {
            visits::early(tx, id)?;
            (visit_subject(id), 0)
        }
    };
    let n = office::prints::record(tx, NOTICE, &subject)?;
    tx.journal_as("notice_print", &subject, version, &json!({"copy": n, "items": items}))?;
    Ok(n)
}

/// The printed notice was handed to the customer now: it has reached him, and the assessment clock stands still.
///
/// # Errors
/// As [`papers_notice`].
pub fn notice_handed(tx: &mut ActTx<'_>, case_id: i64, seen: i64) -> Result<(), ActError> {
    let now = tx.now;
    papers_notice(tx, case_id, seen, now, "")
}
