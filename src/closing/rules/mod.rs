//! The rules of closing: pure, all findings at once.

pub mod entry;
pub mod persons;
pub mod reopen;
pub mod sign;
pub mod steps;

pub use entry::{Entry, Named, Who};
pub use sign::{SignCase, SignVerdict};
pub use steps::Situation;

use crate::case::store::load::StepRecord;

/// The record in force for a step among those of one round.
pub fn in_force(records: &[StepRecord], round: i64, step: u8) -> Option<&StepRecord> {
    records.iter().find(|record| record.round == round && record.step == step && record.void_at.is_none())
}
