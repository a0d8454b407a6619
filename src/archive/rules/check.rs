//! Checking a drawn file: who is independent enough, what can be found, what becomes 整改事项.

use super::handover::text_findings;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::W;
use chrono::NaiveDate;

/// What a checker found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Seen {
    /// The file is there and in order.
    InOrder,
    /// The file is not there: failed.
    Missing,
    /// The file is there with defects.
    Defect,
}

impl Seen {
    /// Every result.
    pub const ALL: [Seen; 3] = [Seen::InOrder, Seen::Missing, Seen::Defect];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Seen::InOrder => "found",
            Seen::Missing => "missing",
            Seen::Defect => "defect",
        }
    }

    /// The result with this name.
    pub fn from_code(code: &str) -> Option<Seen> {
        Seen::ALL.into_iter().find(|result| result.code() == code)
    }

    /// The word for it.
    pub const fn word(self) -> W {
        match self {
            Seen::InOrder => W::SealResultFound,
            Seen::Missing => W::SealResultMissing,
            Seen::Defect => W::SealResultDefect,
        }
    }

    /// Whether it becomes a 整改事项.
    pub const fn fails(self) -> bool {
        !matches!(self, Seen::InOrder)
    }
}

/// Kind of a finding for a file that was not filed at the draw although its deadline lay in the week.
pub const UNFILED: &str = "unfiled";

/// The word for a finding's kind.
pub fn kind_word(kind: &str) -> W {
    match Seen::from_code(kind) {
        Some(result) => result.word(),
        None => W::SealResultUnfiled,
    }
}

/// What a checker says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What was found.
    pub result: Seen,
    /// What is wrong; needed for defects.
    pub note: String,
    /// When it is to be put right; needed unless all is in order.
    pub due_day: Option<NaiveDate>,
}

/// What stands against a verdict. `hands` are the persons who closed, bound or filed the file.
pub fn judge(verdict: &Verdict, checker: i64, hands: &[i64], today: NaiveDate) -> Findings {
    let mut found = Findings::new();
    if hands.contains(&checker) {
        found.push(Finding::block("independent", None, W::SealNotIndependent));
    }
    if verdict.result == Seen::Defect || !verdict.note.is_empty() {
        found.extend(text_findings(&verdict.note, "note"));
    }
    if verdict.result.fails() && verdict.due_day.is_none_or(|due| due < today) {
        found.push(Finding::block("due", "due", W::SealDueDay));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checker_has_had_no_hand_in_the_file_and_a_failure_has_a_day() {
        let today: NaiveDate = "2026-11-30".parse().unwrap();
        let codes = |result, note: &str, due_day, hands: &[i64]| {
            judge(&Verdict { result, note: note.to_owned(), due_day }, 3, hands, today).codes()
        };
        assert_eq!(codes(Seen::InOrder, "", None, &[8]), "");
        assert_eq!(codes(Seen::InOrder, "", None, &[8, 3]), "independent");
        assert_eq!(codes(Seen::Missing, "", Some(today), &[]), "");
        assert_eq!(codes(Seen::Missing, "", None, &[]), "due");
        assert_eq!(codes(Seen::Missing, "", today.pred_opt(), &[]), "due");
        assert_eq!(codes(Seen::Defect, "", Some(today), &[]), "text_missing");
    }
}
