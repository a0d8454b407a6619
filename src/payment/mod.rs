//! The payment desk (F5): choosing how a case is paid, review by a second person, and the way of the money from release to
//! the bank's result.

pub mod export;
pub mod figures;
pub mod invariants;
pub mod maps;
pub mod prints;
pub mod rules;
pub mod screen;
pub mod store;
