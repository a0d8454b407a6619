//! Keeps repair shops, one row for each verification.

use crate::db::Connection;
use crate::instructions::rules::AccountKind;
use crate::kernel::text::{fold_name, fold_upper, pinyin};
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, params};

/// A shop as last verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shop {
    /// Key in the store.
    pub id: i64,
    /// 统一社会信用代码
    pub uscc: String,
    /// Name, which is also the account's holder.
    pub name: String,
    /// Number of the repair licence or filing; may be empty.
    pub licence: String,
    /// Kind of account.
    pub account_kind: AccountKind,
    /// Code of the bank, for its channel.
    pub bank_code: String,
    /// Bank with its branch.
    pub bank: String,
    /// Account number.
    pub account: String,
    /// Who comes for the shop.
    pub agent: String,
    /// Number of the agent's document.
    pub agent_id_no: String,
    /// The shop's phone; may be empty.
    pub phone: String,
    /// When it was verified, or taken off.
    pub verified_at: i64,
    /// Who did it.
    pub verified_by: i64,
    /// Last day of the verification.
    pub expires_on: NaiveDate,
    /// Taken off: paid no longer.
    pub ended: bool,
    /// Why it was taken off.
    pub reason: String,
}

const COLUMNS: &str = "s.id, s.uscc, r.name, r.licence, r.account_kind, r.bank_code, r.bank, r.account, r.agent, \
                       r.agent_id_no, r.phone, r.verified_at, r.verified_by, r.expires_on, r.ended, r.reason";
/// The last row of each shop.
const LAST: &str = "FROM shop s JOIN shop_record r ON r.shop_id = s.id \
                    AND r.id = (SELECT MAX(l.id) FROM shop_record l WHERE l.shop_id = s.id)";

fn shop_at(row: &rusqlite::Row<'_>) -> rusqlite::Result<Shop> {
    let kind: String = row.get(4)?;
    let day: String = row.get(13)?;
    let expires_on = day
        .parse()
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(13, rusqlite::types::Type::Text, Box::new(error)))?;
    Ok(Shop {
        id: row.get(0)?,
        uscc: row.get(1)?,
        name: row.get(2)?,
        licence: row.get(3)?,
        // The store holds the codes the act wrote.
        account_kind: AccountKind::from_code(&kind).unwrap_or(AccountKind::Company),
        bank_code: row.get(5)?,
        bank: row.get(6)?,
        account: row.get(7)?,
        agent: row.get(8)?,
        agent_id_no: row.get(9)?,
        phone: row.get(10)?,
        verified_at: row.get(11)?,
        verified_by: row.get(12)?,
        expires_on,
        ended: row.get(14)?,
        reason: row.get(15)?,
    })
}

/// Writes a verification, for a new shop (`id` 0) with the shop, and answers the shop's key. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, shop: &Shop) -> rusqlite::Result<i64> {
    let id = if shop.id == 0 {
        conn.prepare_cached("INSERT INTO shop (uscc, added_at) VALUES ($1, $2) RETURNING id")?
            .query_row(params![shop.uscc, shop.verified_at], |row| row.get(0))?
    } else {
        shop.id
    };
    conn.prepare_cached(
        "INSERT INTO shop_record (shop_id, name, licence, account_kind, bank_code, bank, account, agent, agent_id_no, \
         phone, verified_at, verified_by, expires_on, ended, reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
    )?
    .execute(params![
        id,
        shop.name,
        shop.licence,
        shop.account_kind.code(),
        shop.bank_code,
        shop.bank,
        shop.account,
        shop.agent,
        shop.agent_id_no,
        shop.phone,
        shop.verified_at,
        shop.verified_by,
        shop.expires_on.to_string(),
        shop.ended,
        shop.reason
    ])?;
    Ok(id)
}

/// The shop with this key, as last verified.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Shop>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} {LAST} WHERE s.id = $1"))?.query_row([id], shop_at).optional()
}

/// The shop with this credit code.
///
/// # Errors
/// What SQLite says.
pub fn by_uscc(conn: &Connection, uscc: &str) -> rusqlite::Result<Option<Shop>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} {LAST} WHERE s.uscc = $1"))?.query_row([uscc], shop_at).optional()
}

/// Every verification of a shop, the newest first.
///
/// # Errors
/// What SQLite says.
pub fn records(conn: &Connection, id: i64) -> rusqlite::Result<Vec<Shop>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM shop s JOIN shop_record r ON r.shop_id = s.id WHERE s.id = $1 ORDER BY r.id DESC"
    ))?
    .query_map([id], shop_at)?
    .collect()
}

/// Shops by a part of the name, its pinyin initials, the beginning of the credit code, or the end of the account or
/// phone; those taken off come last. Without a text all of them by name.
///
/// # Errors
/// What SQLite says.
pub fn search(conn: &Connection, text: &str, limit: usize) -> rusqlite::Result<Vec<Shop>> {
    let mut all: Vec<Shop> = conn
        .prepare_cached(&format!("SELECT {COLUMNS} {LAST} ORDER BY r.ended, r.name, s.id"))?
        .query_map([], shop_at)?
        .collect::<rusqlite::Result<_>>()?;
    let name = fold_name(text).to_lowercase();
    let number = fold_upper(text).replace(' ', "");
    if !name.is_empty() {
        all.retain(|shop| fits(shop, &name, &number));
    }
    all.truncate(limit);
    Ok(all)
}

/// Fewest characters at the end of a number that are searched for.
const LEAST_TAIL: usize = 4;

fn fits(shop: &Shop, name: &str, number: &str) -> bool {
    let tail = number.chars().count() >= LEAST_TAIL;
    fold_name(&shop.name).to_lowercase().contains(name)
        || pinyin::label_initials(&shop.name).iter().any(|initials| initials.contains(name))
        || fold_name(&shop.agent).contains(name)
        || shop.uscc.starts_with(number)
        || tail && (shop.account.ends_with(number) || shop.phone.ends_with(number))
}
