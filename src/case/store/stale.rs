//! An act names the version it saw; a refused one says what changed meanwhile.

use super::{CaseFile, subject};
use crate::db::{ActError, ActTx, journal};
use crate::kernel::words::{Arg, Phrase, W};

/// How many changes a refusal names.
const NAMED: usize = 3;

/// Refuses when the case has moved on since the version a screen saw.
///
/// # Errors
/// A refusal with the code `stale`.
pub fn check(tx: &ActTx<'_>, case: &CaseFile, seen: i64) -> Result<(), ActError> {
    if case.version == seen {
        return Ok(());
    }
    let rows = journal::since_version(tx.conn(), &subject(&case.case_code), seen)?;
    let mut changes: Vec<Arg> = Vec::new();
    for row in &rows {
        let who =
            crate::office::store::by_staff_no(tx.conn(), &row.person)?.map_or_else(|| row.os_user.clone(), |p| p.name);
        let act = Arg::from(super::super::timeline::act_label(&row.act));
        let change = Arg::from(Phrase::new(W::CaseStaleRow, [Arg::Moment(row.at), Arg::Text(who), act]));
        // Steps confirmed together are a row each, and read alike.
        if !changes.contains(&change) {
            changes.push(change);
        }
        if changes.len() == NAMED {
            break;
        }
    }
    Err(ActError::refuse("stale", Phrase::new(W::CaseStale, [Arg::Text(case.case_code.clone()), Arg::List(changes)])))
}
