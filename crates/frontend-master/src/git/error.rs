//! Why something with a repository failed.

use std::io;
use std::path::PathBuf;

use carrel_proto::code::ServiceCode;
use carrel_service::ServiceError;

use crate::names::RepositoryPath;
use crate::store::StoreError;

/// One variant per operation.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// The program is missing or can't be run.
    #[error("start {program}; is git installed?")]
    Start {
        /// As configured.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A plumbing command failed.
    #[error("git {command} failed: {stderr}")]
    Failed {
        /// Its first word.
        command: String,
        /// The last of what it said.
        stderr: String,
    },
    /// A plumbing command took too long or wrote too much.
    #[error("git {command} was stopped: {reason}")]
    Stopped {
        /// Its first word.
        command: String,
        /// Which limit.
        reason: &'static str,
    },
    /// Talking to a child failed.
    #[error("talk to git {command}")]
    Talk {
        /// Its first word.
        command: String,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file operation failed.
    #[error("{operation} {path}")]
    File {
        /// What was done.
        operation: &'static str,
        /// To what.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// There is no such repository, or the caller may not know of it.
    #[error("there is no repository {path}, or you have no access to it")]
    Missing {
        /// Its path.
        path: String,
    },
    /// Known, but not with this access.
    #[error("you may read {path} but not write to it; its owner can give you write access")]
    ReadOnly {
        /// Its path.
        path: RepositoryPath,
    },
    /// Only the owner may do this.
    #[error("{path} belongs to somebody else; only its owner may do this")]
    NotOwner {
        /// Its path.
        path: RepositoryPath,
    },
    /// Somebody kept pushing meanwhile.
    #[error("{path} changed while the files were being added; try again")]
    Contended {
        /// Its path.
        path: RepositoryPath,
    },
    /// Every git process is busy.
    #[error("too many git requests at this moment; try again in a few seconds")]
    Busy,
    /// The body is larger than the limit.
    #[error("the request is larger than {limit} bytes, the limit of this service")]
    TooLarge {
        /// In bytes.
        limit: u64,
    },
    /// The client stopped sending.
    #[error("the request's body stopped arriving")]
    BodyLost,
    /// Git could not make sense of the request.
    #[error("git refused the request: {stderr}")]
    Refused {
        /// The last line of what it said.
        stderr: String,
    },
    /// The time limit is over.
    #[error("git took longer than {seconds} s, the limit of this service")]
    TimeLimit {
        /// The limit.
        seconds: u64,
    },
    /// The child's answer is not what a CGI program writes.
    #[error("git http-backend answered {what}")]
    BadAnswer {
        /// What it wrote instead.
        what: &'static str,
    },
    /// The store refused or failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServiceError for GitError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Missing { .. } => ServiceCode::NotFound,
            Self::ReadOnly { .. } | Self::NotOwner { .. } => ServiceCode::PermissionDenied,
            Self::Contended { .. } => ServiceCode::Aborted,
            Self::Busy => ServiceCode::ResourceExhausted,
            Self::TooLarge { .. } => ServiceCode::TooLarge,
            Self::BodyLost | Self::Refused { .. } => ServiceCode::InvalidArgument,
            Self::TimeLimit { .. } => ServiceCode::DeadlineExceeded,
            Self::Store(error) => error.code(),
            Self::Start { .. }
            | Self::Failed { .. }
            | Self::Stopped { .. }
            | Self::Talk { .. }
            | Self::File { .. }
            | Self::BadAnswer { .. } => ServiceCode::Internal,
        }
    }
}

/// Wraps a file error with what was done to what.
pub(super) fn file(operation: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> GitError {
    let path = path.into();
    move |source| GitError::File { operation, path, source }
}
