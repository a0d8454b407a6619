//! The search box: code, numbers, plate, policy, tails of phone and ID, parts of names and their initials.
//!
//! An answer lists exact matches first, then open cases by remaining time, then closed ones newest first. Names come
//! out of the index in that order. Numbers come out of their own indices in no such order, so what they answer with
//! is gathered up to [`MOST_CANDIDATES`]; where there are more, the open cases are walked by remaining time instead,
//! and [`Hits::bounded`] says that a closed case may be missing.

mod marks;
mod names;
mod numbers;
mod term;

use super::write::standing;
use super::{CaseFile, ListRow};
use crate::db::search_sum::Sum;
use crate::db::{Connection, search};
use rusqlite::OptionalExtension;
use std::collections::HashMap;
use term::Term;

pub use marks::Marks;

/// Most cases of one kind of match that are looked at before the order is found by walking the open cases.
pub const MOST_CANDIDATES: usize = 4_096;
/// Most open cases walked through, by remaining time.
const LONGEST_WALK: usize = 30_000;
/// Most rows checked for a name that only might answer.
const MOST_CHECKED: usize = 2_000;

/// What of a case matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matched {
    /// 一案一码
    CaseCode,
    /// 赔案号
    CaseNo,
    /// 报案号
    AccidentNo,
    /// 保单号
    PolicyNo,
    /// 车牌号
    Plate,
    /// Tail of the 赔案号
    CaseNoTail,
    /// Tail of the phone
    PhoneTail,
    /// Tail of the ID
    IdTail,
    /// 被保险人
    Insured,
    /// Beginning of the initials of the 被保险人
    Initials,
}

impl Matched {
    /// Name in files.
    pub const fn code(self) -> &'static str {
        match self {
            Matched::CaseCode => "case_code",
            Matched::CaseNo => "case_no",
            Matched::AccidentNo => "accident_no",
            Matched::PolicyNo => "policy_no",
            Matched::Plate => "plate",
            Matched::CaseNoTail => "case_no_tail",
            Matched::PhoneTail => "phone_tail",
            Matched::IdTail => "id_tail",
            Matched::Insured => "insured",
            Matched::Initials => "initials",
        }
    }
}

/// A case that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// The case as a list row.
    pub row: ListRow,
    /// What of it matched.
    pub matched: Matched,
    /// The whole value matched, not a part.
    pub exact: bool,
    /// Where in the row the match can be seen.
    pub marks: Marks,
    /// 档案盒: code of the box, or its words for a case taken over; empty when it has none, and until [`with_boxes`]
    /// looks it up.
    pub box_text: String,
    /// Position in the box; 0 without one.
    pub position: i64,
    /// Name of the shelf the box stands on.
    pub shelf: String,
}

/// What a search found.
#[derive(Clone, Debug, Default)]
pub struct Hits {
    /// Best first, at most as many as were asked for.
    pub cases: Vec<Found>,
    /// There are further ones.
    pub more: bool,
    /// So many cases answer that not all were looked at: a better one may be missing. More letters help.
    pub bounded: bool,
}

/// Place in an answer; smaller is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    partial: bool,
    closed: bool,
    /// Deadline of an open case, minus the moment of closing of a closed one.
    place: i64,
    /// Key, the newest first among closed ones.
    id: i64,
}

impl Order {
    fn new(exact: bool, id: i64, open: bool, due_at: i64, closed_at: i64) -> Order {
        let (place, id) = if open { (due_at, id) } else { (-closed_at, -id) };
        Order { partial: !exact, closed: !open, place, id }
    }

    fn key(self) -> i64 {
        self.id.abs()
    }
}

/// A case that may be part of the answer.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    order: Order,
    matched: Matched,
    /// The name is still to be compared with the terms.
    unchecked: bool,
}

/// What is gathered while a query is answered.
struct Search<'a> {
    conn: &'a Connection,
    limit: usize,
    candidates: HashMap<i64, Candidate>,
    /// The open cases were walked for numbers that answer as a whole, and in part.
    walked: [bool; 2],
    /// Not all open cases that answer were found.
    open_missing: bool,
    /// Not all closed cases that answer were found.
    closed_missing: bool,
}

impl Search<'_> {
    fn add(&mut self, order: Order, matched: Matched, unchecked: bool) {
        let new = Candidate { order, matched, unchecked };
        let kept = self.candidates.entry(order.key()).or_insert(new);
        if new.order < kept.order || kept.unchecked && !unchecked && new.order == kept.order {
            *kept = new;
        }
    }

    /// How many candidates come before every partial match, or before every closed partial one.
    fn ahead(&self, exact_only: bool) -> usize {
        let ahead = |c: &&Candidate| !c.order.partial || !exact_only && !c.order.closed;
        self.candidates.values().filter(ahead).count()
    }

    fn rank(&self, id: i64, exact: bool) -> rusqlite::Result<Option<Order>> {
        self.conn
            .prepare_cached("SELECT c.open, c.due_at, c.closed_at FROM cases c WHERE c.id = $1")?
            .query_row([id], |row| Ok(Order::new(exact, id, row.get(0)?, row.get(1)?, row.get(2)?)))
            .optional()
    }

    /// The answer: the best candidates with their rows, checked where that is still to be done.
    fn answer(self, terms: &[Vec<Term>]) -> rusqlite::Result<Hits> {
        let mut sorted: Vec<Candidate> = self.candidates.into_values().collect();
        sorted.sort_unstable_by_key(|c| c.order);
        let mut hits = Hits::default();
        let mut last_closed = true;
        for candidate in sorted {
            let Some(row) = super::list::row(self.conn, candidate.order.key())? else { continue };
            let answered = terms.iter().find(|all| all.iter().all(|term| term.name(&row.insured).is_some()));
            if candidate.unchecked && answered.is_none() {
                continue;
            }
            if hits.cases.len() == self.limit {
                hits.more = true;
                break;
            }
            last_closed = candidate.order.closed;
            let all = answered.or(terms.last()).map_or(&[][..], Vec::as_slice);
            let marks = Marks::of(&row, all);
            let exact = !candidate.order.partial;
            hits.cases.push(Found {
                row,
                matched: candidate.matched,
                exact,
                marks,
                box_text: String::new(),
                position: 0,
                shelf: String::new(),
            });
        }
        let full_of_better = hits.cases.len() == self.limit && !last_closed;
        hits.bounded = self.open_missing || self.closed_missing && !full_of_better;
        hits.more |= hits.bounded;
        Ok(hits)
    }
}

/// Finds cases, best first: exact, then open by remaining time, then closed newest first.
///
/// A query of two or three words apart is also read as so many terms that all have to match.
///
/// # Errors
/// What SQLite says.
pub fn find(conn: &Connection, query: &str, limit: usize) -> rusqlite::Result<Hits> {
    let readings = term::readings(query);
    if readings.is_empty() || limit == 0 {
        return Ok(Hits::default());
    }
    let mut search = Search {
        conn,
        limit,
        candidates: HashMap::new(),
        walked: [false; 2],
        open_missing: false,
        closed_missing: false,
    };
    for terms in &readings {
        search.numbers_equal(terms)?;
        search.names_equal(terms)?;
    }
    // A page of exact matches needs no others.
    if search.ahead(true) < limit {
        for terms in &readings {
            search.numbers_within(terms)?;
        }
        for terms in &readings {
            search.names_within(terms)?;
        }
    }
    search.answer(&readings)
}

/// The case a code stands on.
///
/// # Errors
/// What SQLite says.
pub fn by_code(conn: &Connection, code: &str) -> rusqlite::Result<Option<ListRow>> {
    let id: Option<i64> = conn
        .prepare_cached("SELECT c.id FROM cases c WHERE c.case_code = $1")?
        .query_row([code], |row| row.get(0))
        .optional()?;
    id.map_or(Ok(None), |id| super::list::row(conn, id))
}

/// Looks up the box of each case, which a list does not show.
///
/// # Errors
/// What SQLite says.
pub fn with_boxes(conn: &Connection, found: &mut [Found]) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached("SELECT box_text FROM case_round WHERE case_id = $1 AND round = 1")?;
    for case in found {
        match crate::boxes::store::where_is(conn, case.row.id)? {
            Some(place) => {
                (case.box_text, case.position, case.shelf) = (place.found.code, place.ordinal, place.shelf);
            }
            None => {
                case.box_text = statement.query_row([case.row.id], |row| row.get(0)).optional()?.unwrap_or_default()
            }
        }
    }
    Ok(())
}

/// Adds what the search index must hold of a case to a sum.
pub fn add_to_sum(sum: &mut Sum, case: &CaseFile) {
    sum.add(search::Kind::Case, case.id, &case.facts.insured, standing(&case.milestones));
}

/// Whether a case is found by its insured: whole name and initials, where it stands now.
///
/// # Errors
/// What SQLite says.
pub fn knows(conn: &Connection, case: &CaseFile) -> rusqlite::Result<bool> {
    search::knows(conn, search::Kind::Case, case.id, &case.facts.insured, standing(&case.milestones))
}

/// Cases whose names are put into an empty index at a time.
const FILL: usize = 20_000;

/// Fills an empty search index from the cases.
///
/// # Errors
/// What SQLite says.
pub fn fill_index(conn: &Connection) -> anyhow::Result<()> {
    let batch = search::Batch::default();
    let mut statement = conn.prepare("SELECT c.id, c.insured, c.open, c.closed_at FROM cases c ORDER BY c.id")?;
    let mut rows = statement.query([])?;
    let mut gathered = 0;
    while let Some(row) = rows.next()? {
        let standing = if row.get(2)? { search::Standing::Open } else { search::Standing::Closed(row.get(3)?) };
        batch.put(search::Kind::Case, row.get(0)?, &row.get::<_, String>(1)?, standing);
        gathered += 1;
        if gathered % FILL == 0 {
            batch.write(conn)?;
        }
    }
    batch.write(conn)?;
    Ok(())
}
