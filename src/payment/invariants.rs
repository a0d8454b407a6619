//! What must always hold of instructions: sums, rounds, milestones, and the two persons.

use super::store::look::walk;
use crate::case::store::load;
use crate::db::Store;
use crate::db::reconcile::{Check, Invariant};
use crate::instructions::rules::{Instruction, State, Sums, settle};
use crate::kernel::money::Fen;
use crate::kernel::words::{Phrase, W};
use crate::phrase;

/// The invariants of payment.
pub const INVARIANTS: &[Invariant] = &[
    Invariant { name: "payment.sum", word: W::PaymentInvariantSum, check: Check::Alone(sum) },
    Invariant { name: "payment.milestones", word: W::PaymentInvariantMilestones, check: Check::Alone(milestones) },
    Invariant { name: "payment.rounds", word: W::PaymentInvariantRounds, check: Check::Alone(rounds) },
    Invariant { name: "payment.two_persons", word: W::PaymentInvariantTwo, check: Check::Alone(two_persons) },
];

/// Σ live + paid of a round is never more than is to be paid in it; what a reopening holds waits to be cancelled.
fn sum(store: &Store) -> anyhow::Result<Option<Phrase>> {
    walk(store.conn(), |case, all| {
        for (m, _) in
            load::rounds(store.conn(), case.id)?.iter().filter(|(m, _)| !m.taken_over && m.closed_at.is_some())
        {
            let of_round = all.iter().filter(|one| one.round == m.round && !one.held);
            let sums = Sums::of(of_round);
            let paid = sums.live.fen().saturating_add(sums.paid.fen());
            if paid > m.to_pay().fen().max(0) {
                let said =
                    phrase!(W::PaymentBrokenSum, case.case_code.as_str(), m.round, Fen::from_fen(paid), m.to_pay());
                return Ok(Some(said));
            }
        }
        Ok(None)
    })
}

/// Chosen and paid follow from the instructions of the current round.
fn milestones(store: &Store) -> anyhow::Result<Option<Phrase>> {
    walk(store.conn(), |case, all| {
        let m = &case.milestones;
        let of_round: Vec<&Instruction> = all.iter().filter(|one| one.round == m.round).collect();
        if m.taken_over || of_round.is_empty() {
            return Ok(None);
        }
        let mut again = m.clone();
        settle(&mut again, Sums::of(of_round.iter().copied().filter(|one| !one.held)), 0);
        let fits = again.chosen_at.is_some() == m.chosen_at.is_some() && again.paid_at.is_some() == m.paid_at.is_some();
        Ok((!fits).then(|| phrase!(W::PaymentBrokenMilestones, case.case_code.as_str())))
    })
}

/// Nothing of an earlier round is live: a reopening takes it along.
fn rounds(store: &Store) -> anyhow::Result<Option<Phrase>> {
    walk(store.conn(), |case, all| {
        let current = case.milestones.round;
        let left = all.iter().find(|one| one.state.live() && one.round != current);
        Ok(left.map(|one| phrase!(W::PaymentBrokenRound, case.case_code.as_str(), one.round, one.amount)))
    })
}

/// Who reviewed or overrode is another person than who chose; what was replaced or cancelled had no money out.
fn two_persons(store: &Store) -> anyhow::Result<Option<Phrase>> {
    walk(store.conn(), |case, all| {
        let same = |one: &&Instruction| {
            let by = Some(one.chosen_by);
            one.chosen_by != 0 && (one.reviewed_by == by || one.override_by == by)
                || one.state == State::Cancelled && one.paid_at.is_some()
        };
        Ok(all.iter().find(same).map(|one| phrase!(W::PaymentBrokenTwo, case.case_code.as_str(), one.amount)))
    })
}
