//! Reads batches: the list, one with its members, its files and words, the bank's maps.

use crate::case::store::load;
use crate::db::{ActError, Connection};
use crate::instructions::rules::Instruction;
use crate::instructions::store::{COLUMNS, at};
use crate::kernel::money::Fen;
use crate::kernel::words::W;
use crate::payment::maps::{self, BankMap};
use rusqlite::{OptionalExtension, Row};

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BatchState {
    /// Made, waits for its release.
    Made,
    /// 发送中: written before the file leaves; never sent again by itself.
    Sending,
    /// The file is out; the bank's answer is awaited.
    Sent,
    /// Nothing of it is under way any more.
    Ended,
    /// Taken apart before its release.
    Dissolved,
}

impl BatchState {
    const ALL: [BatchState; 5] =
        [BatchState::Made, BatchState::Sending, BatchState::Sent, BatchState::Ended, BatchState::Dissolved];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            BatchState::Made => "made",
            BatchState::Sending => "sending",
            BatchState::Sent => "sent",
            BatchState::Ended => "ended",
            BatchState::Dissolved => "dissolved",
        }
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            BatchState::Made => W::BatchesStateMade,
            BatchState::Sending => W::InstructionsStateSending,
            BatchState::Sent => W::InstructionsStateSent,
            BatchState::Ended => W::BatchesStateEnded,
            BatchState::Dissolved => W::BatchesStateDissolved,
        }
    }
}

/// A batch.
#[derive(Clone, Debug)]
pub struct Batch {
    /// Key in the store.
    pub id: i64,
    /// Its number, `B20261123-01`.
    pub batch_no: String,
    /// Name of the bank's map.
    pub map: String,
    /// Where it is.
    pub state: BatchState,
    /// How many instructions it was made of.
    pub lines: i64,
    /// Their sum.
    pub total: Fen,
    /// When it was made.
    pub made_at: i64,
    /// By whom.
    pub made_by: i64,
    /// When its last answer came.
    pub ended_at: Option<i64>,
}

const BATCH: &str = "b.id, b.batch_no, b.map, b.state, b.lines, b.total, b.made_at, b.made_by, b.ended_at";

fn batch_at(row: &Row<'_>) -> rusqlite::Result<Batch> {
    let state: String = row.get(3)?;
    let state = BatchState::ALL.into_iter().find(|known| known.code() == state).ok_or_else(|| {
        let what = anyhow::anyhow!("batch: {state:?} is no known state");
        rusqlite::Error::FromSqlConversionFailure(3, rusqlite::types::Type::Text, what.into())
    })?;
    Ok(Batch {
        id: row.get(0)?,
        batch_no: row.get(1)?,
        map: row.get(2)?,
        state,
        lines: row.get(4)?,
        total: Fen::from_fen(row.get(5)?),
        made_at: row.get(6)?,
        made_by: row.get(7)?,
        ended_at: row.get(8)?,
    })
}

/// The batch with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Batch>> {
    conn.prepare_cached(&format!("SELECT {BATCH} FROM batch b WHERE b.id = $1"))?.query_row([id], batch_at).optional()
}

/// The same inside an act.
///
/// # Errors
/// A refusal when there is none.
pub fn required(conn: &Connection, id: i64) -> Result<Batch, ActError> {
    by_id(conn, id)?.ok_or_else(|| ActError::refuse("no_batch", W::BatchesNoBatch))
}

/// Batches before a key, the newest first; those still open come first of all on the first page.
///
/// # Errors
/// What SQLite says.
pub fn before(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<Batch>> {
    conn.prepare_cached(&format!("SELECT {BATCH} FROM batch b WHERE b.id < $1 ORDER BY b.id DESC LIMIT $2"))?
        .query_map([id, limit], batch_at)?
        .collect()
}

/// Batches that wait for something, the oldest first.
///
/// # Errors
/// What SQLite says.
pub fn open(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<Batch>> {
    conn.prepare_cached(&format!(
        "SELECT {BATCH} FROM batch b WHERE b.state IN ('made', 'sending', 'sent') ORDER BY b.id LIMIT $1"
    ))?
    .query_map([limit], batch_at)?
    .collect()
}

/// An instruction of a batch with the numbers of its case.
#[derive(Clone, Debug)]
pub struct Member {
    /// The instruction.
    pub one: Instruction,
    /// 一案一码 of its case.
    pub case_code: String,
    /// 赔案号 of its case.
    pub case_no: String,
}

/// The instructions that were put into a batch, in order. Those of a batch taken apart are listed too.
///
/// # Errors
/// What SQLite says.
pub fn members(conn: &Connection, batch_id: i64) -> rusqlite::Result<Vec<Member>> {
    let found: Vec<Instruction> = conn
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM batch_line l JOIN instruction i ON i.id = l.instruction_id \
             WHERE l.batch_id = $1 ORDER BY i.id"
        ))?
        .query_map([batch_id], at)?
        .collect::<rusqlite::Result<_>>()?;
    found
        .into_iter()
        .map(|one| {
            let case = load::by_id(conn, one.case_id)?;
            let (case_code, case_no) = case.map(|case| (case.case_code, case.facts.case_no)).unwrap_or_default();
            Ok(Member { one, case_code, case_no })
        })
        .collect()
}

/// The one time a batch was sent.
#[derive(Clone, Debug)]
pub struct Sending {
    /// When it was let go.
    pub at: i64,
    /// By whom.
    pub by: i64,
    /// The file, as it was named.
    pub file: String,
    /// SHA-256 of the file, lower hex.
    pub hash: String,
    /// When the file was in its place.
    pub sent_at: Option<i64>,
}

/// The sending of a batch, once it was let go.
///
/// # Errors
/// What SQLite says.
pub fn sending(conn: &Connection, batch_id: i64) -> rusqlite::Result<Option<Sending>> {
    conn.prepare_cached("SELECT at, by_id, file, hash, sent_at FROM batch_sending WHERE batch_id = $1")?
        .query_row([batch_id], |row| {
            Ok(Sending { at: row.get(0)?, by: row.get(1)?, file: row.get(2)?, hash: row.get(3)?, sent_at: row.get(4)? })
        })
        .optional()
}

/// A row of a result file that somebody has to look at.
#[derive(Clone, Debug)]
pub struct Oddity {
    /// Name of the file.
    pub file: String,
    /// Line in it.
    pub line: i64,
    /// The reference it names.
    pub reference: String,
    /// The bank's status.
    pub status: String,
    /// What came of it, see `Verdict::code`.
    pub verdict: String,
}

/// The rows of a batch's result files that somebody has to look at.
///
/// # Errors
/// What SQLite says.
pub fn oddities(conn: &Connection, batch_id: i64, limit: i64) -> rusqlite::Result<Vec<Oddity>> {
    conn.prepare_cached(
        "SELECT f.name, l.line, l.reference, l.status, l.verdict FROM result_file f JOIN result_line l ON l.file_id = f.id \
         WHERE f.batch_id = $1 AND l.verdict IN ('stranger', 'amount', 'otherwise', 'twice', 'word') \
         ORDER BY f.id, l.line LIMIT $2",
    )?
    .query_map([batch_id, limit], |row| {
        Ok(Oddity {
            file: row.get(0)?,
            line: row.get(1)?,
            reference: row.get(2)?,
            status: row.get(3)?,
            verdict: row.get(4)?,
        })
    })?
    .collect()
}

/// Every map by name: those of the program, and over them those added in the desk.
///
/// # Errors
/// What SQLite says.
pub fn bank_maps(conn: &Connection) -> rusqlite::Result<Vec<BankMap>> {
    let mut all = maps::built_in();
    let added: Vec<String> = conn
        .prepare_cached("SELECT body FROM bank_map ORDER BY id")?
        .query_map([], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for body in added {
        // What was kept was read once; a map that a later program no longer understands is not offered.
        for map in maps::parse(&body).unwrap_or_default() {
            match all.iter_mut().find(|known| known.name == map.name) {
                Some(known) => *known = map,
                None => all.push(map),
            }
        }
    }
    Ok(all)
}

/// The map with this name, inside an act.
///
/// # Errors
/// A refusal when there is none.
pub fn bank_map(conn: &Connection, name: &str) -> Result<BankMap, ActError> {
    bank_maps(conn)?
        .into_iter()
        .find(|map| map.name == name)
        .ok_or_else(|| ActError::refuse("map", crate::phrase!(W::BatchesNoMap, name)))
}
