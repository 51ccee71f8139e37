//! `up`: a whole Carrel in this process.

mod documents;
mod listeners;
mod log;
pub mod runtime;
pub mod signals;
pub mod state;
mod sweep;
pub mod topology;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::doctor::DEFAULT_IMAGE;
use crate::error::CliError;
use crate::node::class_text;
use crate::out::{Out, Style};
use crate::progress::spinner;
use crate::server::Globals;
use carrel_proto::session::v1::SlotClass;
use signals::Signals;
use topology::{Plan, PoolPlan, Topology};

/// Which runtime.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum RuntimeArg {
    /// Docker if its engine answers and has the image, else plain processes.
    #[default]
    Auto,
    /// Docker containers.
    Docker,
    /// Plain processes: isolates nothing.
    Process,
}

/// How to run it.
#[derive(Debug, Args)]
pub struct UpArgs {
    /// Where everything is kept.
    #[arg(long, value_name = "DIR", default_value = crate::user::DEFAULT_STATE)]
    pub state: PathBuf,
    /// What slots are.
    #[arg(long, value_enum, default_value_t)]
    pub runtime: RuntimeArg,
    /// Where the website, git and the API listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Warm standard slots (4 cores, 8 GB); fewer where the machine is smaller.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub standard: u32,
    /// Warm burst slots (1 core, 512 MB).
    #[arg(long, value_name = "N", default_value_t = 4)]
    pub burst: u32,
    /// The built browser app; without it the pages say how to use the command line.
    #[arg(long, value_name = "DIR", env = "CARREL_WEB_ROOT", hide_env_values = true)]
    pub web_root: Option<PathBuf>,
    /// The slots' image.
    #[arg(long, default_value = DEFAULT_IMAGE)]
    pub image: String,
}

/// Starts it, says where it is, and stays until told to end.
pub async fn run(args: UpArgs, globals: &Globals) -> Result<(), CliError> {
    let out = &globals.out;
    let mut signals = Signals::new()?;
    let plan = Plan {
        state: args.state,
        runtime: args.runtime,
        listen: args.listen,
        standard: PoolPlan::wanted(args.standard),
        burst: PoolPlan::wanted(args.burst),
        image: args.image,
        web_root: args.web_root,
        sessions_per_user: None,
        log_to_file: true,
    };
    let line = spinner(out, "starting…");
    let tell = |step: &str| line.set_message(step.to_owned());
    let mut topology = tokio::select! {
        started = Topology::start(plan, &tell) => started?,
        () = signals.told() => return Err(CliError::Exit(crate::error::EXIT_FAILED)),
    };
    let link = topology.admin_link().await;
    line.finish_and_clear();
    let link = link?;
    announce(&topology, &link.url, out)?;
    let ended = tokio::select! {
        ended = topology.ended() => Err(ended),
        () = signals.told() => Ok(()),
    };
    let line = spinner(out, "draining; Ctrl-C again ends at once…");
    let stopped = tokio::select! {
        stopped = topology.stop(false) => stopped,
        () = signals.told() => Err(CliError::failed("ended before all was drained", "the next `carrel up` tidies up")),
    };
    line.finish_and_clear();
    ended?;
    match stopped? {
        0 => {}
        count => out
            .note(format!("{count} open sessions stay; the next `carrel up` on this folder takes them over")),
    }
    Ok(())
}

fn announce(topology: &Topology, link: &str, out: &Out) -> Result<(), CliError> {
    let report = topology.report();
    if out.json {
        return out.object(&json!({
            "url": topology.url,
            "adminLink": link,
            "runtime": topology.runtime.name(),
            "state": topology.state,
            "socket": topology.socket,
            "node": {
                "id": topology.node,
                "socket": topology.node_socket,
                "directUrl": topology.direct_url,
                "report": report,
            },
            "sync": {"socket": topology.sync_socket, "state": documents::folder(&topology.state)},
            "pid": std::process::id(),
        }));
    }
    for text in topology.runtime.remarks() {
        out.warn(text);
    }
    for text in &report.clamped {
        out.note(format!("clamped: {text}"));
    }
    let fact = |name: &str, value: &str| {
        out.line(format!("{}  {value}", out.paint(Style::Dim, &format!("{name:<10}"))))
    };
    fact("address", &out.paint(Style::Bold, &topology.url))?;
    fact("runtime", topology.runtime.name())?;
    for class in &report.classes {
        let name = if class.slot_class() == SlotClass::Burst { "burst" } else { "standard" };
        fact(name, &class_text(class))?;
    }
    fact("documents", &documents::folder(&topology.state).display().to_string())?;
    fact("state", &topology.state.display().to_string())?;
    fact("admin link", &out.paint(Style::Bold, link))?;
    out.note("the link works once; another: `carrel user admin-link`. Ctrl-C ends it all.");
    Ok(())
}
