//! The agent as its node and its user see it: a real process, a real socket, real shells, git and nix.

// Helpers of tests fail the test by panicking, and their background tasks end with its runtime.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

mod control;
mod environment;
mod files;
mod git;
mod link;
mod lsp;
mod repository;
mod run;
mod support;
mod tasks;
mod terminals;
mod trash;
