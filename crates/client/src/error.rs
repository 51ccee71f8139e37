//! Why a call failed.

use std::path::PathBuf;
use std::time::Duration;

use carrel_proto::code::{Problem, ServiceCode};
use http::StatusCode;

use crate::BodyError;

/// Why.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The address can't be used as it is.
    #[error("{url} is no address: use http://host:port, https://host:port or unix:/path")]
    Address {
        /// What was given.
        url: String,
    },
    /// The file of certificates to trust can't be used.
    #[error("read the certificates in {}", .path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: BodyError,
    },
    /// Nobody listens there, or nobody answers.
    #[error("connect to {url}")]
    Connect {
        /// The address.
        url: String,
        /// Why.
        #[source]
        source: BodyError,
    },
    /// It took too long.
    #[error("{url} did not answer within {} s", .limit.as_secs_f32())]
    Late {
        /// The address.
        url: String,
        /// The time limit.
        limit: Duration,
    },
    /// The connection broke, or what came over it is no HTTP.
    #[error("talk to {url}")]
    Broken {
        /// The address.
        url: String,
        /// Why.
        #[source]
        source: BodyError,
    },
    /// The other side answered, and the answer is no.
    #[error("{problem}")]
    Answer {
        /// The HTTP status.
        status: StatusCode,
        /// What it said.
        problem: Problem,
    },
    /// The answer is not what the call expects.
    #[error("{url} answered with something unexpected")]
    Unexpected {
        /// The address.
        url: String,
        /// What is wrong with it.
        #[source]
        source: BodyError,
    },
}

impl ClientError {
    /// A failed answer: the problem in its body, or one made from the status where the body holds none.
    pub(crate) fn answer(status: StatusCode, body: &[u8]) -> Self {
        let problem = serde_json::from_slice(body).unwrap_or_else(|_| Problem {
            code: code_of(status),
            message: format!("the server answered {status}"),
        });
        Self::Answer { status, problem }
    }
}

fn code_of(status: StatusCode) -> ServiceCode {
    let same = ServiceCode::ALL.into_iter().find(|code| code.http() == status);
    same.unwrap_or(if status.is_client_error() {
        ServiceCode::InvalidArgument
    } else {
        ServiceCode::Internal
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_answer_says_what_its_body_says() {
        let body = br#"{"code":"not_found","message":"no such session"}"#;
        let ClientError::Answer { problem, .. } = ClientError::answer(StatusCode::NOT_FOUND, body) else {
            panic!("an answer");
        };
        assert_eq!(problem, Problem::new(ServiceCode::NotFound, "no such session"));
    }

    #[test]
    fn a_failed_answer_without_a_problem_still_has_a_code() {
        for (status, code) in [
            (StatusCode::UNAUTHORIZED, ServiceCode::Unauthenticated),
            (StatusCode::IM_A_TEAPOT, ServiceCode::InvalidArgument),
            (StatusCode::BAD_GATEWAY, ServiceCode::Internal),
        ] {
            let ClientError::Answer { problem, .. } = ClientError::answer(status, b"<html>") else {
                panic!("an answer");
            };
            assert_eq!(problem.code, code);
        }
    }
}
