//! The services: the node's questions and the user's.

pub mod control;
pub mod git;
pub mod workspace;
