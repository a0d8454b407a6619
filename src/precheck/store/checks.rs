//! What the invariants of the counter read.

use crate::db::{Connection, journal};
use crate::kernel::roles::Roles;
use crate::office::store as office;
use rusqlite::OptionalExtension;

/// Changes of a person that are looked through.
const MOST_CHANGES: i64 = 200;

/// Keys of up to `limit` cases after one that have instructions, in order.
///
/// # Errors
/// What SQLite says.
pub fn with_instructions(conn: &Connection, after: i64, limit: i64) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached(
        "SELECT DISTINCT i.case_id FROM instruction i WHERE i.case_id > $1 ORDER BY i.case_id LIMIT $2",
    )?
    .query_map([after, limit], |row| row.get(0))?
    .collect()
}

/// Code of a case whose round is pre-checked though nothing was ever chosen for it; cases taken over are left out.
///
/// # Errors
/// What SQLite says.
pub fn prechecked_without_instructions(conn: &Connection) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT c.case_code FROM case_round r JOIN cases c ON c.id = r.case_id WHERE r.prechecked_at IS NOT NULL \
         AND r.taken_over = 0 AND NOT EXISTS (SELECT 1 FROM instruction i WHERE i.case_id = r.case_id) \
         ORDER BY c.id LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}

/// The first waived paper whose maker has none of the roles: code of the case, and who. Somebody whose roles were changed
/// since may have had them then, and in a store without people nobody is named.
///
/// # Errors
/// What SQLite says.
pub fn waived_by_others(conn: &Connection, roles: Roles) -> rusqlite::Result<Option<(String, String)>> {
    let makers: Vec<(String, String)> = conn
        .prepare_cached(
            "SELECT MIN(c.case_code), m.by_no FROM paper_mark m JOIN cases c ON c.id = m.case_id \
             WHERE m.state = 'waived' AND m.by_no <> '' GROUP BY m.by_no ORDER BY m.by_no",
        )?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (code, who) in makers {
        let leads = office::by_staff_no(conn, &who)?.is_some_and(|person| person.roles.any_of(roles));
        let changed = || journal::of_subject(conn, &format!("person {who}"), i64::MAX, MOST_CHANGES);
        if !leads && changed()?.iter().all(|row| row.act != "person_change") {
            return Ok(Some((code, who)));
        }
    }
    Ok(None)
}

/// Code of a case with a mark shown in a visit that is not the case's.
///
/// # Errors
/// What SQLite says.
pub fn stray_mark(conn: &Connection) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT c.case_code FROM paper_mark m JOIN cases c ON c.id = m.case_id WHERE m.visit_id IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM visit_case l WHERE l.visit_id = m.visit_id AND l.case_id = m.case_id) \
         ORDER BY m.id LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}
