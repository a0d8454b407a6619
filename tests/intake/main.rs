//! Taking in files of the core system, entering cases by hand, joining both, and writing them out again.

mod again;
mod bytes;
mod commands;
mod dirt;
mod encodings;
mod joins;
mod past;
mod round_trip;
mod slices;
mod support;
