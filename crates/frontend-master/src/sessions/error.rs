//! Why a session was not opened, found, shown or closed.

use std::time::Duration;

use carrel_ids::{NodeId, SessionId};
use carrel_model::SlotClass;
use carrel_model::master::{NotThere, Refusal};
use carrel_proto::code::ServiceCode;
use carrel_proto::convert::InvalidField;
use carrel_service::ServiceError;
use carrel_service::identity::IssuerError;

use crate::store::StoreError;

/// Why a request about sessions or nodes was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// A field can't be right.
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    /// There is none, or the caller may not know of it.
    #[error("there is no session {session} of yours; `carrel session list` shows them")]
    NoSession {
        /// What was asked for.
        session: SessionId,
    },
    /// Sessions belong to people.
    #[error("only a signed-in user can open a session; log in with `carrel login`")]
    NoUser,
    /// The caller is no admin.
    #[error("only an admin may list everybody's sessions; leave out all_users")]
    NoAdmin,
    /// A node was chosen by somebody who may not.
    #[error("only an admin may choose the node of a session; leave out node_id (`--node`)")]
    NoChoice,
    /// The chosen node takes no session at the moment.
    #[error("{node} takes no session: {why}")]
    NotThere {
        /// The node asked for.
        node: NodeId,
        /// What stands in the way, and what to do.
        why: &'static str,
    },
    /// The chosen node has no free slot.
    #[error(
        "{node} has no free {class} slot: it reports {warm} warm and {creating} being made; try again in a few seconds, or take another node or class"
    )]
    NodeFull {
        /// The node asked for.
        node: NodeId,
        /// The class asked for.
        class: SlotClass,
        /// Warm slots, all taken by claims under way.
        warm: u32,
        /// Slots being made.
        creating: u32,
    },
    /// The chosen node says that it can't work.
    #[error("{node} can't work: {why}")]
    NodeRefuses {
        /// The node asked for.
        node: NodeId,
        /// What it says.
        why: String,
    },
    /// Too many requests wait.
    #[error("{waiting} requests about sessions wait already; try again in a second")]
    Busy {
        /// How many.
        waiting: usize,
    },
    /// The user's quota is used up.
    #[error(
        "you have {open} sessions open and may have {limit}; close one (`carrel session close <id>`), then try again"
    )]
    TooMany {
        /// Open now.
        open: usize,
        /// The quota.
        limit: usize,
    },
    /// No slot is free.
    #[error("no {class} slot is free: {nodes} nodes report {warm} warm and {creating} being made; {advice}")]
    NoCapacity {
        /// The class asked for.
        class: SlotClass,
        /// Nodes heard of.
        nodes: usize,
        /// Warm slots, all taken by claims under way.
        warm: u32,
        /// Slots being made.
        creating: u32,
        /// What to do, or why a node can't work.
        advice: String,
    },
    /// Nodes were asked, none could.
    #[error("no slot could be claimed, the last node said: {last}; try again with a new request id")]
    NotClaimed {
        /// What the last node said.
        last: String,
    },
    /// Closed while it was being opened.
    #[error("the session was closed while it was being opened")]
    ClosedMeanwhile,
    /// The node did not confirm the release.
    #[error(
        "{session} is closed, but its node has not confirmed that the slot ended; its next report ends it"
    )]
    ReleaseLate {
        /// The session.
        session: SessionId,
    },
    /// The repository is not there for this caller.
    #[error(
        "there is no repository {path} that you may read; create it by pushing to it or with `carrel repo create {path}`"
    )]
    NoRepository {
        /// Its path.
        path: String,
    },
    /// The repository lacks what defines its environment.
    #[error(
        "{path} has no environment for a session. {advice} To open it as it is, set without_environment (`--without-environment`)"
    )]
    NoEnvironment {
        /// Its path.
        path: String,
        /// What the repository check says, in a sentence.
        advice: String,
    },
    /// This request opened a session that has failed.
    #[error("{session}, which this request opened, has failed: {reason}; send a new request id to try again")]
    RequestFailed {
        /// The session.
        session: SessionId,
        /// Why it failed.
        reason: String,
    },
    /// The request id was used for something else.
    #[error("this request id opened {session} on something else already; send a new request id")]
    RequestDiffers {
        /// The session.
        session: SessionId,
    },
    /// The session is over or being ended.
    #[error("{session} is {state}{reason}; open another one")]
    Over {
        /// The session.
        session: SessionId,
        /// Its state.
        state: &'static str,
        /// Why, with a leading separator; may be empty.
        reason: String,
    },
    /// Decided, but not answered in time.
    #[error("no answer within {} s; repeat the request with the same request id", .limit.as_secs())]
    Late {
        /// The time limit.
        limit: Duration,
    },
    /// Nothing can be written, and nothing was asked of the loop.
    #[error("{why}; nothing was changed, and no session opens or closes until then")]
    Stuck {
        /// What stands in the way, and what to do.
        why: &'static str,
    },
    /// Nothing can be written, and the loop has the request.
    #[error("{why}; what you asked for waits until then: look at your sessions before you ask again")]
    Waits {
        /// What stands in the way, and what to do.
        why: &'static str,
    },
    /// This daemon is stopping.
    #[error("the service is restarting; running sessions stay, try again in a few seconds")]
    Stopping,
    /// Too many watch one session.
    #[error("{watchers} streams watch {session} already; close one of them")]
    TooManyWatchers {
        /// The session.
        session: SessionId,
        /// How many.
        watchers: usize,
    },
    /// A node speaks for another one.
    #[error("this service token is {subject}'s, it can't speak for {node}")]
    NotYourNode {
        /// Who calls.
        subject: String,
        /// Whom they speak for.
        node: NodeId,
    },
    /// A node's address that the master must not or can't use.
    #[error("control_url: {reason}; give unix:<path>, https://<host>:<port>, or http:// on loopback")]
    Address {
        /// What is wrong with it.
        reason: String,
    },
    /// The fence is not the session's newest.
    #[error("fence {fence} is not the newest of {session}; release the slot")]
    StaleFence {
        /// The session.
        session: SessionId,
        /// The fence shown.
        fence: u64,
    },
    /// The session has no repository.
    #[error("{session} has no repository, so there is no git credential for it")]
    NoGit {
        /// The session.
        session: SessionId,
    },
    /// No such node has been heard of.
    #[error("no node {node} has been heard of; known are: {known}")]
    NoNode {
        /// What was asked for.
        node: NodeId,
        /// The known ones.
        known: String,
    },
    /// The store failed.
    #[error("the store of sessions does not answer")]
    Store(#[from] StoreError),
    /// A token could not be signed.
    #[error("sign a token")]
    Sign(#[source] IssuerError),
    /// The repository could not be looked at.
    #[error("look at the repository {path}")]
    Repository {
        /// Its path.
        path: String,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl SessionError {
    /// A refusal in the words of a caller.
    pub(super) fn refused(refusal: Refusal, session: &SessionId, limit: usize) -> Self {
        match refusal {
            Refusal::TooMany { open } => Self::TooMany { open, limit },
            Refusal::NoCapacity { class, nodes, warm, creating, refusing } => {
                let advice = if refusing.is_empty() {
                    "try again in a few seconds, or take another class".to_owned()
                } else {
                    format!("a node can't work: {refusing}; tell an admin")
                };
                Self::NoCapacity { class, nodes, warm, creating, advice }
            }
            Refusal::NotThere { node, why } => Self::not_there(node, why),
            Refusal::NotClaimed { last } => Self::NotClaimed { last },
            Refusal::NoSession => Self::NoSession { session: session.clone() },
            Refusal::ReleaseLate => Self::ReleaseLate { session: session.clone() },
            Refusal::ClosedMeanwhile => Self::ClosedMeanwhile,
        }
    }

    fn not_there(node: NodeId, why: NotThere) -> Self {
        match why {
            NotThere::Unknown { known } => {
                let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                Self::NoNode { node, known: known.join(", ") }
            }
            NotThere::Full { class, warm, creating } => Self::NodeFull { node, class, warm, creating },
            NotThere::Refusing(why) => Self::NodeRefuses { node, why },
            NotThere::Silent => {
                Self::NotThere { node, why: "it has not reported lately; look at its daemon and its network" }
            }
            NotThere::Drained => {
                Self::NotThere { node, why: "it is drained; `carrel node undrain` ends that" }
            }
            NotThere::Quarantined => {
                Self::NotThere { node, why: "it is in quarantine; `carrel node show` says why" }
            }
        }
    }

    /// One word for the metric of opens.
    pub(super) fn outcome(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "quota",
            Self::NoCapacity { .. } | Self::NodeFull { .. } => "no_capacity",
            Self::NotClaimed { .. } => "not_claimed",
            Self::Busy { .. } => "busy",
            Self::Late { .. } => "late",
            Self::NoEnvironment { .. } => "no_environment",
            _ if self.code().http().is_server_error() => "failed",
            _ => "refused",
        }
    }
}

impl ServiceError for SessionError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Invalid(_) | Self::Address { .. } => ServiceCode::InvalidArgument,
            Self::NoSession { .. } | Self::NoRepository { .. } | Self::NoNode { .. } => ServiceCode::NotFound,
            Self::NoUser | Self::NoAdmin | Self::NoChoice | Self::NotYourNode { .. } => {
                ServiceCode::PermissionDenied
            }
            Self::Busy { .. }
            | Self::TooMany { .. }
            | Self::NoCapacity { .. }
            | Self::NodeFull { .. }
            | Self::TooManyWatchers { .. } => ServiceCode::ResourceExhausted,
            Self::NotClaimed { .. }
            | Self::NodeRefuses { .. }
            | Self::Stuck { .. }
            | Self::Waits { .. }
            | Self::Stopping => ServiceCode::Unavailable,
            Self::ClosedMeanwhile => ServiceCode::Aborted,
            Self::ReleaseLate { .. } | Self::Late { .. } => ServiceCode::DeadlineExceeded,
            Self::NoEnvironment { .. }
            | Self::NotThere { .. }
            | Self::RequestFailed { .. }
            | Self::Over { .. }
            | Self::StaleFence { .. }
            | Self::NoGit { .. } => ServiceCode::FailedPrecondition,
            Self::RequestDiffers { .. } => ServiceCode::AlreadyExists,
            Self::Store(_) | Self::Sign(_) | Self::Repository { .. } => ServiceCode::Internal,
        }
    }
}
