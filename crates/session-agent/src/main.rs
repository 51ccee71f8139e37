//! `carrel-session-agent`: see [`carrel_session_agent::command`].

use std::process::ExitCode;

fn main() -> ExitCode {
    carrel_session_agent::command::main()
}
