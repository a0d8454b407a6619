//! 材料预检: the counter where customers show their papers, before and after the sign-off, also before the import.

pub mod figures;
pub mod invariants;
pub mod prints;
pub mod rules;
pub mod screen;
pub mod store;
