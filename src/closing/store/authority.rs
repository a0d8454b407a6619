//! By what authority a person may sign for an amount, read from people and deputies as they stand now.

use crate::db::Connection;
use crate::kernel::money::Fen;
use crate::office::authority::{SignAuthority, may_sign};
use crate::office::deputies::deputies_for;
use crate::office::store::Person;

/// The authority of a person for an amount at a moment: the person's own as leader, else as deputy of one.
///
/// # Errors
/// What SQLite says.
pub fn authority(conn: &Connection, person: &Person, payable: Fen, at: i64) -> rusqlite::Result<SignAuthority> {
    Ok(may_sign(person, &deputies_for(conn, person.id, at)?, payable, at))
}

/// How many enabled leaders can sign in.
///
/// # Errors
/// What SQLite says.
pub fn leaders(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "SELECT COUNT(*) FROM person p JOIN person_role r ON r.person_id = p.id \
         WHERE r.role = 'leader' AND p.enabled = 1 AND p.pin_hash <> ''",
    )?
    .query_row([], |row| row.get(0))
}
