//! The same case again: what a repeated row changes, and whether it may. Pure.

use super::row::{Past, Row, Values};
use crate::case::facts::Column;
use crate::case::milestones::Milestones;
use crate::case::store::CaseFile;

/// A column whose value is another one than the last import brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which.
    pub column: Column,
    /// What the last import brought; empty when nothing.
    pub old: String,
    /// What this one brings; never empty.
    pub new: String,
}

/// The changes of a row against the row as last imported. A filled column that is empty now is no change.
pub fn changes(previous: &Values, row: &Values) -> Vec<Change> {
    row.iter()
        .filter_map(|(column, new)| {
            let old = previous.get(column).map_or("", String::as_str);
            (old != new).then(|| Change { column: *column, old: old.to_owned(), new: new.clone() })
        })
        .collect()
}

/// What becomes of a repeated row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing new.
    Same,
    /// Nothing new, and the core system agrees again with what was confirmed here.
    Agrees,
    /// Taken in.
    Take {
        /// Every change.
        changes: Vec<Change>,
        /// Only empty columns were filled.
        completed: bool,
        /// The case is closed by this row (`--past`).
        takes_over: bool,
    },
    /// Refused: these columns are confirmed here with another value.
    Conflict(Vec<Column>),
}

/// Decides on a repeated row. `same_person` tells whether a name in a column means the person the case names there.
pub fn decide(case: &CaseFile, previous: &Values, row: &Row, same_person: impl Fn(Column, &str) -> bool) -> Verdict {
    let changes = changes(previous, &row.values());
    if changes.is_empty() {
        return if case.core_differs { Verdict::Agrees } else { Verdict::Same };
    }
    let current = Row::of(case).values();
    let takes_over = row.past.closed_at.is_some() && case.milestones.closed_at.is_none();
    let conflicts: Vec<Column> = changes
        .iter()
        .filter(|change| {
            let now = current.get(&change.column);
            let agrees = now == Some(&change.new) || same_person(change.column, &change.new);
            !agrees && refused(case, change.column, now.is_some(), takes_over)
        })
        .map(|change| change.column)
        .collect();
    if !conflicts.is_empty() {
        return Verdict::Conflict(conflicts);
    }
    let completed = changes.iter().all(|change| change.old.is_empty());
    Verdict::Take { changes, completed, takes_over }
}

/// Whether a column that differs from what stands here may not be changed by a row.
fn refused(case: &CaseFile, column: Column, filled: bool, takes_over: bool) -> bool {
    let m = &case.milestones;
    if column as usize >= Column::DAILY {
        return if takes_over {
            // Work that was done here is not written over by a record of work done elsewhere.
            m.round > 1 || m.endorsed || m.steps.iter().any(Option::is_some)
        } else {
            filled || !m.taken_over
        };
    }
    filled && confirmed(m, column.step())
}

/// Whether a step of the current round is confirmed; step 0 never is.
fn confirmed(m: &Milestones, step: u8) -> bool {
    usize::from(step).checked_sub(1).and_then(|index| m.steps.get(index)).is_some_and(Option::is_some)
}

/// Puts what a later record tells into milestones, where nothing stands yet.
pub fn fill(m: &mut Milestones, told: &Milestones) {
    for (slot, value) in [
        (&mut m.told_at, told.told_at),
        (&mut m.agreed_at, told.agreed_at),
        (&mut m.delivered_at, told.delivered_at),
        (&mut m.chosen_at, told.chosen_at),
        (&mut m.prechecked_at, told.prechecked_at),
        (&mut m.paid_at, told.paid_at),
        (&mut m.receipt_at, told.receipt_at),
        (&mut m.sorted_at, told.sorted_at),
        (&mut m.bound_at, told.bound_at),
        (&mut m.filed_at, told.filed_at),
    ] {
        *slot = slot.or(value);
    }
}

/// The row that stands behind a case after these changes: its facts with the new values, and its past.
pub fn merged(case: &CaseFile, row: &Row, changes: &[Change]) -> Row {
    let past = Row::of(case).past;
    let mut after = Row { facts: case.facts.clone(), past };
    let mut source = row.clone();
    for change in changes {
        after.copy(&mut source, change.column);
    }
    if row.past == Past::default() {
        after.past = Row::of(case).past;
    }
    after
}

#[cfg(test)]
mod tests;
