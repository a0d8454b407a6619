//! The people of the practice office, added by the acts a real office is opened with.

use super::claims::Source;
use super::data::{Colleague, People};
use crate::db::{ActError, ActTx, Actor, Store, Wait, meta};
use crate::kernel::money::Fen;
use crate::kernel::roles::{Role, Roles};
use crate::kernel::settings::PIN_DIGITS;
use crate::office::people::{self, NewPerson};
use crate::office::{pin, reset, store};
use crate::reference::store::rulebook;
use anyhow::Context;
use serde_json::json;
use std::collections::BTreeMap;

/// What the journal of a practice store names as the operating-system user: nobody typed what was lived there, and the
/// same seed gives the same journal on every machine.
pub const OS_USER: &str = "practice";

/// Those who act, by 工号.
#[derive(Debug)]
pub struct Cast {
    actors: BTreeMap<String, Actor>,
}

impl Cast {
    /// Somebody by 工号.
    ///
    /// # Errors
    /// When the office has nobody of that number.
    pub fn of(&self, staff_no: &str) -> anyhow::Result<&Actor> {
        self.actors.get(staff_no).with_context(|| format!("the practice office has no {staff_no}"))
    }
}

/// An act of somebody, on a store nobody else has open.
///
/// # Errors
/// Why it was refused, in one text.
pub fn act<T>(
    store: &Store,
    actor: &Actor,
    at: i64,
    name: &'static str,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> anyhow::Result<T> {
    store.act(actor, at, name, Wait::Patient, body).map_err(|error| match error {
        ActError::Refused(found) => {
            let words: Vec<String> = found.iter().map(|f| f.what.say(crate::kernel::words::Lang::En)).collect();
            anyhow::anyhow!("{name} was refused: {}", words.join("; "))
        }
        other => anyhow::anyhow!("{name}: {other}"),
    })
}

/// Opens the office at a moment: its marks, its name, its people and their PIN.
///
/// # Errors
/// When the store cannot be written.
pub fn open(store: &Store, source: &Source, at: i64, now: i64) -> anyhow::Result<Cast> {
    let cast = &source.data.people;
    let nobody = Actor { os_user: OS_USER.to_owned(), unpeopled: true, ..Actor::default() };
    let digits = rulebook(store)?.settings.number(PIN_DIGITS, at);
    let new = pin::prepare(&cast.pin, &cast.pin, digits)
        .map_err(|found| anyhow::anyhow!("the shared PIN: {}", found.codes()))?;
    let opens = act(store, &nobody, at, "first_run", |tx| {
        meta::set(tx.conn(), meta::PRACTICE_CLOCK, &now.to_string())?;
        meta::set(tx.conn(), meta::PRACTICE_PIN, &cast.pin)?;
        // Named first, so that the one who opens the office has the 工号 of the data file.
        let opens = name_one(tx, &cast.opens.name, Some(&cast.opens.staff_no))?;
        people::first_run(tx, &cast.office, &opens, &new)
    })?;
    let opens = store::actor(&opens, OS_USER);
    act(store, &opens, at + 60, "person_add", |tx| {
        for colleague in &cast.person {
            people::add(tx, &new_person(colleague), None)?;
        }
        named(tx, cast)
    })?;
    act(store, &opens, at + 120, "pin_set", |tx| reset::share_pin(tx, &new))?;
    let all = store::all(store.conn())?;
    let actors = all.iter().map(|person| (person.staff_no.clone(), store::actor(person, OS_USER))).collect();
    Ok(Cast { actors })
}

fn new_person(colleague: &Colleague) -> NewPerson {
    NewPerson {
        name: colleague.name.clone(),
        staff_no: colleague.staff_no.clone(),
        roles: colleague.roles.iter().filter_map(|code| Role::from_code(code)).collect(),
        limit: colleague.limit.map(Fen::from_yuan),
    }
}

/// Those who are named on cases are persons of the office too, as the first file would have made them.
fn named(tx: &mut ActTx<'_>, cast: &People) -> Result<(), ActError> {
    let lists = [&cast.named.surveyors, &cast.named.assessors, &cast.named.verifiers, &cast.named.adjusters];
    for name in lists.into_iter().flatten() {
        name_one(tx, name, None)?;
    }
    Ok(())
}

fn name_one(tx: &mut ActTx<'_>, name: &str, staff_no: Option<&str>) -> Result<String, ActError> {
    let person = store::insert(tx.conn(), name, staff_no, Roles::NONE, None, tx.now)?;
    let row = json!({ "name": person.name, "staff_no": person.staff_no, "roles": [], "source": OS_USER });
    tx.journal_as("person_named", &format!("person {}", person.staff_no), 0, &row)?;
    Ok(person.name)
}
