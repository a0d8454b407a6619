//! Draws the ledger: totals, the scan line, who holds what; beside or instead of them the life of a serial or its book.

use super::desk::{Desk, Found, View, whereabouts};
use crate::forms::rules::{self, State};
use crate::forms::store::{Book, Movement};
use crate::kernel::text;
use crate::kernel::words::{Arg, W};
use crate::office::screen::pane::{Line, draw_lines};
use crate::phrase;
use crate::ui::draw;
use crate::ui::layout;
use crate::ui::screen::Cx;
use crate::ui::table::{self, Column, Marks, TableRow};
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Cells of one row of the book.
const BOOK_ROW: usize = 10;
/// Cells of a number in the book: a bracket, the mark, a bracket.
const CELL: u16 = 3;
/// The mark of a held number that later ones have overtaken.
const GAP_MARK: &str = "?";

pub(super) fn draw(desk: &Desk, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let (left, right) = layout::list_and_preview(area);
    desk.wide.set(right.is_some());
    let narrow = right.is_none();
    let title = W::FormsTitle.text(cx.lang);
    let inner = layout::boxed(frame.buffer_mut(), left, title, *cx.theme);
    let rest = draw_head(desk, frame, inner, cx);
    if narrow && desk.view != View::Holdings {
        draw_side(desk, frame, rest, cx);
    } else {
        draw_holdings(desk, frame, rest, cx);
    }
    if let Some(right) = right {
        let title = if desk.view == View::Book { W::FormsTitleBook } else { W::FormsTitleLife };
        let inner = layout::boxed(frame.buffer_mut(), right, title.text(cx.lang), *cx.theme);
        draw_side(desk, frame, inner, cx);
    }
}

/// Totals, what waits for whoever looks, and the scan line; answers what is left.
fn draw_head(desk: &Desk, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) -> Rect {
    let theme = *cx.theme;
    let shown = desk.facts.totals.iter().filter(|(state, count)| *count != 0 || always(*state));
    let totals: Vec<String> =
        shown.map(|(state, count)| phrase!(W::FormsTotal, Arg::Word(state.word()), *count).say(cx.lang)).collect();
    let mut lines: Vec<Line> = text::wrap(&totals.join("   "), usize::from(area.width).max(1))
        .into_iter()
        .map(|line| (line, theme.title()))
        .collect();
    if let Some(pending) = desk.facts.pending.first() {
        let count: i64 = desk.facts.pending.iter().map(|standing| standing.span.count()).sum();
        let key = cx.keymap.key("forms.confirm", cx.lang);
        let said = phrase!(W::FormsPending, count, pending.span.to_string(), Arg::Moment(pending.due), key);
        lines.push((format!("! {}", said.say(cx.lang)), theme.warn()));
    }
    let mut height = 0;
    for (line, style) in &lines {
        for part in text::wrap(line, usize::from(area.width).max(1)) {
            draw::put(frame.buffer_mut(), area, 0, height, &part, *style);
            height += 1;
        }
    }
    // The line that takes the scans is kept longest.
    let top = height.min(area.height.saturating_sub(1));
    let scan = Rect { height: area.height.min(1), ..draw::below(area, top) };
    if let Some(at) = desk.scan.draw(frame.buffer_mut(), scan, cx.lang, theme) {
        frame.set_cursor_position(at);
    }
    draw::below(area, top.saturating_add(2))
}

/// States that are shown even when there are none.
fn always(state: State) -> bool {
    matches!(state, State::Stock | State::Held | State::Used)
}

fn draw_holdings(desk: &Desk, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    desk.height.set(area.height);
    let theme = *cx.theme;
    if desk.facts.holdings.is_empty() {
        draw_lines(frame, area, &[(W::FormsNoneOut.text(cx.lang).to_owned(), theme.dim())]);
        return;
    }
    let columns = [
        Column::new(W::FormsColumnHolder, 12, 16),
        Column::new(W::FormsColumnSpan, 23, 31),
        Column::new(W::FormsColumnCount, 6, 7).right(),
        Column::new(W::FormsColumnState, 12, 16).priority(1),
        Column::new(W::FormsColumnSince, 11, 11).priority(2),
    ];
    let marks = Marks::default();
    table::draw_table(frame.buffer_mut(), area, &columns, &desk.table, &marks, (cx.lang, theme), |row| {
        let Some(standing) = desk.facts.holdings.get(row) else { return TableRow::default() };
        let (style, since) = match standing.state {
            State::Issued => (theme.warn(), Arg::Moment(standing.due)),
            _ => (theme.text(), Arg::Moment(standing.since)),
        };
        TableRow::new(standing.id)
            .cell(desk.facts.name(standing.holder), style)
            .cell(standing.span.to_string(), style)
            .cell(standing.span.count().to_string(), style)
            .cell(standing.state.word().text(cx.lang), style)
            .cell(since.say(cx.lang), style)
    });
}

fn draw_side(desk: &Desk, frame: &mut Frame<'_>, area: Rect, cx: &Cx<'_>) {
    let Some(found) = &desk.found else {
        return draw_lines(frame, area, &[(W::FormsScanFirst.text(cx.lang).to_owned(), cx.theme.dim())]);
    };
    match &found.book {
        Some(book) if desk.view == View::Book => draw_book(frame, area, book, found.serial.number, cx),
        _ => draw_lines(frame, area, &life_lines(desk, found, cx)),
    }
}

fn life_lines(desk: &Desk, found: &Found, cx: &Cx<'_>) -> Vec<Line> {
    let theme = *cx.theme;
    let Some(standing) = &found.standing else {
        return vec![(phrase!(W::FormsFoundUnknown, found.serial.to_string()).say(cx.lang), theme.error())];
    };
    let state = standing.state_at(cx.now);
    let head = format!("{}  {} {}", found.serial, state.mark(), state.word().text(cx.lang));
    let mut lines = vec![(head, theme.title())];
    lines.push((whereabouts(&desk.facts, standing, cx.now).say(cx.lang), theme.text()));
    if let Some(usage) = &found.usage {
        lines.push((usage.say(cx.lang), theme.text()));
    }
    lines.push((String::new(), theme.text()));
    lines.extend(found.life.iter().map(|movement| (life_line(desk, movement).say(cx.lang), theme.text())));
    lines
}

fn life_line(desk: &Desk, movement: &Movement) -> crate::kernel::words::Phrase {
    let name = |id: i64| desk.facts.name(id);
    let mut facts: Vec<Arg> = Vec::new();
    if movement.span.count() > 1 {
        facts.push(phrase!(W::FormsLifeSpan, movement.span.to_string(), movement.span.count()).into());
    }
    if movement.to_holder != movement.from_holder && movement.to_holder != 0 {
        facts.push(phrase!(W::FormsLifeTo, name(movement.to_holder)).into());
    }
    if movement.kind == rules::Kind::Use || movement.kind == rules::Kind::Carry {
        facts.push(phrase!(W::FormsLifeInstruction, movement.instruction).into());
    }
    if movement.copies == "kept" {
        facts.push(W::FormsFieldCopiesKept.into());
    }
    if !movement.reason.is_empty() {
        facts.push(Arg::Text(text::neutralise(&movement.reason).into_owned()));
    }
    phrase!(
        W::FormsLifeLine,
        Arg::Moment(movement.at),
        Arg::Word(movement.kind.word()),
        name(movement.by_id),
        Arg::List(facts)
    )
}

/// The book as ten rows of ten: the mark of each number's state, brackets around the one looked up.
fn draw_book(frame: &mut Frame<'_>, area: Rect, book: &Book, looked: i64, cx: &Cx<'_>) {
    let theme = *cx.theme;
    let buf = frame.buffer_mut();
    let states: Vec<Option<State>> =
        book.cells.iter().map(|cell| cell.as_ref().map(|standing| standing.state_at(cx.now))).collect();
    let gaps = rules::gaps(&states);
    let gap_count = gaps.iter().filter(|gap| **gap).count();
    let head = phrase!(W::FormsBookHead, book.span.to_string()).say(cx.lang);
    draw::put(buf, area, 0, 0, &head, theme.title());
    let label = draw::to_u16(draw::cells(&book.span.serial(book.span.first).to_string())).saturating_add(1);
    for (row, states_of_row) in states.chunks(BOOK_ROW).enumerate() {
        let y = draw::to_u16(row).saturating_add(1);
        if y >= area.height {
            break;
        }
        let number = book.span.first + i64::try_from(row * BOOK_ROW).unwrap_or(0);
        draw::put(buf, area, 0, y, &book.span.serial(number).to_string(), theme.dim());
        for (column, state) in states_of_row.iter().enumerate() {
            let at = row * BOOK_ROW + column;
            let gap = gaps.get(at).copied().unwrap_or(false);
            let mark = if gap { GAP_MARK } else { state.map_or(" ", State::mark) };
            let style = match state {
                _ if gap => theme.warn(),
                Some(State::Void | State::Lost) => theme.error(),
                Some(State::Used | State::WrittenOff) => theme.ok(),
                _ => theme.text(),
            };
            let x = label + draw::to_u16(column) * CELL;
            let here = number + i64::try_from(column).unwrap_or(0) == looked;
            let (text, style) = if here { (format!("[{mark}]"), theme.title()) } else { (format!(" {mark} "), style) };
            draw::put(buf, area, x, y, &text, style);
        }
    }
    draw_legend(buf, draw::below(area, 12), &states, gap_count, cx);
}

/// How many of each mark the book has.
fn draw_legend(buf: &mut Buffer, area: Rect, states: &[Option<State>], gaps: usize, cx: &Cx<'_>) {
    let of = |state: State| states.iter().filter(|one| **one == Some(state)).count();
    let mut parts: Vec<String> = Vec::new();
    for state in State::ALL {
        let count = if state == State::Held { of(state).saturating_sub(gaps) } else { of(state) };
        if count > 0 {
            parts.push(format!("{} {} {count}", state.mark(), state.word().text(cx.lang)));
        }
    }
    if gaps > 0 {
        parts.push(format!("{GAP_MARK} {} {gaps}", W::FormsBookGap.text(cx.lang)));
    }
    let wrapped = text::wrap(&parts.join("   "), usize::from(area.width).max(1));
    for (y, line) in (0..area.height).zip(wrapped) {
        draw::put(buf, area, 0, y, &line, cx.theme.text());
    }
}
