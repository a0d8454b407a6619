//! What the screens of the counter teach.

use crate::kernel::settings::IDENTITY_FROM;
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The checklist.
pub const DESK: Lesson = Lesson {
    steps: &[
        ("precheck.visit", W::PrecheckLearnVisit),
        ("precheck.attach", W::PrecheckLearnAttach),
        ("precheck.tick", W::PrecheckLearnTick),
        ("precheck.check", W::PrecheckLearnNumbers),
        ("precheck.way", W::PrecheckLearnWay),
        ("precheck.notice", W::PrecheckLearnNotice),
        ("precheck.supplement", W::PrecheckLearnSupplement),
    ],
    rule: W::PrecheckLearnRule,
    numbers: &[IDENTITY_FROM],
};

/// The counter and the checklist of a case share their place; the lesson of the place tells of both.
pub const PLACE: Lesson = Lesson {
    steps: &[
        ("counter.open", W::PrecheckLearnOpen),
        ("counter.begin", W::PrecheckLearnUnknown),
        ("counter.folder", W::PrecheckLearnFolder),
        ("precheck.tick", W::PrecheckLearnTick),
        ("precheck.check", W::PrecheckLearnNumbers),
        ("precheck.way", W::PrecheckLearnWay),
        ("precheck.notice", W::PrecheckLearnNotice),
    ],
    rule: W::PrecheckLearnRule,
    numbers: &[IDENTITY_FROM],
};
