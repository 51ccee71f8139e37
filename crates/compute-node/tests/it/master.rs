//! A front-end master as a node sees it: takes reports, mints tokens, serves git, caches and its keys.

use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::routing::{any, get};
use carrel_proto::auth::v1::token_service_server::{TokenService, TokenServiceServer};
use carrel_proto::auth::v1::{Revocations, WatchRevocationsRequest};
use carrel_proto::compute::v1::node_link_service_server::{NodeLinkService, NodeLinkServiceServer};
use carrel_proto::compute::v1::{GitToken, MintGitTokenRequest, NodeReport, ReportReply};
use carrel_service::{Issuer, NewToken, Random, SystemClock};
use futures::Stream;
use tokio::net::UnixListener;
use tokio::sync::watch;
use tokio_stream::StreamExt as _;
use tonic::{Response, Status};

pub struct Master {
    pub issuer: Issuer,
    pub report: watch::Sender<Option<NodeReport>>,
    pub drain: watch::Sender<bool>,
    /// Every HTTP request, `METHOD path authorization`.
    pub requests: Mutex<Vec<String>>,
    revocations: watch::Sender<Revocations>,
}

impl Master {
    /// Listens on a unix socket for as long as the test's runtime lives.
    #[allow(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    pub fn start(socket: &Path) -> Arc<Self> {
        let issuer = Issuer::ephemeral("carrel", SystemClock::shared(), Random::system());
        let master = Arc::new(Self {
            issuer,
            report: watch::Sender::new(None),
            drain: watch::Sender::new(false),
            requests: Mutex::default(),
            revocations: watch::Sender::new(Revocations { full: true, revoked: Vec::new() }),
        });
        let listener = UnixListener::bind(socket).expect("bind");
        let router = router(master.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        master
    }

    pub fn service_token(&self) -> String {
        self.issue(NewToken::service("frontend-master"))
    }

    pub fn issue(&self, token: NewToken) -> String {
        self.issuer.issue(token).expect("issue").token
    }

    /// Waits for a report of which something holds.
    pub async fn reported(&self, what: &str, holds: impl FnMut(&Option<NodeReport>) -> bool) -> NodeReport {
        let mut reports = self.report.subscribe();
        let waited = tokio::time::timeout(super::world::PATIENCE, reports.wait_for(holds)).await;
        let found = waited.unwrap_or_else(|_| panic!("never reported: {what}")).expect("open");
        found.clone().expect("a report")
    }

    pub fn paths(&self) -> Vec<String> {
        self.requests.lock().expect("lock").clone()
    }
}

fn router(master: Arc<Master>) -> Router {
    let (jwks, seen) = (master.clone(), master.clone());
    let note = move |request: Request| {
        let seen = seen.clone();
        async move {
            let authorization = request.headers().get("authorization");
            let authorization = authorization.and_then(|value| value.to_str().ok()).unwrap_or("-");
            let line = format!("{} {} {authorization}", request.method(), request.uri());
            seen.requests.lock().expect("lock").push(line);
            "the front-end master was reached\n"
        }
    };
    let mut grpc =
        tonic::service::Routes::new(NodeLinkServiceServer::from_arc(Arc::new(Link(master.clone()))));
    grpc = grpc.add_service(TokenServiceServer::new(Tokens(master)));
    Router::new()
        .route("/.well-known/jwks.json", get(move || async move { jwks.issuer.jwks_json() }))
        .merge(grpc.into_axum_router().reset_fallback())
        .fallback(any(note))
}

struct Link(Arc<Master>);

#[tonic::async_trait]
impl NodeLinkService for Link {
    async fn report(&self, report: tonic::Request<NodeReport>) -> Result<Response<ReportReply>, Status> {
        self.0.report.send_replace(Some(report.into_inner()));
        let drain = *self.0.drain.borrow();
        Ok(Response::new(ReportReply { drain, interval_ms: 500 }))
    }

    async fn mint_git_token(
        &self,
        request: tonic::Request<MintGitTokenRequest>,
    ) -> Result<Response<GitToken>, Status> {
        let token = format!("minted-for-{}", request.into_inner().session_id);
        Ok(Response::new(GitToken { token, expires_at: i64::MAX }))
    }
}

struct Tokens(Arc<Master>);

#[tonic::async_trait]
impl TokenService for Tokens {
    type WatchRevocationsStream = Pin<Box<dyn Stream<Item = Result<Revocations, Status>> + Send>>;

    async fn watch_revocations(
        &self,
        _: tonic::Request<WatchRevocationsRequest>,
    ) -> Result<Response<Self::WatchRevocationsStream>, Status> {
        let stream = tokio_stream::wrappers::WatchStream::new(self.0.revocations.subscribe());
        Ok(Response::new(Box::pin(stream.map(Ok))))
    }
}
