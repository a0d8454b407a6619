//! Decides whether a row of the core system is a case entered by hand: 同一案 joins it, 不同 takes it in.

use super::apply::{Checked, Desk, Taken};
use super::people::People;
use super::row::Row;
use super::store::{self, PendingJoin};
use crate::case::store::{load, subject};
use crate::db::{ActError, ActTx};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use anyhow::Context;
use serde_json::json;

/// What somebody decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// 同一案
    Same,
    /// 不同
    Different,
}

impl Decision {
    const fn code(self) -> &'static str {
        match self {
            Decision::Same => "same",
            Decision::Different => "different",
        }
    }

    const fn act(self) -> &'static str {
        match self {
            Decision::Same => "join_same",
            Decision::Different => "join_different",
        }
    }
}

/// Decides on one pending join.
///
/// # Errors
/// A refusal when it is decided already, or when the case has got another number meanwhile.
pub fn decide(tx: &mut ActTx<'_>, id: i64, decision: Decision) -> Result<(), ActError> {
    require(tx, Right::DecideJoin)?;
    let Some(pending) = store::pending_by_id(tx.conn(), id)? else {
        return Err(ActError::refuse("decided", W::IntakeJoinDecided));
    };
    let rules = crate::reference::store::rulebook(tx.store())?;
    let mut desk = Desk::read(tx.conn(), &rules, &pending.source)?;
    let mut people = People::default();
    write_down(tx, &pending, decision)?;
    match decision {
        Decision::Same => same(tx, &mut desk, &mut people, &pending)?,
        Decision::Different => different(tx, &mut desk, &mut people, &pending)?,
    }
    desk.finish()
}

fn write_down(tx: &mut ActTx<'_>, pending: &PendingJoin, decision: Decision) -> Result<(), ActError> {
    let case = load::by_id(tx.conn(), pending.case_id)?.context("the case of a pending join is not there")?;
    let by = tx.actor.staff_no.clone();
    store::decide_pending(tx.conn(), pending.id, decision.code(), &by, tx.now)?;
    let payload = json!({ "case_no": pending.case_no, "matched_on": pending.matched_on.code() });
    tx.journal_as(decision.act(), &subject(&case.case_code), case.version, &payload).map(drop)
}

fn same(tx: &mut ActTx<'_>, desk: &mut Desk<'_>, people: &mut People, pending: &PendingJoin) -> Result<(), ActError> {
    let row = Row::from_values(&pending.values);
    let case = load::by_id(tx.conn(), pending.case_id)?.context("the case of a pending join is not there")?;
    let other_number = !case.facts.case_no.is_empty() && case.facts.case_no != pending.case_no;
    let elsewhere = store::known(tx.conn(), &pending.case_no)?.is_some_and(|known| known.id != case.id);
    if other_number || elsewhere {
        let number = Arg::Text(if elsewhere { pending.case_no.clone() } else { case.facts.case_no });
        return Err(ActError::refuse("number_taken", Phrase::new(W::IntakeJoinNumberTaken, [number])));
    }
    desk.join(tx, people, &row, &case)?;
    // The case is found: the other rows that might have been it are not.
    for other in store::pending_of_case(tx.conn(), case.id)? {
        write_down(tx, &other, Decision::Different)?;
        different(tx, desk, people, &other)?;
    }
    Ok(())
}

/// Takes a row in as a case of its own, unless another case entered by hand may still be it.
fn different(
    tx: &mut ActTx<'_>,
    desk: &mut Desk<'_>,
    people: &mut People,
    pending: &PendingJoin,
) -> Result<(), ActError> {
    let row = Row::from_values(&pending.values);
    if let Some(known) = store::known(tx.conn(), &pending.case_no)? {
        let case = load::by_id(tx.conn(), known.id)?.context("a case just found is not there")?;
        let last = store::last_row(tx.conn(), known.import_seq)?;
        return match desk.merge(tx, people, &row, &case, last)? {
            Taken::Rejected(finding) => Err(crate::kernel::findings::Findings::from(finding).into()),
            _ => Ok(()),
        };
    }
    let declined = store::declined(tx.conn(), &pending.case_no)?;
    let next = store::candidates(tx.conn())?
        .into_iter()
        .filter(|candidate| !declined.contains(&candidate.id))
        .find_map(|candidate| candidate.matches(&row).map(|on| (candidate.id, on)));
    match next {
        Some((case_id, on)) => desk.keep(tx, &row, case_id, on),
        None => desk.add(tx, people, &Checked::new(row)),
    }
}
