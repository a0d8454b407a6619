//! Writes facts and milestones together with everything derived from them.

mod batch;
mod facts;
mod round;

pub use batch::{Batch, NewCase, insert};

use super::{CaseFile, due};
use crate::case::deadline::{Deadline, DeadlineKind, Rules};
use crate::case::facts::Facts;
use crate::case::milestones::{Milestones, Stage};
use crate::db::{ActTx, Connection, meta, search};
use crate::kernel::clock;
use crate::kernel::text;
use crate::reference::rulebook::Rulebook;
use rusqlite::{params, params_from_iter};
use std::sync::LazyLock;

/// What the list needs of a case, derived from its milestones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// Not archived.
    pub open: bool,
    /// Number of the stage.
    pub stage: i64,
    /// Part of the stage, see [`Milestones::part`].
    pub part: i64,
    /// Nearest deadline or `NEVER`.
    pub due_at: i64,
    /// Its clock or 0.
    pub due_kind: i64,
    /// Amount in fen or 0.
    pub amount: i64,
    /// Sign-off of the current round or 0.
    pub closed_at: i64,
}

/// Where a case stands in the answer to a search.
pub fn standing(m: &Milestones) -> search::Standing {
    match m.stage() {
        Stage::Archived => search::Standing::Closed(m.closed_at.unwrap_or(0)),
        _ => search::Standing::Open,
    }
}

/// Derives the list columns.
pub fn derive(facts: &Facts, received_at: i64, m: &Milestones, rules: &Rulebook) -> Derived {
    let clock_facts = facts.clock_facts(rules.compulsory(&facts.line), received_at);
    let computed = Rules { calendar: &rules.calendar, settings: &rules.settings }.nearest(&clock_facts, m);
    let stage = m.stage();
    Derived {
        open: stage != Stage::Archived,
        stage: stage.number(),
        part: m.part(),
        due_at: computed.as_ref().map_or(clock::NEVER, |d| d.due_at),
        due_kind: computed.as_ref().map_or(0, |d| d.kind.number()),
        amount: clock_facts.size_amount().map_or(0, |a| a.fen()),
        closed_at: m.closed_at.unwrap_or(0),
    }
}

/// The archive deadline that is stored with a closed round.
pub fn archive_deadline(m: &Milestones, rules: &Rulebook) -> Option<Deadline> {
    Rules { calendar: &rules.calendar, settings: &rules.settings }.archive(m)
}

/// Name of the counter of a stage.
pub fn stage_counter(stage: i64) -> String {
    format!("cases.stage.{stage}")
}

/// Counter of all cases.
pub const TOTAL: &str = "cases.total";

/// What a number is found by its tail with: folded, in capitals, backwards.
pub fn tail_key(number: &str) -> String {
    text::reversed(&text::fold_upper(number))
}

/// Saves a changed case: facts, milestones of its current round, derived columns, counters.
///
/// `before` is the case as read inside the same act; `after` as it is to be. `raise` raises the version
/// (acts that change a milestone or an amount). Returns the version afterwards.
///
/// # Errors
/// What SQLite says.
pub fn save(
    tx: &ActTx<'_>,
    before: &CaseFile,
    after: &mut CaseFile,
    rules: &Rulebook,
    raise: bool,
) -> anyhow::Result<i64> {
    let conn = tx.conn();
    after.version = before.version + i64::from(raise);
    // A filed case keeps the deadline it was measured against.
    if before.milestones.filed_at.is_none()
        && let Some(due) = archive_deadline(&after.milestones, rules)
    {
        after.round.archive_due = Some(due.due_at);
        after.round.archive_edition = rules.calendar.edition();
    }
    if after.milestones != before.milestones || after.round != before.round {
        if after.milestones.round > before.milestones.round {
            let mut statement = round::inserting(conn)?;
            round::insert(&mut statement, after.id, &after.milestones, &after.round)?;
        } else {
            round::update(conn, after.id, &after.milestones, &after.round)?;
        }
    }
    if after.facts != before.facts || after.people != before.people {
        update_facts(conn, &before.facts, after)?;
    }
    let was = derive(&before.facts, before.received_at, &before.milestones, rules);
    let is = derive(&after.facts, after.received_at, &after.milestones, rules);
    // By a calendar added meanwhile the deadline may be stored as another one than the rules give now.
    let (due_at, due_kind) = due::stored_due(conn, before.id)?;
    let stored = Derived { due_at, due_kind, ..was.clone() };
    write_changed(conn, (before, &stored), (after, &is))?;
    let found_by = (before.facts.insured.as_str(), standing(&before.milestones));
    tx.names.change(search::Kind::Case, after.id, found_by, (&after.facts.insured, standing(&after.milestones)));
    if was.stage != is.stage {
        meta::count(conn, &stage_counter(was.stage), -1)?;
        meta::count(conn, &stage_counter(is.stage), 1)?;
    }
    Ok(after.version)
}

/// The derived columns and the marks of a case with their values.
fn marks(case: &CaseFile, derived: &Derived) -> [(&'static str, i64); 12] {
    [
        ("awaiting_core", i64::from(case.awaiting_core)),
        ("core_differs", i64::from(case.core_differs)),
        ("import_seq", case.import_seq),
        ("version", case.version),
        ("round", case.milestones.round),
        ("open", i64::from(derived.open)),
        ("stage", derived.stage),
        ("step", derived.part),
        ("due_at", derived.due_at),
        ("due_kind", derived.due_kind),
        ("amount", derived.amount),
        ("closed_at", derived.closed_at),
    ]
}

/// Writes those of them that are others than before: naming an indexed column rewrites its index even where its value
/// stays.
fn write_changed(conn: &Connection, was: (&CaseFile, &Derived), is: (&CaseFile, &Derived)) -> rusqlite::Result<()> {
    let (before, after) = (marks(was.0, was.1), marks(is.0, is.1));
    let changed = after.into_iter().zip(before).filter(|(now, then)| now.1 != then.1).map(|(now, _)| now);
    let (columns, values): (Vec<&str>, Vec<i64>) = changed.unzip();
    if columns.is_empty() {
        return Ok(());
    }
    let mut statement = conn.prepare_cached(&updating(&columns))?;
    let values = values.into_iter().chain([is.0.id]);
    statement.execute(params_from_iter(values)).map(drop)
}

static UPDATE_FACTS: LazyLock<String> = LazyLock::new(|| updating(&facts::COLUMNS));
static UPDATE_WORKED: LazyLock<String> = LazyLock::new(|| updating(&facts::COLUMNS[facts::KNOWN_BY..]));

fn updating(columns: &[&str]) -> String {
    format!("UPDATE cases SET {} WHERE id = ${}", facts::assignments(columns), columns.len() + 1)
}

fn update_facts(conn: &Connection, before: &Facts, case: &CaseFile) -> rusqlite::Result<()> {
    // Naming an indexed column rewrites its index even where its value stays.
    let worked_only = facts::same_known(before, &case.facts);
    let mut statement = conn.prepare_cached(if worked_only { &UPDATE_WORKED } else { &UPDATE_FACTS })?;
    let next = if worked_only {
        facts::bind_worked(&mut statement, 1, &case.facts, &case.people)?
    } else {
        facts::bind(&mut statement, &case.facts, &case.people)?
    };
    statement.raw_bind_parameter(next, case.id)?;
    statement.raw_execute().map(drop)
}

/// Writes a note.
///
/// # Errors
/// What SQLite says.
pub fn insert_note(conn: &Connection, case_id: i64, at: i64, by_no: &str, text: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO note (case_id, at, by_no, text) VALUES ($1, $2, $3, $4)")?
        .execute(params![case_id, at, by_no, text])
        .map(drop)
}

/// Whether a due kind is the tentative archive deadline, which is never "overdue".
pub fn is_tentative(due_kind: i64) -> bool {
    due_kind == DeadlineKind::ArchiveTentative.number()
}
