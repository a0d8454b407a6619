//! The columns of a list of cases.

use super::search::matched_word;
use crate::case::next::{Hands, next_action};
use crate::case::store::find::Found;
use crate::case::store::{ListRow, write};
use crate::case::words::{self, Pressure};
use crate::kernel::settings;
use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::reference::rulebook::Rulebook;
use crate::ui::table::{Column, TableRow};
use crate::ui::theme::Theme;
use ratatui::style::Style;

/// What rows are drawn with.
#[derive(Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) rules: &'a Rulebook,
    pub(super) now: i64,
    pub(super) lang: Lang,
    pub(super) theme: Theme,
    pub(super) hands: Hands,
    pub(super) hidden: bool,
}

/// The columns; the marks keep a place only where a row has one, and the names have what is left over first. What
/// matched is named where the row itself does not show it.
pub(super) fn columns(marks: bool, matched: bool) -> Vec<Column> {
    let (next, marks) = if marks { (10, 1) } else { (12, 9) };
    let mut columns = vec![
        Column::new(W::CaseColumnDue, 14, 14),
        Column::new(W::CaseColumnCase, 8, 8),
        Column::new(W::CaseColumnInsured, 8, 20),
        Column::new(W::CaseColumnAmount, 10, 14).right().priority(1),
        Column::new(W::CaseColumnNext, next, 20).priority(1),
        Column::new(W::CaseColumnMarks, 6, 10).priority(marks),
        Column::new(W::CaseColumnLine, 16, 26).priority(2),
    ];
    if matched {
        columns.insert(MATCHED, Column::new(W::CaseColumnMatched, 8, 12).priority(1));
    }
    columns
}

/// The place of the column that says what matched: behind the insured.
const MATCHED: usize = 3;

/// A row of a search: what was looked for is marked.
pub(super) fn found_row(found: &Found, look: Look<'_>, matched: bool) -> TableRow {
    let mut out = row(&found.row, look);
    let number = if found.row.case_no.is_empty() { &found.row.case_code } else { &found.row.case_no };
    // The number is shown by its end, behind a mark where something is cut off.
    let shown = out.cells.get(1).map_or(0, |(text, _)| text.chars().count());
    let cut = number.chars().count().saturating_sub(shown);
    let first = usize::from(cut > 0);
    out.found.extend(
        found.marks.number.clone().filter_map(|at| at.checked_sub(cut)).filter(|at| *at >= first).map(|at| (1, at)),
    );
    if !look.hidden {
        out.found.extend(found.marks.insured.iter().map(|at| (2, *at)));
    }
    if matched {
        let word = matched_word(found.matched).map_or("", |word| word.text(look.lang));
        out.cells.insert(MATCHED, (word.to_owned(), look.theme.matched()));
    }
    out
}

/// Whether a row shows a mark.
pub(super) fn marked(row: &ListRow) -> bool {
    row.milestones.round > 1 || row.awaiting_core || row.core_differs
}

/// `!!` for overdue, `!` for soon, so that a row reads without colour.
pub(super) fn mark(pressure: Pressure) -> &'static str {
    match pressure {
        Pressure::Overdue => "!! ",
        Pressure::Soon => "!  ",
        Pressure::Calm => "   ",
    }
}

pub(super) fn pressure_style(pressure: Pressure, theme: Theme) -> Style {
    match pressure {
        Pressure::Overdue => theme.mark_overdue(),
        Pressure::Soon => theme.mark_soon(),
        Pressure::Calm => theme.text(),
    }
}

pub(super) fn row(row: &ListRow, look: Look<'_>) -> TableRow {
    let Look { rules, now, lang, theme, .. } = look;
    let m = &row.milestones;
    let soon = rules.settings.number(settings::SOON_HOURS, now);
    let (pressure, left) = words::remaining(now, row.due_at, write::is_tentative(row.due_kind), m.paused(), soon);
    let number = if row.case_no.is_empty() { &row.case_code } else { &row.case_no };
    let insured = if look.hidden { "***".to_owned() } else { text::neutralise(&row.insured).into_owned() };
    let said = left.say(lang);
    // An age of some days is longer than a time left, and has no mark to stand behind.
    let unclaimed = write::is_tentative(row.due_kind) && now > row.due_at;
    let due = if unclaimed { said } else { format!("{}{said}", mark(pressure)) };
    let next = next_action(m, look.hands);
    let mine = next.is_some_and(|n| n.mine);
    let mut marks = Vec::new();
    if m.round > 1 {
        marks.push(format!("R{}", m.round));
    }
    if row.awaiting_core {
        marks.push(W::CaseMarkAwaitingCore.text(lang).to_owned());
    }
    if row.core_differs {
        marks.push(W::CaseMarkCoreDiffers.text(lang).to_owned());
    }
    TableRow::new(row.id)
        .cell(due, pressure_style(pressure, theme))
        .cell(text::clip_left(&text::neutralise(number), 8), theme.text())
        .cell(insured, theme.text())
        .cell(row.amount.map_or_else(String::new, |a| a.grouped()), theme.text())
        .cell(words::next_short(m, next).text(lang), if mine { theme.text() } else { theme.dim() })
        .cell(marks.join(" "), theme.warn())
        .cell(rules.line_label(&row.line, lang), theme.dim())
}
