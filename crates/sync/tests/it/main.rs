//! The whole daemon, over real sockets.

mod clients;
mod convergence;
mod doors;
mod hostile;
mod programs;
mod story;
mod tickets;
mod world;
