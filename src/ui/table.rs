//! A list of rows with columns: it is given a page and draws it; it never reads a store.

use std::collections::BTreeSet;

use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::kernel::text;
use crate::kernel::words::{Lang, Phrase, W};
use crate::phrase;
use crate::ui::draw;
use crate::ui::theme::Theme;

/// Where a column's text stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// At the left, as words.
    Left,
    /// At the right, as amounts and counts.
    Right,
}

/// A column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Its head.
    pub title: W,
    /// Cells it needs; with less it is left out.
    pub min: u16,
    /// Cells it takes when there is room.
    pub max: u16,
    /// 0 stays longest; on a narrow screen the highest goes first.
    pub priority: u8,
    /// Where its text stands.
    pub align: Align,
}

impl Column {
    /// A column of words, `min` to `max` cells wide, that stays longest.
    pub fn new(title: W, min: u16, max: u16) -> Column {
        Column { title, min, max: max.max(min), priority: 0, align: Align::Left }
    }

    /// A column that goes before those of a lower number when the screen is narrow.
    pub fn priority(mut self, priority: u8) -> Column {
        self.priority = priority;
        self
    }

    /// A column of amounts or counts.
    pub fn right(mut self) -> Column {
        self.align = Align::Right;
        self
    }
}

/// One row of a table, built only when it is seen.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TableRow {
    /// What [`Marks`] remembers of the row.
    pub key: i64,
    /// The texts of the columns, in their order, each with its style.
    pub cells: Vec<(String, Style)>,
    /// Characters that a search found: column, and place in its text. For columns whose text stands at the left.
    pub found: Vec<(usize, usize)>,
}

impl TableRow {
    /// A row with this key and no cells yet.
    pub fn new(key: i64) -> TableRow {
        TableRow { key, cells: Vec::new(), found: Vec::new() }
    }

    /// Adds the next column's text.
    pub fn cell(mut self, text: impl Into<String>, style: Style) -> TableRow {
        self.cells.push((text.into(), style));
        self
    }
}

/// The rows a clerk has marked, by their keys.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Marks(BTreeSet<i64>);

impl Marks {
    /// Marks the row, or takes its mark away.
    pub fn toggle(&mut self, key: i64) {
        if !self.0.remove(&key) {
            self.0.insert(key);
        }
    }

    /// Whether the row is marked.
    pub fn has(&self, key: i64) -> bool {
        self.0.contains(&key)
    }

    /// Takes all marks away.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The marked keys in order.
    pub fn iter(&self) -> impl Iterator<Item = i64> + '_ {
        self.0.iter().copied()
    }

    /// How many rows are marked.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no row is marked.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// "3 rows marked".
    pub fn say(&self) -> Phrase {
        phrase!(W::UiMarked, i64::try_from(self.len()).unwrap_or(i64::MAX))
    }
}

/// Where a table stands: the selected row among those it was given.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TableState {
    selected: usize,
    top: usize,
    len: usize,
    more: bool,
}

/// What a key did to a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableEvent {
    /// Another row is selected.
    Moved,
    /// Another row is selected, and the next page should be fetched.
    WantsMore,
    /// The key is not for the table.
    Ignored,
}

impl TableState {
    /// Tells the table how many rows it has, and whether the store has more behind them.
    pub fn rows(&mut self, len: usize, more: bool) {
        (self.len, self.more) = (len, more);
        self.selected = self.selected.min(len.saturating_sub(1));
        self.top = self.top.min(self.selected);
    }

    /// The selected row, or nothing in an empty table.
    pub fn selected(&self) -> Option<usize> {
        (self.selected < self.len).then_some(self.selected)
    }

    /// Selects a row; behind the last one, the last.
    pub fn select(&mut self, index: usize) {
        self.selected = index.min(self.len.saturating_sub(1));
    }

    /// How many rows it has been given.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Takes Up, Down, PageUp, PageDown, Home and End. `height` is the table's height with its head, as last drawn.
    pub fn handle(&mut self, key: KeyEvent, height: u16) -> TableEvent {
        if key.kind == KeyEventKind::Release || key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return TableEvent::Ignored;
        }
        let page = usize::from(height.saturating_sub(1)).max(1);
        let last = self.len.saturating_sub(1);
        let next = match key.code {
            KeyCode::Up => self.selected.saturating_sub(1),
            KeyCode::Down => (self.selected + 1).min(last),
            KeyCode::PageUp => self.selected.saturating_sub(page),
            KeyCode::PageDown => (self.selected + page).min(last),
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => return TableEvent::Ignored,
        };
        self.selected = next;
        self.top = top_for(self.top, self.selected, self.len, page, self.more);
        if self.more && next + page >= self.len { TableEvent::WantsMore } else { TableEvent::Moved }
    }

    /// A table that stands with this row on top and this one selected.
    pub fn standing(len: usize, more: bool, top: usize, selected: usize) -> TableState {
        TableState { selected, top, len, more }
    }
}

/// Rows that stay in sight when a list turns its page.
const KEPT: usize = 3;

/// The first row to show so that the selected one is seen on `page` rows, given the one shown first until now. A list
/// turns its page like a book, keeping a few rows in sight: a highlight that pushed the list on by one row at each step
/// would rewrite the whole screen each time, which a slow line shows.
pub fn top_for(top: usize, selected: usize, len: usize, page: usize, more: bool) -> usize {
    let page = page.max(1);
    let turn = page.saturating_sub(KEPT).max(page / 2).max(1);
    let wanted = if selected >= top + page {
        top + (selected - top) / turn * turn
    } else if selected < top {
        top.saturating_sub((top - selected).div_ceil(turn) * turn)
    } else {
        top
    };
    // The last page is full.
    if more { wanted } else { wanted.min(len.saturating_sub(page)) }
}

/// Columns before the first one: `>` at the selected row, `*` at a marked one, a blank.
const LEAD: u16 = 3;
/// Blank cells between columns.
const GAP: u16 = 2;

/// Draws head and rows; `row` is asked only for the rows that are seen.
pub fn draw_table(
    buf: &mut Buffer,
    area: Rect,
    columns: &[Column],
    state: &TableState,
    marks: &Marks,
    (lang, theme): (Lang, Theme),
    row: impl Fn(usize) -> TableRow,
) {
    let places = fit(columns, area.width);
    for (index, x, width) in &places {
        if let Some(column) = columns.get(*index) {
            draw::put(buf, area, *x, 0, &aligned(column.title.text(lang), column.align, *width), theme.title());
        }
    }
    let body = draw::below(area, 1);
    if state.is_empty() {
        draw::put(buf, body, LEAD, 0, W::UiTableEmpty.text(lang), theme.dim());
        return;
    }
    let page = usize::from(body.height);
    let bar = bar_cells(columns, &places);
    let top = top_for(state.top, state.selected, state.len, page, state.more);
    for (y, index) in (0..body.height).zip(top..state.len()) {
        let row = row(index);
        let selected = state.selected() == Some(index);
        for (column, x, width) in &places {
            if let (Some(column), Some((text, style))) = (columns.get(*column), row.cells.get(*column)) {
                draw::put(buf, body, *x, y, &aligned(text, column.align, *width), *style);
            }
        }
        for (column, x, width) in &places {
            if let Some((text, _)) = row.cells.get(*column) {
                let found = row.found.iter().filter(|(at, _)| at == column).map(|(_, at)| *at);
                let cell = Rect { x: body.x.saturating_add(*x), y: body.y.saturating_add(y), width: *width, height: 1 };
                draw_found(buf, cell.intersection(body), text, found, theme);
            }
        }
        if marks.has(row.key) {
            draw::put(buf, body, 1, y, "*", theme.title());
        }
        if selected {
            draw::put(buf, body, 0, y, ">", theme.title());
            draw::restyle(buf, Rect { y: body.y + y, height: 1, width: bar.min(body.width), ..body }, theme.selected());
        }
    }
    if top + page >= state.len() && state.more {
        let rest = draw::to_u16(state.len() - top);
        draw::put(buf, body, LEAD, rest, W::UiTableMore.text(lang), theme.dim());
    }
}

/// Shows which characters of a text at the left of its cell were looked for.
fn draw_found(buf: &mut Buffer, cell: Rect, text: &str, found: impl Iterator<Item = usize>, theme: Theme) {
    for at in found {
        let before: String = text.chars().take(at).collect();
        let until: String = text.chars().take(at + 1).collect();
        let (from, to) = (draw::to_u16(draw::cells(&before)), draw::to_u16(draw::cells(&until)));
        // The last cell of a text that is cut off holds a mark of its own.
        if to <= cell.width {
            let place = Rect { x: cell.x.saturating_add(from), width: to.saturating_sub(from), ..cell };
            buf.set_style(place, theme.matched());
        }
    }
}

/// How wide the bar over the selected row is: over the columns that say which row it is, those that stay longest. Both
/// the row left and the row reached are written anew under it, so it is no wider than it must be to be seen.
fn bar_cells(columns: &[Column], places: &[(usize, u16, u16)]) -> u16 {
    let naming =
        places.iter().take_while(|(index, _, _)| columns.get(*index).is_some_and(|column| column.priority == 0));
    naming.last().or(places.first()).map_or(LEAD, |(_, x, width)| x.saturating_add(*width))
}

fn aligned(text: &str, align: Align, width: u16) -> String {
    match align {
        Align::Left => text::pad_right(text, usize::from(width)),
        Align::Right => text::pad_left(text, usize::from(width)),
    }
}

/// The columns that fit, in their order: index, first cell, width. Those of the highest priority number go first; what
/// is left over goes to the columns that stay longest, up to their greatest width.
fn fit(columns: &[Column], width: u16) -> Vec<(usize, u16, u16)> {
    let room = u32::from(width.saturating_sub(LEAD));
    let needs = |kept: &[usize]| {
        kept.iter()
            .filter_map(|index| columns.get(*index))
            .map(|column| u32::from(column.min) + u32::from(GAP))
            .sum::<u32>()
    };
    let mut kept: Vec<usize> = (0..columns.len()).collect();
    while kept.len() > 1 && needs(&kept) > room + u32::from(GAP) {
        let worst = kept
            .iter()
            .enumerate()
            .max_by_key(|(place, index)| (columns.get(**index).map(|column| column.priority), *place));
        let Some((place, _)) = worst else { break };
        kept.remove(place);
    }
    let mut spare = (room + u32::from(GAP)).saturating_sub(needs(&kept));
    let mut widths: Vec<(usize, u16)> =
        kept.iter().filter_map(|index| columns.get(*index).map(|column| (*index, column.min))).collect();
    let mut order: Vec<usize> = (0..widths.len()).collect();
    order.sort_by_key(|place| {
        widths.get(*place).and_then(|(index, _)| columns.get(*index)).map(|column| column.priority)
    });
    for place in order {
        let Some((index, width)) = widths.get_mut(place) else { continue };
        let wish = columns.get(*index).map_or(0, |column| column.max - column.min);
        let given = u32::from(wish).min(spare);
        *width = width.saturating_add(u16::try_from(given).unwrap_or(0));
        spare -= given;
    }
    let mut x = LEAD;
    widths
        .into_iter()
        .map(|(index, cells)| {
            let start = x;
            x = x.saturating_add(cells).saturating_add(GAP);
            (index, start, cells.min(width.saturating_sub(start)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<Column> {
        vec![
            Column::new(W::UiKeyUp, 6, 10),
            Column::new(W::UiKeyDown, 8, 20).priority(2),
            Column::new(W::UiKeyLeft, 10, 14).priority(1).right(),
        ]
    }

    #[test]
    fn a_narrow_table_drops_the_least_important_columns() {
        let kept = |width| fit(&columns(), width).into_iter().map(|(index, _, _)| index).collect::<Vec<_>>();
        assert_eq!(kept(31), [0, 1, 2]);
        assert_eq!(kept(30), [0, 2]);
        assert_eq!(kept(20), [0]);
        assert_eq!(kept(0), [0]);
        assert!(fit(&[], 80).is_empty());
        let wide = fit(&columns(), 200);
        assert_eq!(wide.iter().map(|(_, _, width)| *width).collect::<Vec<_>>(), [10, 20, 14]);
    }

    #[test]
    fn the_selected_row_is_marked_without_colour_and_only_seen_rows_are_built() {
        let asked = std::cell::RefCell::new(Vec::new());
        let mut state = TableState::default();
        state.rows(1_000_000, false);
        state.select(500_000);
        let mut marks = Marks::default();
        marks.toggle(500_000);
        let mut buf = Buffer::empty(Rect::new(0, 0, 40, 5));
        let area = buf.area;
        draw_table(&mut buf, area, &columns(), &state, &marks, (Lang::Zh, Theme::new(false)), |index| {
            asked.borrow_mut().push(index);
            TableRow::new(i64::try_from(index).unwrap())
                .cell("王建国", Style::new())
                .cell("b", Style::new())
                .cell("8,200.00", Style::new())
        });
        assert_eq!(asked.borrow().len(), 4);
        let line = (1..5).map(|y| (0..40).map(|x| buf[(x, y)].symbol()).collect::<String>());
        let line = line.filter(|line| line.starts_with('>')).collect::<String>();
        assert!(line.starts_with(">* 王"), "{line}");
        assert!(line.trim_end().ends_with("8,200.00"), "{line}");
    }

    #[test]
    fn a_list_turns_its_page_and_keeps_the_selected_row_in_sight() {
        for page in 0..12 {
            for len in [0_usize, 1, 5, 40] {
                let mut top = 0;
                for selected in (0..len).chain((0..len).rev()).chain([0, len / 2, len.saturating_sub(1), 1]) {
                    let selected = selected.min(len.saturating_sub(1));
                    top = top_for(top, selected, len, page, false);
                    assert!(top <= selected && selected < top + page.max(1), "{page} {len} {selected} {top}");
                    assert!(len < page || top + page <= len, "the last page is full: {page} {len} {top}");
                }
            }
        }
        let turns = (0..100).scan(0, |top, selected| {
            let before = *top;
            *top = top_for(before, selected, 100, 20, false);
            Some(*top != before)
        });
        assert_eq!(turns.filter(|turned| *turned).count(), 5);
    }

    #[test]
    fn moving_near_the_end_asks_for_the_next_page() {
        let mut state = TableState::default();
        state.rows(20, true);
        let mut press = |code| state.handle(KeyEvent::new(code, KeyModifiers::NONE), 6);
        assert_eq!(press(KeyCode::Down), TableEvent::Moved);
        assert_eq!(press(KeyCode::End), TableEvent::WantsMore);
        assert_eq!(press(KeyCode::PageUp), TableEvent::Moved);
        assert_eq!(press(KeyCode::Char('x')), TableEvent::Ignored);
        assert_eq!(state.selected(), Some(14));
        state.rows(3, false);
        assert_eq!(state.selected(), Some(2));
        state.rows(0, false);
        assert_eq!(state.selected(), None);
    }
}
