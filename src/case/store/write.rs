//! Writes facts and milestones together with everything derived from them.

use super::{CaseFile, RoundNotes};
use crate::case::deadline::{Deadline, DeadlineKind, Rules};
use crate::case::facts::{CasePeople, Facts, Origin};
use crate::case::milestones::{Milestones, Stage};
use crate::db::{ActTx, Connection, meta, search};
use crate::kernel::clock;
use crate::kernel::code::{Code, CodeKind};
use crate::kernel::text;
use crate::reference::rulebook::Rulebook;
use anyhow::{Context, ensure};
use chrono::Datelike;
use rusqlite::{OptionalExtension, params};

/// What the list needs of a case, derived from its milestones.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Derived {
    /// Not archived.
    pub open: bool,
    /// Number of the stage.
    pub stage: i64,
    /// Part of the stage, see [`Milestones::part`].
    pub part: i64,
    /// Nearest deadline or `NEVER`.
    pub due_at: i64,
    /// Its clock or 0.
    pub due_kind: i64,
    /// Amount in fen or 0.
    pub amount: i64,
    /// Sign-off of the current round or 0.
    pub closed_at: i64,
}

/// Where a case stands in the answer to a search.
pub fn standing(m: &Milestones) -> search::Standing {
    match m.stage() {
        Stage::Archived => search::Standing::Closed(m.closed_at.unwrap_or(0)),
        _ => search::Standing::Open,
    }
}

/// Derives the list columns.
pub fn derive(facts: &Facts, received_at: i64, m: &Milestones, rules: &Rulebook) -> Derived {
    let clock_facts = facts.clock_facts(rules.compulsory(&facts.line), received_at);
    let computed = Rules { calendar: &rules.calendar, settings: &rules.settings }.nearest(&clock_facts, m);
    let stage = m.stage();
    Derived {
        open: stage != Stage::Archived,
        stage: stage.number(),
        part: m.part(),
        due_at: computed.as_ref().map_or(clock::NEVER, |d| d.due_at),
        due_kind: computed.as_ref().map_or(0, |d| d.kind.number()),
        amount: clock_facts.size_amount().map_or(0, |a| a.fen()),
        closed_at: m.closed_at.unwrap_or(0),
    }
}

/// The archive deadline that is stored with a closed round.
pub fn archive_deadline(m: &Milestones, rules: &Rulebook) -> Option<Deadline> {
    Rules { calendar: &rules.calendar, settings: &rules.settings }.archive(m)
}

/// Name of the counter of a stage.
pub fn stage_counter(stage: i64) -> String {
    format!("cases.stage.{stage}")
}

/// Counter of all cases.
pub const TOTAL: &str = "cases.total";

/// The next free code of a kind in an office year.
///
/// # Errors
/// When the year has run out of serials, or what SQLite says.
pub fn next_code(conn: &Connection, kind: CodeKind, now: i64) -> anyhow::Result<Code> {
    let year = clock::day_of(now).year();
    let serial = meta::count(conn, &format!("code.{}.{year}", kind as u8), 1)?;
    u32::try_from(serial).ok().and_then(|serial| Code::new(kind, year, serial)).context("the year has no more codes")
}

/// What a number is found by its tail with: folded, in capitals, backwards.
pub fn tail_key(number: &str) -> String {
    text::reversed(&text::fold_upper(number))
}

/// Whether the stored tails of a case are those of its numbers.
///
/// # Errors
/// What SQLite says.
pub fn tails_fit(conn: &Connection, id: i64, facts: &Facts) -> rusqlite::Result<bool> {
    let stored: [String; 3] = conn
        .prepare_cached("SELECT case_no_rev, id_rev, phone_rev FROM cases WHERE id = $1")?
        .query_row([id], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]))?;
    Ok(stored == [&facts.case_no, &facts.id_no, &facts.phone].map(|number| tail_key(number)))
}

/// A case about to be written.
#[derive(Clone, Debug)]
pub struct NewCase<'a> {
    /// Facts.
    pub facts: &'a Facts,
    /// Persons behind the names.
    pub people: CasePeople,
    /// How it comes in.
    pub origin: Origin,
    /// 待核心补全
    pub awaiting_core: bool,
    /// Journal row that will hold the imported row; 0 for a case entered by hand.
    pub import_seq: i64,
    /// When it comes in.
    pub received_at: i64,
    /// Milestones of its first round.
    pub milestones: &'a Milestones,
    /// What is kept beside them.
    pub round: &'a RoundNotes,
}

/// Writes a new case; returns its key and code.
///
/// # Errors
/// What SQLite says (a case_no that is taken violates its index).
pub fn insert(tx: &ActTx<'_>, new: &NewCase<'_>, rules: &Rulebook) -> anyhow::Result<(i64, String)> {
    let conn = tx.conn();
    ensure!(new.milestones.round == 1, "a new case starts with round 1, not {}", new.milestones.round);
    let code = next_code(conn, CodeKind::Case, new.received_at)?;
    let derived = derive(new.facts, new.received_at, new.milestones, rules);
    let f = new.facts;
    let day = |d: Option<chrono::NaiveDate>| d.map_or_else(String::new, |d| d.to_string());
    let id: i64 = conn
        .prepare_cached(
        "INSERT INTO cases (case_code, case_no, case_no_rev, accident_no, policy_no, line, insured, id_kind, id_no, id_rev, \
         phone, phone_rev, plate, policy_end, loss_date, report_date, claimed_at, papers_at, assessed, verified, payable, \
         surveyor, surveyor_id, surveyed_at, survey_place, assessor, assessor_id, verifier, verifier_id, adjuster, \
         adjuster_id, payee, holder, bank, account, account_kind, origin, awaiting_core, core_differs, import_seq, \
         received_at, version, round, open, stage, step, due_at, due_kind, amount, closed_at) VALUES ($1, $2, $3, $4, $5, \
         $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, \
         $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, 0, $39, $40, 1, 1, $41, $42, $43, $44, $45, $46, $47) RETURNING id",
    )?
    .query_row(
        params![
        code.as_str(),
        f.case_no,
        tail_key(&f.case_no),
        f.accident_no,
        f.policy_no,
        f.line,
        f.insured,
        f.id_kind,
        f.id_no,
        tail_key(&f.id_no),
        f.phone,
        tail_key(&f.phone),
        f.plate,
        day(f.policy_end),
        day(f.loss_date),
        day(f.report_date),
        f.claimed_at,
        f.papers_at,
        f.assessed.map(|a| a.fen()),
        f.verified.map(|a| a.fen()),
        f.payable.map(|a| a.fen()),
        f.surveyor,
        new.people.surveyor,
        f.surveyed_at,
        f.survey_place,
        f.assessor,
        new.people.assessor,
        f.verifier,
        new.people.verifier,
        f.adjuster,
        new.people.adjuster,
        f.payee,
        f.holder,
        f.bank,
        f.account,
        f.account_kind,
        new.origin.code(),
        new.awaiting_core,
        new.import_seq,
        new.received_at,
        derived.open,
        derived.stage,
        derived.part,
        derived.due_at,
        derived.due_kind,
        derived.amount,
        derived.closed_at,
    ],
        |row| row.get(0),
    )?;
    insert_round(conn, id, new.milestones, new.round)?;
    tx.names.put(search::Kind::Case, id, &f.insured, standing(new.milestones));
    meta::count(conn, TOTAL, 1)?;
    meta::count(conn, &stage_counter(derived.stage), 1)?;
    Ok((id, code.as_str().to_owned()))
}

/// Writes the record of a new round.
///
/// # Errors
/// What SQLite says.
pub fn insert_round(conn: &Connection, case_id: i64, m: &Milestones, notes: &RoundNotes) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO case_round (case_id, round, opened_at, start_step, reason_code, reason, taken_over, proposed, outcome, \
         paid_before, approver, batch_day, archive_edition, inquiry_holds, payment_mode, box_text, endorsed_by) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, '', '', 0, '', '', '', 0, '', '', '')",
    )?
    .execute(params![case_id, m.round, m.opened_at, m.start_step, notes.reason_code, notes.reason, m.taken_over])?;
    update_round(conn, case_id, m, notes)
}

fn update_round(conn: &Connection, case_id: i64, m: &Milestones, notes: &RoundNotes) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE case_round SET step1_at = $1, step2_at = $2, step3_at = $3, step4_at = $4, papers_at = $5, notice_at = $6, \
         supplement_at = $7, proposed = $8, outcome = $9, payable = $10, paid_before = $11, closed_at = $12, approver = $13, \
         batch_day = $14, archive_due = $15, archive_edition = $16, told_at = $17, agreed_at = $18, delivered_at = $19, \
         inquiry_holds = $20, chosen_at = $21, prechecked_at = $22, paid_at = $23, payment_mode = $24, receipt_at = $25, \
         sorted_at = $26, bound_at = $27, filed_at = $28, box_text = $29, endorsed_by = $30, taken_over = $31 \
         WHERE case_id = $32 AND round = $33",
    )?
    .execute(params![
        m.steps[0],
        m.steps[1],
        m.steps[2],
        m.steps[3],
        m.papers_at,
        m.notice_at,
        m.supplement_at,
        m.proposed.map_or("", |o| o.code()),
        m.outcome.map_or("", |o| o.code()),
        m.payable.map(|p| p.fen()),
        m.paid_before.fen(),
        m.closed_at,
        notes.approver,
        notes.batch_day,
        notes.archive_due,
        notes.archive_edition,
        m.told_at,
        m.agreed_at,
        m.delivered_at,
        m.inquiry_holds,
        m.chosen_at,
        m.prechecked_at,
        m.paid_at,
        notes.payment_mode,
        m.receipt_at,
        m.sorted_at,
        m.bound_at,
        m.filed_at,
        notes.box_text,
        notes.endorsed_by,
        m.taken_over,
        case_id,
        m.round,
    ])
    .map(drop)
}

/// Saves a changed case: facts, milestones of its current round, derived columns, counters.
///
/// `before` is the case as read inside the same act; `after` as it is to be. `raise` raises the version
/// (acts that change a milestone or an amount). Returns the version afterwards.
///
/// # Errors
/// What SQLite says.
pub fn save(
    tx: &ActTx<'_>,
    before: &CaseFile,
    after: &mut CaseFile,
    rules: &Rulebook,
    raise: bool,
) -> anyhow::Result<i64> {
    let conn = tx.conn();
    after.version = before.version + i64::from(raise);
    // A filed case keeps the deadline it was measured against.
    if before.milestones.filed_at.is_none()
        && let Some(due) = archive_deadline(&after.milestones, rules)
    {
        after.round.archive_due = Some(due.due_at);
        after.round.archive_edition = rules.calendar.edition();
    }
    if after.milestones != before.milestones || after.round != before.round {
        if after.milestones.round > before.milestones.round {
            insert_round(conn, after.id, &after.milestones, &after.round)?;
        } else {
            update_round(conn, after.id, &after.milestones, &after.round)?;
        }
    }
    if after.facts != before.facts || after.people != before.people {
        update_facts(conn, after)?;
    }
    let was = derive(&before.facts, before.received_at, &before.milestones, rules);
    let is = derive(&after.facts, after.received_at, &after.milestones, rules);
    write_derived(conn, after, &is)?;
    let found_by = (before.facts.insured.as_str(), standing(&before.milestones));
    tx.names.change(search::Kind::Case, after.id, found_by, (&after.facts.insured, standing(&after.milestones)));
    if was.stage != is.stage {
        meta::count(conn, &stage_counter(was.stage), -1)?;
        meta::count(conn, &stage_counter(is.stage), 1)?;
    }
    Ok(after.version)
}

/// The derived columns of a case as they are stored.
///
/// # Errors
/// What SQLite says.
pub fn read_derived(conn: &Connection, id: i64) -> rusqlite::Result<Option<Derived>> {
    conn.prepare_cached("SELECT open, stage, step, due_at, due_kind, amount, closed_at FROM cases WHERE id = $1")?
        .query_row([id], |row| {
            Ok(Derived {
                open: row.get(0)?,
                stage: row.get(1)?,
                part: row.get(2)?,
                due_at: row.get(3)?,
                due_kind: row.get(4)?,
                amount: row.get(5)?,
                closed_at: row.get(6)?,
            })
        })
        .optional()
}

/// Writes the derived columns and the marks of a case.
///
/// # Errors
/// What SQLite says.
pub fn write_derived(conn: &Connection, case: &CaseFile, derived: &Derived) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "UPDATE cases SET awaiting_core = $1, core_differs = $2, import_seq = $3, version = $4, round = $5, open = $6, \
         stage = $7, step = $8, due_at = $9, due_kind = $10, amount = $11, closed_at = $12 WHERE id = $13",
    )?
    .execute(params![
        case.awaiting_core,
        case.core_differs,
        case.import_seq,
        case.version,
        case.milestones.round,
        derived.open,
        derived.stage,
        derived.part,
        derived.due_at,
        derived.due_kind,
        derived.amount,
        derived.closed_at,
        case.id,
    ])
    .map(drop)
}

fn update_facts(conn: &Connection, case: &CaseFile) -> rusqlite::Result<()> {
    let f = &case.facts;
    let day = |d: Option<chrono::NaiveDate>| d.map_or_else(String::new, |d| d.to_string());
    conn.prepare_cached(
        "UPDATE cases SET case_no = $1, case_no_rev = $2, accident_no = $3, policy_no = $4, line = $5, insured = $6, \
         id_kind = $7, id_no = $8, id_rev = $9, phone = $10, phone_rev = $11, plate = $12, policy_end = $13, \
         loss_date = $14, report_date = $15, claimed_at = $16, papers_at = $17, assessed = $18, verified = $19, \
         payable = $20, surveyor = $21, surveyor_id = $22, surveyed_at = $23, survey_place = $24, assessor = $25, \
         assessor_id = $26, verifier = $27, verifier_id = $28, adjuster = $29, adjuster_id = $30, payee = $31, \
         holder = $32, bank = $33, account = $34, account_kind = $35 WHERE id = $36",
    )?
    .execute(params![
        f.case_no,
        tail_key(&f.case_no),
        f.accident_no,
        f.policy_no,
        f.line,
        f.insured,
        f.id_kind,
        f.id_no,
        tail_key(&f.id_no),
        f.phone,
        tail_key(&f.phone),
        f.plate,
        day(f.policy_end),
        day(f.loss_date),
        day(f.report_date),
        f.claimed_at,
        f.papers_at,
        f.assessed.map(|a| a.fen()),
        f.verified.map(|a| a.fen()),
        f.payable.map(|a| a.fen()),
        f.surveyor,
        case.people.surveyor,
        f.surveyed_at,
        f.survey_place,
        f.assessor,
        case.people.assessor,
        f.verifier,
        case.people.verifier,
        f.adjuster,
        case.people.adjuster,
        f.payee,
        f.holder,
        f.bank,
        f.account,
        f.account_kind,
        case.id,
    ])
    .map(drop)
}

/// Writes a note.
///
/// # Errors
/// What SQLite says.
pub fn insert_note(conn: &Connection, case_id: i64, at: i64, by_no: &str, text: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO note (case_id, at, by_no, text) VALUES ($1, $2, $3, $4)")?
        .execute(params![case_id, at, by_no, text])
        .map(drop)
}

/// Whether a due kind is the tentative archive deadline, which is never "overdue".
pub fn is_tentative(due_kind: i64) -> bool {
    due_kind == DeadlineKind::ArchiveTentative.number()
}
