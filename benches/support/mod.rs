//! What measurements share: medians, tables in Markdown, and the real program on a pseudo-terminal.

#![allow(dead_code, clippy::allow_attributes, reason = "every measurement uses another part")]

pub mod figures;
pub mod terminal;
