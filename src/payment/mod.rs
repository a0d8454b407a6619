//! The payment desk (F5): choosing how a case is paid, review by a second person, and the way of the money from there.

pub mod invariants;
pub mod rules;
pub mod screen;
pub mod store;
