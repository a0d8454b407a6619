//! What must hold of papers and visits, checked by `reconcile`.

use crate::case::store::load;
use crate::db::reconcile::{Check, Invariant};
use crate::db::{Connection, Store};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::papers::store::payment;
use crate::phrase;
use crate::precheck::store::checks;

/// The invariants of the counter.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "precheck.complete", word: W::PrecheckInvariantComplete, check: Check::Alone(complete) },
    Invariant { name: "precheck.waivers", word: W::PrecheckInvariantWaivers, check: Check::Alone(waivers) },
    Invariant { name: "precheck.visits", word: W::PrecheckInvariantVisits, check: Check::Alone(visits) },
];

/// Cases read at a time.
const PAGE: i64 = 500;

/// `prechecked_at` stands exactly where the papers of what is chosen are complete; cases taken over are left out.
fn complete(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let conn: &Connection = store.conn();
    let mut last = 0;
    loop {
        // Only cases with instructions can be complete, and only those have anything to recompute.
        let ids = checks::with_instructions(conn, last, PAGE)?;
        let Some(end) = ids.last().copied() else { break };
        for id in ids {
            let Some(case) = load::by_id(conn, id)? else { continue };
            let m = &case.milestones;
            if !m.taken_over && m.closed_at.is_some() && !payment::agrees(store, &case)? {
                return Ok(Some(phrase!(W::PrecheckBrokenComplete, case.case_code)));
            }
        }
        last = end;
    }
    let orphan = checks::prechecked_without_instructions(conn)?;
    Ok(orphan.map(|code| phrase!(W::PrecheckBrokenComplete, code)))
}

/// Every waived paper was waived by a leader.
fn waivers(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let roles = Right::Waive.roles();
    let found = checks::waived_by_others(store.conn(), roles)?;
    Ok(found.map(|(code, who)| Phrase::new(W::PrecheckBrokenWaiver, [Arg::Text(code), Arg::Text(who)])))
}

/// Every mark shown in a visit belongs to a case of that visit.
fn visits(store: &Store) -> anyhow::Result<Option<Phrase>> {
    Ok(checks::stray_mark(store.conn())?.map(|code| phrase!(W::PrecheckBrokenVisit, code)))
}
