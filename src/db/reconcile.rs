//! The reconcile runner: every folder hands in its invariants, each names its first broken item.

use super::{Store, journal, search};
use crate::kernel::words::{Arg, Phrase, W};

/// One invariant of the store.
#[derive(Clone, Copy)]
pub struct Invariant {
    /// Short stable name, such as `journal.chain`.
    pub name: &'static str,
    /// What it says, in words.
    pub word: W,
    /// How its first broken item is found.
    pub check: Check,
}

/// How the first broken item of an invariant is found.
#[derive(Clone, Copy)]
pub enum Check {
    /// By itself: what is wrong, in words.
    Alone(fn(&Store) -> anyhow::Result<Option<Phrase>>),
    /// On a walk that it shares with others.
    On(Walk),
}

/// What a walk found broken, by the name of the invariant.
pub type Broken = Vec<(&'static str, Phrase)>;

/// A walk over many things that finds the first broken item of several invariants at once.
#[derive(Clone, Copy)]
pub struct Walk {
    /// What it walks over; two walks of one name are one.
    pub name: &'static str,
    /// What is wrong, by the name of the invariant. One that is not named holds.
    pub run: fn(&Store) -> anyhow::Result<Broken>,
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

/// Checks each invariant in order, each walk once; one that cannot be checked counts as broken.
pub fn run(store: &Store, invariants: &[Invariant]) -> Vec<Verdict> {
    // What a check reads it reads once, so more memory for pages is given back at its end.
    let _set_up = store.long_job();
    let mut walked: Vec<(&str, Result<Broken, Phrase>)> = Vec::new();
    let mut verdicts = Vec::with_capacity(invariants.len());
    for invariant in invariants {
        let broken = match invariant.check {
            Check::Alone(check) => check(store).unwrap_or_else(|error| Some(failed(&error))),
            Check::On(walk) => {
                let at = walked.iter().position(|(name, _)| *name == walk.name).unwrap_or_else(|| {
                    walked.push((walk.name, (walk.run)(store).map_err(|error| failed(&error))));
                    walked.len() - 1
                });
                match walked.get(at).map(|(_, found)| found) {
                    Some(Ok(found)) => {
                        found.iter().find(|(name, _)| *name == invariant.name).map(|(_, what)| what.clone())
                    }
                    Some(Err(failed)) => Some(failed.clone()),
                    None => None,
                }
            }
        };
        verdicts.push(Verdict { invariant: *invariant, broken });
    }
    verdicts
}

/// What is said of a check that could not be made.
pub fn failed(error: &anyhow::Error) -> Phrase {
    Phrase::new(W::DbCheckFailed, [Arg::Text(format!("{error:#}"))])
}

/// The invariants of this floor.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "store.integrity", word: W::DbInvariantIntegrity, check: Check::Alone(integrity) },
    Invariant { name: "store.foreign_keys", word: W::DbInvariantForeignKeys, check: Check::Alone(foreign_keys) },
    Invariant { name: "journal.chain", word: W::DbInvariantChain, check: Check::Alone(chain) },
];

fn said(text: String) -> Phrase {
    Phrase::new(W::DbSqliteSays, [Arg::Text(text)])
}

fn integrity(store: &Store) -> anyhow::Result<Option<Phrase>> {
    // A connection that was open while others wrote keeps an older picture of the index of names, which the check of
    // SQLite would call corrupt; a query takes the picture anew.
    search::look_again(store.conn())?;
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
