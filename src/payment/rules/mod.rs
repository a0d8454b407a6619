//! What may be paid, by whom, and what a bank's answer means; pure.

pub mod batch;
pub mod mend;
pub mod release;
pub mod result;
