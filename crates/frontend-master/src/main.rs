//! The front-end master's binary.
use std::process::ExitCode;

fn main() -> ExitCode {
    carrel_service::main::<carrel_frontend_master::FrontendMaster>()
}
