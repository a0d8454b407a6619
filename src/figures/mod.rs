//! Figures (F9, `report`): what every folder counts, over a day, a week, a month or a year, with definition and cases.

pub mod commands;
pub mod print;
pub mod report;
pub mod rules;
pub mod screen;
