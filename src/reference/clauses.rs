//! The clause library.

pub mod store;

pub use store::{Clause, by_id, search};
