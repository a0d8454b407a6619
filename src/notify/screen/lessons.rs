//! What the screens of notifying teach.

use crate::kernel::settings::{
    ANSWER_MINUTES, COMPLAINT_DAYS, COMPLAINT_LONG_DAYS, RESOLVE_HOURS, VAIN_ATTEMPTS, VAIN_DAYS,
};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The call list and a case on it.
pub const NOTIFY: Lesson = Lesson {
    steps: &[
        ("notify.open", W::NotifyLearnOpen),
        ("notify.told", W::NotifyLearnTold),
        ("notify.no_answer", W::NotifyLearnNoAnswer),
        ("notify.back", W::NotifyLearnBack),
        ("notify.print", W::NotifyLearnPrint),
        ("notify.asks", W::NotifyLearnAsks),
        ("notify.answer", W::NotifyLearnAnswer),
        ("notify.explain", W::NotifyLearnExplain),
        ("notify.confirm", W::NotifyLearnConfirm),
        ("notify.resolve", W::NotifyLearnResolve),
        ("notify.deliver", W::NotifyLearnDeliver),
    ],
    rule: W::NotifyLearnRule,
    numbers: &[VAIN_ATTEMPTS, VAIN_DAYS, ANSWER_MINUTES, RESOLVE_HOURS],
};

/// The view of referrals.
pub const REFERRALS: Lesson = Lesson {
    steps: &[("referrals.open", W::NotifyLearnReferralsOpen)],
    rule: W::NotifyLearnReferralsRule,
    numbers: &[RESOLVE_HOURS, COMPLAINT_DAYS, COMPLAINT_LONG_DAYS],
};
