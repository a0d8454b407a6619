//! By what authority a person may sign for an amount, read from people and deputies as they stand now.

use crate::closing::rules::sign::Authority;
use crate::db::Connection;
use crate::kernel::money::Fen;
use crate::kernel::roles::Role;
use crate::office::store::{self as office, Person};

/// The authority of a person for an amount at a moment: the person's own as leader, else as deputy of one.
///
/// # Errors
/// What SQLite says.
pub fn authority(conn: &Connection, person: &Person, payable: Fen, at: i64) -> rusqlite::Result<Authority> {
    let mut most: Option<Fen> = None;
    if person.roles.has(Role::Leader) {
        match person.sign_limit {
            None => return Ok(Authority::Own),
            Some(limit) if payable <= limit => return Ok(Authority::Own),
            Some(limit) => most = Some(limit),
        }
    }
    for (leader_id, own) in deputyships(conn, person.id, at)? {
        let Some(leader) =
            office::by_id(conn, leader_id)?.filter(|leader| leader.enabled && leader.roles.has(Role::Leader))
        else {
            continue;
        };
        // A deputy never has more authority than the leader he stands for.
        let limit = match (own, leader.sign_limit) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (one, other) => one.or(other),
        };
        match limit {
            Some(limit) if payable > limit => most = Some(most.map_or(limit, |most| most.max(limit))),
            _ => return Ok(Authority::Deputy { leader: leader_id }),
        }
    }
    Ok(most.map_or(Authority::No, |limit| Authority::AboveLimit { limit }))
}

/// The leaders a person stands for at a moment, each with the deputy's own limit.
fn deputyships(conn: &Connection, person_id: i64, at: i64) -> rusqlite::Result<Vec<(i64, Option<Fen>)>> {
    conn.prepare_cached(
        "SELECT leader_id, sign_limit FROM deputy WHERE deputy_id = $1 AND from_at <= $2 AND to_at >= $3 \
         AND (ended_at IS NULL OR ended_at > $4) ORDER BY id",
    )?
    .query_map([person_id, at, at, at], |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(Fen::from_fen))))?
    .collect()
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
