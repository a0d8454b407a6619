//! Notify: who is to be told next, what to say, what the customer asks, refusals and their delivery (domain §3).

pub mod bring;
pub mod figures;
pub mod invariants;
pub mod prints;
pub mod rules;
pub mod screen;
pub mod section;
pub mod store;
