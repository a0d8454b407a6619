//! Mends what failed or came back: a new instruction that replaces the old one, the receipt carried where nothing on it changes.

use super::look::situation;
use super::release_save::{Change, case_of, named, save_case};
use crate::case::store::CaseFile;
use crate::db::{ActError, ActTx};
use crate::forms;
use crate::instructions::rules::{Instruction, State, Sums};
use crate::instructions::store as instructions;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::{Lang, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::payment::rules::mend::{Mending, judge};
use crate::payment::rules::{Wish, judge as judge_choice};
use crate::phrase;
use crate::reference::store::rulebook;
use serde_json::json;

/// What a mending came to.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The instruction that takes the old one's place.
    pub new: Instruction,
    /// A second person has to look at it.
    pub waits: bool,
    /// What was found of the change and does not stop it.
    pub warnings: Findings,
}

/// Mends an instruction: number, bank, branch, phone by the clerk; another payee or holder through review, with a new receipt.
///
/// # Errors
/// A refusal with every reason: no right, not one to mend, fields empty or unfit, more than is left to pay.
pub fn mend(tx: &mut ActTx<'_>, id: i64, mending: &Mending) -> Result<Mended, ActError> {
    let actor = require(tx, Right::Choose)?;
    let before = instructions::required(tx.conn(), id)?;
    let case = case_of(tx.conn(), &before)?;
    let mending = mending.folded();
    let mut found = judge(&before, &mending);
    let m = &case.milestones;
    let open = Sums::of(&instructions::of_round(tx.conn(), case.id, m.round)?).open(m);
    if m.closed_at.is_none() {
        found.push(Finding::block("stage", None, W::BatchesCaseOpen));
    } else if before.amount > open {
        found.push(Finding::block("amount", None, phrase!(W::BatchesMoreThanOpen, before.amount, open)));
    }
    let mut new = mending.replacing(&before, m.round, tx.now, actor.id);
    let fields = mending.changes(&before);
    if !fields.is_empty() {
        let more = of_change(tx, &case, (&before, &new), &fields)?;
        let more: Vec<Finding> = more.into_iter().filter(|finding| !found.has(finding.code)).collect();
        found.extend(more);
    }
    if found.blocking() {
        return Err(named(&case, found).into());
    }
    new.id = instructions::insert(tx.conn(), &new)?;
    let replaced = Instruction { state: State::Replaced, ..before.clone() };
    instructions::update(tx.conn(), &before, &replaced)?;
    receipt(tx, &before, &new)?;
    let waits = new.awaits_review();
    let change = Change { before, after: replaced };
    let mut payload = json!({
        "replaced": id, "new": instructions::payload(&new)?, "receipt": new.receipt, "reviewed_by": new.reviewed_by,
    });
    save_case(tx, "mend", case.id, &[&change], true, &mut payload)?;
    Ok(Mended { new, waits, warnings: found })
}

/// What choosing would say of the fields that were changed: number, bank and channel, holder, staff, a likely double
/// payment. What a leader has overridden stays so.
fn of_change(
    tx: &ActTx<'_>,
    case: &CaseFile,
    (before, new): (&Instruction, &Instruction),
    fields: &[&str],
) -> Result<Findings, ActError> {
    let rules = rulebook(tx.store())?;
    let wish = Wish::of(new);
    let sums = Sums::of(&instructions::of_round(tx.conn(), case.id, case.milestones.round)?);
    let judged = judge_choice(&wish, &situation(tx.conn(), &rules, case, (&wish, sums), tx.now)?);
    let overridden = |code: &str| before.overrides.split_whitespace().any(|one| one == code);
    let about =
        |finding: &Finding| finding.field.is_some_and(|name| fields.contains(&name)) && !overridden(finding.code);
    Ok(judged.findings.into_iter().filter(about).collect())
}

/// The receipt goes on with the new instruction; one whose payee changed is void.
fn receipt(tx: &mut ActTx<'_>, before: &Instruction, new: &Instruction) -> Result<(), ActError> {
    if before.receipt.is_empty() {
        return Ok(());
    }
    if new.receipt.is_empty() {
        let reason = W::BatchesVoidMended.text(Lang::Zh);
        forms::store::void(tx, &before.receipt, reason, true)
    } else {
        forms::store::carry(tx, &before.receipt, new.id)
    }
}

/// Mends the marked ones as they are: what the bank never had goes into another batch unchanged.
///
/// # Errors
/// A refusal with every reason when one of them cannot be.
pub fn mend_unchanged(tx: &mut ActTx<'_>, ids: &[i64]) -> Result<Vec<Mended>, ActError> {
    if ids.is_empty() {
        return Err(ActError::refuse("nothing_marked", W::BatchesNothingMarked));
    }
    let (mut done, mut found) = (Vec::new(), Findings::new());
    for id in ids {
        let one = instructions::required(tx.conn(), *id)?;
        match mend(tx, *id, &Mending::of(&one)) {
            Ok(mended) => done.push(mended),
            Err(ActError::Refused(against)) => found.extend(against),
            Err(other) => return Err(other),
        }
    }
    if found.blocking() { Err(found.into()) } else { Ok(done) }
}
