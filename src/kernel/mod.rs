//! Pure floor.
pub mod calendar;
pub mod code;
pub mod identity;
pub mod money;
pub mod text;
