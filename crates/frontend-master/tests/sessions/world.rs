//! A master of its own for each test: real store, real listeners, a clock that the test moves, accounts by fiat.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use carrel_client::{FrontendMaster, Http, Options, Peer, TokenSource};
use carrel_frontend_master::accounts::revocations::RevocationHub;
use carrel_frontend_master::accounts::tickets::Tickets;
use carrel_frontend_master::config::SessionsConfig;
use carrel_frontend_master::http::routes;
use carrel_frontend_master::names::RepositoryPath;
use carrel_frontend_master::sessions::{self, Found, Opener, RepositoryLook, SessionError, Sessions};
use carrel_frontend_master::store::{Role as StoredRole, SharedStore, SqliteStore, TokenRecord, UserRecord};
use carrel_frontend_master::tunnel;
use carrel_ids::UserId;
use carrel_proto::compute::v1 as compute;
use carrel_proto::session::v1 as pb;
use carrel_service::identity::{Issuer, NewToken, Revocations, Role, Verifier};
use carrel_service::{
    App, Audience, Auth, Deps, ListenerConfig, Listeners, ManualClock, Random, SharedClock, Shutdown,
};
use tonic::{Code, Status};

use crate::node::Node;

/// Far above what anything here takes, far below a test's patience.
pub const SOON: Duration = Duration::from_secs(20);

/// A repository service of three: `ada/demo` is complete, `ada/bare` lacks its files, everything else is nobody's.
struct Repositories;

#[async_trait]
impl RepositoryLook for Repositories {
    async fn look(&self, path: &RepositoryPath, opener: &Opener) -> Result<Found, SessionError> {
        let mine = opener.name == path.owner.as_str();
        Ok(match path.name.as_str() {
            "demo" if mine => Found::WithEnvironment,
            "bare" if mine => Found::WithoutEnvironment { advice: "Add a shell.nix.".to_owned() },
            _ => Found::Nothing,
        })
    }
}

/// The world.
pub struct World {
    pub clock: Arc<ManualClock>,
    pub issuer: Issuer,
    pub config: SessionsConfig,
    pub store: SharedStore,
    pub sessions: Sessions,
    pub hub: Arc<RevocationHub>,
    pub url: String,
    rack_url: String,
    shutdown: Shutdown,
    served: Option<tokio::task::JoinHandle<()>>,
    folder: tempfile::TempDir,
}

/// A running master.
struct Running {
    store: SharedStore,
    sessions: Sessions,
    hub: Arc<RevocationHub>,
    url: String,
    rack_url: String,
    shutdown: Shutdown,
    served: tokio::task::JoinHandle<()>,
}

impl World {
    /// A claim may take as long as anything: a slow machine is no fault of a node.
    pub async fn new() -> Self {
        Self::with_claim_deadline(SOON).await
    }

    pub async fn with_claim_deadline(deadline: Duration) -> Self {
        let claim_deadline_ms = u64::try_from(deadline.as_millis()).expect("short");
        Self::with(SessionsConfig { claim_deadline_ms, ..SessionsConfig::default() }).await
    }

    pub async fn with(config: SessionsConfig) -> Self {
        let clock = ManualClock::new(1_900_000_000_000);
        let shared: SharedClock = clock.clone();
        let issuer = Issuer::ephemeral("carrel", shared, Random::system());
        let folder = tempfile::tempdir().expect("a folder");
        let run = run(&folder, &clock, &issuer, &config).await;
        let Running { store, sessions, hub, url, rack_url, shutdown, served } = run;
        let served = Some(served);
        Self { clock, issuer, config, store, sessions, hub, url, rack_url, shutdown, served, folder }
    }

    /// Stops the master and starts another one on the same store, at another address.
    pub async fn restart(&mut self) {
        self.stop().await;
        let run = run(&self.folder, &self.clock, &self.issuer, &self.config).await;
        self.store = run.store;
        self.sessions = run.sessions;
        self.hub = run.hub;
        self.url = run.url;
        self.rack_url = run.rack_url;
        self.shutdown = run.shutdown;
        self.served = Some(run.served);
    }

    pub async fn stop(&mut self) {
        self.shutdown.trigger();
        if let Some(served) = self.served.take() {
            tokio::time::timeout(SOON, served).await.expect("stops in time").expect("no panic");
        }
        self.store.close().await;
    }

    /// A node with this many warm slots, reported.
    pub async fn node(&self, id: &str, warm: u32) -> Node {
        let node = Node::start(id, warm, &self.issuer, self.clock.clone()).await;
        self.report(&node).await;
        node
    }

    /// Sends a node's next report; true if it shall drain.
    pub async fn report(&self, node: &Node) -> bool {
        self.send_report(&node.id, node.report()).await.expect("a report is taken").drain
    }

    pub async fn send_report(
        &self,
        as_node: &str,
        report: compute::NodeReport,
    ) -> Result<compute::ReportReply, Status> {
        let mut link = self.rack(as_node).node_link;
        link.report(report).await.map(tonic::Response::into_inner)
    }

    /// The master as a service sees it.
    pub fn rack(&self, subject: &str) -> FrontendMaster {
        let signed = self.issuer.issue(NewToken::service(subject)).expect("a token");
        carrel_client::frontend_master(&peer(&self.rack_url, signed.token))
    }

    /// A token of a user, who needs no row here: orchestration knows users by their tokens.
    pub fn token(&self, name: &str) -> String {
        let role = if name == "root" { Role::Admin } else { Role::Learner };
        self.issuer.issue(NewToken::user(&user_id(name), name, role)).expect("a token").token
    }

    /// Gives ada an account that holds this token, as a login does.
    pub async fn record(&self, token_id: &str, expires_at: i64) {
        let user = UserRecord {
            id: user_id("ada"),
            name: "ada".parse().expect("a name"),
            role: StoredRole::Learner,
            password_hash: None,
            disabled: false,
            epoch: 0,
            created_at: 0,
        };
        self.store.create_user(&user).await.expect("creates");
        let token = TokenRecord {
            id: token_id.to_owned(),
            user_id: user.id,
            expires_at,
            name: String::new(),
            client: String::new(),
            created_at: 0,
        };
        self.store.record_token(&token, 0, None, 0).await.expect("records");
    }

    /// The master as a user sees it.
    pub fn user(&self, name: &str) -> FrontendMaster {
        carrel_client::frontend_master(&peer(&self.url, self.token(name)))
    }

    pub fn http(&self, name: &str) -> Http {
        peer(&self.url, self.token(name)).http()
    }

    pub fn http_as(&self, token: Option<String>) -> Http {
        let token = token.map_or_else(TokenSource::none, TokenSource::fixed);
        Peer::new(&self.url, Options { token, ..Options::default() }).expect("a peer").http()
    }

    pub async fn open(&self, name: &str, request_id: &str) -> Result<pb::Session, Status> {
        let request = pb::OpenSessionRequest {
            repository: format!("{name}/demo"),
            request_id: request_id.to_owned(),
            ..Default::default()
        };
        self.open_with(name, request).await
    }

    pub async fn open_with(
        &self,
        name: &str,
        request: pb::OpenSessionRequest,
    ) -> Result<pb::Session, Status> {
        self.user(name).sessions.open_session(request).await.map(tonic::Response::into_inner)
    }

    pub async fn get(&self, name: &str, id: &str) -> Result<pb::Session, Status> {
        let request = pb::GetSessionRequest { id: id.to_owned() };
        self.user(name).sessions.get_session(request).await.map(tonic::Response::into_inner)
    }

    pub async fn close(&self, name: &str, id: &str) -> Result<pb::Session, Status> {
        let request = pb::CloseSessionRequest { id: id.to_owned(), reason: String::new() };
        self.user(name).sessions.close_session(request).await.map(tonic::Response::into_inner)
    }

    /// Opens a session and has the node report it ready.
    pub async fn ready(&self, name: &str, node: &Node) -> pb::Session {
        let session = self.open(name, "").await.expect("opens");
        node.set_phase(compute::Phase::Ready);
        self.report(node).await;
        self.until(&session.id, pb::SessionState::Ready).await
    }

    /// The session once the board shows it in this state.
    pub async fn until(&self, id: &str, state: pb::SessionState) -> pb::Session {
        let mut last = None;
        for _ in 0..2_000 {
            if let Ok(session) = self.get("root", id).await {
                if session.state() == state {
                    return session;
                }
                last = Some(session);
            }
            // poll: a state, within the bound of this loop.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{id} never became {state:?}; it is {last:?}")
    }

    /// Lets time pass for the master and lets it notice.
    pub fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// Waits until the condition holds.
pub async fn eventually(what: &str, holds: impl Fn() -> bool) {
    for _ in 0..2_000 {
        if holds() {
            return;
        }
        // poll: a state, within the bound of this loop.
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("never: {what}")
}

/// An empty body.
pub fn no_body() -> carrel_client::Body {
    carrel_client::Body::new(http_body_util::Empty::new())
}

/// A user's id, made from the name.
pub fn user_id(name: &str) -> UserId {
    let bits = name.bytes().fold(7_u128, |bits, byte| bits.wrapping_mul(257).wrapping_add(byte.into()));
    UserId::from_random(bits)
}

/// The code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Status>) -> Code {
    result.expect_err("is refused").code()
}

fn peer(url: &str, token: String) -> Peer {
    Peer::new(url, Options { token: TokenSource::fixed(token), ..Options::default() }).expect("a peer")
}

async fn run(
    folder: &tempfile::TempDir,
    clock: &Arc<ManualClock>,
    issuer: &Issuer,
    config: &SessionsConfig,
) -> Running {
    let clock: SharedClock = clock.clone();
    let store = SqliteStore::open(&folder.path().join("fm.sqlite")).await.expect("a store");
    let store: SharedStore = Arc::new(store);
    let listeners =
        [ListenerConfig::tcp("127.0.0.1:0"), ListenerConfig::tcp("127.0.0.1:0").audience(Audience::Rack)];
    let listeners = Listeners::bind(&listeners).await.expect("bind");
    let (url, rack_url) = (listeners.bound()[0].url(), listeners.bound()[1].url());
    let shutdown = Shutdown::new();
    let mut deps = Deps::embedded("frontend-master", listeners, shutdown.clone());
    deps.clock = clock.clone();
    let revoked = Revocations::new();
    let hub = RevocationHub::load(store.clone(), revoked.clone(), clock.clone()).await.expect("a hub");
    let hub = Arc::new(hub);
    let parts = sessions::Parts {
        nodes_ca: None,
        config: config.clone(),
        store: store.clone(),
        issuer: issuer.clone(),
        repositories: Arc::new(Repositories),
        tick_every: Some(Duration::from_millis(20)),
    };
    let sessions = sessions::start(parts, &deps).await.expect("starts");
    let verifier = Verifier::new("carrel", issuer.keys(), revoked, clock.clone());
    let auth = Auth::new(verifier).rules(routes::rule).hook(routes::ticket);
    let tunnel = tunnel::Parts {
        sessions: sessions.clone(),
        tickets: Arc::new(Tickets::new(clock)),
        revocations: hub.clone(),
    };
    let app = sessions::services(App::new(auth), &sessions);
    let app = app.routes(Audience::Public, tunnel::router(tunnel, &deps));
    let served = tokio::spawn(async move { deps.serve(app).await.expect("serves") });
    Running { store, sessions, hub, url, rack_url, shutdown, served }
}
