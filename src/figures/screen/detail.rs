//! One figure: how it is counted, how it went in the periods before, and the cases behind it.

use crate::case::store::{ListRow, list};
use crate::case::words;
use crate::db::Store;
use crate::db::figures::{Figure, FigureSet, FigureValue, Page};
use crate::figures::report;
use crate::kernel::period::Period;
use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::reference::rulebook::Rulebook;
use crate::ui::read::{Read, Slot};
use crate::ui::screen::Cx;
use crate::ui::table::{Column, TableRow, TableState};
use std::cell::Cell;

/// The question for one figure.
pub(super) const SLOT: Slot = "figures.detail";
/// Cases read at a time.
const PAGE: i64 = 200;
/// Cells of a case's number: its tail.
const TAIL: usize = 10;

/// One figure that was opened.
pub(super) struct Detail {
    /// The figure.
    pub figure: Figure,
    /// The period it was opened for.
    pub period: Period,
    /// What was found; nothing while it is being looked for.
    pub found: Option<Behind>,
    /// Where the list of cases stands.
    pub table: TableState,
    /// Its height as last drawn.
    pub height: Cell<u16>,
}

/// What lies behind a figure.
pub(super) struct Behind {
    /// The values of this period and those before it, the latest first.
    pub history: Vec<(Period, FigureValue)>,
    /// The first cases.
    pub cases: Vec<ListRow>,
    /// Whether there are more.
    pub more: bool,
}

impl Detail {
    /// A figure whose cases are still to be read.
    pub fn new(figure: Figure, period: Period) -> Detail {
        Detail { figure, period, found: None, table: TableState::default(), height: Cell::new(10) }
    }

    /// The question for what lies behind it.
    pub fn ask(&self, sets: &'static [FigureSet], now: i64) -> Read {
        let (figure, period) = (self.figure, self.period);
        Read::new(SLOT, move |store, stale| {
            let history = report::history(store, sets, figure.name, period, now)?;
            stale.check()?;
            let (cases, more) = page(store, &figure, period, now, 0)?;
            Ok(Behind { history, cases, more })
        })
    }

    /// Takes what was found; the highlight stays on its case.
    pub fn take(&mut self, found: Behind) {
        let stood_on = self.selected().map(|row| row.id);
        self.table.rows(found.cases.len(), found.more);
        if let Some(index) = stood_on.and_then(|id| found.cases.iter().position(|row| row.id == id)) {
            self.table.select(index);
        }
        self.found = Some(found);
    }

    /// Reads the next cases.
    ///
    /// # Errors
    /// What the store says.
    pub fn read_more(&mut self, store: &Store, now: i64) -> anyhow::Result<()> {
        let Some(found) = &mut self.found else { return Ok(()) };
        let after = found.cases.last().map_or(0, |row| row.id);
        let (cases, more) = page(store, &self.figure, self.period, now, after)?;
        found.cases.extend(cases);
        found.more = more;
        self.table.rows(found.cases.len(), more);
        Ok(())
    }

    /// The case the highlight stands on.
    pub fn selected(&self) -> Option<&ListRow> {
        let index = self.table.selected()?;
        self.found.as_ref()?.cases.get(index)
    }

    /// The row of a case.
    pub fn row(&self, index: usize, rules: &Rulebook, cx: &Cx<'_>) -> TableRow {
        let found = self.found.as_ref().and_then(|found| found.cases.get(index));
        let Some(row) = found else { return TableRow::default() };
        let theme = cx.theme;
        let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
        let insured = if cx.hidden { "***".to_owned() } else { text::neutralise(&row.insured).into_owned() };
        TableRow::new(row.id)
            .cell(text::clip_left(&text::neutralise(number), TAIL), theme.text())
            .cell(insured, theme.text())
            .cell(row.amount.map_or_else(String::new, |amount| amount.grouped()), theme.text())
            .cell(words::stage(row.milestones.stage()).text(cx.lang), theme.text())
            .cell(line(rules, &row.line, cx.lang), theme.dim())
    }
}

fn line(rules: &Rulebook, code: &str, lang: Lang) -> String {
    text::neutralise(rules.line_label(code, lang)).into_owned()
}

/// The columns of the cases.
pub(super) fn columns() -> Vec<Column> {
    vec![
        Column::new(W::FiguresColumnCase, 10, 10),
        Column::new(W::FiguresColumnInsured, 8, 20),
        Column::new(W::FiguresColumnAmount, 12, 16).right().priority(1),
        Column::new(W::FiguresColumnStage, 10, 14).priority(1),
        Column::new(W::FiguresColumnLine, 14, 26).priority(2),
    ]
}

fn page(store: &Store, figure: &Figure, period: Period, now: i64, after: i64) -> anyhow::Result<(Vec<ListRow>, bool)> {
    let Some(cases) = figure.cases else { return Ok((Vec::new(), false)) };
    let keys = cases(store, report::span(period, now), Page { after, limit: PAGE })?;
    let more = i64::try_from(keys.len())? == PAGE;
    let rows = keys.into_iter().map(|id| list::row(store.conn(), id)).collect::<rusqlite::Result<Vec<_>>>()?;
    Ok((rows.into_iter().flatten().collect(), more))
}
