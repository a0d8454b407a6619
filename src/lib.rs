//! The closing desk.
pub mod kernel;
