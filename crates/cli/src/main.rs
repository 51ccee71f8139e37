//! The `carrel` command's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    carrel_cli::main()
}
