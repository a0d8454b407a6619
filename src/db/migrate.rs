//! Migrations: ordered SQL files, one transaction each, a backup before the first on a store in use.

use rusqlite::{Connection, TransactionBehavior};

/// One step of the store's shape.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// File name, for messages.
    pub name: &'static str,
    /// The SQL text.
    pub sql: &'static str,
}

/// Brings the store from version `from` to the newest; each file commits on its own.
///
/// The version is read again inside each transaction, so that two programs started at once do not
/// both run the same file.
pub(super) fn run(conn: &mut Connection, migrations: &[Migration]) -> rusqlite::Result<()> {
    for (index, migration) in migrations.iter().enumerate() {
        let version = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if done < version {
            tx.execute_batch(migration.sql)?;
            tx.pragma_update(None, "user_version", version)?;
        }
        tx.commit()?;
    }
    Ok(())
}
