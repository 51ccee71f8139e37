//! Session orchestration and the tunnel, against a node that is a fake and a network that is real.
#![allow(clippy::disallowed_methods, reason = "tests start tasks of their own")]

mod lifecycle;
mod limits;
mod node;
mod nodes;
mod restart;
mod tunnel;
mod world;
