//! The `closing-desk` program: arguments in, exit code out.

fn main() {}
