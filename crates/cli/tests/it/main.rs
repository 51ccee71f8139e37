//! The command as its users run it, against a server that plays its part.

mod account;
mod fake;
mod load;
mod local;
mod sessions;
mod shell;
