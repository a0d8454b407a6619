//! Registers that decide how cases are treated: lines of insurance, working-day calendars, control settings in force,
//! banks and channels, direct-pay accounts, repair shops, clauses.

pub mod accounts;
pub mod banks;
pub mod calendars;
pub mod clauses;
pub mod invariants;
pub mod rulebook;
pub mod rules;
pub mod screen;
pub mod shops;
pub mod store;
