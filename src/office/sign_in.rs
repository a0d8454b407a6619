//! Signing in and giving a PIN: looked at outside the write transaction, settled inside a short one.
//!
//! Comparing a PIN takes tens of milliseconds, so [`look`] does it before the store is locked; [`settle`] then counts
//! the failure or clears the count, on what the store says at that moment.

use super::delay;
use super::pin;
use super::reset;
use super::store::{self, Named, Person, pins};
use crate::db::{ActError, ActTx, Actor, Connection, Store, Wait, meta};
use crate::kernel::words::{Phrase, W};
use crate::phrase;
use serde_json::json;

/// Mark with the failures and the delay of tries that name nobody: `failures,retry_at`.
const NOBODY: &str = "sign_in.nobody";

/// What a PIN just looked at leads to. It is bound to the hash it was compared with.
#[derive(Clone)]
pub struct Attempt {
    person: Option<Person>,
    hash: String,
    verdict: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Right,
    Wrong,
    Waits(i64),
    SharedName,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attempt").field("verdict", &self.verdict).finish_non_exhaustive()
    }
}

impl Attempt {
    /// Who acts when this is settled: the person once the PIN is right, else nobody.
    pub fn actor(&self, os_user: &str) -> Actor {
        match (&self.person, self.verdict) {
            (Some(person), Verdict::Right) => store::actor(person, os_user),
            _ => Actor { os_user: os_user.to_owned(), ..Actor::default() },
        }
    }

    /// The PIN was right, as far as could be seen outside the act.
    pub fn is_right(&self) -> bool {
        self.verdict == Verdict::Right
    }

    /// Whether another typed PIN is the one that was right here.
    pub fn typed_is_same(&self, typed: &str) -> bool {
        self.is_right() && !typed.is_empty() && pin::is_right(typed, &self.hash)
    }

    /// The hash the PIN was compared with.
    pub(super) fn seen_hash(&self) -> &str {
        &self.hash
    }
}

/// Somebody whose PIN was right.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who it is, with the roles of this moment.
    pub actor: Actor,
    /// Must choose a new PIN before anything else.
    pub must_change: bool,
    /// 工号 of who reset the PIN, or the operating-system user; empty when nobody did.
    pub reset_by: String,
    /// What the person is told: who reset the PIN, wrong tries meanwhile, a reset by the store's owner.
    pub notices: Vec<Phrase>,
}

/// How a try ended. All of them are kept in the journal, so none is an error of the act.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The PIN was right.
    In(Box<SignedIn>),
    /// It was not, or nobody was named; the finding's code, field and words.
    Out(&'static str, &'static str, Phrase),
}

impl Outcome {
    /// The person, or a refusal with words.
    ///
    /// # Errors
    /// A refusal for every try that failed.
    pub fn into_result(self) -> Result<SignedIn, ActError> {
        match self {
            Outcome::In(signed) => Ok(*signed),
            Outcome::Out(code, field, words) => Err(ActError::refuse_field(code, field, words)),
        }
    }
}

/// Looks at a sign-in without writing anything. `who` is a 工号 or a name.
///
/// # Errors
/// What SQLite says.
pub fn look(conn: &Connection, now: i64, who: &str, typed: &str) -> rusqlite::Result<Attempt> {
    let person = match store::named(conn, who)? {
        Named::Nobody => None,
        Named::One(id) => store::by_id(conn, id)?,
        Named::Several(ids) => {
            let people = ids.into_iter().map(|id| store::by_id(conn, id)).collect::<rusqlite::Result<Vec<_>>>()?;
            let mut with_pin = people.into_iter().flatten().filter(|p| p.enabled && p.has_pin);
            match (with_pin.next(), with_pin.next()) {
                (Some(_), Some(_)) => {
                    return Ok(Attempt { person: None, hash: String::new(), verdict: Verdict::SharedName });
                }
                (one, _) => one,
            }
        }
    };
    look_at(conn, now, person, typed)
}

/// Looks at the PIN of one person without writing anything.
///
/// # Errors
/// What SQLite says.
pub fn look_id(conn: &Connection, now: i64, person_id: i64, typed: &str) -> rusqlite::Result<Attempt> {
    let person = store::by_id(conn, person_id)?;
    look_at(conn, now, person, typed)
}

fn look_at(conn: &Connection, now: i64, person: Option<Person>, typed: &str) -> rusqlite::Result<Attempt> {
    let state = person.as_ref().map(|p| pins::state(conn, p.id)).transpose()?.flatten();
    let retry_at = match &state {
        Some(state) => state.retry_at,
        None => nobody(conn)?.1,
    };
    let hash = state.map_or_else(String::new, |s| s.hash);
    let verdict = match () {
        () if retry_at > now => Verdict::Waits(retry_at),
        () if pin::is_right(typed, &hash) => Verdict::Right,
        () => Verdict::Wrong,
    };
    Ok(Attempt { person, hash, verdict })
}

/// Settles a try inside an act: counts or clears failures and writes the journal row.
///
/// # Errors
/// A refusal that wrote nothing: wait, shared name, PIN changed meanwhile; or what SQLite says.
pub fn settle(tx: &mut ActTx<'_>, attempt: &Attempt, purpose: &'static str) -> Result<Outcome, ActError> {
    match attempt.verdict {
        Verdict::Waits(until) => return Err(wait_refusal(until)),
        Verdict::SharedName => return Err(ActError::refuse_field("name_shared", "who", W::OfficeSignInSharedName)),
        Verdict::Right | Verdict::Wrong => {}
    }
    let Some(person) = &attempt.person else { return nobody_failed(tx) };
    let state = pins::state(tx.conn(), person.id)?;
    let fresh = store::by_id(tx.conn(), person.id)?;
    let (Some(state), Some(person)) = (state, fresh) else { return nobody_failed(tx) };
    // Another desk may have used up the tries while this PIN was compared.
    if state.retry_at > tx.now {
        return Err(wait_refusal(state.retry_at));
    }
    if state.hash != attempt.hash {
        return Err(ActError::refuse_field("pin_moved", "pin", W::OfficeSignInPinMoved));
    }
    if attempt.verdict == Verdict::Right && person.enabled {
        let_in(tx, &person, purpose)
    } else {
        keep_out(tx, attempt, &person, purpose)
    }
}

fn let_in(tx: &mut ActTx<'_>, person: &Person, purpose: &'static str) -> Result<Outcome, ActError> {
    if person.failures > 0 || person.retry_at > 0 {
        pins::set_failures(tx.conn(), person.id, 0, 0)?;
    }
    meta::clear(tx.conn(), NOBODY)?;
    let row = json!({ "failures_before": person.failures, "purpose": purpose });
    tx.journal(&subject(person), 0, &row)?;
    let mut notices = Vec::new();
    if !person.pin_reset_by.is_empty() {
        notices.push(phrase!(W::OfficeNoticeResetBy, reset::who_label(tx.conn(), &person.pin_reset_by)?));
    }
    if person.failures > 0 {
        notices.push(phrase!(W::OfficeNoticeFailures, person.failures));
    }
    if let Some(open) = reset::open_notice(tx.conn())? {
        notices.push(open.words());
    }
    Ok(Outcome::In(Box::new(SignedIn {
        actor: store::actor(person, &tx.actor.os_user),
        must_change: person.pin_must_change,
        reset_by: person.pin_reset_by.clone(),
        notices,
    })))
}

fn keep_out(
    tx: &mut ActTx<'_>,
    attempt: &Attempt,
    person: &Person,
    purpose: &'static str,
) -> Result<Outcome, ActError> {
    if attempt.verdict == Verdict::Right {
        let row = json!({ "purpose": purpose, "disabled": 1 });
        tx.journal_as("sign_in_failed", &subject(person), 0, &row)?;
        return Ok(Outcome::Out("disabled", "who", W::OfficeSignInDisabled.into()));
    }
    let failures = person.failures + 1;
    let retry_at = delay::retry_at(failures, tx.now);
    pins::set_failures(tx.conn(), person.id, failures, retry_at)?;
    let row = json!({ "purpose": purpose, "failures": failures, "retry_at": retry_at });
    tx.journal_as("sign_in_failed", &subject(person), 0, &row)?;
    Ok(wrong(retry_at, tx.now))
}

/// A try that names nobody is counted too, or a stranger could tell from the missing delay who exists.
fn nobody_failed(tx: &mut ActTx<'_>) -> Result<Outcome, ActError> {
    let (failures, retry_at) = nobody(tx.conn())?;
    if retry_at > tx.now {
        return Err(wait_refusal(retry_at));
    }
    let failures = failures + 1;
    let retry_at = delay::retry_at(failures, tx.now);
    meta::set(tx.conn(), NOBODY, &format!("{failures},{retry_at}"))?;
    // What was typed is not kept: people type their PIN into the wrong field.
    tx.journal_as("sign_in_failed", "person", 0, &json!({ "failures": failures, "retry_at": retry_at }))?;
    Ok(wrong(retry_at, tx.now))
}

fn nobody(conn: &Connection) -> rusqlite::Result<(i64, i64)> {
    let mark = meta::get(conn, NOBODY)?.unwrap_or_default();
    let (failures, retry_at) = mark.split_once(',').unwrap_or_default();
    Ok((failures.parse().unwrap_or(0), retry_at.parse().unwrap_or(0)))
}

fn wrong(retry_at: i64, now: i64) -> Outcome {
    if retry_at > now {
        return Outcome::Out(
            "pin_wrong",
            "pin",
            phrase!(W::OfficeSignInWrongWait, crate::kernel::words::Arg::MomentFull(retry_at)),
        );
    }
    Outcome::Out("pin_wrong", "pin", W::OfficeSignInWrong.into())
}

fn wait_refusal(until: i64) -> ActError {
    ActError::refuse_field(
        "pin_wait",
        "pin",
        phrase!(W::OfficeSignInWait, crate::kernel::words::Arg::MomentFull(until)),
    )
}

/// The journal's name for a person.
pub fn subject(person: &Person) -> String {
    format!("person {}", person.staff_no)
}

/// Signs somebody in: one look, one act.
///
/// # Errors
/// A refusal in words (wrong, wait until, disabled, shared name), busy, or what SQLite says.
pub fn sign_in(
    store: &Store,
    now: i64,
    os_user: &str,
    who: &str,
    typed: &str,
    wait: Wait,
) -> Result<SignedIn, ActError> {
    let attempt = look(store.conn(), now, who, typed)?;
    store.act(&attempt.actor(os_user), now, "sign_in", wait, |tx| settle(tx, &attempt, "sign_in"))?.into_result()
}

/// Asks whether a PIN is somebody's, for a question at the desk; `purpose` goes into the journal. Nothing is written
/// when it is right and no failure has to be forgotten: the act that follows names the person.
///
/// # Errors
/// As [`sign_in`].
pub fn verify_pin(
    store: &Store,
    now: i64,
    os_user: &str,
    person_id: i64,
    typed: &str,
    (purpose, wait): (&'static str, Wait),
) -> Result<Actor, ActError> {
    let attempt = look_id(store.conn(), now, person_id, typed)?;
    if let (Some(person), true) = (&attempt.person, attempt.is_right())
        && person.enabled
        && person.failures == 0
        && !person.pin_must_change
    {
        return Ok(store::actor(person, os_user));
    }
    let signed = store
        .act(&attempt.actor(os_user), now, "pin_given", wait, |tx| settle(tx, &attempt, purpose))?
        .into_result()?;
    if signed.must_change {
        // A PIN that somebody else set signs nothing but its owner in.
        return Err(ActError::refuse_field("pin_must_change", "pin", W::OfficeSignInMustChangeFirst));
    }
    Ok(signed.actor)
}
