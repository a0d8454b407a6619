//! What the office counts of telling and asking (domain §3, §9).

use super::store::figures::{Which, cases};
use crate::db::Store;
use crate::db::figures::{Bound, Figure, FigureSet, FigureValue, Page, Span, Unit, Values};
use crate::kernel::settings::{ANSWER_MINUTES, RESOLVE_HOURS, Settings};
use crate::kernel::words::{Phrase, W};

pub use super::store::figures::{DayFigures, day};

const TOLD: &str = "notify.told";
const ASKING: &str = "notify.asking_share";
const KINDS: &str = "notify.asked";
const ANSWER: &str = "notify.first_answer";
const ANSWERED: &str = "notify.answered_in_goal";
const RESOLUTION: &str = "notify.resolution";
const RESOLVED: &str = "notify.resolved_in_time";
const DISPUTES: &str = "notify.price_disputes";
const UPHELD: &str = "notify.upheld";
const COMPLAINTS: &str = "notify.complaints";
const DELIVERED: &str = "notify.delivered";
const OPEN: &str = "notify.open";
const OVERDUE: &str = "notify.overdue";

fn answer_goal(settings: &Settings, now: i64) -> (i64, i64) {
    (settings.number(ANSWER_MINUTES, now) * 60, 1)
}

fn resolve_goal(settings: &Settings, now: i64) -> (i64, i64) {
    (settings.number(RESOLVE_HOURS, now) * 3_600, 1)
}

/// The figures of notifying.
pub const FIGURES: FigureSet = FigureSet {
    word: W::FiguresNotifyTitle,
    figures: &[
        Figure::new(TOLD, W::FiguresNotifyTold, W::FiguresNotifyToldIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Told)),
        Figure::new(ASKING, W::FiguresNotifyAsking, W::FiguresNotifyAskingIs, Unit::Percent)
            .cases(|store, span, page| of(store, span, page, Which::Asked)),
        Figure::new(KINDS, W::FiguresNotifyKinds, W::FiguresNotifyKindsIs, Unit::Parts)
            .cases(|store, span, page| of(store, span, page, Which::Asked)),
        Figure::new(ANSWER, W::FiguresNotifyAnswer, W::FiguresNotifyAnswerIs, Unit::Minutes)
            .goal(Bound::AtMost, answer_goal)
            .cases(|store, span, page| of(store, span, page, Which::Asked)),
        Figure::new(ANSWERED, W::FiguresNotifyAnswered, W::FiguresNotifyAnsweredIs, Unit::Percent)
            .cases(|store, span, page| of(store, span, page, Which::Asked)),
        Figure::new(RESOLUTION, W::FiguresNotifyResolution, W::FiguresNotifyResolutionIs, Unit::Hours)
            .goal(Bound::AtMost, resolve_goal)
            .cases(|store, span, page| of(store, span, page, Which::Resolved)),
        Figure::new(RESOLVED, W::FiguresNotifyResolved, W::FiguresNotifyResolvedIs, Unit::Percent)
            .cases(|store, span, page| of(store, span, page, Which::Resolved)),
        Figure::new(DISPUTES, W::FiguresNotifyDisputes, W::FiguresNotifyDisputesIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Disputed)),
        Figure::new(UPHELD, W::FiguresNotifyUpheld, W::FiguresNotifyUpheldIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Upheld)),
        Figure::new(COMPLAINTS, W::FiguresNotifyComplaints, W::FiguresNotifyComplaintsIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Complained)),
        Figure::new(DELIVERED, W::FiguresNotifyDelivered, W::FiguresNotifyDeliveredIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Delivered)),
        Figure::new(OPEN, W::FiguresNotifyOpen, W::FiguresNotifyOpenIs, Unit::Count)
            .cases(|store, span, page| of(store, span, page, Which::Open)),
        Figure::new(OVERDUE, W::FiguresNotifyOverdue, W::FiguresNotifyOverdueIs, Unit::Count)
            .goal(Bound::AtMost, |_, _| (0, 1))
            .cases(|store, span, page| of(store, span, page, Which::Overdue)),
    ],
    values,
};

fn of(store: &Store, span: Span, page: Page, which: Which) -> anyhow::Result<Vec<i64>> {
    cases(store.conn(), span, page, which)
}

fn values(store: &Store, span: Span) -> anyhow::Result<Values> {
    use FigureValue::{Number, Parts, Ratio};
    let found = day(store.conn(), span.from, span.to)?;
    let (answers, resolved) = (found.first_answers, found.resolved);
    let kinds = found.asked.iter().filter(|(_, count)| *count > 0);
    let kinds = kinds.map(|(kind, count)| (Phrase::from(kind.word()), *count)).collect();
    Ok(vec![
        (TOLD, Number(found.told)),
        (ASKING, Ratio { part: found.told_and_asked, of: found.told }),
        (KINDS, Parts(kinds)),
        (ANSWER, Ratio { part: answers.1, of: answers.0 }),
        (ANSWERED, Ratio { part: found.first_answers_in_goal, of: answers.0 }),
        (RESOLUTION, Ratio { part: resolved.1, of: resolved.0 }),
        (RESOLVED, Ratio { part: found.resolved_in_time, of: resolved.0 }),
        (DISPUTES, Number(found.price_disputes)),
        (UPHELD, Number(found.upheld)),
        (COMPLAINTS, Number(found.complaints_resolved)),
        (DELIVERED, Number(found.delivered)),
        (OPEN, Number(found.open.0)),
        (OVERDUE, Number(found.open.1)),
    ])
}
