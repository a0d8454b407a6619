//! The office: its people and roles, sign-in, deputies, rights, control settings, and adding calendars.

pub mod authority;
pub mod calendars;
pub mod commands;
mod delay;
pub mod deputies;
pub mod export;
pub mod people;
pub mod pin;
pub mod prints;
pub mod private;
pub mod reset;
pub mod rules;
pub mod screen;
pub mod setting_words;
pub mod settings;
pub mod sign_in;
pub mod store;
pub mod time;
