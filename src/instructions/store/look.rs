//! Looks over the instructions of several cases: what goes to one payee in an accident, and who overrode a limit.

use super::{COLUMNS, at, of_case};
use crate::case::store::{CaseFile, load};
use crate::db::Connection;
use crate::instructions::rules::{Instruction, State};
use crate::kernel::money::Fen;
use crate::kernel::text;

/// What goes, and has gone, to one payee identity over all cases of the accident (domain §4, identity copies).
///
/// # Errors
/// What SQLite says.
pub fn identity_sum(conn: &Connection, case: &CaseFile, id_no: &str) -> rusqlite::Result<Fen> {
    let wanted = text::fold_upper(id_no).into_owned();
    if wanted.is_empty() {
        return Ok(Fen::ZERO);
    }
    let mut cases = vec![case.id];
    if !case.facts.accident_no.is_empty() {
        let others = load::of_accident(conn, &case.facts.accident_no)?;
        cases.extend(others.into_iter().map(|other| other.id).filter(|id| *id != case.id));
    }
    let mut sum = 0_i64;
    for id in cases {
        for one in of_case(conn, id)? {
            let counts = one.state.live() || one.state == State::Paid;
            if counts && text::fold_upper(&one.payee_id_no) == wanted {
                sum = sum.saturating_add(one.amount.fen());
            }
        }
    }
    Ok(Fen::from_fen(sum))
}

/// The instructions to one account with one amount, newest first, that were chosen at or after a moment.
///
/// # Errors
/// What SQLite says.
pub fn same_account(conn: &Connection, account: &str, amount: Fen, since: i64) -> rusqlite::Result<Vec<Instruction>> {
    conn.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM instruction i WHERE i.account = $1 AND i.amount = $2 AND i.chosen_at >= $3 ORDER BY i.id DESC"
    ))?
    .query_map(rusqlite::params![account, amount.fen(), since], at)?
    .collect()
}

/// Who has overridden a limit or guard on a case: such a leader does not sign it off (domain §12).
///
/// # Errors
/// What SQLite says.
pub fn overridden_by(conn: &Connection, case_id: i64) -> rusqlite::Result<Vec<i64>> {
    conn.prepare_cached(
        "SELECT DISTINCT override_by FROM instruction WHERE case_id = $1 AND override_by IS NOT NULL ORDER BY override_by",
    )?
    .query_map([case_id], |row| row.get(0))?
    .collect()
}
