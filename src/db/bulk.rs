//! Filling a store nobody else has open: durability and slow indexes wait until everything is in.
//!
//! A crash in between leaves a file that is thrown away, so this is only for a store that is still being made.

use super::{OpenError, Store};
use rusqlite::Connection;

/// Page cache while a store is filled, in KiB.
const CACHE_KIB: i64 = 512 * 1024;
/// Indexes an insert asks, or that only ever grow at their end; the others are laid anew when all rows are in.
const KEPT: [&str; 3] = ["cases_awaiting_core", "pending_join_open", "pending_join_no"];
/// The tables whose indexes wait.
const TABLES: [&str; 3] = ["cases", "case_round", "journal"];

/// Indexes that were taken away, to be laid again.
#[derive(Debug)]
#[must_use = "a store without its indexes is slow"]
pub struct Waiting(Vec<String>);

impl Store {
    /// Writes without waiting for the disk from now on.
    ///
    /// # Errors
    /// What SQLite says, such as that somebody else has the store open.
    pub fn fill_fast(&self) -> rusqlite::Result<()> {
        let conn = self.conn();
        conn.query_row("PRAGMA journal_mode=MEMORY", [], |_| Ok(()))?;
        conn.pragma_update(None, "synchronous", "OFF")?;
        conn.pragma_update(None, "cache_size", -CACHE_KIB)
    }

    /// Takes the indexes away that many new rows would keep rearranging.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn put_indexes_off(&self) -> rusqlite::Result<Waiting> {
        let mut waiting = Vec::new();
        for (name, sql) in indexes(self.conn())? {
            if !KEPT.contains(&name.as_str()) {
                self.conn().execute_batch(&format!("DROP INDEX {name}"))?;
                waiting.push(sql);
            }
        }
        Ok(Waiting(waiting))
    }

    /// Lays them again; `told` hears how many of how many are done.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn lay_indexes(&self, waiting: Waiting, mut told: impl FnMut(usize, usize)) -> rusqlite::Result<()> {
        let count = waiting.0.len();
        for (done, sql) in waiting.0.into_iter().enumerate() {
            told(done, count);
            self.conn().execute_batch(&sql)?;
        }
        Ok(())
    }

    /// Puts the store back to what every other is, and everything on the disk.
    ///
    /// # Errors
    /// What SQLite or the disk says.
    pub fn filled(self) -> Result<(), OpenError> {
        let path = self.path().to_owned();
        self.prepare()?;
        drop(self);
        let io = |source| OpenError::Io { path: path.clone(), source };
        std::fs::File::open(&path).and_then(|file| file.sync_all()).map_err(io)
    }
}

/// The plain indexes of the large tables; those that keep a number unique have to be there for every row.
fn indexes(conn: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let mut statement =
        conn.prepare("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get::<_, Option<String>>(2)?))
    })?;
    let mut found = Vec::new();
    for row in rows {
        let (name, table, sql) = row?;
        if let Some(sql) = sql.filter(|sql| sql.starts_with("CREATE INDEX"))
            && TABLES.contains(&table.as_str())
        {
            found.push((name, sql));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use crate::db::Store;
    use crate::registry::SCHEMA;

    #[test]
    fn a_filled_store_has_the_indexes_of_any_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let all = |store: &Store| super::indexes(store.conn()).unwrap();
        let store = Store::open_or_create(&path, &SCHEMA).unwrap();
        let before = all(&store);
        store.fill_fast().unwrap();
        let waiting = store.put_indexes_off().unwrap();
        assert!(all(&store).len() < before.len() / 2, "{:?}", all(&store));
        store.lay_indexes(waiting, |_, _| {}).unwrap();
        store.filled().unwrap();
        let store = Store::open(&path, &SCHEMA).unwrap();
        assert_eq!(all(&store), before);
        let mode: String = store.conn().query_row("PRAGMA journal_mode", [], |row| row.get(0)).unwrap();
        assert_eq!(mode, "wal");
    }
}
