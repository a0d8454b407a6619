//! Keeps direct-pay accounts.

use crate::db::Connection;
use crate::instructions::rules::AccountKind;
use crate::kernel::account::account;
use crate::kernel::text::{fold_name, fold_upper, reversed};
use rusqlite::{OptionalExtension, params};

/// Shortest tail of an account that is searched for.
const LEAST_TAIL: usize = 4;

/// An account on record for a payee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectAccount {
    /// Key in the store.
    pub id: i64,
    /// Who is paid.
    pub payee: String,
    /// 证件类型 as it was typed.
    pub id_kind: String,
    /// Number of the payee's document.
    pub id_no: String,
    /// Kind of account.
    pub account_kind: AccountKind,
    /// Code of the bank, for its channel.
    pub bank_code: String,
    /// Bank as the payee writes it.
    pub bank: String,
    /// Account number.
    pub account: String,
    /// 户名
    pub holder: String,
    /// When it was entered.
    pub entered_at: i64,
    /// Who entered it.
    pub entered_by: i64,
    /// When a second person verified it.
    pub verified_at: Option<i64>,
    /// Who verified it.
    pub verified_by: Option<i64>,
    /// When it was disabled.
    pub disabled_at: Option<i64>,
    /// Who disabled it.
    pub disabled_by: Option<i64>,
    /// Why; empty while it is in force.
    pub disable_reason: String,
}

impl DirectAccount {
    /// Verified and not disabled: may be paid to without asking.
    pub fn in_force(&self) -> bool {
        self.verified_at.is_some() && self.disabled_at.is_none()
    }

    /// Waits for the second person.
    pub fn waits(&self) -> bool {
        self.verified_at.is_none() && self.disabled_at.is_none()
    }
}

const COLUMNS: &str = "id, payee, id_kind, id_no, account_kind, bank_code, bank, account, holder, entered_at, \
                       entered_by, verified_at, verified_by, disabled_at, disabled_by, disable_reason";

fn account_at(row: &rusqlite::Row<'_>) -> rusqlite::Result<DirectAccount> {
    let kind: String = row.get(4)?;
    Ok(DirectAccount {
        id: row.get(0)?,
        payee: row.get(1)?,
        id_kind: row.get(2)?,
        id_no: row.get(3)?,
        // The store holds the codes the act wrote.
        account_kind: AccountKind::from_code(&kind).unwrap_or(AccountKind::Card),
        bank_code: row.get(5)?,
        bank: row.get(6)?,
        account: row.get(7)?,
        holder: row.get(8)?,
        entered_at: row.get(9)?,
        entered_by: row.get(10)?,
        verified_at: row.get(11)?,
        verified_by: row.get(12)?,
        disabled_at: row.get(13)?,
        disabled_by: row.get(14)?,
        disable_reason: row.get(15)?,
    })
}

/// Writes an account and answers its key. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert(conn: &Connection, new: &DirectAccount) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "INSERT INTO direct_account (payee, payee_key, id_kind, id_no, account_kind, bank_code, bank, account, \
         account_tail, holder, entered_at, entered_by, disable_reason) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '') RETURNING id",
    )?
    .query_row(
        params![
            new.payee,
            fold_name(&new.payee).as_ref(),
            new.id_kind,
            new.id_no,
            new.account_kind.code(),
            new.bank_code,
            new.bank,
            new.account,
            reversed(&new.account),
            new.holder,
            new.entered_at,
            new.entered_by
        ],
        |row| row.get(0),
    )
}

/// Marks an account verified. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn set_verified(conn: &Connection, id: i64, at: i64, by: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE direct_account SET verified_at = $1, verified_by = $2 WHERE id = $3")?
        .execute(params![at, by, id])
        .map(drop)
}

/// Marks an account disabled. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn set_disabled(conn: &Connection, id: i64, (at, by): (i64, i64), reason: &str) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE direct_account SET disabled_at = $1, disabled_by = $2, disable_reason = $3 WHERE id = $4",
    )?
    .execute(params![at, by, reason, id])
    .map(drop)
}

/// The account with this key, whatever its state.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<DirectAccount>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM direct_account WHERE id = $1"))?
        .query_row([id], account_at)
        .optional()
}

/// Every account on record for an identity number in the form in which it is kept, the newest first.
///
/// # Errors
/// What SQLite says.
pub fn of_identity(conn: &Connection, id_no: &str) -> rusqlite::Result<Vec<DirectAccount>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM direct_account WHERE id_no = $1 ORDER BY id DESC"))?
        .query_map([id_no], account_at)?
        .collect()
}

/// The accounts a payee may be paid to without asking: verified, in force, of this number and this name; the newest
/// first. Without a number nobody is recognised.
///
/// # Errors
/// What SQLite says.
pub fn for_payee(conn: &Connection, id_no: &str, name: &str) -> rusqlite::Result<Vec<DirectAccount>> {
    let id_no = fold_upper(id_no).replace(' ', "");
    if id_no.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = of_identity(conn, &id_no)?;
    found.retain(|account| account.in_force() && fold_name(&account.payee) == fold_name(name));
    Ok(found)
}

/// How many accounts wait for a second person; read from an index that holds only those.
///
/// # Errors
/// What SQLite says.
pub fn waiting(conn: &Connection) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT COUNT(*) FROM direct_account WHERE verified_at IS NULL AND disabled_at IS NULL")?
        .query_row([], |row| row.get(0))
}

/// Accounts by the beginning of a payee's name or identity number, or by at least the last four characters of the
/// account; without a text those that wait first, then the newest.
///
/// # Errors
/// What SQLite says.
pub fn search(conn: &Connection, text: &str, limit: usize) -> rusqlite::Result<Vec<DirectAccount>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let key = fold_name(text);
    let mut found: Vec<DirectAccount> = Vec::new();
    if key.is_empty() {
        let waits = "WHERE verified_at IS NULL AND disabled_at IS NULL";
        for condition in [waits, ""] {
            let sql = format!("SELECT {COLUMNS} FROM direct_account {condition} ORDER BY id DESC LIMIT $1");
            add(&mut found, conn.prepare_cached(&sql)?.query_map([most], account_at)?)?;
        }
    } else {
        let number = account(text);
        let mut ways = vec![("payee_key", key.into_owned()), ("id_no", number.clone())];
        if number.chars().count() >= LEAST_TAIL {
            ways.push(("account_tail", reversed(&number)));
        }
        for (column, begins) in ways.iter().filter(|(_, begins)| !begins.is_empty()) {
            let sql = format!(
                "SELECT {COLUMNS} FROM direct_account WHERE {column} >= $1 AND {column} < $2 ORDER BY {column}, id LIMIT $3"
            );
            let behind = format!("{begins}\u{10ffff}");
            add(&mut found, conn.prepare_cached(&sql)?.query_map(params![begins, behind, most], account_at)?)?;
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// Adds the rows that are not there yet.
fn add(
    found: &mut Vec<DirectAccount>,
    rows: impl Iterator<Item = rusqlite::Result<DirectAccount>>,
) -> rusqlite::Result<()> {
    for row in rows {
        let row = row?;
        if found.iter().all(|known| known.id != row.id) {
            found.push(row);
        }
    }
    Ok(())
}

/// The first account whose verifier is who entered it, or nobody, by its key.
///
/// # Errors
/// What SQLite says.
pub fn verified_alone(conn: &Connection) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached(
        "SELECT id FROM direct_account WHERE verified_at IS NOT NULL \
         AND (verified_by IS NULL OR verified_by = 0 OR verified_by = entered_by) ORDER BY id LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}
