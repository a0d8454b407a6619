//! The joint written explanation: its text and number, and the two who confirm it.

use super::attempts::refuse;
use super::inquiries::{bring_back, of_case};
use super::{added, begin, judge_moment, kept, next_number};
use crate::case::store::CaseFile;
use crate::case::store::load;
use crate::db::{ActError, ActTx};
use crate::kernel::findings::Finding;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::notify::rules::inquiries::{Explanation, Proof, judge_confirm, judge_open};
use crate::notify::rules::{Side, written};
use crate::office::store::{self as office, Named, Person};
use crate::phrase;
use rusqlite::params;
use serde_json::json;

/// Writes the explanation of a complex inquiry and gives it a number; an earlier one becomes void with its signatures.
/// Only adds.
///
/// # Errors
/// A refusal: no right, resolved already, not complex, no text.
pub fn explain(tx: &mut ActTx<'_>, case_id: i64, inquiry_id: i64, said: &str) -> Result<String, ActError> {
    let (case, _) = begin(tx, case_id, None)?;
    let one = of_case(tx, &case, inquiry_id)?;
    let said = kept(said);
    let mut found = judge_open(&one);
    if !one.complex {
        found.push(Finding::block("not_complex", None, W::NotifyNotComplex));
    }
    found.extend(written(&said, "text", W::NotifyExplanationMissing));
    refuse(found)?;
    tx.conn()
        .prepare_cached("UPDATE explanation SET void_at = $1 WHERE inquiry_id = $2 AND void_at IS NULL")?
        .execute([tx.now, inquiry_id])?;
    let number = next_number(tx, "explanation")?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO explanation (inquiry_id, number, text, written_at, by_id, verifier_paper, adjuster_paper) \
             VALUES ($1, $2, $3, $4, $5, '', '')",
        )?
        .execute(params![inquiry_id, number, said, tx.now, tx.actor.id])?;
    let payload = json!({
        "inquiry": inquiry_id,
        "number": number,
        "text": said,
        "number_was": one.explanation.map_or_else(String::new, |was| was.number),
    });
    added(tx, &case, "explain", &payload)?;
    Ok(number)
}

/// The case's own verifier or adjuster.
pub fn named(case: &CaseFile, side: Side) -> Option<i64> {
    match side {
        Side::Verifier => case.people.verifier,
        Side::Adjuster => case.people.adjuster,
    }
}

/// The paper somebody has signed, as the clerk records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// Name or 工号 of who signed.
    pub who: String,
    /// When.
    pub at: i64,
    /// Number of the paper.
    pub number: String,
    /// Why that is more than two hours ago.
    pub reason: String,
}

/// A side confirms the explanation: whoever acts, by the PIN just given (no paper), or somebody without sign-in, on
/// paper. With both, the inquiry is the desk's again. Only adds.
///
/// # Errors
/// A refusal: no right, no explanation, confirmed already, the same person twice, not the case's own, can sign in, no
/// number, a wrong time.
pub fn confirm(
    tx: &mut ActTx<'_>,
    (case_id, inquiry_id): (i64, i64),
    explanation_id: i64,
    side: Side,
    paper: Option<&Paper>,
) -> Result<Option<Side>, ActError> {
    let case = match paper {
        Some(_) => begin(tx, case_id, None)?.0,
        None => load::by_id(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("no_case", W::CaseNotFound))?,
    };
    let one = of_case(tx, &case, inquiry_id)?;
    refuse(judge_open(&one))?;
    // A text written anew meanwhile is another explanation: it has to be read before it is confirmed.
    let Some(explanation) = one.explanation.filter(|explanation| explanation.id == explanation_id) else {
        return Err(ActError::refuse("explanation_changed", W::NotifyExplanationChanged));
    };
    let person = signer(tx, paper)?;
    let number = paper.map_or_else(String::new, |paper| kept(&paper.number));
    let at = paper.map_or(tx.now, |paper| paper.at);
    let proof = match paper {
        Some(_) => Proof::Paper { number: &number, at, signs_in: person.enabled && person.has_pin },
        None => Proof::Pin,
    };
    let reason = paper.map_or_else(String::new, |paper| text::fold(&paper.reason).into_owned());
    let mut found = judge_confirm(&explanation, (side, person.id), named(&case, side), proof, tx.now);
    found.extend(judge_moment(tx, paper.map(|paper| paper.at).filter(|at| *at <= tx.now), &reason)?);
    refuse(found)?;
    let sql = match side {
        Side::Verifier => {
            "UPDATE explanation SET verifier_id = $1, verifier_at = $2, verifier_paper = $3 WHERE id = $4"
        }
        Side::Adjuster => {
            "UPDATE explanation SET adjuster_id = $1, adjuster_at = $2, adjuster_paper = $3 WHERE id = $4"
        }
    };
    tx.conn().prepare_cached(sql)?.execute(params![person.id, at, number, explanation.id])?;
    let left = left(&explanation, side);
    if left.is_none() {
        bring_back(tx, inquiry_id)?;
    }
    let payload = json!({
        "inquiry": inquiry_id,
        "number": explanation.number,
        "side": side.code(),
        "person": person.staff_no,
        "at": at,
        "paper": number,
        "reason": reason,
    });
    added(tx, &case, "explanation_confirm", &payload)?;
    Ok(left)
}

/// The side still missing once this one has confirmed.
fn left(explanation: &Explanation, done: Side) -> Option<Side> {
    Side::ALL.iter().copied().find(|side| *side != done && explanation.of(*side).is_none())
}

fn signer(tx: &ActTx<'_>, paper: Option<&Paper>) -> Result<Person, ActError> {
    let Some(paper) = paper else {
        let person = if tx.actor.unpeopled { None } else { office::by_id(tx.conn(), tx.actor.id)? };
        return person.filter(|p| p.enabled).ok_or_else(|| ActError::refuse("sign_in", W::OfficeSignInFirst));
    };
    let found = match office::named(tx.conn(), &paper.who)? {
        Named::One(id) => office::by_id(tx.conn(), id)?,
        Named::Several(_) => {
            return Err(ActError::refuse_field("several", "who", phrase!(W::NotifySeveral, paper.who.as_str())));
        }
        Named::Nobody => None,
    };
    found.ok_or_else(|| ActError::refuse_field("nobody", "who", phrase!(W::NotifyNobody, paper.who.as_str())))
}
