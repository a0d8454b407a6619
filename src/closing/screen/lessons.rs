//! What the screens of closing teach.

use crate::kernel::settings::{LARGE_FROM, LARGE_HOURS, MINUTES_FROM, SMALL_HOURS};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The five steps of a case.
pub const CLOSING: Lesson = Lesson {
    steps: &[
        ("closing.papers", W::ClosingLearnToPapers),
        ("closing.all_present", W::ClosingLearnAll),
        ("closing.confirm", W::ClosingLearnConfirm),
        ("closing.notice", W::ClosingLearnNotice),
        ("closing.supplement", W::ClosingLearnSupplement),
        ("closing.minutes", W::ClosingLearnMinutes),
        ("closing.sign", W::ClosingLearnSign),
        ("closing.return", W::ClosingLearnReturn),
        ("closing.reopen", W::ClosingLearnReopen),
    ],
    rule: W::ClosingLearnRule,
    numbers: &[SMALL_HOURS, LARGE_HOURS, LARGE_FROM, MINUTES_FROM],
};

/// The signatures that wait.
pub const APPROVALS: Lesson = Lesson {
    steps: &[
        ("approvals.open", W::ClosingLearnApprovalsOpen),
        ("approvals.mark", W::ClosingLearnApprovalsMark),
        ("approvals.sign", W::ClosingLearnApprovalsSign),
    ],
    rule: W::ClosingLearnApprovalsRule,
    numbers: &[LARGE_FROM],
};
