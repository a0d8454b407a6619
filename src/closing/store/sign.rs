//! The fifth step: signing one case off, or the marked ones of 待我审批 with one PIN.

use super::authority::{authority, leaders};
use super::{Desk, minutes, read};
use crate::case::milestones::Outcome;
use crate::case::reason::{due_reason, rules_of};
use crate::case::store::load::StepRecord;
use crate::case::store::steps as record;
use crate::case::store::{stale, subject, write};
use crate::closing::rules::sign::{self, SignCase, SignVerdict};
use crate::db::{ActError, ActTx};
use crate::instructions::store::{overridden_by, take_up};
use crate::kernel::findings::Findings;
use crate::kernel::money::Fen;
use crate::kernel::settings;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::authority::SignAuthority;
use crate::office::store::{self as office, Person};
use crate::papers::store::waived_by;
use crate::phrase;
use rusqlite::params;
use serde_json::json;

/// What a signature did to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// The case is closed; else it waits for a higher one.
    pub closed: bool,
    /// What was fixed, or what is awaited, in words.
    pub said: Phrase,
    /// The case's version afterwards.
    pub version: i64,
    /// Warnings, such as the only leader signing what he waived.
    pub warnings: Findings,
}

/// Signs one case off, or endorses it when the amount is above the signer's authority.
///
/// # Errors
/// A refusal with every reason: not signed in, no authority, stale, time in doubt, minutes missing, same persons.
pub fn sign_off(tx: &mut ActTx<'_>, case_id: i64, seen: i64) -> Result<Signed, ActError> {
    tx.require_certain_time()?;
    let signer = signer(tx)?;
    let desk = read(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let (verdict, warnings) = decide(tx, &desk, &signer)?;
    match verdict {
        SignVerdict::Close { on_behalf_of } => close(tx, &desk, &signer, on_behalf_of, warnings),
        SignVerdict::Endorse => endorse(tx, &desk, &signer, warnings),
    }
}

/// Who signs, as the store knows the person now; deputies need not be leaders, so no right is asked for here.
fn signer(tx: &ActTx<'_>) -> Result<Person, ActError> {
    let person = if tx.actor.unpeopled { None } else { office::by_id(tx.conn(), tx.actor.id)? };
    person.filter(|person| person.enabled).ok_or_else(|| ActError::refuse("sign_in", W::OfficeSignInFirst))
}

/// Whether a person may sign a case now, for lists and previews; the act decides again.
///
/// # Errors
/// What SQLite says; a refusal of the rules is the inner `Err`.
pub fn may_sign(
    conn: &crate::db::Connection,
    desk: &Desk,
    signer: &Person,
    now: i64,
) -> rusqlite::Result<Result<(SignVerdict, Findings), Findings>> {
    let (case, m) = (&desk.case, &desk.case.milestones);
    let waivers = waived_by(conn, case.id)?;
    let authority = authority(conn, signer, m.payable.unwrap_or_default(), now)?;
    // Whoever signs for a leader who waived would sign that leader's waiver off.
    let leader = match authority {
        SignAuthority::Deputy { leader, .. } => office::by_id(conn, leader)?,
        _ => None,
    };
    let overriders = overridden_by(conn, case.id)?;
    let waived = |person: &Person| waivers.contains(&person.staff_no) || overriders.contains(&person.id);
    let endorsed = conn
        .prepare_cached("SELECT 1 FROM endorsement WHERE case_id = $1 AND round = $2 AND person_id = $3 AND void_at IS NULL LIMIT 1")?
        .exists([case.id, m.round, signer.id])?;
    Ok(sign::judge(&SignCase {
        milestones: m,
        records: &desk.records,
        signer: signer.id,
        authority,
        three_level: desk.rules.three_level(&case.facts.line, now),
        has_minutes: !minutes::of_round(conn, case.id, m.round)?.is_empty(),
        minutes_from: desk.rules.settings.money(settings::MINUTES_FROM, now),
        waived: waived(signer) || leader.as_ref().is_some_and(waived),
        sole_leader: leaders(conn)? <= 1,
        endorsed,
    }))
}

/// Who can give the fifth step's PIN at any desk: leaders and deputies in force whom nothing about their person keeps
/// from it. Those whose signature closes the case come first, those above whose limit it is last.
///
/// # Errors
/// What SQLite says.
pub fn signers(conn: &crate::db::Connection, desk: &Desk, now: i64) -> rusqlite::Result<Vec<Person>> {
    let mut able = Vec::new();
    for person in office::all(conn)?.into_iter().filter(|person| person.enabled && person.has_pin) {
        let rank = match may_sign(conn, desk, &person, now)? {
            Ok((SignVerdict::Close { on_behalf_of: None }, _)) => 0,
            Ok((SignVerdict::Close { .. }, _)) => 1,
            Ok((SignVerdict::Endorse, _)) => 2,
            Err(found) if sign::bars_person(&found) => continue,
            // What the case itself lacks is said when the PIN has been given.
            Err(_) => 0,
        };
        able.push((rank, person));
    }
    able.sort_by_key(|(rank, _)| *rank);
    Ok(able.into_iter().map(|(_, person)| person).collect())
}

fn decide(tx: &ActTx<'_>, desk: &Desk, signer: &Person) -> Result<(SignVerdict, Findings), ActError> {
    Ok(may_sign(tx.conn(), desk, signer, tx.now)??)
}

fn close(
    tx: &mut ActTx<'_>,
    desk: &Desk,
    signer: &Person,
    on_behalf_of: Option<i64>,
    warnings: Findings,
) -> Result<Signed, ActError> {
    let (case, round) = (&desk.case, desk.case.milestones.round);
    let mut after = case.clone();
    after.milestones.closed_at = Some(tx.now);
    after.milestones.outcome = case.milestones.proposed;
    after.round.approver = signer.staff_no.clone();
    after.round.batch_day = rules_of(&desk.rules).batch_day(tx.now).to_string();
    let payable = case.milestones.payable.unwrap_or_default();
    let made = StepRecord {
        round,
        step: 5,
        person_id: Some(signer.id),
        second_amount: Some(payable),
        outcome: after.milestones.outcome,
        on_behalf_of,
        recorded_at: tx.now,
        recorded_by: signer.id,
        ..StepRecord::default()
    };
    record::insert(tx.conn(), case.id, &made)?;
    mark(tx, desk, signer, on_behalf_of)?;
    let taken_up = take_up(tx, &mut after, tx.now)?;
    let version = write::save(tx, case, &mut after, &desk.rules, true)?;
    let leader = on_behalf_of.map(|id| office::by_id(tx.conn(), id)).transpose()?.flatten();
    let mut payload = json!({
        "round": round,
        "closed_at": tx.now,
        "outcome": after.milestones.outcome.map(Outcome::code),
        "payable": payable.fen(),
        "approver": signer.staff_no,
        "on_behalf_of": leader.as_ref().map(|leader| leader.staff_no.clone()),
        "batch_day": after.round.batch_day,
        "archive_due": after.round.archive_due,
        "archive_edition": after.round.archive_edition,
        "endorsed_by": case.round.endorsed_by,
        "special": i64::from(warnings.has("waived")),
    });
    if !taken_up.is_empty() {
        payload["taken_up"] = json!(taken_up);
    }
    tx.journal_as("sign_off", &subject(&case.case_code), version, &payload)?;
    let outcome = after.milestones.outcome.map_or(W::ClosingNone, crate::case::words::outcome);
    let said = phrase!(
        W::ClosingSigned,
        case.case_code.as_str(),
        outcome,
        Arg::Money(payable.fen()),
        Arg::MomentFull(tx.now),
        due_reason(&desk.rules, &after)
    );
    Ok(Signed { closed: true, said, version, warnings })
}

fn endorse(tx: &mut ActTx<'_>, desk: &Desk, signer: &Person, warnings: Findings) -> Result<Signed, ActError> {
    let case = &desk.case;
    mark(tx, desk, signer, None)?;
    let mut after = case.clone();
    after.milestones.endorsed = true;
    after.round.endorsed_by = signer.staff_no.clone();
    let version = write::save(tx, case, &mut after, &desk.rules, true)?;
    let payable = case.milestones.payable.unwrap_or_default().fen();
    let payload = json!({
        "round": case.milestones.round,
        "endorsed_by": signer.staff_no,
        "endorsed_by_was": case.round.endorsed_by,
        "payable": payable,
    });
    tx.journal_as("endorse", &subject(&case.case_code), version, &payload)?;
    let said = phrase!(W::ClosingEndorsed, case.case_code.as_str(), Arg::Money(payable));
    Ok(Signed { closed: false, said, version, warnings })
}

fn mark(tx: &ActTx<'_>, desk: &Desk, signer: &Person, on_behalf_of: Option<i64>) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO endorsement (case_id, round, person_id, on_behalf_of, at) VALUES ($1, $2, $3, $4, $5)",
        )?
        .execute(params![desk.case.id, desk.case.milestones.round, signer.id, on_behalf_of, tx.now])?;
    Ok(())
}

/// What one PIN did to the marked cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SignedMany {
    /// Closed.
    pub closed: Vec<i64>,
    /// Endorsed; they wait for a higher one.
    pub endorsed: Vec<i64>,
    /// Sum of the closed ones' payable.
    pub sum: Fen,
    /// Not signed: the case, its code, and why.
    pub left: Vec<(i64, String, Findings)>,
}

/// The most cases one PIN signs: what a leader looks through, and what one short transaction holds.
pub const MOST_AT_ONCE: usize = 100;

/// Signs the marked cases (key and version each was seen at), each with its own journal row. Large cases are left,
/// unless one is the only marked case; whatever else cannot be signed is left with its reason.
///
/// # Errors
/// A refusal when nothing at all was signed, with the reasons; not signed in; time in doubt.
pub fn sign_many(tx: &mut ActTx<'_>, marked: &[(i64, i64)]) -> Result<SignedMany, ActError> {
    tx.require_certain_time()?;
    signer(tx)?;
    if marked.is_empty() {
        return Err(ActError::refuse("nothing_marked", W::ClosingNothingMarked));
    }
    if marked.len() > MOST_AT_ONCE {
        let most = i64::try_from(MOST_AT_ONCE).unwrap_or(i64::MAX);
        return Err(ActError::refuse("too_many", phrase!(W::ClosingTooMany, most)));
    }
    let mut done = SignedMany::default();
    for (case_id, seen) in marked {
        let desk = read(tx.store(), *case_id)?;
        let signed = if marked.len() > 1 && desk.is_large(tx.now) {
            Err(ActError::refuse("large", W::ClosingLargeSingly))
        } else {
            sign_off(tx, *case_id, *seen)
        };
        match signed {
            Ok(Signed { closed: true, .. }) => {
                let payable = desk.case.milestones.payable.unwrap_or_default();
                done.sum = done.sum.checked_add(payable).unwrap_or(done.sum);
                done.closed.push(*case_id);
            }
            Ok(Signed { closed: false, .. }) => done.endorsed.push(*case_id),
            // Nothing of a refused case has been written: its rules decide before its first row.
            Err(ActError::Refused(findings)) => done.left.push((*case_id, desk.case.case_code.clone(), findings)),
            Err(other) => return Err(other),
        }
    }
    if done.closed.is_empty() && done.endorsed.is_empty() {
        return Err(ActError::Refused(left_findings(&done)));
    }
    Ok(done)
}

/// The reasons of the cases left, each with its case named.
pub fn left_findings(done: &SignedMany) -> Findings {
    let mut all = Findings::new();
    for (_, code, findings) in &done.left {
        for finding in findings.iter() {
            let mut named = finding.clone();
            named.what = phrase!(W::ClosingLeft, code.as_str(), finding.what.clone());
            all.push(named);
        }
    }
    all
}
