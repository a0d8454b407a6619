//! Takes one checked row into the store, inside an act that writes a journal row for every case.

use super::past;
use super::people::People;
use super::plan::{self, Change, Verdict};
use super::row::{self, Row, Values};
use super::store::{self, Candidate, Known};
use crate::case::facts::{CasePeople, Column, Facts, Origin};
use crate::case::milestones::Milestones;
use crate::case::store::write::{self, Batch, NewCase};
use crate::case::store::{CaseFile, RoundNotes, load, subject};
use crate::db::{ActError, ActTx, Connection, canonical, journal};
use crate::intake::columns;
use crate::kernel::findings::Finding;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::reference::rulebook::Rulebook;
use anyhow::Context;
use serde_json::{Value, json};
use std::collections::HashMap;

/// The version a case is written with.
pub(super) const FIRST_VERSION: i64 = 1;

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// A new case.
    Added,
    /// Empty columns of a case were filled.
    Completed,
    /// Columns of a case were changed.
    Updated,
    /// Nothing new.
    Skipped,
    /// Waits for a decision whether it is a case entered by hand.
    Pending,
    /// Not taken.
    Rejected(Finding),
}

/// A checked row with its canonical text, which the journal keeps and a repeated import is compared with.
#[derive(Clone, Debug)]
pub struct Checked {
    row: Row,
    text: String,
}

impl Checked {
    /// From a row that is right; see [`super::check::check`].
    pub fn new(row: Row) -> Checked {
        let mut text = String::with_capacity(1_024);
        row.write_json(&mut text);
        Checked { row, text }
    }

    /// The row.
    pub fn row(&self) -> &Row {
        &self.row
    }

    /// The row as canonical JSON.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A slice may have so many times its own number of cases between its lowest and highest case number.
const CROWDED: usize = 4;

/// What a slice of rows is taken in with, inside one act. Ends with [`Desk::finish`].
#[derive(Debug)]
pub struct Desk<'a> {
    /// Lines, calendar, settings.
    pub rules: &'a Rulebook,
    /// Name of the file.
    pub source: &'a str,
    /// Cases entered by hand that wait for the core system.
    pub candidates: Vec<Candidate>,
    /// Some rows already wait for a decision.
    pub any_pending: bool,
    /// What the store knows of the numbers to come; nothing = each is asked for.
    known: Option<HashMap<String, Known>>,
    batch: Batch<'a>,
    /// The payload in hand, always written into the same memory.
    payload: String,
}

impl<'a> Desk<'a> {
    /// Reads what a slice needs.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read(conn: &'a Connection, rules: &'a Rulebook, source: &'a str) -> Result<Desk<'a>, ActError> {
        let candidates = store::candidates(conn)?;
        let any_pending = crate::case::store::pending::open_count(conn)? > 0;
        let batch = Batch::open(conn, rules)?;
        Ok(Desk { rules, source, candidates, any_pending, known: None, batch, payload: String::new() })
    }

    /// Takes a whole slice; the answers are in its order.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn take_all(
        mut self,
        tx: &mut ActTx<'_>,
        people: &mut People,
        slice: &[Checked],
    ) -> Result<Vec<Taken>, ActError> {
        self.known = foreseen(tx.conn(), slice)?;
        let taken = slice.iter().map(|checked| self.take(tx, people, checked)).collect::<Result<_, ActError>>()?;
        self.finish()?;
        Ok(taken)
    }

    /// Writes what was counted.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn finish(self) -> Result<(), ActError> {
        self.batch.finish().map_err(ActError::from)
    }

    fn take(&mut self, tx: &mut ActTx<'_>, people: &mut People, checked: &Checked) -> Result<Taken, ActError> {
        let row = &checked.row;
        let known = match &self.known {
            Some(known) => known.get(row.facts.case_no.as_str()).copied(),
            None => store::known(tx.conn(), &row.facts.case_no)?,
        };
        if let Some(known) = known {
            return self.again(tx, people, checked, known);
        }
        if self.any_pending
            && let Some(pending) = store::pending_of(tx.conn(), &row.facts.case_no)?
        {
            return self.pending_again(tx, row, &pending);
        }
        if let Some((candidate, on)) = self.candidates.iter().find_map(|c| c.matches(row).map(|on| (c, on))) {
            self.keep(tx, row, candidate.id, on)?;
            return Ok(Taken::Pending);
        }
        self.add(tx, people, checked)?;
        Ok(Taken::Added)
    }

    /// Writes a new case.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn add(&mut self, tx: &mut ActTx<'_>, people: &mut People, checked: &Checked) -> Result<(), ActError> {
        let row = &checked.row;
        let persons = people.of(tx, row)?;
        let closed = row.past.closed_at.is_some();
        let (milestones, round) = if closed { past::milestones(row, self.rules) } else { fresh(tx.now) };
        let new = NewCase {
            facts: &row.facts,
            people: persons,
            origin: if closed { Origin::Past } else { Origin::Import },
            awaiting_core: false,
            import_seq: tx.next_seq(),
            received_at: tx.now,
            milestones: &milestones,
            round: &round,
        };
        let (_, code) = self.batch.insert(tx, &new)?;
        self.payload.clear();
        let mut payload = canonical::Object::open(&mut self.payload);
        if closed {
            match round.archive_due {
                Some(due) => payload.number("archive_due", due),
                None => payload.key("archive_due").push_str("null"),
            }
            payload.string("batch_day", &round.batch_day);
        }
        write_persons(&mut payload, persons);
        payload.key("row").push_str(&checked.text);
        payload.string("source", self.source);
        payload.close();
        let act = if closed { "import_past" } else { "import_case" };
        tx.journal_text(act, &subject(code.as_str()), FIRST_VERSION, &self.payload).map(drop)
    }

    fn again(
        &self,
        tx: &mut ActTx<'_>,
        people: &mut People,
        checked: &Checked,
        known: Known,
    ) -> Result<Taken, ActError> {
        let last = match known.import_seq {
            0 => None,
            seq => journal::payload(tx.conn(), seq)?,
        };
        let mut previous = None;
        if let Some(payload) = &last {
            // The very text of the row needs no reading; quotes inside a value are escaped, so this is no value.
            let same = payload.split_once("\"row\":").is_some_and(|(_, rest)| rest.starts_with(&checked.text));
            previous = if same { None } else { store::row_in(payload).map_err(anyhow::Error::from)? };
            let unchanged =
                same || previous.as_ref().is_some_and(|p| plan::changes(p, &checked.row.values()).is_empty());
            if unchanged && !known.core_differs {
                return Ok(Taken::Skipped);
            }
            if same {
                previous = store::row_in(payload).map_err(anyhow::Error::from)?;
            }
        }
        let case = load::by_id(tx.conn(), known.id)?.context("a case just found is not there")?;
        self.merge(tx, people, &checked.row, &case, previous)
    }

    /// Takes a row into a case that is there; `last` is the row as last imported.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn merge(
        &self,
        tx: &mut ActTx<'_>,
        people: &mut People,
        row: &Row,
        case: &CaseFile,
        last: Option<Values>,
    ) -> Result<Taken, ActError> {
        // A case entered by hand is compared with what was typed.
        let previous = last.unwrap_or_else(|| Row::of(case).values());
        match plan::decide(case, &previous, row, |column, name| means(tx, case, column, name)) {
            Verdict::Same if !case.awaiting_core => Ok(Taken::Skipped),
            Verdict::Same | Verdict::Agrees => {
                self.write(tx, people, row, case, &previous, &[], false)?;
                Ok(Taken::Updated)
            }
            Verdict::Take { changes, completed, takes_over } => {
                self.write(tx, people, row, case, &previous, &changes, takes_over)?;
                Ok(if completed { Taken::Completed } else { Taken::Updated })
            }
            Verdict::Conflict(columns) => {
                self.mark(tx, case, row, &columns)?;
                let words = columns.iter().map(|c| Arg::Word(columns::word(*c))).collect();
                let what = Phrase::new(W::IntakeRejectConflict, [Arg::List(words)]);
                Ok(Taken::Rejected(Finding::block("conflict", columns.first().map(|c| columns::english(*c)), what)))
            }
        }
    }

    /// Joins a row to a case entered by hand. What was confirmed here meanwhile stays; where the row says otherwise the
    /// case is marked 与核心系统不一致.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn join(&self, tx: &mut ActTx<'_>, people: &mut People, row: &Row, case: &CaseFile) -> Result<(), ActError> {
        let mut standing = Row::of(case);
        let previous = standing.values();
        let verdict = plan::decide(case, &previous, row, |column, name| means(tx, case, column, name));
        let Verdict::Conflict(columns) = verdict else {
            return self.merge(tx, people, row, case, None).map(drop);
        };
        let mut agreed = row.clone();
        for column in &columns {
            agreed.copy(&mut standing, *column);
        }
        self.merge(tx, people, &agreed, case, None)?;
        let joined = load::by_id(tx.conn(), case.id)?.context("a case just joined is not there")?;
        self.mark(tx, &joined, row, &columns)
    }

    #[expect(clippy::too_many_arguments, reason = "one private way to write what three verdicts have in common")]
    fn write(
        &self,
        tx: &mut ActTx<'_>,
        people: &mut People,
        row: &Row,
        case: &CaseFile,
        previous: &Values,
        changes: &[Change],
        takes_over: bool,
    ) -> Result<(), ActError> {
        let mut after = case.clone();
        let merged = plan::merged(case, row, changes);
        after.facts = merged.facts.clone();
        after.people = merge_persons(&case.people, people.of(tx, row)?, changes, case.awaiting_core);
        after.awaiting_core = false;
        after.core_differs = false;
        after.import_seq = tx.next_seq();
        if takes_over || changes.iter().any(|c| c.column as usize >= Column::DAILY) {
            let (told, notes) = past::milestones(&merged, self.rules);
            if takes_over {
                (after.milestones, after.round) = (told, notes);
            } else {
                plan::fill(&mut after.milestones, &told);
                fill_notes(&mut after.round, notes);
            }
        }
        let raise = after.milestones != case.milestones || amounts(&after.facts) != amounts(&case.facts);
        let version = write::save(tx, case, &mut after, self.rules, raise)?;
        let payload = self.payload(row, case, previous, changes, takes_over, after.people);
        let act = if takes_over { "import_past" } else { "import_update" };
        tx.journal_as(act, &subject(&case.case_code), version, &payload).map(drop)
    }

    fn payload(
        &self,
        row: &Row,
        case: &CaseFile,
        previous: &Values,
        changes: &[Change],
        takes_over: bool,
        persons: CasePeople,
    ) -> Value {
        let mut standing = previous.clone();
        standing.extend(row.values());
        let now = Row::of(case).values();
        let mut changed = serde_json::Map::new();
        for change in changes {
            // The old value is what stood on the case, which somebody may have mended since the last import.
            let old = now.get(&change.column).map_or("", String::as_str);
            changed.insert(columns::english(change.column).to_owned(), json!([old, change.new]));
        }
        let mut payload = json!({ "row": row::to_json(&standing), "source": self.source, "changed": changed });
        name_persons(&mut payload, persons);
        if case.awaiting_core {
            payload["joined"] = Value::from(1);
        }
        if case.core_differs {
            payload["core_differs"] = json!([1, 0]);
        }
        if takes_over {
            payload["taken_over"] = Value::from(1);
        }
        payload
    }

    /// Marks a case 与核心系统不一致, once.
    fn mark(&self, tx: &mut ActTx<'_>, case: &CaseFile, row: &Row, columns: &[Column]) -> Result<(), ActError> {
        if case.core_differs {
            return Ok(());
        }
        let mut after = case.clone();
        after.core_differs = true;
        let version = write::save(tx, case, &mut after, self.rules, false)?;
        let (here, there) = (Row::of(case).values(), row.values());
        let mut differs = serde_json::Map::new();
        for column in columns {
            let both = [here.get(column), there.get(column)].map(|v| v.map_or("", String::as_str));
            differs.insert(columns::english(*column).to_owned(), json!(both));
        }
        let payload = json!({ "core_differs": [0, 1], "differs": differs, "source": self.source });
        tx.journal_as("import_conflict", &subject(&case.case_code), version, &payload).map(drop)
    }

    /// Keeps a row until somebody decides whether it is a case entered by hand.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn keep(&self, tx: &mut ActTx<'_>, row: &Row, case_id: i64, on: store::MatchedOn) -> Result<(), ActError> {
        let values = row.values();
        store::insert_pending(tx.conn(), case_id, on, &values, self.source, tx.now)?;
        let payload = json!({ "row": row::to_json(&values), "matched_on": on.code(), "source": self.source });
        self.journal_pending(tx, case_id, &payload)
    }

    fn pending_again(&self, tx: &mut ActTx<'_>, row: &Row, pending: &store::PendingJoin) -> Result<Taken, ActError> {
        let changes = plan::changes(&pending.values, &row.values());
        if changes.is_empty() {
            return Ok(Taken::Skipped);
        }
        let mut values = pending.values.clone();
        values.extend(row.values());
        store::update_pending(tx.conn(), pending.id, &values, self.source, tx.now)?;
        let payload = json!({
            "row": row::to_json(&values),
            "row_before": row::to_json(&pending.values),
            "source": self.source,
        });
        self.journal_pending(tx, pending.case_id, &payload)?;
        Ok(Taken::Pending)
    }

    fn journal_pending(&self, tx: &mut ActTx<'_>, case_id: i64, payload: &Value) -> Result<(), ActError> {
        let case = load::by_id(tx.conn(), case_id)?.context("the case of a pending join is not there")?;
        tx.journal_as("join_pending", &subject(&case.case_code), case.version, payload).map(drop)
    }
}

/// Whether a name in a column means the person the case has there.
fn means(tx: &ActTx<'_>, case: &CaseFile, column: Column, name: &str) -> bool {
    let has = person_of(&case.people, column);
    has.is_some()
        && matches!(office::store::named(tx.conn(), name), Ok(office::store::Named::One(id)) if has == Some(id))
}

fn fresh(now: i64) -> (Milestones, RoundNotes) {
    let milestones = Milestones { round: 1, opened_at: now, start_step: 1, ..Milestones::default() };
    (milestones, RoundNotes::default())
}

fn amounts(f: &Facts) -> [Option<crate::kernel::money::Fen>; 3] {
    [f.assessed, f.verified, f.payable]
}

fn person_of(people: &CasePeople, column: Column) -> Option<i64> {
    match column {
        Column::Surveyor => people.surveyor,
        Column::Assessor => people.assessor,
        Column::Verifier => people.verifier,
        Column::Adjuster => people.adjuster,
        _ => None,
    }
}

/// The persons after a row: only those whose name it changes, and none that somebody has chosen here.
fn merge_persons(now: &CasePeople, row: CasePeople, changes: &[Change], joined: bool) -> CasePeople {
    let pick = |column: Column, was: Option<i64>, is: Option<i64>| {
        if joined && was.is_none() || changes.iter().any(|c| c.column == column) { is } else { was }
    };
    CasePeople {
        surveyor: pick(Column::Surveyor, now.surveyor, row.surveyor),
        assessor: pick(Column::Assessor, now.assessor, row.assessor),
        verifier: pick(Column::Verifier, now.verifier, row.verifier),
        adjuster: pick(Column::Adjuster, now.adjuster, row.adjuster),
    }
}

fn fill_notes(notes: &mut RoundNotes, told: RoundNotes) {
    for (slot, value) in [
        (&mut notes.approver, told.approver),
        (&mut notes.payment_mode, told.payment_mode),
        (&mut notes.box_text, told.box_text),
    ] {
        if slot.is_empty() {
            *slot = value;
        }
    }
}

/// What the store knows of the numbers of a slice, read in one go where they lie close together: a file comes in the
/// order of its numbers. Nothing when they do not, or when a number comes twice.
fn foreseen(conn: &Connection, slice: &[Checked]) -> rusqlite::Result<Option<HashMap<String, Known>>> {
    let mut numbers: Vec<&str> = slice.iter().map(|checked| checked.row.facts.case_no.as_str()).collect();
    numbers.sort_unstable();
    let twice = numbers.windows(2).any(|pair| pair.first() == pair.last());
    match (numbers.first(), numbers.last()) {
        (Some(first), Some(last)) if !twice => store::known_between(conn, (first, last), slice.len() * CROWDED),
        _ => Ok(None),
    }
}

/// The persons the names were taken for, in the order of their columns' English names.
fn persons(people: CasePeople) -> impl Iterator<Item = (&'static str, i64)> {
    [
        (Column::Adjuster, people.adjuster),
        (Column::Assessor, people.assessor),
        (Column::Surveyor, people.surveyor),
        (Column::Verifier, people.verifier),
    ]
    .into_iter()
    .filter_map(|(column, id)| id.map(|id| (columns::english(column), id)))
}

/// Writes into a payload which persons the names were taken for, by key.
fn write_persons(payload: &mut canonical::Object<'_>, people: CasePeople) {
    if persons(people).next().is_none() {
        return;
    }
    let mut named = canonical::Object::open(payload.key("people"));
    persons(people).for_each(|(name, id)| named.number(name, id));
    named.close();
}

/// The same for a payload that is a value.
fn name_persons(payload: &mut Value, people: CasePeople) {
    let map: serde_json::Map<String, Value> =
        persons(people).map(|(name, id)| (name.to_owned(), Value::from(id))).collect();
    if !map.is_empty() {
        payload["people"] = Value::Object(map);
    }
}
