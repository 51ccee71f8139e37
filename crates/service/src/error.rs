//! Failures: one code, two messages and one id each; the chain of causes is printed once, where it is handled.

use std::error::Error;
use std::fmt;

use axum::response::Response;
use carrel_proto::code::{Problem, ServiceCode};
use tonic::Status;
use tracing::{debug, error};

use crate::random::Random;

/// An error that a caller may see: what it means to them and what they may read.
pub trait ServiceError: Error {
    /// What a program acts on.
    fn code(&self) -> ServiceCode;

    /// What a person outside may read. For faults of ours it should not tell how we are built.
    fn public(&self) -> String {
        match self.code() {
            ServiceCode::Internal => {
                "something went wrong on our side; try again, and report it if it stays".to_owned()
            }
            _ => self.to_string(),
        }
    }
}

impl ServiceError for Problem {
    fn code(&self) -> ServiceCode {
        self.code
    }

    fn public(&self) -> String {
        self.message.clone()
    }
}

/// Prints an error and all its causes: `open the store: open the file: permission denied`.
#[derive(Debug)]
pub struct Chain<'a>(pub &'a (dyn Error + 'a));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Logs the failure once and makes what the caller gets.
pub fn report<E: ServiceError>(failure: &E, doing: &str) -> Problem {
    let code = failure.code();
    let public = failure.public();
    if !code.http().is_server_error() {
        debug!(?code, error = %Chain(failure), "{doing}");
        return Problem::new(code, public);
    }
    let id = error_id();
    if matches!(code, ServiceCode::Internal) {
        error!(error_id = %id, ?code, error = %Chain(failure), "{doing}");
    } else {
        tracing::warn!(error_id = %id, ?code, error = %Chain(failure), "{doing}");
    }
    Problem::new(code, format!("{public} (ref {id})"))
}

/// [`report`] for a gRPC handler.
pub fn status<E: ServiceError>(failure: &E, doing: &str) -> Status {
    report(failure, doing).status()
}

/// [`report`] for an HTTP handler.
pub fn response<E: ServiceError>(failure: &E, doing: &str) -> Response {
    carrel_proto::json::problem(&report(failure, doing))
}

/// What joins a caller's report with the log line. It decides nothing, so it needs no seam.
fn error_id() -> String {
    format!("er-{:010x}", Random::system().u64() >> 24)
}

/// Why a daemon could not run (any longer).
#[derive(Debug)]
pub struct RunError {
    doing: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl RunError {
    /// A failure without a cause below it.
    pub fn new(message: impl Into<String>) -> Self {
        Self { doing: message.into(), source: None }
    }

    /// A failure of a bare action, with its cause.
    pub fn caused(doing: impl Into<String>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { doing: doing.into(), source: Some(source.into()) }
    }
}

impl fmt::Display for RunError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.doing)
    }
}

impl Error for RunError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as &(dyn Error + 'static))
    }
}

/// Says what was being done when a result failed.
pub trait While<T> {
    /// Turns the error into a [`RunError`] that names the action.
    fn during(self, doing: &'static str) -> Result<T, RunError>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> While<T> for Result<T, E> {
    fn during(self, doing: &'static str) -> Result<T, RunError> {
        self.map_err(|source| RunError::caused(doing, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Full(ServiceCode);
    impl fmt::Display for Full {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("write /secret/path")
        }
    }
    impl Error for Full {}
    impl ServiceError for Full {
        fn code(&self) -> ServiceCode {
            self.0
        }
    }

    #[test]
    fn a_fault_of_ours_carries_an_id_and_keeps_its_details_inside() {
        let problem = report(&Full(ServiceCode::Internal), "store");
        assert!(problem.message.contains("(ref er-") && !problem.message.contains("secret"), "{problem}");
        let problem = report(&Full(ServiceCode::NotFound), "store");
        assert_eq!(problem.message, "write /secret/path");
    }

    #[test]
    fn a_chain_prints_every_cause_once() {
        let inner = std::io::Error::other("disk full");
        let error = Err::<(), _>(inner).during("write the ledger").during("start").expect_err("failed");
        assert_eq!(Chain(&error).to_string(), "start: write the ledger: disk full");
    }
}
