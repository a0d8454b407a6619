//! What the office counts of the counter (domain §5, §9).

use super::store::figures::{visited, with_problem};
use crate::db::Store;
use crate::db::figures::{Bound, Figure, FigureSet, FigureValue, Span, Unit, Values};
use crate::kernel::words::W;

pub use super::store::figures::{Day, day};

const VISITS: &str = "precheck.visits";
const LACKING: &str = "precheck.lacking_share";
const PROBLEMS: &str = "precheck.problem_share";

/// The figures of the counter.
pub const FIGURES: FigureSet = FigureSet {
    word: W::FiguresPrecheckTitle,
    figures: &[
        Figure::new(VISITS, W::FiguresPrecheckVisits, W::FiguresPrecheckVisitsIs, Unit::Count)
            .cases(|store, span, page| visited(store.conn(), span, page, false)),
        Figure::new(LACKING, W::FiguresPrecheckLacking, W::FiguresPrecheckLackingIs, Unit::Percent)
            .cases(|store, span, page| visited(store.conn(), span, page, true)),
        // The report's goal: under 5 % of the payments.
        Figure::new(PROBLEMS, W::FiguresPrecheckProblems, W::FiguresPrecheckProblemsIs, Unit::Percent)
            .goal(Bound::Below, |_, _| (5, 100))
            .cases(|store, span, page| with_problem(store.conn(), span, page)),
    ],
    values,
};

fn values(store: &Store, span: Span) -> anyhow::Result<Values> {
    let found = day(store.conn(), span.from, span.to)?;
    Ok(vec![
        (VISITS, FigureValue::Number(found.visits)),
        (LACKING, FigureValue::Ratio { part: found.lacking, of: found.first }),
        (PROBLEMS, FigureValue::Ratio { part: found.problems, of: found.paid }),
    ])
}
