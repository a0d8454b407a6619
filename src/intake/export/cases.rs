//! Every case with its import columns, and what follows from them.

use super::Order;
use crate::case::facts::Column;
use crate::case::reason::due_reason;
use crate::case::store::{CaseFile, list, load};
use crate::case::{milestones::Stage, next};
use crate::db::Store;
use crate::files::write::{Cell, Writer};
use crate::intake::columns::{self, Kind};
use crate::intake::row::Row;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::phrase;
use crate::reference::rulebook::Rulebook;
use crate::ui::screen::Progress;
use anyhow::bail;

/// Columns behind the import columns.
pub const EXTRA_COLUMNS: [&str; 9] = [
    "case_code",
    "stage",
    "next_action",
    "batch_day",
    "archive_due",
    "due_reason",
    "size",
    "amount_in_capitals",
    "initials",
];

/// Cases read at a time.
const PAGE: i64 = 500;

pub(super) fn write(store: &Store, order: Order, out: &mut Writer<'_>, progress: &dyn Progress) -> anyhow::Result<u64> {
    let rules = crate::reference::store::rulebook(store)?;
    let total = u64::try_from(list::stage_counts(store.conn())?.total()).unwrap_or(0);
    out.header(Column::ALL.into_iter().map(columns::english).chain(EXTRA_COLUMNS).map(str::to_owned).collect())?;
    let mut done = 0;
    let (mut number, mut code) = (String::new(), String::new());
    let mut numbered = true;
    loop {
        let page = if numbered {
            load::after_number(store.conn(), &number, PAGE)?
        } else {
            load::unnumbered_after(store.conn(), &code, PAGE)?
        };
        let Some(last) = page.last() else {
            if numbered {
                numbered = false;
                continue;
            }
            return Ok(done);
        };
        // The two walks have a place of their own each; the second one starts at the beginning.
        if numbered {
            number.clone_from(&last.facts.case_no);
        } else {
            code.clone_from(&last.case_code);
        }
        for case in &page {
            out.row(&cells(case, &rules, order))?;
            done += 1;
        }
        let said = i64::try_from(done).unwrap_or(i64::MAX);
        progress.report(done, total.max(done), phrase!(W::IntakeProgressRows, said));
        if progress.cancelled() {
            bail!("cancelled");
        }
    }
}

fn cells(case: &CaseFile, rules: &Rulebook, order: Order) -> Vec<Cell> {
    let row = Row::of(case);
    // The line's own name, whatever the language: that is what an import reads.
    let line = rules.line(&row.facts.line).map_or(row.facts.line.as_str(), |line| line.name.as_str());
    let mut cells: Vec<Cell> = Column::ALL
        .into_iter()
        .map(|column| match (columns::kind(column), column) {
            (Kind::Money, Column::Assessed) => Cell::Money(row.facts.assessed),
            (Kind::Money, Column::Verified) => Cell::Money(row.facts.verified),
            (Kind::Money, _) => Cell::Money(row.facts.payable),
            _ => Cell::Text(masked(column, row.text(column, line), order.unmasked)),
        })
        .collect();
    cells.extend(extra(case, &row, rules, order).map(Cell::Text));
    cells
}

/// A value as it may leave the house.
pub(super) fn masked(column: Column, value: String, unmasked: bool) -> String {
    match column {
        _ if unmasked => value,
        Column::IdNo => text::mask_id(&value),
        Column::Phone => text::mask_phone(&value),
        Column::Account => text::mask_card(&value),
        _ => value,
    }
}

fn extra(case: &CaseFile, row: &Row, rules: &Rulebook, order: Order) -> [String; 9] {
    let m = &case.milestones;
    let stage = m.stage();
    let facts = row.facts.clock_facts(rules.compulsory(&row.facts.line), case.received_at);
    let large = facts.is_large(&rules.settings, m.papers_at.unwrap_or(case.received_at));
    let due = if stage == Stage::Closing { None } else { case.round.archive_due };
    [
        case.case_code.clone(),
        stage.code().to_owned(),
        next::actions(m).first().map_or("", |action| action.code()).to_owned(),
        case.round.batch_day.clone(),
        due.map_or_else(String::new, clock::file_time),
        due_reason(rules, case).say(order.lang),
        if large { "large" } else { "small" }.to_owned(),
        facts.size_amount().map_or_else(String::new, Fen::in_capitals),
        text::pinyin::initials(&case.facts.insured).into_iter().next().unwrap_or_default(),
    ]
}
