//! Real-time documents: many people edit one document, and what is acknowledged is on disk.
//!
//! Browsers speak the y-websocket protocol at `/doc/<id>`, programs speak gRPC. A document in use is a room in memory;
//! its updates go to one journal for all documents, which syncs for everybody who waits at once.
//!
//! Invariant: an update is acknowledged only after the sync that made it durable.
//! Invariant: a connection that falls behind is brought up to date or closed with a code; it is never left stale.
//! Invariant: this daemon edits only as a member asks it to (import, restore): what a document holds came from its members.

mod actor;
pub mod changes;
mod compact;
pub mod config;
pub mod content;
pub mod door;
pub mod hocuspocus;
pub mod http;
pub mod hub;
pub mod identity;
mod keep;
pub mod library;
pub mod metrics;
pub mod room;
pub mod rpc;
mod seats;
pub mod socket;
pub mod socketio;
pub mod spaces;
pub mod store;
mod tickets;
pub mod wire;

use std::sync::Arc;

use carrel_client::{Options, Peer, TokenSource};
use carrel_proto::access;
use carrel_service::{App, Audience, Auth, Daemon, Deps, NoCommand, Rule, RunError, While as _};

use changes::Changes;
pub use config::Config;
use door::Door;
use hub::Hub;
use identity::Identity;
use metrics::SyncMetrics;

/// The services that have a JSON mirror, for browsers by way of the front-end master.
const MIRRORED: [&str; 2] = ["/api/v1/DocumentService/", "/api/v1/SpaceService/"];

/// The daemon.
pub struct Sync;

impl Daemon for Sync {
    const NAME: &'static str = "sync";
    const ABOUT: &'static str = "Keeps documents that people edit together.";
    type Config = Config;
    type Command = NoCommand;

    async fn run(config: Config, deps: Deps) -> Result<(), RunError> {
        run(config, deps).await
    }
}

/// Runs until the shutdown.
pub async fn run(config: Config, deps: Deps) -> Result<(), RunError> {
    let identity = identify(&config, &deps)?;
    let metrics = SyncMetrics::new(&deps.metrics);
    let changes = Changes::default();
    let store = keep::open(&config, &deps, &changes).await?;
    deps.tasks.spawn(
        "keeping",
        keep::look_after(
            store.clone(),
            metrics.clone(),
            changes.clone(),
            deps.clock.clone(),
            deps.shutdown.clone(),
        ),
    );
    let (clock, tasks, shutdown) = (deps.clock.clone(), deps.tasks.clone(), deps.shutdown.clone());
    let hub = Hub::new(store, clock.clone(), tasks, shutdown.clone(), metrics.clone());
    let Identity { verifier, revocations, revoked } = identity;
    let documents = Arc::new(rpc::Documents {
        hub: hub.clone(),
        clock: clock.clone(),
        random: deps.random.clone(),
        metrics: metrics.clone(),
        changes,
        shutdown: shutdown.clone(),
    });
    let door = Door::new(door::Parts {
        hub,
        limits: config.limits.clone(),
        clock,
        shutdown,
        metrics,
        verifier: verifier.clone(),
        revocations,
        revoked,
    });
    let auth = Auth::new(verifier)
        .behind_the_front()
        .rules(|_, path| rule(path))
        .hook(http::ticket_hook)
        .origins(config.origins);
    let app = rpc::serve(App::new(auth), documents, config.limits.frame_bytes)
        .routes(Audience::Public, http::router(door.clone()))
        .routes(Audience::Public, socketio::router(door));
    deps.serve(app).await
}

/// Documents are for people; a websocket says itself why it refuses, after the limits that hold for strangers.
fn rule(path: &str) -> Option<Rule> {
    if path.starts_with("/doc/") || matches!(path, "/socket.io" | "/socket.io/") {
        return Some(Rule::PUBLIC);
    }
    let is_ours =
        path.starts_with("/carrel.sync.v1.") || MIRRORED.iter().any(|start| path.starts_with(start));
    is_ours.then(|| access::of_path(path).map(Rule::from)).flatten()
}

fn identify(config: &Config, deps: &Deps) -> Result<Identity, RunError> {
    let token = config.token_file.as_ref().map_or_else(TokenSource::none, TokenSource::file);
    let options = Options { token, ca_file: config.frontend_ca.clone(), ..Options::default() };
    let peer = Peer::new(&config.frontend_url, options).during("read frontend_url")?;
    let sources = identity::Sources {
        issuer: config.issuer.clone(),
        http: peer.http(),
        tokens: carrel_client::frontend_master(&peer).tokens,
        clock: deps.clock.clone(),
        random: deps.random.clone(),
    };
    Ok(identity::start(sources, &deps.tasks, &deps.shutdown))
}
