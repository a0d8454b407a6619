//! Keeps banks, their names and card prefixes, and the history of their channels.

use super::rules::{self, NewBank, NewNames};
use crate::db::Connection;
use crate::kernel::account::account;
use anyhow::Context;
use rusqlite::{OptionalExtension, params};
use serde::Deserialize;

const BANKS: &str = include_str!("../../../assets/banks.toml");
/// Who set what the store came with.
const SEEDED_BY: &str = "";
/// Longest and shortest card prefix that is kept, in digits.
pub const BIN_DIGITS: std::ops::RangeInclusive<usize> = 3..=10;

/// A bank, or a kind of local banks that are treated as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Key in the store.
    pub id: i64,
    /// Stable short code.
    pub code: String,
    /// Full name.
    pub name: String,
    /// Other names people write.
    pub aliases: Vec<String>,
    /// First digits of its cards.
    pub bins: Vec<String>,
    /// Recommended to customers who open a new account (指定银行), as last set.
    pub designated: bool,
    /// Number of the head office in the payment system; empty when not entered.
    pub cnaps: String,
}

/// How a channel stands at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// Transfers go through.
    pub open: bool,
    /// The bank is a designated one.
    pub designated: bool,
    /// Since when it is open or not open, UTC seconds; none when it always was.
    pub since: Option<i64>,
}

/// One row of a channel's history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelRow {
    /// Key in the store.
    pub id: i64,
    /// Transfers go through.
    pub open: bool,
    /// The bank is a designated one.
    pub designated: bool,
    /// From this moment, UTC seconds; 0 = as the store came.
    pub from_at: i64,
    /// Why.
    pub reason: String,
    /// 工号 of who set it.
    pub set_by: String,
    /// When it was set.
    pub set_at: i64,
}

#[derive(Deserialize)]
struct BanksFile {
    bank: Vec<BankEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BankEntry {
    code: String,
    name: String,
    aliases: Vec<String>,
    bins: Vec<String>,
    #[serde(default)]
    cnaps: String,
    open: bool,
    designated: bool,
}

/// Fills the register with the banks of `assets/banks.toml`, their channels as they came.
///
/// # Errors
/// When the file is malformed or the store cannot be written.
pub fn seed(conn: &Connection) -> anyhow::Result<()> {
    let file: BanksFile = toml::from_str(BANKS).context("assets/banks.toml")?;
    for entry in file.bank {
        let names = NewNames { aliases: entry.aliases, bins: entry.bins, cnaps: entry.cnaps };
        let bank =
            NewBank { name: entry.name, names, open: entry.open, designated: entry.designated, reason: String::new() };
        insert(conn, &entry.code, &bank.folded(), SEEDED_BY, 0)?;
        let row = ChannelRow {
            id: 0,
            open: entry.open,
            designated: entry.designated,
            from_at: 0,
            reason: String::new(),
            set_by: SEEDED_BY.to_owned(),
            set_at: 0,
        };
        insert_channel(conn, &entry.code, &row)?;
    }
    Ok(())
}

/// Writes a bank with its names. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, code: &str, bank: &NewBank, by: &str, at: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO bank (code, name, cnaps, added_at, added_by) VALUES ($1, $2, '', $3, $4)")?
        .execute(params![code, bank.name, at, by])?;
    insert_names(conn, code, &bank.names)
}

/// Writes further names of a bank. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert_names(conn: &Connection, code: &str, names: &NewNames) -> rusqlite::Result<()> {
    for alias in &names.aliases {
        conn.prepare_cached("INSERT INTO bank_alias (alias, bank_code) VALUES ($1, $2)")?
            .execute(params![alias, code])?;
    }
    for prefix in &names.bins {
        conn.prepare_cached("INSERT INTO bank_bin (prefix, bank_code) VALUES ($1, $2)")?
            .execute(params![prefix, code])?;
    }
    if !names.cnaps.is_empty() {
        conn.prepare_cached("UPDATE bank SET cnaps = $1 WHERE code = $2")?.execute(params![names.cnaps, code])?;
    }
    Ok(())
}

/// Writes a row of a channel's history and answers its key. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert_channel(conn: &Connection, code: &str, row: &ChannelRow) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO bank_channel (bank_code, open, designated, from_at, reason, set_by, set_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )?
    .query_row(params![code, row.open, row.designated, row.from_at, row.reason, row.set_by, row.set_at], |row| {
        row.get(0)
    })
}

/// Every bank, those the store came with first.
///
/// # Errors
/// What SQLite says.
pub fn all(conn: &Connection) -> rusqlite::Result<Vec<Bank>> {
    let mut banks: Vec<Bank> = conn
        .prepare_cached("SELECT id, code, name, cnaps FROM bank ORDER BY id")?
        .query_map([], |row| {
            Ok(Bank {
                id: row.get(0)?,
                code: row.get(1)?,
                name: row.get(2)?,
                cnaps: row.get(3)?,
                aliases: Vec::new(),
                bins: Vec::new(),
                designated: false,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut each = |sql: &str, put: fn(&mut Bank, String)| -> rusqlite::Result<()> {
        let mut statement = conn.prepare_cached(sql)?;
        let rows = statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        for row in rows {
            let (code, text) = row?;
            if let Some(bank) = banks.iter_mut().find(|bank| bank.code == code) {
                put(bank, text);
            }
        }
        Ok(())
    };
    each("SELECT bank_code, alias FROM bank_alias ORDER BY bank_code, alias", |bank, alias| bank.aliases.push(alias))?;
    each("SELECT bank_code, prefix FROM bank_bin ORDER BY bank_code, prefix", |bank, bin| bank.bins.push(bin))?;
    for bank in &mut banks {
        bank.designated = history(conn, &bank.code)?.last().is_some_and(|row| row.designated);
    }
    Ok(banks)
}

/// The bank with this code.
///
/// # Errors
/// What SQLite says.
pub fn by_code(conn: &Connection, code: &str) -> rusqlite::Result<Option<Bank>> {
    Ok(all(conn)?.into_iter().find(|bank| bank.code == code))
}

/// The bank a text names: by name, code or alias, else the longest name that stands in it, so that
/// `工商银行合肥分行` names 工商银行.
///
/// # Errors
/// What SQLite says.
pub fn named(conn: &Connection, text: &str) -> rusqlite::Result<Option<Bank>> {
    let banks = all(conn)?;
    Ok(rules::named_among(&banks, text).cloned())
}

/// The bank whose card prefix is the longest the number begins with.
///
/// # Errors
/// What SQLite says.
pub fn recognise(conn: &Connection, card_number: &str) -> rusqlite::Result<Option<Bank>> {
    let number = account(card_number);
    for digits in BIN_DIGITS.rev() {
        let Some(prefix) = number.get(..digits) else { continue };
        let code: Option<String> = conn
            .prepare_cached("SELECT bank_code FROM bank_bin WHERE prefix = $1")?
            .query_row([prefix], |row| row.get(0))
            .optional()?;
        if let Some(code) = code {
            return by_code(conn, &code);
        }
    }
    Ok(None)
}

/// The history of a bank's channel, in the order of its moments.
///
/// # Errors
/// What SQLite says.
pub fn history(conn: &Connection, bank_code: &str) -> rusqlite::Result<Vec<ChannelRow>> {
    conn.prepare_cached(
        "SELECT id, open, designated, from_at, reason, set_by, set_at FROM bank_channel WHERE bank_code = $1 \
         ORDER BY from_at, id",
    )?
    .query_map([bank_code], |row| {
        Ok(ChannelRow {
            id: row.get(0)?,
            open: row.get(1)?,
            designated: row.get(2)?,
            from_at: row.get(3)?,
            reason: row.get(4)?,
            set_by: row.get(5)?,
            set_at: row.get(6)?,
        })
    })?
    .collect()
}

/// How the channel of a bank stands at a moment; a bank without any row is not open.
///
/// # Errors
/// What SQLite says.
pub fn channel(conn: &Connection, bank_code: &str, at: i64) -> rusqlite::Result<Channel> {
    Ok(rules::channel_at(&history(conn, bank_code)?, at))
}

/// The designated banks whose channel is open at a moment: where a customer without a usable account opens one.
///
/// # Errors
/// What SQLite says.
pub fn designated_open(conn: &Connection, at: i64) -> rusqlite::Result<Vec<Bank>> {
    let mut found = Vec::new();
    for bank in all(conn)? {
        let channel = channel(conn, &bank.code, at)?;
        if channel.open && channel.designated {
            found.push(bank);
        }
    }
    Ok(found)
}

/// The first bank whose rows do not stand in the order in which they were set, by name.
///
/// # Errors
/// What SQLite says.
pub fn out_of_order(conn: &Connection) -> rusqlite::Result<Option<String>> {
    for bank in all(conn)? {
        let rows = history(conn, &bank.code)?;
        // By moment and by key is one order: no row was put before an earlier one.
        let ordered = rows.windows(2).all(|pair| matches!(pair, [a, b] if a.id < b.id && a.from_at <= b.from_at));
        if rows.is_empty() || !ordered || rows.iter().any(|row| row.from_at < row.set_at) {
            return Ok(Some(bank.name));
        }
    }
    Ok(None)
}
