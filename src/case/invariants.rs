//! What must hold for every case, checked by `reconcile`.

use super::deadline::Rules;
use super::milestones::{Milestones, Stage};
use super::store::load::StepRecord;
use super::store::{CaseFile, RoundNotes, find, list, load, subject, write};
use super::words;
use crate::db::reconcile::Invariant;
use crate::db::{Connection, Store, journal, meta};
use crate::kernel::code::{Code, CodeKind};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::reference;
use crate::reference::rulebook::Rulebook;

/// The invariants of cases.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "case.derived", word: W::CaseInvariantDerived, check: derived },
    Invariant { name: "case.counters", word: W::CaseInvariantCounters, check: counters },
    Invariant { name: "case.archive_due", word: W::CaseInvariantArchiveDue, check: archive_due },
    Invariant { name: "case.codes", word: W::CaseInvariantCodes, check: codes },
    Invariant { name: "case.version", word: W::CaseInvariantVersion, check: version },
    Invariant { name: "case.steps", word: W::CaseInvariantSteps, check: steps },
    Invariant { name: "case.four_eyes", word: W::CaseInvariantFourEyes, check: four_eyes },
    Invariant { name: "case.search", word: W::CaseInvariantSearch, check: searchable },
];

/// Cases read at a time on a walk over the store.
const PAGE: i64 = 500;

/// Walks over every case until one is broken.
fn each(
    store: &Store,
    mut check: impl FnMut(&CaseFile) -> anyhow::Result<Option<Phrase>>,
) -> anyhow::Result<Option<Phrase>> {
    let mut last = 0;
    loop {
        let page = load::after(store.conn(), last, PAGE)?;
        if page.is_empty() {
            return Ok(None);
        }
        for case in &page {
            last = case.id;
            if let Some(broken) = check(case)? {
                return Ok(Some(broken));
            }
        }
    }
}

fn derived(store: &Store) -> anyhow::Result<Option<Phrase>> {
    // A case without its round is on no list, nor on the walk below.
    if let Some(code) = load::without_round(store.conn())? {
        return Ok(Some(Phrase::new(W::CaseBrokenDerived, [Arg::Text(code)])));
    }
    let rules = reference::store::rulebook(store)?;
    each(store, |case| {
        let should = write::derive(&case.facts, case.received_at, &case.milestones, &rules);
        let is = write::read_derived(store.conn(), case.id)?;
        Ok((is != Some(should)).then(|| Phrase::new(W::CaseBrokenDerived, [Arg::Text(case.case_code.clone())])))
    })
}

fn counters(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let kept = list::stage_counts(store.conn())?;
    let counted = list::recount(store.conn())?;
    let total = meta::counter(store.conn(), write::TOTAL)?;
    if total != counted.total() {
        let args = [Arg::Word(W::CaseFilterAll), Arg::Number(total), Arg::Number(counted.total())];
        return Ok(Some(Phrase::new(W::CaseBrokenCounters, args)));
    }
    Ok(Stage::ALL.into_iter().find(|stage| kept.of(*stage) != counted.of(*stage)).map(|stage| {
        Phrase::new(
            W::CaseBrokenCounters,
            [Arg::Word(words::stage(stage)), Arg::Number(kept.of(stage)), Arg::Number(counted.of(stage))],
        )
    }))
}

/// Batch day and deadline of every closed round, recomputed from facts and the recorded calendar edition.
fn archive_due(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let rules = reference::store::rulebook(store)?;
    each(store, |case| {
        for (m, notes) in load::rounds(store.conn(), case.id)? {
            if !archive_fits(&rules, &m, &notes, m.round == case.milestones.round) {
                let args = [Arg::Text(case.case_code.clone()), Arg::Number(m.round)];
                return Ok(Some(Phrase::new(W::CaseBrokenArchiveDue, args)));
            }
        }
        Ok(None)
    })
}

fn archive_fits(rules: &Rulebook, m: &Milestones, notes: &RoundNotes, current: bool) -> bool {
    let Some(closed_at) = m.closed_at else { return notes.batch_day.is_empty() && notes.archive_due.is_none() };
    // A deadline fixed with an older edition of the calendar stays what it was for filed rounds, and for those a
    // reopening has ended.
    if notes.archive_edition != rules.calendar.edition() {
        return m.filed_at.is_some() || !current;
    }
    let now = Rules { calendar: &rules.calendar, settings: &rules.settings };
    notes.batch_day == now.batch_day(closed_at).to_string() && notes.archive_due == now.archive(m).map(|d| d.due_at)
}

fn codes(store: &Store) -> anyhow::Result<Option<Phrase>> {
    each(store, |case| {
        let right = Code::parse(&case.case_code).is_ok_and(|code| code.kind() == CodeKind::Case);
        Ok((!right).then(|| Phrase::new(W::CaseBrokenCode, [Arg::Text(case.case_code.clone())])))
    })
}

fn version(store: &Store) -> anyhow::Result<Option<Phrase>> {
    each(store, |case| {
        let newest = journal::of_subject(store.conn(), &subject(&case.case_code), i64::MAX, 1)?;
        let journalled = newest.first().map_or(0, |row| row.version);
        Ok((journalled != case.version).then(|| {
            let args = [Arg::Text(case.case_code.clone()), Arg::Number(case.version), Arg::Number(journalled)];
            Phrase::new(W::CaseBrokenVersion, args)
        }))
    })
}

/// A confirmed step has exactly one record in force, an unconfirmed one none; taken-over rounds have none at all.
fn steps(store: &Store) -> anyhow::Result<Option<Phrase>> {
    each(store, |case| {
        let records = load::steps(store.conn(), case.id)?;
        for (m, _) in load::rounds(store.conn(), case.id)? {
            if m.taken_over {
                continue;
            }
            for step in 1..=5_u8 {
                let confirmed =
                    if step == 5 { m.closed_at.is_some() } else { m.steps[usize::from(step) - 1].is_some() };
                let in_force =
                    records.iter().filter(|r| r.round == m.round && r.step == step && r.void_at.is_none()).count();
                if in_force != usize::from(confirmed) {
                    let args = [Arg::Text(case.case_code.clone()), Arg::Number(m.round), Arg::Number(i64::from(step))];
                    return Ok(Some(Phrase::new(W::CaseBrokenSteps, args)));
                }
            }
        }
        Ok(None)
    })
}

fn four_eyes(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let rules = reference::store::rulebook(store)?;
    each(store, |case| {
        let records = load::steps(store.conn(), case.id)?;
        for sign_off in records.iter().filter(|r| r.step == 5 && r.void_at.is_none()) {
            let in_round =
                |step| records.iter().find(|r| r.round == sign_off.round && r.step == step && r.void_at.is_none());
            let three_level = rules.three_level(&case.facts.line, sign_off.recorded_at);
            if let Some(twice) = same_person(in_round(3), in_round(4), sign_off, three_level) {
                return broken_four_eyes(store.conn(), case, sign_off.round, twice).map(Some);
            }
        }
        Ok(None)
    })
}

fn broken_four_eyes(conn: &Connection, case: &CaseFile, round: i64, person: i64) -> anyhow::Result<Phrase> {
    let name = office::store::label(conn, Some(person))?;
    Ok(Phrase::new(W::CaseBrokenFourEyes, [Arg::Text(case.case_code.clone()), Arg::Number(round), Arg::Text(name)]))
}

/// The person who did two things that must be apart, if any (domain §2).
fn same_person(
    assess: Option<&StepRecord>,
    price: Option<&StepRecord>,
    sign_off: &StepRecord,
    three_level: bool,
) -> Option<i64> {
    let approver = sign_off.person_id?;
    let adjuster = price.and_then(|r| r.second_id);
    if adjuster == Some(approver) {
        return Some(approver);
    }
    let own = [assess, price].into_iter().flatten().filter(|r| r.carried_from == 0);
    if own.into_iter().any(|r| r.recorded_by == approver) {
        return Some(approver);
    }
    if !three_level {
        return None;
    }
    let four = [assess.and_then(|r| r.person_id), price.and_then(|r| r.person_id), adjuster, Some(approver)];
    let named: Vec<i64> = four.into_iter().flatten().collect();
    named.iter().enumerate().find(|(at, person)| named[at + 1..].contains(person)).map(|(_, person)| *person)
}

fn searchable(store: &Store) -> anyhow::Result<Option<Phrase>> {
    each(store, |case| {
        let known = find::knows(store.conn(), case)? && write::tails_fit(store.conn(), case.id, &case.facts)?;
        Ok((!known).then(|| Phrase::new(W::CaseBrokenSearch, [Arg::Text(case.case_code.clone())])))
    })
}
