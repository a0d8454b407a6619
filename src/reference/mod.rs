//! Registers that decide how cases are treated: lines of insurance, working-day calendars, control settings in force.

pub mod accounts;
pub mod banks;
pub mod calendars;
pub mod rulebook;
pub mod shops;
pub mod store;
