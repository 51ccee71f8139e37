//! Documents that people edit together: the way to the sync daemon, and whose document is whose.
//!
//! - `forward` passes `/doc/<id>`, `/socket.io/` and the people's methods of `carrel.sync.v1` on.
//! - `notes` knows which document holds the notes of a repository and keeps its members what the repository says.
//!
//! The sync daemon is told who asks by a token that this daemon signs for the purpose, with an audience of its own and
//! the id and the times of the person's own token. So the person's token and cookie never leave this daemon, nothing
//! that the sync daemon holds opens a door here, and a log-out still reaches it under the id that it was revoked by.
//!
//! Invariant: no header of a person's that could carry a secret goes on; what does is a short list.
//! Invariant: roles in the notes of a repository follow the rights in the repository; nobody else sets them.

mod error;
mod forward;
mod headers;
pub mod notes;

use std::sync::Arc;
use std::time::Duration;

use carrel_client::{Channel, Options, Peer, TokenSource};
use carrel_proto::sync::v1::steward_service_client::StewardServiceClient;
use carrel_service::identity::Issuer;
use carrel_service::{Deps, RunError, SharedClock, While as _};
use prometheus::{Gauge, IntCounterVec};
use tokio::sync::Semaphore;

use crate::config::Config;
use crate::sessions::service_token;
pub(crate) use error::DocumentError;
pub use forward::router;

/// Websockets at once: 1,500 learners with some documents each. Each costs two buffers and two connections.
const WEBSOCKETS_MAX: usize = 16_384;

/// Requests under way at once; most of them are long polls that wait for news.
const REQUESTS_MAX: usize = 8_192;

/// The longest wait for an answer to begin: a long poll is answered every 25 s, an export of a large document takes some.
const ANSWER_MAX: Duration = Duration::from_secs(120);

/// The sync daemon and how much of it is in use.
pub struct Documents {
    sync: Option<Sync>,
    websockets: Arc<Semaphore>,
    requests: Arc<Semaphore>,
    meters: Meters,
    keeper: notes::Keeper,
}

struct Sync {
    /// As whoever asks.
    people: Peer,
    /// As this daemon.
    own: Peer,
}

struct Meters {
    open: Gauge,
    answers: IntCounterVec,
    bytes: IntCounterVec,
}

impl Documents {
    /// The way to the sync daemon, if the rack has one. Nothing is dialled yet.
    pub fn new(config: &Config, issuer: &Issuer, clock: &SharedClock, deps: &Deps) -> Result<Self, RunError> {
        let sync = match config.sync_url.as_str() {
            "" => None,
            url => Some(Sync::new(config, url, service_token(issuer.clone(), clock.clone()))?),
        };
        let metrics = &deps.metrics;
        let meters = Meters {
            open: metrics.gauge("document_connections", "Open websockets to documents."),
            answers: metrics.counter_vec(
                "document_requests_total",
                "Requests for documents by outcome.",
                &["outcome"],
            ),
            bytes: metrics.counter_vec(
                "document_bytes_total",
                "Bytes of documents' websockets by direction: to and from the sync daemon.",
                &["direction"],
            ),
        };
        let (websockets, requests) = (Semaphore::new(WEBSOCKETS_MAX), Semaphore::new(REQUESTS_MAX));
        let (websockets, requests) = (Arc::new(websockets), Arc::new(requests));
        Ok(Self { sync, websockets, requests, meters, keeper: notes::Keeper::default() })
    }

    fn sync(&self) -> Result<&Sync, DocumentError> {
        self.sync.as_ref().ok_or(DocumentError::Absent)
    }

    /// The sync daemon's methods for daemons.
    fn steward(&self) -> Result<StewardServiceClient<Channel>, DocumentError> {
        Ok(StewardServiceClient::new(self.sync()?.own.channel()))
    }
}

impl Sync {
    fn new(config: &Config, url: &str, token: TokenSource) -> Result<Self, RunError> {
        let peer = |token: TokenSource, call_timeout: Duration| {
            let options =
                Options { token, ca_file: config.sync_ca.clone(), call_timeout, ..Options::default() };
            Peer::new(url, options).during("read sync_url")
        };
        let people = peer(TokenSource::none(), ANSWER_MAX)?;
        Ok(Self { people, own: peer(token, Options::default().call_timeout)? })
    }
}
