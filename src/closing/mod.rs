//! Closing: the five steps in order, the sign-off, return and reopening (domain §2).

pub mod rules;
pub mod screen;
pub mod store;
