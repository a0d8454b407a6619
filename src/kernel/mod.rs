//! The pure floor: values and rules of the trade that need no store and no screen.
//!
//! Nothing here reads a file or asks for the time, save [`clock`], the one place that does.

pub mod account;
pub mod calendar;
pub mod clock;
pub mod code;
pub mod findings;
pub mod identity;
pub mod money;
pub mod period;
pub mod roles;
pub mod settings;
pub mod text;
pub mod words;
