//! Lives through a schedule of acts, one after the other in time, as the people of the office would have done them.

use super::chance::Chance;
use super::data::Data;
use super::deeds::Work;
use super::office::{Cast, act};
use crate::case::store::load;
use crate::closing::rules::Entry;
use crate::closing::rules::reopen::Reason;
use crate::closing::store as closing;
use crate::db::{ActTx, Store};
use crate::intake::apply::{Checked, Desk, Taken};
use crate::intake::hand;
use crate::intake::join::{self, Decision};
use crate::intake::people::People;
use crate::intake::row::Row;
use crate::intake::store as rows;
use crate::kernel::clock;
use crate::office::deputies::{self, NewDeputy};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::papers::rules::State;
use crate::papers::store::{self as papers, NewMark};
use crate::reference::store::rulebook;
use anyhow::{Context, bail, ensure};
use std::collections::BTreeMap;

/// Rows of one file that are taken in by one act.
pub const SLICE: usize = 1_000;

/// Something somebody does.
#[derive(Clone, Debug)]
pub enum Deed {
    /// A row of the day's file; those of one moment are one file.
    Row(Box<Row>),
    /// The core's record of a case that was closed elsewhere.
    Closed(Box<Row>),
    /// A case is entered by hand.
    Hand(hand::Typed),
    /// The row that a case entered by hand waits for is joined to it.
    Join,
    /// Every paper is there.
    AllPapers,
    /// One paper is marked: its place in the checklist, the state, the reason.
    Paper(usize, State, String),
    /// The one-time notice reached the customer.
    Notice,
    /// What was asked for arrived.
    Supplement,
    /// Steps are confirmed.
    Confirm(u8, Box<Entry>),
    /// Minutes of a consultation.
    Minutes,
    /// The fifth step.
    Sign,
    /// Back to a step.
    Return(u8, String),
    /// A new round that starts at a step.
    Reopen(u8),
    /// A note.
    Note(String),
    /// A leader names somebody as deputy for some days, up to so many yuan.
    Deputy(String, i64, i64),
    /// What comes after the closing, and what is kept for it.
    Work(Box<Work>),
}

/// A deed with its time, its case and who does it (工号).
#[derive(Clone, Debug)]
pub struct Event {
    /// UTC seconds.
    pub at: i64,
    /// Number of the case in the schedule.
    pub case: usize,
    /// Who.
    pub by: String,
    /// What.
    pub deed: Deed,
}

/// Everything that is lived.
#[derive(Debug, Default)]
pub struct Schedule {
    /// The events, in any order; those of one case and one moment in the order they happen.
    pub events: Vec<Event>,
    /// How many cases they are about.
    pub cases: usize,
}

impl Schedule {
    /// A new case.
    pub fn case(&mut self) -> usize {
        self.cases += 1;
        self.cases - 1
    }

    /// Adds an event.
    pub fn add(&mut self, at: i64, case: usize, by: &str, deed: Deed) {
        self.events.push(Event { at, case, by: by.to_owned(), deed });
    }
}

/// Lives a schedule.
pub(super) struct Life<'a> {
    pub(super) store: &'a Store,
    pub(super) data: &'a Data,
    pub(super) cast: &'a Cast,
    /// Keys of the cases that are there.
    ids: Vec<Option<i64>>,
    people: People,
    /// Keys of the batches that were made, by their number in the schedule.
    pub(super) batches: BTreeMap<usize, i64>,
}

/// Lives a schedule through to its end. `told` hears how many events of how many are done, and may stop it.
///
/// # Errors
/// When an act is refused: the schedule is then wrong, not the world.
pub fn live(
    store: &Store,
    data: &Data,
    cast: &Cast,
    schedule: Schedule,
    mut told: impl FnMut(usize, usize) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Schedule { mut events, cases } = schedule;
    // Stable, so that a case's events of one moment keep their order; files come before what is done with their rows.
    events.sort_by_key(|event| (event.at, file_of(event).map_or(2, u8::from)));
    let mut life =
        Life { store, data, cast, ids: vec![None; cases], people: People::default(), batches: BTreeMap::new() };
    let mut rest: &[Event] = &events;
    while let Some(event) = rest.first() {
        told(events.len() - rest.len(), events.len())?;
        let file = file_of(event);
        let same = |other: &&Event| file.is_some() && file_of(other) == file && other.at == event.at;
        let many = rest.iter().take(SLICE).take_while(same).count().max(1);
        let (now, later) = rest.split_at(many);
        match file {
            Some(closed) => life.file(now, closed)?,
            None => life.deed(event).with_context(|| format!("at {}", clock::file_time(event.at)))?,
        }
        rest = later;
    }
    Ok(())
}

/// Whether an event is a row of a file, and whether of the one with closed cases.
fn file_of(event: &Event) -> Option<bool> {
    match event.deed {
        Deed::Row(_) => Some(false),
        Deed::Closed(_) => Some(true),
        _ => None,
    }
}

/// The name of a day's file.
pub fn file_name(at: i64, closed: bool) -> String {
    let time = clock::local(at);
    format!("core-{}{}.csv", time.format("%Y%m%d-%H%M"), if closed { "-closed" } else { "" })
}

impl Life<'_> {
    fn file(&mut self, events: &[Event], closed: bool) -> anyhow::Result<()> {
        let Some(first) = events.first() else { return Ok(()) };
        let rules = rulebook(self.store)?;
        let source = file_name(first.at, closed);
        let (people, right) = (&mut self.people, if closed { Right::ImportPast } else { Right::Import });
        let rows = events.iter().filter_map(|event| match &event.deed {
            Deed::Row(row) | Deed::Closed(row) => Some(Checked::new(Row::clone(row))),
            _ => None,
        });
        let rows: Vec<Checked> = rows.collect();
        let taken = act(self.store, self.cast.of(&first.by)?, first.at, "import", |tx| {
            require(tx, right)?;
            Desk::read(tx.conn(), &rules, &source)?.take_all(tx, people, &rows)
        })?;
        for (event, (row, taken)) in events.iter().zip(rows.iter().map(Checked::row).zip(taken)) {
            // A conflict is what some cases are there to show.
            if let Taken::Rejected(finding) = &taken {
                ensure!(finding.code == "conflict", "{}: {}", row.facts.case_no, finding.code);
            }
            if let Some(slot @ None) = self.ids.get_mut(event.case)
                && taken != Taken::Pending
            {
                *slot = rows::known(self.store.conn(), &row.facts.case_no)?.map(|known| known.id);
            }
        }
        Ok(())
    }

    fn deed(&mut self, event: &Event) -> anyhow::Result<()> {
        let (store, at) = (self.store, event.at);
        let who = self.cast.of(&event.by)?;
        if let Deed::Hand(typed) = &event.deed {
            let (id, _) = act(store, who, at, "enter_case", |tx| hand::enter(tx, typed))?;
            return self.came(event.case, id);
        }
        if let Deed::Deputy(deputy, yuan, days) = &event.deed {
            let new = NewDeputy {
                leader_id: who.id,
                deputy_id: self.cast.of(deputy)?.id,
                limit: Some(crate::kernel::money::Fen::from_yuan(*yuan)),
                from_at: at,
                to_at: at + days * clock::DAY,
                reason: self.data.texts.deputy.clone(),
            };
            return act(store, who, at, "deputy_named", |tx| deputies::name(tx, &new)).map(drop);
        }
        if let Deed::Work(work) = &event.deed {
            if self.office(who, at, work)? {
                return Ok(());
            }
            return self.work(who, at, self.id(event.case)?, work).with_context(|| format!("{work:?}"));
        }
        let id = self.id(event.case)?;
        let texts = &self.data.texts;
        match &event.deed {
            Deed::Join => {
                let pending = rows::pending_of_case(store.conn(), id)?;
                let row = pending.first().context("no row waits for the case")?;
                act(store, who, at, "decide_join", |tx| join::decide(tx, row.id, Decision::Same))
            }
            Deed::AllPapers => act(store, who, at, "papers_mark", |tx| papers::papers_all_present(tx, id)).map(drop),
            Deed::Paper(place, state, reason) => {
                let mark = self.mark(id, *place, *state, reason)?;
                act(store, who, at, "papers_mark", |tx| papers::papers_mark(tx, id, &[mark])).map(drop)
            }
            Deed::Notice => seen(self.store, id, |seen| {
                act(store, who, at, "papers_notice", |tx| papers::papers_notice(tx, id, seen, at, ""))
            }),
            Deed::Supplement => seen(self.store, id, |seen| {
                act(store, who, at, "papers_supplement", |tx| papers::papers_supplement(tx, id, seen, at, ""))
            }),
            Deed::Confirm(through, entry) => seen(self.store, id, |seen| {
                act(store, who, at, "confirm_step", |tx| closing::confirm_steps(tx, id, seen, *through, entry))
                    .map(drop)
            }),
            Deed::Minutes => {
                let (day, attendees, conclusion) = (clock::day_of(at), &texts.attendees, &texts.conclusion);
                act(store, who, at, "minutes", |tx| closing::add_minutes(tx, id, Some(day), attendees, conclusion))
            }
            Deed::Sign => seen(self.store, id, |seen| {
                act(store, who, at, "sign_off", |tx| closing::sign_off(tx, id, seen)).map(drop)
            }),
            Deed::Return(step, reason) => seen(self.store, id, |seen| {
                act(store, who, at, "return", |tx| closing::return_to(tx, id, seen, *step, reason)).map(drop)
            }),
            Deed::Reopen(step) => seen(self.store, id, |seen| {
                let body =
                    |tx: &mut ActTx<'_>| closing::reopen(tx, id, seen, Some(Reason::Supplement), &texts.reopen, *step);
                act(store, who, at, "reopen", body).map(drop)
            }),
            Deed::Note(text) => act(store, who, at, "note", |tx| crate::case::acts::add_note(tx, id, text)),
            Deed::Row(_) | Deed::Closed(_) | Deed::Hand(_) | Deed::Deputy(..) | Deed::Work(_) => {
                bail!("done elsewhere")
            }
        }
    }

    /// The key of a case.
    pub(super) fn id(&self, case: usize) -> anyhow::Result<i64> {
        self.ids.get(case).copied().flatten().context("a case that is not there yet")
    }

    fn came(&mut self, case: usize, id: i64) -> anyhow::Result<()> {
        *self.ids.get_mut(case).context("a case nobody planned")? = Some(id);
        Ok(())
    }

    fn mark(&self, id: i64, place: usize, state: State, reason: &str) -> anyhow::Result<NewMark> {
        let case = load::by_id(self.store.conn(), id)?.context("the case is not there")?;
        let rules = rulebook(self.store)?;
        let list = papers::checklist_of(&rules, &case.facts.line).context("a line without a checklist")?;
        let item = list.items.iter().filter(|item| item.required).nth(place).context("a shorter checklist")?;
        Ok(NewMark { item: item.key.clone(), state, reason: reason.to_owned() })
    }
}

/// Runs something with the version the case has now.
pub(super) fn seen(store: &Store, id: i64, then: impl FnOnce(i64) -> anyhow::Result<()>) -> anyhow::Result<()> {
    then(load::by_id(store.conn(), id)?.context("the case is not there")?.version)
}

/// Moments between two, within the office's hours where there are any, in order.
pub fn moments<const N: usize>(chance: &mut Chance, from: i64, to: i64) -> [i64; N] {
    let mut found = [(); N].map(|()| {
        let mut at = chance.between(from, to);
        for _ in 0..40 {
            let time = clock::local(at).time();
            if chrono::Timelike::num_seconds_from_midnight(&time).wrapping_sub(30_600) <= 32_400 {
                break;
            }
            at = chance.between(from, to);
        }
        at
    });
    found.sort_unstable();
    found
}
