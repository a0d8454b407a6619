//! The closing desk (结案台): a terminal program for the claims-closing clerk of an insurer's service office.
//!
//! The house has five floors; imports only go down:
//!
//! 5 `shell`, `cli`, `practice`, `registry` · 4 the desks `intake`, `closing`, `notify`, `precheck`, `payment`, `archive`,
//! `figures`, `upkeep` · 3 the registers `case`, `office`, `papers`, `reference`, `instructions`, `forms`, `boxes` · 2 [`db`], [`files`]
//! and the [`ui`] toolkit · 1 [`kernel`], `config`.

pub mod archive;
pub mod boxes;
pub mod case;
pub mod cli;
pub mod closing;
pub mod config;
pub mod db;
pub mod figures;
pub mod files;
pub mod forms;
pub mod instructions;
pub mod intake;
pub mod kernel;
pub mod notify;
pub mod office;
pub mod papers;
pub mod payment;
pub mod practice;
pub mod precheck;
pub mod reference;
pub mod registry;
pub mod shell;
pub mod ui;
pub mod upkeep;
