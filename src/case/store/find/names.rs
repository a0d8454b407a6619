//! Names: whole ones, parts of them and their initials, by the search index.

use super::term::Term;
use super::{LONGEST_WALK, MOST_CANDIDATES, MOST_CHECKED, Matched, Order, Search};
use crate::db::search::{self, Before, Kind, NameMatch, Query};

/// From so many open cases on that answer, a short walk by remaining time is tried first.
const MANY: usize = 500;
/// Its length.
const SHORT_WALK: usize = 2_000;
/// Closed rows read from the index at a time.
const PAGE: usize = 100;

fn size(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl Search<'_> {
    /// Cases whose insured is the term.
    pub(super) fn names_equal(&mut self, terms: &[Term]) -> rusqlite::Result<()> {
        let [term] = terms else { return Ok(()) };
        let Some(query) = Query::whole(&term.letters) else { return Ok(()) };
        self.open_names(&query, terms, true)?;
        for (id, closed_at, _) in search::closed(self.conn, Kind::Case, &query, Before::ALL, size(self.limit + 1))? {
            self.add(Order::new(true, id, false, 0, closed_at), Matched::Insured, true);
        }
        Ok(())
    }

    /// Cases whose insured answers every term by a part of the name or the beginning of its initials.
    pub(super) fn names_within(&mut self, terms: &[Term]) -> rusqlite::Result<()> {
        let letters: Vec<Vec<char>> = terms.iter().map(|term| term.letters.clone()).collect();
        let Some(query) = Query::terms(&letters) else { return Ok(()) };
        self.open_names(&query, terms, false)?;
        if self.ahead(false) >= self.limit {
            return Ok(());
        }
        let (mut before, mut checked, mut found) = (Before::ALL, 0, 0);
        loop {
            let page = search::closed(self.conn, Kind::Case, &query, before, size(PAGE))?;
            for (id, closed_at, place) in &page {
                before = *place;
                checked += 1;
                let Some(insured) = self.insured(*id)? else { continue };
                if let Some(matched) = by_name(terms, &insured, false) {
                    self.add(Order::new(false, *id, false, 0, *closed_at), matched, false);
                    found += 1;
                }
                if found > self.limit {
                    return Ok(());
                }
            }
            if page.len() < PAGE {
                return Ok(());
            }
            if checked >= MOST_CHECKED {
                self.closed_missing = true;
                return Ok(());
            }
        }
    }

    fn open_names(&mut self, query: &Query, terms: &[Term], exact: bool) -> rusqlite::Result<()> {
        let ids = search::open(self.conn, Kind::Case, query, size(MOST_CANDIDATES + 1))?;
        // Where many answer, a short walk from the most pressing case on soon has a page of them.
        if ids.len() > MANY && self.walk_names(terms, exact, SHORT_WALK)? {
            return Ok(());
        }
        if ids.len() > MOST_CANDIDATES {
            self.open_missing |= !self.walk_names(terms, exact, LONGEST_WALK)?;
            return Ok(());
        }
        let mut statement =
            self.conn.prepare_cached("SELECT c.open, c.due_at, c.closed_at, c.insured FROM cases c WHERE c.id = $1")?;
        for id in ids {
            let mut rows = statement.query([id])?;
            let Some(row) = rows.next()? else { continue };
            let order = Order::new(exact, id, row.get(0)?, row.get(1)?, row.get(2)?);
            let insured = row.get_ref(3)?.as_str().unwrap_or_default();
            if let Some(matched) = by_name(terms, insured, exact) {
                self.add(order, matched, false);
            }
        }
        Ok(())
    }

    /// Walks open cases by remaining time, at most so many of them. True when a page of them answers, or there are no
    /// more.
    fn walk_names(&mut self, terms: &[Term], exact: bool, longest: usize) -> rusqlite::Result<bool> {
        let mut statement = self.conn.prepare_cached(
            "SELECT c.id, c.due_at, c.insured FROM cases c WHERE c.open = 1 ORDER BY c.due_at, c.id LIMIT $1",
        )?;
        let mut rows = statement.query([size(longest + 1)])?;
        let (mut seen, mut found) = (0, 0);
        while let Some(row) = rows.next()? {
            seen += 1;
            if seen > longest {
                return Ok(false);
            }
            let insured = row.get_ref(2)?.as_str().unwrap_or_default();
            let Some(matched) = by_name(terms, insured, exact) else { continue };
            self.add(Order::new(exact, row.get(0)?, true, row.get(1)?, 0), matched, false);
            found += 1;
            if found > self.limit {
                break;
            }
        }
        Ok(true)
    }

    fn insured(&self, id: i64) -> rusqlite::Result<Option<String>> {
        use rusqlite::OptionalExtension;
        self.conn
            .prepare_cached("SELECT c.insured FROM cases c WHERE c.id = $1 AND c.open = 0")?
            .query_row([id], |row| row.get(0))
            .optional()
    }
}

/// What a name matched with, as a whole or in part: its initials only if some term is found nowhere else.
fn by_name(terms: &[Term], insured: &str, exact: bool) -> Option<Matched> {
    let mut matched = Matched::Insured;
    for term in terms {
        match term.name(insured)? {
            NameMatch::Whole => {}
            _ if exact => return None,
            NameMatch::Part(_) => {}
            NameMatch::Initials => matched = Matched::Initials,
        }
    }
    Some(matched)
}
