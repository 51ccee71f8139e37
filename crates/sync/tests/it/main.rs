//! The whole daemon, over real sockets.

mod clients;
mod doors;
mod hostile;
mod programs;
mod story;
mod world;
