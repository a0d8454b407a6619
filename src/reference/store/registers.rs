//! Reads banks, their channels, direct-pay accounts and repair shops.

use crate::db::Connection;
use crate::instructions::rules::AccountKind;
use crate::kernel::clock;
use crate::kernel::text;
use crate::reference::accounts::DirectAccount;
use crate::reference::banks::{Bank, Channel};
use crate::reference::shops::Shop;
use rusqlite::{OptionalExtension, Row, params};

fn bank_at(row: &Row<'_>) -> rusqlite::Result<(Bank, String)> {
    Ok((Bank { code: row.get(0)?, name: row.get(1)?, designated: row.get(3)? }, row.get(2)?))
}

fn banks(conn: &Connection) -> rusqlite::Result<Vec<(Bank, String)>> {
    conn.prepare_cached("SELECT code, name, prefixes, designated FROM bank ORDER BY code")?
        .query_map([], bank_at)?
        .collect()
}

/// The bank whose name a text holds.
///
/// # Errors
/// What SQLite says.
pub fn named(conn: &Connection, text: &str) -> rusqlite::Result<Option<Bank>> {
    let folded = text::fold(text).into_owned();
    let found = banks(conn)?.into_iter().map(|(bank, _)| bank).filter(|bank| folded.contains(&bank.name));
    Ok(found.max_by_key(|bank| bank.name.chars().count()))
}

/// The bank a card number begins with.
///
/// # Errors
/// What SQLite says.
pub fn recognise(conn: &Connection, card: &str) -> rusqlite::Result<Option<Bank>> {
    let card = text::fold(card).replace(' ', "");
    let hit = |prefixes: &str| prefixes.split(' ').any(|prefix| !prefix.is_empty() && card.starts_with(prefix));
    Ok(banks(conn)?.into_iter().find(|(_, prefixes)| hit(prefixes)).map(|(bank, _)| bank))
}

/// Whether transfers to a bank are open at a moment.
///
/// # Errors
/// What SQLite says.
pub fn channel(conn: &Connection, bank_code: &str, at: i64) -> rusqlite::Result<Channel> {
    let row = conn
        .prepare_cached(
            "SELECT open, from_at FROM bank_channel WHERE bank_code = $1 AND from_at <= $2 ORDER BY from_at DESC, id DESC LIMIT 1",
        )?
        .query_row(params![bank_code, at], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(row.map_or(Channel { open: false, since: None }, |(open, since)| Channel { open, since: Some(since) }))
}

/// The designated banks with an open channel.
///
/// # Errors
/// What SQLite says.
pub fn designated_open(conn: &Connection, at: i64) -> rusqlite::Result<Vec<Bank>> {
    let mut open = Vec::new();
    for (bank, _) in banks(conn)?.into_iter().filter(|(bank, _)| bank.designated) {
        if channel(conn, &bank.code, at)?.open {
            open.push(bank);
        }
    }
    Ok(open)
}

fn account_at(row: &Row<'_>) -> rusqlite::Result<DirectAccount> {
    let kind: String = row.get(3)?;
    Ok(DirectAccount {
        id: row.get(0)?,
        payee: row.get(1)?,
        id_no: row.get(2)?,
        account_kind: AccountKind::from_code(&kind).unwrap_or(AccountKind::Card),
        bank_code: row.get(4)?,
        bank: row.get(5)?,
        account: row.get(6)?,
        holder: row.get(7)?,
        verified_at: row.get(8)?,
    })
}

/// The verified accounts in force of a payee.
///
/// # Errors
/// What SQLite says.
pub fn for_payee(conn: &Connection, id_no: &str, name: &str) -> rusqlite::Result<Vec<DirectAccount>> {
    let all: Vec<DirectAccount> = conn
        .prepare_cached(
            "SELECT id, payee, id_no, account_kind, bank_code, bank, account, holder, verified_at FROM direct_account \
             WHERE id_no = $1 AND verified_at IS NOT NULL ORDER BY id DESC",
        )?
        .query_map([text::fold_upper(id_no).as_ref()], account_at)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(all.into_iter().filter(|one| text::fold_name(&one.payee) == text::fold_name(name)).collect())
}

fn shop_at(row: &Row<'_>) -> rusqlite::Result<Shop> {
    let expires: String = row.get(9)?;
    Ok(Shop {
        id: row.get(0)?,
        name: row.get(1)?,
        uscc: row.get(2)?,
        bank: row.get(3)?,
        account: row.get(4)?,
        agent: row.get(5)?,
        agent_id_no: row.get(6)?,
        phone: row.get(7)?,
        verified_at: row.get(8)?,
        expires_on: clock::parse_day(&expires),
    })
}

/// The shops whose name holds a text.
///
/// # Errors
/// What SQLite says.
pub fn search(conn: &Connection, text: &str, limit: usize) -> rusqlite::Result<Vec<Shop>> {
    let wanted = text::fold(text).into_owned();
    let all: Vec<Shop> = conn
        .prepare_cached(
            "SELECT id, name, uscc, bank, account, agent, agent_id_no, phone, verified_at, expires_on FROM repair_shop ORDER BY id",
        )?
        .query_map([], shop_at)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(all.into_iter().filter(|shop| shop.name.contains(&wanted)).take(limit).collect())
}

/// The shop with this key.
///
/// # Errors
/// What SQLite says.
pub fn shop(conn: &Connection, id: i64) -> rusqlite::Result<Option<Shop>> {
    Ok(search(conn, "", usize::MAX)?.into_iter().find(|shop| shop.id == id))
}
