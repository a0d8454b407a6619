//! Filing: a file gets its position in a box of the right kind, or goes back to the one reserved for it.

use super::{Desk, required, work};
use crate::archive::rules::Step;
use crate::boxes::rules::{ArchiveBox, BoxKey, judge_filing, key_label};
use crate::boxes::store as boxes;
use crate::boxes::store::{loans, positions, where_is};
use crate::case::store::{stale, subject, write};
use crate::db::{ActError, ActTx, Connection};
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::words::{Arg, Phrase, W};
use crate::office::rules::Right;
use crate::office::store::require;
use serde_json::json;

/// Why a file leaves a position for good: its class or retention class is another one now.
const OTHER_KIND: &str = "kind";

/// A file in its box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Key of the case.
    pub case_id: i64,
    /// 一案一码
    pub case_code: String,
    /// The box.
    pub found: ArchiveBox,
    /// Its position.
    pub ordinal: i64,
    /// Filed at or before the deadline.
    pub on_time: bool,
}

/// The box a file should go into, as the desk proposes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proposal {
    /// Into this one; the position is reserved when the file comes back.
    Into(ArchiveBox, Option<i64>),
    /// No box of this kind takes files: one has to be opened.
    Open(BoxKey),
}

/// Which box a file should go into; nothing for a case that was never closed.
///
/// # Errors
/// What SQLite says.
pub fn propose(conn: &Connection, desk: &Desk, now: i64) -> rusqlite::Result<Option<Proposal>> {
    let Some(key) = desk.key(now) else { return Ok(None) };
    if let Some(place) = where_is(conn, desk.case.id)?.filter(|place| place.found.key == key) {
        return Ok(Some(Proposal::Into(place.found, Some(place.ordinal))));
    }
    Ok(Some(match boxes::right_box(conn, &key)? {
        Some(found) => Proposal::Into(found, None),
        None => Proposal::Open(key),
    }))
}

/// Puts a bound file into a box. A wrong or full box is refused with the right one named.
///
/// # Errors
/// A refusal: no right, the time is in doubt, stale, not bound yet, the wrong box.
pub fn file(tx: &mut ActTx<'_>, case_id: i64, seen: i64, box_id: i64) -> Result<Filed, ActError> {
    let actor = require(tx, Right::Archive)?;
    tx.require_certain_time()?;
    let desk = required(tx.store(), case_id)?;
    stale::check(tx, &desk.case, seen)?;
    let found = boxes::required(tx.conn(), box_id)?;
    match Step::of(&desk.case.milestones) {
        Step::File => {}
        Step::Done => return Err(ActError::refuse("filed", W::ArchiveFiledAlready)),
        Step::NotYet(_) => return Err(ActError::refuse("not_yet", W::ArchiveNotYetHere)),
        _ => return Err(ActError::refuse("not_bound", W::ArchiveNotBound)),
    }
    let key = desk.key(tx.now).ok_or_else(|| ActError::refuse("not_yet", W::ArchiveNotYetHere))?;
    let place = where_is(tx.conn(), case_id)?;
    let reserved = place.as_ref().filter(|place| place.found.key == key);
    let ordinal = match reserved {
        Some(place) if place.found.id == box_id => place.ordinal,
        Some(place) => {
            let args = [Arg::from(place.found.label(&desk.rules)), Arg::Number(place.ordinal)];
            return Err(ActError::refuse("reserved", Phrase::new(W::ArchiveReserved, args)));
        }
        None => {
            refuse_wrong_box(tx.conn(), &desk, &found, &key)?;
            if let Some(old) = &place {
                positions::leave(tx, old, case_id, &actor.staff_no, OTHER_KIND)?;
            }
            positions::put(tx, box_id, case_id, &actor.staff_no)?
        }
    };
    if let Some(loan) = loans::open_of(tx.conn(), case_id)? {
        loans::end(tx, &loan)?;
    }
    let mut after = desk.case.clone();
    after.milestones.filed_at = Some(tx.now);
    let version = write::save(tx, &desk.case, &mut after, &desk.rules, true)?;
    work::record(tx, &desk, "filed", 0)?;
    let on_time = after.round.archive_due.is_some_and(|due| tx.now <= due);
    let facts = json!({
        "round": after.milestones.round, "filed_at": tx.now, "box": found.code, "position": ordinal,
        "archive_due": after.round.archive_due, "returned": i64::from(reserved.is_some()),
    });
    tx.journal_as("archive_file", &subject(&desk.case.case_code), version, &facts)?;
    let found = boxes::required(tx.conn(), box_id)?;
    Ok(Filed { case_id, case_code: after.case_code, found, ordinal, on_time })
}

/// One refusal with all reasons against a box, and the right one.
fn refuse_wrong_box(conn: &Connection, desk: &Desk, found: &ArchiveBox, key: &BoxKey) -> Result<(), ActError> {
    let wrong = judge_filing(found, key, &desk.rules);
    if !wrong.blocking() {
        return Ok(());
    }
    let why = Arg::List(wrong.iter().map(|f| Arg::from(f.what.clone())).collect());
    let what = match boxes::right_box(conn, key)? {
        Some(right) => {
            Phrase::new(W::ArchiveWrongBox, [why, Arg::from(right.label(&desk.rules)), Arg::Text(right.code)])
        }
        None => Phrase::new(W::ArchiveWrongBoxNone, [why, Arg::from(key_label(key, &desk.rules))]),
    };
    // The single reasons follow, so that a test and a log can tell them apart.
    let mut all = Findings::from(Finding::block("wrong_box", None, what));
    all.extend(wrong);
    Err(all.into())
}

/// Moves a filed case whose kind has changed since (its line was corrected, or the term of keeping) into a box of the
/// right kind. Its old position stays, with the reason, and is never given again.
///
/// # Errors
/// A refusal: no right, not filed, on loan, in a right box already, the wrong box.
pub fn move_over(tx: &mut ActTx<'_>, case_id: i64, box_id: i64) -> Result<Filed, ActError> {
    let actor = require(tx, Right::Archive)?;
    tx.require_certain_time()?;
    let desk = required(tx.store(), case_id)?;
    let found = boxes::required(tx.conn(), box_id)?;
    let place = where_is(tx.conn(), case_id)?.filter(|_| Step::of(&desk.case.milestones) == Step::Done);
    let place = place.ok_or_else(|| ActError::refuse("not_filed", W::BoxesNotFiled))?;
    if let Some(loan) = &place.lent {
        let who = crate::kernel::text::neutralise(&loan.borrower).into_owned();
        return Err(ActError::refuse("lent", crate::phrase!(W::BoxesLentAlready, who)));
    }
    let key = desk.key(tx.now).ok_or_else(|| ActError::refuse("not_yet", W::ArchiveNotYetHere))?;
    if place.found.key == key {
        return Err(ActError::refuse("filed", W::ArchiveFiledAlready));
    }
    refuse_wrong_box(tx.conn(), &desk, &found, &key)?;
    positions::leave(tx, &place, case_id, &actor.staff_no, OTHER_KIND)?;
    let ordinal = positions::put(tx, box_id, case_id, &actor.staff_no)?;
    let facts = json!({
        "box": found.code, "position": ordinal, "box_was": place.found.code, "position_was": place.ordinal,
        "reason": OTHER_KIND,
    });
    tx.journal_as("archive_move", &subject(&desk.case.case_code), desk.case.version, &facts)?;
    let found = boxes::required(tx.conn(), box_id)?;
    Ok(Filed { case_id, case_code: desk.case.case_code, found, ordinal, on_time: true })
}

/// Opens the right box for a file and files it there, in one go.
///
/// # Errors
/// As [`file`]; and a refusal when a right box is open already, which is then named.
pub fn open_and_file(tx: &mut ActTx<'_>, case_id: i64, seen: i64) -> Result<Filed, ActError> {
    let desk = required(tx.store(), case_id)?;
    let key = desk.key(tx.now).ok_or_else(|| ActError::refuse("not_yet", W::ArchiveNotYetHere))?;
    let box_id = match boxes::right_box(tx.conn(), &key)? {
        Some(found) => found.id,
        None => boxes::open_box(tx, &key)?.id,
    };
    file(tx, case_id, seen, box_id)
}
