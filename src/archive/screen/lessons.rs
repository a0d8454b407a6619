//! What the screen of the archive teaches.

use crate::kernel::settings::{ARCHIVE_DAYS, BOX_FULL, CUTOFF};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The scan line.
pub const ARCHIVE: Lesson = Lesson {
    steps: &[
        ("archive.next", W::ArchiveLearnNext),
        ("archive.save", W::ArchiveLearnSave),
        ("archive.contents", W::ArchiveLearnContents),
        ("archive.waive", W::ArchiveLearnWaive),
        ("archive.receive", W::ArchiveLearnReceive),
        ("archive.print", W::ArchiveLearnPrint),
    ],
    rule: W::ArchiveLearnRule,
    numbers: &[CUTOFF, ARCHIVE_DAYS, BOX_FULL],
};
