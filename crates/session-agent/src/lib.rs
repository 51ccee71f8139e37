//! Inside a slot: files, terminals, tasks, artefacts, environment.
//!
//! The node listens, the agent dials ([`link`]) and then answers: gRPC for the node's own questions ([`rpc`]), JSON,
//! raw bytes and websockets for the session's user ([`http`]). Processes on terminals live under [`holder`]s, small
//! programs of their own that outlive the agent; what the agent must remember over a restart is in `CARREL_RUN`.
//!
//! Invariant: the agent lives in the user's trust domain. It holds no secret, and nothing outside may rely on it.
//! Invariant: files are reached through [`files`] only, which never leaves the workspace.

pub mod agent;
pub mod artefacts;
mod background;
pub mod command;
pub mod config;
pub mod environment;
pub mod error;
pub mod files;
pub mod frame;
mod git;
pub mod holder;
pub mod http;
pub mod link;
pub mod lsp;
pub mod ports;
mod process;
pub mod rpc;
mod shell;
mod state;
mod task_file;
pub mod terminals;
pub mod verilog;

use std::fs::Permissions;
use std::future::Future;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

pub use config::{Config, ConfigError};

use agent::Agent;

/// Why the agent can't run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// No port on loopback.
    #[error("listen on a loopback port for the proxy")]
    Proxy(#[source] io::Error),
    /// The runtime folder or what is in it can't be used.
    #[error("take up what an earlier agent left in {run_dir}; remove that folder to start afresh")]
    Resume {
        /// `CARREL_RUN`
        run_dir: std::path::PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Runs an agent until `shutdown`. Holders and their processes live on.
pub async fn run(config: Config, shutdown: impl Future<Output = ()>) -> Result<(), RunError> {
    let resume = |source| RunError::Resume { run_dir: config.run_dir.clone(), source };
    std::fs::create_dir_all(&config.run_dir).map_err(resume)?;
    // Who can reach a holder's socket can type into its terminal.
    std::fs::set_permissions(&config.run_dir, Permissions::from_mode(0o700)).map_err(resume)?;
    let listener = link::bind_proxy(&config).await.map_err(RunError::Proxy)?;
    let proxy = format!("http://{}", listener.local_addr().map_err(RunError::Proxy)?);
    let agent = Agent::new(config.clone(), proxy);
    agent.resume().await.map_err(resume)?;
    let background = Arc::clone(&agent.background);
    background.start(link::egress(config.link.clone(), listener, Arc::clone(&background)));
    let router = http::router(Arc::clone(&agent));
    tokio::select! {
        () = link::serve(config.link.clone(), router, Arc::clone(&background)) => {}
        () = shutdown => {}
    }
    background.end();
    Ok(())
}
