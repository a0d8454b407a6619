//! The rules of closing: pure, all findings at once.

pub mod entry;
pub mod persons;
pub mod reopen;
pub mod sign;
pub mod steps;

pub use entry::{Entry, Named, Who};
pub use sign::{SignCase, SignVerdict};
pub use steps::Situation;

pub use crate::case::rounds::in_force;

#[cfg(test)]
use crate::case::store::load::StepRecord;

/// A record of a step of round 1, recorded by person 7.
#[cfg(test)]
pub(crate) fn sample_record(step: u8, person: i64) -> StepRecord {
    StepRecord {
        id: i64::from(step),
        round: 1,
        step,
        person_id: Some(person),
        recorded_at: 1,
        recorded_by: 7,
        ..StepRecord::default()
    }
}
