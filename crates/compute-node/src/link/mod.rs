//! The link to one slot: a unix socket that the node listens on and the agent dials.
//!
//! Invariant: the node never connects to anything a slot controls; it only accepts.
//! Invariant: bytes beyond the first line are never looked at here; what a connection is for decides who reads it.
//! Invariant: a slot can hold at most [`CONNECTIONS_MAX`] connections, whatever it does.

mod agent;
mod bind;
mod listener;
mod spares;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use carrel_ids::SlotId;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::UnixStream;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::debug;

pub use agent::AgentChannel;
pub use bind::{LinkDirs, SOCKET_NAME};
use spares::Spares;

use crate::body::Body;

/// Two spares, the h2 channel, and some sixty terminals, downloads and egress requests at once: more than one
/// person starts, and few enough that a hostile slot can't use up the node's file descriptors.
pub const CONNECTIONS_MAX: usize = 64;

/// How long a tunnel request waits for a fresh connection: several of the agent's longest redial pauses (500 ms).
pub const SPARE_WAIT_MAX: Duration = Duration::from_secs(3);

/// How long a request waits for the h2 channel, so that a restart of the agent (well below a second) goes unnoticed.
pub const CHANNEL_WAIT_MAX: Duration = Duration::from_secs(5);

/// Why a slot can't be reached.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// A step in making the socket failed.
    #[error("{step} {path}")]
    Socket {
        /// The step, as a verb.
        step: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The agent did not offer a connection in time.
    #[error(
        "the agent of slot {slot} offered no connection within {waited:?}: it may be restarting, try again"
    )]
    NoSpare {
        /// The slot.
        slot: SlotId,
        /// How long was waited.
        waited: Duration,
    },
    /// The agent did not speak HTTP.
    #[error("the agent of slot {slot} did not complete the handshake")]
    Handshake {
        /// The slot.
        slot: SlotId,
        /// Why.
        #[source]
        source: hyper::Error,
    },
    /// The link is being closed.
    #[error("slot {slot} is closing")]
    Closed {
        /// The slot.
        slot: SlotId,
    },
}

/// An accepted connection and its place among the slot's connections.
pub struct Accepted {
    pub(crate) stream: UnixStream,
    pub(crate) permit: OwnedSemaphorePermit,
}

/// Who serves the connections by which a slot wants to get out.
#[async_trait::async_trait]
pub trait EgressServer: Send + Sync {
    /// Serves one connection until it ends.
    async fn serve(&self, stream: UnixStream);
}

pub(crate) struct Shared {
    pub(crate) slot: SlotId,
    pub(crate) spares: Spares,
    pub(crate) channel: watch::Sender<Option<AgentChannel>>,
    pub(crate) cancel: CancellationToken,
    pub(crate) tracker: TaskTracker,
    pub(crate) egress: Arc<dyn EgressServer>,
}

/// One slot's link; closes when the last handle is dropped or [`SlotLink::close`] is called.
#[derive(Clone)]
pub struct SlotLink {
    shared: Arc<Shared>,
    _closer: Arc<Closer>,
}

/// Ends the link's tasks with its last handle; the tasks themselves hold `Shared`, not this.
struct Closer(CancellationToken);

impl Drop for Closer {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl SlotLink {
    /// Makes (or makes anew) the socket in the slot's link directory and starts listening.
    pub fn open(dirs: &LinkDirs, slot: &SlotId, egress: Arc<dyn EgressServer>) -> Result<Self, LinkError> {
        let listener = bind::socket(&dirs.make(slot)?)?;
        let cancel = CancellationToken::new();
        let shared = Arc::new(Shared {
            slot: slot.clone(),
            spares: Spares::default(),
            channel: watch::Sender::new(None),
            cancel: cancel.clone(),
            tracker: TaskTracker::new(),
            egress,
        });
        for_link(&shared, listener::accept(listener, shared.clone()));
        for_link(&shared, agent::keep_channel(shared.clone()));
        Ok(Self { shared, _closer: Arc::new(Closer(cancel)) })
    }

    /// The slot at the other end.
    pub fn slot(&self) -> &SlotId {
        &self.shared.slot
    }

    /// The h2 channel as it comes and goes.
    pub fn channels(&self) -> watch::Receiver<Option<AgentChannel>> {
        self.shared.channel.subscribe()
    }

    /// The h2 channel, waiting a little for a restarting agent.
    pub async fn channel(&self) -> Result<AgentChannel, LinkError> {
        let mut channels = self.channels();
        let up = channels.wait_for(|channel| channel.as_ref().is_some_and(AgentChannel::is_open));
        tokio::select! {
            () = self.shared.cancel.cancelled() => Err(LinkError::Closed { slot: self.shared.slot.clone() }),
            up = tokio::time::timeout(CHANNEL_WAIT_MAX, up) => match up {
                Ok(Ok(channel)) => channel.clone().ok_or_else(|| self.no_spare(CHANNEL_WAIT_MAX)),
                _ => Err(self.no_spare(CHANNEL_WAIT_MAX)),
            },
        }
    }

    /// A fresh HTTP/1.1 connection to the agent, for an upgrade or a raw transfer.
    pub async fn open_stream(&self) -> Result<http1::SendRequest<Body>, LinkError> {
        let shared = &self.shared;
        let accepted = tokio::select! {
            () = shared.cancel.cancelled() => return Err(LinkError::Closed { slot: shared.slot.clone() }),
            spare = tokio::time::timeout(SPARE_WAIT_MAX, shared.spares.take()) => {
                spare.map_err(|_| self.no_spare(SPARE_WAIT_MAX))?
            }
        };
        let Accepted { stream, permit } = accepted;
        let (sender, connection) = http1::Builder::new()
            .max_buf_size(STREAM_BUFFER)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|source| LinkError::Handshake { slot: shared.slot.clone(), source })?;
        let slot = shared.slot.clone();
        for_link(shared, async move {
            if let Err(error) = connection.with_upgrades().await {
                debug!(%slot, %error, "stream to the agent ended");
            }
            drop(permit);
        });
        Ok(sender)
    }

    /// How many idle connections the agent offers now.
    pub fn spares(&self) -> usize {
        self.shared.spares.len()
    }

    /// Ends every connection and stops listening; returns once nothing of it runs.
    pub async fn close(&self) {
        self.shared.cancel.cancel();
        self.shared.tracker.close();
        self.shared.tracker.wait().await;
        self.shared.spares.clear();
        self.shared.channel.send_replace(None);
    }

    fn no_spare(&self, waited: Duration) -> LinkError {
        LinkError::NoSpare { slot: self.shared.slot.clone(), waited }
    }
}

/// Large enough that a download moves in few reads, small enough for sixty of them per slot.
const STREAM_BUFFER: usize = 256 * 1024;

/// Runs something for as long as the link is open.
pub(crate) fn for_link(shared: &Arc<Shared>, work: impl Future<Output = ()> + Send + 'static) {
    let cancel = shared.cancel.clone();
    shared.tracker.spawn(async move {
        tokio::select! {
            () = cancel.cancelled() => {}
            () = work => {}
        }
    });
}
