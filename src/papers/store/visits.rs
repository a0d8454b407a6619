//! Visits: who came, what was shown, and which case they belong to; also before there is a case.

use super::{NewMark, items, payment};
use crate::case::store::CaseFile;
use crate::db::{ActError, ActTx, Connection};
use crate::instructions::rules::{Mode, PayeeKind};
use crate::kernel::clock;
use crate::kernel::identity::plate_key;
use crate::kernel::text;
use crate::kernel::words::W;
use crate::papers::rules::payment::{self as rules_of_payment, Asked, Known, PaymentNeed, Way};
use crate::papers::rules::{self, ItemState, Mark, State};
use crate::reference::rulebook::Rulebook;
use rusqlite::{OptionalExtension, Row, params};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Who came to the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Came {
    /// 被保险人
    Insured,
    /// 家属
    Family,
    /// 代领人
    Agent,
    /// 修理厂
    Shop,
    /// 单位经办
    Company,
    /// 受害第三者
    ThirdParty,
    /// 其他
    Other,
    /// Nobody said; papers were marked without a visit being opened.
    Unsaid,
}

impl Came {
    /// Those a clerk chooses from.
    pub const ALL: [Came; 7] =
        [Came::Insured, Came::Family, Came::Agent, Came::Shop, Came::Company, Came::ThirdParty, Came::Other];

    /// Name in the store.
    pub const fn code(self) -> &'static str {
        match self {
            Came::Insured => "insured",
            Came::Family => "family",
            Came::Agent => "agent",
            Came::Shop => "shop",
            Came::Company => "company",
            Came::ThirdParty => "third_party",
            Came::Other => "other",
            Came::Unsaid => "unsaid",
        }
    }

    /// The one with this name; an unknown one is nobody who was named.
    pub fn from_code(code: &str) -> Came {
        Came::ALL.into_iter().find(|came| came.code() == code).unwrap_or(Came::Unsaid)
    }

    /// What the clerk reads.
    pub const fn word(self) -> W {
        match self {
            Came::Insured => W::PapersCameInsured,
            Came::Family => W::PapersCameFamily,
            Came::Agent => W::PapersCameAgent,
            Came::Shop => W::PapersCameShop,
            Came::Company => W::PapersCameCompany,
            Came::ThirdParty => W::PapersCameThirdParty,
            Came::Other => W::PapersCameOther,
            Came::Unsaid => W::PapersCameUnsaid,
        }
    }
}

/// What is known of a case before it is imported; empty where not told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// 报案号
    pub accident_no: String,
    /// 保单号
    pub policy_no: String,
    /// 车牌号
    pub plate: String,
}

impl Keys {
    /// The keys of a case.
    pub fn of(case: &CaseFile) -> Keys {
        let f = &case.facts;
        Keys { accident_no: f.accident_no.clone(), policy_no: f.policy_no.clone(), plate: f.plate.clone() }
    }

    /// The same as they are compared: folded, in capitals.
    #[must_use]
    pub fn folded(&self) -> Keys {
        Keys {
            accident_no: text::fold_upper(&self.accident_no).into_owned(),
            policy_no: text::fold_upper(&self.policy_no).into_owned(),
            plate: plate_key(&self.plate).into_owned(),
        }
    }

    /// Whether none is given.
    pub fn is_empty(&self) -> bool {
        self.accident_no.is_empty() && self.policy_no.is_empty() && self.plate.is_empty()
    }

    /// The first that is given, to name the visit by.
    pub fn name(&self) -> &str {
        [&self.accident_no, &self.policy_no, &self.plate]
            .into_iter()
            .find(|key| !key.is_empty())
            .map_or("", String::as_str)
    }
}

/// A visit to record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVisit {
    /// Who came.
    pub came: Came,
    /// The name as told; may stay empty.
    pub who: String,
    /// The way to be paid that is talked about.
    pub way: Way,
}

/// A visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Key in the store.
    pub id: i64,
    /// What the customer named.
    pub keys: Keys,
    /// Line of insurance that was named, or that of the case.
    pub line: String,
    /// Who came.
    pub came: Came,
    /// The name as told.
    pub who: String,
    /// The way to be paid that was talked about.
    pub way: Way,
    /// The first submission of its case or number.
    pub first: bool,
    /// Proof of identity was lacking.
    pub lacks_id: bool,
    /// Proof of the account was lacking.
    pub lacks_card: bool,
    /// When, UTC seconds.
    pub at: i64,
    /// 工号 of who was at the counter.
    pub by_no: String,
}

const COLUMNS: &str = "v.id, v.accident_no, v.policy_no, v.plate, v.line, v.came, v.who, v.payee_kind, v.mode, v.first, \
                       v.lacks_id, v.lacks_card, v.at, v.by_no";

fn visit_at(row: &Row<'_>) -> rusqlite::Result<Visit> {
    let (came, kind, mode): (String, String, String) = (row.get(5)?, row.get(7)?, row.get(8)?);
    let payee_kind = PayeeKind::from_code(&kind).unwrap_or(PayeeKind::Insured);
    let mode = Mode::from_code(&mode).unwrap_or(Mode::Transfer);
    Ok(Visit {
        id: row.get(0)?,
        keys: Keys { accident_no: row.get(1)?, policy_no: row.get(2)?, plate: row.get(3)? },
        line: row.get(4)?,
        came: Came::from_code(&came),
        who: row.get(6)?,
        way: Way { payee_kind, mode },
        first: row.get(9)?,
        lacks_id: row.get(10)?,
        lacks_card: row.get(11)?,
        at: row.get(12)?,
        by_no: row.get(13)?,
    })
}

/// The visit with this key.
///
/// # Errors
/// What SQLite says.
pub fn by_id(conn: &Connection, id: i64) -> rusqlite::Result<Option<Visit>> {
    conn.prepare_cached(&format!("SELECT {COLUMNS} FROM visit v WHERE v.id = $1"))?.query_row([id], visit_at).optional()
}

/// The visits of a case, newest first.
///
/// # Errors
/// What SQLite says.
pub fn of_case(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<Visit>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM visit_case l JOIN visit v ON v.id = l.visit_id WHERE l.case_id = $1 ORDER BY v.id DESC LIMIT 50"
    ))?
    .query_map([case_id], visit_at)?
    .collect()
}

/// The visits of a time, newest first, each with the case it belongs to (0 while there is none).
///
/// # Errors
/// What SQLite says.
pub fn between(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<Vec<(Visit, i64)>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS}, COALESCE((SELECT MIN(l.case_id) FROM visit_case l WHERE l.visit_id = v.id), 0) FROM visit v \
         WHERE v.at >= $1 AND v.at < $2 ORDER BY v.at DESC, v.id DESC LIMIT 200"
    ))?
    .query_map([from, to], |row| Ok((visit_at(row)?, row.get(14)?)))?
    .collect()
}

/// How long a visit waits for its case, seconds: half a year.
const WAITS: i64 = 183 * 86_400;

/// The visits that may belong to a case: recorded under its accident, policy or plate within half a year, not taken into
/// it yet, nor into a case of another accident.
///
/// # Errors
/// What SQLite says.
pub fn waiting_for(conn: &Connection, case: &CaseFile, now: i64) -> rusqlite::Result<Vec<Visit>> {
    let keys = Keys::of(case).folded();
    let mut found: Vec<Visit> = Vec::new();
    for (column, value) in [("accident_no", &keys.accident_no), ("policy_no", &keys.policy_no), ("plate", &keys.plate)]
    {
        if value.is_empty() {
            continue;
        }
        let sql = format!(
            "SELECT {COLUMNS} FROM visit v WHERE v.{column} = $1 AND v.{column} <> '' AND v.at >= $2 AND NOT EXISTS \
             (SELECT 1 FROM visit_case l JOIN cases c ON c.id = l.case_id WHERE l.visit_id = v.id \
             AND (l.case_id = $3 OR c.accident_no = '' OR c.accident_no <> $4)) ORDER BY v.id LIMIT 20"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let rows = statement.query_map(params![value, now - WAITS, case.id, case.facts.accident_no], visit_at)?;
        for visit in rows {
            let visit = visit?;
            // One that names another accident is not about this case, though the plate is the same.
            let other = &visit.keys.accident_no;
            let contradicts = !other.is_empty() && !keys.accident_no.is_empty() && *other != keys.accident_no;
            if !contradicts && found.iter().all(|known| known.id != visit.id) {
                found.push(visit);
            }
        }
    }
    found.sort_unstable_by_key(|visit| visit.id);
    Ok(found)
}

/// Visits recorded under a number or plate that no case has taken yet, newest first.
///
/// # Errors
/// What SQLite says.
pub fn under(conn: &Connection, typed: &str) -> rusqlite::Result<Vec<Visit>> {
    let (number, plate) = (text::fold_upper(typed).into_owned(), plate_key(typed).into_owned());
    let mut found: Vec<Visit> = Vec::new();
    for (column, value) in [("accident_no", &number), ("policy_no", &number), ("plate", &plate)] {
        let sql = format!(
            "SELECT {COLUMNS} FROM visit v WHERE v.{column} = $1 AND v.{column} <> '' AND NOT EXISTS \
             (SELECT 1 FROM visit_case l WHERE l.visit_id = v.id) ORDER BY v.id DESC LIMIT 10"
        );
        for visit in conn.prepare_cached(&sql)?.query_map([value], visit_at)? {
            let visit = visit?;
            if found.iter().all(|known| known.id != visit.id) {
                found.push(visit);
            }
        }
    }
    Ok(found)
}

/// Whether a visit belongs to a case.
///
/// # Errors
/// What SQLite says.
pub fn has_case(conn: &Connection, visit_id: i64) -> rusqlite::Result<bool> {
    conn.prepare_cached("SELECT 1 FROM visit_case WHERE visit_id = $1 LIMIT 1")?.exists([visit_id])
}

/// The newest visit of a case on the office's day of a moment.
fn today(conn: &Connection, case_id: i64, now: i64) -> rusqlite::Result<Option<Visit>> {
    Ok(of_case(conn, case_id)?.into_iter().next().filter(|visit| clock::day_of(visit.at) == clock::day_of(now)))
}

/// The visit that marks made now belong to: today's, else the one that `new` begins. Part of an act, which journals what
/// it answers: the visit, and what a begun one says.
///
/// # Errors
/// What SQLite says.
pub fn of_today(
    tx: &ActTx<'_>,
    case: &CaseFile,
    new: Option<&NewVisit>,
) -> rusqlite::Result<(Option<i64>, Option<Value>)> {
    if let Some(visit) = today(tx.conn(), case.id, tx.now)? {
        return Ok((Some(visit.id), None));
    }
    let Some(new) = new else { return Ok((None, None)) };
    let (id, said) = insert(tx, &Keys::of(case), &case.facts.line, new, Some(case.id))?;
    Ok((Some(id), Some(said)))
}

/// Writes a visit and answers its key and what the journal says of it. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert(
    tx: &ActTx<'_>,
    keys: &Keys,
    line: &str,
    new: &NewVisit,
    case_id: Option<i64>,
) -> rusqlite::Result<(i64, Value)> {
    let (conn, keys) = (tx.conn(), keys.folded());
    let earlier = match case_id {
        Some(id) => conn.prepare_cached("SELECT 1 FROM visit_case WHERE case_id = $1 LIMIT 1")?.exists([id])?,
        None => !under(conn, keys.name())?.is_empty(),
    };
    let who = text::fold(&new.who).into_owned();
    let id: i64 = conn
        .prepare_cached(
            "INSERT INTO visit (accident_no, policy_no, plate, line, came, who, payee_kind, mode, first, lacks_id, \
             lacks_card, at, by_no) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING id",
        )?
        .query_row(
            params![
                keys.accident_no,
                keys.policy_no,
                keys.plate,
                line,
                new.came.code(),
                who,
                new.way.payee_kind.code(),
                new.way.mode.code(),
                !earlier,
                true,
                new.way.mode.needs_account(),
                tx.now,
                tx.actor.staff_no
            ],
            |row| row.get(0),
        )?;
    if let Some(case_id) = case_id {
        link(tx, id, case_id)?;
    }
    let said = json!({
        "id": id, "accident_no": keys.accident_no, "policy_no": keys.policy_no, "plate": keys.plate, "line": line,
        "came": new.came.code(), "who": who, "payee_kind": new.way.payee_kind.code(), "mode": new.way.mode.code(),
        "first": i64::from(!earlier),
    });
    Ok((id, said))
}

/// Says that a visit belongs to a case. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn link(tx: &ActTx<'_>, visit_id: i64, case_id: i64) -> rusqlite::Result<()> {
    tx.conn()
        .prepare_cached("INSERT INTO visit_case (visit_id, case_id, at, by_no) VALUES ($1, $2, $3, $4)")?
        .execute(params![visit_id, case_id, tx.now, tx.actor.staff_no])
        .map(drop)
}

/// Writes a mark on a paper of a case, shown in a visit or not. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert_mark(
    conn: &Connection,
    (case_id, visit_id): (i64, Option<i64>),
    mark: &NewMark,
    (state, reason): (State, &str),
    (at, by_no): (i64, &str),
) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO paper_mark (case_id, item, state, reason, at, by_no, visit_id) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )?
    .execute(params![case_id, mark.item, state.code(), reason, at, by_no, visit_id])
    .map(drop)
}

/// Writes a mark on a paper shown in a visit that has no case yet. Part of an act.
///
/// # Errors
/// What SQLite says.
pub fn insert_early(tx: &ActTx<'_>, visit_id: i64, mark: &NewMark) -> rusqlite::Result<()> {
    tx.conn()
        .prepare_cached(
            "INSERT INTO visit_mark (visit_id, item, state, reason, at, by_no) VALUES ($1, $2, $3, $4, $5, $6)",
        )?
        .execute(params![
            visit_id,
            mark.item,
            mark.state.code(),
            text::fold(&mark.reason).as_ref(),
            tx.now,
            tx.actor.staff_no
        ])
        .map(drop)
}

/// The marks in force of a visit that had no case, by item.
///
/// # Errors
/// What SQLite says.
pub fn early_marks(conn: &Connection, visit_id: i64) -> rusqlite::Result<BTreeMap<String, Mark>> {
    conn.prepare_cached("SELECT item, state, reason, at, by_no FROM visit_mark WHERE visit_id = $1 ORDER BY id")?
        .query_map([visit_id], mark_at)?
        .collect()
}

/// What was shown in a visit of a case: items with their last mark.
///
/// # Errors
/// What SQLite says.
pub fn shown(conn: &Connection, case_id: i64, visit_id: i64) -> rusqlite::Result<BTreeMap<String, Mark>> {
    conn.prepare_cached(
        "SELECT item, state, reason, at, by_no FROM paper_mark WHERE visit_id = $1 AND case_id = $2 ORDER BY id",
    )?
    .query_map([visit_id, case_id], mark_at)?
    .collect()
}

fn mark_at(row: &Row<'_>) -> rusqlite::Result<(String, Mark)> {
    let state: String = row.get(1)?;
    let state = State::from_code(&state).unwrap_or_default();
    Ok((row.get(0)?, Mark { state, reason: row.get(2)?, at: row.get(3)?, by_no: row.get(4)? }))
}

/// The checklist of a visit that has no case: the claim part of the line named, and the payment part of the way.
///
/// # Errors
/// What SQLite says.
pub fn early_list(
    conn: &Connection,
    rules: &Rulebook,
    visit: &Visit,
) -> rusqlite::Result<(Vec<ItemState>, Vec<Asked>)> {
    let marks = early_marks(conn, visit.id)?;
    let claim =
        super::checklist_of(rules, &visit.line).map(|list| rules::items(list, &marks, false)).unwrap_or_default();
    let need = PaymentNeed {
        line_liability: payment::line_liability(rules, &visit.line),
        ..PaymentNeed::new(visit.way.payee_kind, visit.way.mode, crate::kernel::money::Fen::ZERO)
    };
    Ok((claim, rules_of_payment::list(&need, "", Known { marks: &marks, whose: None, first: None })))
}

/// Counts again whether a visit lacks proof of identity or account, on its case; answers it for the journal.
///
/// # Errors
/// What SQLite says.
pub fn count_lacking(conn: &Connection, rules: &Rulebook, case: &CaseFile, visit_id: i64) -> rusqlite::Result<Value> {
    let way = by_id(conn, visit_id)?.map(|visit| visit.way);
    let whole = payment::whole(conn, rules, case, way)?;
    let claim = items(conn, rules, case)?;
    // Once step 2 is confirmed its papers are in, whatever was marked.
    let claim: &[ItemState] = if case.milestones.steps[1].is_none() { &claim } else { &[] };
    set_lacking(conn, visit_id, claim, &whole.payment)
}

/// The same from lists already read.
///
/// # Errors
/// What SQLite says.
pub fn set_lacking(conn: &Connection, visit_id: i64, claim: &[ItemState], list: &[Asked]) -> rusqlite::Result<Value> {
    let lacking = ["id", "account"].map(|proof| rules_of_payment::lacks(claim, list, proof));
    conn.prepare_cached("UPDATE visit SET lacks_id = $1, lacks_card = $2 WHERE id = $3")?
        .execute(params![lacking[0], lacking[1], visit_id])?;
    Ok(json!({"id": i64::from(lacking[0]), "card": i64::from(lacking[1])}))
}

/// A visit by key inside an act, while no case has taken it.
///
/// # Errors
/// A refusal when there is none, or when it belongs to a case already.
pub fn early(tx: &ActTx<'_>, visit_id: i64) -> Result<Visit, ActError> {
    let visit = by_id(tx.conn(), visit_id)?.ok_or_else(|| ActError::refuse("no_visit", W::PapersNoVisit))?;
    if has_case(tx.conn(), visit_id)? {
        return Err(ActError::refuse("visit_taken", W::PapersVisitTaken));
    }
    Ok(visit)
}
