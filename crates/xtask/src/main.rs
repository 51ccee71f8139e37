//! The two commands of the README, `cargo xtask up` and `cargo xtask test`, and what they need.
//!
//! Invariant: nothing here is linked into a daemon, and nothing here knows how a daemon works inside;
//! it installs, builds, starts and counts.

mod agent;
mod apt;
mod engine;
mod error;
mod hash;
mod image;
mod layer;
mod setup;
mod steps;
mod suites;
mod tally;
mod tree;
mod up;
mod web;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::error::Error;
use crate::steps::Steps;
use crate::tree::Tree;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, run and test Carrel", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build what is needed and start the whole topology with `carrel up`
    Up {
        /// Use the release build (slower to build, faster to run); the default is whichever exists
        #[arg(long)]
        release: bool,
        /// Passed on to `carrel up`
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Run every suite; the last line counts passed, failed and skipped
    Test,
    /// Make the Docker image of a slot, if its inputs changed
    Image {
        /// Put this static program in as the agent instead of building it
        #[arg(long, value_name = "FILE")]
        agent: Option<PathBuf>,
        /// Make both layers again although no input changed, to take in newer packages
        #[arg(long)]
        fresh: bool,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let tree = Tree::here();
    let steps = Steps::new(&tree);
    let outcome = match args.command {
        Command::Up { release, args } => up::up(&tree, &steps, release, &args),
        Command::Test => Ok(suites::test(&tree, &steps)),
        Command::Image { agent, fresh } => image_command(&tree, &steps, agent, fresh),
    };
    match outcome {
        Ok(code) => code,
        Err(error) => {
            error.print();
            ExitCode::FAILURE
        }
    }
}

fn image_command(tree: &Tree, steps: &Steps, agent: Option<PathBuf>, fresh: bool) -> Result<ExitCode, Error> {
    let ready = setup::prepare(steps)?;
    let engine = engine::Engine::ensure(tree, steps, &ready)?;
    let agent = match agent {
        Some(file) => agent::checked(file)?,
        None => agent::build(tree, steps)?,
    };
    image::make(tree, steps, &agent, fresh)?;
    engine.stop();
    Ok(ExitCode::SUCCESS)
}
