//! A store in a folder of its own, somebody who acts, and cases to act on.

use closing_desk::case::deadline::Rules;
use closing_desk::case::facts::{CasePeople, Facts, Origin};
use closing_desk::case::milestones::Milestones;
use closing_desk::case::store::write::{self, NewCase};
use closing_desk::case::store::{CaseFile, RoundNotes, load, subject};
use closing_desk::db::{ActError, ActTx, Actor, Store, Wait};
use closing_desk::kernel::clock::parse_time;
use closing_desk::reference;
use closing_desk::reference::rulebook::Rulebook;
use closing_desk::registry;
use serde_json::json;
use std::path::PathBuf;
use tempfile::TempDir;

/// A moment from its office time.
pub fn at(text: &str) -> i64 {
    parse_time(text).unwrap()
}

/// The pinned present: a Monday afternoon.
pub fn now() -> i64 {
    at("2026-11-23 15:00:00")
}

/// Whoever can open the file, in a store without people.
pub fn anyone() -> Actor {
    Actor { os_user: "desk".to_owned(), unpeopled: true, ..Actor::default() }
}

/// A fresh store; its folder goes with it.
pub struct Office {
    pub store: Store,
    pub folder: TempDir,
}

impl Office {
    pub fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open_or_create(&folder.path().join("desk.db"), &registry::SCHEMA).unwrap();
        Office { store, folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs an act with a patient wait.
    pub fn act<T>(&self, body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>) -> Result<T, ActError> {
        self.store.act(&anyone(), now(), "test", Wait::Patient, body)
    }

    /// An act that leaves one plain row.
    pub fn note(&self, text: &str) -> i64 {
        self.act(|tx| tx.journal("store", 0, &json!({ "text": text }))).unwrap()
    }

    /// Writes a case as an import would.
    pub fn insert(&self, facts: &Facts, milestones: &Milestones) -> i64 {
        self.act(|tx| insert(tx, facts, milestones)).unwrap()
    }

    /// Saves a case after a change of facts or milestones.
    pub fn save(&self, id: i64, change: impl FnOnce(&mut CaseFile)) {
        self.act(|tx| save(tx, id, change)).unwrap();
    }

    pub fn case(&self, id: i64) -> CaseFile {
        load::by_id(self.store.conn(), id).unwrap().unwrap()
    }

    /// Changes the store behind the program's back.
    pub fn corrupt(&self, sql: &str) {
        self.store.conn().execute_batch(&format!("PRAGMA foreign_keys = 0; {sql}; PRAGMA foreign_keys = 1;")).unwrap();
    }

    /// Names of the invariants that do not hold.
    pub fn broken(&self) -> Vec<&'static str> {
        let verdicts = closing_desk::db::reconcile::run(&self.store, &registry::invariants());
        verdicts.into_iter().filter(|v| v.broken.is_some()).map(|v| v.invariant.name).collect()
    }
}

pub fn insert(tx: &mut ActTx<'_>, facts: &Facts, milestones: &Milestones) -> Result<i64, ActError> {
    let rules = reference::store::rulebook(tx.store())?;
    let round = notes(&rules, milestones);
    let new = NewCase {
        facts,
        people: CasePeople::default(),
        origin: Origin::Import,
        awaiting_core: false,
        import_seq: tx.next_seq(),
        received_at: tx.now,
        milestones,
        round: &round,
    };
    let (id, code) = write::insert(tx, &new, &rules)?;
    tx.journal(&subject(&code), 1, &json!({"insured": facts.insured}))?;
    Ok(id)
}

pub fn save(tx: &mut ActTx<'_>, id: i64, change: impl FnOnce(&mut CaseFile)) -> Result<(), ActError> {
    let rules = reference::store::rulebook(tx.store())?;
    let before = load::by_id(tx.conn(), id)?.unwrap();
    let mut after = before.clone();
    change(&mut after);
    if after.milestones.closed_at.is_some() && after.round.batch_day.is_empty() {
        after.round.batch_day = notes(&rules, &after.milestones).batch_day;
    }
    let version = write::save(tx, &before, &mut after, &rules, true)?;
    tx.journal(&subject(&after.case_code), version, &json!({"insured": after.facts.insured}))?;
    Ok(())
}

fn notes(rules: &Rulebook, m: &Milestones) -> RoundNotes {
    let clocks = Rules { calendar: &rules.calendar, settings: &rules.settings };
    RoundNotes {
        batch_day: m.closed_at.map_or_else(String::new, |at| clocks.batch_day(at).to_string()),
        archive_due: clocks.archive(m).map(|due| due.due_at),
        archive_edition: m.closed_at.map_or_else(String::new, |_| rules.calendar.edition()),
        ..RoundNotes::default()
    }
}

/// A synthetic case of a line without special rules.
pub fn facts(insured: &str) -> Facts {
    Facts { line: "home".to_owned(), insured: insured.to_owned(), ..Facts::default() }
}

/// The first round of a case nothing has been done to.
pub fn fresh() -> Milestones {
    Milestones { round: 1, start_step: 1, opened_at: now(), ..Milestones::default() }
}
