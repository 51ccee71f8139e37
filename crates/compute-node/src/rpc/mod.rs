//! gRPC handlers: thin, everything is the core's.

mod slots;

pub use slots::Slots;
