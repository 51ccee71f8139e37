//! Why a request did not reach its slot.

use std::time::Duration;

use carrel_client::ClientError;
use carrel_ids::{NodeId, SessionId};
use carrel_proto::code::ServiceCode;
use carrel_service::{ServiceError, TicketError};

/// Why.
#[derive(Debug, thiserror::Error)]
pub(super) enum TunnelError {
    /// There is none, or the caller may not know of it.
    #[error("there is no such session of yours")]
    NoSession,
    /// Nobody is signed in.
    #[error("log in first, or get a ticket for this session")]
    Stranger,
    /// The path tries to leave the session's.
    #[error("a path of a session has no . or .. in it")]
    Path,
    /// A ticket opens websockets only.
    #[error("a ticket opens one websocket; use a token for other requests")]
    TicketForOther,
    /// The ticket does not count (any more).
    #[error(transparent)]
    Ticket(#[from] TicketError),
    /// A page that says no origin uses the cookie.
    #[error("a websocket opened with the cookie must come from a page of this service")]
    NoOrigin,
    /// The slot is not bound yet.
    #[error("{session} is still getting its slot; watch it, and try again once it is preparing")]
    NotBound {
        /// The session.
        session: SessionId,
    },
    /// The session is over.
    #[error("{session} is {state}{reason}; open another one")]
    Over {
        /// The session.
        session: SessionId,
        /// Its state.
        state: &'static str,
        /// Why, with a leading separator; may be empty.
        reason: String,
    },
    /// The node has not been heard of.
    #[error("{node} has not been heard of for a while; {session} may come back, try again in some seconds")]
    NodeSilent {
        /// The session.
        session: SessionId,
        /// Its node.
        node: String,
    },
    /// The node does not answer.
    #[error("{node} does not answer; the session goes on there, try again in some seconds")]
    NodeFailed {
        /// The node.
        node: NodeId,
        /// Why.
        #[source]
        source: ClientError,
    },
    /// The slot takes too long.
    #[error("no answer from the session within {} s", .limit.as_secs())]
    Late {
        /// The time limit.
        limit: Duration,
    },
    /// The body is too large.
    #[error("the body may have at most {limit} bytes; split the file, or use git")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Too many websockets.
    #[error("{limit} websockets are open already; close some, or try again later")]
    TooMany {
        /// The limit.
        limit: usize,
    },
}

impl ServiceError for TunnelError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::NoSession => ServiceCode::NotFound,
            Self::Stranger => ServiceCode::Unauthenticated,
            Self::Path => ServiceCode::InvalidArgument,
            Self::TicketForOther | Self::NoOrigin => ServiceCode::PermissionDenied,
            Self::Ticket(error) => error.code(),
            Self::NotBound { .. } => ServiceCode::Aborted,
            Self::Over { .. } => ServiceCode::FailedPrecondition,
            Self::NodeSilent { .. } | Self::NodeFailed { .. } => ServiceCode::Unavailable,
            Self::Late { .. } => ServiceCode::DeadlineExceeded,
            Self::TooLarge { .. } => ServiceCode::TooLarge,
            Self::TooMany { .. } => ServiceCode::ResourceExhausted,
        }
    }
}
