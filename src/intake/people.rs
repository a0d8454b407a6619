//! Whom a file names: by 工号 or folded name; whoever is missing is created without sign-in.

use super::row::Row;
use crate::case::facts::CasePeople;
use crate::db::{ActError, ActTx};
use crate::kernel::roles::Roles;
use crate::kernel::text;
use crate::office::store::{self, Named};
use serde_json::json;
use std::collections::HashMap;

/// The longest text that is taken for a 工号.
const LONGEST_STAFF_NO: usize = 20;

/// Names already looked up in this import.
#[derive(Debug, Default)]
pub struct People {
    seen: HashMap<String, Option<i64>>,
}

impl People {
    /// Forgets everything: the transaction that created persons was not kept.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    /// The persons of a row; `None` where a name is empty or ambiguous.
    ///
    /// # Errors
    /// What SQLite says.
    pub fn of(&mut self, tx: &mut ActTx<'_>, row: &Row) -> Result<CasePeople, ActError> {
        let f = &row.facts;
        // Nothing on a case points at the approver of the past, but everyone named is a person of the office.
        self.one(tx, &row.past.approver)?;
        Ok(CasePeople {
            surveyor: self.one(tx, &f.surveyor)?,
            assessor: self.one(tx, &f.assessor)?,
            verifier: self.one(tx, &f.verifier)?,
            adjuster: self.one(tx, &f.adjuster)?,
        })
    }

    fn one(&mut self, tx: &mut ActTx<'_>, written: &str) -> Result<Option<i64>, ActError> {
        if written.is_empty() {
            return Ok(None);
        }
        if let Some(found) = self.seen.get(written) {
            return Ok(*found);
        }
        let found = match store::named(tx.conn(), written)? {
            Named::One(id) => Some(id),
            Named::Several(_) => None,
            Named::Nobody => Some(create(tx, written)?),
        };
        self.seen.insert(written.to_owned(), found);
        Ok(found)
    }
}

fn create(tx: &mut ActTx<'_>, written: &str) -> Result<i64, ActError> {
    let folded = text::fold(written);
    let staff_no = looks_like_staff_no(&folded).then_some(folded.as_ref());
    let person = store::insert(tx.conn(), written, staff_no, Roles::NONE, None, tx.now)?;
    let payload = json!({ "name": person.name, "staff_no": person.staff_no, "roles": [], "source": "import" });
    tx.journal_as("person_named", &format!("person {}", person.staff_no), 0, &payload)?;
    Ok(person.id)
}

/// Digits, perhaps with letters: no name is written so.
fn looks_like_staff_no(text: &str) -> bool {
    text.len() <= LONGEST_STAFF_NO
        && text.bytes().all(|b| b.is_ascii_alphanumeric())
        && text.bytes().any(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_staff_numbers_and_names_are_not() {
        for (text, is) in [("1003", true), ("A0007", true), ("张三", false), ("Smith", false), ("张三2", false)] {
            assert_eq!(looks_like_staff_no(text), is, "{text}");
        }
    }
}
