//! The rules of the archive: pure, all findings at once.

pub mod back;
pub mod check;
pub mod contents;
pub mod draw;
pub mod handover;
pub mod roster;
pub mod scan;
pub mod seal;
pub mod slot;

use crate::case::milestones::{Milestones, Stage};

/// What a file in hand waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An earlier desk still has it.
    NotYet(Stage),
    /// 待凭证: the receipt slot.
    Receipt,
    /// 待整理
    Sort,
    /// 待装订
    Bind,
    /// 待入盒
    File,
    /// It is in its box.
    Done,
}

impl Step {
    /// The first thing a case misses on its way into its box.
    pub fn of(m: &Milestones) -> Step {
        match (m.stage(), m.part()) {
            (Stage::Archived, _) => Step::Done,
            (Stage::Archive, 1) => Step::Receipt,
            (Stage::Archive, 2) => Step::Sort,
            (Stage::Archive, 3) => Step::Bind,
            (Stage::Archive, _) => Step::File,
            (stage, _) => Step::NotYet(stage),
        }
    }
}
