//! The listeners of `up`.

use std::net::SocketAddr;
use std::path::Path;

use carrel_service::{Audience, ListenerConfig, Listeners};

use crate::error::CliError;

/// The public address, and a socket for this machine's owner.
pub(super) async fn bind(listen: &SocketAddr, socket: &Path) -> Result<Listeners, CliError> {
    let listeners = [ListenerConfig::tcp(&listen.to_string()), ListenerConfig::unix(socket)];
    Listeners::bind(&listeners).await.map_err(|error| {
        let text = carrel_service::Chain(&error).to_string();
        let hint = if text.to_ascii_lowercase().contains("in use") {
            format!("end what uses {listen}, or take a free port with --listen 127.0.0.1:0")
        } else {
            "give another address with --listen ADDR".into()
        };
        CliError::failed(text, hint)
    })
}

/// Users' direct address of the node, and a socket for the master.
pub(super) async fn bind_node(socket: &Path) -> Result<Listeners, CliError> {
    let listeners =
        [ListenerConfig::tcp("127.0.0.1:0"), ListenerConfig::unix(socket).audience(Audience::Rack)];
    Listeners::bind(&listeners).await.map_err(|error| {
        CliError::failed(carrel_service::Chain(&error).to_string(), "give another folder with --state DIR")
    })
}

/// The address of the first listener on TCP.
pub(super) fn tcp_url(listeners: &Listeners) -> String {
    let bound = listeners.bound();
    bound
        .iter()
        .map(carrel_service::listen::Bound::url)
        .find(|url| url.starts_with("http"))
        .unwrap_or_default()
}
