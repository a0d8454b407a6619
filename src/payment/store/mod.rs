//! Keeps what is chosen, reviewed and taken back: the acts, and what their rules decide on, read in the transaction.

pub mod choose;
pub mod look;
pub mod review;

pub use choose::{Choice, Chosen, Override, cancel, choose, offer};
pub use look::{Look, preview};
pub use review::{Reviewed, review};
