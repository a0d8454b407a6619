//! Writes changes of people: name, 工号, roles, limit, enabled. Journals nothing: part of an act.

use super::Person;
use crate::db::Connection;
use crate::kernel::text;
use rusqlite::params;

/// Writes everything of a person but the PIN.
///
/// # Errors
/// What SQLite says; a 工号 that is taken violates its index.
pub fn write(conn: &Connection, person: &Person) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE person SET staff_no = $1, name = $2, name_key = $3, enabled = $4, sign_limit = $5 WHERE id = $6",
    )?
    .execute(params![
        person.staff_no,
        person.name,
        text::fold_name(&person.name).as_ref(),
        person.enabled,
        person.sign_limit.map(|l| l.fen()),
        person.id
    ])?;
    conn.prepare_cached("DELETE FROM person_role WHERE person_id = $1")?.execute([person.id])?;
    for role in person.roles.iter() {
        conn.prepare_cached("INSERT INTO person_role (person_id, role) VALUES ($1, $2)")?
            .execute(params![person.id, role.code()])?;
    }
    Ok(())
}
