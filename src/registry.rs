//! The one list in which every folder hands in its migrations, seeds, invariants and screens.

use crate::case;
use crate::db::reconcile::{self, Invariant};
use crate::db::{Connection, Migration, Schema};
use crate::reference;

/// The shape of the store. Append only: a migration's version is its place in the list.
pub const SCHEMA: Schema = Schema { migrations: MIGRATIONS, seed };

const MIGRATIONS: &[Migration] = &[
    Migration { name: "0001_store", sql: include_str!("db/migrations/sqlite/0001_store.sql") },
    Migration { name: "0002_office", sql: include_str!("db/migrations/sqlite/0002_office.sql") },
    Migration { name: "0003_reference", sql: include_str!("db/migrations/sqlite/0003_reference.sql") },
    Migration { name: "0004_case", sql: include_str!("db/migrations/sqlite/0004_case.sql") },
];

fn seed(conn: &Connection) -> anyhow::Result<()> {
    reference::store::seed_lines(conn)
}

/// Every invariant of the store.
pub fn invariants() -> Vec<Invariant> {
    [reconcile::INVARIANTS, case::invariants::INVARIANTS].concat()
}
