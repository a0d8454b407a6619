//! What may be chosen as a payment and every finding about it; who may let it go, and what a bank's answer means. Pure.

mod account;
pub mod batch;
mod judge;
pub mod mend;
mod people;
pub mod release;
pub mod result;
pub mod wish;

pub use judge::{Judged, Situation, Twin, judge};
pub use wish::{Reason, Wish, field};

/// The findings a leader may override (特批), by their codes.
pub const OVERRIDABLE: [&str; 2] = ["cash_ceiling", "duplicate"];
