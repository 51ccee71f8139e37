//! The front-end master from outside: real sockets, the real git client, a store in a temporary folder.

mod accounts;
mod browse;
mod client;
mod documents;
mod git;
mod git_limits;
mod imports;
mod minted;
mod openapi;
mod pages;
mod repositories;
mod store;
mod surface;
mod sync;
mod tokens;
mod world;
