//! What the payment desk teaches.

use crate::kernel::settings::{CASH_CEILING, GUARD_DAYS, IDENTITY_FROM, REVIEW_ABOVE};
use crate::kernel::words::W;
use crate::ui::lesson::Lesson;

/// Choosing a payment.
pub const PAYMENT: Lesson = Lesson {
    steps: &[
        ("payment.open", W::PaymentLearnOpen),
        ("payment.save", W::PaymentLearnSave),
        ("payment.add", W::PaymentLearnAdd),
        ("payment.other_account", W::PaymentLearnOther),
        ("payment.new_account", W::PaymentLearnNew),
        ("payment.on_site", W::PaymentLearnOnSite),
        ("payment.override", W::PaymentLearnOverride),
        ("payment.review", W::PaymentLearnReview),
        ("payment.review_marked", W::PaymentLearnReviewMarked),
        ("payment.cancel", W::PaymentLearnCancel),
    ],
    rule: W::PaymentLearnRule,
    numbers: &[CASH_CEILING, GUARD_DAYS, REVIEW_ABOVE, IDENTITY_FROM],
};
