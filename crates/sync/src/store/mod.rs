//! Where documents are kept: a trait, the embedded store, and the suite that every store passes.

pub mod disk;
pub mod embedded;
mod journal;
mod record;
mod recover;
mod retire;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_proto::code::ServiceCode;
use carrel_service::ServiceError;
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

pub(crate) const JOURNAL: &str = "journal";
pub(crate) const DOCUMENTS: &str = "documents";

/// Members of one document; a class and its mentors.
pub const MEMBERS_MAX: usize = 1_000;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    /// See.
    Reader,
    /// See and change.
    Writer,
}

/// What is known of a document beside its content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// For people.
    pub title: String,
    /// The creator, as text of a [`UserId`].
    pub owner: String,
    /// Others.
    pub members: Vec<(String, MemberRole)>,
    /// Milliseconds since 1970.
    pub created_at: u64,
    /// A tombstone: the id is never given again.
    pub deleted: bool,
}

impl Meta {
    /// What somebody may do; `None`: not even know of it.
    pub fn role(&self, user: &UserId) -> Option<MemberRole> {
        if self.deleted {
            return None;
        }
        if self.owner == user.as_str() {
            return Some(MemberRole::Writer);
        }
        self.members.iter().find(|(member, _)| member == user.as_str()).map(|(_, role)| *role)
    }
}

/// A document as it is kept.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Beside its content.
    pub meta: Arc<Meta>,
    /// A state, version 2.
    pub state: Option<Bytes>,
    /// Updates after it, version 1.
    pub updates: Vec<Bytes>,
    /// State and updates together are what the document was after this many updates.
    pub covers: u64,
}

impl Loaded {
    /// Bytes of updates.
    pub fn log_bytes(&self) -> u64 {
        self.updates.iter().map(|update| update.len() as u64).sum()
    }
}

/// One change of metadata.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new document; fails if there is or was one.
    Create(Meta),
    /// A member's role; `None` takes the membership away.
    Member(UserId, Option<MemberRole>),
    /// Content and members go, the tombstone stays.
    Delete,
}

/// What the store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Documents that are not deleted.
    pub documents: u64,
    /// Bytes of all journal segments.
    pub log_bytes: u64,
    /// Written since the start: journal and states.
    pub written_bytes: u64,
    /// Group commits since the start.
    pub commits: u64,
}

/// Why the store did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// No such document, or a deleted one.
    #[error("there is no document {0} of yours")]
    NotFound(DocumentId),
    /// The id is taken, perhaps by a tombstone.
    #[error("the id {0} is taken: leave it out to get a new one")]
    Exists(DocumentId),
    /// Too many members.
    #[error("document {0} has {MEMBERS_MAX} members: remove one first")]
    TooManyMembers(DocumentId),
    /// Somebody else is at it.
    #[error("document {0} is being compacted already: try again in a moment")]
    Busy(DocumentId),
    /// The disk refused; nothing was kept.
    #[error("write the journal: nothing of this was kept, try again")]
    Write(#[source] Arc<std::io::Error>),
    /// The disk refused.
    #[error("write the state of document {id}")]
    WriteState {
        /// Which.
        id: DocumentId,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The disk refused.
    #[error("read document {id}")]
    Read {
        /// Which.
        id: DocumentId,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// Damaged or foreign bytes where sound ones were synced.
    #[error("{file} is damaged at byte {at}: restore it from a copy, or move it away to lose what it holds")]
    Damaged {
        /// Which.
        file: String,
        /// Where.
        at: u64,
    },
    /// A failed sync leaves it unknown what is on disk.
    #[error("the journal could not be synced earlier: restart the daemon once the disk is well")]
    Failed,
    /// The daemon is going down.
    #[error("the store is closed: connect again")]
    Closed,
    /// The disk refused.
    #[error("open the store")]
    Open(#[source] Arc<std::io::Error>),
}

impl ServiceError for StoreError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::NotFound(_) => ServiceCode::NotFound,
            Self::Exists(_) => ServiceCode::AlreadyExists,
            Self::TooManyMembers(_) => ServiceCode::ResourceExhausted,
            Self::Busy(_) | Self::Write(_) | Self::Failed | Self::Closed => ServiceCode::Unavailable,
            Self::WriteState { .. } | Self::Read { .. } | Self::Damaged { .. } | Self::Open(_) => {
                ServiceCode::Internal
            }
        }
    }
}

/// What a request to the store becomes.
pub type Answer<T> = BoxFuture<'static, Result<T, StoreError>>;

/// A store. Calls of one document take effect in the order in which they are made, whether or not they are awaited.
pub trait Store: Send + Sync {
    /// Changes metadata; durable when answered. Answers the metadata as it is then.
    fn change(&self, id: &DocumentId, change: Change) -> Answer<Arc<Meta>>;
    /// Adds an update; durable when answered.
    fn append(&self, id: &DocumentId, update: Bytes) -> Answer<()>;
    /// Reads a document.
    fn load(&self, id: &DocumentId) -> Answer<Loaded>;
    /// Its metadata.
    fn meta(&self, id: &DocumentId) -> Answer<Arc<Meta>>;
    /// Replaces the first `covers` updates by a state that holds them. Answers how many updates are no longer kept.
    fn compact(&self, id: &DocumentId, covers: u64, state: Bytes) -> Answer<u64>;
    /// Documents that this user is a member of, by id, at most `limit` after `after`.
    fn list(&self, user: &UserId, after: &str, limit: usize) -> Answer<Vec<(DocumentId, Arc<Meta>)>>;
    /// Figures.
    fn figures(&self) -> Answer<StoreFigures>;
}
