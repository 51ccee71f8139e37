//! The sync daemon's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    carrel_service::main::<carrel_sync::Sync>()
}
