//! Banks and transfer channels (转账通道): which banks there are, whether transfers to one are open, which are designated.
//!
//! A channel is opened and closed by dated rows with a reason; nothing is changed or taken away. A card's first digits
//! fill in a bank's name and warn, and never decide.

pub mod rules;
pub mod store;

pub use rules::{ChannelChange, NewBank, NewNames};
pub use store::{Bank, Channel, ChannelRow, all, by_code, channel, designated_open, history, named, recognise, seed};

use crate::db::{ActError, ActTx};
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store::require;
use chrono::NaiveTime;
use serde_json::json;

/// What the journal calls a bank.
pub fn subject(code: &str) -> String {
    format!("bank {code}")
}

fn known(tx: &ActTx<'_>, code: &str) -> Result<Bank, ActError> {
    by_code(tx.conn(), code)?.ok_or_else(|| ActError::refuse("no_bank", W::ReferenceBankUnknown))
}

/// Adds a bank with its names, card prefixes and first channel.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn add(tx: &mut ActTx<'_>, new: &NewBank) -> Result<Bank, ActError> {
    let by = require(tx, Right::Registers)?;
    let banks = all(tx.conn())?;
    let new = new.folded();
    let found = rules::check_new(&new, &banks);
    if found.blocking() {
        return Err(found.into());
    }
    let code = rules::code_for(&new.name, &banks);
    store::insert(tx.conn(), &code, &new, &by.staff_no, tx.now)?;
    let row = ChannelRow {
        id: 0,
        open: new.open,
        designated: new.designated,
        from_at: tx.now,
        reason: new.reason.clone(),
        set_by: by.staff_no,
        set_at: tx.now,
    };
    store::insert_channel(tx.conn(), &code, &row)?;
    let facts = json!({
        "name": new.name,
        "aliases": new.names.aliases,
        "bins": new.names.bins,
        "cnaps": new.names.cnaps,
        "open": i64::from(new.open),
        "designated": i64::from(new.designated),
        "reason": new.reason,
    });
    tx.journal_as("bank_add", &subject(&code), 0, &facts)?;
    known(tx, &code)
}

/// Adds names, card prefixes and the head office's number to a bank; only adds, except that a number is replaced.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn extend(tx: &mut ActTx<'_>, code: &str, names: &NewNames) -> Result<Bank, ActError> {
    require(tx, Right::Registers)?;
    let bank = known(tx, code)?;
    let names = names.folded().beyond(&bank);
    let mut found = rules::check_names(&names, &all(tx.conn())?);
    if names.is_empty() {
        found.push(rules::nothing_new());
    }
    if found.blocking() {
        return Err(found.into());
    }
    store::insert_names(tx.conn(), code, &names)?;
    let facts = json!({
        "aliases": names.aliases,
        "bins": names.bins,
        "cnaps": if names.cnaps.is_empty() { &bank.cnaps } else { &names.cnaps },
        "cnaps_was": bank.cnaps,
    });
    tx.journal_as("bank_names", &subject(code), 0, &facts)?;
    known(tx, code)
}

/// Opens or closes the channel of a bank, or marks it designated, from now or from a later day on.
///
/// # Errors
/// A refusal with every finding, or what SQLite says.
pub fn set_channel(tx: &mut ActTx<'_>, code: &str, change: &ChannelChange) -> Result<ChannelRow, ActError> {
    let by = require(tx, Right::Registers)?;
    let bank = known(tx, code)?;
    let last = history(tx.conn(), code)?.into_iter().next_back();
    let found = rules::check_channel(change, last.as_ref(), tx.now);
    if found.blocking() {
        return Err(found.into());
    }
    let from_at = change.from_day.map_or(tx.now, |day| clock::moment_on(day, NaiveTime::MIN)).max(tx.now);
    let mut row = ChannelRow {
        id: 0,
        open: change.open,
        designated: change.designated,
        from_at,
        reason: text::fold(&change.reason).into_owned(),
        set_by: by.staff_no,
        set_at: tx.now,
    };
    row.id = store::insert_channel(tx.conn(), code, &row)?;
    let was = |flag: fn(&ChannelRow) -> bool| last.as_ref().map_or(0, |row| i64::from(flag(row)));
    let facts = json!({
        "name": bank.name,
        "open": i64::from(row.open),
        "open_was": was(|row| row.open),
        "designated": i64::from(row.designated),
        "designated_was": was(|row| row.designated),
        "from_at": row.from_at,
        "reason": row.reason,
    });
    tx.journal_as("bank_channel", &subject(code), 0, &facts)?;
    Ok(row)
}
