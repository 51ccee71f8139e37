//! Session orchestration and the tunnel, against a node that is a fake and a network that is real.

mod lifecycle;
mod node;
mod nodes;
mod restart;
mod tunnel;
mod world;
