//! The acts of the ledger by themselves: receiving, handing out, confirming, taking back, voiding, losing. Each writes
//! issues that have lapsed back to stock first, so that nothing is decided on numbers that are not there any more.

use super::moves::{self, Movement, Wish, shift};
use super::read;
use crate::case;
use crate::db::{ActError, ActTx};
use crate::forms::rules::{self, Kind, Span, Standing, State};
use crate::instructions;
use crate::instructions::rules::State as Paid;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use crate::office::rules::{Right, may};
use crate::office::store as office;
use crate::phrase;
use crate::reference;
use serde_json::{Value, json};

/// Subject of the journal rows that are about several numbers.
const FORMS: &str = "forms";

fn subject(span: &Span) -> String {
    if span.count() == 1 { format!("form {}", span.serial(span.first)) } else { FORMS.to_owned() }
}

fn rows_json(rows: &[Movement]) -> Value {
    rows.iter()
        .map(|row| {
            let mut payload = row.payload();
            if let Some(object) = payload.as_object_mut() {
                object.insert("hash".to_owned(), Value::from(row.hash.as_str()));
            }
            payload
        })
        .collect()
}

fn journal(tx: &mut ActTx<'_>, act: &str, span: &Span, lapsed: &[Movement], rows: &[Movement]) -> Result<(), ActError> {
    let facts = json!({ "movements": rows_json(rows), "lapsed": rows_json(lapsed) });
    tx.journal_as(act, &subject(span), 0, &facts).map(drop)
}

/// Writes every issue whose time is over back to stock.
fn lapse(tx: &mut ActTx<'_>) -> Result<Vec<Movement>, ActError> {
    let mut rows = Vec::new();
    for standing in read::overdue(tx.conn(), tx.now)? {
        rows.extend(shift(tx, Kind::Lapse, &standing.span, &Wish::default())?);
    }
    Ok(rows)
}

fn refuse(found: Findings) -> Result<(), ActError> {
    if found.blocking() { Err(found.into()) } else { Ok(()) }
}

/// Takes a range of blank forms into stock; no number may ever have been there.
///
/// # Errors
/// A refusal with every finding.
pub fn receive(tx: &mut ActTx<'_>, form: &str, span: &Span, note: &str) -> Result<Movement, ActError> {
    office::require(tx, Right::KeepForms)?;
    let lapsed = lapse(tx)?;
    let mut found = rules::check_receive(span, &read::pieces(tx.conn(), span)?);
    if read::form_type(tx.conn(), form)?.is_none() {
        found.push(Finding::block("form_type", "form", W::FormsFoundType));
    }
    if crate::kernel::text::outside_text_problem(note).is_some() {
        found.push(Finding::block("note", "note", W::FormsFoundReasonShape));
    }
    refuse(found)?;
    let row = moves::bring_in(tx, form, span, note)?;
    journal(tx, "form_receive", span, &lapsed, std::slice::from_ref(&row))?;
    Ok(row)
}

/// Hands forms out to a person, who confirms them; until then they are nobody's to use (F11: never to oneself).
///
/// # Errors
/// A refusal with every finding.
pub fn issue(tx: &mut ActTx<'_>, span: &Span, to: i64) -> Result<Vec<Movement>, ActError> {
    let keeper = office::require(tx, Right::KeepForms)?;
    let lapsed = lapse(tx)?;
    let mut found = rules::span_findings(span);
    match office::by_id(tx.conn(), to)?.filter(|person| person.enabled) {
        None => found.push(Finding::block("person", "person", W::FormsFoundPerson)),
        Some(person) if person.id == keeper.id => {
            found.push(Finding::block("form_self", "person", W::FormsFoundSelf));
        }
        Some(person) if !may(&office::actor(&person, ""), Right::UseForms) => {
            found.push(Finding::block("person", "person", phrase!(W::FormsFoundNoUse, person.name)));
        }
        Some(_) => {}
    }
    found.extend(rules::check_move(Kind::Issue, span, &read::pieces(tx.conn(), span)?));
    refuse(found)?;
    let rules = reference::store::rulebook(tx.store())?;
    let due = rules::confirm_until(&rules.calendar, &rules.settings, tx.now);
    let rows = shift(tx, Kind::Issue, span, &Wish { to_holder: to, due, ..Wish::default() })?;
    journal(tx, "form_issue", span, &lapsed, &rows)?;
    Ok(rows)
}

/// Whoever received forms confirms them, after which they can be used.
///
/// # Errors
/// A refusal when they were issued to somebody else or have lapsed.
pub fn confirm(tx: &mut ActTx<'_>, span: &Span) -> Result<Vec<Movement>, ActError> {
    let me = office::require(tx, Right::UseForms)?;
    let over = |piece: &Standing| piece.lapsed(tx.now);
    let pieces = read::pieces(tx.conn(), span)?;
    let mut found = Findings::new();
    if let Some(piece) = pieces.iter().find(|piece| over(piece)) {
        let what = phrase!(
            W::FormsFoundLapsed,
            piece.span.overlap(span).to_string(),
            crate::kernel::words::Arg::Moment(piece.due)
        );
        found.push(Finding::block("form_lapsed", None, what));
    }
    for piece in pieces.iter().filter(|piece| piece.state == State::Issued && piece.holder != me.id && !over(piece)) {
        found.push(held_by(tx, piece, span)?);
    }
    found.extend(rules::check_move(Kind::Confirm, span, &pieces));
    refuse(found)?;
    let lapsed = lapse(tx)?;
    let rows = shift(tx, Kind::Confirm, span, &Wish::default())?;
    journal(tx, "form_confirm", span, &lapsed, &rows)?;
    Ok(rows)
}

fn held_by(tx: &ActTx<'_>, piece: &Standing, span: &Span) -> Result<Finding, ActError> {
    let holder = office::label(tx.conn(), Some(piece.holder))?;
    let what = phrase!(W::FormsFoundHolder, piece.span.overlap(span).to_string(), holder);
    Ok(Finding::block("form_holder", "first", what))
}

/// The keeper takes unused forms back into stock.
///
/// # Errors
/// A refusal with every finding.
pub fn take_back(tx: &mut ActTx<'_>, span: &Span, reason: &str) -> Result<Vec<Movement>, ActError> {
    office::require(tx, Right::KeepForms)?;
    let lapsed = lapse(tx)?;
    let mut found = rules::span_findings(span);
    found.extend(rules::reason_findings(reason));
    found.extend(rules::check_move(Kind::Return, span, &read::pieces(tx.conn(), span)?));
    refuse(found)?;
    let rows = shift(tx, Kind::Return, span, &Wish { reason, ..Wish::default() })?;
    journal(tx, "form_return", span, &lapsed, &rows)?;
    Ok(rows)
}

/// Blanks are the keeper's to void or to report lost, what is held its holder's; a lost one also the keeper's.
fn own_or_keeper(tx: &ActTx<'_>, kind: Kind, span: &Span, pieces: &[Standing]) -> Result<Findings, ActError> {
    let me = office::require(tx, Right::ReadAll)?;
    let keeper = may(&me, Right::KeepForms);
    let mut found = Findings::new();
    for piece in pieces {
        let mine = piece.holder == me.id && me.id != 0 && may(&me, Right::UseForms);
        let allowed = match (kind, piece.state) {
            (Kind::Void, State::Held) => mine,
            (_, State::Stock | State::Issued) => keeper,
            (_, State::Held) => mine || keeper,
            _ => true,
        };
        if allowed {
            continue;
        }
        if piece.state == State::Held {
            found.push(held_by(tx, piece, span)?);
        } else {
            office::require(tx, Right::KeepForms)?;
        }
    }
    Ok(found)
}

/// Forms are lost; the loss of blanks is announced within five working days (trade practice).
///
/// # Errors
/// A refusal with every finding.
pub fn lose(tx: &mut ActTx<'_>, span: &Span, reason: &str) -> Result<Vec<Movement>, ActError> {
    let lapsed = lapse(tx)?;
    let pieces = read::pieces(tx.conn(), span)?;
    let mut found = rules::span_findings(span);
    found.extend(own_or_keeper(tx, Kind::Lose, span, &pieces)?);
    found.extend(rules::reason_findings(reason));
    for piece in pieces.iter().filter(|piece| piece.state == State::Void) {
        // The record of copies that are missing is written when the number becomes void.
        let what = phrase!(W::FormsFoundVoidAlready, piece.span.overlap(span).to_string());
        found.push(Finding::block("form_state", "first", what));
    }
    found.extend(rules::check_move(Kind::Lose, span, &pieces));
    refuse(found)?;
    let rows = shift(tx, Kind::Lose, span, &Wish { reason, ..Wish::default() })?;
    journal(tx, "form_lose", span, &lapsed, &rows)?;
    Ok(rows)
}

/// Makes one serial void. A used one is taken off its instruction, which then needs a new number; that is possible until
/// the money goes.
///
/// # Errors
/// A refusal with every finding.
pub fn void(tx: &mut ActTx<'_>, serial: &str, reason: &str, copies_kept: bool) -> Result<Vec<Movement>, ActError> {
    let lapsed = lapse(tx)?;
    let (span, standing) = moves::known(tx.conn(), serial)?;
    if standing.state == State::Used {
        return void_used(tx, (&span, &standing), (reason, copies_kept), &lapsed);
    }
    let mut found = own_or_keeper(tx, Kind::Void, &span, std::slice::from_ref(&standing))?;
    found.extend(rules::reason_findings(reason));
    found.extend(rules::check_move(Kind::Void, &span, std::slice::from_ref(&standing)));
    refuse(found)?;
    let rows = moves::void_rows(tx, serial, reason, copies_kept)?;
    journal(tx, "form_void", &span, &lapsed, &rows)?;
    Ok(rows)
}

fn void_used(
    tx: &mut ActTx<'_>,
    (span, standing): (&Span, &Standing),
    (reason, copies_kept): (&str, bool),
    lapsed: &[Movement],
) -> Result<Vec<Movement>, ActError> {
    office::require(tx, Right::UseForms)?;
    let before = instructions::store::required(tx.conn(), standing.instruction)?;
    let mut found = rules::reason_findings(reason);
    let serial = span.to_string();
    if !matches!(before.state, Paid::Chosen | Paid::Released) || before.paid_at.is_some() {
        found.push(Finding::block("form_paid", "first", phrase!(W::FormsFoundPaid, serial.clone())));
    }
    refuse(found)?;
    let mut after = before.clone();
    if after.receipt == serial {
        after.receipt = String::new();
        (after.receipt_printed_at, after.receipt_signed_at) = (None, None);
    }
    instructions::store::update(tx.conn(), &before, &after)?;
    let rows = moves::void_rows(tx, &serial, reason, copies_kept)?;
    let case = case::store::load::by_id(tx.conn(), before.case_id)?
        .ok_or_else(|| ActError::Other(anyhow::anyhow!("instruction {} has no case", before.id)))?;
    // The one row of the act is the case's: its timeline tells why the receipt has another number.
    let facts = json!({
        "instruction": before.id, "receipt": after.receipt, "receipt_before": serial, "movements": rows_json(&rows),
        "lapsed": rows_json(lapsed),
    });
    tx.journal_as("form_void", &case::store::subject(&case.case_code), case.version, &facts)?;
    Ok(rows)
}
