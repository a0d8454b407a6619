//! What the screens of boxes and loans teach.

use crate::kernel::settings::{BOX_FULL, FIND_GOAL, LOAN_DAYS};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// Boxes and shelves.
pub const BOXES: Lesson = Lesson {
    steps: &[
        ("boxes.new", W::BoxesLearnNew),
        ("boxes.shelve", W::BoxesLearnShelve),
        ("boxes.spine", W::BoxesLearnSpine),
        ("boxes.contents", W::BoxesLearnContents),
        ("boxes.close", W::BoxesLearnClose),
    ],
    rule: W::BoxesLearnRule,
    numbers: &[BOX_FULL],
};

/// Finding and lending.
pub const LEND: Lesson = Lesson {
    steps: &[
        ("lend.look", W::BoxesLearnLook),
        ("lend.ask", W::BoxesLearnAsk),
        ("lend.found", W::BoxesLearnFound),
        ("lend.out", W::BoxesLearnOut),
        ("lend.back", W::BoxesLearnBack),
        ("lend.chase", W::BoxesLearnChase),
    ],
    rule: W::BoxesLearnLendRule,
    numbers: &[FIND_GOAL, LOAN_DAYS],
};
