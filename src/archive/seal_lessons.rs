//! What the screens of the day's end and the spot check teach.

use crate::kernel::settings::{ARCHIVE_DAYS, CUTOFF, SPOT_RATE};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The day's hand-over.
pub const HANDOVER: Lesson = Lesson {
    steps: &[
        ("handover.take", W::SealLearnTake),
        ("handover.mark", W::SealLearnMark),
        ("handover.carry", W::SealLearnCarry),
        ("handover.seal", W::SealLearnSeal),
        ("handover.alone", W::SealLearnAlone),
        ("handover.correct", W::SealLearnCorrect),
    ],
    rule: W::SealLearnRule,
    numbers: &[CUTOFF, ARCHIVE_DAYS],
};

/// The duty roster.
pub const ROSTER: Lesson =
    Lesson { steps: &[("roster.change", W::SealLearnRoster)], rule: W::SealLearnRosterRule, numbers: &[] };

/// The weeks of the spot check.
pub const SPOT: Lesson = Lesson {
    steps: &[("spot.draw", W::SealLearnDraw), ("spot.open", W::SealLearnOpen), ("spot.findings", W::SealLearnFindings)],
    rule: W::SealLearnSpotRule,
    numbers: &[SPOT_RATE],
};

/// A week's checklist.
pub const CHECK: Lesson = Lesson {
    steps: &[
        ("check.found", W::SealLearnFound),
        ("check.missing", W::SealLearnMissing),
        ("check.defect", W::SealLearnDefect),
        ("check.print", W::SealLearnPrint),
    ],
    rule: W::SealLearnCheckRule,
    numbers: &[],
};

/// The findings.
pub const FINDINGS: Lesson =
    Lesson { steps: &[("findings.settle", W::SealLearnSettle)], rule: W::SealLearnFindingsRule, numbers: &[] };
