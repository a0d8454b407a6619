//! Keeps the ledger: where every number is, every movement, and the parts other desks use inside their own acts.

pub mod acts;
mod checks;
mod moves;
mod read;

pub use checks::{Broken, broken};
pub use moves::{Movement, carry, use_serial, void, write_off};
pub use read::{
    Book, FormType, book, form_type, form_types, holdings, life, next, of_instruction, pending, state, stock, totals,
};
