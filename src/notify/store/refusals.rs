//! Writes and prints refusal notices, and records how one reached the customer.

use super::attempts::refuse;
use super::{added, begin, finish, judge_moment, kept, next_number, read};
use crate::case::rounds::in_force;
use crate::case::store::load::StepRecord;
use crate::db::{ActError, ActTx};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::notify::rules::Delivery;
use crate::notify::rules::refusals::{judge_delivery, judge_notice};
use crate::office::prints;
use rusqlite::params;
use serde_json::json;

/// The reasons a notice starts with: what the steps of the round say why nothing is paid.
pub fn proposed(records: &[StepRecord], round: i64) -> String {
    let mut reasons: Vec<&str> = Vec::new();
    for record in (1..=5).filter_map(|step| in_force(records, round, step)) {
        let reason = record.reason.trim();
        if !reason.is_empty() && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    reasons.join("; ")
}

/// Writes the notice with its reasons and gives it a number; an earlier one of the round becomes void. Only adds.
///
/// # Errors
/// A refusal: no right, not refused, delivered already, no reasons.
pub fn write(tx: &mut ActTx<'_>, case_id: i64, reasons: &str) -> Result<String, ActError> {
    let (case, _) = begin(tx, case_id, None)?;
    let reasons = kept(reasons);
    refuse(judge_notice(&case.milestones, &reasons))?;
    let round = case.milestones.round;
    let was = read::notice(tx.conn(), case.id, round)?;
    tx.conn()
        .prepare_cached("UPDATE refusal_notice SET void_at = $1 WHERE case_id = $2 AND round = $3 AND void_at IS NULL")?
        .execute(params![tx.now, case.id, round])?;
    let number = next_number(tx, "refusal")?;
    tx.conn()
        .prepare_cached(
            "INSERT INTO refusal_notice (case_id, round, number, reasons, at, by_id) VALUES ($1, $2, $3, $4, $5, $6)",
        )?
        .execute(params![case.id, round, number, reasons, tx.now, tx.actor.id])?;
    let payload = json!({
        "round": round,
        "number": number,
        "reasons": reasons,
        "number_was": was.map_or_else(String::new, |was| was.number),
    });
    added(tx, &case, "refusal_notice", &payload)?;
    Ok(number)
}

/// Counts one more print of the notice in force; 1 is the original.
///
/// # Errors
/// A refusal: no right, no notice.
pub fn printed(tx: &mut ActTx<'_>, case_id: i64) -> Result<i64, ActError> {
    let (case, _) = begin(tx, case_id, None)?;
    let notice = read::notice(tx.conn(), case.id, case.milestones.round)?
        .ok_or_else(|| ActError::refuse("no_notice", W::NotifyNoNotice))?;
    let copy = prints::record(tx, "refusal", &notice.number)?;
    added(tx, &case, "refusal_print", &json!({"number": notice.number, "copy": copy}))?;
    Ok(copy)
}

/// How a notice reached the customer, as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// How.
    pub how: Option<Delivery>,
    /// When; nothing = now.
    pub at: Option<i64>,
    /// Number of the proof.
    pub proof: String,
    /// Why the moment is more than two hours ago.
    pub reason: String,
}

/// The notice reached the customer. Raises the version; cannot be taken back but by a new round.
///
/// # Errors
/// A refusal with every reason: no right, stale, no notice, delivered already, no way, no proof, a wrong time.
pub fn deliver(tx: &mut ActTx<'_>, case_id: i64, seen: i64, new: &NewDelivery) -> Result<i64, ActError> {
    let (case, rules) = begin(tx, case_id, Some(seen))?;
    let (proof, reason) = (kept(&new.proof), text::fold(&new.reason).into_owned());
    let at = new.at.unwrap_or(tx.now);
    let notice = read::notice(tx.conn(), case.id, case.milestones.round)?;
    let mut found = judge_delivery(&case.milestones, notice.as_ref(), new.how, &proof, at);
    found.extend(judge_moment(tx, new.at, &reason)?);
    refuse(found)?;
    let (Some(notice), Some(how)) = (notice, new.how) else {
        return Err(ActError::refuse("no_notice", W::NotifyNoNotice));
    };
    let round = case.milestones.round;
    tx.conn()
        .prepare_cached(
            "INSERT INTO refusal_delivery (notice_id, case_id, round, how, proof, delivered_at, reason, recorded_at, by_id) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )?
        .execute(params![notice.id, case.id, round, how.code(), proof, at, reason, tx.now, tx.actor.id])?;
    let mut after = case.clone();
    after.milestones.delivered_at = Some(at);
    let payload = json!({
        "round": round,
        "number": notice.number,
        "how": how.code(),
        "proof": proof,
        "delivered_at": at,
        "reason": reason,
    });
    finish(tx, &case, after, &rules, ("deliver", payload))
}
