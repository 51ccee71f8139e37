//! Accepts on every listener until the shutdown, then drains within a deadline.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use futures::future::join_all;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{info, warn};

use super::bind::{Listener, Listeners, Socket};
use super::connection::Context;
use super::{Audience, Peer, PeerAddr};
use crate::shutdown::Shutdown;

/// Connections per listener. At 10,000 learners each holds one or two; a flood on the public listener must leave the others free.
const CONNECTIONS_MAX: usize = 32_768;

/// After an accept failed (most likely no file descriptor is free): long enough not to spin, short enough not to be felt.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

impl Listeners {
    /// Serves each audience's router until the shutdown is requested; then closes the listeners, lets open
    /// requests finish for at most `drain` and ends the rest.
    pub async fn serve(self, router: impl Fn(Audience) -> Router, shutdown: &Shutdown, drain: Duration) {
        let connections = TaskTracker::new();
        let (finish, kill) = (CancellationToken::new(), CancellationToken::new());
        let mut files = Vec::new();
        let accepting = self.listeners.into_iter().map(|listener| {
            let bound = &listener.bound;
            info!(addr = %bound.addr, audience = ?bound.audience, tls = bound.tls, "listening");
            files.extend(listener.file.clone());
            let loopback = bound.tcp().is_some_and(|addr| addr.ip().is_loopback());
            let context = Context {
                router: router(bound.audience),
                tls: listener.tls.clone(),
                hosts: loopback.then(|| listener.hosts.clone().into()),
                proxies: listener.proxies.clone().into(),
                drain: finish.clone(),
                kill: kill.clone(),
            };
            accept(listener, context, connections.clone(), shutdown.clone())
        });
        join_all(accepting.collect::<Vec<_>>()).await;
        for file in files {
            // Left behind it would only mislead clients; the next start removes it if this fails.
            drop(std::fs::remove_file(file));
        }
        finish.cancel();
        connections.close();
        if tokio::time::timeout(drain, connections.wait()).await.is_err() {
            warn!(open = connections.len(), limit_secs = drain.as_secs(), "connections overran the drain");
            kill.cancel();
            connections.wait().await;
        }
    }
}

async fn accept(listener: Listener, context: Context, connections: TaskTracker, shutdown: Shutdown) {
    let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
    let audience = listener.bound.audience;
    loop {
        let accepted = async {
            // The place first: beyond the limit the kernel's backlog holds new connections.
            let place = places.clone().acquire_owned().await.map_err(std::io::Error::other)?;
            let (stream, peer) = listener.socket.accept(audience).await?;
            Ok::<_, std::io::Error>((place, stream, peer))
        };
        let accepted = tokio::select! {
            accepted = accepted => accepted,
            () = shutdown.requested() => return,
        };
        match accepted {
            Ok((place, stream, peer)) => {
                let context = context.clone();
                connections.spawn(async move {
                    match stream {
                        Stream::Tcp(stream) => context.run(stream, peer).await,
                        Stream::Unix(stream) => context.run(stream, peer).await,
                    }
                    drop(place);
                });
            }
            Err(error) => {
                warn!(%error, addr = %listener.bound.addr, "accept failed");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

enum Stream {
    Tcp(tokio::net::TcpStream),
    Unix(tokio::net::UnixStream),
}

impl Socket {
    async fn accept(&self, audience: Audience) -> std::io::Result<(Stream, Peer)> {
        match self {
            Self::Tcp(socket) => {
                let (stream, addr) = socket.accept().await?;
                // Terminals send single keys; waiting to fill a packet would be felt.
                stream.set_nodelay(true)?;
                Ok((Stream::Tcp(stream), Peer { addr: PeerAddr::Tcp(addr), audience, uid: None, tls: None }))
            }
            Self::Unix(socket) => {
                let (stream, _) = socket.accept().await?;
                let uid = stream.peer_cred()?.uid();
                Ok((Stream::Unix(stream), Peer { addr: PeerAddr::Unix, audience, uid: Some(uid), tls: None }))
            }
        }
    }
}
