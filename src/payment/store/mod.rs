//! Keeps the way of the money: release, on-site payments, batches, results, mending, cash counts.

pub mod batch;
pub mod batch_checks;
pub mod batch_read;
pub mod batch_send;
pub mod cash;
pub mod mend;
pub mod onsite;
pub mod release;
mod release_save;
pub mod result;
pub mod result_word;
