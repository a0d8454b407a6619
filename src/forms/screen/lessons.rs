//! What the ledger of forms teaches.

use crate::kernel::settings::ISSUE_LAPSE;
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The ledger.
pub const FORMS: Lesson = Lesson {
    steps: &[
        ("forms.receive", W::FormsLearnReceive),
        ("forms.issue", W::FormsLearnIssue),
        ("forms.confirm", W::FormsLearnConfirm),
        ("forms.book", W::FormsLearnBook),
        ("forms.void", W::FormsLearnVoid),
        ("forms.lose", W::FormsLearnLose),
        ("forms.return", W::FormsLearnReturn),
    ],
    rule: W::FormsLearnRule,
    numbers: &[ISSUE_LAPSE],
};
