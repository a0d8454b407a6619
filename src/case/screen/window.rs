//! The part of the list that is held in memory: a few pages around the selected row, fetched by keyset.
//!
//! Where an index answers the filter, pages are read in place. Where rows must be looked through, only a few are looked
//! at in place; the window then says what is still to be looked for, and the screen asks that in the background.

use crate::case::store::ListRow;
use crate::case::store::list::{self, Bound, END, Filter, Looked, START, Toward};
use crate::db::Connection;
use crate::ui::table::top_for;

/// Rows fetched at a time while moving.
const PAGE: usize = 100;
/// Rows read at least when the list is begun, so that a terminal made taller shows a full page.
const LEAST: usize = 72;
/// Rows kept; further ones on the other side are let go.
const MOST: usize = 400;
/// Rows looked at in place where not every one is kept: a few milliseconds.
const IN_PLACE: usize = 600;
/// The same for one question in the background, so that others have their turn in between.
pub(super) const IN_BACKGROUND: usize = 4_000;

/// Where the list goes on beyond the rows held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// It does not.
    End,
    /// From here on.
    On(Bound),
}

impl From<Option<Bound>> for Edge {
    fn from(on: Option<Bound>) -> Edge {
        on.map_or(Edge::End, Edge::On)
    }
}

/// What is still to be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) from: Bound,
    pub(super) toward: Toward,
    /// So many rows.
    pub(super) rows: usize,
}

/// Rows around the selected one.
#[derive(Debug)]
pub(super) struct Window {
    rows: Vec<ListRow>,
    selected: usize,
    /// The first row in sight.
    top: usize,
    earlier: Edge,
    later: Edge,
    /// Rows looked at since the list was begun.
    seen: usize,
}

impl Default for Window {
    fn default() -> Window {
        Window { rows: Vec::new(), selected: 0, top: 0, earlier: Edge::End, later: Edge::End, seen: 0 }
    }
}

fn bound(row: &ListRow) -> Bound {
    (row.due_at, row.id)
}

/// Rows read when the list is begun: what is seen, and as many again.
fn first_rows(page: usize) -> usize {
    (page * 2).clamp(LEAST, MOST)
}

impl Window {
    pub(super) fn rows(&self) -> &[ListRow] {
        &self.rows
    }

    pub(super) fn index(&self) -> usize {
        self.selected
    }

    pub(super) fn top(&self) -> usize {
        self.top
    }

    pub(super) fn seen(&self) -> usize {
        self.seen
    }

    pub(super) fn selected(&self) -> Option<&ListRow> {
        self.rows.get(self.selected)
    }

    pub(super) fn has_more(&self) -> bool {
        self.later != Edge::End
    }

    /// Reads the list from its start; `page` rows are seen at a time.
    pub(super) fn home(&mut self, conn: &Connection, filter: &Filter, page: usize) -> rusqlite::Result<()> {
        if !self.rows.is_empty() && self.earlier == Edge::End {
            // The start is held already.
            (self.selected, self.top) = (0, 0);
            return Ok(());
        }
        self.begin(conn, filter, page)
    }

    /// Reads the list from its start anew, after another filter was chosen.
    pub(super) fn begin(&mut self, conn: &Connection, filter: &Filter, page: usize) -> rusqlite::Result<()> {
        let looked = list::look(conn, filter, (START, Toward::Later), first_rows(page), IN_PLACE)?;
        *self = Window { seen: looked.seen, later: looked.on.into(), rows: looked.rows, ..Window::default() };
        Ok(())
    }

    /// Reads the list from its end.
    pub(super) fn end(&mut self, conn: &Connection, filter: &Filter, page: usize) -> rusqlite::Result<()> {
        if self.later != Edge::End {
            let looked = list::look(conn, filter, (END, Toward::Earlier), first_rows(page), IN_PLACE)?;
            *self = Window { seen: looked.seen, earlier: looked.on.into(), rows: looked.rows, ..Window::default() };
        }
        self.selected = self.rows.len().saturating_sub(1);
        self.top = self.rows.len().saturating_sub(page);
        Ok(())
    }

    /// Moves the selection by rows and fetches what comes into reach.
    pub(super) fn step(&mut self, conn: &Connection, filter: &Filter, by: isize, page: usize) -> rusqlite::Result<()> {
        let near = by.unsigned_abs() + page;
        if by > 0 && self.selected + near >= self.rows.len() {
            self.fetch(conn, filter, Toward::Later, near.max(PAGE))?;
        }
        if by < 0 && self.selected < near {
            self.fetch(conn, filter, Toward::Earlier, near.max(PAGE))?;
        }
        self.selected = self.selected.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
        self.settle(page);
        Ok(())
    }

    /// Puts the rows in sight around the selected one.
    fn settle(&mut self, page: usize) {
        self.top = top_for(self.top, self.selected, self.rows.len(), page, self.has_more());
    }

    fn fetch(&mut self, conn: &Connection, filter: &Filter, toward: Toward, rows: usize) -> rusqlite::Result<()> {
        let edge = if toward == Toward::Later { self.later } else { self.earlier };
        if let Edge::On(from) = edge {
            let looked = list::look(conn, filter, (from, toward), rows, IN_PLACE)?;
            self.add(looked, toward);
        }
        Ok(())
    }

    fn add(&mut self, looked: Looked, toward: Toward) {
        self.seen += looked.seen;
        match toward {
            Toward::Later => {
                self.later = looked.on.into();
                self.rows.extend(looked.rows);
                let surplus = self.rows.len().saturating_sub(MOST).min(self.top.saturating_sub(PAGE));
                if surplus > 0 {
                    self.rows.drain(..surplus);
                    self.selected -= surplus;
                    self.top -= surplus;
                    self.earlier = self.rows.first().map(bound).into();
                }
            }
            Toward::Earlier => {
                self.earlier = looked.on.into();
                self.selected += looked.rows.len();
                self.top += looked.rows.len();
                self.rows.splice(0..0, looked.rows);
                let kept = MOST.max(self.selected + PAGE);
                if self.rows.len() > kept {
                    self.rows.truncate(kept);
                    self.later = self.rows.last().map(bound).into();
                }
            }
        }
    }

    /// What the rows in reach still lack and no reading in place found.
    pub(super) fn wanted(&self, page: usize) -> Option<Wanted> {
        let short = |have: usize| first_rows(page).checked_sub(have).filter(|rows| *rows > 0);
        let behind = self.rows.len().saturating_sub(self.top);
        match (self.later, self.earlier) {
            (Edge::On(from), _) if behind < page => {
                short(behind).map(|rows| Wanted { from, toward: Toward::Later, rows })
            }
            (_, Edge::On(from)) if self.rows.len() < page || self.selected == 0 => {
                short(self.top).map(|rows| Wanted { from, toward: Toward::Earlier, rows })
            }
            _ => None,
        }
    }

    /// Takes what was found in the background, unless the list has become another one meanwhile.
    pub(super) fn take(&mut self, wanted: Wanted, looked: Looked, page: usize) {
        let edge = if wanted.toward == Toward::Later { self.later } else { self.earlier };
        if edge != Edge::On(wanted.from) {
            return;
        }
        let at_end = self.later == Edge::End && self.selected + 1 >= self.rows.len();
        self.add(looked, wanted.toward);
        if wanted.toward == Toward::Earlier && at_end {
            self.selected = self.rows.len().saturating_sub(1);
            self.top = self.rows.len().saturating_sub(page);
        }
        self.settle(page);
    }

    /// Where the rows held begin, and how many they are: what is read anew when the store has changed.
    pub(super) fn held(&self, page: usize) -> Wanted {
        let from = match (self.earlier, self.rows.first()) {
            (Edge::On(_), Some(first)) => (first.due_at, first.id - 1),
            _ => START,
        };
        Wanted { from, toward: Toward::Later, rows: self.rows.len().max(first_rows(page)) }
    }

    /// Puts the rows read anew in the place of those held. The selected case stays selected while it is on the list;
    /// else its neighbour is. False when nothing is left here, but there may be rows before.
    pub(super) fn renew(&mut self, looked: Looked, page: usize) -> bool {
        let chosen = self.selected().map(|row| row.id);
        let above = self.selected.saturating_sub(self.top);
        self.seen = looked.seen;
        self.later = looked.on.into();
        self.rows = looked.rows;
        let same = chosen.and_then(|id| self.rows.iter().position(|row| row.id == id));
        self.selected = same.unwrap_or(self.selected).min(self.rows.len().saturating_sub(1));
        self.top = self.selected.saturating_sub(above);
        self.settle(page);
        !self.rows.is_empty() || self.earlier == Edge::End
    }
}
