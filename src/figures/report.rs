//! Reads the figures of a period from one state of the store.

use super::rules;
use crate::db::figures::{Figure, FigureSet, FigureValue, Span};
use crate::db::{Store, meta};
use crate::kernel::period::Period;
use crate::kernel::words::{Phrase, W};
use crate::reference::store::rulebook;
use anyhow::{Context, anyhow};

/// One figure with its value.
#[derive(Clone, Debug)]
pub struct Line {
    /// The figure.
    pub figure: Figure,
    /// The folder's heading.
    pub group: W,
    /// Its value.
    pub value: FigureValue,
    /// Its goal, where it has one.
    pub goal: Option<Phrase>,
    /// Whether the goal is met, where that can be said.
    pub met: Option<bool>,
}

/// The figures of a period.
#[derive(Clone, Debug)]
pub struct Report {
    /// Name of the office.
    pub office: String,
    /// What was counted over.
    pub period: Period,
    /// The moment the numbers are as of.
    pub as_of: i64,
    /// Every figure, in the order of the registry.
    pub lines: Vec<Line>,
}

/// The span of a period that has happened.
pub fn span(period: Period, now: i64) -> Span {
    // What happens in this very second counts.
    Span { from: period.from(), to: period.to().min(now.saturating_add(1)).max(period.from()), now }
}

/// Reads every figure of a period.
///
/// # Errors
/// What the store says.
pub fn read(store: &Store, sets: &[FigureSet], period: Period, now: i64) -> anyhow::Result<Report> {
    let reading = store.conn().unchecked_transaction()?;
    let rulebook = rulebook(store)?;
    let mut lines = Vec::new();
    for set in sets {
        let values = (set.values)(store, span(period, now))?;
        for figure in set.figures {
            let found = values.iter().find(|(name, _)| *name == figure.name);
            let value = found.map(|(_, value)| value.clone()).ok_or_else(|| anyhow!("{} was not read", figure.name))?;
            lines.push(Line {
                figure: *figure,
                group: set.word,
                goal: rules::say_goal(figure, &rulebook.settings, now),
                met: rules::met(figure, &value, &rulebook.settings, now),
                value,
            });
        }
    }
    let office = meta::get(store.conn(), meta::OFFICE_NAME)?.unwrap_or_default();
    drop(reading);
    Ok(Report { office, period, as_of: now, lines })
}

/// How many periods a figure is followed back over, the present one included.
const FOLLOWED: usize = 6;

/// One figure in a period and those before it, the latest first; what lies in the future is left out.
///
/// # Errors
/// What the store says.
pub fn history(
    store: &Store,
    sets: &[FigureSet],
    name: &str,
    period: Period,
    now: i64,
) -> anyhow::Result<Vec<(Period, FigureValue)>> {
    let holds = |set: &&FigureSet| set.figures.iter().any(|figure| figure.name == name);
    let set = sets.iter().find(holds).with_context(|| format!("no figure {name}"))?;
    let mut found = Vec::with_capacity(FOLLOWED);
    let mut one = period;
    for _ in 0..FOLLOWED {
        let values = (set.values)(store, span(one, now))?;
        found.extend(values.into_iter().find(|(known, _)| *known == name).map(|(_, value)| (one, value)));
        one = one.earlier();
    }
    Ok(found)
}
