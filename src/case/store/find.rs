//! The search box: code, numbers, plate, policy, tails of phone and ID, and parts of names.

use super::ListRow;
use super::list::{ROW_COLUMNS, row_at};
use super::load::ROUND_COLUMNS;
use crate::case::milestones::Stage;
use crate::db::{Connection, search};
use crate::kernel::text;
use rusqlite::OptionalExtension;

/// Shortest tail of a number that is looked for.
const SHORTEST_TAIL: usize = 4;

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
    /// 档案盒 of a case taken over; empty when it has none.
    pub box_text: String,
}

/// Finds cases, best first: exact, then open by remaining time, then closed newest first.
///
/// # Errors
/// What SQLite says.
pub fn find(conn: &Connection, query: &str, limit: usize) -> rusqlite::Result<Vec<Found>> {
    let folded = text::fold_upper(query);
    let folded: &str = &folded;
    if folded.is_empty() || limit == 0 {
        return Ok(Vec::new());
    }
    let mut found: Vec<Found> = Vec::new();
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let exact: [(Matched, &str); 5] = [
        (Matched::CaseCode, "c.case_code"),
        (Matched::CaseNo, "c.case_no"),
        (Matched::Plate, "c.plate"),
        (Matched::AccidentNo, "c.accident_no"),
        (Matched::PolicyNo, "c.policy_no"),
    ];
    for (matched, column) in exact {
        // The second condition lets the partial index of the column be used.
        let rows =
            rows(conn, &format!("{column} = $1 AND {column} <> '' ORDER BY c.id DESC LIMIT $2"), (folded, most))?;
        add(&mut found, rows, matched, true);
    }
    if !found.is_empty() && found.len() >= limit {
        sort(&mut found);
        found.truncate(limit);
        with_boxes(conn, &mut found)?;
        return Ok(found);
    }
    let length = folded.chars().count();
    if length >= SHORTEST_TAIL && folded.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        let reversed = text::reversed(folded);
        for (matched, column) in
            [(Matched::CaseNoTail, "c.case_no_rev"), (Matched::PhoneTail, "c.phone_rev"), (Matched::IdTail, "c.id_rev")]
        {
            add(&mut found, prefixed(conn, column, &reversed, most)?, matched, false);
        }
        for (matched, column) in
            [(Matched::CaseNo, "c.case_no"), (Matched::Plate, "c.plate"), (Matched::PolicyNo, "c.policy_no")]
        {
            add(&mut found, prefixed(conn, column, folded, most)?, matched, false);
        }
    } else if length >= 2 && folded.chars().any(|c| c.is_ascii_digit() || c.is_ascii_alphabetic()) {
        add(&mut found, prefixed(conn, "c.plate", folded, most)?, Matched::Plate, false);
    }
    by_name(conn, query, limit, &mut found)?;
    sort(&mut found);
    found.truncate(limit);
    with_boxes(conn, &mut found)?;
    Ok(found)
}

fn with_boxes(conn: &Connection, found: &mut [Found]) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached("SELECT box_text FROM case_round WHERE case_id = $1 AND round = 1")?;
    for case in found {
        case.box_text = statement.query_row([case.row.id], |row| row.get(0)).optional()?.unwrap_or_default();
    }
    Ok(())
}

/// Whether a case is found by its insured's whole name.
///
/// # Errors
/// What SQLite says.
pub fn knows(conn: &Connection, id: i64, insured: &str) -> rusqlite::Result<bool> {
    search::knows(conn, search::Kind::Case, id, insured)
}

fn by_name(conn: &Connection, query: &str, limit: usize, found: &mut Vec<Found>) -> rusqlite::Result<()> {
    let wanted = search::letters(query);
    if wanted.is_empty() {
        return Ok(());
    }
    // Whole names first: of a short one, more cases than are asked for may hold it within theirs.
    named(conn, (query, search::Part::Whole), &wanted, limit, found)?;
    named(conn, (query, search::Part::Within), &wanted, limit, found)
}

fn named(
    conn: &Connection,
    (query, part): (&str, search::Part),
    wanted: &[char],
    limit: usize,
    found: &mut Vec<Found>,
) -> rusqlite::Result<()> {
    let page = limit.max(50);
    let page_rows = i64::try_from(page).unwrap_or(50);
    let mut before = i64::MAX;
    let mut names = 0;
    loop {
        let ids = search::find(conn, search::Kind::Case, (query, part), before, page_rows)?;
        for id in &ids {
            before = *id;
            let Some(row) = super::list::row(conn, *id)? else { continue };
            let name = search::letters(&row.insured);
            if name.windows(wanted.len()).any(|part| part == wanted) {
                names += 1;
                let exact = name == wanted;
                match found.iter_mut().find(|f| f.row.id == *id) {
                    Some(known) => known.exact |= exact,
                    None => found.push(Found { row, matched: Matched::Insured, exact, box_text: String::new() }),
                }
            }
        }
        if ids.len() < page || names >= limit {
            return Ok(());
        }
    }
}

/// Rows whose column starts with a text: a range, which an index answers where LIKE would scan.
fn prefixed(conn: &Connection, column: &str, start: &str, most: i64) -> rusqlite::Result<Vec<ListRow>> {
    let end = format!("{start}\u{10FFFF}");
    let sql = format!(
        "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS} FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE {column} >= $1 AND {column} < $2 AND {column} <> '' ORDER BY {column}, c.id LIMIT $3"
    );
    conn.prepare_cached(&sql)?.query_map(rusqlite::params![start, end, most], row_at)?.collect()
}

fn rows(conn: &Connection, condition: &str, (value, most): (&str, i64)) -> rusqlite::Result<Vec<ListRow>> {
    let sql = format!(
        "SELECT {ROW_COLUMNS}, {ROUND_COLUMNS} FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round \
         WHERE {condition}"
    );
    conn.prepare_cached(&sql)?.query_map(rusqlite::params![value, most], row_at)?.collect()
}

fn add(found: &mut Vec<Found>, rows: Vec<ListRow>, matched: Matched, exact: bool) {
    for row in rows {
        if !found.iter().any(|f| f.row.id == row.id) {
            found.push(Found { row, matched, exact, box_text: String::new() });
        }
    }
}

fn sort(found: &mut [Found]) {
    found.sort_by_key(|f| {
        let archived = f.row.milestones.stage() == Stage::Archived;
        let order = if archived { -f.row.milestones.closed_at.unwrap_or(0) } else { f.row.due_at };
        (!f.exact, archived, order, f.row.id)
    });
}
