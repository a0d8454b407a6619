//! The office through the real store: sign-in, people, deputies, control settings, calendars, and its screens.

mod people;
mod rules;
mod sign_in;
mod support;
