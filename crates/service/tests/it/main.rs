//! The kit as a daemon uses it, over real sockets, spoken to by the client kit.

#![allow(clippy::disallowed_methods, reason = "a test owns and awaits its tasks")]

mod drain;
mod limits;
mod speak;
mod tls;
mod world;
