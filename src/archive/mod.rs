//! Archive: receipt slot, sorting, binding, filing, and the scan line that does it all (domain §6).

pub mod export;
pub mod invariants;
pub mod prints;
pub mod rules;
pub mod screen;
pub mod section;
pub mod store;
