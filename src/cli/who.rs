//! Who acts on the command line: the operating-system user, and once the store has people a person with a PIN.

use super::args::Global;
use super::secret::Secrets;
use crate::db::{Actor, Store, meta};
use crate::kernel::roles::Role;
use crate::kernel::words::{Lang, Phrase, W};
use crate::office;
use crate::office::rules::{Right, may};
use crate::phrase;
use nix::unistd::{Uid, User};
use zeroize::Zeroizing;

/// Name of the operating-system user; its number when it has no name.
pub fn os_user() -> String {
    let uid = Uid::effective();
    User::from_uid(uid).ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

/// Whoever asks, without a PIN: for what needs none.
///
/// # Errors
/// What the store says, in words.
pub fn anyone(store: &Store, os_user: &str) -> Result<Actor, Phrase> {
    let peopled = office::store::has_people(store.conn()).map_err(|error| failed(&error.to_string()))?;
    Ok(Actor { os_user: os_user.to_owned(), unpeopled: !peopled, ..Actor::default() })
}

/// Whoever asks, proved by a PIN once the store has people, with what was typed.
#[derive(Debug)]
pub struct Proved {
    /// Who acts.
    pub actor: Actor,
    /// The PIN just given; none in a store without people.
    pub pin: Option<Zeroizing<String>>,
}

/// Asks who acts and for the PIN. A store without people asks nobody.
///
/// # Errors
/// Why not, in words.
pub fn proved(store: &Store, now: i64, global: &Global, secrets: &Secrets, lang: Lang) -> Result<Proved, Phrase> {
    let os_user = os_user();
    let actor = anyone(store, &os_user)?;
    if actor.unpeopled {
        return Ok(Proved { actor, pin: None });
    }
    if let Some(actor) = practising(store, global.person.as_deref(), &os_user)? {
        return Ok(Proved { actor, pin: None });
    }
    let Some(person) = &global.person else { return Err(W::CliWhoAs.into()) };
    let (actor, pin) = by_pin(store, now, person, secrets, lang, &os_user)?;
    Ok(Proved { actor, pin: Some(pin) })
}

/// A practice store asks nobody: whoever is named acts, else the one who opened its office. None in a real store.
fn practising(store: &Store, named: Option<&str>, os_user: &str) -> Result<Option<Actor>, Phrase> {
    let said = |error: rusqlite::Error| failed(&error.to_string());
    if meta::get(store.conn(), meta::PRACTICE_CLOCK).map_err(said)?.is_none() {
        return Ok(None);
    }
    let named = named.map(|who| office::store::named(store.conn(), who)).transpose().map_err(said)?;
    let people = office::store::all(store.conn()).map_err(said)?;
    let acts = |person: &&office::store::Person| match &named {
        Some(named) => *named == office::store::Named::One(person.id),
        None => person.enabled && person.roles.has(Role::Leader) && person.roles.has(Role::Admin),
    };
    let found = people.iter().find(acts).map(|person| office::store::actor(person, os_user));
    found.map(Some).ok_or_else(|| W::OfficePersonUnknown.into())
}

/// The same for somebody with a right; said before anything is done.
///
/// # Errors
/// Why not, in words.
pub fn with_right(proved: Proved, right: Right) -> Result<Proved, Phrase> {
    if may(&proved.actor, right) {
        return Ok(proved);
    }
    let roles = right.roles().iter().map(|role| office::store::role_word(role).into()).collect();
    Err(phrase!(W::OfficeRightMissing, proved.actor.name, crate::kernel::words::Arg::List(roles)))
}

/// Another person with a PIN: the second leader.
///
/// # Errors
/// Why not, in words.
pub fn second(
    store: &Store,
    now: i64,
    who: Option<&str>,
    secrets: &Secrets,
    lang: Lang,
) -> Result<Option<Actor>, Phrase> {
    who.map(|who| by_pin(store, now, who, secrets, lang, &os_user()).map(|(actor, _)| actor)).transpose()
}

fn by_pin(
    store: &Store,
    now: i64,
    who: &str,
    secrets: &Secrets,
    lang: Lang,
    os_user: &str,
) -> Result<(Actor, Zeroizing<String>), Phrase> {
    if let Some(actor) = practising(store, Some(who), os_user)? {
        return Ok((actor, Zeroizing::default()));
    }
    let prompt = phrase!(W::CliWhoPin, who).say(lang);
    let pin = ask(secrets, &prompt)?;
    let actor = office::commands::act_as(store, now, os_user, who, &pin).map_err(first)?;
    Ok((actor, pin))
}

/// Asks for a PIN, which must be given.
///
/// # Errors
/// Why there is none, in words.
pub fn ask(secrets: &Secrets, prompt: &str) -> Result<Zeroizing<String>, Phrase> {
    match secrets.ask(prompt) {
        Ok(Some(pin)) => Ok(pin),
        Ok(None) => Err(W::CliWhoNoPin.into()),
        Err(_) => Err(W::CliWhoNoTerminal.into()),
    }
}

/// A new PIN: twice on the terminal, once from standard input.
///
/// # Errors
/// Why there is none, in words.
pub fn new_pin(secrets: &Secrets, lang: Lang) -> Result<(Zeroizing<String>, Zeroizing<String>), Phrase> {
    let new = ask(secrets, W::CliWhoNewPin.text(lang))?;
    let again = if secrets.typed() { ask(secrets, W::CliWhoNewPinAgain.text(lang))? } else { new.clone() };
    Ok((new, again))
}

/// The first reason of a refusal.
pub fn first(error: crate::db::ActError) -> Phrase {
    let findings = error.findings();
    findings.iter().next().map_or_else(|| failed(""), |finding| finding.what.clone())
}

fn failed(what: &str) -> Phrase {
    phrase!(W::DbFailed, what)
}
