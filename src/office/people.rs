//! Acts on people: the first run, adding, changing, disabling; the rules on the last leader and on two persons.

use super::pin::NewPin;
use super::reset::codes;
use super::rules::Right;
use super::sign_in::subject;
use super::store::{self, Person, change, pins};
use crate::db::{ActError, ActTx, Actor, Connection, meta};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::roles::{Role, Roles};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::phrase;
use serde_json::{Value, json};

/// Longest name of a person or an office, in characters.
const NAME_CHARS: usize = 40;

/// Somebody to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Name.
    pub name: String,
    /// 工号; empty = the next free number.
    pub staff_no: String,
    /// Roles.
    pub roles: Roles,
    /// Largest payable a leader may sign off; none = no limit.
    pub limit: Option<Fen>,
}

/// The person with this key.
///
/// # Errors
/// A refusal when there is none, or what SQLite says.
pub fn require_person(conn: &Connection, id: i64) -> Result<Person, ActError> {
    store::by_id(conn, id)?.ok_or_else(|| ActError::refuse("nobody", W::OfficePersonUnknown))
}

/// How many leaders could sign in: with two of them, rights change only by two persons.
pub fn leaders(people: &[Person]) -> usize {
    people.iter().filter(|p| p.enabled && p.has_pin && p.roles.has(Role::Leader)).count()
}

/// Whether a change of a person needs a second leader: a new leader, a change of roles or of the limit, once the
/// office has two leaders (domain §12). `before` is none for somebody added.
pub fn needs_second(before: Option<&Person>, after: &Person, people: &[Person]) -> bool {
    let rights_change = match before {
        None => after.roles.has(Role::Leader),
        Some(was) => {
            let led = was.enabled && was.roles.has(Role::Leader);
            was.roles != after.roles
                || was.sign_limit != after.sign_limit
                || !led && after.enabled && after.roles.has(Role::Leader)
        }
    };
    rights_change && leaders(people) >= 2
}

/// What is wrong with somebody as they are to be.
pub fn check(before: Option<&Person>, after: &Person, people: &[Person]) -> Findings {
    let mut found = Findings::new();
    if let Some(problem) = name_problem(&after.name) {
        found.push(Finding::block("name", "name", problem));
    }
    if after.staff_no.is_empty()
        || !after.staff_no.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        || after.staff_no.len() > 20
    {
        found.push(Finding::block("staff_no", "staff_no", W::OfficeStaffNoShape));
    } else if people.iter().any(|p| p.staff_no == after.staff_no && p.id != after.id) {
        found.push(Finding::block(
            "staff_no_taken",
            "staff_no",
            phrase!(W::OfficeStaffNoTaken, after.staff_no.clone()),
        ));
    }
    if after.sign_limit.is_some() && !after.roles.has(Role::Leader) {
        found.push(Finding::block("limit_leader", "limit", W::OfficeLimitLeaderOnly));
    }
    if after.sign_limit.is_some_and(Fen::is_negative) {
        found.push(Finding::block("limit_negative", "limit", W::OfficeLimitNegative));
    }
    for role in [Role::Leader, Role::Admin] {
        if before.is_some_and(|was| is_last(was, role, people)) && !(after.enabled && after.roles.has(role)) {
            let field = if after.enabled { "roles" } else { "enabled" };
            found.push(Finding::block(
                "last_one",
                field,
                phrase!(W::OfficeLastOne, after.name.clone(), store::role_word(role)),
            ));
        }
    }
    found
}

/// Whether the person is the last who could sign in with a role.
fn is_last(person: &Person, role: Role, people: &[Person]) -> bool {
    let holds = |p: &Person| p.enabled && p.has_pin && p.roles.has(role);
    holds(person) && !people.iter().any(|p| p.id != person.id && holds(p))
}

fn name_problem(name: &str) -> Option<W> {
    if name.is_empty() {
        return Some(W::OfficeNameMissing);
    }
    let long = name.chars().nth(NAME_CHARS).is_some();
    (long || text::outside_text_problem(name).is_some()).then_some(W::OfficeNameShape)
}

/// Checks inside an act that the second person is another leader who could sign in.
fn require_second(tx: &ActTx<'_>, actor: &Actor, second: Option<&Actor>) -> Result<String, ActError> {
    let Some(second) = second else { return Err(ActError::refuse("second_person", W::OfficeSecondNeeded)) };
    let person = require_person(tx.conn(), second.id)?;
    if person.id == actor.id || !person.enabled || !person.has_pin || !person.roles.has(Role::Leader) {
        return Err(ActError::refuse("second_person", W::OfficeSecondNeeded));
    }
    Ok(person.staff_no)
}

/// What is wrong with the two names of the first run.
pub fn first_run_findings(office_name: &str, leader_name: &str) -> Findings {
    let mut found = Findings::new();
    for (field, name) in [("office", office_name), ("leader", leader_name)] {
        let problem = match name_problem(&text::fold(name)) {
            Some(W::OfficeNameMissing) if field == "office" => Some(W::OfficeOfficeNameMissing),
            problem => problem,
        };
        if let Some(problem) = problem {
            found.push(Finding::block("name", field, problem));
        }
    }
    found
}

/// Opens an office: its name, its first leader, who is also admin, and the leader's PIN.
///
/// # Errors
/// A refusal when somebody can already sign in or a name is wrong; else what SQLite says.
pub fn first_run(tx: &mut ActTx<'_>, office_name: &str, leader_name: &str, new: &NewPin) -> Result<Person, ActError> {
    if store::has_people(tx.conn())? {
        return Err(ActError::refuse("has_people", W::OfficeFirstRunDone));
    }
    let office = text::fold(office_name).into_owned();
    let leader = text::fold(leader_name).into_owned();
    let found = first_run_findings(&office, &leader);
    if found.blocking() {
        return Err(found.into());
    }
    let roles: Roles = [Role::Leader, Role::Admin].into_iter().collect();
    let (person, row) = match named_on_cases(tx.conn(), &leader)? {
        Some(known) => {
            let after = Person { roles, ..known.clone() };
            change::write(tx.conn(), &after)?;
            let row = changes(&known, &after);
            (after, row)
        }
        None => {
            let person = store::insert(tx.conn(), &leader, None, roles, None, tx.now)?;
            let row = whole(&person);
            (person, row)
        }
    };
    pins::set(tx.conn(), person.id, new.hash(), None)?;
    let office_was = meta::get(tx.conn(), meta::OFFICE_NAME)?.unwrap_or_default();
    meta::set(tx.conn(), meta::OFFICE_NAME, &office)?;
    tx.journal("office", 0, &json!({ "name": office, "name_was": office_was }))?;
    tx.journal_as("person_add", &subject(&person), 0, &row)?;
    tx.journal_as("pin_set", &subject(&person), 0, &json!({ "had_pin": 0, "must_change": 0 }))?;
    require_person(tx.conn(), person.id)
}

/// The only person of this name, if known from cases alone: without roles and without a PIN.
fn named_on_cases(conn: &Connection, name: &str) -> Result<Option<Person>, ActError> {
    let store::Named::One(id) = store::named(conn, name)? else { return Ok(None) };
    let known = require_person(conn, id)?;
    let same = text::fold_name(&known.name) == text::fold_name(name);
    Ok((same && known.roles.is_empty() && !known.has_pin).then_some(known))
}

/// Adds a person. Somebody of that name who is known from cases alone becomes this person: two entries for one human
/// would let one human pass as two wherever two persons are asked for.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn add(tx: &mut ActTx<'_>, new: &NewPerson, second: Option<&Actor>) -> Result<Person, ActError> {
    let actor = store::require(tx, Right::People)?;
    let people = store::all(tx.conn())?;
    let name = text::fold(&new.name).into_owned();
    let known = if name.is_empty() { None } else { named_on_cases(tx.conn(), &name)? };
    let typed_no = text::fold(&new.staff_no).into_owned();
    let after = Person {
        id: known.as_ref().map_or(0, |k| k.id),
        staff_no: match (&known, typed_no.is_empty()) {
            (Some(known), true) => known.staff_no.clone(),
            // The next free number is given by the store once nothing else is wrong.
            (None, true) => "-".to_owned(),
            _ => typed_no.clone(),
        },
        name,
        enabled: true,
        has_pin: false,
        pin_must_change: false,
        pin_reset_by: String::new(),
        failures: 0,
        retry_at: 0,
        sign_limit: new.limit,
        roles: new.roles,
    };
    let mut found = check(None, &after, &people);
    if new.roles.is_empty() {
        found.push(Finding::block("roles", "roles", W::OfficeRolesMissing));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let second =
        if needs_second(known.as_ref(), &after, &people) { require_second(tx, &actor, second)? } else { String::new() };
    let (person, mut row) = match known {
        Some(known) => {
            change::write(tx.conn(), &after)?;
            let row = changes(&known, &after);
            (after, row)
        }
        None => {
            let no = Some(typed_no.as_str()).filter(|no| !no.is_empty());
            let person = store::insert(tx.conn(), &after.name, no, after.roles, after.sign_limit, tx.now)?;
            let row = whole(&person);
            (person, row)
        }
    };
    row["second"] = Value::from(second);
    tx.journal(&subject(&person), 0, &row)?;
    require_person(tx.conn(), person.id)
}

/// Changes a person from what the form showed to what was typed: name, 工号, roles, limit, enabled.
///
/// # Errors
/// A refusal with every finding; "stale" when somebody else changed the person meanwhile; else what SQLite says.
pub fn change(tx: &mut ActTx<'_>, seen: &Person, after: &Person, second: Option<&Actor>) -> Result<Person, ActError> {
    let actor = store::require(tx, Right::People)?;
    let before = require_person(tx.conn(), seen.id)?;
    let facts = |p: &Person| (p.staff_no.clone(), p.name.clone(), p.enabled, p.sign_limit, p.roles);
    if facts(&before) != facts(seen) {
        return Err(ActError::refuse("stale", phrase!(W::OfficePersonStale, before.name.clone())));
    }
    let after = Person {
        staff_no: text::fold(&after.staff_no).into_owned(),
        name: text::fold(&after.name).into_owned(),
        enabled: after.enabled,
        sign_limit: after.sign_limit,
        roles: after.roles,
        ..before.clone()
    };
    let people = store::all(tx.conn())?;
    let mut found = check(Some(&before), &after, &people);
    if before.roles.is_empty() != after.roles.is_empty() && after.roles.is_empty() && before.has_pin {
        found.push(Finding::block("roles", "roles", W::OfficeRolesMissing));
    }
    if facts(&before) == facts(&after) {
        found.push(Finding::block("same", None, W::OfficeNothingChanged));
    }
    if before.has_pin && before.staff_no != after.staff_no {
        // The journal names who acted by 工号, and it is never rewritten.
        found.push(Finding::block("staff_no_fixed", "staff_no", W::OfficeStaffNoFixed));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let second =
        if needs_second(Some(&before), &after, &people) { require_second(tx, &actor, second)? } else { String::new() };
    change::write(tx.conn(), &after)?;
    let mut row = changes(&before, &after);
    row["second"] = Value::from(second);
    let act = match (before.enabled, after.enabled) {
        (true, false) => "person_disable",
        (false, true) => "person_enable",
        _ => "person_change",
    };
    tx.journal_as(act, &subject(&after), 0, &row)?;
    require_person(tx.conn(), after.id)
}

/// Disables or enables a person.
///
/// # Errors
/// As [`change`].
pub fn set_enabled(
    tx: &mut ActTx<'_>,
    person_id: i64,
    enabled: bool,
    second: Option<&Actor>,
) -> Result<Person, ActError> {
    let seen = require_person(tx.conn(), person_id)?;
    let after = Person { enabled, ..seen.clone() };
    change(tx, &seen, &after, second)
}

fn limit_value(limit: Option<Fen>) -> Value {
    limit.map_or(Value::Null, |l| Value::from(l.fen()))
}

fn whole(person: &Person) -> Value {
    json!({
        "name": person.name,
        "staff_no": person.staff_no,
        "enabled": person.enabled,
        "roles": codes(person.roles),
        "sign_limit": limit_value(person.sign_limit),
    })
}

/// What differs, with the old value beside the new one.
fn changes(before: &Person, after: &Person) -> Value {
    let (old, mut new) = (whole(before), whole(after));
    let mut row = json!({});
    if let (Some(old), Some(new)) = (old.as_object(), new.as_object_mut()) {
        for (key, value) in old {
            if let Some(now) = new.remove(key).filter(|now| now != value) {
                row[key] = now;
                row[format!("{key}_was")] = value.clone();
            }
        }
    }
    row
}

/// The words for somebody's roles.
pub fn roles_arg(roles: Roles) -> Arg {
    Arg::List(roles.iter().map(|role| Arg::Word(store::role_word(role))).collect())
}
