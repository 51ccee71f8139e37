//! The runtimes against one conformance suite, and each against what only it promises.

mod cgroup;
mod conformance;
mod docker;
mod docker_engine;
mod docker_limits;
mod docker_world;
mod fake;
mod process;
mod volume;
