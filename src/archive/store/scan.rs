//! What a scanned or typed line means: one question to the indices, however many files there are.

use crate::archive::rules::scan::untangle;
use crate::boxes::rules::ArchiveBox;
use crate::boxes::store as boxes;
use crate::boxes::store::shelves::{self, Shelf};
use crate::case::store::find::{self, Matched};
use crate::db::Connection;
use crate::instructions::rules::Instruction;
use crate::instructions::store as instructions;
use crate::kernel::code::{Code, CodeError, CodeKind};
use crate::office::store as office;
use crate::office::store::Person;

/// Fewest characters of a number's tail.
const SHORTEST_TAIL: usize = 4;

/// What a line means.
#[derive(Clone, Debug)]
pub enum Scanned {
    /// A red copy, by its serial.
    Red(Box<Instruction>),
    /// A file: its own code or its whole number.
    Case(i64),
    /// A file found by the tail of a number; it is chosen, not acted on.
    Tail(i64),
    /// Several files have this tail.
    Several,
    /// A box.
    Box(Box<ArchiveBox>),
    /// A shelf.
    Shelf(Shelf),
    /// A badge.
    Person(Box<Person>),
    /// Twelve digits, misread.
    Misread,
    /// One of our codes that was never given out, or of a kind that means nothing here.
    Strange,
    /// Nothing is known of it.
    Unknown,
}

/// A line that was read.
#[derive(Clone, Debug)]
pub struct Line {
    /// What it means.
    pub what: Scanned,
    /// The code as it was understood.
    pub code: String,
    /// Digits of a code that was cut off before it.
    pub rest: String,
    /// It was joined with the fragment kept before.
    pub joined: bool,
}

/// Finds what a line means. `fragment` is what came just before and may have been the first half of a code.
///
/// # Errors
/// What SQLite says.
pub fn resolve(conn: &Connection, line: &str, fragment: &str) -> rusqlite::Result<Line> {
    let plain = |what| Line { what, code: line.to_owned(), rest: String::new(), joined: false };
    if let Some(one) = instructions::by_receipt(conn, line)? {
        return Ok(plain(Scanned::Red(Box::new(one))));
    }
    if let Some(read) = untangle(line, fragment) {
        let what = of_code(conn, &read.code)?;
        return Ok(Line { what, code: read.code.to_string(), rest: read.rest, joined: read.joined });
    }
    match Code::parse(line) {
        Err(CodeError::WrongCheckDigit) => return Ok(plain(Scanned::Misread)),
        Err(CodeError::UnknownKind { .. }) => return Ok(plain(Scanned::Unknown)),
        _ => {}
    }
    if line.chars().count() < SHORTEST_TAIL {
        return Ok(plain(Scanned::Unknown));
    }
    let hits = find::find(conn, line, 2)?;
    let whole = hits.cases.iter().find(|hit| hit.exact && matches!(hit.matched, Matched::CaseNo | Matched::CaseCode));
    if let Some(hit) = whole {
        return Ok(plain(Scanned::Case(hit.row.id)));
    }
    Ok(plain(match hits.cases.as_slice() {
        [] => Scanned::Unknown,
        [one] if !hits.more => Scanned::Tail(one.row.id),
        _ => Scanned::Several,
    }))
}

fn of_code(conn: &Connection, code: &Code) -> rusqlite::Result<Scanned> {
    let text = code.as_str();
    Ok(match code.kind() {
        CodeKind::Case => find::by_code(conn, text)?.map(|row| Scanned::Case(row.id)),
        CodeKind::Box => boxes::by_code(conn, text)?.map(|found| Scanned::Box(Box::new(found))),
        CodeKind::Shelf => shelves::named(conn, text)?.map(Scanned::Shelf),
        CodeKind::Person => office::by_badge(conn, code)?.map(|person| Scanned::Person(Box::new(person))),
        CodeKind::Equipment | CodeKind::Command => None,
    }
    .unwrap_or(Scanned::Strange))
}
