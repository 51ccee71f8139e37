//! `load sync`: documents that many edit, beside the servers from npm doing the same in the same run.
//!
//! One thin client drives them all, one after another, each in a process of its own. Every edit that should arrive is
//! counted; a server that loses or merges some is shown as one that does.

mod client;
mod durable;
mod fleet;
mod joiners;
mod memory;
mod observers;
mod peers;
mod presence;
mod serve;
mod target;
mod usage;
mod yjs;

use std::path::Path;

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;

use super::report::{Row, Target as Promise};
use crate::error::{CliError, Doing};
use crate::out::Out;
use crate::progress::spinner;
pub use serve::{FloorArgs, ServerArgs};
use target::Kind;

/// What to measure, and how much of it.
#[derive(Debug, Clone, Args)]
pub struct SyncArgs {
    /// Only this part; may be repeated.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// How large, in percent of what the targets are about.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100))]
    scale: u32,
    /// Leave the servers from npm out.
    #[arg(long)]
    no_peer: bool,
}

/// A part of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// One writes, 10, 100 and 1,500 watch.
    Observers,
    /// Idle connections and documents.
    Memory,
    /// 150 open a document of 20 MB at once.
    Joiners,
    /// 300 and 500 move their cursors.
    Presence,
    /// Until an edit is on disk.
    Durable,
}

/// How much of everything, and where the peers are.
#[derive(Debug, Clone, Copy)]
struct Scale<'a> {
    percent: u32,
    npm: Option<&'a Path>,
}

impl<'a> Scale<'a> {
    fn count(self, whole: usize) -> usize {
        (whole * self.percent as usize / 100).max(1)
    }

    const fn npm(self) -> Option<&'a Path> {
        self.npm
    }
}

/// The measured daemon, in a process that [`run`] starts.
pub(super) async fn serve(args: ServerArgs) -> Result<(), CliError> {
    serve::daemon(args).await
}

/// The floor, likewise.
pub(super) fn floor(args: &FloorArgs) -> Result<(), CliError> {
    serve::floor(args)
}

/// Measures.
pub(super) async fn run(args: &SyncArgs, out: &Out) -> Result<Vec<Row>, CliError> {
    let line = spinner(out, "the servers from npm…");
    let npm = if args.no_peer { Err("left out".to_owned()) } else { peers::install().await? };
    if let (Err(why), false) = (&npm, args.no_peer) {
        out.warn(format!("the servers from npm are missing: {why}"));
    }
    let (args, bar) = (args.clone(), line.clone());
    // A thread of its own, which gets a core of its own.
    let measured = std::thread::Builder::new().name("load".into());
    let (done, rows) = tokio::sync::oneshot::channel();
    let work = move || drop(done.send(Run { args, npm, line: bar }.rows()));
    drop(measured.spawn(work).doing("start the client's thread")?);
    let rows = rows.await.map_err(|_| CliError::failed("the client's thread broke off", "report this"))?;
    line.finish_and_clear();
    rows
}

struct Run {
    args: SyncArgs,
    npm: Result<std::path::PathBuf, String>,
    line: ProgressBar,
}

/// A peer's figure, or why there is none.
type Peers<T> = Vec<(Kind, Result<T, String>)>;

impl Run {
    fn rows(&self) -> Result<Vec<Row>, CliError> {
        raise_open_files();
        let wants = |part| self.args.only.is_empty() || self.args.only.contains(&part);
        let mut rows = Vec::new();
        if wants(Part::Observers) {
            for size in observers::SIZES {
                self.observers(size, &mut rows)?;
            }
        }
        if wants(Part::Presence) {
            for clients in presence::SIZES {
                self.presence(clients, &mut rows)?;
            }
        }
        if wants(Part::Memory) {
            self.memory(&mut rows)?;
        }
        if wants(Part::Joiners) {
            self.joiners(&mut rows)?;
        }
        if wants(Part::Durable) {
            self.durable(&mut rows)?;
        }
        Ok(rows)
    }

    fn scale(&self) -> Scale<'_> {
        Scale { percent: self.args.scale, npm: self.npm.as_ref().ok().map(std::path::PathBuf::as_path) }
    }

    /// The same of ours and of each peer. Ours must work; a peer that does not is a row that says so.
    fn each<T>(
        &self,
        what: &str,
        measure: impl Fn(Kind) -> Result<T, CliError>,
    ) -> Result<(T, Peers<T>), CliError> {
        self.line.set_message(format!("{what}: {}…", Kind::Ours.name()));
        let ours = measure(Kind::Ours)?;
        let peers = [Kind::YWebsocket, Kind::Hocuspocus].map(|kind| {
            self.line.set_message(format!("{what}: {}…", kind.name()));
            let figure = match &self.npm {
                Ok(_) => measure(kind).map_err(|error| error.to_string()),
                Err(why) => Err(why.clone()),
            };
            (kind, figure)
        });
        Ok((ours, peers.into()))
    }

    fn observers(&self, size: observers::Size, rows: &mut Vec<Row>) -> Result<(), CliError> {
        let scale = self.scale();
        let count = scale.count(size.observers);
        let what = format!("{count} observers");
        let (ours, peers) = self.each(&what, |kind| observers::run(kind, size, scale))?;
        self.line.set_message(format!("{what}: {}…", Kind::Floor(0).name()));
        let floor = observers::run(Kind::Floor(0), size, scale)?;
        let bare = (Kind::Floor(0).name(), floor.cpu);
        let cpu = format!("{what}: CPU per edit and observer");
        rows.push(Row::new(&cpu, "µs", ours.cpu, Some(bare), Promise::default().and_times_peer(1.15)));
        let user = format!("{what}: of it in user mode");
        let bare = (Kind::Floor(0).name(), floor.user);
        rows.push(Row::new(user, "µs", ours.user, Some(bare), Promise::at_most(0.7)));
        let p99 = if size.observers >= 1_000 {
            Promise::default().and_times_faster(1.0)
        } else {
            Promise::default()
        };
        let mut add = |what: &str, unit, figure: fn(&observers::Outcome) -> f64, promise| {
            beside(rows, format!("{}: {what}", count_of(count)), unit, (&ours, &peers), figure, promise);
        };
        add("CPU per edit and observer", "µs", |it| it.cpu, Promise::default());
        add("of it in user mode", "µs", |it| it.user, Promise::default());
        add("edit to observer, p50", "ms", |it| it.p50, Promise::default());
        add("edit to observer, p99", "ms", |it| it.p99, p99);
        add("edits that did not arrive", "edits", |it| it.lost, Promise::at_most(0.0));
        add("messages that merged edits", "messages", |it| it.merged, Promise::default());
        let what = format!("{}: edit to observer, p99", count_of(count));
        rows.push(Row::new(
            what,
            "ms",
            ours.p99,
            Some((Kind::Floor(0).name(), floor.p99)),
            Promise::default(),
        ));
        Ok(())
    }

    fn presence(&self, clients: usize, rows: &mut Vec<Row>) -> Result<(), CliError> {
        let scale = self.scale();
        let what = format!("presence of {} at 1 Hz", scale.count(clients));
        let both = self.each(&what, |kind| presence::run(kind, clients, scale))?;
        let both = (&both.0, &both.1);
        beside(rows, format!("{what}: CPU"), "% of a core", both, |it| it.cpu, Promise::at_most(10.0));
        beside(rows, format!("{what}: moves that arrived"), "%", both, |it| it.arrived, Promise::default());
        Ok(())
    }

    fn memory(&self, rows: &mut Vec<Row>) -> Result<(), CliError> {
        let scale = self.scale();
        let both = self.each("idle memory", |kind| memory::run(kind, scale))?;
        let both = (&both.0, &both.1);
        let promise = Promise::at_most(8.0);
        beside(rows, "idle document, memory".into(), "kB", both, |it| it.document / 1e3, promise);
        beside(rows, "idle connection, memory".into(), "kB", both, |it| it.connection / 1e3, promise);
        Ok(())
    }

    fn joiners(&self, rows: &mut Vec<Row>) -> Result<(), CliError> {
        let scale = self.scale();
        let size = scale.count(joiners::DOCUMENT_BYTES) as f64 / 1e6;
        let what = format!("{} open {size} MB at once", scale.count(joiners::JOINERS));
        let both = self.each(&what, |kind| joiners::run(kind, scale))?;
        let both = (&both.0, &both.1);
        beside(
            rows,
            format!("{what}: until the last has it"),
            "s",
            both,
            |it| it.seconds,
            Promise::at_most(4.0),
        );
        let memory = format!("{what}: extra memory");
        beside(rows, memory, "× the document", both, |it| it.memory, Promise::at_most(3.0));
        beside(rows, format!("{what}: failed"), "clients", both, |it| it.failed, Promise::at_most(0.0));
        Ok(())
    }

    fn durable(&self, rows: &mut Vec<Row>) -> Result<(), CliError> {
        self.line.set_message("until an edit is on disk…");
        let ours = durable::run(self.scale())?;
        let what = |what: &str| format!("{} edits a second: {what}", durable::PER_SECOND);
        let disk = |figure| Some(("append and fdatasync", figure));
        rows.push(Row::new(what("saved, p50"), "ms", ours.p50, disk(ours.disk_p50), Promise::default()));
        rows.push(Row::new(what("saved, p99"), "ms", ours.p99, disk(ours.disk_p99), Promise::at_most(20.0)));
        let lost = what("not acknowledged");
        rows.push(Row::new(lost, "edits", ours.unacknowledged, None, Promise::at_most(0.0)));
        Ok(())
    }
}

fn count_of(observers: usize) -> String {
    format!("{observers} observers")
}

/// One row for each peer.
fn beside<T>(
    rows: &mut Vec<Row>,
    what: String,
    unit: &'static str,
    (ours, peers): (&T, &Peers<T>),
    figure: impl Fn(&T) -> f64,
    promise: Promise,
) {
    for (kind, peer) in peers {
        let peer_figure = peer.as_ref().ok().map(|peer| (kind.name(), figure(peer)));
        let mut row = Row::new(&what, unit, figure(ours), peer_figure, promise);
        if let Err(why) = peer {
            row.peer_name = format!("{}: {why}", kind.name());
        }
        rows.push(row);
    }
}

/// Thousands of sockets on each side; the children inherit it. If it can't be raised, connecting says so.
fn raise_open_files() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let raised = rustix::process::Rlimit { current: limit.maximum, ..limit };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, raised);
}
