//! Counts prints: the first is the original, every later one says 补打 n.

pub use super::store::prints::record;
