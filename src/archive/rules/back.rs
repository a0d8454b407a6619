//! How far a file may be taken back, and what is wrong with it.

use super::Step;
use crate::case::milestones::Milestones;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::text;
use crate::kernel::words::W;

/// The step that is done again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Back {
    /// Sorted anew, and bound again if it was.
    Sort,
    /// Bound anew.
    Bind,
}

impl Back {
    /// Its stable code, also the kind of the work that is kept.
    pub const fn code(self) -> &'static str {
        match self {
            Back::Sort => "sort_back",
            Back::Bind => "bind_back",
        }
    }

    /// By its code.
    pub fn from_code(code: &str) -> Option<Back> {
        [Back::Sort, Back::Bind].into_iter().find(|back| back.code() == code)
    }

    /// Its word.
    pub const fn word(self) -> W {
        match self {
            Back::Sort => W::ArchiveBackSort,
            Back::Bind => W::ArchiveBackBind,
        }
    }

    /// What can be taken back of a file, the last work first.
    pub fn of(m: &Milestones) -> &'static [Back] {
        match Step::of(m) {
            Step::File => &[Back::Bind, Back::Sort],
            Step::Bind => &[Back::Sort],
            _ => &[],
        }
    }
}

/// What is wrong with taking a file back.
pub fn judge(m: &Milestones, to: Back, reason: &str) -> Findings {
    let mut found = Findings::new();
    if Step::of(m) == Step::Done {
        found.push(Finding::block("filed", None, W::ArchiveFiledAlready));
    } else if !Back::of(m).contains(&to) {
        found.push(Finding::block("not_done", "to", W::ArchiveBackNothing));
    }
    if text::fold(reason).is_empty() {
        found.push(Finding::block("reason", "reason", W::ArchiveReasonMissing));
    } else if text::outside_text_problem(reason).is_some() {
        found.push(Finding::block("reason", "reason", W::ArchiveText));
    }
    found
}
