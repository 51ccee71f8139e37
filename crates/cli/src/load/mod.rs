//! `load`: how fast it is, beside Docker doing the same in the same run.
//!
//! A scenario starts and stops a topology of its own unless it is given a server. It reports and never fails for a
//! missed target.

mod git;
mod kill;
mod nginx;
mod open;
mod peer;
mod rack;
pub mod report;
mod storm;
pub mod sync;
pub mod tunnel;

use clap::{Args, Subcommand};

use crate::doctor::DEFAULT_IMAGE;
use crate::error::CliError;
use crate::out::Out;
use crate::server::Globals;
use rack::{Rack, Wanted};
use report::Report;

/// What to measure.
#[derive(Debug, Subcommand)]
pub enum LoadCommand {
    /// Open sessions one after another, on warm slots: until a first command has run.
    Open(LoadArgs),
    /// Open many sessions at one instant.
    Storm(LoadArgs),
    /// Close many sessions at one instant.
    Kill(LoadArgs),
    /// Push and clone, beside `git http-backend` behind nginx.
    Git(git::GitArgs),
    /// Move bytes to and from a program in a slot, beside nginx.
    Tunnel(tunnel::TunnelArgs),
    /// The program in the slot.
    #[command(hide = true)]
    TunnelProgram(tunnel::ProgramArgs),
    /// Edit documents together, beside the servers from npm.
    Sync(sync::SyncArgs),
    /// The server that `sync` measures.
    #[command(hide = true)]
    SyncServer(sync::ServerArgs),
    /// What `sync` measures it against.
    #[command(hide = true)]
    SyncFloor(sync::FloorArgs),
}

/// How much.
#[derive(Debug, Clone, Args)]
pub struct LoadArgs {
    /// How many; by default 50 opens, a storm of 100, 200 slots killed.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub n: Option<u32>,
    /// The slots' image, which Docker runs too.
    #[arg(long, default_value = DEFAULT_IMAGE)]
    pub image: String,
    /// Leave Docker's side out.
    #[arg(long)]
    pub no_peer: bool,
}

/// Measures and prints.
pub async fn run(command: LoadCommand, globals: &Globals) -> Result<(), CliError> {
    match command {
        LoadCommand::Open(args) => slots(Scenario::Open, &args, globals).await,
        LoadCommand::Storm(args) => slots(Scenario::Storm, &args, globals).await,
        LoadCommand::Kill(args) => slots(Scenario::Kill, &args, globals).await,
        LoadCommand::Git(args) => print("git", git::run(&args, globals).await?, &globals.out),
        LoadCommand::Tunnel(args) => print("tunnel", tunnel::run(&args, globals).await?, &globals.out),
        LoadCommand::TunnelProgram(_) => tunnel::serve(),
        LoadCommand::Sync(args) => print("sync", sync::run(&args, &globals.out).await?, &globals.out),
        LoadCommand::SyncServer(args) => sync::serve(args).await,
        LoadCommand::SyncFloor(args) => sync::floor(&args),
    }
}

fn print(scenario: &str, rows: Vec<report::Row>, out: &Out) -> Result<(), CliError> {
    let report = Report { scenario: scenario.into(), commit: report::commit(), rows };
    if out.json { out.object(&report) } else { out.line(report.text(out)) }
}

/// What is done with slots.
enum Scenario {
    Open,
    Storm,
    Kill,
}

async fn slots(scenario: Scenario, args: &LoadArgs, globals: &Globals) -> Result<(), CliError> {
    let out = &globals.out;
    let (name, wanted) = match scenario {
        Scenario::Open => ("open", Wanted::slots(OPEN_SLOTS)),
        Scenario::Storm => ("storm", Wanted::slots(args.n.unwrap_or(STORM_N))),
        Scenario::Kill => ("kill", Wanted::small_slots(args.n.unwrap_or(KILL_N))),
    };
    if !args.no_peer {
        peer::check(&args.image).await?;
    }
    let mut rack = Rack::get(globals, &args.image, wanted).await?;
    let rows = match scenario {
        Scenario::Open => open::run(&rack, args, out).await,
        Scenario::Storm => storm::run(&rack, args, out).await,
        Scenario::Kill => kill::run(&rack, args, out).await,
    };
    let put_away = rack.put_away(out).await;
    let rows = rows?;
    put_away?;
    print(name, rows, out)
}

/// Warm slots while opens come one after another: one to take and one coming.
const OPEN_SLOTS: u32 = 4;
/// Opens one after another.
const OPEN_N: u32 = 50;
/// Opens at one instant.
const STORM_N: u32 = 100;
/// Slots killed at one instant.
const KILL_N: u32 = 200;
