//! How to reach each node: the address it reported, and connections to it that stay open.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use carrel_client::{Channel, Http, Options, Peer, TokenSource};
use carrel_ids::NodeId;
use carrel_proto::compute::v1::slot_service_client::SlotServiceClient;
use carrel_service::{Chain, Issuer, NewToken, SharedClock};
use http::Uri;
use tracing::{error, info};

use super::error::SessionError;

/// The `sub` of this daemon's service tokens.
const SUBJECT: &str = "frontend-master";

/// A token is made anew when it ends within this long: a claim and its retries are over by then.
const TOKEN_REST_SECS: u64 = 120;

/// Above every call's own time limit, which is what counts.
const CALL_MAX: Duration = Duration::from_secs(300);

/// The connections to one node.
pub struct Line {
    url: String,
    /// Its slots.
    pub slots: SlotServiceClient<Channel>,
    /// Plain HTTP, for the tunnel.
    pub http: Http,
}

/// Lines to all nodes heard of.
pub struct Directory {
    lines: RwLock<HashMap<NodeId, Arc<Line>>>,
    token: TokenSource,
    ca_file: Option<PathBuf>,
}

impl Directory {
    /// No node known yet; signs its own service tokens. Nodes' certificates are of this authority, or of a public one.
    pub fn new(issuer: Issuer, clock: SharedClock, ca_file: Option<PathBuf>) -> Self {
        Self { lines: RwLock::default(), token: service_token(issuer, clock), ca_file }
    }

    /// The line to a node, if it has ever reported since the start.
    pub fn line(&self, node: &NodeId) -> Option<Arc<Line>> {
        self.lines.read().unwrap_or_else(PoisonError::into_inner).get(node).cloned()
    }

    /// Takes a node's address as it reported it. The same address keeps its connections.
    pub(super) fn learn(&self, node: &NodeId, url: &str) {
        if self.line(node).is_some_and(|line| line.url == url) {
            return;
        }
        let options = Options {
            token: self.token.clone(),
            ca_file: self.ca_file.clone(),
            call_timeout: CALL_MAX,
            ..Options::default()
        };
        match Peer::new(url, options) {
            Ok(peer) => {
                info!(%node, url, "node reached at");
                let slots = carrel_client::compute_node(&peer).slots;
                let line = Arc::new(Line { url: url.to_owned(), slots, http: peer.http() });
                self.lines.write().unwrap_or_else(PoisonError::into_inner).insert(node.clone(), line);
            }
            Err(fault) => error!(%node, url, error = %Chain(&fault), "use a node's address"),
        }
    }
}

/// This daemon's own service token, signed anew before it ends.
pub(crate) fn service_token(issuer: Issuer, clock: SharedClock) -> TokenSource {
    let held: Mutex<Option<(String, u64)>> = Mutex::default();
    TokenSource::from_fn(move || {
        let mut held = held.lock().unwrap_or_else(PoisonError::into_inner);
        let needs_new = held.as_ref().is_none_or(|(_, ends)| *ends < clock.now_secs() + TOKEN_REST_SECS);
        if needs_new {
            match issuer.issue(NewToken::service(SUBJECT)) {
                Ok(signed) => *held = Some((signed.token, signed.claims.exp)),
                Err(fault) => error!(error = %Chain(&fault), "sign a service token"),
            }
        }
        held.as_ref().map(|(token, _)| token.clone())
    })
}

/// Whether this daemon may send its service token to an address: encrypted, or not leaving the machine.
pub(super) fn check_address(url: &str) -> Result<(), SessionError> {
    match address_fault(url) {
        None => Ok(()),
        Some(reason) => Err(SessionError::Address { reason: format!("{reason}: \"{url}\"") }),
    }
}

/// Why no token may be sent to an address.
pub(crate) fn address_fault(url: &str) -> Option<&'static str> {
    if let Some(path) = url.strip_prefix("unix:") {
        return (!path.starts_with('/')).then_some("the socket's path must be absolute");
    }
    let Ok(uri) = url.parse::<Uri>() else { return Some("not an address") };
    let Some(host) = uri.host() else { return Some("no host") };
    match uri.scheme_str() {
        Some("https") => None,
        Some("http") if is_loopback(host) => None,
        Some("http") => Some("plain http leaves the machine"),
        _ => Some("unknown scheme"),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn service_tokens_go_to_encrypted_or_local_addresses_only() {
        for good in [
            "unix:/run/n.sock",
            "https://rack1:8081",
            "http://127.0.0.1:8081",
            "http://[::1]:1",
            "http://localhost:1",
        ] {
            assert!(check_address(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "unix:n.sock",
            "http://rack1:8081",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "/run/n.sock",
            "http://",
            "http://localhost.evil",
        ] {
            assert!(check_address(bad).is_err(), "{bad}");
        }
    }
}
