//! The acts of choosing: one case or all of an accident, one payee or a planned split; taking back; the first offer.

use super::look::{bank_of, choosable, settled, situation};
use crate::case::milestones::Stage;
use crate::case::store::{CaseFile, load, stale, subject, write};
use crate::db::{ActError, ActTx, Actor, Connection};
use crate::forms;
use crate::instructions::rules::{Instruction, Mode, State, Sums};
use crate::instructions::store::{insert, of_round, payload, required, settle_case, take_up, update};
use crate::kernel::findings::{Finding, Findings, Severity};
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::{Right, may};
use crate::office::store::{self as office, require};
use crate::papers::store::settle_precheck;
use crate::payment::rules::{Judged, OVERRIDABLE, Wish, judge};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::reference::store::rulebook;
use rusqlite::params;
use serde_json::{Value, json};

/// A leader's 特批 for what a limit or guard stops, proved by a PIN just given.
#[derive(Clone, Debug)]
pub struct Override {
    /// The leader.
    pub by: Actor,
    /// Why.
    pub reason: String,
}

/// What is chosen for one case: one payee, or the whole list of a planned split.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The case.
    pub case_id: i64,
    /// The version it was seen at.
    pub seen: i64,
    /// The payees.
    pub wishes: Vec<Wish>,
}

/// What a choice did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Keys of the new instructions.
    pub ids: Vec<i64>,
    /// Their sum.
    pub sum: Fen,
    /// A second person has to review at least one of them.
    pub awaits_review: bool,
    /// What of the cases is left to be chosen.
    pub left: Fen,
    /// What was found and does not stop.
    pub warnings: Findings,
}

/// Chooses how cases are paid, each with one journal row; all of it or nothing.
///
/// # Errors
/// A refusal with every finding: no right, stale, not to be paid now, anything the rules say, an override that is none.
pub fn choose(tx: &mut ActTx<'_>, choices: &[Choice], allow: Option<&Override>) -> Result<Chosen, ActError> {
    let actor = require(tx, Right::Choose)?;
    if let Some(allow) = allow {
        check_override(tx.conn(), allow, &actor)?;
    }
    let rules = rulebook(tx.store())?;
    let mut done = Chosen::default();
    for choice in choices {
        choose_one(tx, choice, allow, (&actor, &rules), &mut done)?;
    }
    Ok(done)
}

/// Whoever overrides is a leader, another person than who chooses, and says why.
fn check_override(conn: &Connection, allow: &Override, chooser: &Actor) -> Result<(), ActError> {
    let person = office::by_id(conn, allow.by.id)?.filter(|person| person.enabled);
    let able = person.is_some_and(|person| may(&office::actor(&person, ""), Right::Override));
    if !able || allow.by.id == chooser.id {
        return Err(ActError::refuse("override_by", W::PaymentOverrideBy));
    }
    let reason = text::fold(&allow.reason);
    if reason.is_empty() || text::outside_text_problem(&reason).is_some() {
        return Err(ActError::refuse_field("override_reason", "reason", W::PaymentReasonMissing));
    }
    Ok(())
}

fn choose_one(
    tx: &mut ActTx<'_>,
    choice: &Choice,
    allow: Option<&Override>,
    (actor, rules): (&Actor, &Rulebook),
    done: &mut Chosen,
) -> Result<(), ActError> {
    let case = case(tx, choice.case_id)?;
    stale::check(tx, &case, choice.seen)?;
    if choice.wishes.is_empty() {
        return Err(ActError::refuse("nothing_chosen", W::PaymentNothingEntered));
    }
    if !choosable(&case) {
        return Err(ActError::refuse("not_payable", why_not(&case)));
    }
    let (mut ids, mut rows, mut refused) = (Vec::new(), Vec::new(), Findings::new());
    for (index, typed) in choice.wishes.iter().enumerate() {
        let wish = settled(tx.conn(), typed)?;
        let sums = Sums::of(&of_round(tx.conn(), case.id, case.milestones.round)?);
        let judged = judge(&wish, &situation(tx.conn(), rules, &case, (&wish, sums), tx.now)?);
        let many = choice.wishes.len() > 1;
        let stops = sort_out(&judged, allow, &mut done.warnings, (many, index));
        refused.extend(stops);
        if refused.blocking() {
            continue;
        }
        let one = instruction(tx, &case, &wish, (&judged, allow), actor)?;
        offered(tx, &case, &wish, &actor.staff_no)?;
        let id = insert(tx.conn(), &one)?;
        let kept = required(tx.conn(), id)?;
        done.awaits_review |= kept.awaits_review();
        done.sum = done.sum.checked_add(kept.amount).unwrap_or(done.sum);
        rows.push(payload(&kept)?);
        ids.push(id);
    }
    if refused.blocking() {
        return Err(refused.into());
    }
    let mut after = case.clone();
    let sums = settle_case(tx.conn(), case.id, &mut after.milestones, tx.now)?;
    settle_precheck(tx, &case, &mut after.milestones, tx.now)?;
    let version = write::save(tx, &case, &mut after, rules, true)?;
    let open = sums.open(&after.milestones);
    done.left = done.left.checked_add(open).unwrap_or(done.left);
    let said = json!({"instructions": rows, "open": open.fen(), "chosen_at": after.milestones.chosen_at});
    tx.journal_as("choose_payment", &subject(&case.case_code), version, &said)?;
    done.ids.extend(ids);
    Ok(())
}

/// The findings that stop an entry once an override was given; warnings are kept for the clerk. In a list each names
/// its entry, because the form shows only one.
fn sort_out(
    judged: &Judged,
    allow: Option<&Override>,
    warnings: &mut Findings,
    (many, index): (bool, usize),
) -> Findings {
    let mut stops = Findings::new();
    for finding in judged.findings.iter() {
        let overridden = allow.is_some() && OVERRIDABLE.contains(&finding.code);
        let mut finding = finding.clone();
        if many {
            let number = i64::try_from(index + 1).unwrap_or(i64::MAX);
            finding.what = phrase!(W::PaymentEntry, number, finding.what);
            finding.field = None;
        }
        if finding.severity == Severity::Block && !overridden {
            stops.push(finding);
        } else if finding.code != "part" {
            warnings.push(Finding { severity: Severity::Warn, ..finding });
        }
    }
    stops
}

fn instruction(
    tx: &ActTx<'_>,
    case: &CaseFile,
    wish: &Wish,
    (judged, allow): (&Judged, Option<&Override>),
    actor: &Actor,
) -> Result<Instruction, ActError> {
    let mut one = wish
        .instruction(case.id, case.milestones.round, actor.id, tx.now)
        .ok_or_else(|| ActError::Other(anyhow::anyhow!("an entry without kind, mode or amount passed its rules")))?;
    if one.mode.needs_account()
        && let Some((bank, _)) = bank_of(tx.conn(), &one.bank, &one.account, tx.now)?
    {
        one.bank_code = bank.code;
    }
    one.account_changed = judged.account_changed;
    one.review_reasons = judged.reviews.iter().map(|reason| reason.code()).collect::<Vec<_>>().join(" ");
    let overridden: Vec<&str> =
        judged.findings.iter().map(|finding| finding.code).filter(|code| OVERRIDABLE.contains(code)).collect();
    if let Some(allow) = allow.filter(|_| !overridden.is_empty()) {
        one.overrides = overridden.join(" ");
        one.override_by = Some(allow.by.id);
        one.override_reason = text::fold(&allow.reason).into_owned();
    }
    Ok(one)
}

/// Why no payment can be chosen on a case now, with what comes first.
pub fn why_not(case: &CaseFile) -> Phrase {
    let code = case.case_code.as_str();
    match case.milestones.stage() {
        Stage::Closing => phrase!(W::PaymentNotClosed, code),
        Stage::Notify => phrase!(W::PaymentNotTold, code),
        _ => phrase!(W::PaymentNothingToPay, code),
    }
}

fn case(tx: &ActTx<'_>, id: i64) -> Result<CaseFile, ActError> {
    load::by_id(tx.conn(), id)?.ok_or_else(|| ActError::refuse("case", W::CaseNotFound))
}

/// What a payee is known by beside the case, for the first offer.
fn payee_key(wish: &Wish) -> String {
    let number = text::fold_upper(&wish.payee_id_no);
    if number.is_empty() { text::fold_name(&wish.payee).into_owned() } else { number.into_owned() }
}

fn insert_offer(
    tx: &ActTx<'_>,
    (case_id, payee): (i64, &str),
    (code, bank, open): (&str, &str, bool),
    by_no: &str,
) -> Result<bool, ActError> {
    let written = tx
        .conn()
        .prepare_cached(
            "INSERT INTO offered_account (case_id, payee_key, bank_code, bank, open, at, by_no) VALUES ($1, $2, $3, $4, \
             $5, $6, $7) ON CONFLICT (case_id, payee_key) DO NOTHING",
        )?
        .execute(params![case_id, payee, code, bank, open, tx.now, by_no])?;
    Ok(written > 0)
}

/// Keeps the account first offered for a payee with a choice: the core system's where it is the imported payee, else the
/// one chosen.
fn offered(tx: &ActTx<'_>, case: &CaseFile, wish: &Wish, by_no: &str) -> Result<(), ActError> {
    let f = &case.facts;
    let imported = if f.payee.is_empty() { &f.insured } else { &f.payee };
    let of_core = !f.account.is_empty() && text::fold_name(imported) == text::fold_name(&wish.payee);
    let (bank, account) = if of_core { (&f.bank, &f.account) } else { (&wish.bank, &wish.account) };
    if account.is_empty() || !of_core && !wish.mode.is_some_and(Mode::needs_account) {
        return Ok(());
    }
    let known = bank_of(tx.conn(), bank, account, tx.now)?;
    let (code, open) = known.map_or((String::new(), false), |(bank, open)| (bank.code, open));
    insert_offer(tx, (case.id, &payee_key(wish)), (&code, bank, open), by_no).map(drop)
}

/// Keeps the account a customer offered first at a bank without a channel, before another way is taken. Adds only; an
/// offer that is known already stays.
///
/// # Errors
/// A refusal for want of the right; else what SQLite says.
pub fn offer(tx: &mut ActTx<'_>, case_id: i64, wish: &Wish) -> Result<(), ActError> {
    let actor = require(tx, Right::Choose)?;
    let case = case(tx, case_id)?;
    let known = bank_of(tx.conn(), &wish.bank, &wish.account, tx.now)?;
    let (code, open) = known.map_or((String::new(), false), |(bank, open)| (bank.code, open));
    let bank = text::neutralise(&wish.bank).into_owned();
    if insert_offer(tx, (case.id, &payee_key(wish)), (&code, &bank, open), &actor.staff_no)? {
        let said = json!({"payee": wish.payee, "bank_code": code, "bank": bank, "open": i64::from(open)});
        tx.journal_as("offer_account", &subject(&case.case_code), case.version, &said)?;
    }
    Ok(())
}

/// Takes an instruction back before it is released, with a reason; held ones of the case go on when they fit now.
///
/// # Errors
/// A refusal: neither a chooser's nor a reviewer's right, stale, released or with the bank, a receipt in use, no reason.
pub fn cancel(tx: &mut ActTx<'_>, id: i64, seen: i64, reason: &str) -> Result<i64, ActError> {
    take_back(tx, (id, seen), reason, None)
}

/// Takes an instruction back whose receipt is printed: the serial becomes void with all copies kept, or with a loss
/// record (会计法 14).
///
/// # Errors
/// As for [`cancel`]; also without the right to use forms.
pub fn cancel_with_receipt(
    tx: &mut ActTx<'_>,
    id: i64,
    seen: i64,
    reason: &str,
    copies_kept: bool,
) -> Result<i64, ActError> {
    require(tx, Right::UseForms)?;
    take_back(tx, (id, seen), reason, Some(copies_kept))
}

fn take_back(
    tx: &mut ActTx<'_>,
    (id, seen): (i64, i64),
    reason: &str,
    copies_kept: Option<bool>,
) -> Result<i64, ActError> {
    let actor = require(tx, Right::Choose).or_else(|refusal| require(tx, Right::Review).map_err(|_| refusal))?;
    let before = required(tx.conn(), id)?;
    let case = case(tx, before.case_id)?;
    stale::check(tx, &case, seen)?;
    let reason = text::fold(reason).into_owned();
    let mut found = Findings::new();
    if before.state != State::Chosen {
        let said = phrase!(W::PaymentCancelLate, case.case_code.as_str(), before.amount, before.state.word());
        found.push(Finding::block("cancel_late", None, said));
    }
    if before.batch_id.is_some() {
        let said = phrase!(W::PaymentCancelLate, case.case_code.as_str(), before.amount, W::BatchesInBatch);
        found.push(Finding::block("cancel_late", None, said));
    }
    if !before.receipt.is_empty() && copies_kept.is_none() {
        let said = phrase!(W::PaymentCancelReceipt, before.receipt.as_str());
        found.push(Finding::block("cancel_receipt", None, said));
    }
    if reason.is_empty() || text::outside_text_problem(&reason).is_some() {
        found.push(Finding::block("reason", "reason", W::PaymentReasonMissing));
    }
    if found.blocking() {
        return Err(found.into());
    }
    if let Some(copies_kept) = copies_kept.filter(|_| !before.receipt.is_empty()) {
        forms::store::void(tx, &before.receipt, &reason, copies_kept)?;
    }
    let gone = Instruction {
        receipt: String::new(),
        receipt_printed_at: None,
        receipt_signed_at: None,
        state: State::Cancelled,
        ended_at: Some(tx.now),
        end_reason: reason.clone(),
        held: false,
        ..before.clone()
    };
    update(tx.conn(), &before, &gone)?;
    let mut after = case.clone();
    settle_case(tx.conn(), case.id, &mut after.milestones, tx.now)?;
    settle_precheck(tx, &case, &mut after.milestones, tx.now)?;
    let taken_up = take_up(tx, &mut after, tx.now)?;
    let rules = rulebook(tx.store())?;
    let version = write::save(tx, &case, &mut after, &rules, true)?;
    let mut said = json!({
        "id": before.id, "amount": before.amount.fen(), "reason": reason, "by": actor.staff_no,
        "chosen_at": after.milestones.chosen_at,
    });
    if !before.receipt.is_empty() {
        said["receipt_void"] = Value::from(before.receipt);
        said["copies_kept"] = Value::from(i64::from(copies_kept.unwrap_or_default()));
    }
    if !taken_up.is_empty() {
        said["taken_up"] = Value::from(taken_up);
    }
    tx.journal_as("cancel_payment", &subject(&case.case_code), version, &said)?;
    Ok(version)
}

/// What a choice says: chosen with its sum, waiting for its review, or with something left to choose.
pub fn said(done: &Chosen, code: &str) -> Phrase {
    let count = i64::try_from(done.ids.len()).unwrap_or(i64::MAX);
    let word = if done.awaits_review { W::PaymentSaidAwaits } else { W::PaymentSaidChosen };
    let base = Phrase::new(word, [Arg::from(code), Arg::from(count), Arg::from(done.sum)]);
    if done.left > Fen::ZERO { phrase!(W::PaymentSaidLeft, base, done.left) } else { base }
}
