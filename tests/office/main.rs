//! The office through the real store: sign-in, people, deputies, control settings, calendars, and its screens.

#![expect(clippy::expect_used, reason = "a test stops where something is missing")]

mod desk;
mod people;
mod rules;
mod screens;
mod sign_in;
mod support;
