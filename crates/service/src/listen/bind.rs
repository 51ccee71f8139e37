//! Binds first and passes the sockets on, so that port 0 works and nobody can take a port in between.

use std::net::SocketAddr;
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::net::AddressFamily;
use rustls::ServerConfig;
use tokio::net::{TcpListener, UnixListener, UnixStream};

use super::{Audience, ListenAddr, ListenError, ListenerConfig, plain_text_refused, tls};

/// A socket file is for the daemon's user and group; root passes anyway.
const SOCKET_MODE: u32 = 0o660;

/// Bound sockets, ready to accept.
#[derive(Debug, Default)]
pub struct Listeners {
    pub(super) listeners: Vec<Listener>,
}

#[derive(Debug)]
pub(super) struct Listener {
    pub(super) socket: Socket,
    pub(super) bound: Bound,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) hosts: Vec<String>,
    pub(super) proxies: Vec<std::net::IpAddr>,
    /// The socket file we made and so remove; one of systemd's stays.
    pub(super) file: Option<PathBuf>,
}

#[derive(Debug)]
pub(super) enum Socket {
    Tcp(TcpListener),
    Unix(UnixListener),
}

/// Where a listener really listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// The address; a port of 0 has become the real one.
    pub addr: ListenAddr,
    /// Who is meant to come.
    pub audience: Audience,
    /// Whether it speaks TLS.
    pub tls: bool,
}

impl Bound {
    /// The address as a client wants it: `http://127.0.0.1:8080`, `https://…` or `unix:/path`.
    pub fn url(&self) -> String {
        match &self.addr {
            ListenAddr::Tcp(addr) => format!("{}://{addr}", if self.tls { "https" } else { "http" }),
            other => other.to_string(),
        }
    }

    /// The TCP address, if it is one.
    pub fn tcp(&self) -> Option<SocketAddr> {
        if let ListenAddr::Tcp(addr) = self.addr { Some(addr) } else { None }
    }
}

impl Listeners {
    /// Opens every listener; if one fails, none stays open.
    pub async fn bind(configs: &[ListenerConfig]) -> Result<Self, ListenError> {
        let mut listeners = Vec::new();
        for config in configs {
            listeners.push(Listener::bind(config).await?);
        }
        Ok(Self { listeners })
    }

    /// Where they listen, in the order of the configuration.
    pub fn bound(&self) -> Vec<Bound> {
        self.listeners.iter().map(|listener| listener.bound.clone()).collect()
    }
}

impl Listener {
    async fn bind(config: &ListenerConfig) -> Result<Self, ListenError> {
        let failed = |source| ListenError::Bind { addr: config.addr.clone(), source };
        let tls = match &config.tls {
            Some(files) => {
                let config = tls::server_config(files)
                    .map_err(|source| ListenError::Tls { addr: config.addr.clone(), source })?;
                Some(config)
            }
            None => None,
        };
        let socket = match &config.addr {
            ListenAddr::Tcp(addr) => Socket::Tcp(TcpListener::bind(addr).await.map_err(failed)?),
            ListenAddr::Unix(path) => Socket::Unix(bind_unix(path).await.map_err(failed)?),
            ListenAddr::Systemd(name) => {
                let socket = crate::notify::take_socket(name)
                    .ok_or_else(|| ListenError::NoSuchSocket { name: name.clone() })?;
                adopt(socket).map_err(failed)?
            }
        };
        let addr = match &socket {
            Socket::Tcp(socket) => ListenAddr::Tcp(socket.local_addr().map_err(failed)?),
            Socket::Unix(socket) => {
                let addr = socket.local_addr().map_err(failed)?;
                ListenAddr::Unix(addr.as_pathname().map(PathBuf::from).unwrap_or_default())
            }
        };
        // Again, on what is really bound: systemd's sockets are only known now.
        if let ListenAddr::Tcp(addr) = addr
            && tls.is_none()
            && !addr.ip().is_loopback()
        {
            return Err(ListenError::PlainText(plain_text_refused(addr)));
        }
        let bound = Bound { addr, audience: config.effective_audience(), tls: tls.is_some() };
        let file = match &config.addr {
            ListenAddr::Unix(path) => Some(path.clone()),
            _ => None,
        };
        Ok(Self { socket, bound, tls, hosts: config.hosts.clone(), proxies: config.proxies.clone(), file })
    }
}

/// A socket file that nobody answers on is a leftover of a crash and makes way.
async fn bind_unix(path: &Path) -> std::io::Result<UnixListener> {
    let socket = match UnixListener::bind(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {
            match UnixStream::connect(path).await {
                Err(refused) if refused.kind() == std::io::ErrorKind::ConnectionRefused => {
                    std::fs::remove_file(path)?;
                }
                _ => return Err(error),
            }
            UnixListener::bind(path)?
        }
        other => other?,
    };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(SOCKET_MODE))?;
    Ok(socket)
}

fn adopt(socket: OwnedFd) -> std::io::Result<Socket> {
    rustix::io::ioctl_fionbio(socket.as_fd(), true)?;
    if rustix::net::getsockname(&socket)?.address_family() == AddressFamily::UNIX {
        Ok(Socket::Unix(UnixListener::from_std(socket.into())?))
    } else {
        Ok(Socket::Tcp(TcpListener::from_std(socket.into())?))
    }
}
