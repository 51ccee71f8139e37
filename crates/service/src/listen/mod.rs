//! Listeners: where a daemon is reached, by whom, and how; HTTP/1.1, HTTP/2, gRPC and websockets on one port.

mod bind;
mod connection;
mod host;
mod proxy;
mod serve;
pub(crate) mod tls;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use serde::Deserialize;

pub use bind::{Bound, Listeners};
pub(crate) use host::name_of;

use crate::config::Faults;

/// More listeners than this in one daemon are a mistake.
pub const LISTENERS_MAX: usize = 16;

/// Who is meant to come to a listener; each sees what the ones before it see, and more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Audience {
    /// Anybody who can reach the machine.
    Public,
    /// The rack's own daemons.
    Rack,
    /// This machine's own root and the daemon's own user.
    Local,
}

/// One `[[listeners]]` entry.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenerConfig {
    /// `127.0.0.1:8080`, `unix:/path` or `systemd:name`.
    pub addr: ListenAddr,
    /// Certificate and key; needed beyond loopback.
    #[serde(default)]
    pub tls: Option<TlsConfig>,
    /// Who is meant to come; by default `public`, on a unix socket `local`.
    #[serde(default)]
    pub audience: Option<Audience>,
    /// Further names a request may be sent to on a loopback listener, e.g. those of a proxy in front; `*.name` stands
    /// for every name one label below.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Addresses of proxies in front, which are believed when they say in `X-Forwarded-For` who asks. Without them
    /// everybody behind a proxy shares its limits.
    #[serde(default)]
    pub proxies: Vec<IpAddr>,
}

/// Where a listener listens.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum ListenAddr {
    /// An address and port; port 0 takes a free one.
    Tcp(SocketAddr),
    /// A socket file.
    Unix(PathBuf),
    /// A socket that systemd hands over under this name.
    Systemd(String),
}

/// What a listener needs to speak TLS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TlsConfig {
    /// The certificate chain, PEM.
    pub cert: PathBuf,
    /// Its private key, PEM.
    pub key: PathBuf,
    /// The authority whose client certificates are taken; others are refused, none is fine.
    #[serde(default)]
    pub client_ca: Option<PathBuf>,
}

/// Who is at the other end of a connection; in every request's extensions.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where it comes from.
    pub addr: PeerAddr,
    /// What the listener is for.
    pub audience: Audience,
    /// The user at the other end of a unix socket.
    pub uid: Option<u32>,
    /// Set if the connection is encrypted.
    pub tls: Option<PeerTls>,
}

/// Where a connection comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeerAddr {
    /// Over TCP.
    Tcp(SocketAddr),
    /// Over a unix socket.
    Unix,
}

/// What TLS says about the peer.
#[derive(Debug, Clone)]
pub struct PeerTls {
    /// The client's certificate (DER), checked against `client_ca`.
    pub certificate: Option<Vec<u8>>,
}

impl TryFrom<String> for ListenAddr {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:") {
            let path = PathBuf::from(path);
            return if path.is_absolute() {
                Ok(Self::Unix(path))
            } else {
                Err("unix: needs an absolute path".into())
            };
        }
        if let Some(name) = text.strip_prefix("systemd:") {
            return if name.is_empty() {
                Err("systemd: needs a name".into())
            } else {
                Ok(Self::Systemd(name.into()))
            };
        }
        let parsed = text.parse().map(Self::Tcp);
        parsed.map_err(|_| {
            format!("{text:?} is not an address; use e.g. \"127.0.0.1:8080\", \"unix:/run/x.sock\" or \"systemd:name\"")
        })
    }
}

impl std::fmt::Display for ListenAddr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(addr) => write!(f, "{addr}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
            Self::Systemd(name) => write!(f, "systemd:{name}"),
        }
    }
}

impl ListenerConfig {
    /// A plain TCP listener, for tests and embedding.
    ///
    /// # Panics
    /// If the text is not an address and port.
    pub fn tcp(addr: &str) -> Self {
        let addr = ListenAddr::Tcp(addr.parse().expect("an address and port"));
        Self { addr, tls: None, audience: None, hosts: Vec::new(), proxies: Vec::new() }
    }

    /// A unix socket.
    pub fn unix(path: impl Into<PathBuf>) -> Self {
        Self {
            addr: ListenAddr::Unix(path.into()),
            tls: None,
            audience: None,
            hosts: Vec::new(),
            proxies: Vec::new(),
        }
    }

    /// The same for another audience.
    #[must_use]
    pub fn audience(self, audience: Audience) -> Self {
        Self { audience: Some(audience), ..self }
    }

    /// The same with TLS.
    #[must_use]
    pub fn tls(self, tls: TlsConfig) -> Self {
        Self { tls: Some(tls), ..self }
    }

    fn effective_audience(&self) -> Audience {
        let unix = matches!(self.addr, ListenAddr::Unix(_));
        self.audience.unwrap_or(if unix { Audience::Local } else { Audience::Public })
    }

    pub(crate) fn validate(&self, key: &str, faults: &mut Faults) {
        if let ListenAddr::Tcp(addr) = self.addr
            && self.tls.is_none()
            && !addr.ip().is_loopback()
        {
            faults.add(format!("{key}.addr"), plain_text_refused(addr));
        }
        if matches!(self.addr, ListenAddr::Unix(_)) && self.tls.is_some() {
            faults.add(format!("{key}.tls"), "a unix socket needs no TLS; leave it out");
        }
        if self.effective_audience() == Audience::Local
            && let ListenAddr::Tcp(addr) = self.addr
            && !addr.ip().is_loopback()
        {
            faults.add(format!("{key}.audience"), format!("{addr} is not local; use \"rack\" or \"public\""));
        }
    }

    pub(crate) fn validate_host(&self, key: &str, faults: &mut Faults) {
        if let ListenAddr::Unix(path) = &self.addr
            && let Some(parent) = path.parent()
        {
            faults.check_dir(&format!("{key}.addr"), parent);
        }
        if let Some(tls) = &self.tls
            && let Err(error) = tls::server_config(tls)
        {
            faults.add(format!("{key}.tls"), crate::error::Chain(&error).to_string());
        }
    }
}

fn plain_text_refused(addr: SocketAddr) -> String {
    format!(
        "{addr} would carry plain text beyond this machine; set tls = {{ cert, key }}, \
         or listen on 127.0.0.1 or unix:/path behind a proxy that speaks TLS"
    )
}

/// Why a listener could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// The address can't be bound.
    #[error("listen on {addr}; is another program there?")]
    Bind {
        /// Where.
        addr: ListenAddr,
        /// Why not.
        #[source]
        source: std::io::Error,
    },
    /// systemd handed over no such socket.
    #[error("systemd handed over no socket named {name:?}; set FileDescriptorName={name} in the socket unit")]
    NoSuchSocket {
        /// The configured name.
        name: String,
    },
    /// The socket handed over would carry plain text beyond the machine.
    #[error("{0}")]
    PlainText(String),
    /// Certificate or key can't be used.
    #[error("read the TLS files of {addr}")]
    Tls {
        /// Where.
        addr: ListenAddr,
        /// Why not.
        #[source]
        source: tls::TlsError,
    },
}
