//! The intake desk: the core system's files in, cases entered by hand, joins of both, and exports out.

pub mod apply;
pub mod check;
pub mod columns;
pub mod commands;
pub mod export;
pub mod hand;
pub mod header;
pub mod import;
pub mod join;
pub mod past;
pub mod people;
pub mod plan;
pub mod rejects;
pub mod row;
pub mod screen;
mod seen;
pub mod slices;
pub mod store;
