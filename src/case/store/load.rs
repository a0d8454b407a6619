//! Reads one case, its rounds, steps, minutes and notes.

use super::{CaseFile, RoundNotes};
use crate::case::facts::{CasePeople, Facts, Origin};
use crate::case::milestones::{Milestones, Outcome};
use crate::db::Connection;
use crate::kernel::clock;
use crate::kernel::money::Fen;
use chrono::NaiveDate;
use rusqlite::{OptionalExtension, Row};

/// Columns of `case_round` in the order [`milestones_at`] reads them.
pub(crate) const ROUND_COLUMNS: &str = "r.round, r.opened_at, r.start_step, r.taken_over, r.step1_at, r.step2_at, \
    r.step3_at, r.step4_at, r.papers_at, r.notice_at, r.supplement_at, r.proposed, r.outcome, r.payable, r.paid_before, \
    r.closed_at, r.told_at, r.agreed_at, r.delivered_at, r.inquiry_holds, r.inquiry_due, r.chosen_at, r.prechecked_at, r.paid_at, \
    r.receipt_at, r.sorted_at, r.bound_at, r.filed_at, r.endorsed_by";
/// How many columns that is.
pub(crate) const ROUND_WIDTH: usize = 29;

/// Reads milestones from a row whose round columns start at `at`.
pub(super) fn milestones_at(row: &Row<'_>, at: usize) -> rusqlite::Result<Milestones> {
    let start: i64 = row.get(at + 2)?;
    let proposed: String = row.get(at + 11)?;
    let outcome: String = row.get(at + 12)?;
    let endorsed_by: String = row.get(at + 28)?;
    Ok(Milestones {
        round: row.get(at)?,
        opened_at: row.get(at + 1)?,
        start_step: u8::try_from(start).unwrap_or(1),
        taken_over: row.get(at + 3)?,
        steps: [row.get(at + 4)?, row.get(at + 5)?, row.get(at + 6)?, row.get(at + 7)?],
        papers_at: row.get(at + 8)?,
        notice_at: row.get(at + 9)?,
        supplement_at: row.get(at + 10)?,
        proposed: Outcome::from_code(&proposed),
        outcome: Outcome::from_code(&outcome),
        payable: row.get::<_, Option<i64>>(at + 13)?.map(Fen::from_fen),
        paid_before: Fen::from_fen(row.get(at + 14)?),
        closed_at: row.get(at + 15)?,
        told_at: row.get(at + 16)?,
        agreed_at: row.get(at + 17)?,
        delivered_at: row.get(at + 18)?,
        inquiry_holds: row.get(at + 19)?,
        inquiry_due: row.get(at + 20)?,
        chosen_at: row.get(at + 21)?,
        prechecked_at: row.get(at + 22)?,
        paid_at: row.get(at + 23)?,
        receipt_at: row.get(at + 24)?,
        sorted_at: row.get(at + 25)?,
        bound_at: row.get(at + 26)?,
        filed_at: row.get(at + 27)?,
        endorsed: !endorsed_by.is_empty(),
    })
}

pub(super) fn notes_at(row: &Row<'_>, at: usize) -> rusqlite::Result<RoundNotes> {
    Ok(RoundNotes {
        reason_code: row.get(at)?,
        reason: row.get(at + 1)?,
        approver: row.get(at + 2)?,
        batch_day: row.get(at + 3)?,
        archive_due: row.get(at + 4)?,
        archive_edition: row.get(at + 5)?,
        payment_mode: row.get(at + 6)?,
        box_text: row.get(at + 7)?,
        endorsed_by: row.get(at + 8)?,
    })
}

/// Columns of `case_round` in the order [`notes_at`] reads them.
pub(super) const NOTE_COLUMNS: &str = "r.reason_code, r.reason, r.approver, r.batch_day, r.archive_due, r.archive_edition, \
    r.payment_mode, r.box_text, r.endorsed_by";
/// How many columns that is.
const NOTE_WIDTH: usize = 9;

/// Columns of `cases` in the order [`facts_at`] reads them.
pub(super) const FACT_COLUMNS: &str = "c.case_no, c.accident_no, c.policy_no, c.line, c.insured, c.id_kind, c.id_no, \
    c.phone, c.plate, c.policy_end, c.loss_date, c.report_date, c.claimed_at, c.papers_at, c.assessed, c.verified, \
    c.payable, c.surveyor, c.surveyed_at, c.survey_place, c.assessor, c.verifier, c.adjuster, c.payee, c.holder, \
    c.bank, c.account, c.account_kind";
const FACT_WIDTH: usize = 28;

pub(super) fn facts_at(row: &Row<'_>, at: usize) -> rusqlite::Result<Facts> {
    let day = |index: usize| -> rusqlite::Result<Option<NaiveDate>> {
        Ok(clock::parse_day(&row.get::<_, String>(at + index)?))
    };
    let money = |index: usize| -> rusqlite::Result<Option<Fen>> {
        Ok(row.get::<_, Option<i64>>(at + index)?.map(Fen::from_fen))
    };
    Ok(Facts {
        case_no: row.get(at)?,
        accident_no: row.get(at + 1)?,
        policy_no: row.get(at + 2)?,
        line: row.get(at + 3)?,
        insured: row.get(at + 4)?,
        id_kind: row.get(at + 5)?,
        id_no: row.get(at + 6)?,
        phone: row.get(at + 7)?,
        plate: row.get(at + 8)?,
        policy_end: day(9)?,
        loss_date: day(10)?,
        report_date: day(11)?,
        claimed_at: row.get(at + 12)?,
        papers_at: row.get(at + 13)?,
        assessed: money(14)?,
        verified: money(15)?,
        payable: money(16)?,
        surveyor: row.get(at + 17)?,
        surveyed_at: row.get(at + 18)?,
        survey_place: row.get(at + 19)?,
        assessor: row.get(at + 20)?,
        verifier: row.get(at + 21)?,
        adjuster: row.get(at + 22)?,
        payee: row.get(at + 23)?,
        holder: row.get(at + 24)?,
        bank: row.get(at + 25)?,
        account: row.get(at + 26)?,
        account_kind: row.get(at + 27)?,
    })
}

pub(super) fn case_at(row: &Row<'_>) -> rusqlite::Result<CaseFile> {
    let facts = facts_at(row, 0)?;
    let own = FACT_WIDTH;
    let origin: String = row.get(own + 6)?;
    let round = own + 13;
    Ok(CaseFile {
        facts,
        id: row.get(own)?,
        case_code: row.get(own + 1)?,
        people: CasePeople {
            surveyor: row.get(own + 2)?,
            assessor: row.get(own + 3)?,
            verifier: row.get(own + 4)?,
            adjuster: row.get(own + 5)?,
        },
        origin: Origin::from_code(&origin),
        awaiting_core: row.get(own + 7)?,
        core_differs: row.get(own + 8)?,
        import_seq: row.get(own + 9)?,
        received_at: row.get(own + 10)?,
        version: row.get(own + 11)?,
        milestones: milestones_at(row, round)?,
        round: notes_at(row, round + ROUND_WIDTH)?,
    })
}

/// Columns of a case with its current round in the order [`case_at`] reads them.
pub(super) fn case_columns() -> String {
    format!(
        "{FACT_COLUMNS}, c.id, c.case_code, c.surveyor_id, c.assessor_id, c.verifier_id, c.adjuster_id, c.origin, \
         c.awaiting_core, c.core_differs, c.import_seq, c.received_at, c.version, c.round, {ROUND_COLUMNS}, {NOTE_COLUMNS}"
    )
}
/// How many columns that is.
pub(super) const CASE_WIDTH: usize = FACT_WIDTH + 13 + ROUND_WIDTH + NOTE_WIDTH;

fn select(condition: &str) -> String {
    let columns = case_columns();
    format!(
        "SELECT {columns} FROM cases c JOIN case_round r ON r.case_id = c.id AND r.round = c.round WHERE {condition}"
    )
}

/// The case with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<CaseFile>> {
    conn.prepare_cached(&select("c.id = $1"))?.query_row([id], case_at).optional()
}

/// The case with this 赔案号.
///
/// # Errors
/// What SQLite says.
pub fn by_case_no(conn: &Connection, case_no: &str) -> rusqlite::Result<Option<CaseFile>> {
    if case_no.is_empty() {
        return Ok(None);
    }
    conn.prepare_cached(&select("c.case_no = $1 AND c.case_no <> ''"))?.query_row([case_no], case_at).optional()
}

/// The other cases of one accident, in order of their keys.
///
/// # Errors
/// What SQLite says.
pub fn of_accident(conn: &Connection, accident_no: &str) -> rusqlite::Result<Vec<CaseFile>> {
    if accident_no.is_empty() {
        return Ok(Vec::new());
    }
    conn.prepare_cached(&format!("{} ORDER BY c.id LIMIT 50", select("c.accident_no = $1 AND c.accident_no <> ''")))?
        .query_map([accident_no], case_at)?
        .collect()
}

/// Up to `limit` cases after a key, in key order.
///
/// # Errors
/// What SQLite says.
pub fn after(conn: &Connection, id: i64, limit: i64) -> rusqlite::Result<Vec<CaseFile>> {
    conn.prepare_cached(&format!("{} ORDER BY c.id LIMIT $2", select("c.id > $1")))?
        .query_map([id, limit], case_at)?
        .collect()
}

/// Up to `limit` cases that have a number, in the order of their numbers, after one.
///
/// # Errors
/// What SQLite says.
pub fn after_number(conn: &Connection, case_no: &str, limit: i64) -> rusqlite::Result<Vec<CaseFile>> {
    conn.prepare_cached(&format!("{} ORDER BY c.case_no LIMIT $2", select("c.case_no > $1 AND c.case_no <> ''")))?
        .query_map(rusqlite::params![case_no, limit], case_at)?
        .collect()
}

/// Up to `limit` cases without a number, in the order of their codes, after one.
///
/// # Errors
/// What SQLite says.
pub fn unnumbered_after(conn: &Connection, case_code: &str, limit: i64) -> rusqlite::Result<Vec<CaseFile>> {
    conn.prepare_cached(&format!("{} ORDER BY c.case_code LIMIT $2", select("c.case_code > $1 AND c.case_no = ''")))?
        .query_map(rusqlite::params![case_code, limit], case_at)?
        .collect()
}

/// Code of the first case whose current round has no record; such a case is on no list.
///
/// # Errors
/// What SQLite says.
pub fn without_round(conn: &Connection) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT c.case_code FROM cases c WHERE NOT EXISTS \
         (SELECT 1 FROM case_round r WHERE r.case_id = c.id AND r.round = c.round) ORDER BY c.id LIMIT 1",
    )?
    .query_row([], |row| row.get(0))
    .optional()
}

/// Every round of a case, first to last.
///
/// # Errors
/// What SQLite says.
pub fn rounds(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<(Milestones, RoundNotes)>> {
    conn.prepare_cached(&format!(
        "SELECT {ROUND_COLUMNS}, {NOTE_COLUMNS} FROM case_round r WHERE r.case_id = $1 ORDER BY r.round"
    ))?
    .query_map([case_id], |row| Ok((milestones_at(row, 0)?, notes_at(row, ROUND_WIDTH)?)))?
    .collect()
}

/// One confirmation of a step, in force or void.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StepRecord {
    /// Key in the store.
    pub id: i64,
    /// Round it belongs to.
    pub round: i64,
    /// 1 to 5.
    pub step: u8,
    /// Round it was carried over from; 0 = confirmed in its own.
    pub carried_from: i64,
    /// 不适用
    pub not_applicable: bool,
    /// Reason given, empty if none was needed.
    pub reason: String,
    /// Surveyor, assessor, verifier or approver.
    pub person_id: Option<i64>,
    /// Adjuster (step 4).
    pub second_id: Option<i64>,
    /// Assessed or verified amount.
    pub amount: Option<Fen>,
    /// Payable (steps 4 and 5).
    pub second_amount: Option<Fen>,
    /// Survey day, `YYYY-MM-DD` or empty.
    pub day: String,
    /// Survey place.
    pub place: String,
    /// Outcome proposed or fixed.
    pub outcome: Option<Outcome>,
    /// The leader a deputy signed for.
    pub on_behalf_of: Option<i64>,
    /// When it happened, if not when it was recorded.
    pub happened_at: Option<i64>,
    /// When it was recorded.
    pub recorded_at: i64,
    /// Who recorded it.
    pub recorded_by: i64,
    /// When it became void.
    pub void_at: Option<i64>,
    /// Who made it void.
    pub void_by: String,
    /// Why it became void.
    pub void_reason: String,
}

/// Columns of `step_record` in the order [`step_at`] reads them.
pub(super) const STEP_COLUMNS: &str = "s.id, s.round, s.step, s.carried_from, s.not_applicable, s.reason, s.person_id, \
    s.second_id, s.amount, s.second_amount, s.day, s.place, s.outcome, s.on_behalf_of, s.happened_at, s.recorded_at, \
    s.recorded_by, s.void_at, s.void_by, s.void_reason";

/// Every step record of a case in the order they were made.
///
/// # Errors
/// What SQLite says.
pub fn steps(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<StepRecord>> {
    conn.prepare_cached(&format!("SELECT {STEP_COLUMNS} FROM step_record s WHERE s.case_id = $1 ORDER BY s.id"))?
        .query_map([case_id], step_at)?
        .collect()
}

pub(super) fn step_at(row: &Row<'_>) -> rusqlite::Result<StepRecord> {
    let step: i64 = row.get(2)?;
    let outcome: String = row.get(12)?;
    Ok(StepRecord {
        id: row.get(0)?,
        round: row.get(1)?,
        step: u8::try_from(step).unwrap_or(0),
        carried_from: row.get(3)?,
        not_applicable: row.get(4)?,
        reason: row.get(5)?,
        person_id: row.get(6)?,
        second_id: row.get(7)?,
        amount: row.get::<_, Option<i64>>(8)?.map(Fen::from_fen),
        second_amount: row.get::<_, Option<i64>>(9)?.map(Fen::from_fen),
        day: row.get(10)?,
        place: row.get(11)?,
        outcome: Outcome::from_code(&outcome),
        on_behalf_of: row.get(13)?,
        happened_at: row.get(14)?,
        recorded_at: row.get(15)?,
        recorded_by: row.get(16)?,
        void_at: row.get(17)?,
        void_by: row.get(18)?,
        void_reason: row.get(19)?,
    })
}

/// The items whose sum is the payable of a step-4 record.
///
/// # Errors
/// What SQLite says.
pub fn items(conn: &Connection, step_record_id: i64) -> rusqlite::Result<Vec<(String, Fen)>> {
    conn.prepare_cached("SELECT name, amount FROM payable_item WHERE step_record_id = $1 ORDER BY position")?
        .query_map([step_record_id], |row| Ok((row.get(0)?, Fen::from_fen(row.get(1)?))))?
        .collect()
}

/// A note on a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// When, UTC seconds.
    pub at: i64,
    /// 工号 of who wrote it.
    pub by_no: String,
    /// What it says.
    pub text: String,
}

/// The newest notes of a case, newest first.
///
/// # Errors
/// What SQLite says.
pub fn notes(conn: &Connection, case_id: i64, limit: i64) -> rusqlite::Result<Vec<Note>> {
    conn.prepare_cached("SELECT at, by_no, text FROM note WHERE case_id = $1 ORDER BY id DESC LIMIT $2")?
        .query_map([case_id, limit], |row| Ok(Note { at: row.get(0)?, by_no: row.get(1)?, text: row.get(2)? }))?
        .collect()
}
