//! What the office counts of its cases: closed, by outcome, within the limit; those taken over apart (domain §9).

use super::milestones::Outcome;
use super::store::figures::{Which, cases, closed};
use super::words;
use crate::db::Store;
use crate::db::figures::{Bound, Figure, FigureSet, FigureValue, Page, Span, Unit, Values, page_of};
use crate::kernel::text;
use crate::kernel::words::{Phrase, W};
use crate::phrase;

const CLOSED: &str = "case.closed";
const OUTCOMES: &str = "case.outcomes";
const TO_PAY: &str = "case.to_pay";
const IN_LIMIT: &str = "case.in_limit";
const AGAIN: &str = "case.again";
const TAKEN_OVER: &str = "case.taken_over";
const TAKEN_MODES: &str = "case.taken_modes";

/// The figures of the register of cases.
pub const FIGURES: FigureSet = FigureSet {
    word: W::FiguresCaseTitle,
    figures: &[
        Figure::new(CLOSED, W::FiguresCaseClosed, W::FiguresCaseClosedIs, Unit::Count).cases(here),
        Figure::new(OUTCOMES, W::FiguresCaseOutcomes, W::FiguresCaseOutcomesIs, Unit::Parts).cases(here),
        Figure::new(TO_PAY, W::FiguresCaseToPay, W::FiguresCaseToPayIs, Unit::Yuan).cases(here),
        Figure::new(IN_LIMIT, W::FiguresCaseInLimit, W::FiguresCaseInLimitIs, Unit::Percent)
            .goal(Bound::AtLeast, |_, _| (1, 1))
            .cases(late),
        Figure::new(AGAIN, W::FiguresCaseAgain, W::FiguresCaseAgainIs, Unit::Count).cases(again),
        Figure::new(TAKEN_OVER, W::FiguresCaseTakenOver, W::FiguresCaseTakenOverIs, Unit::Count).cases(taken_over),
        Figure::new(TAKEN_MODES, W::FiguresCaseTakenModes, W::FiguresCaseTakenModesIs, Unit::Parts).cases(taken_over),
    ],
    values,
};

fn values(store: &Store, span: Span) -> anyhow::Result<Values> {
    let found = closed(store, span)?;
    let named = |(outcome, count): (Outcome, i64)| (Phrase::from(words::outcome(outcome)), count);
    let outcomes = found.outcomes.into_iter().filter(|(_, count)| *count > 0).map(named).collect();
    let written =
        |(mode, count): (String, i64)| (phrase!(W::FiguresAsWritten, text::neutralise(&mode).as_ref()), count);
    Ok(vec![
        (CLOSED, FigureValue::Number(found.closed)),
        (OUTCOMES, FigureValue::Parts(outcomes)),
        (TO_PAY, FigureValue::Number(found.to_pay.fen())),
        (IN_LIMIT, FigureValue::Ratio { part: found.in_limit.0, of: found.in_limit.1 }),
        (AGAIN, FigureValue::Number(found.again)),
        (TAKEN_OVER, FigureValue::Number(found.taken_over)),
        (TAKEN_MODES, FigureValue::Parts(found.taken_modes.into_iter().map(written).collect())),
    ])
}

fn here(store: &Store, span: Span, page: Page) -> anyhow::Result<Vec<i64>> {
    Ok(page_of(cases(store, span, Which::Here)?, page))
}

fn late(store: &Store, span: Span, page: Page) -> anyhow::Result<Vec<i64>> {
    Ok(page_of(cases(store, span, Which::Late)?, page))
}

fn again(store: &Store, span: Span, page: Page) -> anyhow::Result<Vec<i64>> {
    Ok(page_of(cases(store, span, Which::Again)?, page))
}

fn taken_over(store: &Store, span: Span, page: Page) -> anyhow::Result<Vec<i64>> {
    Ok(page_of(cases(store, span, Which::TakenOver)?, page))
}
