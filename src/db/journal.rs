//! The journal: append-only, hash-chained rows, one per act and subject.

use super::canonical;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

/// What stands before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The last row's number, time and hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the row; 0 when the journal is empty.
    pub seq: i64,
    /// Its time, UTC seconds.
    pub at: i64,
    /// Its hash, lower-case hex.
    pub hash: String,
}

/// One row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Number, from 1 without gaps.
    pub seq: i64,
    /// UTC seconds.
    pub at: i64,
    /// 工号 of the person, empty when nobody was signed in.
    pub person: String,
    /// The operating-system user the program ran as.
    pub os_user: String,
    /// Name of the act.
    pub act: String,
    /// What it is about, such as `case 126000000011`.
    pub subject: String,
    /// The case's version after the act; 0 for other subjects.
    pub version: i64,
    /// Canonical JSON with every fact the act changed.
    pub payload: String,
    /// SHA-256 in lower-case hex.
    pub hash: String,
}

impl Row {
    /// The hash this row must have after a row with the hash `previous`.
    pub fn expected_hash(&self, previous: &str) -> String {
        let written = Unwritten {
            seq: self.seq,
            at: self.at,
            person: &self.person,
            os_user: &self.os_user,
            act: &self.act,
            subject: &self.subject,
            version: self.version,
            payload: &self.payload,
        };
        written.hash(previous)
    }
}

/// A row before it has its hash.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unwritten<'a> {
    pub seq: i64,
    pub at: i64,
    pub person: &'a str,
    pub os_user: &'a str,
    pub act: &'a str,
    pub subject: &'a str,
    pub version: i64,
    pub payload: &'a str,
}

impl Unwritten<'_> {
    /// SHA-256 over the hash before, a line end, and the row as canonical JSON without its hash.
    pub(super) fn hash(&self, previous: &str) -> String {
        let mut text = String::with_capacity(256);
        text.push_str(previous);
        text.push_str("\n{\"act\":");
        canonical::string(self.act, &mut text);
        text.push_str(",\"at\":");
        canonical::number(self.at, &mut text);
        text.push_str(",\"os_user\":");
        canonical::string(self.os_user, &mut text);
        text.push_str(",\"payload\":");
        let mut hash = Sha256::new();
        hash.update(text.as_bytes());
        hash.update(self.payload.as_bytes());
        text.clear();
        text.push_str(",\"person\":");
        canonical::string(self.person, &mut text);
        text.push_str(",\"seq\":");
        canonical::number(self.seq, &mut text);
        text.push_str(",\"subject\":");
        canonical::string(self.subject, &mut text);
        text.push_str(",\"version\":");
        canonical::number(self.version, &mut text);
        text.push('}');
        hash.update(text.as_bytes());
        hex(&hash.finalize())
    }
}

/// Lower-case hex of some bytes.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

/// SHA-256 of some bytes in lower-case hex.
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The last row, or the state before the first.
///
/// # Errors
/// What SQLite says.
pub fn head(conn: &Connection) -> rusqlite::Result<Head> {
    let row = conn
        .prepare_cached("SELECT seq, at, hash FROM journal ORDER BY seq DESC LIMIT 1")?
        .query_row([], |row| Ok(Head { seq: row.get(0)?, at: row.get(1)?, hash: row.get(2)? }))
        .optional()?;
    Ok(row.unwrap_or_else(|| Head { seq: 0, at: 0, hash: GENESIS.to_owned() }))
}

/// Writes a row behind the head; returns the new head.
pub(super) fn append(conn: &Connection, head: &Head, row: &Unwritten<'_>) -> rusqlite::Result<Head> {
    let hash = row.hash(&head.hash);
    conn.prepare_cached(
        "INSERT INTO journal (seq, at, person, os_user, act, subject, version, payload, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )?
    .execute(rusqlite::params![
        row.seq,
        row.at,
        row.person,
        row.os_user,
        row.act,
        row.subject,
        row.version,
        row.payload,
        hash
    ])?;
    Ok(Head { seq: row.seq, at: row.at, hash })
}

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        seq: row.get(0)?,
        at: row.get(1)?,
        person: row.get(2)?,
        os_user: row.get(3)?,
        act: row.get(4)?,
        subject: row.get(5)?,
        version: row.get(6)?,
        payload: row.get(7)?,
        hash: row.get(8)?,
    })
}

const COLUMNS: &str = "seq, at, person, os_user, act, subject, version, payload, hash";

/// One row by its number.
///
/// # Errors
/// What SQLite says.
pub fn row(conn: &Connection, seq: i64) -> rusqlite::Result<Option<Row>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM journal WHERE seq = $1"))?.query_row([seq], read).optional()
}

/// The payload of a row.
///
/// # Errors
/// What SQLite says.
pub fn payload(conn: &Connection, seq: i64) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached("SELECT payload FROM journal WHERE seq = $1")?.query_row([seq], |row| row.get(0)).optional()
}

/// Up to `limit` rows after a number, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn page(conn: &Connection, after: i64, limit: i64) -> rusqlite::Result<Vec<Row>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM journal WHERE seq > $1 ORDER BY seq LIMIT $2"))?
        .query_map([after, limit], read)?
        .collect()
}

/// Up to `limit` rows of one subject before a number, newest first: a case's timeline.
///
/// # Errors
/// What SQLite says.
pub fn of_subject(conn: &Connection, subject: &str, before: i64, limit: i64) -> rusqlite::Result<Vec<Row>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM journal WHERE subject = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3"
    ))?
    .query_map(rusqlite::params![subject, before, limit], read)?
    .collect()
}

/// The version in the newest row of a subject.
///
/// # Errors
/// What SQLite says, also that there is none.
pub fn last_version(conn: &Connection, subject: &str) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT version FROM journal WHERE subject = $1 ORDER BY seq DESC LIMIT 1")?
        .query_row([subject], |row| row.get(0))
}

/// The rows of a subject whose version is above `version`: what changed since somebody looked.
///
/// # Errors
/// What SQLite says.
pub fn since_version(conn: &Connection, subject: &str, version: i64) -> rusqlite::Result<Vec<Row>> {
    let mut rows = of_subject(conn, subject, i64::MAX, 50)?;
    rows.retain(|row| row.version > version);
    Ok(rows)
}

fn time_of(conn: &Connection, seq: i64) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT at FROM journal WHERE seq = $1")?.query_row([seq], |row| row.get(0)).optional()
}

/// Number of the first row at or behind a moment; one behind the last where there is none. Rows stand in the order of
/// their times but for a clock that was set back, so this halves its way instead of reading them all.
fn seq_since(conn: &Connection, at: i64) -> rusqlite::Result<i64> {
    let (mut low, mut high) = (1, head(conn)?.seq + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if time_of(conn, middle)?.is_none_or(|time| time < at) { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// The time of the first row at or behind a moment.
///
/// # Errors
/// What SQLite says.
pub fn first_since(conn: &Connection, at: i64) -> rusqlite::Result<Option<i64>> {
    time_of(conn, seq_since(conn, at)?)
}

/// The time of the last row before a moment.
///
/// # Errors
/// What SQLite says.
pub fn last_before(conn: &Connection, at: i64) -> rusqlite::Result<Option<i64>> {
    time_of(conn, seq_since(conn, at)? - 1)
}

/// Up to `limit` rows of one subject under one act, newest first.
///
/// # Errors
/// What SQLite says.
pub fn of_act(conn: &Connection, subject: &str, act: &str, limit: i64) -> rusqlite::Result<Vec<Row>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM journal WHERE subject = $1 AND act = $2 ORDER BY seq DESC LIMIT $3"
    ))?
    .query_map(rusqlite::params![subject, act, limit], read)?
    .collect()
}

/// Walks the whole chain.
///
/// # Errors
/// What SQLite says; a broken chain is an `Ok` answer.
pub fn verify(conn: &Connection) -> rusqlite::Result<Result<Head, String>> {
    let mut last = Head { seq: 0, at: 0, hash: GENESIS.to_owned() };
    // From below every number, so that a row slipped in before the first is seen too.
    let mut after = i64::MIN;
    loop {
        let rows = page(conn, after, 1_000)?;
        if rows.is_empty() {
            return Ok(Ok(last));
        }
        for row in rows {
            after = row.seq;
            if row.seq <= 0 {
                return Ok(Err(format!("journal row {} stands before the first", row.seq)));
            }
            if row.seq != last.seq + 1 {
                return Ok(Err(format!("journal row {} is missing", last.seq + 1)));
            }
            if row.hash != row.expected_hash(&last.hash) {
                return Ok(Err(format!("journal row {} does not fit its hash", row.seq)));
            }
            last = Head { seq: row.seq, at: row.at, hash: row.hash };
        }
    }
}
