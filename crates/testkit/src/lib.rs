//! A cluster in one process: the real decisions of `carrel-model`, everything else made up, on virtual time and a seed.
//!
//! [`sim::World`] holds one master and some nodes with their stores and slots, delivers messages late, twice, out of
//! order or not at all, and lets any process end between any two effects. [`scenario`] draws a list of things that
//! happen from a seed; [`check`] runs it, and on a failure finds the shortest failing prefix. [`bugs`] has wrappers that
//! plant a known fault: the suite must find each of them, or it would not find a real one either.

pub mod bugs;
pub mod check;
pub mod scenario;
pub mod sim;
