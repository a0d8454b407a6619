//! Looks through the whole ledger for what must never be: doubled numbers, sums that are off, a changed log.

use super::moves::{self, KEPT, MISSING, Movement, ROWS};
use super::read::{self, counter};
use crate::db::{Connection, journal, meta};
use crate::forms::rules::{Kind, RECEIPT, Span, Standing, State};
use rusqlite::params;
use std::collections::BTreeMap;

/// The first thing found broken, each by the rule of domain §7 it breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Broken {
    /// F1: a received number without a place, a place without a received number, or a holder that does not fit.
    pub place: Option<String>,
    /// F2, F3: the sums by state of the log, the ranges and the counters differ.
    pub sums: Option<String>,
    /// F6: a used receipt and the latest instruction of its chain do not name each other.
    pub used: Option<String>,
    /// F7: a number stands twice.
    pub disjoint: Option<String>,
    /// F8: a void number whose copies are neither kept nor recorded as lost.
    pub copies: Option<String>,
    /// F9: a movement was changed or removed.
    pub log: Option<String>,
    /// F11: somebody issued forms to oneself.
    pub issuer: Option<String>,
}

/// Rows read at a time.
const PAGE: i64 = 1_000;

/// Walks over the ledger.
///
/// # Errors
/// What SQLite says.
pub fn broken(conn: &Connection) -> rusqlite::Result<Broken> {
    let mut found = Broken::default();
    let log = walk_log(conn, &mut found)?;
    let places = walk_places(conn, &mut found)?;
    if found.place.is_none() && log.received != places.covered {
        found.place = Some(first_difference(&log.received, &places.covered));
    }
    found.sums = found.sums.or(sums(conn, &log.sums, &places.sums)?);
    if found.used.is_none() {
        found.used = instructions(conn)?;
    }
    Ok(found)
}

/// Numbers of one shape (what stands before the digits, how many digits) as intervals that do not touch.
type Covered = BTreeMap<(String, i64), Vec<(i64, i64)>>;
type Sums = BTreeMap<(String, State), i64>;

fn add(covered: &mut Covered, span: &Span) {
    let intervals = covered.entry((span.prefix.clone(), span.digits)).or_default();
    match intervals.last_mut() {
        Some((_, last)) if *last + 1 == span.first => *last = span.last,
        _ => intervals.push((span.first, span.last)),
    }
}

fn first_difference(received: &Covered, placed: &Covered) -> String {
    let differs = |(shape, intervals): &(&(String, i64), &Vec<(i64, i64)>)| received.get(*shape) != Some(*intervals);
    let odd = placed.iter().find(differs).or_else(|| received.iter().find(|(shape, _)| !placed.contains_key(*shape)));
    let Some(((prefix, digits), intervals)) = odd else { return String::new() };
    let other = received.get(&(prefix.clone(), *digits)).map(Vec::as_slice).unwrap_or_default();
    let interval = intervals.iter().find(|interval| !other.contains(interval)).or(intervals.first());
    let (first, last) = interval.copied().unwrap_or_default();
    Span { prefix: prefix.clone(), digits: *digits, first, last }.to_string()
}

#[derive(Default)]
struct Log {
    received: Covered,
    sums: Sums,
}

fn walk_log(conn: &Connection, found: &mut Broken) -> rusqlite::Result<Log> {
    let (mut log, mut came_in) = (Log::default(), Vec::new());
    let (mut id, mut hash) = (0, String::new());
    loop {
        let page: Vec<Movement> = conn
            .prepare_cached(&format!(
                "SELECT {} FROM form_movement WHERE id > $1 ORDER BY id LIMIT $2",
                moves::COLUMNS
            ))?
            .query_map(params![id, PAGE], moves::at)?
            .collect::<rusqlite::Result<_>>()?;
        if page.is_empty() {
            break;
        }
        for row in page {
            if found.log.is_none() && !sound(conn, &row, id, &hash)? {
                found.log = Some(row.span.to_string());
            }
            if row.kind == Kind::Issue && row.by_id == row.to_holder {
                found.issuer.get_or_insert_with(|| row.span.to_string());
            }
            if found.copies.is_none() && !copies_accounted(conn, &row)? {
                found.copies = Some(row.span.to_string());
            }
            let count = row.span.count();
            if let Some(from) = row.from {
                *log.sums.entry((row.form.clone(), from)).or_default() -= count;
            }
            *log.sums.entry((row.form.clone(), row.to)).or_default() += count;
            (id, hash) = (row.id, row.hash);
            if row.kind == Kind::Receive {
                came_in.push(row.span);
            }
        }
    }
    // Cutting rows off the end leaves a sound beginning; the count kept beside every row tells it.
    if found.log.is_none() && id != meta::counter(conn, ROWS)? {
        found.log = Some(id.to_string());
    }
    came_in.sort_by(|a, b| (&a.prefix, a.digits, a.first).cmp(&(&b.prefix, b.digits, b.first)));
    came_in.iter().for_each(|span| add(&mut log.received, span));
    Ok(log)
}

/// Whether a row of the log goes on from the one before it, and the journal knows it.
fn sound(conn: &Connection, row: &Movement, before: i64, hash: &str) -> rusqlite::Result<bool> {
    if row.id != before + 1 || row.hash != row.expected_hash(hash) {
        return Ok(false);
    }
    let Some(kept) = journal::row(conn, row.journal)? else { return Ok(false) };
    // The row of an act of the ledger itself holds the hash; that of a payment holds the serial.
    let known = !kept.act.starts_with("form_") || kept.payload.contains(&row.hash);
    Ok(known && kept.at == row.at && kept.person == row.by_no)
}

fn copies_accounted(conn: &Connection, row: &Movement) -> rusqlite::Result<bool> {
    if row.kind != Kind::Void || row.copies == KEPT {
        return Ok(true);
    }
    let life = read::life(conn, &row.span.serial(row.span.first).to_string())?;
    Ok(row.copies == MISSING && life.iter().any(|later| later.kind == Kind::Lose && later.id > row.id))
}

#[derive(Default)]
struct Places {
    covered: Covered,
    sums: Sums,
}

fn walk_places(conn: &Connection, found: &mut Broken) -> rusqlite::Result<Places> {
    let mut places = Places::default();
    let mut statement =
        conn.prepare_cached(&format!("SELECT {} FROM form_range ORDER BY prefix, digits, last", read::COLUMNS))?;
    let mut before: Option<Span> = None;
    for standing in statement.query_map([], read::at)? {
        let standing = standing?;
        let span = &standing.span;
        let alike = |other: &Span| other.prefix == span.prefix && other.digits == span.digits;
        if span.count() < 1 || before.as_ref().is_some_and(|other| alike(other) && other.last >= span.first) {
            found.disjoint.get_or_insert_with(|| span.to_string());
        }
        if !in_right_hands(&standing) {
            found.place.get_or_insert_with(|| span.to_string());
        }
        if found.used.is_none() && !names_its_instruction(conn, &standing)? {
            found.used = Some(span.to_string());
        }
        *places.sums.entry((standing.form.clone(), standing.state)).or_default() += span.count();
        add(&mut places.covered, span);
        before = Some(standing.span);
    }
    Ok(places)
}

/// One holder: the store of blanks has what is in stock, persons have what is handed out or used.
fn in_right_hands(standing: &Standing) -> bool {
    match standing.state {
        State::Stock => standing.holder == 0 && standing.instruction == 0,
        State::Issued | State::Held => standing.holder != 0 && standing.instruction == 0,
        State::Used | State::WrittenOff => {
            standing.holder != 0 && standing.instruction != 0 && standing.span.count() == 1
        }
        State::Void | State::Lost => true,
    }
}

/// Whether a used receipt is the one its instruction names, and that instruction the latest of its chain.
fn names_its_instruction(conn: &Connection, standing: &Standing) -> rusqlite::Result<bool> {
    if standing.form != RECEIPT || !matches!(standing.state, State::Used | State::WrittenOff) {
        return Ok(true);
    }
    conn.prepare_cached(
        "SELECT 1 FROM instruction i WHERE i.id = $1 AND i.receipt = $2 AND NOT EXISTS \
         (SELECT 1 FROM instruction l WHERE l.case_id = i.case_id AND l.chain_id = i.chain_id AND l.id > i.id)",
    )?
    .exists(params![standing.instruction, standing.span.to_string()])
}

/// The first receipt that the latest instruction of a chain names and the ledger does not have in use for it.
fn instructions(conn: &Connection) -> rusqlite::Result<Option<String>> {
    let mut last = 0;
    loop {
        let page: Vec<(i64, String)> = conn
            .prepare_cached(
                "SELECT i.id, i.receipt FROM instruction i WHERE i.id > $1 AND i.receipt <> '' AND NOT EXISTS \
                 (SELECT 1 FROM instruction l WHERE l.case_id = i.case_id AND l.chain_id = i.chain_id AND l.id > i.id) \
                 ORDER BY i.id LIMIT $2",
            )?
            .query_map(params![last, PAGE], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        if page.is_empty() {
            return Ok(None);
        }
        for (id, receipt) in page {
            last = id;
            let standing = read::state(conn, &receipt)?;
            let in_use = |one: &Standing| {
                one.instruction == id && matches!(one.state, State::Used | State::WrittenOff) && one.form == RECEIPT
            };
            if !standing.as_ref().is_some_and(in_use) {
                return Ok(Some(receipt));
            }
        }
    }
}

/// The first state whose number the log, the ranges and the counters do not agree on.
fn sums(conn: &Connection, log: &Sums, places: &Sums) -> rusqlite::Result<Option<String>> {
    for form in read::form_types(conn)? {
        for state in State::ALL {
            let key = (form.code.clone(), state);
            let of = |sums: &Sums| sums.get(&key).copied().unwrap_or(0);
            let counted = meta::counter(conn, &counter(&form.code, state))?;
            if of(log) != of(places) || of(places) != counted {
                return Ok(Some(format!("{} {}", form.code, state.code())));
            }
        }
    }
    Ok(None)
}
