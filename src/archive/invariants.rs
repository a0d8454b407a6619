//! What must hold of receipts and of the work on files.

use super::rules::Step;
use super::store::{list, work};
use crate::case::milestones::Stage;
use crate::case::store::list::stage_counts;
use crate::case::store::{due, load};
use crate::db::Store;
use crate::db::reconcile::{Check, Invariant};
use crate::forms::rules::State;
use crate::forms::store as forms;
use crate::instructions::store as instructions;
use crate::instructions::store::evidence;
use crate::kernel::words::{Arg, Phrase, W};

const PAGE: i64 = 200;

/// The invariants of the archive.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "archive.receipts", word: W::ArchiveInvariantReceipts, check: Check::Alone(receipts) },
    Invariant { name: "archive.states", word: W::ArchiveInvariantStates, check: Check::Alone(states) },
    Invariant { name: "archive.work", word: W::ArchiveInvariantWork, check: Check::Alone(works) },
];

/// Every red copy that is in belongs to an instruction of its case that was issued with that serial, and is written off.
fn receipts(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let mut last = 0;
    loop {
        let page = evidence::serials_after(store.conn(), last, PAGE)?;
        for (id, case_id, serial, instruction) in &page {
            last = *id;
            let of = instructions::by_id(store.conn(), *instruction)?;
            let fits = of.is_some_and(|one| one.case_id == *case_id && one.receipt == *serial);
            // A serial the ledger never held came in with the past; all others are written off with their red copy.
            let standing = forms::state(store.conn(), serial)?;
            if !fits || standing.is_some_and(|standing| standing.state != State::WrittenOff) {
                return Ok(Some(Phrase::new(W::ArchiveBrokenReceipt, [Arg::Text(serial.clone())])));
            }
        }
        if page.is_empty() {
            return Ok(None);
        }
    }
}

/// Closed = those before the archive + those at each of its steps + those in their box; and the counters the screens show
/// say the same of the archive.
fn states(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let counted = list::states(store.conn())?;
    let kept = stage_counts(store.conn())?;
    let at = counted.at.iter().sum::<i64>();
    let fits = counted.closed == counted.before + at + counted.filed
        && kept.of(Stage::Archive) == at
        && kept.of(Stage::Archived) == counted.filed;
    let [receipt, sort, bind, file] = counted.at;
    Ok((!fits).then(|| {
        let numbers = [counted.closed, counted.before, receipt, sort, bind, file, counted.filed];
        Phrase::new(W::ArchiveBrokenStates, numbers.map(Arg::Number))
    }))
}

/// A file on its way says who sorted and bound it, once it is.
fn works(store: &Store) -> anyhow::Result<Option<Phrase>> {
    for id in due::open_ids(store.conn())? {
        let Some(case) = load::by_id(store.conn(), id)? else { continue };
        let m = &case.milestones;
        if !matches!(Step::of(m), Step::Bind | Step::File) {
            continue;
        }
        let done = work::of_round(store.conn(), id, m.round)?;
        let has = |kind: &str, at: Option<i64>| at.is_none() || done.iter().any(|w| w.kind == kind && Some(w.at) == at);
        if !has("sorted", m.sorted_at) || !has("bound", m.bound_at) {
            return Ok(Some(Phrase::new(W::ArchiveBrokenWork, [Arg::Text(case.case_code)])));
        }
    }
    Ok(None)
}
