//! The papers of a case: the claim part and the payment part of its checklist, what of them is in, visits,
//! and the one-time notice.

pub mod rules;
pub mod store;
