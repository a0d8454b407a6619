//! 单证: the ledger of controlled forms.

pub mod prints;
pub mod rules;
pub mod store;
