//! Keeps the archive's days and weeks: seals, carry-overs, corrections, the roster, draws and what checkers found.

pub mod check;
pub mod draw;
pub mod findings;
pub mod handover;
pub mod roster;
pub mod seal;

use crate::case::store::{CaseFile, load};
use crate::db::{ActError, ActTx, Actor, Connection};
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::{Person, by_id, by_staff_no, require};
use chrono::NaiveDate;

/// The journal's name for a day.
pub fn day_subject(day: NaiveDate) -> String {
    format!("day {day}")
}

/// Who acts, proved to be a person: what is signed needs a name, also in a store that has no people yet.
///
/// # Errors
/// A refusal: no right, nobody signed in.
fn signer(tx: &ActTx<'_>, right: Right) -> Result<Actor, ActError> {
    let actor = require(tx, right)?;
    if actor.id == 0 {
        return Err(ActError::refuse("sign_in", W::OfficeSignInFirst));
    }
    Ok(actor)
}

/// The case with this key, inside an act.
///
/// # Errors
/// A refusal when there is none.
fn case(conn: &Connection, id: i64) -> Result<CaseFile, ActError> {
    load::by_id(conn, id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))
}

/// A person as sheets and lists name them: name and 工号.
///
/// # Errors
/// What SQLite says.
pub fn name_of(conn: &Connection, id: i64) -> rusqlite::Result<String> {
    Ok(by_id(conn, id)?.map_or_else(String::new, |person| full_name(&person)))
}

/// The same by 工号.
///
/// # Errors
/// What SQLite says.
pub fn name_of_no(conn: &Connection, staff_no: &str) -> rusqlite::Result<String> {
    Ok(by_staff_no(conn, staff_no)?.map_or_else(|| staff_no.to_owned(), |person| full_name(&person)))
}

fn full_name(person: &Person) -> String {
    format!("{} {}", person.name, person.staff_no)
}
