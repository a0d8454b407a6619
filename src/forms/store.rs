//! Keeps serials.

use crate::db::{ActError, ActTx, Connection};
use crate::kernel::words::W;
use rusqlite::{OptionalExtension, params};

/// The next receipt serial the person holds.
///
/// # Errors
/// What SQLite says.
pub fn next(conn: &Connection, person_id: i64) -> rusqlite::Result<Option<String>> {
    conn.prepare_cached(
        "SELECT serial FROM form_serial WHERE person_id = $1 AND state = 'held' ORDER BY serial LIMIT 1",
    )?
    .query_row([person_id], |row| row.get(0))
    .optional()
}

/// Uses a serial the actor holds for an instruction. Part of an act, which journals it.
///
/// # Errors
/// A refusal when the actor does not hold it.
pub fn use_serial(tx: &mut ActTx<'_>, serial: &str, instruction_id: i64) -> Result<(), ActError> {
    let used = tx
        .conn()
        .prepare_cached(
            "UPDATE form_serial SET state = 'used', instruction_id = $1 WHERE serial = $2 AND person_id = $3 AND state = 'held'",
        )?
        .execute(params![instruction_id, serial, tx.actor.id])?;
    if used == 1 { Ok(()) } else { Err(ActError::refuse("serial", W::FormsNotHeld)) }
}

/// Carries a used serial to the instruction that replaces the one it was used for.
///
/// # Errors
/// A refusal when it is not in use.
pub fn carry(tx: &mut ActTx<'_>, serial: &str, to_instruction: i64) -> Result<(), ActError> {
    let carried = tx
        .conn()
        .prepare_cached("UPDATE form_serial SET instruction_id = $1 WHERE serial = $2 AND state = 'used'")?
        .execute(params![to_instruction, serial])?;
    if carried == 1 { Ok(()) } else { Err(ActError::refuse("serial", W::FormsNotHeld)) }
}

/// Voids a serial with all its copies, or with a loss record.
///
/// # Errors
/// A refusal when it cannot be voided.
pub fn void(tx: &mut ActTx<'_>, serial: &str, reason: &str, _copies_kept: bool) -> Result<(), ActError> {
    let voided = tx
        .conn()
        .prepare_cached(
            "UPDATE form_serial SET state = 'void', reason = $1 WHERE serial = $2 AND state IN ('held', 'used')",
        )?
        .execute(params![reason, serial])?;
    if voided == 1 { Ok(()) } else { Err(ActError::refuse("serial", W::FormsNotHeld)) }
}
