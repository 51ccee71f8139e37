//! The whole daemon, over real sockets.

mod clients;
mod story;
mod world;
