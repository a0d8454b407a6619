//! What the figures teach.

use crate::kernel::settings::{ANSWER_MINUTES, COVERAGE_GOAL, RESOLVE_HOURS};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// The figures and the cases behind them.
pub const FIGURES: Lesson = Lesson {
    steps: &[
        ("figures.kind", W::FiguresLearnKind),
        ("figures.earlier", W::FiguresLearnEarlier),
        ("figures.open", W::FiguresLearnOpen),
        ("figures.folder", W::FiguresLearnFolder),
    ],
    rule: W::FiguresLearnRule,
    numbers: &[COVERAGE_GOAL, ANSWER_MINUTES, RESOLVE_HOURS],
};
