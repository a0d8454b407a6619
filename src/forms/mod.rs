//! Controlled forms (单证): one log of movements, and from it where every number is and what became of it.
//!
//! What other desks do with a number they do inside acts of their own: [`store::next`], [`store::use_serial`],
//! [`store::carry`], [`store::void`].

pub mod invariants;
pub mod prints;
pub mod rules;
pub mod screen;
pub mod store;
