//! Finds the persons behind typed names, and creates those nobody has named before.

use crate::case::facts::Facts;
use crate::closing::rules::entry::field;
use crate::closing::rules::{Entry, Named, Who};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::roles::Roles;
use crate::kernel::text;
use crate::office::store as office;
use serde_json::json;

/// Whom a typed text means: a 工号, else a name.
///
/// # Errors
/// What SQLite says.
pub fn who(conn: &Connection, typed: &str) -> rusqlite::Result<Who> {
    let folded = text::fold(typed);
    Ok(match office::named(conn, &folded)? {
        office::Named::One(id) => Who::One(id),
        office::Named::Several(ids) => {
            let mut numbers = Vec::new();
            for id in ids {
                numbers.extend(office::by_id(conn, id)?.map(|person| person.staff_no));
            }
            Who::Several(folded.into_owned(), numbers)
        }
        office::Named::Nobody if folded.is_empty() => Who::Nobody,
        // A mistyped number must not become a person of that name.
        office::Named::Nobody if folded.chars().all(|c| c.is_ascii_digit()) => Who::NoSuchNumber(folded.into_owned()),
        office::Named::Nobody => Who::New(folded.into_owned()),
    })
}

/// The persons behind an entry.
///
/// # Errors
/// What SQLite says.
pub fn resolve(conn: &Connection, entry: &Entry) -> rusqlite::Result<Named> {
    resolve_through(conn, entry, 4)
}

/// The persons behind the entry's steps up to one; those of later steps are left out.
///
/// # Errors
/// What SQLite says.
pub fn resolve_through(conn: &Connection, entry: &Entry, through: u8) -> rusqlite::Result<Named> {
    let mut named = Named::default();
    let fields = [
        (1, field::SURVEYOR, &entry.surveyor, &mut named.surveyor),
        (3, field::ASSESSOR, &entry.assessor, &mut named.assessor),
        (4, field::VERIFIER, &entry.verifier, &mut named.verifier),
        (4, field::ADJUSTER, &entry.adjuster, &mut named.adjuster),
    ];
    for (step, field, typed, found) in fields {
        if step > through {
            continue;
        }
        *found = who(conn, typed)?;
        if let Who::One(id) = found
            && let Some(person) = office::by_id(conn, *id)?.filter(|person| !person.enabled)
        {
            named.disabled.push((step, field, person.name));
        }
    }
    Ok(named)
}

/// The id of a person, created without sign-in and role when nobody has the name yet.
///
/// # Errors
/// What SQLite says.
pub fn settle(tx: &mut ActTx<'_>, who: &Who) -> Result<Option<i64>, ActError> {
    match who {
        Who::One(id) => Ok(Some(*id)),
        Who::New(name) => {
            // The same new name may stand in two fields of one form; the second finds the person of the first.
            if let office::Named::One(id) = office::named(tx.conn(), name)? {
                return Ok(Some(id));
            }
            let person = office::insert(tx.conn(), name, None, Roles::NONE, None, tx.now)?;
            let payload = json!({"name": person.name, "staff_no": person.staff_no, "roles": [], "sign_in": 0});
            tx.journal_as("person_named", &format!("person {}", person.staff_no), 0, &payload)?;
            Ok(Some(person.id))
        }
        Who::Nobody | Who::Several(..) | Who::NoSuchNumber(_) => Ok(None),
    }
}

/// Name and 工号 of a person, for the facts and the journal; both empty for nobody.
///
/// # Errors
/// What SQLite says.
pub fn known(conn: &Connection, id: Option<i64>) -> rusqlite::Result<(String, String)> {
    let person = id.map(|id| office::by_id(conn, id)).transpose()?.flatten();
    Ok(person.map_or_else(Default::default, |person| (person.name, person.staff_no)))
}

/// What the form starts with for a person: the 工号 where the id is known and the name is shared, else the name.
///
/// # Errors
/// What SQLite says.
pub fn typed(conn: &Connection, id: Option<i64>, name: &str) -> rusqlite::Result<String> {
    let Some(person) = id.map(|id| office::by_id(conn, id)).transpose()?.flatten() else { return Ok(name.to_owned()) };
    Ok(match office::named(conn, &person.name)? {
        office::Named::Several(_) => person.staff_no,
        _ => person.name,
    })
}

/// The four names of the facts as the form starts with them.
///
/// # Errors
/// What SQLite says.
pub fn prefill(
    conn: &Connection,
    facts: &Facts,
    people: crate::case::facts::CasePeople,
) -> rusqlite::Result<[String; 4]> {
    Ok([
        typed(conn, people.surveyor, &facts.surveyor)?,
        typed(conn, people.assessor, &facts.assessor)?,
        typed(conn, people.verifier, &facts.verifier)?,
        typed(conn, people.adjuster, &facts.adjuster)?,
    ])
}
