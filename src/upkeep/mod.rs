//! Keeping the store: backup, restore, reconcile; the commands that go with them.

pub mod commands;
