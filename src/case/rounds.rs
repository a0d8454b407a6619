//! A round that follows another: what carries over and what begins anew (domain §1, reopening).

use super::milestones::{Milestones, Outcome};
use super::store::load::StepRecord;
use crate::kernel::money::Fen;

/// Code of the reason a dispute gives that was upheld.
pub const DISPUTE: &str = "dispute";

/// The step an upheld dispute starts at: price verification and adjustment.
pub const DISPUTE_STEP: u8 = 4;

/// The record in force for a step among those of one round.
pub fn in_force(records: &[StepRecord], round: i64, step: u8) -> Option<&StepRecord> {
    records.iter().find(|record| record.round == round && record.step == step && record.void_at.is_none())
}

/// What rounds up to this one have paid: its whole payable once it was paid, else what those before it had.
pub fn paid_so_far(m: &Milestones) -> Fen {
    match (m.outcome, m.paid_at) {
        (Some(Outcome::Pay), Some(_)) => m.payable.unwrap_or_default(),
        _ => m.paid_before,
    }
}

/// The milestones of the round a reopening opens. Steps before `start` carry over; the earlier round keeps its own
/// closing, batch day and deadline, and its archive clock stops because only the current round's runs. What the
/// customer still asks stays open.
pub fn new_round(m: &Milestones, start: u8, now: i64) -> Milestones {
    let mut steps = [None; 4];
    for (step, at) in (1_u8..).zip(steps.iter_mut()) {
        if step < start {
            *at = m.steps.get(usize::from(step) - 1).copied().flatten().or(Some(now));
        }
    }
    Milestones {
        round: m.round + 1,
        opened_at: now,
        start_step: start,
        steps,
        papers_at: if start > 2 { m.papers_at } else { None },
        notice_at: if start > 2 { m.notice_at } else { None },
        supplement_at: if start > 2 { m.supplement_at } else { None },
        paid_before: paid_so_far(m),
        inquiry_holds: m.inquiry_holds,
        inquiry_due: m.inquiry_due,
        ..Milestones::default()
    }
}
