//! `check-config`: the check that every daemon makes of its own file, for any of them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use crate::error::CliError;
use crate::server::Globals;

/// Which file and how closely.
#[derive(Debug, Args)]
pub struct CheckConfigArgs {
    /// Also look at the files and sockets that it names.
    #[arg(long)]
    pub host: bool,
    /// Which daemon's file it is; by default told from its name and keys.
    #[arg(long, value_enum)]
    pub daemon: Option<DaemonArg>,
    /// The file.
    pub file: PathBuf,
}

/// The daemons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DaemonArg {
    /// The door.
    FrontendMaster,
    /// The hands.
    ComputeNode,
    /// Shared documents.
    Sync,
}

impl DaemonArg {
    const fn name(self) -> &'static str {
        match self {
            Self::FrontendMaster => "frontend-master",
            Self::ComputeNode => "compute-node",
            Self::Sync => "sync",
        }
    }
}

/// Checks a file and prints every fault at once.
pub fn run(args: &CheckConfigArgs, globals: &Globals) -> Result<(), CliError> {
    let shown = args.file.display();
    let text = std::fs::read_to_string(&args.file)
        .map_err(|error| CliError::Config(format!("error: {shown}: {error}")))?;
    let daemon = match args.daemon {
        Some(daemon) => daemon,
        None => {
            detect(&args.file.to_string_lossy(), |daemon| faults(daemon, args, &text)).ok_or_else(|| {
                CliError::Usage(format!("{shown}: can't tell which daemon it is for; say so with --daemon"))
            })?
        }
    };
    match faults(daemon, args, &text) {
        None if globals.out.json => {
            globals.out.object(&json!({"file": args.file, "daemon": daemon.name(), "good": true}))
        }
        None => globals.out.line(format!("{shown}: good, for carrel-{}", daemon.name())),
        Some(text) => Err(CliError::Config(text)),
    }
}

/// How a fault of a key that a daemon does not have reads.
const UNKNOWN_KEY: &str = "is not a known key";

/// By the file's name; else the daemon to which the fewest keys are unknown.
fn detect(name: &str, faults: impl Fn(DaemonArg) -> Option<String>) -> Option<DaemonArg> {
    let file = name.rsplit('/').next().unwrap_or(name);
    let by_name: Vec<DaemonArg> =
        DaemonArg::value_variants().iter().copied().filter(|daemon| file.contains(daemon.name())).collect();
    if let [only] = by_name.as_slice() {
        return Some(*only);
    }
    let unknown = |text: String| text.lines().filter(|line| line.contains(UNKNOWN_KEY)).count();
    let count = |daemon| faults(daemon).map_or(0, unknown);
    let mut counted: Vec<(usize, DaemonArg)> =
        DaemonArg::value_variants().iter().map(|daemon| (count(*daemon), *daemon)).collect();
    counted.sort_by_key(|(faults, _)| *faults);
    match counted.as_slice() {
        [(least, daemon), (next, _), ..] if least < next => Some(*daemon),
        _ => None,
    }
}

/// All faults, one per line.
#[cfg(feature = "rack")]
fn faults(daemon: DaemonArg, args: &CheckConfigArgs, text: &str) -> Option<String> {
    match daemon {
        DaemonArg::FrontendMaster => check::<carrel_frontend_master::Config>(daemon, args, text),
        DaemonArg::ComputeNode => check::<carrel_compute_node::Config>(daemon, args, text),
        DaemonArg::Sync => check::<carrel_sync::Config>(daemon, args, text),
    }
}

#[cfg(feature = "rack")]
fn check<C: carrel_service::DaemonConfig>(
    daemon: DaemonArg,
    args: &CheckConfigArgs,
    text: &str,
) -> Option<String> {
    let loaded = match carrel_service::config::parse::<C>(daemon.name(), text) {
        Ok(loaded) => loaded,
        Err(faults) => return Some(faults.to_string()),
    };
    if !args.host {
        return None;
    }
    let mut faults = carrel_service::Faults::default();
    loaded.config.validate_host(&mut faults);
    (!faults.is_empty()).then(|| faults.to_string())
}

#[cfg(not(feature = "rack"))]
fn faults(daemon: DaemonArg, _args: &CheckConfigArgs, _text: &str) -> Option<String> {
    Some(format!("error: this build holds no daemons; use `carrel-{} check-config`", daemon.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_daemon_is_told_by_name_then_by_known_keys() {
        let none = |_| None;
        assert_eq!(detect("/etc/compute-node.toml", none), Some(DaemonArg::ComputeNode));
        assert_eq!(detect("carrel-frontend-master.toml", none), Some(DaemonArg::FrontendMaster));
        assert_eq!(detect("/etc/compute-node/config.toml", none), None);
        assert_eq!(detect("/etc/carrel/sync.toml", none), Some(DaemonArg::Sync));
        let fewer =
            |daemon| (daemon != DaemonArg::ComputeNode).then(|| "error: a: is not a known key".to_owned());
        assert_eq!(detect("x.toml", fewer), Some(DaemonArg::ComputeNode));
    }
}
