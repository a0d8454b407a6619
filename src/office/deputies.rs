//! Acts on deputies 代行审批: naming one with limit and days, ending early.

use super::people::require_person;
use super::rules::Right;
use super::sign_in::subject;
use super::store::deputies::{self, Deputy};
use super::store::{self, Person};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::roles::Role;
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use serde_json::{Value, json};

pub use super::authority::{Delegation, SignAuthority, may_sign};
pub use super::store::deputies::{DeputySignature, signatures_by_deputies};

/// Longest standing of a deputy in days; a longer one is a change of roles.
const MAX_DAYS: i64 = 366;

/// A deputy about to be named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDeputy {
    /// The leader signed for.
    pub leader_id: i64,
    /// Who signs.
    pub deputy_id: i64,
    /// Largest payable; none = the leader's own limit.
    pub limit: Option<Fen>,
    /// From this moment, UTC seconds; an earlier one than now means now.
    pub from_at: i64,
    /// Up to and including this moment.
    pub to_at: i64,
    /// Why.
    pub reason: String,
}

/// What a person may sign for others at a moment.
///
/// # Errors
/// What SQLite says.
pub fn deputies_for(conn: &Connection, person_id: i64, at: i64) -> rusqlite::Result<Vec<Delegation>> {
    deputies::in_force(conn, person_id, at)
}

/// What is wrong with a deputy about to be named at the moment `now`.
pub fn check(new: &NewDeputy, leader: &Person, deputy: &Person, now: i64) -> Findings {
    let mut found = Findings::new();
    if !leader.enabled || !leader.roles.has(Role::Leader) {
        found.push(Finding::block("leader", "leader", phrase!(W::OfficeDeputyLeader, leader.name.clone())));
    }
    if leader.id == deputy.id {
        found.push(Finding::block("same_person", "deputy", W::OfficeDeputySame));
    } else if !deputy.enabled || !deputy.has_pin {
        found.push(Finding::block("deputy", "deputy", phrase!(W::OfficeDeputyNoPin, deputy.name.clone())));
    }
    if let Some(limit) = new.limit {
        if limit <= Fen::ZERO {
            found.push(Finding::block("limit", "limit", W::OfficeLimitNegative));
        } else if let Some(own) = leader.sign_limit.filter(|own| limit > *own) {
            found.push(Finding::block("limit", "limit", phrase!(W::OfficeDeputyLimit, Arg::Money(own.fen()))));
        }
    }
    if new.to_at < new.from_at.max(now) {
        found.push(Finding::block("days", "to", W::OfficeDeputyDays));
    } else if new.to_at.saturating_sub(new.from_at) > MAX_DAYS * crate::kernel::clock::DAY {
        found.push(Finding::block("days", "to", phrase!(W::OfficeDeputyTooLong, MAX_DAYS)));
    }
    found.extend(reason_findings(&new.reason));
    found
}

/// A reason is asked for, and must be fit to print.
pub(super) fn reason_findings(reason: &str) -> Findings {
    if text::fold(reason).is_empty() {
        return Finding::block("reason", "reason", W::OfficeReasonMissing).into();
    }
    match text::outside_text_problem(reason) {
        Some(_) => Finding::block("reason", "reason", W::OfficeReasonShape).into(),
        None => Findings::new(),
    }
}

/// Names a deputy. Any leader may do it, for oneself or for another leader, but nobody makes oneself a deputy.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn name(tx: &mut ActTx<'_>, new: &NewDeputy) -> Result<Deputy, ActError> {
    let actor = store::require(tx, Right::Deputies)?;
    let leader = require_person(tx.conn(), new.leader_id)?;
    let deputy = require_person(tx.conn(), new.deputy_id)?;
    let mut found = check(new, &leader, &deputy, tx.now);
    // Nobody hands on more than the own limit, not even another leader's.
    let reach = [new.limit, leader.sign_limit].into_iter().flatten().min();
    if let Some(own) = actor.sign_limit.filter(|own| reach.is_none_or(|reach| reach > *own)) {
        found.push(Finding::block("own_limit", "limit", phrase!(W::OfficeDeputyOwnLimit, Arg::Money(own.fen()))));
    }
    if deputy.id == actor.id {
        found.push(Finding::block("own_deputy", "deputy", W::OfficeDeputySelf));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let mut row = Deputy {
        id: 0,
        leader_id: leader.id,
        deputy_id: deputy.id,
        limit: new.limit,
        // A signature given before the naming is never covered by it.
        from_at: new.from_at.max(tx.now),
        to_at: new.to_at,
        ended_at: None,
        reason: text::fold(&new.reason).into_owned(),
        set_by: actor.staff_no,
        set_at: tx.now,
    };
    row.id = deputies::insert(tx.conn(), &row)?;
    let facts = json!({
        "id": row.id,
        "deputy": deputy.staff_no,
        "limit": row.limit.map_or(Value::Null, |l| Value::from(l.fen())),
        "from_at": row.from_at,
        "to_at": row.to_at,
        "reason": row.reason,
    });
    tx.journal(&subject(&leader), 0, &facts)?;
    Ok(row)
}

/// Ends a deputy's standing now, before its last day.
///
/// # Errors
/// A refusal in words, or what SQLite says.
pub fn end(tx: &mut ActTx<'_>, id: i64, reason: &str) -> Result<(), ActError> {
    store::require(tx, Right::Deputies)?;
    let Some(row) = deputies::by_id(tx.conn(), id)? else {
        return Err(ActError::refuse("nothing", W::OfficeDeputyUnknown));
    };
    let mut found = reason_findings(reason);
    if row.ended_at.is_some() || row.to_at < tx.now {
        found.push(Finding::block("over", None, W::OfficeDeputyOver));
    }
    if found.blocking() {
        return Err(found.into());
    }
    deputies::end(tx.conn(), id, tx.now)?;
    let leader = require_person(tx.conn(), row.leader_id)?;
    let deputy = require_person(tx.conn(), row.deputy_id)?;
    let facts = json!({ "id": id, "deputy": deputy.staff_no, "ended_at": tx.now, "to_at": row.to_at, "reason": text::fold(reason) });
    tx.journal(&subject(&leader), 0, &facts)?;
    Ok(())
}
