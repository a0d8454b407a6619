//! Minutes of the consultations on large cases (大案理赔会商).

use crate::db::Connection;

/// Minutes of a consultation 大案理赔会商.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minutes {
    /// `YYYY-MM-DD`
    pub held_on: String,
    /// Who was there.
    pub attendees: String,
    /// What was concluded.
    pub conclusion: String,
    /// When it was written down, UTC seconds.
    pub at: i64,
    /// 工号 of who wrote it down.
    pub by_no: String,
}

/// The minutes of a round, oldest first.
///
/// # Errors
/// What SQLite says.
pub fn of_round(conn: &Connection, case_id: i64, round: i64) -> rusqlite::Result<Vec<Minutes>> {
    conn.prepare_cached(
        "SELECT held_on, attendees, conclusion, at, by_no FROM minutes WHERE case_id = $1 AND round = $2 ORDER BY id",
    )?
    .query_map([case_id, round], |row| {
        Ok(Minutes {
            held_on: row.get(0)?,
            attendees: row.get(1)?,
            conclusion: row.get(2)?,
            at: row.get(3)?,
            by_no: row.get(4)?,
        })
    })?
    .collect()
}
