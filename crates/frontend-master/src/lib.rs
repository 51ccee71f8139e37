//! The door: accounts, tokens, git, session orchestration, tunnel.
//!
//! - `accounts` decides who gets in; `git` keeps repositories and serves them; `store` is what must survive;
//!   `rpc` and `http` are thin: they parse, ask, answer. `sessions` and `tunnel` drive and reach the nodes,
//!   `documents` the sync daemon.
//!
//! Invariant: what the master acknowledges is on disk: rows by `synchronous=FULL`, pushes by `core.fsync=all`.
//! Invariant: bytes that a slot controls are never rendered on this origin.
//! Invariant: every method and route outside the golden public list (`tests/golden/surface.txt`) denies a stranger.

pub mod accounts;
pub mod browse;
mod command;
pub mod config;
pub mod documents;
pub mod fence;
pub mod git;
pub mod http;
pub mod imports;
pub mod metrics;
pub mod names;
pub mod preview;
pub mod rpc;
pub mod sessions;
pub mod state;
pub mod store;
pub mod tunnel;

use std::time::Duration;

use carrel_service::auth::Auth;
use carrel_service::{App, Daemon, Deps, RunError};

pub use command::Command;
pub use config::Config;
pub use state::{SharedState, State};

/// How often ended tokens, old sessions and deleted repositories are forgotten and repositories are packed.
const HOUSEKEEPING: Duration = Duration::from_secs(10 * 60);

/// How often it is written down when tokens were last used: people look at days, and a crash loses no more than this.
const LAST_SEEN: Duration = Duration::from_secs(60);

/// The daemon.
pub struct FrontendMaster;

impl Daemon for FrontendMaster {
    const NAME: &'static str = "frontend-master";
    const ABOUT: &'static str = "The door of a Carrel rack: accounts, tokens, git, sessions, tunnel.";
    type Config = Config;
    type Command = Command;

    async fn run(config: Config, deps: Deps) -> Result<(), RunError> {
        run(config, deps).await
    }

    async fn command(
        config: Config,
        common: carrel_service::Common,
        command: Command,
    ) -> Result<(), RunError> {
        command::run(config, common, command).await
    }
}

/// Runs until shutdown.
pub async fn run(config: Config, deps: Deps) -> Result<(), RunError> {
    let state = State::open(config, &deps).await?;
    deps.tasks.spawn("housekeeping", housekeeping(state.clone()));
    deps.tasks.spawn("notes", documents::notes::keep(state.clone()));
    deps.tasks.spawn("last seen", last_seen(state.clone()));
    let auth = Auth::new(state.verifier.clone())
        .rules(http::routes::rule)
        .hook(http::routes::ticket)
        .origins([state.public_url.clone()])
        .nowhere(http::nowhere::page(state.config.web_root.clone()));
    let app = http::mount(App::new(auth), &state);
    let app = app.routes(carrel_service::Audience::Public, documents::router(state.clone()));
    let app = sessions::mount(app, &state, &deps).await?;
    let served = deps.serve(app).await;
    state.store.close().await;
    served
}

/// Writes down when tokens were last used, the last time when everything stops.
async fn last_seen(state: SharedState) {
    loop {
        let stop = tokio::select! {
            () = state.shutdown.requested() => true,
            () = tokio::time::sleep(LAST_SEEN) => false,
        };
        state.accounts.write_seen().await;
        if stop {
            return;
        }
    }
}

async fn housekeeping(state: SharedState) {
    loop {
        tokio::select! {
            () = state.shutdown.requested() => return,
            () = tokio::time::sleep(HOUSEKEEPING) => {}
        }
        state.accounts.revocations().forget_ended().await;
        state.repositories.forget_deleted();
        let kept = state.config.sessions.keep_closed_days.saturating_mul(24 * 3_600 * 1_000);
        let kept = i64::try_from(kept).unwrap_or(i64::MAX);
        if let Err(error) = state.store.forget_sessions(state.now_ms().saturating_sub(kept)).await {
            tracing::error!(error = %carrel_service::Chain(&error), "forget old sessions");
        }
        for folder in state.repositories.folders() {
            let tidied = tokio::select! {
                () = state.shutdown.requested() => return,
                tidied = state.repositories.tidy(&folder) => tidied,
            };
            if let Err(error) = tidied {
                let folder = folder.display();
                tracing::warn!(%folder, error = %carrel_service::Chain(&error), "pack a repository");
            }
        }
    }
}
