//! Confirms steps 1 to 4: several consecutive ones in one act, a journal row each.

use super::{Desk, persons, read};
use crate::case::milestones::Outcome;
use crate::case::store::load::StepRecord;
use crate::case::store::steps as record;
use crate::case::store::{CaseFile, seals, stale, subject, write};
use crate::closing::rules::entry::field;
use crate::closing::rules::{Entry, Named, steps};
use crate::db::{ActError, ActTx, Actor};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::papers::rules as papers_rules;
use crate::phrase;
use rusqlite::params;
use serde_json::{Value, json};

/// What a confirmation did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmed {
    /// First step confirmed.
    pub first: u8,
    /// Last step confirmed.
    pub last: u8,
    /// The case's version afterwards.
    pub version: i64,
    /// Warnings the clerk is told.
    pub warnings: Findings,
}

/// A step as it is recorded.
#[derive(Clone, Debug, Default)]
struct Row {
    person: Option<i64>,
    second: Option<i64>,
    amount: Option<Fen>,
    second_amount: Option<Fen>,
    day: String,
    place: String,
    outcome: Option<Outcome>,
    reason: String,
    happened_at: Option<i64>,
}

/// Confirms the steps from the case's next one through `through` with what was entered.
///
/// # Errors
/// A refusal with every finding: no right, stale, out of order, anything the steps lack; nothing is then written.
pub fn confirm_steps(
    tx: &mut ActTx<'_>,
    case_id: i64,
    seen: i64,
    through: u8,
    entry: &Entry,
) -> Result<Confirmed, ActError> {
    let desk = read(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let first = match desk.case.milestones.next_step() {
        Some(next) if next <= through && through <= 4 => next,
        _ => return Err(ActError::refuse("order", phrase!(W::ClosingOrder, i64::from(through)))),
    };
    let mut actor = None;
    for step in first..=through {
        actor = Some(require(tx, if step == 2 { Right::CheckPapers } else { Right::CloseSteps })?);
    }
    let named = persons::resolve_through(tx.conn(), entry, through)?;
    let judged = steps::judge(&desk.situation(tx.now), entry, &named);
    let mut findings: Findings = judged.into_iter().take(usize::from(through)).flatten().collect();
    if (first..=through).contains(&2) {
        findings.extend(in_sealed_day(tx, &desk, entry)?);
    }
    if findings.blocking() {
        return Err(findings.into());
    }
    let mut after = desk.case.clone();
    let mut rows = Vec::new();
    for step in first..=through {
        let row = apply(tx, &desk, entry, &named, step, &mut after)?;
        insert(tx, &desk, step, entry, &row, actor.as_ref())?;
        rows.push((step, payload(tx, &desk.case, &after, entry, step, &row)?));
    }
    let version = write::save(tx, &desk.case, &mut after, &desk.rules, true)?;
    for (_, payload) in rows {
        tx.journal_as("confirm_step", &subject(&desk.case.case_code), version, &payload)?;
    }
    Ok(Confirmed { first, last: through, version, warnings: findings })
}

/// A typed moment of complete papers that lies in a sealed day. A time that came with an import is exempt, and so is the
/// moment of the last mark, which the machine took.
fn in_sealed_day(tx: &ActTx<'_>, desk: &Desk, entry: &Entry) -> Result<Option<Finding>, ActError> {
    let typed = entry.papers_at.filter(|at| {
        Some(*at) != desk.case.facts.papers_at
            && Some(*at) != desk.case.milestones.papers_at
            && Some(*at) != papers_rules::completed_at(&desk.papers)
    });
    Ok(typed.map(|at| seals::finding(tx.conn(), at, field::PAPERS_AT)).transpose()?.flatten())
}

/// Puts a step into facts and milestones; answers its record.
fn apply(
    tx: &mut ActTx<'_>,
    desk: &Desk,
    entry: &Entry,
    named: &Named,
    step: u8,
    after: &mut CaseFile,
) -> Result<Row, ActError> {
    let m = &mut after.milestones;
    if let Some(at) = m.steps.get_mut(usize::from(step) - 1) {
        *at = Some(tx.now);
    }
    if entry.skips(step) {
        // What makes the step not apply is proposed with it, so that a later step cannot pay after all.
        m.proposed = entry.outcome;
        if step == 4 {
            m.payable = Some(Fen::ZERO);
            after.facts.payable = Some(Fen::ZERO);
        }
        return Ok(Row {
            outcome: entry.outcome,
            second_amount: (step == 4).then_some(Fen::ZERO),
            reason: text::fold(entry.skip_reason(step).unwrap_or_default()).into_owned(),
            ..Row::default()
        });
    }
    match step {
        1 => survey(tx, entry, named, after),
        2 => Ok(papers(desk.situation(tx.now).papers_fact(entry), entry, after)),
        3 => assess(tx, entry, named, after),
        _ => price(tx, entry, named, after),
    }
}

fn survey(tx: &mut ActTx<'_>, entry: &Entry, named: &Named, after: &mut CaseFile) -> Result<Row, ActError> {
    let person = persons::settle(tx, &named.surveyor)?;
    after.people.surveyor = person;
    after.facts.surveyor = persons::known(tx.conn(), person)?.0;
    // The core system gives a time of day; the clerk's day replaces it only where it is another day.
    let given = after.facts.surveyed_at.map(clock::day_of);
    if given != entry.survey_day {
        after.facts.surveyed_at = entry.survey_day.map(|day| clock::moment_on(day, chrono::NaiveTime::MIN));
    }
    after.facts.survey_place = text::fold(&entry.survey_place).into_owned();
    Ok(Row {
        person,
        day: entry.survey_day.map_or_else(String::new, |day| day.to_string()),
        place: after.facts.survey_place.clone(),
        ..Row::default()
    })
}

fn papers(at: i64, entry: &Entry, after: &mut CaseFile) -> Row {
    // A return does not reset the company's clock: confirmed again, the papers became complete no later than before.
    let fact = after.milestones.papers_at.map_or(at, |before| before.min(at));
    after.milestones.papers_at = Some(fact);
    after.facts.papers_at = Some(fact);
    Row { happened_at: Some(fact), reason: text::fold(&entry.papers_reason).into_owned(), ..Row::default() }
}

fn assess(tx: &mut ActTx<'_>, entry: &Entry, named: &Named, after: &mut CaseFile) -> Result<Row, ActError> {
    let person = persons::settle(tx, &named.assessor)?;
    after.people.assessor = person;
    after.facts.assessor = persons::known(tx.conn(), person)?.0;
    after.facts.assessed = entry.assessed;
    Ok(Row { person, amount: entry.assessed, ..Row::default() })
}

fn price(tx: &mut ActTx<'_>, entry: &Entry, named: &Named, after: &mut CaseFile) -> Result<Row, ActError> {
    let (person, second) = (persons::settle(tx, &named.verifier)?, persons::settle(tx, &named.adjuster)?);
    (after.people.verifier, after.people.adjuster) = (person, second);
    after.facts.verifier = persons::known(tx.conn(), person)?.0;
    after.facts.adjuster = persons::known(tx.conn(), second)?.0;
    (after.facts.verified, after.facts.payable) = (entry.verified, entry.payable);
    (after.milestones.payable, after.milestones.proposed) = (entry.payable, entry.outcome);
    Ok(Row {
        person,
        second,
        amount: entry.verified,
        second_amount: entry.payable,
        outcome: entry.outcome,
        reason: text::fold(&entry.price_reason).into_owned(),
        ..Row::default()
    })
}

fn insert(
    tx: &ActTx<'_>,
    desk: &Desk,
    step: u8,
    entry: &Entry,
    row: &Row,
    actor: Option<&Actor>,
) -> Result<(), ActError> {
    let made = StepRecord {
        round: desk.case.milestones.round,
        step,
        not_applicable: entry.skips(step),
        reason: row.reason.clone(),
        person_id: row.person,
        second_id: row.second,
        amount: row.amount,
        second_amount: row.second_amount,
        day: row.day.clone(),
        place: row.place.clone(),
        outcome: row.outcome,
        happened_at: row.happened_at,
        recorded_at: tx.now,
        recorded_by: actor.map_or(0, |actor| actor.id),
        ..StepRecord::default()
    };
    let id = record::insert(tx.conn(), desk.case.id, &made)?;
    if step == 4 && !entry.skips(4) {
        for (position, (name, fen)) in entry.items.iter().enumerate() {
            let position = i64::try_from(position).map_err(anyhow::Error::from)?;
            tx.conn()
                .prepare_cached(
                    "INSERT INTO payable_item (step_record_id, position, name, amount) VALUES ($1, $2, $3, $4)",
                )?
                .execute(params![id, position, text::fold(name).as_ref(), fen.fen()])?;
        }
    }
    Ok(())
}

/// Everything the step changed, with the old value where one was replaced.
fn payload(
    tx: &ActTx<'_>,
    before: &CaseFile,
    after: &CaseFile,
    entry: &Entry,
    step: u8,
    row: &Row,
) -> Result<Value, ActError> {
    let numbers = (persons::known(tx.conn(), row.person)?.1, persons::known(tx.conn(), row.second)?.1);
    let mut said = json!({
        "step": step,
        "round": before.milestones.round,
        "reason": row.reason,
        "not_applicable": i64::from(entry.skips(step)),
    });
    let mut put = |key: &str, value: Value, was: Value| {
        if value != was && !was.is_null() && was != json!("") {
            said[format!("{key}_was")] = was;
        }
        said[key] = value;
    };
    let (f, b) = (&after.facts, &before.facts);
    let fen = |fen: Option<Fen>| json!(fen.map(|fen| fen.fen()));
    if entry.skips(step) {
        put("outcome", json!(row.outcome.map(|o| o.code())), json!(before.milestones.proposed.map(|o| o.code())));
        if step == 4 {
            put("payable", fen(f.payable), fen(b.payable));
        }
        return Ok(said);
    }
    match step {
        1 => {
            put("surveyor", json!(f.surveyor), json!(b.surveyor));
            put("surveyor_no", json!(numbers.0), Value::Null);
            put("surveyed_at", json!(f.surveyed_at), json!(b.surveyed_at));
            put("survey_place", json!(f.survey_place), json!(b.survey_place));
        }
        2 => {
            put("papers_at", json!(f.papers_at), json!(b.papers_at));
        }
        3 => {
            put("assessed", fen(f.assessed), fen(b.assessed));
            put("assessor", json!(f.assessor), json!(b.assessor));
            put("assessor_no", json!(numbers.0), Value::Null);
        }
        _ => {
            put("verified", fen(f.verified), fen(b.verified));
            put("verifier", json!(f.verifier), json!(b.verifier));
            put("verifier_no", json!(numbers.0), Value::Null);
            put("payable", fen(f.payable), fen(b.payable));
            put("adjuster", json!(f.adjuster), json!(b.adjuster));
            put("adjuster_no", json!(numbers.1), Value::Null);
            put("outcome", json!(row.outcome.map(|o| o.code())), json!(before.milestones.proposed.map(|o| o.code())));
            let items: Vec<Value> =
                entry.items.iter().map(|(name, fen)| json!([text::fold(name), fen.fen()])).collect();
            put("items", Value::Array(items), Value::Null);
        }
    }
    Ok(said)
}
