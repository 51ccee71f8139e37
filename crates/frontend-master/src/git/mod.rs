//! Git: repositories on disk, and the real `git` serving them over smart HTTP.
//!
//! Invariant: only this module starts a `git` process, always through [`program::GitProgram`], which keeps the
//! machine's own configuration out and makes every write durable.

pub mod access;
pub mod asking;
mod body;
mod cgi;
mod error;
pub mod path;
pub mod plumbing;
pub mod program;
mod starters;
mod storage;

pub use cgi::{CgiRequest, GitServer};
pub use error::GitError;
pub use starters::{SAMPLES, Sample};
pub use storage::{Fresh, Repositories};
