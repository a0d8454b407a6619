//! What the office counts of paying: how much, how, how soon, through which banks, and what is left over (domain §4, §9).

use super::store::figures::{Which, cases, paid};
use crate::db::Store;
use crate::db::figures::{Bound, Figure, FigureSet, FigureValue, Page, Span, Unit, Values, page_of};
use crate::kernel::settings::COVERAGE_GOAL;
use crate::kernel::words::{Phrase, W};

const PAID: &str = "payment.paid";
const SUM: &str = "payment.sum";
const MODES: &str = "payment.modes";
const ON_SITE: &str = "payment.on_site_share";
const DAYS: &str = "payment.told_to_paid";
const DELAYED: &str = "payment.delayed";
const COVERAGE: &str = "payment.coverage";
const BATCHES: &str = "payment.batches";
const BATCH_SUM: &str = "payment.batch_sum";
const UNANSWERED: &str = "payment.unanswered";
const TO_MEND: &str = "payment.to_mend";
const CASH: &str = "payment.cash";
const CASH_SUM: &str = "payment.cash_sum";
const COUNTED: &str = "payment.cash_counted";
const OFF: &str = "payment.cash_off";

/// The figures of payment.
pub const FIGURES: FigureSet = FigureSet {
    word: W::FiguresPaymentTitle,
    figures: &[
        Figure::new(PAID, W::FiguresPaymentPaid, W::FiguresPaymentPaidIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Paid)),
        Figure::new(SUM, W::FiguresPaymentSum, W::FiguresPaymentSumIs, Unit::Yuan)
            .cases(|store, span, page| of(store, span, page, Which::Paid)),
        Figure::new(MODES, W::FiguresPaymentModes, W::FiguresPaymentModesIs, Unit::Parts)
            .cases(|store, span, page| of(store, span, page, Which::Paid)),
        // The report's goal: from 70 % down to 35 % or less.
        Figure::new(ON_SITE, W::FiguresPaymentOnSite, W::FiguresPaymentOnSiteIs, Unit::Percent)
            .goal(Bound::AtMost, |_, _| (35, 100))
            .cases(|store, span, page| of(store, span, page, Which::OnSite)),
        // The report's goal: from 3 working days to 1.5.
        Figure::new(DAYS, W::FiguresPaymentDays, W::FiguresPaymentDaysIs, Unit::WorkingDays)
            .goal(Bound::AtMost, |_, _| (3, 2))
            .cases(|store, span, page| of(store, span, page, Which::Paid)),
        Figure::new(DELAYED, W::FiguresPaymentDelayed, W::FiguresPaymentDelayedIs, Unit::Count)
            .goal(Bound::AtMost, |_, _| (0, 1))
            .cases(delayed),
        Figure::new(COVERAGE, W::FiguresPaymentCoverage, W::FiguresPaymentCoverageIs, Unit::Percent)
            .goal(Bound::AtLeast, |settings, now| (settings.number(COVERAGE_GOAL, now), 100))
            .cases(|store, span, page| of(store, span, page, Which::Uncovered)),
        Figure::new(BATCHES, W::FiguresPaymentBatches, W::FiguresPaymentBatchesIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Sent)),
        Figure::new(BATCH_SUM, W::FiguresPaymentBatchSum, W::FiguresPaymentBatchSumIs, Unit::Yuan)
            .cases(|store, span, page| of(store, span, page, Which::Sent)),
        Figure::new(UNANSWERED, W::FiguresPaymentUnanswered, W::FiguresPaymentUnansweredIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Unanswered)),
        Figure::new(TO_MEND, W::FiguresPaymentToMend, W::FiguresPaymentToMendIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::ToMend)),
        Figure::new(CASH, W::FiguresPaymentCash, W::FiguresPaymentCashIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Cash)),
        Figure::new(CASH_SUM, W::FiguresPaymentCashSum, W::FiguresPaymentCashSumIs, Unit::Yuan)
            .cases(|store, span, page| of(store, span, page, Which::Cash)),
        Figure::new(COUNTED, W::FiguresPaymentCounted, W::FiguresPaymentCountedIs, Unit::Percent),
        Figure::new(OFF, W::FiguresPaymentOff, W::FiguresPaymentOffIs, Unit::Yuan).goal(Bound::AtMost, |_, _| (0, 1)),
    ],
    values,
};

fn of(store: &Store, span: Span, page: Page, which: Which) -> anyhow::Result<Vec<i64>> {
    cases(store.conn(), span, page, which)
}

fn delayed(store: &Store, span: Span, page: Page) -> anyhow::Result<Vec<i64>> {
    Ok(page_of(paid(store, span)?.delayed_cases, page))
}

fn values(store: &Store, span: Span) -> anyhow::Result<Values> {
    use FigureValue::{Number, Parts, Ratio};
    let found = paid(store, span)?;
    let modes = found.modes.iter().filter(|(_, count)| *count > 0);
    let modes = modes.map(|(mode, count)| (Phrase::from(mode.word()), *count)).collect();
    let share = |(part, of): (i64, i64)| Ratio { part, of };
    Ok(vec![
        (PAID, Number(found.paid)),
        (SUM, Number(found.sum.fen())),
        (MODES, Parts(modes)),
        (ON_SITE, share((found.on_site, found.paid))),
        (DAYS, share(found.working_days)),
        (DELAYED, Number(found.delayed)),
        (COVERAGE, share(found.coverage)),
        (BATCHES, Number(found.batches.0)),
        (BATCH_SUM, Number(found.batches.1.fen())),
        (UNANSWERED, Number(found.unanswered)),
        (TO_MEND, Number(found.to_mend)),
        (CASH, Number(found.cash.0)),
        (CASH_SUM, Number(found.cash.1.fen())),
        (COUNTED, share(found.counted)),
        (OFF, Number(found.off.fen())),
    ])
}
