//! What the screens of cases teach.

use crate::kernel::settings::{ARCHIVE_DAYS, CUTOFF, SOON_HOURS};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The to-do list.
pub const TODO: Lesson = Lesson {
    steps: &[
        ("todo.import", W::CaseLearnTodoImport),
        ("todo.open", W::CaseLearnTodoOpen),
        ("todo.search", W::CaseLearnTodoSearch),
        ("todo.filter", W::CaseLearnTodoFilter),
        ("todo.filters", W::CaseLearnTodoFilters),
        ("todo.folder", W::CaseLearnTodoFolder),
        ("todo.hand_entry", W::CaseLearnTodoHand),
        ("todo.joins", W::CaseLearnTodoJoins),
        ("todo.approvals", W::CaseLearnTodoApprovals),
    ],
    rule: W::CaseLearnTodoRule,
    numbers: &[SOON_HOURS, CUTOFF, ARCHIVE_DAYS],
};

/// The case folder.
pub const FOLDER: Lesson = Lesson {
    steps: &[
        ("folder.section", W::CaseLearnFolderSection),
        ("folder.reveal", W::CaseLearnFolderReveal),
        ("folder.note", W::CaseLearnFolderNote),
        ("folder.closing", W::CaseLearnFolderClosing),
    ],
    rule: W::CaseLearnFolderRule,
    numbers: &[],
};
