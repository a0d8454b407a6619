//! The part of the list that is held in memory: a few pages around the selected row, fetched by keyset.

use crate::case::store::ListRow;
use crate::case::store::list::{self, Bound, END, Filter, START, Toward};
use crate::db::Connection;

/// Rows fetched at a time.
const PAGE: usize = 100;
/// Rows kept; further ones on the other side are let go.
const MOST: usize = 400;
/// So near the edge the next page is fetched.
const NEAR: usize = 20;

/// Rows around the selected one.
#[derive(Debug, Default)]
pub(super) struct Window {
    rows: Vec<ListRow>,
    selected: usize,
    at_start: bool,
    at_end: bool,
}

fn bound(row: &ListRow) -> Bound {
    (row.due_at, row.id)
}

impl Window {
    pub(super) fn rows(&self) -> &[ListRow] {
        &self.rows
    }

    pub(super) fn index(&self) -> usize {
        self.selected
    }

    pub(super) fn selected(&self) -> Option<&ListRow> {
        self.rows.get(self.selected)
    }

    pub(super) fn has_more(&self) -> bool {
        !self.at_end
    }

    /// Reads the list from its start.
    pub(super) fn home(&mut self, conn: &Connection, filter: &Filter) -> rusqlite::Result<()> {
        self.rows = list::page(conn, filter, START, Toward::Later, PAGE)?;
        self.at_start = true;
        self.at_end = self.rows.len() < PAGE;
        self.selected = 0;
        Ok(())
    }

    /// Reads the list from its end.
    pub(super) fn end(&mut self, conn: &Connection, filter: &Filter) -> rusqlite::Result<()> {
        self.rows = list::page(conn, filter, END, Toward::Earlier, PAGE)?;
        self.at_end = true;
        self.at_start = self.rows.len() < PAGE;
        self.selected = self.rows.len().saturating_sub(1);
        Ok(())
    }

    /// Moves the selection by rows and fetches what comes into reach.
    pub(super) fn step(&mut self, conn: &Connection, filter: &Filter, by: isize) -> rusqlite::Result<()> {
        self.selected = self.selected.saturating_add_signed(by).min(self.rows.len().saturating_sub(1));
        if by > 0 && !self.at_end && self.selected + NEAR >= self.rows.len() {
            self.more_later(conn, filter)?;
        }
        if by < 0 && !self.at_start && self.selected < NEAR {
            self.more_earlier(conn, filter)?;
        }
        Ok(())
    }

    fn more_later(&mut self, conn: &Connection, filter: &Filter) -> rusqlite::Result<()> {
        let Some(from) = self.rows.last().map(bound) else { return Ok(()) };
        let more = list::page(conn, filter, from, Toward::Later, PAGE)?;
        self.at_end = more.len() < PAGE;
        self.rows.extend(more);
        let surplus = self.rows.len().saturating_sub(MOST).min(self.selected.saturating_sub(NEAR));
        if surplus > 0 {
            self.rows.drain(..surplus);
            self.selected -= surplus;
            self.at_start = false;
        }
        Ok(())
    }

    fn more_earlier(&mut self, conn: &Connection, filter: &Filter) -> rusqlite::Result<()> {
        let Some(from) = self.rows.first().map(bound) else { return Ok(()) };
        let mut more = list::page(conn, filter, from, Toward::Earlier, PAGE)?;
        self.at_start = more.len() < PAGE;
        self.selected += more.len();
        more.append(&mut self.rows);
        self.rows = more;
        if self.rows.len() > MOST {
            self.rows.truncate(MOST.max(self.selected + NEAR));
            self.at_end = false;
        }
        Ok(())
    }

    /// Reads again around the selected case, which stays selected while it is on the list; else its neighbour is.
    pub(super) fn refresh(&mut self, conn: &Connection, filter: &Filter) -> rusqlite::Result<()> {
        let Some(first) = self.rows.first().map(bound) else { return self.home(conn, filter) };
        let chosen = self.selected().map(|row| row.id);
        let at = self.selected;
        let want = self.rows.len().max(PAGE);
        let from = if self.at_start { START } else { (first.0, first.1 - 1) };
        self.rows = list::page(conn, filter, from, Toward::Later, want)?;
        self.at_end = self.rows.len() < want;
        if self.rows.is_empty() && !self.at_start {
            return self.home(conn, filter);
        }
        let same = chosen.and_then(|id| self.rows.iter().position(|row| row.id == id));
        self.selected = same.unwrap_or(at).min(self.rows.len().saturating_sub(1));
        Ok(())
    }
}
