//! Typed channels to every daemon: deadlines, retry with jitter, auth.
//!
//! A [`Peer`] is an address (`http://`, `https://`, `unix:`) and how to speak to it. [`frontend_master`] and
//! [`compute_node`] give its gRPC clients, [`Peer::http`] the plain HTTP ones: JSON, files, websockets, upgrades.
//!
//! Invariant: only calls that the caller declares idempotent (by [`retry()`]) are ever sent twice.

mod address;
mod channel;
mod connect;
mod error;
pub mod http1;
mod http_client;
mod peers;
mod retry;
mod token;
mod transfer;

pub use address::Address;
pub use channel::Channel;
pub use error::{ClientError, ConnectError};
pub use http_client::{Body, Http, Upgraded};
pub use peers::{ComputeNode, FrontendMaster, Options, Peer, compute_node, frontend_master};
pub use retry::{RetryPolicy, retry};
pub use token::TokenSource;
