//! Draws the figures: the list, what is told of the highlighted one, and one figure with its cases.

use super::Figures;
use super::detail::{self, Detail};
use crate::db::figures::{FigureValue, Unit};
use crate::figures::print;
use crate::figures::report::Line;
use crate::figures::rules;
use crate::kernel::period::Period;
use crate::kernel::text;
use crate::kernel::words::{Arg, Lang, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::gauge;
use crate::ui::layout;
use crate::ui::screen::Cx;
use crate::ui::table::{Column, Marks, TableRow, draw_table};
use crate::ui::theme::Theme;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Cells of a gauge, its brackets included.
const GAUGE: u16 = 22;
/// Rows that the cases of a figure keep, whatever is told above them.
const CASES: u16 = 6;

/// Draws the place.
pub(super) fn draw(screen: &Figures, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let area = area.intersection(frame.area());
    let buf = frame.buffer_mut();
    if let Some(detail) = &screen.detail {
        draw_detail(screen, detail, buf, area, cx);
        return;
    }
    let (left, side) = layout::list_and_preview(area);
    draw_list(screen, buf, left, cx);
    if let (Some(side), Some(line)) = (side, screen.selected()) {
        let inner = layout::boxed(buf, side, line.figure.word.text(cx.lang), *cx.theme);
        put_lines(buf, inner, &about(line, inner.width, cx.lang, *cx.theme));
    }
}

/// Under this width a figure and its value share the row alone.
const NARROW: u16 = 60;

fn columns(width: u16) -> Vec<Column> {
    if width < NARROW {
        return vec![Column::new(W::FiguresColumnFigure, 12, 14), Column::new(W::FiguresColumnValue, 16, 60)];
    }
    vec![
        Column::new(W::FiguresColumnFigure, 21, 26),
        Column::new(W::FiguresColumnValue, 22, 60),
        Column::new(W::FiguresColumnGoal, 17, 20).priority(1),
        Column::new(W::FiguresColumnVerdict, 7, 8).priority(2),
        Column::new(W::FiguresColumnGroup, 8, 12).priority(3),
    ]
}

fn style(met: Option<bool>, theme: Theme) -> Style {
    match met {
        Some(true) => theme.ok(),
        Some(false) => theme.warn(),
        None => theme.text(),
    }
}

fn verdict(met: Option<bool>) -> Option<W> {
    met.map(|met| if met { W::FiguresMet } else { W::FiguresMissed })
}

fn draw_list(screen: &Figures, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
    let (lang, theme) = (cx.lang, *cx.theme);
    let period = print::title(screen.period);
    let Some(report) = screen.counted() else {
        let inner = layout::boxed(buf, area, &period.say(lang), theme);
        draw::put(buf, inner, 0, 0, W::FiguresCounting.text(lang), theme.dim());
        return;
    };
    let title = phrase!(W::FiguresTitle, period, Arg::Moment(report.as_of)).say(lang);
    let inner = layout::boxed(buf, area, &title, theme);
    screen.height.set(inner.height);
    draw_table(buf, inner, &columns(inner.width), &screen.table, &Marks::default(), (lang, theme), |index| {
        let Some(line) = report.lines.get(index) else { return TableRow::default() };
        let value = rules::say_whole(&line.value, line.figure.unit).say(lang);
        let goal = line.goal.as_ref().map(|goal| goal.say(lang)).unwrap_or_default();
        TableRow::new(i64::try_from(index).unwrap_or(0))
            .cell(line.figure.word.text(lang), theme.text())
            .cell(format!("{} {value}", rules::mark(line.met)), style(line.met, theme))
            .cell(goal, theme.dim())
            .cell(verdict(line.met).map_or("", |word| word.text(lang)), style(line.met, theme))
            .cell(line.group.text(lang), theme.dim())
    });
}

type Told = Vec<(String, Style)>;

fn put_lines(buf: &mut Buffer, area: Rect, lines: &[(String, Style)]) {
    for (y, (line, style)) in (0..area.height).zip(lines) {
        draw::put(buf, area, 0, y, line, *style);
    }
}

/// Value, goal and definition of a figure, and its parts as bars.
fn about(line: &Line, width: u16, lang: Lang, theme: Theme) -> Told {
    let cells = usize::from(width.max(1));
    let value = rules::say_whole(&line.value, line.figure.unit).say(lang);
    let mut out: Told = Vec::new();
    let marked = format!("{} {value}", rules::mark(line.met));
    out.extend(text::wrap(marked.trim(), cells).into_iter().map(|row| (row, style(line.met, theme))));
    if let Some(goal) = &line.goal {
        let goal = phrase!(W::FiguresGoalIs, goal.clone()).say(lang);
        let said = [goal.as_str(), verdict(line.met).map_or("", |word| word.text(lang))].join(" ");
        out.extend(text::wrap(said.trim(), cells).into_iter().map(|row| (row, theme.text())));
    }
    out.push((String::new(), theme.text()));
    let definition = line.figure.definition.text(lang);
    out.extend(text::wrap(definition, cells).into_iter().map(|row| (row, theme.dim())));
    if let FigureValue::Parts(parts) = &line.value {
        out.push((String::new(), theme.text()));
        let bars: Vec<(String, u64)> =
            parts.iter().map(|(name, count)| (name.say(lang), u64::try_from(*count).unwrap_or(0))).collect();
        out.extend(gauge::bars(&bars, width).into_iter().map(|row| (row, theme.text())));
    }
    out
}

/// The periods before, a line each: a gauge for a share, the value for all.
fn followed(detail: &Detail, cells: u16, lang: Lang, theme: Theme) -> Told {
    let Some(found) = &detail.found else { return vec![(W::FiguresCounting.text(lang).to_owned(), theme.dim())] };
    let row = |(period, value): &(Period, FigureValue)| {
        let said = rules::say_whole(value, detail.figure.unit).say(lang);
        let bar = match value {
            FigureValue::Ratio { part, of } if detail.figure.unit == Unit::Percent && *of > 0 => {
                let size = |number: i64| u64::try_from(number).unwrap_or(0);
                format!("{} ", gauge::gauge(size(*part), size(*of), GAUGE))
            }
            _ => String::new(),
        };
        (text::clip(&format!("{}  {bar}{said}", period.name()), usize::from(cells)), theme.text())
    };
    found.history.iter().map(row).collect()
}

fn draw_detail(screen: &Figures, detail: &Detail, buf: &mut Buffer, area: Rect, cx: &Cx<'_>) {
    let (lang, theme) = (cx.lang, *cx.theme);
    let title = phrase!(W::FiguresPartOf, detail.figure.word, print::title(detail.period)).say(lang);
    let inner = layout::boxed(buf, area, &title, theme);
    let line =
        screen.counted().and_then(|report| report.lines.iter().find(|one| one.figure.name == detail.figure.name));
    let mut told = line.map(|line| about(line, inner.width, lang, theme)).unwrap_or_default();
    told.push((String::new(), theme.text()));
    told.extend(followed(detail, inner.width, lang, theme));
    // The cases are what was asked for: what is told above them gives way first.
    let keep = CASES.min(inner.height);
    told.truncate(usize::from(inner.height - keep).saturating_sub(1));
    put_lines(buf, inner, &told);
    let below = if told.is_empty() { 0 } else { draw::to_u16(told.len()).saturating_add(1) };
    let cases = draw::below(inner, below);
    detail.height.set(cases.height);
    if detail.figure.cases.is_none() {
        draw::put(buf, cases, 0, 0, W::FiguresNoCases.text(lang), theme.dim());
        return;
    }
    if detail.found.is_some() {
        let row = |index| detail.row(index, &screen.rules, cx);
        draw_table(buf, cases, &detail::columns(), &detail.table, &Marks::default(), (lang, theme), row);
    }
}
