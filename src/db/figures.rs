//! Figures as data: every folder hands in what it counts, each with its definition, its goal and the cases behind it.

use super::{Connection, Store};
use crate::kernel::settings::Settings;
use crate::kernel::words::{Phrase, W};

/// From when to when is counted, UTC seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The first moment.
    pub from: i64,
    /// The first moment behind it; never later than the second after `now`.
    pub to: i64,
    /// The present moment.
    pub now: i64,
}

/// What the number of a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// So many things.
    Count,
    /// An amount in 分.
    Yuan,
    /// A share of a whole.
    Percent,
    /// A mean of seconds, read in minutes.
    Minutes,
    /// A mean of seconds, read in hours.
    Hours,
    /// A mean of working days.
    WorkingDays,
    /// How a whole is divided.
    Parts,
}

/// The value of a figure in a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FigureValue {
    /// A count, or an amount in 分.
    Number(i64),
    /// A share or a mean, kept as what it was made of; of nothing there is no value.
    Ratio {
        /// What is counted, or the sum.
        part: i64,
        /// Out of how many.
        of: i64,
    },
    /// The parts of a whole by name.
    Parts(Vec<(Phrase, i64)>),
}

/// On which side of its limit a figure should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// Not above it.
    AtMost,
    /// Under it.
    Below,
    /// Not under it.
    AtLeast,
}

/// What a figure should come to.
#[derive(Clone, Copy)]
pub struct Goal {
    /// On which side.
    pub bound: Bound,
    /// The limit by the settings in force at a moment, as a fraction of the figure's own measure: 35 % is `(35, 100)`,
    /// three minutes are `(180, 1)`, as the value counts seconds.
    pub limit: fn(&Settings, i64) -> (i64, i64),
}

impl std::fmt::Debug for Goal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Goal").field("bound", &self.bound).finish_non_exhaustive()
    }
}

/// A page of a list that is read by key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Keys after this one.
    pub after: i64,
    /// So many at most.
    pub limit: i64,
}

/// Keys of the cases behind a figure in a span, in their order.
pub type Cases = fn(&Store, Span, Page) -> anyhow::Result<Vec<i64>>;

/// One figure.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Short stable name, such as `payment.coverage`.
    pub name: &'static str,
    /// What it is called.
    pub word: W,
    /// How it is counted, and which cases are listed behind it.
    pub definition: W,
    /// What its number is.
    pub unit: Unit,
    /// What it should come to.
    pub goal: Option<Goal>,
    /// The cases behind it, where there are any.
    pub cases: Option<Cases>,
}

impl Figure {
    /// A figure without goal and cases.
    pub const fn new(name: &'static str, word: W, definition: W, unit: Unit) -> Figure {
        Figure { name, word, definition, unit, goal: None, cases: None }
    }

    /// With what it should come to.
    #[must_use]
    pub const fn goal(mut self, bound: Bound, limit: fn(&Settings, i64) -> (i64, i64)) -> Figure {
        self.goal = Some(Goal { bound, limit });
        self
    }

    /// With the cases behind it.
    #[must_use]
    pub const fn cases(mut self, cases: Cases) -> Figure {
        self.cases = Some(cases);
        self
    }
}

/// The value of each figure of a folder by its name.
pub type Values = Vec<(&'static str, FigureValue)>;

/// The figures of a folder, which it reads at once: several often come from one query.
#[derive(Clone, Copy)]
pub struct FigureSet {
    /// What they are about.
    pub word: W,
    /// The figures in the order they are read in.
    pub figures: &'static [Figure],
    /// The value of each by its name.
    pub values: fn(&Store, Span) -> anyhow::Result<Values>,
}

impl std::fmt::Debug for FigureSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FigureSet").field("word", &self.word).finish_non_exhaustive()
    }
}

/// Keys that a query finds for a span and a page: its four arguments are from, to, after, limit.
///
/// # Errors
/// What SQLite says.
pub fn keys(conn: &Connection, sql: &str, span: Span, page: Page) -> anyhow::Result<Vec<i64>> {
    let mut statement = conn.prepare_cached(sql)?;
    let found = statement.query_map([span.from, span.to, page.after, page.limit], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

/// The page of keys that were found otherwise.
pub fn page_of(mut found: Vec<i64>, page: Page) -> Vec<i64> {
    found.sort_unstable();
    found.dedup();
    let limit = usize::try_from(page.limit).unwrap_or(0);
    found.into_iter().filter(|id| *id > page.after).take(limit).collect()
}
