//! Keeps the archive: the acts on files, and what their rules decide on, read inside the transaction; its days and weeks:
//! seals, carry-overs, corrections, the roster, draws and what checkers found.

pub mod back;
pub mod check;
pub mod draw;
pub mod filing;
pub mod findings;
pub mod handover;
pub mod list;
pub mod receipt;
pub mod roster;
pub mod scan;
pub mod seal;
pub mod work;

use super::rules::slot::{self, Slot};
use crate::boxes::rules::{BoxKey, key_of};
use crate::case::milestones::Milestones;
use crate::case::store::{CaseFile, RoundNotes, find, load};
use crate::db::{ActError, ActTx, Actor, Connection, Store};
use crate::instructions::rules::{Evidence, Instruction, State};
use crate::instructions::store as instructions;
use crate::kernel::words::{Arg, Lang, W};
use crate::office::rules::Right;
use crate::office::store::{Person, by_id, by_staff_no, require};
use crate::papers::rules::{ItemState, payment};
use crate::papers::store as papers;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use chrono::NaiveDate;
use std::rc::Rc;

/// A file with everything the rules of the archive ask for.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The case with its current round.
    pub case: CaseFile,
    /// Every round, first to last.
    pub rounds: Vec<(Milestones, RoundNotes)>,
    /// Instructions of the current round.
    pub instructions: Vec<Instruction>,
    /// What is in the slot of the current round.
    pub evidence: Vec<Evidence>,
    /// The claim part of the checklist, and what was shown for the payments.
    pub papers: Vec<ItemState>,
    /// Lines, calendar and settings.
    pub rules: Rc<Rulebook>,
}

impl Desk {
    /// Reads a file; `None` when there is no case with this key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read(store: &Store, case_id: i64) -> anyhow::Result<Option<Desk>> {
        let conn = store.conn();
        let Some(case) = load::by_id(conn, case_id)? else { return Ok(None) };
        let rules = rulebook(store)?;
        let round = case.milestones.round;
        Ok(Some(Desk {
            rounds: load::rounds(conn, case_id)?,
            instructions: instructions::of_round(conn, case_id, round)?,
            evidence: instructions::evidence::of_round(conn, case_id, round)?,
            papers: all_papers(conn, &rules, &case)?,
            rules,
            case,
        }))
    }

    /// What the receipt slot asks for.
    pub fn slot(&self) -> Slot {
        slot::slot(&self.case.milestones, &self.instructions, &self.evidence)
    }

    /// What the file's box must be.
    pub fn key(&self, now: i64) -> Option<BoxKey> {
        key_of(&self.rules, &self.case.facts.line, &self.rounds, now)
    }

    /// Part of the round was paid directly, which the bank alone evidences.
    pub fn direct(&self) -> bool {
        self.instructions.iter().any(|one| one.state == State::Paid && !one.mode.needs_receipt())
    }

    /// The contents list as it fills itself, in the language the office prints in.
    pub fn contents(&self) -> Vec<super::rules::contents::Content> {
        super::rules::contents::fill(&self.papers, &self.evidence, self.direct(), |arg: Arg| arg.say(Lang::Zh))
    }
}

/// The claim part of the checklist, then every paper that was shown for a payment, each once.
fn all_papers(conn: &Connection, rules: &Rulebook, case: &CaseFile) -> rusqlite::Result<Vec<ItemState>> {
    let mut list = papers::items(conn, rules, case)?;
    for (key, mark) in papers::marks(conn, case.id)? {
        let Some(item) = payment::item_of(&key).filter(|_| key.contains('@')) else { continue };
        if mark.state.settled() && list.iter().all(|there| there.item.key != item.key || !there.state.settled()) {
            list.push(ItemState { item, state: mark.state, mark: Some(mark) });
        }
    }
    Ok(list)
}

/// The version of the case with this code, for the journal row of an act that only adds.
///
/// # Errors
/// A refusal when there is no such case.
pub fn version_of(conn: &Connection, case_code: &str) -> Result<i64, ActError> {
    let row = find::by_code(conn, case_code)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))?;
    let case = load::by_id(conn, row.id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))?;
    Ok(case.version)
}

/// The file with this key, inside an act.
fn required(store: &Store, case_id: i64) -> Result<Desk, ActError> {
    Desk::read(store, case_id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))
}

/// The journal's name for a day.
pub fn day_subject(day: NaiveDate) -> String {
    format!("day {day}")
}

/// Who acts, proved to be a person: what is signed needs a name, also in a store that has no people yet.
///
/// # Errors
/// A refusal: no right, nobody signed in.
fn signer(tx: &ActTx<'_>, right: Right) -> Result<Actor, ActError> {
    let actor = require(tx, right)?;
    if actor.id == 0 {
        return Err(ActError::refuse("sign_in", W::OfficeSignInFirst));
    }
    Ok(actor)
}

/// The case with this key, inside an act.
///
/// # Errors
/// A refusal when there is none.
fn case(conn: &Connection, id: i64) -> Result<CaseFile, ActError> {
    load::by_id(conn, id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))
}

/// A person as sheets and lists name them: name and 工号.
///
/// # Errors
/// What SQLite says.
pub fn name_of(conn: &Connection, id: i64) -> rusqlite::Result<String> {
    Ok(by_id(conn, id)?.map_or_else(String::new, |person| full_name(&person)))
}

/// The same by 工号.
///
/// # Errors
/// What SQLite says.
pub fn name_of_no(conn: &Connection, staff_no: &str) -> rusqlite::Result<String> {
    Ok(by_staff_no(conn, staff_no)?.map_or_else(|| staff_no.to_owned(), |person| full_name(&person)))
}

fn full_name(person: &Person) -> String {
    format!("{} {}", person.name, person.staff_no)
}
