//! Repair shops (修理厂名录): verified once with an expiry, so that each payment only needs the owner's papers.
//!
//! Each verification is a row of its own; the last one holds. An expired shop stays in the register and is not paid.

pub mod rules;
pub mod store;

pub use rules::{NewShop, in_force};
pub use store::{Shop, by_id, records, search};

use super::banks;
use crate::db::{ActError, ActTx};
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use crate::reference::rules::reason_findings;
use serde_json::{Value, json};

/// What the journal calls a shop.
pub fn subject(uscc: &str) -> String {
    format!("shop {uscc}")
}

fn known(tx: &ActTx<'_>, id: i64) -> Result<Shop, ActError> {
    by_id(tx.conn(), id)?.ok_or_else(|| ActError::refuse("no_shop", W::ReferenceShopUnknown))
}

fn facts(shop: &Shop) -> Value {
    json!({
        "name": shop.name,
        "licence": shop.licence,
        "account_kind": shop.account_kind.code(),
        "bank_code": shop.bank_code,
        "bank": shop.bank,
        "account": shop.account,
        "agent": shop.agent,
        "agent_id_no": shop.agent_id_no,
        "phone": shop.phone,
        "expires_on": shop.expires_on.to_string(),
        "ended": i64::from(shop.ended),
        "reason": shop.reason,
    })
}

/// Records the verification of a shop: a new one (`id` none), or one again whose papers were looked at anew.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn verify(tx: &mut ActTx<'_>, id: Option<i64>, new: &NewShop) -> Result<i64, ActError> {
    let by = require(tx, Right::Registers)?;
    let today = clock::day_of(tx.now);
    let new = new.folded(today);
    let bank = banks::named(tx.conn(), &new.bank)?;
    let before = id.map(|id| known(tx, id)).transpose()?;
    let other = store::by_uscc(tx.conn(), &new.uscc)?;
    let found = rules::check(&new, bank.as_ref(), (before.as_ref(), other.as_ref()), today);
    if found.blocking() {
        return Err(found.into());
    }
    let (Some(bank), Some(expires_on)) = (bank, new.expires_on) else {
        return Err(ActError::refuse_field("no_bank", "bank", W::ReferenceBankUnknown));
    };
    let shop = Shop {
        id: before.map_or(0, |shop| shop.id),
        uscc: new.uscc,
        name: new.name,
        licence: new.licence,
        account_kind: new.account_kind,
        bank_code: bank.code,
        bank: new.bank,
        account: new.account,
        agent: new.agent,
        agent_id_no: new.agent_id_no,
        phone: new.phone,
        verified_at: tx.now,
        verified_by: by.id,
        expires_on,
        ended: false,
        reason: String::new(),
    };
    let id = store::insert(tx.conn(), &shop)?;
    tx.journal_as("shop_verify", &subject(&shop.uscc), 0, &facts(&shop))?;
    Ok(id)
}

/// Takes a shop off the list of those that are paid, for a reason; a later verification brings it back.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn end(tx: &mut ActTx<'_>, id: i64, reason: &str) -> Result<(), ActError> {
    let by = require(tx, Right::Registers)?;
    let shop = known(tx, id)?;
    let mut found = reason_findings(reason);
    if shop.ended {
        found.push(rules::ended());
    }
    if found.blocking() {
        return Err(found.into());
    }
    let reason = text::fold(reason).into_owned();
    let shop = Shop { verified_at: tx.now, verified_by: by.id, ended: true, reason, ..shop };
    store::insert(tx.conn(), &shop)?;
    tx.journal_as("shop_end", &subject(&shop.uscc), 0, &facts(&shop)).map(drop)
}
