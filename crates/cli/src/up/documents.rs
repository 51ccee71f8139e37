//! The sync daemon of `up`: shared documents, reached through the front-end master only.

use std::path::{Path, PathBuf};

use carrel_service::{Audience, Deps, ListenerConfig, Listeners, Shutdown};

use super::state::StateDir;
use crate::error::CliError;

/// Where it keeps documents, below the state folder.
pub(super) fn folder(state: &Path) -> PathBuf {
    state.join("sync")
}

/// Its one listener, a socket in the state folder: people come by way of the front-end master.
pub(super) async fn bind(hold: &StateDir) -> Result<Listeners, CliError> {
    let socket = ListenerConfig::unix(hold.sync_socket()).audience(Audience::Rack);
    Listeners::bind(&[socket]).await.map_err(|error| {
        CliError::failed(carrel_service::Chain(&error).to_string(), "give another folder with --state DIR")
    })
}

/// What it is started with.
pub(super) fn parts(
    hold: &StateDir,
    listeners: Listeners,
    shutdown: &Shutdown,
    (issuer, token, master_url, public_url): (&str, PathBuf, &str, &str),
) -> (carrel_sync::Config, Deps) {
    let config = carrel_sync::Config {
        state_dir: folder(&hold.path),
        frontend_url: master_url.to_owned(),
        token_file: Some(token),
        issuer: issuer.to_owned(),
        origins: vec![public_url.to_owned()],
        ..carrel_sync::Config::default()
    };
    (config, Deps::embedded("sync", listeners, shutdown.clone()))
}
