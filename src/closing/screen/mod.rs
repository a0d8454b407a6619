//! The screens of closing: the form of the five steps, and 待我审批.

pub mod approvals;
pub mod desk;
mod fields;
pub mod lessons;
mod paint;
mod papers_pane;
mod popup;
