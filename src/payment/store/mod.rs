//! Keeps what is chosen, reviewed and taken back, and the way of the money: release, on-site payments, batches, results,
//! mending, cash counts. The acts, and what their rules decide on, read in the transaction.

pub mod batch;
pub mod batch_checks;
pub mod batch_read;
pub mod batch_send;
pub mod cash;
pub mod choose;
pub mod figures;
pub mod look;
pub mod mend;
pub mod onsite;
pub mod release;
mod release_save;
pub mod result;
pub mod result_word;
pub mod review;

pub use choose::{Choice, Chosen, Override, cancel, cancel_with_receipt, choose, offer};
pub use look::{Look, preview};
pub use review::{Reviewed, review};
