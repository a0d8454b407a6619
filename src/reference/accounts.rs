//! Direct-pay accounts 赔款直付.

pub use super::store::registers::for_payee;
use crate::instructions::rules::AccountKind;

/// An account on record.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the column of the same name")]
pub struct DirectAccount {
    pub id: i64,
    pub payee: String,
    pub id_no: String,
    pub account_kind: AccountKind,
    pub bank_code: String,
    pub bank: String,
    pub account: String,
    pub holder: String,
    pub verified_at: Option<i64>,
}
