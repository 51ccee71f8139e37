//! The closed set of service codes, mapped once to gRPC and once to HTTP.

use http::StatusCode;
use serde::{Deserialize, Serialize};
use tonic::{Code, Status};

/// What went wrong, as a client may act on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceCode {
    /// The request can't be right, whatever the state.
    InvalidArgument,
    /// No identity, or one that is not accepted (any more).
    Unauthenticated,
    /// The identity is known and may not do this.
    PermissionDenied,
    /// There is no such thing, or the caller may not know of it.
    NotFound,
    /// It is there already.
    AlreadyExists,
    /// The state does not allow it now; repeating alone won't help.
    FailedPrecondition,
    /// Somebody else changed it first: read again, then repeat.
    Aborted,
    /// A quota, a rate or the capacity is used up.
    ResourceExhausted,
    /// Larger than the stated limit.
    TooLarge,
    /// Try again later.
    Unavailable,
    /// It took longer than its time limit.
    DeadlineExceeded,
    /// This build or this node does not do that.
    Unimplemented,
    /// A fault of ours.
    Internal,
}

impl ServiceCode {
    /// Every code, for tests and documents.
    pub const ALL: [Self; 13] = [
        Self::InvalidArgument,
        Self::Unauthenticated,
        Self::PermissionDenied,
        Self::NotFound,
        Self::AlreadyExists,
        Self::FailedPrecondition,
        Self::Aborted,
        Self::ResourceExhausted,
        Self::TooLarge,
        Self::Unavailable,
        Self::DeadlineExceeded,
        Self::Unimplemented,
        Self::Internal,
    ];

    /// The gRPC code.
    pub const fn grpc(self) -> Code {
        match self {
            Self::InvalidArgument => Code::InvalidArgument,
            Self::Unauthenticated => Code::Unauthenticated,
            Self::PermissionDenied => Code::PermissionDenied,
            Self::NotFound => Code::NotFound,
            Self::AlreadyExists => Code::AlreadyExists,
            Self::FailedPrecondition => Code::FailedPrecondition,
            Self::Aborted => Code::Aborted,
            Self::ResourceExhausted => Code::ResourceExhausted,
            Self::TooLarge => Code::OutOfRange,
            Self::Unavailable => Code::Unavailable,
            Self::DeadlineExceeded => Code::DeadlineExceeded,
            Self::Unimplemented => Code::Unimplemented,
            Self::Internal => Code::Internal,
        }
    }

    /// The HTTP status.
    pub const fn http(self) -> StatusCode {
        match self {
            Self::InvalidArgument => StatusCode::BAD_REQUEST,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::AlreadyExists | Self::Aborted => StatusCode::CONFLICT,
            Self::FailedPrecondition => StatusCode::PRECONDITION_FAILED,
            Self::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            Self::DeadlineExceeded => StatusCode::GATEWAY_TIMEOUT,
            Self::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The code behind a gRPC status that some peer sent.
    pub const fn from_grpc(code: Code) -> Self {
        match code {
            Code::InvalidArgument => Self::InvalidArgument,
            Code::Unauthenticated => Self::Unauthenticated,
            Code::PermissionDenied => Self::PermissionDenied,
            Code::NotFound => Self::NotFound,
            Code::AlreadyExists => Self::AlreadyExists,
            Code::FailedPrecondition => Self::FailedPrecondition,
            Code::Aborted => Self::Aborted,
            Code::ResourceExhausted => Self::ResourceExhausted,
            Code::OutOfRange => Self::TooLarge,
            Code::Unavailable | Code::Cancelled => Self::Unavailable,
            Code::DeadlineExceeded => Self::DeadlineExceeded,
            Code::Unimplemented => Self::Unimplemented,
            Code::Ok | Code::Unknown | Code::Internal | Code::DataLoss => Self::Internal,
        }
    }
}

/// The JSON body of every failed HTTP answer: `{"code":"not_found","message":"…"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// What a program acts on.
    pub code: ServiceCode,
    /// What a person reads: what is wrong and what to do next.
    pub message: String,
}

impl Problem {
    /// A problem with its message.
    pub fn new(code: ServiceCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The same as a gRPC status.
    pub fn status(&self) -> Status {
        Status::new(self.code.grpc(), self.message.clone())
    }
}

impl From<&Status> for Problem {
    fn from(status: &Status) -> Self {
        Self::new(ServiceCode::from_grpc(status.code()), status.message())
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grpc_codes_come_back_as_the_same_code() {
        for code in ServiceCode::ALL {
            assert_eq!(ServiceCode::from_grpc(code.grpc()), code);
        }
    }

    #[test]
    fn only_faults_of_ours_are_server_errors() {
        for code in ServiceCode::ALL {
            let ours = matches!(
                code,
                ServiceCode::Internal
                    | ServiceCode::Unavailable
                    | ServiceCode::DeadlineExceeded
                    | ServiceCode::Unimplemented
            );
            assert_eq!(code.http().is_server_error(), ours, "{code:?}");
        }
    }
}
