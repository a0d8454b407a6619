//! The embedded store: opening, migrations, the acts door with its journal, search index, backup, reconcile runner.
//!
//! This floor knows no case. Everything particular to SQLite (pragmas, full-text tables, the backup
//! interface) stays here; the folders' `store.rs` files keep to SQL that PostgreSQL accepts too.

pub mod acts;
pub mod backup;
mod bulk;
pub mod canonical;
pub mod figures;
pub mod journal;
pub mod lock;
mod long_job;
pub mod meta;
mod migrate;
mod open;
pub mod reconcile;
pub mod search;
pub mod search_sum;

pub use acts::{ActError, ActTx, Actor, Wait};
pub use bulk::Waiting;
pub use long_job::LongJob;
pub use migrate::Migration;
pub use open::{OpenError, Store};
pub use rusqlite::Connection;

/// The shape of a store: its migrations in order. The registry hands it in.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// Append-only; a migration's version is its place in the list, counted from 1.
    pub migrations: &'static [Migration],
    /// Fills a store that was just created (reference data, first settings).
    pub seed: fn(&Connection) -> anyhow::Result<()>,
}
