//! The front-end master from outside: real sockets, the real git client, a store in a temporary folder.

mod openapi;
mod store;
