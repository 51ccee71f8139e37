//! The compute node's binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    carrel_service::main::<carrel_compute_node::ComputeNode>()
}
