//! What is in the archivist's hands between two scans: a box, somebody's badge, one file, a pile of files.

use crate::archive::rules::Step;
use crate::archive::store::filing::Proposal;
use crate::archive::store::work::Piled;
use crate::boxes::rules::{ArchiveBox, key_label};
use crate::kernel::words::{Arg, Phrase, W};
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// The five answers to a scan (domain §11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// 收
    Ok,
    /// 重
    Again,
    /// 错
    Wrong,
    /// 拒
    Refused,
    /// 疑
    Unknown,
}

impl Said {
    /// Its mark.
    pub const fn mark(self) -> &'static str {
        match self {
            Said::Ok => "v",
            Said::Again => "=",
            Said::Wrong => "x",
            Said::Refused => "!",
            Said::Unknown => "?",
        }
    }

    /// Its word.
    pub const fn word(self) -> W {
        match self {
            Said::Ok => W::ArchiveVerdictOk,
            Said::Again => W::ArchiveVerdictAgain,
            Said::Wrong => W::ArchiveVerdictWrong,
            Said::Refused => W::ArchiveVerdictRefused,
            Said::Unknown => W::ArchiveVerdictUnknown,
        }
    }

    /// Its look.
    pub fn style(self, theme: Theme) -> Style {
        match self {
            Said::Ok => theme.ok(),
            Said::Again => theme.dim(),
            Said::Wrong | Said::Refused => theme.error(),
            Said::Unknown => theme.warn(),
        }
    }

    /// The answer to an act that was refused, by the code of its first finding.
    pub fn of_refusal(code: &str) -> Said {
        match code {
            "red_already" | "filed" | "shelved" => Said::Again,
            "not_yet" | "wrong_box" | "reserved" | "not_bound" | "red_round" => Said::Wrong,
            _ => Said::Refused,
        }
    }
}

/// One file of the pile.
#[derive(Clone, Debug)]
pub struct InPile {
    /// What the act is told.
    pub piled: Piled,
    /// 一案一码
    pub code: String,
    /// 被保险人
    pub insured: String,
    /// What it waits for.
    pub step: Step,
}

impl InPile {
    /// Still lacks its page total.
    pub fn wants_pages(&self) -> bool {
        self.step == Step::Sort && self.piled.pages == 0
    }
}

/// What the next scan is for.
#[derive(Clone, Debug, Default)]
pub enum Hand {
    /// Nothing, or the pile.
    #[default]
    Empty,
    /// Files go into this box.
    Box(Box<ArchiveBox>),
    /// Files go to this person: key and name.
    Person(i64, String),
    /// A bound file waits for its box: key, version, code, the box it should go into.
    File(i64, i64, String, Box<Proposal>),
}

impl Hand {
    /// What is in hand, in words. `save` and `enter` are the names of the keys that go on.
    pub fn say(&self, pile: &[InPile], rules: &Rulebook, (save, enter): (&str, &str)) -> Phrase {
        let files = i64::try_from(pile.len()).unwrap_or(i64::MAX);
        match self {
            Hand::Person(_, name) => phrase!(W::ArchiveHandPerson, name.as_str(), files, save),
            Hand::Box(found) => {
                phrase!(W::ArchiveHandBox, Arg::from(found.label(rules)), found.files, found.full_at)
            }
            Hand::File(_, _, code, proposal) => match proposal.as_ref() {
                Proposal::Into(found, Some(position)) => {
                    phrase!(W::ArchiveHandReserved, code.as_str(), Arg::from(found.label(rules)), *position, enter)
                }
                Proposal::Into(found, None) => {
                    phrase!(W::ArchiveHandInto, code.as_str(), Arg::from(found.label(rules)), enter)
                }
                Proposal::Open(key) => {
                    phrase!(W::ArchiveHandOpen, code.as_str(), Arg::from(key_label(key, rules)), enter)
                }
            },
            Hand::Empty if pile.is_empty() => W::ArchiveHandEmpty.into(),
            Hand::Empty => {
                let lacking = pile.iter().filter(|file| file.wants_pages()).count();
                if lacking > 0 {
                    phrase!(W::ArchiveHandPages, files, i64::try_from(lacking).unwrap_or(0), save)
                } else {
                    phrase!(W::ArchiveHandPile, files, save)
                }
            }
        }
    }
}
