//! A case entered by hand in half a minute, before the core system tells of it.

use super::apply::FIRST_VERSION;
use super::check::{self, Against};
use super::columns::COUNT;
use super::row::{self, Row};
use crate::case::facts::{CasePeople, Column, Origin};
use crate::case::milestones::Milestones;
use crate::case::store::write::{self, NewCase};
use crate::case::store::{CaseFile, RoundNotes, load, subject};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::reference::rulebook::Rulebook;
use serde_json::json;

/// The columns that are asked for.
pub const ASKED: [Column; 7] =
    [Column::Line, Column::Insured, Column::CaseNo, Column::AccidentNo, Column::Plate, Column::Phone, Column::LossDate];

/// What was typed, by column.
pub type Typed = Vec<(Column, String)>;

/// Reads what was typed, as an import would read it.
pub fn read(typed: &Typed, rules: &Rulebook, now: i64) -> (Row, Findings) {
    let mut raw = [""; COUNT];
    for (column, text) in typed {
        raw[*column as usize] = text;
    }
    check::check(&raw, &Against { rules, now, past: false, by_hand: true })
}

/// The cases that may be the one about to be entered: same line and same accident number.
///
/// # Errors
/// What SQLite says.
pub fn similar(conn: &Connection, row: &Row) -> rusqlite::Result<Vec<CaseFile>> {
    let mut found = load::of_accident(conn, &row.facts.accident_no)?;
    found.retain(|case| case.facts.line == row.facts.line);
    Ok(found)
}

/// A case in one line: number or code, and the insured.
pub fn naming(case: &CaseFile) -> Phrase {
    let number = if case.facts.case_no.is_empty() { &case.case_code } else { &case.facts.case_no };
    let words = [number, &case.facts.insured].map(|t| Arg::Text(text::neutralise(t).into_owned()));
    Phrase::new(W::IntakeHandNaming, words)
}

/// Enters a case; returns its key and 一案一码. It waits for the core system (待核心补全).
///
/// # Errors
/// Every reason against it; a number that is taken names the case that has it.
pub fn enter(tx: &mut ActTx<'_>, typed: &Typed) -> Result<(i64, String), ActError> {
    require(tx, Right::EnterCase)?;
    let rules = crate::reference::store::rulebook(tx.store())?;
    let (row, mut found) = read(typed, &rules, tx.now);
    if let Some(taken) = load::by_case_no(tx.conn(), &row.facts.case_no)? {
        let what = Phrase::new(W::IntakeHandTaken, [Arg::from(naming(&taken))]);
        found.push(Finding::block("case_no_taken", "case_no", what));
    }
    if found.blocking() {
        return Err(found.into());
    }
    let milestones = Milestones { round: 1, opened_at: tx.now, start_step: 1, ..Milestones::default() };
    let new = NewCase {
        facts: &row.facts,
        people: CasePeople::default(),
        origin: Origin::Hand,
        awaiting_core: true,
        import_seq: 0,
        received_at: tx.now,
        milestones: &milestones,
        round: &RoundNotes::default(),
    };
    let (id, code) = write::insert(tx, &new, &rules)?;
    let payload = json!({ "entered": row::to_json(&row.values()), "awaiting_core": 1 });
    tx.journal(&subject(&code), FIRST_VERSION, &payload)?;
    Ok((id, code))
}
