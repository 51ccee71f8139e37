//! What can go wrong, each with its object and what to do next.

use std::error::Error as _;
use std::io;
use std::path::PathBuf;

/// Why a command of `cargo xtask` gave up.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("{program} cannot be started")]
    Start {
        program: String,
        #[source]
        source: io::Error,
    },
    #[error("step \"{step}\" failed; its output is above and in {}", log.display())]
    Step { step: String, log: PathBuf },
    #[error("{} cannot be used", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("{} is not a statically linked program: {reason}", path.display())]
    NotStatic { path: PathBuf, reason: &'static str },
    #[error("apt knows no source for {codename}; run apt-get update as root and try again")]
    NoSources { codename: String },
    #[error("the Docker engine did not answer within {seconds} s; see {}", log.display())]
    EngineSilent { seconds: u64, log: PathBuf },
    #[error("no Docker engine answers; start one, or run this as root on Debian to have it done")]
    NoEngine,
    #[error("{what} failed: {message}")]
    Command { what: String, message: String },
}

impl Error {
    /// A file error with its path.
    pub fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { path, source }
    }

    /// Writes the whole chain to standard error.
    pub fn print(&self) {
        let mut line = format!("error: {self}");
        let mut cause = self.source();
        while let Some(error) = cause {
            line.push_str(&format!(": {error}"));
            cause = error.source();
        }
        eprintln!("{line}");
    }
}
