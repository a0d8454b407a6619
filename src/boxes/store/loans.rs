//! Loans of filed cases: out, due, chased, returned. The position stays reserved.

use super::{required_case, where_is};
use crate::boxes::rules::{judge_loan, loan_due};
use crate::case::store::{CaseFile, subject};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::clock;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office::rules::Right;
use crate::office::store as office;
use crate::office::store::require;
use crate::phrase;
use crate::reference::store::rulebook;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::json;

/// Purpose of the loan a reopening takes a file out with.
pub const REOPENING: &str = "reopening";

/// A loan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loan {
    /// Key in the store.
    pub id: i64,
    /// Key of the case.
    pub case_id: i64,
    /// Who has the file.
    pub borrower: String,
    /// The person, where the borrower is one of the office.
    pub borrower_id: Option<i64>,
    /// What for; [`REOPENING`] when a reopening took it out.
    pub purpose: String,
    /// When it went out, UTC seconds.
    pub out_at: i64,
    /// Last day it may be out.
    pub due_day: Option<NaiveDate>,
    /// When it came back.
    pub returned_at: Option<i64>,
}

impl Loan {
    /// Out longer than agreed.
    pub fn overdue(&self, today: NaiveDate) -> bool {
        self.returned_at.is_none() && self.due_day.is_some_and(|due| due < today)
    }
}

const COLUMNS: &str = "l.id, l.case_id, l.borrower, l.borrower_id, l.purpose, l.out_at, l.due_day, l.returned_at";

fn loan_at(row: &Row<'_>) -> rusqlite::Result<Loan> {
    Ok(Loan {
        id: row.get(0)?,
        case_id: row.get(1)?,
        borrower: row.get(2)?,
        borrower_id: row.get(3)?,
        purpose: row.get(4)?,
        out_at: row.get(5)?,
        due_day: clock::parse_day(&row.get::<_, String>(6)?),
        returned_at: row.get(7)?,
    })
}

/// The open loan of a case.
///
/// # Errors
/// What SQLite says.
pub fn open_of(conn: &Connection, case_id: i64) -> rusqlite::Result<Option<Loan>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM loan l WHERE l.case_id = $1 AND l.returned_at IS NULL"))?
        .query_row([case_id], loan_at)
        .optional()
}

/// The latest loans of a case, the newest first.
///
/// # Errors
/// What SQLite says.
pub fn of_case(conn: &Connection, case_id: i64, limit: i64) -> rusqlite::Result<Vec<Loan>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM loan l WHERE l.case_id = $1 ORDER BY l.id DESC LIMIT $2"))?
        .query_map([case_id, limit], loan_at)?
        .collect()
}

/// Open loans, the longest due first.
///
/// # Errors
/// What SQLite says.
pub fn open(conn: &Connection, limit: i64) -> rusqlite::Result<Vec<Loan>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM loan l WHERE l.returned_at IS NULL ORDER BY l.due_day, l.id LIMIT $1"
    ))?
    .query_map([limit], loan_at)?
    .collect()
}

/// How many open loans are overdue on a day, counted no further than `most`.
///
/// # Errors
/// What SQLite says.
pub fn overdue_count(conn: &Connection, today: NaiveDate, most: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "SELECT COUNT(*) FROM (SELECT 1 FROM loan WHERE returned_at IS NULL AND due_day < $1 LIMIT $2) AS few",
    )?
    .query_row(params![clock::day_text(today), most], |row| row.get(0))
}

/// How often and when last a loan was chased.
///
/// # Errors
/// What SQLite says.
pub fn chased(conn: &Connection, loan_id: i64) -> rusqlite::Result<(i64, Option<i64>)> {
    conn.prepare_cached("SELECT COUNT(*), MAX(at) FROM loan_chase WHERE loan_id = $1")?
        .query_row([loan_id], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// What is typed for a loan.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewLoan {
    /// 工号 or name.
    pub borrower: String,
    /// What for.
    pub purpose: String,
    /// Last day it may be out.
    pub due: Option<NaiveDate>,
}

/// Whether a case has a place to be lent from: a position, or, taken over, its filing alone.
fn is_filed(conn: &Connection, case: &CaseFile) -> rusqlite::Result<bool> {
    Ok(case.milestones.filed_at.is_some() || where_is(conn, case.id)?.is_some())
}

fn insert(
    tx: &ActTx<'_>,
    case_id: i64,
    (name, person): (&str, Option<i64>),
    purpose: &str,
    due: NaiveDate,
) -> Result<i64, ActError> {
    let id = tx
        .conn()
        .prepare_cached(
            "INSERT INTO loan (case_id, borrower, borrower_id, purpose, out_at, out_by, due_day, returned_by) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, '') RETURNING id",
        )?
        .query_row(params![case_id, name, person, purpose, tx.now, tx.actor.staff_no, clock::day_text(due)], |row| {
            row.get(0)
        })?;
    Ok(id)
}

/// Lends a filed case.
///
/// # Errors
/// A refusal with every finding: no right, not filed, lent already, nothing of who, what for or until when.
pub fn lend(tx: &mut ActTx<'_>, case_id: i64, new: &NewLoan) -> Result<Loan, ActError> {
    require(tx, Right::Lend)?;
    let case = required_case(tx.conn(), case_id)?;
    let mut found = judge_loan(&new.borrower, &new.purpose, new.due, clock::day_of(tx.now));
    if !is_filed(tx.conn(), &case)? {
        found.push(crate::kernel::findings::Finding::block("not_filed", None, W::BoxesNotFiled));
    }
    if let Some(out) = open_of(tx.conn(), case_id)? {
        let what = phrase!(W::BoxesLentAlready, text::neutralise(&out.borrower).into_owned());
        found.push(crate::kernel::findings::Finding::block("lent", None, what));
    }
    let Some(due) = new.due.filter(|_| !found.blocking()) else { return Err(found.into()) };
    let (name, person) = borrower(tx.conn(), &new.borrower)?;
    let purpose = text::fold(&new.purpose).into_owned();
    insert(tx, case_id, (&name, person), &purpose, due)?;
    let facts = json!({"borrower": name, "borrower_id": person, "purpose": purpose, "due_day": clock::day_text(due)});
    tx.journal_as("loan_out", &subject(&case.case_code), case.version, &facts)?;
    open_of(tx.conn(), case_id)?.ok_or_else(|| ActError::Other(anyhow::anyhow!("a loan just written is not there")))
}

fn borrower(conn: &Connection, typed: &str) -> rusqlite::Result<(String, Option<i64>)> {
    Ok(match office::named(conn, typed)? {
        office::Named::One(id) => (office::label(conn, Some(id))?, Some(id)),
        _ => (text::fold(typed).into_owned(), None),
    })
}

/// Takes a lent file back to its place.
///
/// # Errors
/// A refusal: no right, not lent, out for a reopening (it comes back by being filed again).
pub fn give_back(tx: &mut ActTx<'_>, case_id: i64) -> Result<Loan, ActError> {
    require(tx, Right::Lend)?;
    let case = required_case(tx.conn(), case_id)?;
    let loan = open_of(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("not_lent", W::BoxesNotLent))?;
    if case.milestones.filed_at.is_none() {
        return Err(ActError::refuse("reopened", W::BoxesReopened));
    }
    end(tx, &loan)?;
    tx.journal_as("loan_return", &subject(&case.case_code), case.version, &json!({"loan": loan.id}))?;
    Ok(loan)
}

/// Ends a loan. Part of an act, which journals it.
///
/// # Errors
/// What SQLite says.
pub fn end(tx: &ActTx<'_>, loan: &Loan) -> Result<(), ActError> {
    tx.conn()
        .prepare_cached("UPDATE loan SET returned_at = $1, returned_by = $2 WHERE id = $3 AND returned_at IS NULL")?
        .execute(params![tx.now, tx.actor.staff_no, loan.id])?;
    Ok(())
}

/// Records that a borrower was asked to bring a file back.
///
/// # Errors
/// A refusal: no right, not lent.
pub fn chase(tx: &mut ActTx<'_>, case_id: i64) -> Result<Loan, ActError> {
    let actor = require(tx, Right::Lend)?;
    let case = required_case(tx.conn(), case_id)?;
    let loan = open_of(tx.conn(), case_id)?.ok_or_else(|| ActError::refuse("not_lent", W::BoxesNotLent))?;
    tx.conn().prepare_cached("INSERT INTO loan_chase (loan_id, at, by_no) VALUES ($1, $2, $3)")?.execute(params![
        loan.id,
        tx.now,
        actor.staff_no
    ])?;
    tx.journal_as("loan_chase", &subject(&case.case_code), case.version, &json!({"loan": loan.id}))?;
    Ok(loan)
}

/// Takes a boxed file out on loan before its case is opened again (domain §1); nothing when it is in no box or out
/// already. Part of the reopening, whose journal row holds the key of the loan.
///
/// # Errors
/// What SQLite says.
pub fn out_for_reopening(tx: &ActTx<'_>, case: &CaseFile) -> Result<Option<i64>, ActError> {
    if where_is(tx.conn(), case.id)?.is_none() || open_of(tx.conn(), case.id)?.is_some() {
        return Ok(None);
    }
    let rules = rulebook(tx.store())?;
    let due = loan_due(&rules.calendar, &rules.settings, tx.now);
    let person = (tx.actor.id != 0).then_some(tx.actor.id);
    let name = office::label(tx.conn(), person)?;
    let name = if name.is_empty() { tx.actor.os_user.clone() } else { name };
    insert(tx, case.id, (&name, person), REOPENING, due).map(Some)
}
