//! What may be chosen as a payment: the entry of a payee, and every finding of the rules about it.

mod account;
mod judge;
mod people;
pub mod wish;

pub use judge::{Judged, Situation, Twin, judge};
pub use wish::{Reason, Wish, field};

/// The findings a leader may override (特批), by their codes.
pub const OVERRIDABLE: [&str; 2] = ["cash_ceiling", "duplicate"];
