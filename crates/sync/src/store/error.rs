//! Why a store did not do it.

use std::sync::Arc;

use carrel_ids::DocumentId;
use carrel_proto::code::ServiceCode;
use carrel_service::ServiceError;

use super::MEMBERS_MAX;

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
    #[error("document {0} would have more than {MEMBERS_MAX} members: remove some first")]
    TooManyMembers(DocumentId),
    /// Somebody else is at it.
    #[error("document {0} is being compacted already: try again in a moment")]
    Busy(DocumentId),
    /// Somebody else changed it first.
    #[error("{0} was changed by somebody else at the same time: read it again, then repeat")]
    Conflict(String),
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
    #[error("write a named version: nothing of it was kept, try again")]
    WriteBlob(#[source] Arc<std::io::Error>),
    /// The disk refused.
    #[error("read document {id}")]
    Read {
        /// Which.
        id: DocumentId,
        /// Why.
        #[source]
        source: Arc<std::io::Error>,
    },
    /// The disk refused.
    #[error("read a named version")]
    ReadBlob(#[source] Arc<std::io::Error>),
    /// Damaged or foreign bytes where sound ones were synced.
    #[error("{file} is damaged at byte {at}: stop the daemon and restore the store from a copy")]
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
    /// The database refused or was not there; what was asked may or may not have been kept.
    #[error("{what} in the database: try again in a moment")]
    Database {
        /// What was being done.
        what: &'static str,
        /// Why.
        #[source]
        source: Arc<tokio_postgres::Error>,
    },
    /// The database did not answer in time.
    #[error("the database does not answer: try again in a moment")]
    DatabaseSilent,
    /// What the database holds is not ours.
    #[error("the database holds a {0} that this version can't read")]
    DatabaseForeign(&'static str),
}

impl ServiceError for StoreError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::NotFound(_) => ServiceCode::NotFound,
            Self::Exists(_) => ServiceCode::AlreadyExists,
            Self::TooManyMembers(_) => ServiceCode::ResourceExhausted,
            Self::Conflict(_) => ServiceCode::Aborted,
            Self::Busy(_)
            | Self::Write(_)
            | Self::WriteBlob(_)
            | Self::Failed
            | Self::Closed
            | Self::Database { .. }
            | Self::DatabaseSilent => ServiceCode::Unavailable,
            Self::WriteState { .. }
            | Self::Read { .. }
            | Self::ReadBlob(_)
            | Self::Damaged { .. }
            | Self::Open(_)
            | Self::DatabaseForeign(_) => ServiceCode::Internal,
        }
    }
}
