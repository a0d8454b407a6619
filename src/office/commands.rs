//! The commands `person …` and `calendar …`: lines to print and an exit code. Arguments, PINs and the question who acts
//! are the caller's.

use super::calendars::{self, Recomputed};
use super::people::{self, NewPerson, roles_arg};
use super::pin;
use super::reset;
use super::rules::Right;
use super::sign_in::{look_id, verify_pin};
use super::store::{self, Named, Person};
use crate::db::{ActError, Actor, Store, Wait};
use crate::kernel::calendar::YearFile;
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::roles::Roles;
use crate::kernel::settings::PIN_DIGITS;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, Phrase, W};
use crate::phrase;
use crate::reference::calendars::{Standing, change_words, year_lines, years};
use crate::reference::store as reference;
use std::os::unix::fs::MetadataExt;

/// What a command prints and how it ends: 0 done, 1 failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Lines in the language asked for, without personal data beyond names.
    pub lines: Vec<String>,
    /// Exit code.
    pub code: u8,
}

impl Answer {
    fn done(lines: Vec<String>) -> Answer {
        Answer { lines, code: 0 }
    }

    /// What a refused or failed command prints.
    pub fn failed(error: ActError, lang: Lang) -> Answer {
        Answer { lines: error.findings().iter().map(|f| f.what.say(lang)).collect(), code: 1 }
    }

    fn of(result: Result<Vec<String>, ActError>, lang: Lang) -> Answer {
        match result {
            Ok(lines) => Answer::done(lines),
            Err(error) => Answer::failed(error, lang),
        }
    }
}

/// Where a command runs: store, moment, language and who acts.
#[derive(Clone, Copy, Debug)]
pub struct At<'a> {
    /// The store.
    pub store: &'a Store,
    /// The present moment, UTC seconds.
    pub now: i64,
    /// Language of the lines.
    pub lang: Lang,
    /// Who acts; `unpeopled` in a store that asks nobody.
    pub actor: &'a Actor,
}

impl At<'_> {
    fn say(&self, phrase: impl Into<Phrase>) -> String {
        phrase.into().say(self.lang)
    }

    fn min_digits(&self) -> Result<i64, ActError> {
        Ok(reference::rulebook(self.store)?.settings.number(PIN_DIGITS, self.now))
    }
}

/// The one person a command names.
///
/// # Errors
/// A refusal when nobody or several are named, or what SQLite says.
pub fn one_person(store: &Store, who: &str) -> Result<Person, ActError> {
    match store::named(store.conn(), who)? {
        Named::One(id) => people::require_person(store.conn(), id),
        Named::Nobody => Err(ActError::refuse_field("nobody", "who", phrase!(W::OfficePersonNobody, who))),
        Named::Several(ids) => {
            let mut numbers = Vec::new();
            for id in ids {
                numbers.extend(store::by_id(store.conn(), id)?.map(|p| p.staff_no));
            }
            Err(ActError::refuse_field("several", "who", phrase!(W::OfficePersonSeveral, who, Arg::list(numbers))))
        }
    }
}

/// `person add`. `second` is a leader who gave a PIN, where two persons are needed.
pub fn person_add(at: At<'_>, new: &NewPerson, second: Option<&Actor>) -> Answer {
    let done = at.store.act(at.actor, at.now, "person_add", Wait::Patient, |tx| people::add(tx, new, second));
    let said = done.map(|p| vec![at.say(phrase!(W::OfficeSaidAdded, p.name, p.staff_no, roles_arg(p.roles)))]);
    Answer::of(said, at.lang)
}

/// Reads `--limit`: an amount in yuan.
///
/// # Errors
/// A finding in words.
pub fn parse_limit(text: &str) -> Result<Fen, Findings> {
    Fen::parse(text).map_err(|_| Finding::block("limit", "limit", W::OfficeShapeMoney).into())
}

/// `person list`: 工号, name, roles, limit, state; those known from cases alone stand apart.
pub fn person_list(at: At<'_>) -> Answer {
    let lines = store::all(at.store.conn()).map_err(ActError::from).map(|people| {
        let (office, named): (Vec<Person>, Vec<Person>) =
            people.into_iter().partition(|p| p.has_pin || !p.roles.is_empty());
        let mut lines: Vec<String> = office.iter().map(|p| person_line(p, at.lang)).collect();
        if !named.is_empty() {
            lines.push(at.say(phrase!(W::OfficeListNamedOnly, i64::try_from(named.len()).unwrap_or(0))));
            lines.extend(
                named.iter().map(|p| format!("{}  {}", text::pad_right(&p.staff_no, 10), text::neutralise(&p.name))),
            );
        }
        lines
    });
    Answer::of(lines, at.lang)
}

fn person_line(person: &Person, lang: Lang) -> String {
    let limit = match person.sign_limit {
        Some(limit) => phrase!(W::OfficeListLimit, Arg::Money(limit.fen())).say(lang),
        None => String::new(),
    };
    let columns = [
        text::pad_right(&person.staff_no, 10),
        text::pad_right(&text::neutralise(&person.name), 16),
        text::pad_right(state_word(person).text(lang), 10),
        roles_arg(person.roles).say(lang),
        limit,
    ];
    columns.join("  ").trim_end().to_owned()
}

/// The word for somebody's state: disabled, without PIN, must change it, can sign in.
pub fn state_word(person: &Person) -> W {
    match person {
        Person { enabled: false, .. } => W::OfficeStateDisabled,
        Person { has_pin: false, .. } => W::OfficeStateNoPin,
        Person { pin_must_change: true, .. } => W::OfficeStateMustChange,
        _ => W::OfficeStateEnabled,
    }
}

/// `person disable NAME`.
pub fn person_disable(at: At<'_>, who: &str, second: Option<&Actor>) -> Answer {
    let done = one_person(at.store, who).and_then(|person| {
        at.store.act(at.actor, at.now, "person_disable", Wait::Patient, |tx| {
            people::set_enabled(tx, person.id, false, second)
        })
    });
    Answer::of(done.map(|p| vec![at.say(phrase!(W::OfficeSaidDisabled, p.name, p.staff_no))]), at.lang)
}

/// What `person pin NAME` will ask: the own old PIN first, or only a new one for somebody without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinAsks {
    /// Old and new.
    OldAndNew,
    /// Only a new one.
    New,
}

/// What `person pin NAME` has to ask for.
///
/// # Errors
/// A refusal when nobody or several are named, or when somebody else has a PIN already (that is a reset).
pub fn person_pin_asks(at: At<'_>, who: &str) -> Result<PinAsks, ActError> {
    let person = one_person(at.store, who)?;
    match person.has_pin {
        true if person.id == at.actor.id => Ok(PinAsks::OldAndNew),
        true => Err(ActError::refuse("use_reset", phrase!(W::OfficePinUseReset, person.name))),
        false => Ok(PinAsks::New),
    }
}

/// `person pin NAME`: changes the own PIN (with the old one), or gives somebody the first.
pub fn person_pin(at: At<'_>, who: &str, old: Option<&str>, new: &str, again: &str) -> Answer {
    Answer::of(try_person_pin(at, who, old, new, again), at.lang)
}

fn try_person_pin(at: At<'_>, who: &str, old: Option<&str>, new: &str, again: &str) -> Result<Vec<String>, ActError> {
    let asks = person_pin_asks(at, who)?;
    let person = one_person(at.store, who)?;
    match asks {
        PinAsks::OldAndNew => {
            let prepared = pin::prepare_change(old.unwrap_or_default(), new, again, at.min_digits()?)?;
            let attempt = look_id(at.store.conn(), at.now, person.id, old.unwrap_or_default())?;
            let who = attempt.actor(&at.actor.os_user);
            let done = at
                .store
                .act(&who, at.now, "pin_change", Wait::Patient, |tx| reset::change_own(tx, &attempt, &prepared))?;
            done.into_result()?;
            Ok(vec![at.say(phrase!(W::OfficeSaidPinChanged, person.name))])
        }
        PinAsks::New => {
            let prepared = pin::prepare(new, again, at.min_digits()?)?;
            let done = at
                .store
                .act(at.actor, at.now, "pin_set", Wait::Patient, |tx| reset::set_for(tx, person.id, &prepared))?;
            Ok(vec![at.say(pin_set_words(&done))])
        }
    }
}

/// What setting somebody's PIN did, in words.
pub fn pin_set_words(person: &Person) -> Phrase {
    let word = if person.pin_must_change { W::OfficeSaidPinReset } else { W::OfficeSaidPinChanged };
    Phrase::new(word, [Arg::from(person.name.as_str())])
}

/// Whether `person reset NAME` asks nobody for a PIN: the caller owns the store file, and NAME is the only enabled
/// leader or the only enabled admin. `uid` is the caller's effective user id.
///
/// # Errors
/// A refusal when nobody or several are named; what the operating system says about the file.
pub fn owner_may_reset(store: &Store, who: &str, uid: u32) -> Result<bool, ActError> {
    let person = one_person(store, who)?;
    let owner = std::fs::metadata(store.path()).map_err(anyhow::Error::from)?.uid();
    Ok(owner == uid && reset::is_only_one(&store::all(store.conn())?, &person))
}

/// `person reset NAME` by an admin who gave a PIN.
pub fn person_reset(at: At<'_>, who: &str, new: &str, again: &str) -> Answer {
    let done = (|| {
        let person = one_person(at.store, who)?;
        let prepared = pin::prepare(new, again, at.min_digits()?)?;
        at.store.act(at.actor, at.now, "pin_reset", Wait::Patient, |tx| reset::set_for(tx, person.id, &prepared))
    })();
    Answer::of(done.map(|p: Person| vec![at.say(pin_set_words(&p))]), at.lang)
}

/// `person reset NAME` by the owner of the store file; see [`owner_may_reset`].
pub fn person_reset_by_owner(at: At<'_>, uid: u32, who: &str, new: &str, again: &str) -> Answer {
    let done = (|| {
        let person = one_person(at.store, who)?;
        if !owner_may_reset(at.store, who, uid)? {
            return Err(ActError::refuse("not_the_only_one", phrase!(W::OfficeResetNotOnly, person.name)));
        }
        let prepared = pin::prepare(new, again, at.min_digits()?)?;
        let nobody = Actor { os_user: at.actor.os_user.clone(), ..Actor::default() };
        at.store.act(&nobody, at.now, "pin_reset", Wait::Patient, |tx| reset::reset_by_owner(tx, person.id, &prepared))
    })();
    Answer::of(done.map(|p: Person| vec![at.say(phrase!(W::OfficeSaidOwnerReset, p.name))]), at.lang)
}

/// `calendar show [YEAR]`.
pub fn calendar_show(at: At<'_>, year: Option<i32>) -> Answer {
    let lines = reference::rulebook(at.store).map_err(ActError::from).map(|rules| {
        let shown = year.map_or_else(|| years(&rules, clock::day_of(at.now)), |year| vec![year]);
        shown.into_iter().flat_map(|year| year_lines(&rules.calendar, year, at.lang)).collect()
    });
    Answer::of(lines, at.lang)
}

/// `calendar add FILE`, given the file's bytes: what it changes, then what it moved. Repeating it after a crash goes on
/// with the cases that were not reached.
pub fn calendar_add(at: At<'_>, bytes: &[u8]) -> Answer {
    Answer::of(try_calendar_add(at, bytes), at.lang)
}

fn try_calendar_add(at: At<'_>, bytes: &[u8]) -> Result<Vec<String>, ActError> {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(ActError::refuse_field("calendar_file", "path", W::ReferenceFileNotUtf8));
    };
    let plan = calendars::plan(&reference::rulebook(at.store)?.calendar, text)?;
    let mut lines: Vec<String> = plan.changes.iter().map(|change| at.say(change_words(change))).collect();
    if plan.standing == Standing::New {
        at.store.act(at.actor, at.now, "calendar_add", Wait::Patient, |tx| calendars::add(tx, &plan))?;
        lines.push(at.say(added_words(&plan.file, plan.changes.len())));
    } else {
        lines.push(at.say(phrase!(W::ReferenceKnown, i64::from(plan.file.year), plan.file.edition.clone())));
        if !super::rules::may(at.actor, Right::Calendars) {
            return Ok(lines);
        }
    }
    let done = calendars::recompute(at.store, at.actor, at.now, |_, _| true)?;
    lines.push(at.say(recomputed_words(done)));
    Ok(lines)
}

/// What adding a file did, in words.
pub fn added_words(file: &YearFile, changes: usize) -> Phrase {
    phrase!(W::ReferenceAdded, i64::from(file.year), file.edition.clone(), i64::try_from(changes).unwrap_or(0))
}

/// What recomputing did, in words.
pub fn recomputed_words(done: Recomputed) -> Phrase {
    phrase!(W::ReferenceRecomputed, done.looked_at, done.moved)
}

/// Who acts as `--as PERSON` with a PIN.
///
/// # Errors
/// A refusal in words, or what SQLite says.
pub fn act_as(store: &Store, now: i64, os_user: &str, who: &str, typed: &str) -> Result<Actor, ActError> {
    let person = one_person(store, who)?;
    verify_pin(store, now, os_user, person.id, typed, ("command", Wait::Patient))
}

/// Roles as written on the command line, such as `clerk` or `leader`; several by repetition or commas.
///
/// # Errors
/// A finding that lists the roles there are.
pub fn parse_roles(texts: &[String]) -> Result<Roles, Findings> {
    use crate::kernel::roles::Role;
    let mut roles = Roles::NONE;
    for part in texts.iter().flat_map(|t| t.split(',')).map(str::trim).filter(|p| !p.is_empty()) {
        let known = Role::from_code(part).or_else(|| {
            let word =
                |role: &Role| [Lang::Zh, Lang::En].iter().any(|lang| store::role_word(*role).text(*lang) == part);
            Role::ALL.into_iter().find(word)
        });
        match known {
            Some(role) => roles = roles.with(role),
            None => {
                let all = Arg::list(Role::ALL.iter().map(|role| role.code()));
                return Err(Finding::block("role", "roles", phrase!(W::OfficeRoleUnknown, part, all)).into());
            }
        }
    }
    Ok(roles)
}
