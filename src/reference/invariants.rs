//! What must hold for the registers, checked by `reconcile`.

use super::{accounts, banks, clauses};
use crate::db::Store;
use crate::db::reconcile::{Check, Invariant};
use crate::kernel::words::{Phrase, W};
use crate::phrase;

/// The invariants of the registers.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "register.channels", word: W::ReferenceInvariantChannels, check: Check::Alone(channels) },
    Invariant { name: "register.direct", word: W::ReferenceInvariantDirect, check: Check::Alone(direct) },
    Invariant { name: "register.clauses", word: W::ReferenceInvariantClauses, check: Check::Alone(clauses) },
];

fn channels(store: &Store) -> anyhow::Result<Option<Phrase>> {
    Ok(banks::store::out_of_order(store.conn())?.map(|name| phrase!(W::ReferenceBrokenChannels, name)))
}

fn direct(store: &Store) -> anyhow::Result<Option<Phrase>> {
    Ok(accounts::store::verified_alone(store.conn())?.map(|id| phrase!(W::ReferenceBrokenDirect, id)))
}

fn clauses(store: &Store) -> anyhow::Result<Option<Phrase>> {
    Ok(clauses::store::out_of_order(store.conn())?.map(|code| phrase!(W::ReferenceBrokenClauses, code)))
}
