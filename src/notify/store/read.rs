//! Reads attempts, inquiries with what belongs to them, notices and deliveries of a case.

use crate::db::Connection;
use crate::notify::rules::attempts::Attempt;
use crate::notify::rules::inquiries::{Answer, Explanation, Inquiry, Referral};
use crate::notify::rules::refusals::{Delivered, Notice};
use crate::notify::rules::{Channel, Delivery, Department, Kind, Outcome, Resolution, Stance};
use rusqlite::{OptionalExtension, Row};

/// A code of the store that this program does not know.
fn unread(column: usize, text: &str) -> rusqlite::Error {
    let what = anyhow::anyhow!("notify: {text:?} is no known word");
    rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, what.into())
}

fn coded<T>(row: &Row<'_>, column: usize, read: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    read(&text).ok_or_else(|| unread(column, &text))
}

fn attempt_at(row: &Row<'_>) -> rusqlite::Result<Attempt> {
    let stance: String = row.get(4)?;
    Ok(Attempt {
        id: row.get(0)?,
        round: row.get(1)?,
        channel: coded(row, 2, Channel::from_code)?,
        outcome: coded(row, 3, Outcome::from_code)?,
        stance: Stance::from_code(&stance),
        call_back_at: row.get(5)?,
        note: row.get(6)?,
        at: row.get(7)?,
        reason: row.get(8)?,
        told_with: row.get(9)?,
        by_id: row.get(10)?,
    })
}

/// Every attempt on a case, first to last.
///
/// # Errors
/// What SQLite says.
pub fn attempts_of(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<Attempt>> {
    conn.prepare_cached(
        "SELECT id, round, channel, result, stance, call_back_at, note, at, reason, told_with, by_id FROM attempt \
         WHERE case_id = $1 ORDER BY id",
    )?
    .query_map([case_id], attempt_at)?
    .collect()
}

const INQUIRY: &str = "i.id, i.case_id, i.round, i.kind, i.complex, i.long, i.text, i.asked_at, i.holds, i.meanwhile_at, \
    i.first_answer_at, i.due_at, i.resolved_at, i.outcome, i.outcome_note, i.by_id, f.id, f.department, f.who, f.at";
const FROM: &str = "inquiry i LEFT JOIN referral f ON f.inquiry_id = i.id AND f.back_at IS NULL";

fn inquiry_at(row: &Row<'_>) -> rusqlite::Result<Inquiry> {
    let outcome: String = row.get(13)?;
    let referral = match row.get::<_, Option<i64>>(16)? {
        Some(id) => Some(Referral {
            id,
            department: coded(row, 17, Department::from_code)?,
            who: row.get(18)?,
            at: row.get(19)?,
        }),
        None => None,
    };
    Ok(Inquiry {
        id: row.get(0)?,
        case_id: row.get(1)?,
        round: row.get(2)?,
        kind: coded(row, 3, Kind::from_code)?,
        complex: row.get(4)?,
        long: row.get(5)?,
        text: row.get(6)?,
        asked_at: row.get(7)?,
        holds: row.get(8)?,
        meanwhile_at: row.get(9)?,
        first_answer_at: row.get(10)?,
        due_at: row.get(11)?,
        resolved_at: row.get(12)?,
        outcome: Resolution::from_code(&outcome),
        outcome_note: row.get(14)?,
        by_id: row.get(15)?,
        referral,
        answers: Vec::new(),
        explanation: None,
    })
}

/// Every inquiry of a case with its answers and its explanation in force, first to last.
///
/// # Errors
/// What SQLite says.
pub fn inquiries_of(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<Inquiry>> {
    let mut all: Vec<Inquiry> = conn
        .prepare_cached(&format!("SELECT {INQUIRY} FROM {FROM} WHERE i.case_id = $1 ORDER BY i.id"))?
        .query_map([case_id], inquiry_at)?
        .collect::<rusqlite::Result<_>>()?;
    for one in &mut all {
        one.answers = answers(conn, one.id)?;
        one.explanation = explanation(conn, one.id)?;
    }
    Ok(all)
}

/// One inquiry, as [`inquiries_of`] reads it.
///
/// # Errors
/// What SQLite says.
pub fn inquiry(conn: &Connection, id: i64) -> rusqlite::Result<Option<Inquiry>> {
    let found = conn
        .prepare_cached(&format!("SELECT {INQUIRY} FROM {FROM} WHERE i.id = $1"))?
        .query_row([id], inquiry_at)
        .optional()?;
    let Some(mut one) = found else { return Ok(None) };
    one.answers = answers(conn, id)?;
    one.explanation = explanation(conn, id)?;
    Ok(Some(one))
}

fn answers(conn: &Connection, inquiry_id: i64) -> rusqlite::Result<Vec<Answer>> {
    conn.prepare_cached(
        "SELECT text, clause_code, clause_version, at, by_id FROM answer WHERE inquiry_id = $1 ORDER BY id",
    )?
    .query_map([inquiry_id], |row| {
        Ok(Answer {
            text: row.get(0)?,
            clause_code: row.get(1)?,
            clause_version: row.get(2)?,
            at: row.get(3)?,
            by_id: row.get(4)?,
        })
    })?
    .collect()
}

fn explanation(conn: &Connection, inquiry_id: i64) -> rusqlite::Result<Option<Explanation>> {
    conn.prepare_cached(
        "SELECT id, number, text, written_at, verifier_id, verifier_at, verifier_paper, adjuster_id, adjuster_at, \
         adjuster_paper, told_at FROM explanation WHERE inquiry_id = $1 AND void_at IS NULL ORDER BY id DESC LIMIT 1",
    )?
    .query_row([inquiry_id], |row| {
        let side = |at: usize| -> rusqlite::Result<Option<(i64, i64, String)>> {
            let (id, when): (Option<i64>, Option<i64>) = (row.get(at)?, row.get(at + 1)?);
            let paper: String = row.get(at + 2)?;
            Ok(id.zip(when).map(|(id, when)| (id, when, paper)))
        };
        Ok(Explanation {
            id: row.get(0)?,
            number: row.get(1)?,
            text: row.get(2)?,
            written_at: row.get(3)?,
            signed: [side(4)?, side(7)?],
            told_at: row.get(10)?,
        })
    })
    .optional()
}

/// The refusal notice in force of a round.
pub(super) fn notice(conn: &Connection, case_id: i64, round: i64) -> rusqlite::Result<Option<Notice>> {
    conn.prepare_cached(
        "SELECT id, number, reasons, at FROM refusal_notice WHERE case_id = $1 AND round = $2 AND void_at IS NULL \
         ORDER BY id DESC LIMIT 1",
    )?
    .query_row([case_id, round], |row| {
        Ok(Notice { id: row.get(0)?, number: row.get(1)?, reasons: row.get(2)?, at: row.get(3)? })
    })
    .optional()
}

/// The delivery of a round's notice.
pub(super) fn delivered(conn: &Connection, case_id: i64, round: i64) -> rusqlite::Result<Option<Delivered>> {
    conn.prepare_cached(
        "SELECT how, proof, delivered_at FROM refusal_delivery WHERE case_id = $1 AND round = $2 ORDER BY id LIMIT 1",
    )?
    .query_row([case_id, round], |row| {
        Ok(Delivered { how: coded(row, 0, Delivery::from_code)?, proof: row.get(1)?, at: row.get(2)? })
    })
    .optional()
}

/// An open inquiry as the view of referrals lists it.
#[derive(Clone, Debug)]
pub struct OpenInquiry {
    /// The inquiry; answers and explanation are not read.
    pub inquiry: Inquiry,
    /// Number of its case as lists show it: the core's, else our own.
    pub number: String,
    /// Whose case it is.
    pub insured: String,
}

/// Open inquiries of all cases behind a bound (due, key), the first due first.
///
/// # Errors
/// What SQLite says.
pub fn open_inquiries(conn: &Connection, bound: (i64, i64), limit: i64) -> rusqlite::Result<Vec<OpenInquiry>> {
    conn.prepare_cached(&format!(
        "SELECT {INQUIRY}, c.case_no, c.case_code, c.insured FROM {FROM} JOIN cases c ON c.id = i.case_id \
         WHERE i.resolved_at IS NULL AND (i.due_at, i.id) > ($1, $2) ORDER BY i.due_at, i.id LIMIT $3"
    ))?
    .query_map([bound.0, bound.1, limit], |row| {
        let (case_no, code): (String, String) = (row.get(20)?, row.get(21)?);
        let number = if case_no.is_empty() { code } else { case_no };
        Ok(OpenInquiry { inquiry: inquiry_at(row)?, number, insured: row.get(22)? })
    })?
    .collect()
}
