//! Number, phone and account of the office's own people: no payee may be one of them (回避, domain §4).

use super::people::require_person;
use super::rules::Right;
use super::sign_in::subject;
use super::store::{private, require};
use crate::db::{ActError, ActTx};
use crate::kernel::clock;
use crate::kernel::findings::{Finding, Findings};
use crate::kernel::identity::classify_id;
use crate::kernel::text;
use crate::kernel::words::W;
use serde_json::json;

pub use private::{Private, latest, matching};

/// Writes what is known of a person beside the name; the earlier row stays.
///
/// # Errors
/// A refusal: no right, nobody, a number that cannot be.
pub fn set(tx: &mut ActTx<'_>, person_id: i64, typed: &Private) -> Result<(), ActError> {
    let by = require(tx, Right::People)?;
    let person = require_person(tx.conn(), person_id)?;
    let new = Private {
        id_no: text::fold_upper(&typed.id_no).into_owned(),
        phone: text::fold(&typed.phone).replace(' ', ""),
        account: text::fold_upper(&typed.account).replace(' ', ""),
    };
    let mut found = Findings::new();
    if !new.id_no.is_empty() && !classify_id("", &new.id_no, clock::day_of(tx.now)).is_acceptable() {
        found.push(Finding::block("id_no", "id_no", W::OfficePrivateIdNo));
    }
    for (field, value) in [("phone", &new.phone), ("account", &new.account)] {
        if text::outside_text_problem(value).is_some() || text::is_masked(value) {
            found.push(Finding::block("text", field, W::OfficePrivateText));
        }
    }
    if found.blocking() {
        return Err(found.into());
    }
    if latest(tx.conn(), person_id)? == new {
        return Ok(());
    }
    private::insert(tx.conn(), person_id, &new, tx.now, &by.staff_no)?;
    let payload = json!({"id_no": new.id_no, "phone": new.phone, "account": new.account});
    tx.journal_as("person_private", &subject(&person), 0, &payload)?;
    Ok(())
}
