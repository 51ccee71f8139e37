//! The node on a real engine with the session image: slots, sessions, what a hostile one can reach, crashes.

mod binary;
mod hostile;
mod master;
mod story;
mod world;
