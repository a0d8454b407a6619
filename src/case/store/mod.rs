//! Keeps cases: loading one, writing facts and milestones with everything derived from them, lists, search.

pub mod due;
pub mod figures;
pub mod files;
pub mod find;
pub mod list;
pub mod load;
pub mod minutes;
pub mod pending;
pub mod rounds;
pub mod seals;
pub mod stale;
pub mod steps;
pub mod walk;
pub mod write;

pub use seals::sealed;

use super::facts::{CasePeople, Facts, Origin};
use super::milestones::Milestones;
use crate::kernel::money::Fen;

/// The journal's name for a case.
pub fn subject(case_code: &str) -> String {
    format!("case {case_code}")
}

/// A case with its current round.
#[derive(Clone, Debug)]
pub struct CaseFile {
    /// Key in the store.
    pub id: i64,
    /// 一案一码
    pub case_code: String,
    /// Facts as they stand.
    pub facts: Facts,
    /// Persons behind the names.
    pub people: CasePeople,
    /// How it came in.
    pub origin: Origin,
    /// 待核心补全
    pub awaiting_core: bool,
    /// 与核心系统不一致
    pub core_differs: bool,
    /// Journal row of the row as last imported; 0 = never imported.
    pub import_seq: i64,
    /// When it came in, UTC seconds.
    pub received_at: i64,
    /// Raised by acts that change a milestone or an amount.
    pub version: i64,
    /// Milestones of the current round.
    pub milestones: Milestones,
    /// What is kept of the current round beside its milestones.
    pub round: RoundNotes,
}

/// What is kept of a round beside its milestones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoundNotes {
    /// Why it was opened, a code from the list; empty for the first.
    pub reason_code: String,
    /// Why it was opened, in words.
    pub reason: String,
    /// 工号 or name of who signed off.
    pub approver: String,
    /// 归档批次日, `YYYY-MM-DD`; empty before sign-off.
    pub batch_day: String,
    /// Stored archive deadline.
    pub archive_due: Option<i64>,
    /// Calendar edition the deadline was computed with.
    pub archive_edition: String,
    /// 领款方式 of a case taken over.
    pub payment_mode: String,
    /// 档案盒 of a case taken over.
    pub box_text: String,
    /// 工号 of who endorsed a sign-off that waits for a higher one.
    pub endorsed_by: String,
}

/// One row of a list.
#[derive(Clone, Debug)]
pub struct ListRow {
    /// Key in the store.
    pub id: i64,
    /// 一案一码
    pub case_code: String,
    /// 赔案号, may be empty.
    pub case_no: String,
    /// 报案号, may be empty.
    pub accident_no: String,
    /// Code of the line.
    pub line: String,
    /// 被保险人
    pub insured: String,
    /// Latest known of payable, verified, assessed.
    pub amount: Option<Fen>,
    /// Nearest deadline; `NEVER` without one.
    pub due_at: i64,
    /// Its clock, 0 without one.
    pub due_kind: i64,
    /// 待核心补全
    pub awaiting_core: bool,
    /// 与核心系统不一致
    pub core_differs: bool,
    /// Milestones of the current round.
    pub milestones: Milestones,
}
