//! The whole thing on real parts: real daemons, the real engine, the real git and the real command line.

mod claims;
mod documents;
mod faults;
mod forged;
mod hostile;
mod isolation;
mod kills;
mod rack;
mod story;
mod strangers;
mod up;
mod wire;
