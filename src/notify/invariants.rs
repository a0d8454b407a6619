//! What must hold of notifying, checked by `reconcile`.

use super::store::check;
use crate::db::reconcile::{Check, Invariant};
use crate::db::{Connection, Store};
use crate::kernel::words::{Arg, Phrase, W};

/// The invariants of this desk.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "notify.inquiries", word: W::NotifyInvariantInquiries, check: Check::Alone(inquiries) },
    Invariant { name: "notify.told", word: W::NotifyInvariantTold, check: Check::Alone(told) },
    Invariant { name: "notify.delivered", word: W::NotifyInvariantDelivered, check: Check::Alone(delivered) },
    Invariant { name: "notify.upheld", word: W::NotifyInvariantUpheld, check: Check::Alone(upheld) },
    Invariant { name: "notify.two_persons", word: W::NotifyInvariantTwoPersons, check: Check::Alone(two_persons) },
];

fn said(
    store: &Store,
    find: fn(&Connection) -> rusqlite::Result<Option<String>>,
    word: W,
) -> anyhow::Result<Option<Phrase>> {
    Ok(find(store.conn())?.map(|code| Phrase::new(word, [Arg::Text(code)])))
}

fn inquiries(store: &Store) -> anyhow::Result<Option<Phrase>> {
    said(store, check::inquiries, W::NotifyBrokenInquiries)
}

fn told(store: &Store) -> anyhow::Result<Option<Phrase>> {
    said(store, check::told, W::NotifyBrokenTold)
}

fn delivered(store: &Store) -> anyhow::Result<Option<Phrase>> {
    said(store, check::delivered, W::NotifyBrokenDelivered)
}

fn upheld(store: &Store) -> anyhow::Result<Option<Phrase>> {
    said(store, check::upheld, W::NotifyBrokenUpheld)
}

fn two_persons(store: &Store) -> anyhow::Result<Option<Phrase>> {
    said(store, check::two_persons, W::NotifyBrokenTwoPersons)
}
