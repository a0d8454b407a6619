//! What the screens of the intake teach.

use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// Taking a file in.
pub const IMPORT: Lesson = Lesson {
    steps: &[
        ("import.pick", W::IntakeLearnPick),
        ("import.take", W::IntakeLearnTake),
        ("import.joins", W::IntakeLearnToJoins),
        ("import.past", W::IntakeLearnPast),
    ],
    rule: W::IntakeLearnImportRule,
    numbers: &[],
};

/// A case entered by hand.
pub const HAND: Lesson =
    Lesson { steps: &[("hand.save", W::IntakeLearnSave)], rule: W::IntakeLearnHandRule, numbers: &[] };

/// Rows that may be cases entered by hand.
pub const JOINS: Lesson = Lesson {
    steps: &[
        ("joins.folder", W::IntakeLearnLook),
        ("joins.same", W::IntakeLearnSame),
        ("joins.different", W::IntakeLearnDifferent),
    ],
    rule: W::IntakeLearnJoinsRule,
    numbers: &[],
};
