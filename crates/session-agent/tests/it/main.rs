//! The agent as its node and its user see it: a real process, a real socket, real shells, git and nix.

mod control;
mod environment;
mod files;
mod link;
mod repository;
mod run;
mod support;
mod tasks;
mod terminals;
