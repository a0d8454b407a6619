//! The reconcile runner: every folder hands in its invariants, each names its first broken item.

use super::{Store, journal};
use crate::kernel::words::{Arg, Phrase, W};

/// One invariant of the store.
#[derive(Clone, Copy)]
pub struct Invariant {
    /// Short stable name, such as `journal.chain`.
    pub name: &'static str,
    /// What it says, in words.
    pub word: W,
    /// Looks for the first broken item: what is wrong, in words.
    pub check: fn(&Store) -> anyhow::Result<Option<Phrase>>,
}

impl std::fmt::Debug for Invariant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Invariant").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What came of checking one invariant.
#[derive(Debug)]
pub struct Verdict {
    /// The invariant.
    pub invariant: Invariant,
    /// The first broken item, or that the check itself failed.
    pub broken: Option<Phrase>,
}

/// Checks each invariant in order; one that cannot be checked counts as broken.
pub fn run(store: &Store, invariants: &[Invariant]) -> Vec<Verdict> {
    invariants
        .iter()
        .map(|invariant| {
            let broken = match (invariant.check)(store) {
                Ok(found) => found,
                Err(error) => Some(Phrase::new(W::DbCheckFailed, [Arg::Text(format!("{error:#}"))])),
            };
            Verdict { invariant: *invariant, broken }
        })
        .collect()
}

/// The invariants of this floor.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "store.integrity", word: W::DbInvariantIntegrity, check: integrity },
    Invariant { name: "store.foreign_keys", word: W::DbInvariantForeignKeys, check: foreign_keys },
    Invariant { name: "journal.chain", word: W::DbInvariantChain, check: chain },
];

fn said(text: String) -> Phrase {
    Phrase::new(W::DbSqliteSays, [Arg::Text(text)])
}

fn integrity(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let verdict: String = store.conn().query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((verdict != "ok").then(|| said(verdict)))
}

fn foreign_keys(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let mut statement = store.conn().prepare("PRAGMA foreign_key_check")?;
    let mut rows = statement.query([])?;
    Ok(match rows.next()? {
        Some(row) => Some(said(format!("{} {:?}", row.get::<_, String>(0)?, row.get::<_, Option<i64>>(1)?))),
        None => None,
    })
}

fn chain(store: &Store) -> anyhow::Result<Option<Phrase>> {
    Ok(journal::verify(store.conn())?.err().map(said))
}
