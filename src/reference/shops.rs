//! Repair shops 修理厂名录.

pub use super::store::registers::{search, shop as by_id};
use chrono::NaiveDate;

/// A repair shop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct Shop {
    pub id: i64,
    pub name: String,
    pub uscc: String,
    pub bank: String,
    pub account: String,
    pub agent: String,
    pub agent_id_no: String,
    pub phone: String,
    pub verified_at: Option<i64>,
    pub expires_on: Option<NaiveDate>,
}

/// Verified, and not expired on a day.
pub fn in_force(shop: &Shop, day: NaiveDate) -> bool {
    shop.verified_at.is_some() && shop.expires_on.is_some_and(|last| day <= last)
}
