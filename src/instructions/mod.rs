//! Payment instructions (付款指令): one payment to one payee, what state it is in, and what the case's milestones make of
//! all of them. Choosing, releasing and paying them is the work of desks; what those share is here.

pub mod rules;
pub mod store;
