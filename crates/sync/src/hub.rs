//! The rooms that are loaded: one task for each, which feeds the room its events and performs its effects.
//!
//! A document's life: loading (the task reads it, whoever comes waits in its inbox) → open → unloading (the room is
//! empty and durable; whoever comes before the task has left the map opens it again) → gone.
//! Invariant: a document has at most one task: it leaves the map, with an empty inbox, before another can start.

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_proto::code::ServiceCode;
use carrel_service::{ServiceError, SharedClock, Shutdown, Tasks};
use tokio::sync::{mpsc, oneshot};

use crate::actor::Actor;
use crate::metrics::SyncMetrics;
use crate::room::doc::DocError;
use crate::room::{ClientId, CloseCode};
use crate::socket::Outlet;
use crate::store::{Meta, Store, StoreError};

/// Frames that wait for their room; past it a client's socket is read no further.
const INBOX_MAX: usize = 1_024;
/// Frames that wait for a client's socket; past it the client lags and is resynced later.
pub const QUEUE_MAX: usize = 128;

/// One connection, as the hub sees it.
pub struct Connection {
    /// Who.
    pub user: UserId,
    /// The way to it.
    pub outlet: Outlet,
    /// Ends its socket, whatever is queued.
    pub close: oneshot::Sender<CloseCode>,
    /// Whether it understands `saved`.
    pub wants_saved: bool,
}

/// Boxed on its way: a queue makes room for 32 at once, and there is one for each open document.
pub(crate) enum Input {
    Join(ClientId, Connection),
    Frame(ClientId, Bytes),
    Drained(ClientId),
    Leave(ClientId),
    Apply(Bytes, oneshot::Sender<Result<bool, CallError>>),
    Read(Bytes, oneshot::Sender<Result<Content, CallError>>),
    /// Membership has changed, or the document is deleted.
    Meta(Arc<Meta>),
    /// A compaction has ended; the log holds so many bytes, the state so many.
    Compacted(Option<(u64, u64)>),
}

/// A document's content.
#[derive(Debug, Clone)]
pub struct Content {
    /// What the caller lacks.
    pub update: Vec<u8>,
    /// What the document has.
    pub state_vector: Vec<u8>,
}

/// Why a call on a document failed.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The caller's bytes.
    #[error("{0}")]
    Bytes(#[source] DocError),
    /// The room went away in the middle.
    #[error("the document was dropped from memory before the update was on disk: try again")]
    Dropped,
    /// Nothing to compact, or not yet.
    #[error("document {0} is empty or waits for updates that others hold: it can't be compacted now")]
    Incomplete(DocumentId),
    /// What is stored does not load.
    #[error("document {id} can't be loaded")]
    Load {
        /// Which.
        id: DocumentId,
        /// Why.
        #[source]
        source: DocError,
    },
}

impl ServiceError for CallError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Store(error) => error.code(),
            Self::Bytes(DocError::Missing { .. }) => ServiceCode::FailedPrecondition,
            Self::Bytes(_) => ServiceCode::InvalidArgument,
            Self::Dropped => ServiceCode::Unavailable,
            Self::Incomplete(_) => ServiceCode::FailedPrecondition,
            Self::Load { .. } => ServiceCode::Internal,
        }
    }
}

/// What rooms share.
pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: SharedClock,
    pub(crate) tasks: Tasks,
    pub(crate) shutdown: Shutdown,
    pub(crate) metrics: SyncMetrics,
    rooms: Mutex<HashMap<DocumentId, mpsc::Sender<Box<Input>>>>,
    next_client: AtomicU64,
}

/// The rooms. Clones share them.
#[derive(Clone)]
pub struct Hub(Arc<Shared>);

/// A connection that has joined; its frames go in here.
pub struct Joined {
    inbox: mpsc::Sender<Box<Input>>,
    client: ClientId,
}

impl Hub {
    /// Without rooms.
    pub fn new(
        store: Arc<dyn Store>,
        clock: SharedClock,
        tasks: Tasks,
        shutdown: Shutdown,
        metrics: SyncMetrics,
    ) -> Self {
        let (rooms, next_client) = (Mutex::default(), AtomicU64::new(1));
        Self(Arc::new(Shared { store, clock, tasks, shutdown, metrics, rooms, next_client }))
    }

    /// Where documents are kept.
    pub fn store(&self) -> &dyn Store {
        &*self.0.store
    }

    /// Runs what belongs to the documents.
    pub fn tasks(&self) -> &Tasks {
        &self.0.tasks
    }

    fn inbox(&self, id: &DocumentId) -> mpsc::Sender<Box<Input>> {
        let mut rooms = self.0.rooms();
        if let Some(inbox) = rooms.get(id)
            && !inbox.is_closed()
        {
            return inbox.clone();
        }
        let (inbox, inputs) = mpsc::channel(INBOX_MAX);
        rooms.insert(id.clone(), inbox.clone());
        let actor = Actor::new(id.clone(), self.0.clone(), inbox.downgrade(), inputs);
        self.0.tasks.spawn("room", actor.run());
        inbox
    }

    /// Connects somebody who may read the document.
    pub async fn join(&self, id: &DocumentId, connection: Connection) -> Result<Joined, CallError> {
        let client = self.0.next_client.fetch_add(1, Ordering::Relaxed);
        let inbox = self.inbox(id);
        inbox.send(Box::new(Input::Join(client, connection))).await.map_err(|_| CallError::Dropped)?;
        Ok(Joined { inbox, client })
    }

    /// Applies an update; answered when it is durable.
    pub async fn apply(&self, id: &DocumentId, update: Bytes) -> Result<bool, CallError> {
        let (reply, answer) = oneshot::channel();
        self.inbox(id).send(Box::new(Input::Apply(update, reply))).await.map_err(|_| CallError::Dropped)?;
        answer.await.unwrap_or(Err(CallError::Dropped))
    }

    /// Reads what a state vector lacks.
    pub async fn read(&self, id: &DocumentId, state_vector: Bytes) -> Result<Content, CallError> {
        let (reply, answer) = oneshot::channel();
        self.inbox(id)
            .send(Box::new(Input::Read(state_vector, reply)))
            .await
            .map_err(|_| CallError::Dropped)?;
        answer.await.unwrap_or(Err(CallError::Dropped))
    }

    /// Tells the room, if there is one, that the metadata has changed.
    pub async fn changed(&self, id: &DocumentId, meta: Arc<Meta>) {
        let inbox = self.0.rooms().get(id).cloned();
        if let Some(inbox) = inbox {
            // A room that has just gone will read the new metadata when it is loaded again.
            let _ = inbox.send(Box::new(Input::Meta(meta))).await;
        }
    }
}

impl Joined {
    /// Hands a frame in; `false` if the room is gone.
    pub async fn frame(&self, frame: Bytes) -> bool {
        self.inbox.send(Box::new(Input::Frame(self.client, frame))).await.is_ok()
    }

    /// Says goodbye.
    pub async fn leave(self) {
        let _ = self.inbox.send(Box::new(Input::Leave(self.client))).await;
    }
}

impl Shared {
    fn rooms(&self) -> MutexGuard<'_, HashMap<DocumentId, mpsc::Sender<Box<Input>>>> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a room off the map, unless something is in its inbox or about to be.
    pub(crate) fn forget(
        &self,
        id: &DocumentId,
        inputs: &mut mpsc::Receiver<Box<Input>>,
        by_force: bool,
    ) -> bool {
        let mut rooms = self.rooms();
        // One sender is the map's. Others belong to callers that may still send.
        if !by_force && (!inputs.is_empty() || inputs.sender_strong_count() > 1) {
            return false;
        }
        // Closed under the lock: whoever comes now finds no room, or a closed inbox, and starts anew.
        inputs.close();
        rooms.remove(id);
        true
    }
}
