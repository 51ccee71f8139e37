//! Pure decisions: slot and session life cycles, pools, placement.
//!
//! Two state machines make all decisions about sessions: [`master::Master`] in the front-end master and
//! [`node::Node`] in each compute node. Both have the shape `step(now, event) -> effects`; a daemon's one loop
//! performs the effects and feeds what comes of them back as events, and the simulation does the same with a seed.
//!
//! Invariant: no clock, no randomness, no I/O, no serialisation here. Time enters as an argument, random bits as
//! part of a constructor or an event.

pub mod class;
pub mod fence;
pub mod master;
pub mod node;
pub mod placement;
pub mod time;

pub use class::{Egress, SlotClass};
pub use fence::Fence;
pub use time::Time;
