//! Review 复核: a second person looks over what needs one, before it may be released.

use crate::case::store::{load, subject};
use crate::db::{ActError, ActTx};
use crate::instructions::rules::Instruction;
use crate::instructions::store::{required, update};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::{self as office, require};
use crate::phrase;
use serde_json::json;
use std::collections::BTreeMap;

/// What one review did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// Keys of the reviewed instructions.
    pub ids: Vec<i64>,
    /// Their sum.
    pub sum: Fen,
}

/// The most instructions one PIN reviews: what a person looks through.
pub const MOST_AT_ONCE: usize = 100;

/// Reviews instructions by a person who chose none of them; one journal row per case. All of them or none.
///
/// # Errors
/// A refusal with every reason: no right, nothing named, one that needs no review any more, one's own choice.
pub fn review(tx: &mut ActTx<'_>, ids: &[i64]) -> Result<Reviewed, ActError> {
    let actor = require(tx, Right::Review)?;
    if ids.is_empty() || ids.len() > MOST_AT_ONCE {
        return Err(ActError::refuse("nothing_marked", W::PaymentNothingToReview));
    }
    let (mut found, mut by_case) = (Findings::new(), BTreeMap::<i64, Vec<Instruction>>::new());
    for id in ids {
        let one = required(tx.conn(), *id)?;
        let code = load::by_id(tx.conn(), one.case_id)?.map(|case| case.case_code).unwrap_or_default();
        if !one.awaits_review() {
            let said = phrase!(W::PaymentReviewNone, code.as_str(), one.amount, one.state.word());
            found.push(Finding::block("review_none", None, said));
        } else if one.chosen_by == actor.id {
            let who = office::label(tx.conn(), Some(one.chosen_by))?;
            let said = phrase!(W::PaymentReviewOwn, code.as_str(), one.amount, who);
            found.push(Finding::block("review_own", None, said));
        }
        by_case.entry(one.case_id).or_default().push(one);
    }
    if found.blocking() {
        return Err(found.into());
    }
    let mut done = Reviewed::default();
    for (case_id, list) in by_case {
        let case = load::by_id(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))?;
        for one in &list {
            let after = Instruction { reviewed_at: Some(tx.now), reviewed_by: Some(actor.id), ..one.clone() };
            update(tx.conn(), one, &after)?;
            done.ids.push(one.id);
            done.sum = done.sum.checked_add(one.amount).unwrap_or(done.sum);
        }
        let keys: Vec<i64> = list.iter().map(|one| one.id).collect();
        let said = json!({"instructions": keys, "reviewed_by": actor.staff_no});
        tx.journal_as("review_payment", &subject(&case.case_code), case.version, &said)?;
    }
    Ok(done)
}
