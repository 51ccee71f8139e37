//! The kit as a daemon uses it, over real sockets, spoken to by the client kit.

mod drain;
mod limits;
mod speak;
mod tls;
mod world;
