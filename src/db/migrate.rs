//! Migrations: ordered SQL files, one transaction each, a backup before the first on a store in use.

use super::OpenError;
use rusqlite::{Connection, TransactionBehavior};

/// One step of the store's shape.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// File name, for messages.
    pub name: &'static str,
    /// The SQL text.
    pub sql: &'static str,
    /// What SQL alone cannot do, such as filling an index from what is kept; inside the same transaction.
    pub fill: Option<fn(&Connection) -> anyhow::Result<()>>,
}

impl Migration {
    /// One that is SQL alone.
    pub const fn sql(name: &'static str, sql: &'static str) -> Migration {
        Migration { name, sql, fill: None }
    }

    /// The same, and then what SQL cannot do.
    #[must_use]
    pub const fn filled_by(self, fill: fn(&Connection) -> anyhow::Result<()>) -> Migration {
        Migration { fill: Some(fill), ..self }
    }
}

/// Brings the store to the newest version; each file commits on its own.
///
/// The version is read again inside each transaction, so that two programs started at once do not
/// both run the same file. `keep` runs inside the transaction that first leaves version `from`: nobody
/// else can write then, so the backup it makes is of the old version, and the others make none.
pub(super) fn run(
    conn: &mut Connection,
    migrations: &[Migration],
    from: i64,
    keep: impl FnOnce() -> Result<(), OpenError>,
) -> Result<(), OpenError> {
    let mut keep = Some(keep);
    for (index, migration) in migrations.iter().enumerate() {
        let version = i64::try_from(index).unwrap_or(i64::MAX) + 1;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done: i64 = tx.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if done < version {
            if let Some(keep) = keep.take().filter(|_| done == from) {
                keep()?;
            }
            tx.execute_batch(migration.sql)?;
            if let Some(fill) = migration.fill {
                fill(&tx).map_err(OpenError::Seed)?;
            }
            tx.pragma_update(None, "user_version", version)?;
        }
        tx.commit()?;
    }
    Ok(())
}
