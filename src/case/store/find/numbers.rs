//! Numbers, codes and plates: whole values, beginnings and tails, each by its own index.

use super::term::{Compared, Term};
use super::{LONGEST_WALK, MOST_CANDIDATES, Matched, Order, Search};
use crate::db::Connection;
use rusqlite::{OptionalExtension, Row};

/// Columns that are compared as a whole.
const EQUAL: [(Matched, &str); 5] = [
    (Matched::CaseCode, "case_code"),
    (Matched::CaseNo, "case_no"),
    (Matched::Plate, "plate"),
    (Matched::AccidentNo, "accident_no"),
    (Matched::PolicyNo, "policy_no"),
];
/// Columns kept backwards, so that a tail is a beginning.
const TAILS: [(Matched, &str); 3] =
    [(Matched::CaseNoTail, "case_no_rev"), (Matched::PhoneTail, "phone_rev"), (Matched::IdTail, "id_rev")];
/// Columns whose beginnings are looked for.
const BEGINNINGS: [(Matched, &str); 3] =
    [(Matched::CaseNo, "case_no"), (Matched::AccidentNo, "accident_no"), (Matched::PolicyNo, "policy_no")];

const COMPARED: &str = "c.case_code, c.case_no, c.accident_no, c.policy_no, c.plate, c.case_no_rev, c.phone_rev, \
                        c.id_rev, c.insured, c.id, c.open, c.due_at, c.closed_at";

fn compared(row: &Row<'_>, exact: bool) -> rusqlite::Result<(Compared, Order)> {
    let case = Compared {
        case_code: row.get(0)?,
        case_no: row.get(1)?,
        accident_no: row.get(2)?,
        policy_no: row.get(3)?,
        plate: row.get(4)?,
        case_no_rev: row.get(5)?,
        phone_rev: row.get(6)?,
        id_rev: row.get(7)?,
        insured: row.get(8)?,
    };
    Ok((case, Order::new(exact, row.get(9)?, row.get(10)?, row.get(11)?, row.get(12)?)))
}

/// The keys an index has for one value, from the index alone; one more than [`MOST_CANDIDATES`] means too many.
fn equal(conn: &Connection, column: &str, value: &str) -> rusqlite::Result<Vec<i64>> {
    // The second condition lets the partial index of the column be used.
    let sql = format!("SELECT c.id FROM cases c WHERE c.{column} = $1 AND c.{column} <> '' LIMIT $2");
    conn.prepare_cached(&sql)?.query_map(rusqlite::params![value, most()], |row| row.get(0))?.collect()
}

/// The same for a beginning: a range, which an index answers where LIKE would scan.
fn beginning(conn: &Connection, column: &str, start: &str) -> rusqlite::Result<Vec<i64>> {
    let end = format!("{start}\u{10FFFF}");
    let sql =
        format!("SELECT c.id FROM cases c WHERE c.{column} >= $1 AND c.{column} < $2 AND c.{column} <> '' LIMIT $3");
    conn.prepare_cached(&sql)?.query_map(rusqlite::params![start, end, most()], |row| row.get(0))?.collect()
}

fn most() -> i64 {
    i64::try_from(MOST_CANDIDATES + 1).unwrap_or(i64::MAX)
}

impl Search<'_> {
    /// Cases one of whose numbers is the term.
    pub(super) fn numbers_equal(&mut self, terms: &[Term]) -> rusqlite::Result<()> {
        let [term] = terms else { return Ok(()) };
        for (matched, column) in EQUAL {
            let ids = equal(self.conn, column, &term.number)?;
            self.gather(ids, matched, true, terms)?;
        }
        Ok(())
    }

    /// Cases one of whose numbers begins or ends with the term; of several terms the longest number leads, and the
    /// others are compared with the rows it finds.
    pub(super) fn numbers_within(&mut self, terms: &[Term]) -> rusqlite::Result<()> {
        let leading = match terms {
            [one] => Some(one),
            many => many.iter().filter(|t| t.is_number()).max_by_key(|t| t.number.chars().count()),
        };
        let Some(term) = leading else { return Ok(()) };
        if terms.len() > 1 {
            for (matched, column) in EQUAL {
                let ids = equal(self.conn, column, &term.number)?;
                self.gather(ids, matched, false, terms)?;
            }
        }
        if term.is_number_part() {
            for (matched, column) in TAILS {
                let ids = beginning(self.conn, column, &term.reversed)?;
                self.gather(ids, matched, false, terms)?;
            }
            for (matched, column) in BEGINNINGS {
                let ids = beginning(self.conn, column, &term.number)?;
                self.gather(ids, matched, false, terms)?;
            }
        }
        if term.is_plate_part() {
            let ids = beginning(self.conn, "plate", &term.number)?;
            self.gather(ids, Matched::Plate, false, terms)?;
        }
        Ok(())
    }

    fn gather(&mut self, mut ids: Vec<i64>, matched: Matched, exact: bool, terms: &[Term]) -> rusqlite::Result<()> {
        if ids.len() > MOST_CANDIDATES {
            ids.truncate(MOST_CANDIDATES);
            self.closed_missing = true;
            self.walk(exact, terms)?;
        }
        for id in ids {
            if terms.len() < 2 {
                if let Some(order) = self.rank(id, exact)? {
                    self.add(order, matched, false);
                }
            } else if let Some((case, order)) = self.compared(id, exact)?
                && terms.iter().all(|term| term.answered_by(&case).is_some())
            {
                self.add(order, matched, false);
            }
        }
        Ok(())
    }

    fn compared(&self, id: i64, exact: bool) -> rusqlite::Result<Option<(Compared, Order)>> {
        self.conn
            .prepare_cached(&format!("SELECT {COMPARED} FROM cases c WHERE c.id = $1"))?
            .query_row([id], |row| compared(row, exact))
            .optional()
    }

    /// Walks the open cases by remaining time until a page of them answers.
    fn walk(&mut self, exact: bool, terms: &[Term]) -> rusqlite::Result<()> {
        if std::mem::replace(&mut self.walked[usize::from(exact)], true) {
            return Ok(());
        }
        let sql = format!("SELECT {COMPARED} FROM cases c WHERE c.open = 1 ORDER BY c.due_at, c.id LIMIT $1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query([i64::try_from(LONGEST_WALK + 1).unwrap_or(i64::MAX)])?;
        let (mut seen, mut answered) = (0, 0);
        while let Some(row) = rows.next()? {
            seen += 1;
            if seen > LONGEST_WALK {
                self.open_missing = true;
                break;
            }
            let (case, order) = compared(row, exact)?;
            let Some((matched, whole)) = terms.first().and_then(|term| term.answered_by(&case)) else { continue };
            if exact && !whole || terms.iter().skip(1).any(|term| term.answered_by(&case).is_none()) {
                continue;
            }
            self.add(order, matched, false);
            answered += 1;
            if answered > self.limit {
                break;
            }
        }
        Ok(())
    }
}
