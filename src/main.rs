//! The `closing-desk` program: arguments in, exit code out.

use std::process::ExitCode;

fn main() -> ExitCode {
    closing_desk::cli::main()
}
