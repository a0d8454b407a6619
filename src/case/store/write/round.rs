//! The columns of `case_round`: named once, bound in that order by insert and update alike.

use super::facts::{Binder, assignments, parameters};
use crate::case::milestones::Milestones;
use crate::case::store::RoundNotes;
use crate::db::Connection;
use rusqlite::{CachedStatement, Statement};
use std::sync::LazyLock;

/// What is written when a round is opened and when it changes, in the order [`bind`] binds it.
const COLUMNS: [&str; 32] = [
    "step1_at",
    "step2_at",
    "step3_at",
    "step4_at",
    "papers_at",
    "notice_at",
    "supplement_at",
    "proposed",
    "outcome",
    "payable",
    "paid_before",
    "closed_at",
    "approver",
    "batch_day",
    "archive_due",
    "archive_edition",
    "told_at",
    "agreed_at",
    "delivered_at",
    "inquiry_holds",
    "inquiry_due",
    "chosen_at",
    "prechecked_at",
    "paid_at",
    "payment_mode",
    "receipt_at",
    "sorted_at",
    "bound_at",
    "filed_at",
    "box_text",
    "endorsed_by",
    "taken_over",
];

static INSERT: LazyLock<String> = LazyLock::new(|| {
    let count = COLUMNS.len();
    format!(
        "INSERT INTO case_round ({}, case_id, round, opened_at, start_step, reason_code, reason) VALUES ({})",
        COLUMNS.join(", "),
        parameters(1, count + 6),
    )
});

static UPDATE: LazyLock<String> = LazyLock::new(|| {
    let next = COLUMNS.len() + 1;
    format!("UPDATE case_round SET {} WHERE case_id = ${next} AND round = ${}", assignments(&COLUMNS), next + 1)
});

fn bind(statement: &mut Statement<'_>, m: &Milestones, notes: &RoundNotes) -> rusqlite::Result<usize> {
    let mut to = Binder { statement, next: 1 };
    for step in m.steps {
        to.number(step)?;
    }
    to.number(m.papers_at)?;
    to.number(m.notice_at)?;
    to.number(m.supplement_at)?;
    to.text(m.proposed.map_or("", |o| o.code()))?;
    to.text(m.outcome.map_or("", |o| o.code()))?;
    to.money(m.payable)?;
    to.put(m.paid_before.fen())?;
    to.number(m.closed_at)?;
    to.text(&notes.approver)?;
    to.text(&notes.batch_day)?;
    to.number(notes.archive_due)?;
    to.text(&notes.archive_edition)?;
    to.number(m.told_at)?;
    to.number(m.agreed_at)?;
    to.number(m.delivered_at)?;
    to.put(m.inquiry_holds)?;
    to.number(m.inquiry_due)?;
    to.number(m.chosen_at)?;
    to.number(m.prechecked_at)?;
    to.number(m.paid_at)?;
    to.text(&notes.payment_mode)?;
    to.number(m.receipt_at)?;
    to.number(m.sorted_at)?;
    to.number(m.bound_at)?;
    to.number(m.filed_at)?;
    to.text(&notes.box_text)?;
    to.text(&notes.endorsed_by)?;
    to.put(m.taken_over)?;
    Ok(to.next)
}

/// The statement that writes new rounds.
pub(super) fn inserting(conn: &Connection) -> rusqlite::Result<CachedStatement<'_>> {
    conn.prepare_cached(&INSERT)
}

/// Writes the record of a new round with its statement.
pub(super) fn insert(
    statement: &mut Statement<'_>,
    case_id: i64,
    m: &Milestones,
    notes: &RoundNotes,
) -> rusqlite::Result<()> {
    let next = bind(statement, m, notes)?;
    let mut to = Binder { statement, next };
    to.put(case_id)?;
    to.put(m.round)?;
    to.put(m.opened_at)?;
    to.put(m.start_step)?;
    to.text(&notes.reason_code)?;
    to.text(&notes.reason)?;
    statement.raw_execute().map(drop)
}

/// Writes what has changed in a round.
pub(super) fn update(conn: &Connection, case_id: i64, m: &Milestones, notes: &RoundNotes) -> rusqlite::Result<()> {
    let mut statement = conn.prepare_cached(&UPDATE)?;
    let next = bind(&mut statement, m, notes)?;
    let mut to = Binder { statement: &mut statement, next };
    to.put(case_id)?;
    to.put(m.round)?;
    statement.raw_execute().map(drop)
}
