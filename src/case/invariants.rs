//! What must hold for every case, checked by `reconcile`.

use super::deadline::Rules;
use super::milestones::{Milestones, Stage};
use super::store::load::StepRecord;
use super::store::walk::{self, Walked};
use super::store::{CaseFile, RoundNotes, find, list, load, write};
use super::words;
use crate::db::reconcile::{self, Check, Invariant, Walk};
use crate::db::search_sum::Sum;
use crate::db::{Connection, Store, meta};
use crate::kernel::code::{Code, CodeKind};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office;
use crate::reference;
use crate::reference::rulebook::Rulebook;

/// The invariants of cases.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: DERIVED, word: W::CaseInvariantDerived, check: Check::On(CASES) },
    Invariant { name: "case.counters", word: W::CaseInvariantCounters, check: Check::Alone(counters) },
    Invariant { name: "case.archive_due", word: W::CaseInvariantArchiveDue, check: Check::On(CASES) },
    Invariant { name: "case.codes", word: W::CaseInvariantCodes, check: Check::On(CASES) },
    Invariant { name: "case.version", word: W::CaseInvariantVersion, check: Check::On(CASES) },
    Invariant { name: "case.steps", word: W::CaseInvariantSteps, check: Check::On(CASES) },
    Invariant { name: "case.four_eyes", word: W::CaseInvariantFourEyes, check: Check::On(CASES) },
    Invariant { name: SEARCH, word: W::CaseInvariantSearch, check: Check::On(CASES) },
];

const DERIVED: &str = "case.derived";
const SEARCH: &str = "case.search";
/// One walk answers for every invariant that looks at each case.
const CASES: Walk = Walk { name: "cases", run: walk };

/// Cases read at a time on the walk over the store.
const PAGE: i64 = 500;

/// What a check of one case decides with.
struct Seen<'a> {
    conn: &'a Connection,
    rules: &'a Rulebook,
    walked: &'a Walked,
}

impl Seen<'_> {
    fn case(&self) -> &CaseFile {
        &self.walked.case
    }

    fn code(&self) -> Arg {
        Arg::Text(self.case().case_code.clone())
    }
}

/// Says what is wrong with a case, if anything.
type CaseCheck = fn(&Seen<'_>) -> anyhow::Result<Option<Phrase>>;

const CHECKS: [(&str, CaseCheck); 7] = [
    (DERIVED, derived),
    ("case.archive_due", archive_due),
    ("case.codes", codes),
    ("case.version", version),
    ("case.steps", steps),
    ("case.four_eyes", four_eyes),
    (SEARCH, tails),
];

/// Walks over every case until each check has found a broken one, or to the end.
fn walk(store: &Store) -> anyhow::Result<Vec<(&'static str, Phrase)>> {
    let (conn, rules) = (store.conn(), reference::store::rulebook(store)?);
    let mut found = Vec::new();
    // A case without its round is on no list, nor on the walk below.
    if let Some(code) = load::without_round(conn)? {
        found.push((DERIVED, Phrase::new(W::CaseBrokenDerived, [Arg::Text(code)])));
    }
    let (mut last, mut names) = (0, Sum::default());
    loop {
        let page = walk::after(conn, last, PAGE)?;
        for walked in &page {
            last = walked.case.id;
            let seen = Seen { conn, rules: &rules, walked };
            find::add_to_sum(&mut names, seen.case());
            for (name, check) in CHECKS {
                if found.iter().any(|(broken, _)| *broken == name) {
                    continue;
                }
                let broken = check(&seen).unwrap_or_else(|error| Some(reconcile::failed(&error)));
                found.extend(broken.map(|what| (name, what)));
            }
        }
        if page.is_empty() || found.len() == CHECKS.len() {
            break;
        }
    }
    if found.iter().all(|(broken, _)| *broken != SEARCH) {
        found.extend(unknown_name(conn, &names)?.map(|what| (SEARCH, what)));
    }
    Ok(found)
}

/// The first case the search does not know. Each is asked for only where the sums say that something is wrong.
fn unknown_name(conn: &Connection, names: &Sum) -> anyhow::Result<Option<Phrase>> {
    if names.is_all(conn)? {
        return Ok(None);
    }
    let mut last = 0;
    loop {
        let page = load::after(conn, last, PAGE)?;
        for case in &page {
            last = case.id;
            if !find::knows(conn, case)? {
                return Ok(Some(Phrase::new(W::CaseBrokenSearch, [Arg::Text(case.case_code.clone())])));
            }
        }
        if page.is_empty() {
            return Ok(None);
        }
    }
}

fn derived(seen: &Seen<'_>) -> anyhow::Result<Option<Phrase>> {
    let case = seen.case();
    let should = write::derive(&case.facts, case.received_at, &case.milestones, seen.rules);
    Ok((seen.walked.derived != should).then(|| Phrase::new(W::CaseBrokenDerived, [seen.code()])))
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
fn archive_due(seen: &Seen<'_>) -> anyhow::Result<Option<Phrase>> {
    let current = seen.case().milestones.round;
    let broken = seen.walked.rounds.iter().find(|(m, notes)| !archive_fits(seen.rules, m, notes, m.round == current));
    Ok(broken.map(|(m, _)| Phrase::new(W::CaseBrokenArchiveDue, [seen.code(), Arg::Number(m.round)])))
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

fn codes(seen: &Seen<'_>) -> anyhow::Result<Option<Phrase>> {
    let right = Code::parse(&seen.case().case_code).is_ok_and(|code| code.kind() == CodeKind::Case);
    Ok((!right).then(|| Phrase::new(W::CaseBrokenCode, [seen.code()])))
}

fn version(seen: &Seen<'_>) -> anyhow::Result<Option<Phrase>> {
    let case = seen.case();
    let journalled = walk::journalled_version(seen.conn, &case.case_code)?;
    Ok((journalled != case.version)
        .then(|| Phrase::new(W::CaseBrokenVersion, [seen.code(), Arg::Number(case.version), Arg::Number(journalled)])))
}

/// A confirmed step has exactly one record in force, an unconfirmed one none; taken-over rounds have none at all.
fn steps(seen: &Seen<'_>) -> anyhow::Result<Option<Phrase>> {
    let records = &seen.walked.steps;
    for (m, _) in seen.walked.rounds.iter().filter(|(m, _)| !m.taken_over) {
        for step in 1..=5_u8 {
            let confirmed = if step == 5 { m.closed_at.is_some() } else { m.steps[usize::from(step) - 1].is_some() };
            let in_force =
                records.iter().filter(|r| r.round == m.round && r.step == step && r.void_at.is_none()).count();
            if in_force != usize::from(confirmed) {
                let args = [seen.code(), Arg::Number(m.round), Arg::Number(i64::from(step))];
                return Ok(Some(Phrase::new(W::CaseBrokenSteps, args)));
            }
        }
    }
    Ok(None)
}

fn four_eyes(seen: &Seen<'_>) -> anyhow::Result<Option<Phrase>> {
    let records = &seen.walked.steps;
    for sign_off in records.iter().filter(|r| r.step == 5 && r.void_at.is_none()) {
        let in_round =
            |step| records.iter().find(|r| r.round == sign_off.round && r.step == step && r.void_at.is_none());
        let three_level = seen.rules.three_level(&seen.case().facts.line, sign_off.recorded_at);
        if let Some(twice) = same_person(in_round(3), in_round(4), sign_off, three_level) {
            return broken_four_eyes(seen.conn, seen.case(), sign_off.round, twice).map(Some);
        }
    }
    Ok(None)
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

/// The numbers written backwards; the names are looked at behind the walk.
fn tails(seen: &Seen<'_>) -> anyhow::Result<Option<Phrase>> {
    Ok((!seen.walked.tails_fit).then(|| Phrase::new(W::CaseBrokenSearch, [seen.code()])))
}
