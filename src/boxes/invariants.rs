//! What must hold of boxes, positions, shelves, loans and holders.

use super::rules::{BoxKey, key_of};
use super::store::{self, holders, loans, positions, shelves, where_is};
use crate::case::store::{due, load};
use crate::db::Store;
use crate::db::reconcile::{Check, Invariant};
use crate::kernel::code::{Code, CodeKind};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::store as people;
use crate::phrase;
use crate::reference::store::rulebook;

const PAGE: i64 = 200;

/// The invariants of the boxes.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "boxes.homogeneous", word: W::BoxesInvariantHomogeneous, check: Check::Alone(homogeneous) },
    Invariant { name: "boxes.counts", word: W::BoxesInvariantCounts, check: Check::Alone(counts) },
    Invariant { name: "boxes.place", word: W::BoxesInvariantPlace, check: Check::Alone(place) },
    Invariant { name: "boxes.loans", word: W::BoxesInvariantLoans, check: Check::Alone(lent) },
    Invariant { name: "boxes.holder", word: W::BoxesInvariantHolder, check: Check::Alone(holder) },
];

/// Looks at every box until something is found.
fn each_box(
    store: &Store,
    mut look: impl FnMut(&super::rules::ArchiveBox) -> anyhow::Result<Option<Phrase>>,
) -> anyhow::Result<Option<Phrase>> {
    let mut before = i64::MAX;
    loop {
        let page = store::page(store.conn(), before, PAGE)?;
        let Some(last) = page.last() else { return Ok(None) };
        before = last.id;
        for found in &page {
            if let Some(broken) = look(found)? {
                return Ok(Some(broken));
            }
        }
    }
}

/// Every file of a box has the box's archive class and closing year, and is kept no longer than the box, by the
/// settings of its filing. A payment that came back does not make a box wrong, for it only shortens the keeping.
fn homogeneous(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let rules = rulebook(store)?;
    each_box(store, |found| {
        for content in positions::contents(store.conn(), found.id)?.iter().filter(|c| !c.left && !c.lent) {
            let Some(case) = load::by_id(store.conn(), content.case_id)? else { continue };
            let rounds = load::rounds(store.conn(), case.id)?;
            let right: Option<BoxKey> = key_of(&rules, &case.facts.line, &rounds, content.filed_at);
            let fits = |right: &BoxKey| {
                right.class == found.key.class && right.year == found.key.year && right.retention <= found.key.retention
            };
            if right.as_ref().is_some_and(|right| !fits(right)) {
                return Ok(Some(phrase!(W::BoxesBrokenKind, found.code.as_str(), case.case_code)));
            }
        }
        Ok(None)
    })
}

/// A box's counts are those of its positions, its code is right, and it stands where its history says.
fn counts(store: &Store) -> anyhow::Result<Option<Phrase>> {
    each_box(store, |found| {
        let contents = positions::contents(store.conn(), found.id)?;
        let here = i64::try_from(contents.iter().filter(|content| !content.left).count())?;
        let in_order = (1_i64..).zip(&contents).all(|(at, content)| content.ordinal == at);
        let last = i64::try_from(contents.len())?;
        let stands = shelves::history(store.conn(), found.id)?.pop().map(|(name, _)| name);
        let shelf = found.shelf_id.map(|id| shelves::by_id(store.conn(), id)).transpose()?.flatten();
        let coded = Code::parse(&found.code).is_ok_and(|code| code.kind() == CodeKind::Box);
        let fits = here == found.files && last == found.last_ordinal && in_order && coded;
        let fits = fits && stands == shelf.map(|shelf| shelf.name);
        Ok((!fits).then(|| phrase!(W::BoxesBrokenCounts, found.code.as_str())))
    })
}

/// Every case filed here has its place in a box; one taken over counts its filing as its place.
fn place(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let mut last = 0;
    loop {
        let page = load::after(store.conn(), last, PAGE)?;
        for case in &page {
            last = case.id;
            let m = &case.milestones;
            if m.filed_at.is_some() && !m.taken_over && where_is(store.conn(), case.id)?.is_none() {
                return Ok(Some(Phrase::new(W::BoxesBrokenPlace, [Arg::Text(case.case_code.clone())])));
            }
        }
        if page.is_empty() {
            return Ok(None);
        }
    }
}

/// Only a filed case is lent, and one that is opened again is out of its box.
fn lent(store: &Store) -> anyhow::Result<Option<Phrase>> {
    for loan in loans::open(store.conn(), i64::MAX)? {
        let Some(case) = load::by_id(store.conn(), loan.case_id)? else { continue };
        let filed = load::rounds(store.conn(), case.id)?.iter().any(|(m, _)| m.filed_at.is_some());
        if !filed {
            return Ok(Some(Phrase::new(W::BoxesBrokenLoan, [Arg::Text(case.case_code)])));
        }
    }
    Ok(None)
}

/// Every file from step 2 on that is not in its box is with somebody of the office. Cases taken over, and those of the time before
/// the store had people, are left out.
fn holder(store: &Store) -> anyhow::Result<Option<Phrase>> {
    for id in due::open_ids(store.conn())? {
        let Some(case) = load::by_id(store.conn(), id)? else { continue };
        let m = &case.milestones;
        if m.taken_over || m.round > 1 || m.steps[1].is_none() {
            continue;
        }
        let first = load::steps(store.conn(), id)?.into_iter().find(|r| r.step == 2 && r.void_at.is_none());
        let known = first.is_some_and(|r| r.recorded_by != 0);
        let person = holders::holder(store.conn(), &case)?.person;
        let there = person.map(|id| people::by_id(store.conn(), id)).transpose()?.flatten().is_some();
        if known && !there {
            return Ok(Some(Phrase::new(W::BoxesBrokenHolder, [Arg::Text(case.case_code)])));
        }
    }
    Ok(None)
}
