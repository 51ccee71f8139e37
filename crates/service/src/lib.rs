//! What every daemon needs: config, listeners, tracing, metrics, health, tokens, drain.
//!
//! A daemon implements [`Daemon`], and its `main` is [`main`]. The daemon's `run` gets [`Deps`], builds an
//! [`App`] and hands it to [`Deps::serve`], which says READY, serves, drains and joins the tasks.
//!
//! Invariant: nothing here knows a particular daemon.
//! Invariant: a request whose path no rule names never reaches a handler.

pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod daemon;
pub mod error;
pub mod health;
pub mod identity;
pub mod listen;
pub mod logs;
pub mod metrics;
pub mod notify;
pub mod random;
pub mod ratelimit;
pub mod shutdown;
pub mod tasks;
pub mod tickets;

pub use app::App;
pub use auth::{Auth, Rule, Who};
pub use clock::{Clock, ManualClock, SharedClock, SystemClock};
pub use config::{Common, DaemonConfig, Faults};
pub use daemon::{Daemon, Deps, NoCommand, main};
pub use error::{Chain, RunError, ServiceError, While};
pub use health::Health;
pub use identity::{
    Claims, Issuer, Keys, Kind, NewToken, Principal, Revocations, Role, TokenError, TokenUse, Verifier, Via,
};
pub use listen::{Audience, ListenerConfig, Listeners, Peer, PeerAddr, PeerTls};
pub use metrics::Metrics;
pub use notify::Notify;
pub use random::Random;
pub use shutdown::Shutdown;
pub use tasks::{TaskGuard, Tasks};
pub use tickets::{TicketError, UsedTickets};
