//! An office whose cases are closed and filed by acts, for the day's end and the spot check.

#![allow(
    dead_code,
    clippy::allow_attributes,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "every test file uses another part, and a test stops where something is missing"
)]

use crate::closing_common::{entry, insert_case, yuan};
use crate::harness::{CLERK, LEADER, Office, moment};
use closing_desk::archive::store::{handover, seal};
use closing_desk::case::milestones::Milestones;
use closing_desk::case::store::{CaseFile, load, subject, write};
use closing_desk::closing::store as closing;
use closing_desk::db::{ActError, ActTx, Wait, reconcile};
use closing_desk::kernel::words::Lang;
use closing_desk::reference::store::rulebook;
use closing_desk::registry;
use serde_json::{Map, Value, json};

/// 工号 of the archivist.
pub const ARCHIVIST: &str = "1008";

/// Does an act as somebody at a moment.
pub fn act<T>(
    office: &Office,
    who: &str,
    when: &str,
    body: impl FnOnce(&mut ActTx<'_>) -> Result<T, ActError>,
) -> Result<T, ActError> {
    office.store().act(&office.actor(who), moment(when), "test", Wait::Patient, body)
}

/// Imports a case.
pub fn put(office: &Office, case_no: &str, payable: i64, when: &str) -> i64 {
    put_line(office, case_no, "motor", payable, when)
}

/// Imports a case of a line.
pub fn put_line(office: &Office, case_no: &str, line: &str, payable: i64, when: &str) -> i64 {
    insert_case(&office.store(), &office.actor(CLERK), when, case_no, |facts| {
        facts.line = line.into();
        facts.papers_at = Some(moment(when));
        (facts.assessed, facts.verified, facts.payable) = (yuan(payable), yuan(payable), yuan(payable));
    })
}

/// Confirms its steps and signs it off at a moment.
pub fn sign(office: &Office, id: i64, payable: i64, when: &str) {
    let seen = case(office, id).version;
    let mut entry = entry(payable);
    entry.survey_day = None;
    act(office, CLERK, when, |tx| closing::confirm_steps(tx, id, seen, 4, &entry)).unwrap();
    let seen = case(office, id).version;
    act(office, LEADER, when, |tx| closing::sign_off(tx, id, seen)).unwrap();
}

/// A case closed at a moment.
pub fn closed(office: &Office, case_no: &str, when: &str) -> i64 {
    let id = put(office, case_no, 800, when);
    sign(office, id, 800, when);
    id
}

pub fn case(office: &Office, id: i64) -> CaseFile {
    load::by_id(office.store().conn(), id).unwrap().unwrap()
}

/// Reaches milestones by an act that journals each under its name, as the archive's own acts do.
pub fn reach(office: &Office, who: &str, id: i64, when: &str, change: impl FnOnce(&mut Milestones, i64)) {
    act(office, who, when, |tx| {
        let rules = rulebook(tx.store())?;
        let before = load::by_id(tx.conn(), id)?.unwrap();
        let mut after = before.clone();
        change(&mut after.milestones, tx.now);
        let version = write::save(tx, &before, &mut after, &rules, true)?;
        let (was, is) = (named(&before), named(&after));
        let mut changed: Map<String, Value> =
            is.into_iter().filter(|(key, value)| was.get(key) != Some(value)).collect();
        changed.insert("round".to_owned(), json!(after.milestones.round));
        tx.journal_as("reach", &subject(&before.case_code), version, &Value::Object(changed))?;
        Ok(())
    })
    .unwrap();
}

/// The milestones behind the sign-off and the deadline, by their names in the journal.
fn named(case: &CaseFile) -> Map<String, Value> {
    let m = &case.milestones;
    let pairs = [
        ("told_at", m.told_at),
        ("agreed_at", m.agreed_at),
        ("chosen_at", m.chosen_at),
        ("prechecked_at", m.prechecked_at),
        ("paid_at", m.paid_at),
        ("receipt_at", m.receipt_at),
        ("sorted_at", m.sorted_at),
        ("bound_at", m.bound_at),
        ("filed_at", m.filed_at),
        ("archive_due", case.round.archive_due),
    ];
    pairs.into_iter().map(|(name, at)| (name.to_owned(), json!(at))).collect()
}

/// Told, agreed, paid, and the receipt in.
pub fn receipt(office: &Office, id: i64, when: &str) {
    reach(office, CLERK, id, when, |m, now| {
        for milestone in [
            &mut m.told_at,
            &mut m.agreed_at,
            &mut m.chosen_at,
            &mut m.prechecked_at,
            &mut m.paid_at,
            &mut m.receipt_at,
        ] {
            *milestone = Some(now);
        }
    });
}

/// Sorted, bound and put into its box by the archivist.
pub fn file(office: &Office, id: i64, when: &str) {
    reach(office, ARCHIVIST, id, when, |m, now| {
        (m.sorted_at, m.bound_at, m.filed_at) = (Some(now), Some(now), Some(now));
    });
}

/// Seals a day by the archivist and a taker, or alone.
pub fn seal_day(office: &Office, day: &str, taker: Option<&str>, when: &str) -> Result<handover::Sealed, ActError> {
    let taker = taker.map(|no| office.actor(no).id);
    let day = day.parse().unwrap();
    act(office, ARCHIVIST, when, |tx| handover::seal(tx, day, taker, Lang::Zh))
}

/// Seals every day of work up to one, two persons signing on its evening.
pub fn seal_through(office: &Office, day: &str, when: &str) {
    let last: chrono::NaiveDate = day.parse().unwrap();
    let open = closing_desk::case::store::seals::unsealed(office.store().conn(), moment(when), 400).unwrap();
    for day in open.into_iter().filter(|day| *day <= last) {
        seal_day(office, &day.to_string(), Some(CLERK), when).unwrap();
    }
}

/// The kept seal of a day.
pub fn kept(office: &Office, day: &str) -> seal::Seal {
    seal::of_day(office.store().conn(), day.parse().unwrap()).unwrap().unwrap()
}

/// The codes of a refusal.
pub fn codes<T: std::fmt::Debug>(result: Result<T, ActError>) -> String {
    match result.unwrap_err() {
        ActError::Refused(findings) => findings.codes(),
        other => panic!("not refused but: {other}"),
    }
}

/// The names of broken invariants of the store, of cases and of the archive. The milestones between sign-off and filing
/// are put here without the desks they come from, so what those hold is not asked.
pub fn broken(office: &Office) -> Vec<&'static str> {
    let own = ["archive.", "case.", "journal.", "store."];
    let asked: Vec<_> = registry::invariants()
        .into_iter()
        .filter(|invariant| own.iter().any(|prefix| invariant.name.starts_with(prefix)))
        .collect();
    assert!(asked.len() >= 10, "the invariants keep their names");
    let verdicts = reconcile::run(&office.store(), &asked);
    verdicts.into_iter().filter(|verdict| verdict.broken.is_some()).map(|verdict| verdict.invariant.name).collect()
}
