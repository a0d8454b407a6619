//! Direct-pay accounts (赔款直付账户): an account on record for a payee, entered by one person and verified by another,
//! used again without asking until it is disabled.

pub mod rules;
pub mod store;

pub use rules::NewDirectAccount;
pub use store::{DirectAccount, by_id, for_payee, search, waiting};

use super::banks;
use crate::db::{ActError, ActTx};
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::reference::rules::reason_findings;
use serde_json::json;

/// What the journal calls a direct-pay account.
pub fn subject(id: i64) -> String {
    format!("direct {id}")
}

fn known(tx: &ActTx<'_>, id: i64) -> Result<DirectAccount, ActError> {
    by_id(tx.conn(), id)?.ok_or_else(|| ActError::refuse("no_account", W::ReferenceDirectUnknown))
}

/// Enters an account; it may be used once a second person has verified it.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn enter(tx: &mut ActTx<'_>, new: &NewDirectAccount) -> Result<i64, ActError> {
    let by = require(tx, Right::DirectAccounts)?;
    let today = clock::day_of(tx.now);
    let new = new.folded(today);
    let bank = banks::named(tx.conn(), &new.bank)?;
    let own = store::of_identity(tx.conn(), &new.id_no)?;
    let found = rules::check_new(&new, bank.as_ref(), &own, today);
    if found.blocking() {
        return Err(found.into());
    }
    let Some(bank) = bank else { return Err(ActError::refuse_field("no_bank", "bank", W::ReferenceBankUnknown)) };
    let account = DirectAccount {
        id: 0,
        payee: new.payee,
        id_kind: new.id_kind,
        id_no: new.id_no,
        account_kind: new.account_kind,
        bank_code: bank.code,
        bank: new.bank,
        account: new.account,
        holder: new.holder,
        entered_at: tx.now,
        entered_by: by.id,
        verified_at: None,
        verified_by: None,
        disabled_at: None,
        disabled_by: None,
        disable_reason: String::new(),
    };
    let id = store::insert(tx.conn(), &account)?;
    let facts = json!({
        "payee": account.payee,
        "id_kind": account.id_kind,
        "id_no": account.id_no,
        "account_kind": account.account_kind.code(),
        "bank_code": account.bank_code,
        "bank": account.bank,
        "account": account.account,
        "holder": account.holder,
    });
    tx.journal_as("direct_enter", &subject(id), 0, &facts)?;
    Ok(id)
}

/// Verifies an account: by somebody else than who entered it.
///
/// # Errors
/// A refusal in words, or what SQLite says.
pub fn verify(tx: &mut ActTx<'_>, id: i64) -> Result<(), ActError> {
    let by = require(tx, Right::DirectAccounts)?;
    let account = known(tx, id)?;
    let found = rules::check_verify(&account, by.id);
    if found.blocking() {
        return Err(found.into());
    }
    store::set_verified(tx.conn(), id, tx.now, by.id)?;
    let facts = json!({ "verified_by": by.staff_no, "account": account.account, "payee": account.payee });
    tx.journal_as("direct_verify", &subject(id), 0, &facts).map(drop)
}

/// Verifies an account against the number the second person reads from the paper: a number typed twice by two
/// persons is the same number.
///
/// # Errors
/// A refusal when the numbers differ; else as [`verify`].
pub fn verify_from_paper(tx: &mut ActTx<'_>, id: i64, typed: &str) -> Result<(), ActError> {
    let found = rules::check_typed(&known(tx, id)?, typed);
    if found.blocking() {
        return Err(found.into());
    }
    verify(tx, id)
}

/// Disables an account for a reason; instructions already chosen keep it.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn disable(tx: &mut ActTx<'_>, id: i64, reason: &str) -> Result<(), ActError> {
    let by = require(tx, Right::DirectAccounts)?;
    let account = known(tx, id)?;
    let mut found = reason_findings(reason);
    if account.disabled_at.is_some() {
        found.push(rules::disabled());
    }
    if found.blocking() {
        return Err(found.into());
    }
    let reason = text::fold(reason);
    store::set_disabled(tx.conn(), id, (tx.now, by.id), &reason)?;
    let facts = json!({ "account": account.account, "payee": account.payee, "reason": reason });
    tx.journal_as("direct_disable", &subject(id), 0, &facts).map(drop)
}
