//! The shell: takes messages, hands them to the active screen, runs the effects it answers with, and draws the frame.
//!
//! [`App`] knows no terminal; `desk` ties it to one.

mod acts;
mod app;
mod check;
mod effects;
pub mod frugal;
mod head;
mod help;
mod idle;
mod input;
mod kept;
mod keys;
mod msg;
mod nowhere;
mod offers;
mod paint;
mod popup;
pub mod print;
mod reader;
mod remind;
mod scan;
mod stacks;
pub mod width;
mod worker;

pub mod desk;
pub mod drafts;
pub mod terminal;

pub use app::{App, AppParts, CheckPin};
pub use help::{field_keys, list_keys};
pub use msg::{JobResult, Msg};
