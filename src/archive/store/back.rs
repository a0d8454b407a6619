//! Taking back a wrong sorting or binding: a later act with a reason; the old work stays visible beside it.

use super::{handover, required, work};
use crate::archive::rules::back::{Back, judge};
use crate::case::store::{seals, stale, subject, write};
use crate::db::{ActError, ActTx, Connection, journal};
use crate::kernel::text;
use crate::kernel::words::{Lang, W};
use crate::office::rules::Right;
use crate::office::store::require;
use crate::phrase;
use serde_json::{Value, json};

/// The act's name in the journal.
const ACT: &str = "archive_back";
/// Most take-backs of a file that are told.
const MOST: i64 = 20;

/// Takes a file that is not in its box yet one or two steps back. When the work lies in a sealed day, the next sheet
/// prints it as a correction (更正).
///
/// # Errors
/// A refusal with every reason: no right, stale, not sorted or bound yet, in its box, no reason.
pub fn take_back(tx: &mut ActTx<'_>, case_id: i64, seen: i64, to: Back, reason: &str) -> Result<i64, ActError> {
    require(tx, Right::Archive)?;
    let desk = required(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let reason = text::fold(reason).into_owned();
    let findings = judge(&desk.case.milestones, to, &reason);
    if findings.blocking() {
        return Err(findings.into());
    }
    let (m, mut after) = (&desk.case.milestones, desk.case.clone());
    let (sorted, bound) = (m.sorted_at, m.bound_at);
    after.milestones.bound_at = None;
    let oldest = match to {
        Back::Bind => bound,
        Back::Sort => {
            after.milestones.sorted_at = None;
            sorted
        }
    };
    let version = write::save(tx, &desk.case, &mut after, &desk.rules, true)?;
    work::record(tx, &desk, to.code(), 0)?;
    let facts = json!({
        "round": m.round, "to": to.code(), "reason": reason,
        "sorted_at": after.milestones.sorted_at, "sorted_at_was": sorted, "bound_at": null, "bound_at_was": bound,
    });
    tx.journal_as(ACT, &subject(&desk.case.case_code), version, &facts)?;
    let sealed = oldest.map(|at| seals::inside(tx.conn(), at)).transpose()?.flatten();
    if let Some(day) = sealed {
        let code = desk.case.case_code.as_str();
        handover::correct(tx, day, &phrase!(W::ArchiveBackCorrection, code, to.word(), reason).say(Lang::Zh))?;
    }
    Ok(version)
}

/// Why work on a file was taken back: when, and the reason; the newest first.
///
/// # Errors
/// What SQLite says.
pub fn reasons(conn: &Connection, case_code: &str) -> rusqlite::Result<Vec<(i64, String)>> {
    let reason = |payload: &str| {
        let body: Value = serde_json::from_str(payload).unwrap_or_default();
        body.get("reason").and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let rows = journal::of_act(conn, &subject(case_code), ACT, MOST)?;
    Ok(rows.into_iter().map(|row| (row.at, reason(&row.payload))).collect())
}
