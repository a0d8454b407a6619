//! New cases: one, or a whole slice of them inside one act.
//!
//! No statement here returns what it wrote: SQLite guards such a statement with a savepoint of its own, and copies
//! every page the statement touches.

use super::facts::{self, Binder, parameters};
use super::{Derived, TOTAL, derive, round, stage_counter, standing};
use crate::case::facts::{CasePeople, Facts, Origin};
use crate::case::milestones::{Milestones, Stage};
use crate::case::store::RoundNotes;
use crate::db::{ActTx, Connection, meta, search};
use crate::kernel::clock;
use crate::kernel::code::{Code, CodeKind};
use crate::reference::rulebook::Rulebook;
use anyhow::{Context, ensure};
use chrono::Datelike;
use rusqlite::CachedStatement;
use std::sync::LazyLock;

/// A case about to be written.
#[derive(Clone, Debug)]
pub struct NewCase<'a> {
    /// Facts.
    pub facts: &'a Facts,
    /// Persons behind the names.
    pub people: CasePeople,
    /// How it comes in.
    pub origin: Origin,
    /// 待核心补全
    pub awaiting_core: bool,
    /// Journal row that will hold the imported row; 0 for a case entered by hand.
    pub import_seq: i64,
    /// When it comes in.
    pub received_at: i64,
    /// Milestones of its first round.
    pub milestones: &'a Milestones,
    /// What is kept beside them.
    pub round: &'a RoundNotes,
}

/// Writes a new case; returns its key and code.
///
/// # Errors
/// What SQLite says (a case_no that is taken violates its index).
pub fn insert(tx: &ActTx<'_>, new: &NewCase<'_>, rules: &Rulebook) -> anyhow::Result<(i64, String)> {
    let mut batch = Batch::open(tx.conn(), rules)?;
    let (id, code) = batch.insert(tx, new)?;
    batch.finish()?;
    Ok((id, code.as_str().to_owned()))
}

/// New cases of one act. Keys, codes and counters are kept in memory; [`Batch::finish`] writes the counters, so a
/// batch that is dropped without it leaves an act that must not be kept.
///
/// While a batch is open nothing else in the act may take a case code or insert a case.
pub struct Batch<'c> {
    conn: &'c Connection,
    rules: &'c Rulebook,
    cases: CachedStatement<'c>,
    rounds: CachedStatement<'c>,
    last_id: i64,
    codes: Option<Codes>,
    total: i64,
    stages: [i64; Stage::ALL.len()],
}

/// The serials of one office year.
struct Codes {
    year: i32,
    counter: String,
    last: i64,
    taken: i64,
}

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let count = facts::COLUMNS.len();
    format!(
        "INSERT INTO cases ({}, id, case_code, origin, awaiting_core, core_differs, import_seq, received_at, version, round, \
         open, stage, step, due_at, due_kind, amount, closed_at) VALUES ({}, 0, {}, 1, 1, {})",
        facts::COLUMNS.join(", "),
        parameters(1, count + 4),
        parameters(count + 5, 2),
        parameters(count + 7, 7),
    )
});

impl std::fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batch").field("last_id", &self.last_id).field("total", &self.total).finish_non_exhaustive()
    }
}

impl<'c> Batch<'c> {
    /// Opens a batch inside an act.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn open(conn: &'c Connection, rules: &'c Rulebook) -> rusqlite::Result<Batch<'c>> {
        // The act holds the write lock, so nobody else gives out a key meanwhile.
        let last_id = conn.prepare_cached("SELECT COALESCE(MAX(id), 0) FROM cases")?.query_row([], |row| row.get(0))?;
        Ok(Batch {
            conn,
            rules,
            cases: conn.prepare_cached(&INSERT)?,
            rounds: round::inserting(conn)?,
            last_id,
            codes: None,
            total: 0,
            stages: [0; Stage::ALL.len()],
        })
    }

    /// Writes a new case; returns its key and code.
    ///
    /// # Errors
    /// What SQLite says (a case_no that is taken violates its index), or that the year has no more codes.
    pub fn insert(&mut self, tx: &ActTx<'_>, new: &NewCase<'_>) -> anyhow::Result<(i64, Code)> {
        ensure!(new.milestones.round == 1, "a new case starts with round 1, not {}", new.milestones.round);
        let code = self.next_code(new.received_at)?;
        let derived = derive(new.facts, new.received_at, new.milestones, self.rules);
        let id = self.last_id + 1;
        self.insert_case(id, &code, new, &derived)?;
        round::insert(&mut self.rounds, id, new.milestones, new.round)?;
        tx.names.put(search::Kind::Case, id, &new.facts.insured, standing(new.milestones));
        self.last_id = id;
        self.total += 1;
        if let Some(count) = usize::try_from(derived.stage - 1).ok().and_then(|at| self.stages.get_mut(at)) {
            *count += 1;
        }
        Ok((id, code))
    }

    /// Writes the counters.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn finish(mut self) -> rusqlite::Result<()> {
        self.keep_codes()?;
        if self.total > 0 {
            meta::count(self.conn, TOTAL, self.total)?;
        }
        for (stage, count) in Stage::ALL.into_iter().zip(self.stages) {
            if count > 0 {
                meta::count(self.conn, &stage_counter(stage.number()), count)?;
            }
        }
        Ok(())
    }

    fn insert_case(&mut self, id: i64, code: &Code, new: &NewCase<'_>, derived: &Derived) -> rusqlite::Result<()> {
        let next = facts::bind(&mut self.cases, new.facts, &new.people)?;
        let mut to = Binder { statement: &mut self.cases, next };
        to.put(id)?;
        to.text(code.as_str())?;
        to.text(new.origin.code())?;
        to.put(new.awaiting_core)?;
        to.put(new.import_seq)?;
        to.put(new.received_at)?;
        to.put(derived.open)?;
        to.put(derived.stage)?;
        to.put(derived.part)?;
        to.put(derived.due_at)?;
        to.put(derived.due_kind)?;
        to.put(derived.amount)?;
        to.put(derived.closed_at)?;
        self.cases.raw_execute().map(drop)
    }

    /// The next free code of the office year of a moment.
    fn next_code(&mut self, now: i64) -> anyhow::Result<Code> {
        let year = clock::day_of(now).year();
        if self.codes.as_ref().is_none_or(|codes| codes.year != year) {
            self.keep_codes()?;
            let counter = format!("code.{}.{year}", CodeKind::Case as u8);
            let last = meta::counter(self.conn, &counter)?;
            self.codes = Some(Codes { year, counter, last, taken: 0 });
        }
        let codes = self.codes.as_mut().context("the codes of a year were just read")?;
        codes.taken += 1;
        let serial = u32::try_from(codes.last + codes.taken).ok();
        serial.and_then(|serial| Code::new(CodeKind::Case, year, serial)).context("the year has no more codes")
    }

    fn keep_codes(&mut self) -> rusqlite::Result<()> {
        match self.codes.take() {
            Some(codes) => meta::count(self.conn, &codes.counter, codes.taken).map(drop),
            None => Ok(()),
        }
    }
}
