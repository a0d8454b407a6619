//! A leader looks at the machine's clock and says that it is right.

use super::rules::Right;
use super::store;
use crate::db::{ActError, ActTx, acts};
use crate::kernel::words::W;
use serde_json::json;

/// Confirms the machine's time, so that sign-off, payment, filing and seal go on (domain §1).
///
/// # Errors
/// A refusal for want of the right, or when the time is in no doubt.
pub fn confirm(tx: &mut ActTx<'_>) -> Result<(), ActError> {
    store::require(tx, Right::ConfirmTime)?;
    let Some(last) = acts::clock_doubt(tx.conn(), tx.now)? else {
        return Err(ActError::refuse("no_doubt", W::OfficeTimeNoDoubt));
    };
    tx.confirm_time()?;
    tx.journal("store", 0, &json!({"last_certain": last, "confirmed": tx.now})).map(drop)
}
