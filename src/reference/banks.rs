//! Banks and whether transfers to them are open.

pub use super::store::registers::{channel, designated_open, named, recognise};

/// A bank.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bank {
    /// Stable key.
    pub code: String,
    /// Name.
    pub name: String,
    /// New accounts are opened here.
    pub designated: bool,
}

/// Whether transfers to a bank are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Open.
    pub open: bool,
    /// Since when, UTC seconds.
    pub since: Option<i64>,
}
