//! Pure floor.

pub mod findings;
pub mod words;
