//! Keeps people, their roles and deputies; reads who acts as the store knows it now.

pub mod change;
pub mod deputies;
pub mod pins;
pub mod prints;
pub mod private;
pub mod settings;

use super::rules::{self, Right};
use crate::db::{ActError, ActTx, Actor, Connection};
use crate::kernel::clock;
use crate::kernel::code::{Code, CodeKind};
use crate::kernel::money::Fen;
use crate::kernel::roles::{Role, Roles};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use chrono::Datelike;
use rusqlite::{OptionalExtension, params};

/// A person: everyone named on a case, with or without sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Key in the store.
    pub id: i64,
    /// 工号
    pub staff_no: String,
    /// Name.
    pub name: String,
    /// May sign in and be named.
    pub enabled: bool,
    /// Has a PIN.
    pub has_pin: bool,
    /// Must choose a new PIN at the next sign-in.
    pub pin_must_change: bool,
    /// Who reset the PIN, for the person to be told; empty when nobody did.
    pub pin_reset_by: String,
    /// Failed sign-ins in a row.
    pub failures: i64,
    /// No sign-in before this moment.
    pub retry_at: i64,
    /// Largest payable the person may sign off; none = no limit.
    pub sign_limit: Option<Fen>,
    /// Roles.
    pub roles: Roles,
}

const COLUMNS: &str =
    "id, staff_no, name, enabled, pin_hash <> '', pin_must_change, pin_reset_by, failures, retry_at, sign_limit";

fn person_at(row: &rusqlite::Row<'_>) -> rusqlite::Result<Person> {
    Ok(Person {
        id: row.get(0)?,
        staff_no: row.get(1)?,
        name: row.get(2)?,
        enabled: row.get(3)?,
        has_pin: row.get(4)?,
        pin_must_change: row.get(5)?,
        pin_reset_by: row.get(6)?,
        failures: row.get(7)?,
        retry_at: row.get(8)?,
        sign_limit: row.get::<_, Option<i64>>(9)?.map(Fen::from_fen),
        roles: Roles::NONE,
    })
}

/// The roles of a person.
///
/// # Errors
/// What SQLite says.
pub fn roles(conn: &Connection, person_id: i64) -> rusqlite::Result<Roles> {
    conn.prepare_cached("SELECT role FROM person_role WHERE person_id = $1")?
        .query_map([person_id], |row| row.get::<_, String>(0))?
        .map(|role| role.map(|code| Role::from_code(&code)))
        .filter_map(Result::transpose)
        .collect()
}

fn with_roles(conn: &Connection, person: Option<Person>) -> rusqlite::Result<Option<Person>> {
    person.map(|person| Ok(Person { roles: roles(conn, person.id)?, ..person })).transpose()
}

/// The person with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Person>> {
    let found = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM person WHERE id = $1"))?
        .query_row([id], person_at)
        .optional()?;
    with_roles(conn, found)
}

/// The person with this 工号.
///
/// # Errors
/// What SQLite says.
pub fn by_staff_no(conn: &Connection, staff_no: &str) -> rusqlite::Result<Option<Person>> {
    let found = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM person WHERE staff_no = $1"))?
        .query_row([text::fold(staff_no).as_ref()], person_at)
        .optional()?;
    with_roles(conn, found)
}

/// The code of a person's badge: a person has one, made of the year they were entered and their key.
///
/// # Errors
/// What SQLite says.
pub fn badge(conn: &Connection, id: i64) -> rusqlite::Result<Option<Code>> {
    let created: Option<i64> = conn
        .prepare_cached("SELECT created_at FROM person WHERE id = $1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    Ok(created
        .zip(u32::try_from(id).ok())
        .and_then(|(at, serial)| Code::new(CodeKind::Person, clock::day_of(at).year(), serial)))
}

/// The person whose badge has this code.
///
/// # Errors
/// What SQLite says.
pub fn by_badge(conn: &Connection, code: &Code) -> rusqlite::Result<Option<Person>> {
    let id = i64::from(code.serial());
    if badge(conn, id)?.as_ref() == Some(code) { by_id(conn, id) } else { Ok(None) }
}

/// Everyone, by 工号.
///
/// # Errors
/// What SQLite says.
pub fn all(conn: &Connection) -> rusqlite::Result<Vec<Person>> {
    let people: Vec<Person> = conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM person ORDER BY staff_no"))?
        .query_map([], person_at)?
        .collect::<rusqlite::Result<_>>()?;
    people.into_iter().map(|p| Ok(Person { roles: roles(conn, p.id)?, ..p })).collect()
}

/// Whom a text names: by 工号, else by folded name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// Nobody.
    Nobody,
    /// One person.
    One(i64),
    /// Several persons share the name.
    Several(Vec<i64>),
}

/// Finds whom a text names.
///
/// # Errors
/// What SQLite says.
pub fn named(conn: &Connection, who: &str) -> rusqlite::Result<Named> {
    let folded = text::fold(who);
    if folded.is_empty() {
        return Ok(Named::Nobody);
    }
    let by_no: Option<i64> = conn
        .prepare_cached("SELECT id FROM person WHERE staff_no = $1")?
        .query_row([folded.as_ref()], |row| row.get(0))
        .optional()?;
    if let Some(id) = by_no {
        return Ok(Named::One(id));
    }
    let ids: Vec<i64> = conn
        .prepare_cached("SELECT id FROM person WHERE name_key = $1 ORDER BY id LIMIT 20")?
        .query_map([text::fold_name(who).as_ref()], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(match ids.as_slice() {
        [] => Named::Nobody,
        [one] => Named::One(*one),
        _ => Named::Several(ids),
    })
}

/// Whether an enabled person has a PIN: only then does the store ask who acts.
///
/// # Errors
/// What SQLite says.
pub fn has_people(conn: &Connection) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM person WHERE enabled = 1 AND pin_hash <> '' LIMIT 1")?.exists([])
}

/// Writes a person; the 工号 is the next free one when none is given. Journals nothing: part of an act.
///
/// # Errors
/// A refusal when the 工号 is taken; else what SQLite says.
pub fn insert(
    conn: &Connection,
    name: &str,
    staff_no: Option<&str>,
    roles: Roles,
    limit: Option<Fen>,
    now: i64,
) -> Result<Person, ActError> {
    let staff_no = match staff_no.map(text::fold) {
        Some(given) if !given.is_empty() => given.into_owned(),
        _ => next_staff_no(conn)?,
    };
    if by_staff_no(conn, &staff_no)?.is_some() {
        return Err(ActError::refuse_field(
            "staff_no_taken",
            "staff_no",
            Phrase::new(W::OfficeStaffNoTaken, [Arg::Text(staff_no)]),
        ));
    }
    let id: i64 = conn
        .prepare_cached(
            "INSERT INTO person (staff_no, name, name_key, enabled, pin_hash, pin_must_change, pin_reset_by, failures, \
             retry_at, sign_limit, created_at) VALUES ($1, $2, $3, 1, '', 0, '', 0, 0, $4, $5) RETURNING id",
        )?
        .query_row(
            params![staff_no, text::fold(name).as_ref(), text::fold_name(name).as_ref(), limit.map(|l| l.fen()), now],
            |row| row.get(0),
        )?;
    for role in roles.iter() {
        conn.prepare_cached("INSERT INTO person_role (person_id, role) VALUES ($1, $2)")?
            .execute(params![id, role.code()])?;
    }
    by_id(conn, id)?.ok_or_else(|| ActError::Other(anyhow::anyhow!("a person just written is not there")))
}

fn next_staff_no(conn: &Connection) -> Result<String, ActError> {
    loop {
        let number = crate::db::meta::count(conn, "person.staff_no", 1)?;
        let staff_no = format!("{}", 1_000 + number);
        if by_staff_no(conn, &staff_no)?.is_none() {
            return Ok(staff_no);
        }
    }
}

/// The person as somebody who acts.
pub fn actor(person: &Person, os_user: &str) -> Actor {
    Actor {
        id: person.id,
        staff_no: person.staff_no.clone(),
        name: person.name.clone(),
        roles: person.roles,
        sign_limit: person.sign_limit,
        os_user: os_user.to_owned(),
        unpeopled: false,
    }
}

/// Checks inside an act that whoever acts still may, as the store knows the person now.
///
/// # Errors
/// A refusal that names the right's roles.
pub fn require(tx: &ActTx<'_>, right: Right) -> Result<Actor, ActError> {
    if tx.actor.unpeopled {
        // The store may have got people since this program was started.
        if has_people(tx.conn())? {
            return Err(ActError::refuse("sign_in", W::OfficeSignInFirst));
        }
        return Ok(tx.actor.clone());
    }
    let person = by_id(tx.conn(), tx.actor.id)?.filter(|p| p.enabled);
    let Some(person) = person else { return Err(ActError::refuse("sign_in", W::OfficeSignInFirst)) };
    let now = actor(&person, &tx.actor.os_user);
    if rules::may(&now, right) {
        return Ok(now);
    }
    let roles = right.roles().iter().map(|role| Arg::Word(role_word(role))).collect();
    Err(ActError::refuse("right", Phrase::new(W::OfficeRightMissing, [Arg::Text(person.name), Arg::List(roles)])))
}

/// Why whoever is signed in may not do this, in the words of a screen that name the roles; none when they may.
pub fn lacking(actor: &Actor, right: Right, word: W) -> Option<Phrase> {
    let roles = right.roles().iter().map(|role| Arg::Word(role_word(role))).collect();
    (!rules::may(actor, right)).then(|| Phrase::new(word, [Arg::List(roles)]))
}

/// The word for a role.
pub fn role_word(role: Role) -> W {
    match role {
        Role::Clerk => W::OfficeRoleClerk,
        Role::Precheck => W::OfficeRolePrecheck,
        Role::Cashier => W::OfficeRoleCashier,
        Role::Reviewer => W::OfficeRoleReviewer,
        Role::Archivist => W::OfficeRoleArchivist,
        Role::Keeper => W::OfficeRoleKeeper,
        Role::Leader => W::OfficeRoleLeader,
        Role::Admin => W::OfficeRoleAdmin,
        Role::Auditor => W::OfficeRoleAuditor,
    }
}

/// Name of a person with the 工号 beside it where two share the name; empty for nobody.
///
/// # Errors
/// What SQLite says.
pub fn label(conn: &Connection, id: Option<i64>) -> rusqlite::Result<String> {
    let Some(person) = id.map(|id| by_id(conn, id)).transpose()?.flatten() else { return Ok(String::new()) };
    Ok(match named(conn, &person.name)? {
        Named::Several(_) => format!("{} {}", person.name, person.staff_no),
        _ => person.name,
    })
}
