//! A long job's own settings of a connection: more memory for pages, and the write-ahead log emptied less often.

use super::Store;

/// Page cache of a long job, in KiB. Its rows go to random places of many indices.
const CACHE_KIB: i64 = 24 * 1024;
/// Pages in the write-ahead log (4 KiB each) before a long job writes them back: a page that many slices change is
/// then written back once. Other desks read past them, so they stay few.
const LOG_PAGES: i64 = 12_000;

/// As long as it lives, the connection is set up for a long job.
#[derive(Debug)]
pub struct LongJob<'a> {
    store: &'a Store,
    cache: i64,
    log: i64,
}

impl Store {
    /// Sets the connection up for a long job that writes much, until the answer is dropped.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn long_job(&self) -> rusqlite::Result<LongJob<'_>> {
        let one = |pragma: &str| self.conn.query_row(pragma, [], |row| row.get::<_, i64>(0));
        let job = LongJob { store: self, cache: one("PRAGMA cache_size")?, log: one("PRAGMA wal_autocheckpoint")? };
        job.set(-CACHE_KIB, LOG_PAGES)?;
        Ok(job)
    }
}

impl LongJob<'_> {
    fn set(&self, cache: i64, log: i64) -> rusqlite::Result<()> {
        self.store.conn.pragma_update(None, "cache_size", cache)?;
        // This one answers with the number it was given.
        self.store.conn.query_row(&format!("PRAGMA wal_autocheckpoint = {log}"), [], |_| Ok(()))
    }
}

impl Drop for LongJob<'_> {
    fn drop(&mut self) {
        // The settings are this connection's own and only about speed.
        let _ = self.set(self.cache, self.log);
    }
}
