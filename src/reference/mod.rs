//! Registers that decide how cases are treated: lines of insurance, working-day calendars, control settings in force.

pub mod calendars;
pub mod clauses;
pub mod rulebook;
pub mod store;
