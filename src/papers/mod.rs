//! The papers of a case: the claim part of its checklist, what of it is in, and the one-time notice.

pub mod rules;
pub mod store;
