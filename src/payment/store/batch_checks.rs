//! What must hold of releases, batches and payments; `reconcile` names the first that does not.

use crate::db::Store;
use crate::db::reconcile::{Check, Invariant};
use crate::kernel::words::{Arg, Phrase, W};
use rusqlite::OptionalExtension;

/// The invariants of the way of the money.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "batch.sums", word: W::BatchesInvariantSums, check: Check::Alone(sums) },
    Invariant { name: "batch.once", word: W::BatchesInvariantOnce, check: Check::Alone(once) },
    Invariant { name: "batch.members", word: W::BatchesInvariantMembers, check: Check::Alone(members) },
    Invariant { name: "batch.persons", word: W::BatchesInvariantPersons, check: Check::Alone(persons) },
    Invariant { name: "payment.paid", word: W::BatchesInvariantPaid, check: Check::Alone(paid) },
    Invariant { name: "payment.released_while_held", word: W::BatchesInvariantHeld, check: Check::Alone(held) },
    Invariant { name: "batch.files", word: W::BatchesInvariantFiles, check: Check::Alone(files) },
];

/// The first thing a query finds, in words.
fn first(store: &Store, query: &str, word: W) -> anyhow::Result<Option<Phrase>> {
    let found: Option<String> = store.conn().prepare_cached(query)?.query_row([], |row| row.get(0)).optional()?;
    Ok(found.map(|what| Phrase::new(word, [Arg::Text(what)])))
}

/// Σ batch = Σ its instructions, in number and amount, and every line has its instruction's amount.
fn sums(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let query = "SELECT b.batch_no FROM batch b WHERE b.lines <> (SELECT COUNT(*) FROM batch_line l WHERE l.batch_id = b.id) \
                 OR b.total <> (SELECT COALESCE(CAST(SUM(i.amount) AS BIGINT), 0) FROM batch_line l \
                 JOIN instruction i ON i.id = l.instruction_id WHERE l.batch_id = b.id) \
                 OR EXISTS (SELECT 1 FROM batch_line l JOIN instruction i ON i.id = l.instruction_id \
                 WHERE l.batch_id = b.id AND l.amount <> i.amount) ORDER BY b.id LIMIT 1";
    first(store, query, W::BatchesBrokenSums)
}

/// Nothing is released, and on-site nothing paid, while an inquiry holds the payment: from the moment it was recorded
/// until the customer agreed to be paid meanwhile or it was resolved.
fn held(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let within = |moment: &str| {
        format!("({moment} > q.recorded_at AND {moment} < COALESCE(q.meanwhile_at, q.resolved_at, {moment} + 1))")
    };
    let query = format!(
        "SELECT c.case_code FROM inquiry q JOIN instruction i ON i.case_id = q.case_id JOIN cases c ON c.id = q.case_id \
         WHERE (q.holds = 1 OR q.meanwhile_at IS NOT NULL) AND ({} OR i.batch_id IS NULL AND {}) ORDER BY q.id LIMIT 1",
        within("i.released_at"),
        within("i.paid_at")
    );
    first(store, &query, W::BatchesBrokenHeld)
}

/// A batch that left has one sending, one that did not has none.
fn once(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let query = "SELECT b.batch_no FROM batch b LEFT JOIN batch_sending s ON s.batch_id = b.id \
                 WHERE (b.state IN ('sending', 'sent', 'ended')) <> (s.batch_id IS NOT NULL) ORDER BY b.id LIMIT 1";
    first(store, query, W::BatchesBrokenOnce)
}

/// What is under way is in a batch that is; no instruction is in two batches; a batch that ended has nothing under way.
fn members(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let lost = "SELECT CAST(i.id AS TEXT) FROM instruction i LEFT JOIN batch b ON b.id = i.batch_id \
                WHERE i.state IN ('sending', 'sent') AND (b.id IS NULL OR b.state NOT IN ('sending', 'sent')) \
                ORDER BY i.id LIMIT 1";
    if let Some(found) = first(store, lost, W::BatchesBrokenMembers)? {
        return Ok(Some(found));
    }
    let twice = "SELECT CAST(l.instruction_id AS TEXT) FROM batch_line l JOIN batch b ON b.id = l.batch_id \
                 WHERE b.state <> 'dissolved' GROUP BY l.instruction_id HAVING COUNT(*) > 1 LIMIT 1";
    if let Some(found) = first(store, twice, W::BatchesBrokenMembers)? {
        return Ok(Some(found));
    }
    let other = "SELECT CAST(l.instruction_id AS TEXT) FROM batch_line l JOIN batch b ON b.id = l.batch_id \
                 JOIN instruction i ON i.id = l.instruction_id \
                 WHERE b.state <> 'dissolved' AND (i.batch_id IS NULL OR i.batch_id <> b.id) LIMIT 1";
    first(store, other, W::BatchesBrokenMembers)
}

/// Nothing is released or paid on-site by its maker; no batch is released by whoever made it.
fn persons(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let own = "SELECT CAST(i.id AS TEXT) FROM instruction i WHERE i.released_by = i.chosen_by \
               OR (i.paid_by = i.chosen_by AND i.mode NOT IN ('transfer', 'direct')) ORDER BY i.id LIMIT 1";
    if let Some(found) = first(store, own, W::BatchesBrokenPersons)? {
        return Ok(Some(found));
    }
    let batch =
        "SELECT b.batch_no FROM batch b JOIN batch_sending s ON s.batch_id = b.id WHERE s.by_id = b.made_by LIMIT 1";
    if let Some(found) = first(store, batch, W::BatchesBrokenPersons)? {
        return Ok(Some(found));
    }
    let word =
        "SELECT b.batch_no FROM bank_word w JOIN batch b ON b.id = w.batch_id WHERE w.first_id = w.second_id LIMIT 1";
    first(store, word, W::BatchesBrokenPersons)
}

/// Paid means: when, by whom, and released before.
fn paid(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let query = "SELECT CAST(i.id AS TEXT) FROM instruction i WHERE \
                 (i.state = 'paid' AND (i.paid_at IS NULL OR i.paid_by IS NULL OR i.released_at IS NULL \
                 OR i.ended_at IS NULL OR i.released_at > i.paid_at)) \
                 OR (i.state IN ('released', 'sending', 'sent') AND i.released_at IS NULL) \
                 OR (i.state IN ('chosen', 'released', 'sending', 'sent', 'failed', 'stopped') AND i.paid_at IS NOT NULL) \
                 ORDER BY i.id LIMIT 1";
    first(store, query, W::BatchesBrokenPaid)
}

/// Every row of a result file that was applied speaks of an instruction of its batch, and every file kept all its rows.
fn files(store: &Store) -> anyhow::Result<Option<Phrase>> {
    let query = "SELECT f.name FROM result_file f WHERE \
                 f.lines <> (SELECT COUNT(*) FROM result_line l WHERE l.file_id = f.id) \
                 OR EXISTS (SELECT 1 FROM result_line l WHERE l.file_id = f.id AND l.verdict = 'applied' AND NOT EXISTS \
                 (SELECT 1 FROM batch_line m WHERE m.batch_id = f.batch_id AND m.instruction_id = l.instruction_id)) \
                 ORDER BY f.id LIMIT 1";
    first(store, query, W::BatchesBrokenFiles)
}
