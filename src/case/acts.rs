//! Acts that only add to a case: a note, a look at one masked field. They raise no version.

use super::facts::Column;
use super::store::{CaseFile, load, subject, write};
use crate::db::{ActError, ActTx};
use crate::kernel::text;
use crate::kernel::words::W;
use crate::office;
use crate::office::rules::Right;
use serde_json::json;

/// The case an act is about, as it stands inside the transaction.
///
/// # Errors
/// A refusal when there is no such case.
pub fn case(tx: &ActTx<'_>, id: i64) -> Result<CaseFile, ActError> {
    load::by_id(tx.conn(), id)?.ok_or_else(|| ActError::refuse("no_case", W::CaseNotFound))
}

/// Logs that somebody looks at a masked field (个人信息保护法 51).
///
/// # Errors
/// A refusal for want of the right.
pub fn reveal(tx: &mut ActTx<'_>, id: i64, column: Column) -> Result<(), ActError> {
    office::store::require(tx, Right::Reveal)?;
    let case = case(tx, id)?;
    tx.journal(&subject(&case.case_code), case.version, &json!({"field": column.english()})).map(drop)
}

/// Adds a note.
///
/// # Errors
/// A refusal for want of the right or of words.
pub fn add_note(tx: &mut ActTx<'_>, id: i64, note: &str) -> Result<(), ActError> {
    let by = office::store::require(tx, Right::WriteNote)?;
    let case = case(tx, id)?;
    let note = text::neutralise(note).trim().to_owned();
    if note.is_empty() {
        return Err(ActError::refuse_field("empty", "note", W::CaseNoteEmpty));
    }
    write::insert_note(tx.conn(), id, tx.now, &by.staff_no, &note)?;
    tx.journal(&subject(&case.case_code), case.version, &json!({"text": note})).map(drop)
}
