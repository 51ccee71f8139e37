//! Why a request did not reach the documents.

use std::time::Duration;

use carrel_client::ClientError;
use carrel_proto::code::ServiceCode;
use carrel_service::{ServiceError, TicketError};

/// Why.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DocumentError {
    /// The owner of the rack runs no sync daemon.
    #[error("this rack keeps no shared documents: its owner has to set sync_url")]
    Absent,
    /// Nobody is signed in.
    #[error("log in first, or get a ticket for this document")]
    Stranger,
    /// The ticket is for another document or another kind of request.
    #[error("this ticket opens one websocket of the document that it names")]
    OtherTicket,
    /// The ticket does not count (any more).
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// A page that says no origin uses the cookie.
    #[error("a websocket opened with the cookie must come from a page of this service")]
    NoOrigin,
    /// `/doc/<id>` without an upgrade.
    #[error("a document is a websocket: connect with one, or use the methods of DocumentService")]
    NoWebsocket,
    /// The address has more in it than one of ours.
    #[error("this is not the address of a document")]
    Path,
    /// Too many at once.
    #[error("{limit} connections to documents are open already; close some, or try again later")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// No token could be signed.
    #[error("vouch for a person")]
    Sign(#[source] carrel_service::identity::IssuerError),
    /// The sync daemon does not answer.
    #[error("shared documents are away for a moment; what you type is kept, try again in some seconds")]
    Away(#[source] ClientError),
    /// The sync daemon does not answer.
    #[error("shared documents are away for a moment; try again in some seconds")]
    AwayRpc(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It takes too long.
    #[error("no answer about the document within {} s", .limit.as_secs())]
    Late {
        /// The time limit.
        limit: Duration,
    },
}

impl ServiceError for DocumentError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Absent => ServiceCode::NotFound,
            Self::Stranger => ServiceCode::Unauthenticated,
            Self::OtherTicket | Self::NoOrigin => ServiceCode::PermissionDenied,
            Self::Ticket(error) => error.code(),
            Self::NoWebsocket | Self::Path => ServiceCode::InvalidArgument,
            Self::TooMany { .. } => ServiceCode::ResourceExhausted,
            Self::Sign(_) => ServiceCode::Internal,
            Self::Away(_) | Self::AwayRpc(_) => ServiceCode::Unavailable,
            Self::Late { .. } => ServiceCode::DeadlineExceeded,
        }
    }
}
