//! Everything that can go wrong, with what to do next and the exit code.

use std::io;
use std::path::PathBuf;

use carrel_client::ClientError;
use carrel_proto::code::{Problem, ServiceCode};
use tonic::Status;

/// The command failed.
pub const EXIT_FAILED: u8 = 1;
/// The command line can't be right.
pub const EXIT_USAGE: u8 = 2;
/// A configuration file can't be right.
pub const EXIT_CONFIG: u8 = 64;
/// Whoever read our output went away (128 + SIGPIPE, as other programs end then).
pub const EXIT_PIPE: u8 = 141;

/// Why a command did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The server did not answer.
    #[error("{action}: {server} does not answer")]
    Unreachable {
        /// What was being done.
        action: String,
        /// Its address.
        server: String,
        /// What the connection said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The server answered no.
    #[error("{action}: {}", problem.message)]
    Refused {
        /// What was being done.
        action: String,
        /// Its answer.
        problem: Problem,
    },
    /// Something on this machine.
    #[error("{action}")]
    Local {
        /// What was being done, with its object.
        action: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// The credentials file can't be read as one.
    #[error("{} is not a credentials file", path.display())]
    Credentials {
        /// The file.
        path: PathBuf,
        /// Where it went wrong.
        #[source]
        source: serde_json::Error,
    },
    /// Nobody is logged in.
    #[error("nobody is logged in to {server}")]
    LoggedOut {
        /// The server's address.
        server: String,
    },
    /// Arguments that parse but can't be right together.
    #[error("{0}")]
    Usage(String),
    /// One or more faults in a configuration, already one per line.
    #[error("{0}")]
    Config(String),
    /// A plain failure with what to do next.
    #[error("{what}")]
    Failed {
        /// What happened.
        what: String,
        /// What to do next.
        hint: String,
    },
    /// Ends with this code and says nothing more: a remote command's own, or a report already printed.
    #[error("exit code {0}")]
    Exit(u8),
}

impl CliError {
    /// A failure with what to do next.
    pub fn failed(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Failed { what: what.into(), hint: hint.into() }
    }

    /// What to do next; empty where the message says it.
    pub fn hint(&self) -> String {
        match self {
            Self::Unreachable { server, .. } => {
                format!(
                    "check that it runs and that the address is right, with `carrel doctor --server {server}`"
                )
            }
            Self::Refused { problem, .. } => match problem.code {
                ServiceCode::Unauthenticated => "log in again with `carrel login`".into(),
                ServiceCode::Unavailable | ServiceCode::DeadlineExceeded => {
                    "try again in a moment; `carrel doctor` looks for the cause".into()
                }
                ServiceCode::Internal => "the server's log has more under that reference".into(),
                _ => String::new(),
            },
            Self::Local { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull => "the disk is full: free some space and repeat".into(),
                io::ErrorKind::PermissionDenied => "check who owns it and its permissions".into(),
                _ => String::new(),
            },
            Self::Credentials { path, .. } => {
                format!("move {} away and log in again with `carrel login`", path.display())
            }
            Self::LoggedOut { .. } => {
                "use `carrel login LINK` with the link you were given, or `carrel login --name NAME`".into()
            }
            Self::Usage(_) => "see `carrel help`".into(),
            Self::Failed { hint, .. } => hint.clone(),
            Self::Config(_) | Self::Exit(_) => String::new(),
        }
    }

    /// The code the process ends with.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => EXIT_USAGE,
            Self::Config(_) => EXIT_CONFIG,
            Self::Exit(code) => *code,
            Self::Local { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => EXIT_PIPE,
            _ => EXIT_FAILED,
        }
    }

    /// Whether there is nothing left to print.
    pub fn is_quiet(&self) -> bool {
        matches!(self, Self::Exit(_)) || self.exit_code() == EXIT_PIPE
    }

    /// A word for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Refused { problem, .. } => code_name(problem.code),
            Self::Local { .. } => "local",
            Self::Credentials { .. } => "credentials",
            Self::LoggedOut { .. } => "logged_out",
            Self::Usage(_) => "usage",
            Self::Config(_) => "config",
            Self::Failed { .. } => "failed",
            Self::Exit(_) => "exit",
        }
    }
}

fn code_name(code: ServiceCode) -> &'static str {
    match code {
        ServiceCode::InvalidArgument => "invalid_argument",
        ServiceCode::Unauthenticated => "unauthenticated",
        ServiceCode::PermissionDenied => "permission_denied",
        ServiceCode::NotFound => "not_found",
        ServiceCode::AlreadyExists => "already_exists",
        ServiceCode::FailedPrecondition => "failed_precondition",
        ServiceCode::Aborted => "aborted",
        ServiceCode::ResourceExhausted => "resource_exhausted",
        ServiceCode::TooLarge => "too_large",
        ServiceCode::Unavailable => "unavailable",
        ServiceCode::DeadlineExceeded => "deadline_exceeded",
        ServiceCode::Unimplemented => "unimplemented",
        ServiceCode::Internal => "internal",
    }
}

/// Turns a failure of any layer into a [`CliError`] that says what was being done.
pub trait During<T> {
    /// `action` is a bare action with its object: "open a session on ada/demo".
    fn during(self, server: &str, action: impl Into<String>) -> Result<T, CliError>;
}

impl<T> During<T> for Result<T, Status> {
    fn during(self, server: &str, action: impl Into<String>) -> Result<T, CliError> {
        self.map_err(|status| {
            let action = action.into();
            // A server's answer comes with headers; a status made on this side has none.
            if status.code() == tonic::Code::Unavailable && status.metadata().is_empty() {
                let source = status.message().into();
                return CliError::Unreachable { action, server: server.into(), source };
            }
            CliError::Refused { action, problem: Problem::from(&status) }
        })
    }
}

impl<T> During<T> for Result<T, ClientError> {
    fn during(self, server: &str, action: impl Into<String>) -> Result<T, CliError> {
        self.map_err(|error| {
            let action = action.into();
            match error {
                ClientError::Answer { problem, .. } => CliError::Refused { action, problem },
                other => CliError::Unreachable { action, server: server.into(), source: Box::new(other) },
            }
        })
    }
}

/// The same for what this machine says.
pub trait Doing<T> {
    /// `action` is a bare action with its object: "write blinky.bin".
    fn doing(self, action: impl Into<String>) -> Result<T, CliError>;
}

impl<T> Doing<T> for Result<T, io::Error> {
    fn doing(self, action: impl Into<String>) -> Result<T, CliError> {
        self.map_err(|source| CliError::Local { action: action.into(), source })
    }
}
