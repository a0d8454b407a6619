//! PINs set for somebody else, and the way back in when the only leader has forgotten the PIN.

use super::people::require_person;
use super::pin::NewPin;
use super::rules::Right;
use super::sign_in::{Attempt, Outcome, settle, subject};
use super::store::{self, Person, pins};
use crate::db::{ActError, ActTx, Connection, meta};
use crate::kernel::roles::{Role, Roles};
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use serde_json::json;

/// Mark of a reset by the store's owner that nobody else has confirmed: `person_id,at,os_user`.
const NOTICE: &str = "office.reset_notice";

/// A reset by the store file's owner, shown to all until another person confirms it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResetNotice {
    /// Whose PIN.
    pub person_id: i64,
    /// The person's label.
    pub label: String,
    /// When, UTC seconds.
    pub at: i64,
    /// The operating-system user.
    pub os_user: String,
}

impl ResetNotice {
    /// The notice in words.
    pub fn words(&self) -> Phrase {
        phrase!(W::OfficeNoticeOwnerReset, Arg::Moment(self.at), self.os_user.clone(), self.label.clone())
    }
}

/// The notice that waits for a confirmation, if any.
///
/// # Errors
/// What SQLite says.
pub fn open_notice(conn: &Connection) -> rusqlite::Result<Option<ResetNotice>> {
    let Some(mark) = meta::get(conn, NOTICE)? else { return Ok(None) };
    let mut parts = mark.splitn(3, ',');
    let person_id = parts.next().and_then(|p| p.parse().ok()).unwrap_or(0);
    let at = parts.next().and_then(|p| p.parse().ok()).unwrap_or(0);
    let os_user = parts.next().unwrap_or_default().to_owned();
    Ok(Some(ResetNotice { person_id, label: store::label(conn, Some(person_id))?, at, os_user }))
}

/// Name and 工号 of who reset a PIN, as kept with the person.
pub(super) fn who_label(conn: &Connection, reset_by: &str) -> rusqlite::Result<String> {
    Ok(match store::by_staff_no(conn, reset_by)? {
        Some(person) => format!("{} {}", person.name, person.staff_no),
        None => reset_by.to_owned(),
    })
}

/// Gives somebody the first PIN, or a new one in place of a forgotten one; the person must choose another at the next
/// sign-in and is told who did it. In an office without sign-ins the first PIN goes to a leader, who also becomes
/// admin, so that nobody is locked out of the people.
///
/// # Errors
/// A refusal in words, or what SQLite says.
pub fn set_for(tx: &mut ActTx<'_>, person_id: i64, new: &NewPin) -> Result<Person, ActError> {
    let actor = store::require(tx, Right::People)?;
    let mut person = require_person(tx.conn(), person_id)?;
    if !person.enabled {
        return Err(ActError::refuse("disabled", phrase!(W::OfficePersonDisabled, person.name.clone())));
    }
    if person.id == actor.id {
        return Err(ActError::refuse("own_pin", W::OfficePinOwnElsewhere));
    }
    let first = !store::has_people(tx.conn())?;
    if first && !person.roles.has(Role::Leader) {
        return Err(ActError::refuse("first_pin", W::OfficePinFirstLeader));
    }
    let was = person.roles;
    if first {
        person.roles = person.roles.with(Role::Admin);
        store::change::write(tx.conn(), &person)?;
    }
    // Whoever opens an office without sign-ins is the leader who types the PIN.
    pins::set(tx.conn(), person.id, new.hash(), (!first).then_some(actor.staff_no.as_str()))?;
    let row = json!({ "had_pin": person.has_pin, "must_change": !first, "roles": codes(person.roles), "roles_was": codes(was) });
    let act = if person.has_pin { "pin_reset" } else { "pin_set" };
    tx.journal_as(act, &subject(&person), 0, &row)?;
    require_person(tx.conn(), person_id)
}

/// Gives everybody with a role and without a PIN the same one, which nobody has to change. Only in a practice office, whose
/// screen shows it.
///
/// # Errors
/// A refusal for want of the right or in a real store, or what SQLite says.
pub fn share_pin(tx: &mut ActTx<'_>, new: &NewPin) -> Result<(), ActError> {
    store::require(tx, Right::People)?;
    if meta::get(tx.conn(), meta::PRACTICE_CLOCK)?.is_none() {
        return Err(ActError::Other(anyhow::anyhow!("a PIN is shared in a practice store only")));
    }
    for person in store::all(tx.conn())?.into_iter().filter(|p| !p.has_pin && !p.roles.is_empty()) {
        pins::set(tx.conn(), person.id, new.hash(), None)?;
        tx.journal_as("pin_set", &subject(&person), 0, &json!({ "had_pin": 0, "must_change": 0 }))?;
    }
    Ok(())
}

/// The owner of the store file resets the PIN of the only enabled leader, or the only enabled admin, without any PIN.
/// The caller has proved the ownership. Shown to all until another person confirms.
///
/// # Errors
/// A refusal in words, or what SQLite says.
pub fn reset_by_owner(tx: &mut ActTx<'_>, person_id: i64, new: &NewPin) -> Result<Person, ActError> {
    let person = require_person(tx.conn(), person_id)?;
    if !is_only_one(&store::all(tx.conn())?, &person) {
        return Err(ActError::refuse("not_the_only_one", phrase!(W::OfficeResetNotOnly, person.name.clone())));
    }
    let by = tx.actor.os_user.clone();
    pins::set(tx.conn(), person.id, new.hash(), Some(&by))?;
    meta::set(tx.conn(), NOTICE, &format!("{},{},{by}", person.id, tx.now))?;
    tx.journal(&subject(&person), 0, &json!({ "by_owner": 1, "must_change": 1 }))?;
    require_person(tx.conn(), person_id)
}

/// Whether nobody else could help: the person is the only enabled leader, or the only enabled admin, with a PIN.
pub fn is_only_one(people: &[Person], person: &Person) -> bool {
    let signs_in = |p: &&Person| p.enabled && p.has_pin;
    let only = |role: Role| {
        let mut holders = people.iter().filter(signs_in).filter(|p| p.roles.has(role));
        matches!((holders.next(), holders.next()), (Some(one), None) if one.id == person.id)
    };
    person.enabled && person.has_pin && (only(Role::Leader) || only(Role::Admin))
}

/// Another person has seen that the store's owner reset a PIN.
///
/// # Errors
/// A refusal when it is the same person or nothing waits; else what SQLite says.
pub fn confirm_reset(tx: &mut ActTx<'_>) -> Result<(), ActError> {
    let actor = store::require(tx, Right::ReadAll)?;
    let Some(notice) = open_notice(tx.conn())? else {
        return Err(ActError::refuse("nothing", W::OfficeResetNothing));
    };
    if notice.person_id == actor.id || tx.actor.unpeopled {
        return Err(ActError::refuse("same_person", W::OfficeResetAnother));
    }
    meta::clear(tx.conn(), NOTICE)?;
    let person = require_person(tx.conn(), notice.person_id)?;
    tx.journal(&subject(&person), 0, &json!({ "reset_at": notice.at, "os_user": notice.os_user }))?;
    Ok(())
}

/// Somebody changes the own PIN; the old one was looked at as `attempt`, and a wrong one is counted like any other.
///
/// # Errors
/// As [`settle`]; a refusal when the new PIN is the old one is the caller's to find.
pub fn change_own(tx: &mut ActTx<'_>, attempt: &Attempt, new: &NewPin) -> Result<Outcome, ActError> {
    let outcome = settle(tx, attempt, "pin_change")?;
    if let Outcome::In(signed) = &outcome {
        let person = require_person(tx.conn(), signed.actor.id)?;
        debug_assert!(!attempt.seen_hash().is_empty());
        pins::set(tx.conn(), person.id, new.hash(), None)?;
        let row = json!({ "must_change_was": person.pin_must_change, "reset_by_was": person.pin_reset_by });
        tx.journal_as("pin_changed", &subject(&person), 0, &row)?;
    }
    Ok(outcome)
}

/// Role codes for the journal, in the order of the roles.
pub(super) fn codes(roles: Roles) -> Vec<&'static str> {
    roles.iter().map(Role::code).collect()
}
