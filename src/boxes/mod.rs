//! Boxes, positions, shelves, loans and holders of files: where every paper file is (domain §6).

pub mod invariants;
pub mod labels;
pub mod prints;
pub mod rules;
pub mod screen;
pub mod store;
