//! The office: its people and roles, sign-in, rights and control settings.

pub mod rules;
pub mod store;
