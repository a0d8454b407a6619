//! Keeps the closing of cases: the acts, and what their rules decide on, read inside the transaction.

pub mod authority;
pub mod confirm;
pub mod minutes;
pub mod persons;
pub mod sign;
pub mod turn;

pub use confirm::{Confirmed, confirm_steps};
pub use minutes::add_minutes;
pub use sign::{Signed, SignedMany, sign_many, sign_off, signers};
pub use turn::{reopen, return_to};

use crate::case::store::load::{self, StepRecord};
use crate::case::store::{CaseFile, load as cases};
use crate::closing::rules::Situation;
use crate::db::{ActError, Connection, Store};
use crate::kernel::words::W;
use crate::papers::rules::ItemState;
use crate::papers::store as papers;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use std::rc::Rc;

/// A case with everything the rules of closing ask for.
#[derive(Clone, Debug)]
pub struct Desk {
    /// The case with its current round.
    pub case: CaseFile,
    /// Lines, calendar and settings.
    pub rules: Rc<Rulebook>,
    /// Every step record of the case.
    pub records: Vec<StepRecord>,
    /// The claim part of the checklist.
    pub papers: Vec<ItemState>,
}

impl Desk {
    /// Reads a case; `None` when there is none with this key.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn read(store: &Store, case_id: i64) -> anyhow::Result<Option<Desk>> {
        let conn: &Connection = store.conn();
        let Some(case) = cases::by_id(conn, case_id)? else { return Ok(None) };
        let rules = rulebook(store)?;
        let records = load::steps(conn, case_id)?;
        let papers = papers::items(conn, &rules, &case)?;
        Ok(Some(Desk { case, rules, records, papers }))
    }

    /// What the rules of the steps decide on, at a moment.
    pub fn situation(&self, now: i64) -> Situation<'_> {
        Situation {
            now,
            milestones: &self.case.milestones,
            facts: &self.case.facts,
            records: &self.records,
            papers: &self.papers,
            three_level: self.rules.three_level(&self.case.facts.line, now),
        }
    }

    /// Whether the case is large by the company's limit at a moment; large cases are signed singly.
    pub fn is_large(&self, now: i64) -> bool {
        let compulsory = self.rules.compulsory(&self.case.facts.line);
        self.case.facts.clock_facts(compulsory, self.case.received_at).is_large(&self.rules.settings, now)
    }
}

fn read(store: &Store, case_id: i64) -> Result<Desk, ActError> {
    Desk::read(store, case_id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))
}
