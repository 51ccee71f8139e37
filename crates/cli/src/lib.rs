//! The `carrel` command: what a person types to use, own and measure a Carrel.
//!
//! Invariant: nothing here decides what a user may do; the daemons do. The command only asks and shows.
//! Invariant: standard output carries results only; all that is said about the work goes to standard error.

pub mod account;
pub mod check_config;
pub mod cli;
pub mod credentials;
pub mod doc;
pub mod doctor;
pub mod error;
pub mod git;
mod import;
pub mod json;
#[cfg(feature = "rack")]
pub mod load;
pub mod node;
pub mod out;
pub mod pages;
pub mod progress;
pub mod repo;
pub mod server;
pub mod session;
pub mod terminal;
mod tokens;
#[cfg(feature = "rack")]
pub mod up;
pub mod user;

use std::process::ExitCode;

use clap::Parser;

use cli::{Cli, Command};
use error::{CliError, Doing};
use server::Globals;

/// Parses the command line, runs it and says how it went.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let globals = cli.globals();
    match run_blocking(cli.command, &globals) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            globals.out.failure(&error);
            ExitCode::from(error.exit_code())
        }
    }
}

fn run_blocking(command: Command, globals: &Globals) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .doing("start the command's runtime")?;
    let result = runtime.block_on(run(command, globals));
    // A thread that still waits for the keyboard must not hold the process.
    runtime.shutdown_background();
    result
}

/// Runs one command.
pub async fn run(command: Command, globals: &Globals) -> Result<(), CliError> {
    match command {
        Command::Login(args) => account::login(args, globals).await,
        Command::Logout(args) => account::logout(args, globals).await,
        Command::Whoami => account::whoami(globals).await,
        Command::User(command) => user::run(command, globals).await,
        Command::Repo(command) => repo::run(command, globals).await,
        Command::Session(command) => session::run(command, globals).await,
        Command::Doc(command) => doc::run(command, globals).await,
        Command::Node(command) => node::run(command, globals).await,
        Command::Doctor(args) => doctor::run(args, globals).await,
        Command::CheckConfig(args) => check_config::run(&args, globals),
        #[cfg(feature = "rack")]
        Command::Up(args) => up::run(args, globals).await,
        #[cfg(feature = "rack")]
        Command::Load(command) => load::run(command, globals).await,
        Command::Completions { shell } => pages::completions(shell),
        Command::Man { dir } => pages::man(&dir, globals),
        Command::GitCredential { action } => git::credential(action, globals).await,
    }
}
