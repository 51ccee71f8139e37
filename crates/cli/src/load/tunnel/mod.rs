//! `load tunnel`: an upgraded connection through front-end master, node and agent to a program in a slot, beside nginx in
//! front of the same program.
//!
//! The way is the previews' one, because there nginx can stand in our place. Slots are plain processes here, so that
//! the program can be the same for both and for the bare connection that the added time is counted from.

mod client;
mod program;

use std::time::Duration;

use clap::Args;

pub(super) use program::{ProgramArgs, serve};

use super::nginx::Nginx;
use super::rack::{Rack, Wanted, close, open_and_run};
use super::report::{Row, Target, percentile};
use crate::doctor::DEFAULT_IMAGE;
use crate::error::CliError;
use crate::out::Out;
use crate::progress::steps;
use crate::server::Globals;
use crate::up::RuntimeArg;
use client::{Line, Way};
use program::Program;

/// The warm slot that is taken.
const SLOTS: u32 = 1;
/// Turns: each way once in each, so that what else the machine does meets all of them.
const ROUNDS: u32 = 5;
/// Round trips of one way in one turn.
const ROUND_TRIPS: usize = 1_000;
/// A key and its echo are smaller, a line of a language server is larger.
const MESSAGE_BYTES: usize = 64;
/// Moved in one turn: a second or less at the rates of loopback.
const MIB: u64 = 256;
const NGINX: &str = "nginx proxying the same connection";

/// How much.
#[derive(Debug, Args)]
pub struct TunnelArgs {
    /// MiB moved in each direction, five times.
    #[arg(long, value_name = "MIB", default_value_t = MIB, value_parser = clap::value_parser!(u64).range(1..=16_384))]
    pub mib: u64,
    /// Leave nginx out.
    #[arg(long)]
    pub no_peer: bool,
}

/// What one way took.
#[derive(Default)]
struct Samples {
    round_trips: Vec<Duration>,
    from_slot: Vec<Duration>,
    to_slot: Vec<Duration>,
}

pub(super) async fn run(args: &TunnelArgs, globals: &Globals) -> Result<Vec<Row>, CliError> {
    let program = Program::start()?;
    let peer = if args.no_peer { None } else { Some(Nginx::start(&location(&program)).await?) };
    let mut rack = Rack::own(&globals.out, RuntimeArg::Process, DEFAULT_IMAGE, Wanted::slots(SLOTS)).await?;
    let measured = measure(&rack, &program, peer.as_ref(), args.mib, &globals.out).await;
    let put_away = rack.put_away(&globals.out).await;
    let rows = measured?;
    put_away?;
    Ok(rows)
}

/// With buffers as large as ours; by default they have 4 KiB.
fn location(program: &Program) -> String {
    format!(
        "proxy_pass http://{};
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      proxy_buffer_size 64k;
      proxy_buffers 8 64k;
      proxy_busy_buffers_size 128k;",
        program.address
    )
}

async fn measure(
    rack: &Rack,
    program: &Program,
    peer: Option<&Nginx>,
    mib: u64,
    out: &Out,
) -> Result<Vec<Row>, CliError> {
    let (session, _) = open_and_run(&rack.server, "").await?;
    let login = rack.server.login().map(|login| login.token).unwrap_or_default();
    let (url, label) = (rack.server.url.clone(), format!("{}-{}", program.address.port(), session.id));
    let enter = move || Way::preview(&url, &login, &label);
    let mut ways = vec![Way::plain(program.address), on_a_thread(enter).await?];
    ways.extend(peer.map(|nginx| Way::plain(nginx.address)));
    let bar = steps(out, "rounds", u64::from(ROUNDS));
    let mut samples: Vec<Samples> = ways.iter().map(|_| Samples::default()).collect();
    for _ in 0..ROUNDS {
        for (way, samples) in ways.iter().zip(&mut samples) {
            let way = way.clone();
            let turn = on_a_thread(move || turn(&way, mib)).await?;
            samples.round_trips.extend(turn.round_trips);
            samples.from_slot.extend(turn.from_slot);
            samples.to_slot.extend(turn.to_slot);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    close(&rack.server, &session.id).await?;
    Ok(rows(&mut samples, mib))
}

/// The connections are blocking ones: what waits for them must not take a thread from what is measured.
async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CliError> + Send + 'static,
) -> Result<T, CliError> {
    let joined = tokio::task::spawn_blocking(work).await;
    joined.map_err(|error| CliError::failed(error.to_string(), "run it again"))?
}

fn turn(way: &Way, mib: u64) -> Result<Samples, CliError> {
    let mut line = Line::open(way)?;
    Ok(Samples {
        round_trips: line.round_trips(ROUND_TRIPS, MESSAGE_BYTES)?,
        from_slot: vec![line.take(mib << 20)?],
        to_slot: vec![line.give(mib << 20)?],
    })
}

/// The first way is the bare connection, the second ours, the third the peer's.
fn rows(samples: &mut [Samples], mib: u64) -> Vec<Row> {
    let mut rows = Vec::new();
    for percent in [50.0, 99.0] {
        let trips: Vec<f64> =
            samples.iter_mut().map(|way| percentile(&mut way.round_trips, percent) * 1_000.0).collect();
        let added = |way: usize| trips.get(way).map(|trip| trip - trips[0]);
        let target = if percent == 50.0 { Target::at_most(20.0) } else { Target::default() };
        let what = format!("{MESSAGE_BYTES} bytes there and back: added, p{percent}");
        rows.push(Row::new(what, "µs", added(1).unwrap_or_default(), added(2).map(|it| (NGINX, it)), target));
    }
    let moved = [
        ("from the slot", (|way| &mut way.from_slot) as fn(&mut Samples) -> &mut Vec<Duration>),
        ("to the slot", |way| &mut way.to_slot),
    ];
    for (direction, of) in moved {
        let medians: Vec<f64> = samples.iter_mut().map(|way| percentile(of(way), 50.0)).collect();
        let peer = medians.get(2).map(|it| (NGINX, *it));
        let target = Target::default().and_times_faster(1.0);
        rows.push(Row::new(format!("{mib} MiB {direction}, median"), "ms", medians[1], peer, target));
        rows.push(Row::new(
            format!("{mib} MiB {direction} without anything between"),
            "ms",
            medians[0],
            None,
            Target::default(),
        ));
    }
    rows
}
