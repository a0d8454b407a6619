//! Adding a year's calendar: what it changes, storing it, and recomputing the deadlines of unfiled cases.

use super::rules::Right;
use super::store;
use crate::case::store::write::{archive_deadline, derive};
use crate::case::store::{self as cases, CaseFile, due, load, write};
use crate::db::{ActError, ActTx, Actor, Store, Wait, meta};
use crate::kernel::calendar::{Calendar, DayChange, YearFile};
use crate::kernel::words::W;
use crate::phrase;
use crate::reference::calendars::{Standing, error_words, standing};
use crate::reference::rulebook::Rulebook;
use crate::reference::store as reference;
use serde_json::json;

/// Cases recomputed in one transaction: some tens of milliseconds.
const SLICE: usize = 200;

/// A file that was read, beside the calendar it would join.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The file's own text, kept as it is.
    pub text: String,
    /// The file as read.
    pub file: YearFile,
    /// How it stands to what is in force.
    pub standing: Standing,
    /// Days that would be read differently, ascending.
    pub changes: Vec<DayChange>,
}

/// What adding a calendar did to the cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recomputed {
    /// Unfiled cases looked at.
    pub looked_at: i64,
    /// Of these, whose stored archive deadline or nearest deadline moved.
    pub moved: i64,
}

/// Reads a year file and lists what it would change.
///
/// # Errors
/// A refusal that says what is wrong with the file.
pub fn plan(calendar: &Calendar, text: &str) -> Result<Plan, ActError> {
    let file = YearFile::parse(text.trim_start_matches('\u{feff}'))
        .map_err(|error| ActError::refuse_field("calendar_file", "path", error_words(&error)))?;
    let standing = standing(calendar, &file);
    if standing == Standing::SameEditionOtherDays {
        let words = phrase!(W::ReferenceSameEdition, i64::from(file.year), file.edition.clone());
        return Err(ActError::refuse_field("calendar_edition", "path", words));
    }
    Ok(Plan { text: text.to_owned(), changes: calendar.diff(&file), standing, file })
}

/// Stores the file. The deadlines follow with [`recompute`]; those computed from another calendar carry its edition.
///
/// # Errors
/// A refusal in words, or what SQLite says.
pub fn add(tx: &mut ActTx<'_>, plan: &Plan) -> Result<(), ActError> {
    let actor = store::require(tx, Right::Calendars)?;
    // Planned again on what the store says now: another desk may have added one.
    let calendar = reference::calendar(tx.conn())?;
    let plan = self::plan(&calendar, &plan.text)?;
    if plan.standing == Standing::Known {
        let words = phrase!(W::ReferenceKnown, i64::from(plan.file.year), plan.file.edition.clone());
        return Err(ActError::refuse_field("calendar_known", "path", words));
    }
    let edition_was = calendar.file(plan.file.year).map_or("", |known| known.edition.as_str()).to_owned();
    reference::add_calendar_file(tx.conn(), &plan.file, &plan.text, &actor.staff_no, tx.now)?;
    meta::rules_changed(tx.conn())?;
    let days = |days: &[chrono::NaiveDate]| days.iter().map(ToString::to_string).collect::<Vec<_>>();
    let facts = json!({
        "edition": plan.file.edition,
        "edition_was": edition_was,
        "source": plan.file.source,
        "holidays": days(&plan.file.holidays),
        "worked": days(&plan.file.worked),
        "changed_days": plan.changes.iter().map(|c| c.day.to_string()).collect::<Vec<_>>(),
        "open_cases": due::open_ids(tx.conn())?.len(),
    });
    tx.journal(&format!("calendar {}", plan.file.year), 0, &facts)?;
    Ok(())
}

/// Recomputes the deadlines of every unfiled case by the calendar in force, slice by slice, so that no desk waits long.
/// Repeating it after a crash finds nothing left to move. `stop` is asked between slices.
///
/// # Errors
/// What SQLite says; whole slices stay.
pub fn recompute(
    store: &Store,
    actor: &Actor,
    now: i64,
    mut between: impl FnMut(Recomputed, usize) -> bool,
) -> Result<Recomputed, ActError> {
    let ids = due::open_ids(store.conn())?;
    let mut done = Recomputed::default();
    for slice in ids.chunks(SLICE) {
        let moved = store.act(actor, now, "deadline_recomputed", Wait::Patient, |tx| recompute_slice(tx, slice))?;
        done.looked_at += i64::try_from(slice.len()).unwrap_or(0);
        done.moved += moved;
        if !between(done, ids.len()) {
            break;
        }
    }
    Ok(done)
}

fn recompute_slice(tx: &mut ActTx<'_>, ids: &[i64]) -> Result<i64, ActError> {
    // Read inside the transaction: a desk may have added another calendar between two slices.
    let rules = reference::load(tx.conn())?;
    let edition = rules.calendar.edition();
    let mut moved = 0;
    for id in ids {
        let Some(before) = load::by_id(tx.conn(), *id)? else { continue };
        if before.milestones.filed_at.is_none() && recompute_case(tx, &before, &rules, &edition)? {
            moved += 1;
        }
    }
    Ok(moved)
}

fn recompute_case(tx: &mut ActTx<'_>, before: &CaseFile, rules: &Rulebook, edition: &str) -> Result<bool, ActError> {
    let archive_due = archive_deadline(&before.milestones, rules).map(|d| d.due_at);
    let fresh = derive(&before.facts, before.received_at, &before.milestones, rules);
    let (due_was, kind_was) = due::stored_due(tx.conn(), before.id)?;
    let stored_moves = archive_due.is_some() && archive_due != before.round.archive_due;
    let nearest_moves = (fresh.due_at, fresh.due_kind) != (due_was, kind_was);
    let edition_moves = archive_due.is_some() && before.round.archive_edition != edition;
    if !stored_moves && !nearest_moves && !edition_moves {
        return Ok(false);
    }
    let mut after = before.clone();
    write::save(tx, before, &mut after, rules, false)?;
    let facts = json!({
        "archive_due": after.round.archive_due,
        "archive_due_was": before.round.archive_due,
        "archive_edition": after.round.archive_edition,
        "due_at": fresh.due_at,
        "due_at_was": due_was,
    });
    tx.journal(&cases::subject(&after.case_code), after.version, &facts)?;
    Ok(stored_moves || nearest_moves)
}
