//! A running daemon with a front-end master that only publishes its keys and what it has revoked.
#![allow(clippy::disallowed_methods, reason = "the test joins what it spawns")]

use std::path::Path;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use carrel_client::{Channel, Options, Peer, TokenSource};
use carrel_ids::UserId;
use carrel_proto::auth::v1::token_service_server::{TokenService, TokenServiceServer};
use carrel_proto::auth::v1::{Revocation, Revocations, WatchRevocationsRequest};
use carrel_proto::sync::v1::document_service_client::DocumentServiceClient;
use carrel_service::identity::{Issuer, NewToken};
use carrel_service::{
    App, Audience, Auth, Deps, ListenerConfig, Listeners, Random, Revocations as Revoked, Role, Rule,
    RunError, Shutdown, SystemClock, Verifier,
};
use carrel_sync::Config;
use carrel_sync::config::Limits;
use futures::StreamExt as _;
use futures::stream::BoxStream;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tonic::{Request, Response, Status};

pub const PATIENCE: Duration = Duration::from_secs(30);

pub struct World {
    pub url: String,
    /// Where other daemons come.
    pub rack_url: String,
    pub issuer: Arc<Issuer>,
    pub shutdown: Shutdown,
    revoked: watch::Sender<Vec<Revocation>>,
    master_shutdown: Shutdown,
    master: JoinHandle<Result<(), RunError>>,
    daemon: JoinHandle<Result<(), RunError>>,
}

struct Tokens(watch::Receiver<Vec<Revocation>>);

#[tonic::async_trait]
impl TokenService for Tokens {
    type WatchRevocationsStream = BoxStream<'static, Result<Revocations, Status>>;

    async fn watch_revocations(
        &self,
        _: Request<WatchRevocationsRequest>,
    ) -> Result<Response<Self::WatchRevocationsStream>, Status> {
        let mut list = self.0.clone();
        list.mark_changed();
        let stream = futures::stream::unfold(list, async |mut list| {
            list.changed().await.ok()?;
            let revoked = list.borrow_and_update().clone();
            Some((Ok(Revocations { full: true, revoked }), list))
        });
        Ok(Response::new(stream.boxed()))
    }
}

async fn listen() -> (Listeners, String) {
    let listeners = Listeners::bind(&[ListenerConfig::tcp("127.0.0.1:0")]).await.expect("bind");
    let url = listeners.bound()[0].url();
    (listeners, url)
}

impl World {
    pub async fn start(folder: &Path, limits: Limits) -> Self {
        let clock = Arc::new(SystemClock);
        let issuer =
            Issuer::open(&folder.join("key"), "carrel", clock.clone(), Random::system()).expect("an issuer");
        let issuer = Arc::new(issuer);
        let (listeners, master_url) = listen().await;
        let master_shutdown = Shutdown::new();
        let deps = Deps::embedded("frontend-master", listeners, master_shutdown.clone());
        let verifier = Verifier::new("carrel", issuer.keys(), Revoked::new(), clock);
        let jwks = issuer.jwks_json();
        let routes = Router::new().route("/.well-known/jwks.json", get(move || async move { jwks }));
        let (revoked, list) = watch::channel(Vec::new());
        let app = App::new(Auth::new(verifier).rules(|_, _| Some(Rule::PUBLIC)))
            .grpc(Audience::Public, TokenServiceServer::new(Tokens(list)))
            .routes(Audience::Public, routes);
        let master = tokio::spawn(async move { deps.serve(app).await });

        let rack = ListenerConfig::tcp("127.0.0.1:0").audience(Audience::Rack);
        let listeners = Listeners::bind(&[ListenerConfig::tcp("127.0.0.1:0"), rack]).await.expect("bind");
        let (url, rack_url) = (listeners.bound()[0].url(), listeners.bound()[1].url());
        let shutdown = Shutdown::new();
        let deps = Deps::embedded("sync", listeners, shutdown.clone());
        let config =
            Config { state_dir: folder.join("state"), frontend_url: master_url, limits, ..Config::default() };
        let daemon = tokio::spawn(carrel_sync::run(config, deps));
        Self { url, rack_url, issuer, shutdown, revoked, master_shutdown, master, daemon }
    }

    pub fn token(&self, user: u128) -> String {
        let new = NewToken::user(&user_id(user), "ada", Role::Learner);
        self.issuer.issue(new).expect("signed").token
    }

    /// A token of a user's, and its id.
    pub fn signed(&self, user: u128) -> (String, String) {
        let new = NewToken::user(&user_id(user), "ada", Role::Learner);
        let signed = self.issuer.issue(new).expect("signed");
        (signed.token, signed.claims.jti)
    }

    /// Withdraws a token.
    pub fn revoke(&self, token_id: &str) {
        let forget_after = i64::MAX;
        let entry = Revocation { token_id: token_id.to_owned(), forget_after, ..Default::default() };
        self.revoked.send_modify(|list| list.push(entry));
    }

    pub fn documents(&self, user: u128) -> DocumentServiceClient<Channel> {
        let options = Options { token: TokenSource::fixed(self.token(user)), ..Options::default() };
        DocumentServiceClient::new(Peer::new(&self.url, options).expect("a peer").channel())
    }

    pub async fn end(self) {
        self.shutdown.trigger();
        let ended = tokio::time::timeout(PATIENCE, self.daemon).await.expect("the daemon ends");
        ended.expect("no panic").expect("a good end");
        self.master_shutdown.trigger();
        let ended = tokio::time::timeout(PATIENCE, self.master).await.expect("the master ends");
        ended.expect("no panic").expect("a good end");
    }
}

pub fn user_id(number: u128) -> UserId {
    UserId::from_random(number)
}
