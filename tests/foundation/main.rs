//! The floor below the desks: the store's doors, its keeping, and cases with everything derived from them.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is missing")]

mod case_find;
mod case_rules;
mod case_search;
mod case_store;
mod invariants;
mod store_acts;
mod store_open;
mod support;
mod upkeep;
