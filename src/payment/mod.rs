//! The payment desk (F5): how a case is paid, and the way of the money from release to the bank's result.

pub mod export;
pub mod maps;
pub mod prints;
pub mod rules;
pub mod screen;
pub mod store;
