//! Keeps number, phone and account of people; the last row of a person holds.

use crate::db::Connection;
use rusqlite::{OptionalExtension, params};

/// What is known of a person beside the name; empty = not known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Private {
    /// Number of the identity document.
    pub id_no: String,
    /// Phone.
    pub phone: String,
    /// Account number.
    pub account: String,
}

/// What holds of a person now.
///
/// # Errors
/// What SQLite says.
pub fn latest(conn: &Connection, person_id: i64) -> rusqlite::Result<Private> {
    let row = conn
        .prepare_cached(
            "SELECT id_no, phone, account FROM person_private WHERE person_id = $1 ORDER BY id DESC LIMIT 1",
        )?
        .query_row([person_id], |row| Ok(Private { id_no: row.get(0)?, phone: row.get(1)?, account: row.get(2)? }))
        .optional()?;
    Ok(row.unwrap_or_default())
}

pub(crate) fn insert(conn: &Connection, person_id: i64, new: &Private, at: i64, by_no: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO person_private (person_id, id_no, phone, account, at, by_no) VALUES ($1, $2, $3, $4, $5, $6)",
    )?
    .execute(params![person_id, new.id_no, new.phone, new.account, at, by_no])
    .map(drop)
}

/// The enabled person whose number, phone or account is one of those given, by name, with what matched: 0 the number,
/// 1 the phone, 2 the account. What is empty matches nobody.
///
/// # Errors
/// What SQLite says.
pub fn matching(conn: &Connection, ids: &[&str], phone: &str, account: &str) -> rusqlite::Result<Vec<(usize, String)>> {
    let all: Vec<(String, Private)> = conn
        .prepare_cached(
            "SELECT p.name, r.id_no, r.phone, r.account FROM person_private r JOIN person p ON p.id = r.person_id \
             WHERE p.enabled = 1 AND r.id = (SELECT MAX(l.id) FROM person_private l WHERE l.person_id = r.person_id) \
             ORDER BY p.id",
        )?
        .query_map([], |row| {
            Ok((row.get(0)?, Private { id_no: row.get(1)?, phone: row.get(2)?, account: row.get(3)? }))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut found = Vec::new();
    for (name, own) in all {
        if !own.id_no.is_empty() && ids.contains(&own.id_no.as_str()) {
            found.push((0, name));
        } else if !own.phone.is_empty() && own.phone == phone {
            found.push((1, name));
        } else if !own.account.is_empty() && own.account == account {
            found.push((2, name));
        }
    }
    Ok(found)
}
