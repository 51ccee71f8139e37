//! The runtimes against one conformance suite, and each against what only it promises.

mod conformance;

mod fake;
mod process;
mod volume;
