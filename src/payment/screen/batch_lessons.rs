//! What the screens of the way of the money teach.

use crate::kernel::settings::CASH_CEILING;
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// Receipts, releases, hand-overs.
pub(super) const RELEASE: Lesson = Lesson {
    steps: &[
        ("release.release", W::BatchesLearnRelease),
        ("release.receipt", W::BatchesLearnReceipt),
        ("release.signed", W::BatchesLearnSigned),
        ("release.paid", W::BatchesLearnPaid),
        ("release.batch", W::BatchesLearnBatch),
        ("release.mend", W::BatchesLearnMend),
    ],
    rule: W::BatchesLearnReleaseRule,
    numbers: &[],
};

/// Batches and the bank's answers.
pub(super) const BATCHES: Lesson = Lesson {
    steps: &[
        ("batches.send", W::BatchesLearnSend),
        ("batches.result", W::BatchesLearnResult),
        ("batches.word", W::BatchesLearnWord),
        ("batches.open", W::BatchesLearnOpen),
    ],
    rule: W::BatchesLearnBatchesRule,
    numbers: &[],
};

/// Cash at the day's close.
pub(super) const CASH: Lesson = Lesson {
    steps: &[("cash.count", W::BatchesLearnCount), ("cash.save", W::BatchesLearnCountSave)],
    rule: W::BatchesLearnCashRule,
    numbers: &[CASH_CEILING],
};
