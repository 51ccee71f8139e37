//! A small daemon: a gRPC service, JSON, a websocket echo, a request that waits.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use carrel_client::{Options, Peer as ClientPeer, TokenSource};
use carrel_proto::auth::v1::token_service_server::{TokenService, TokenServiceServer};
use carrel_proto::auth::v1::{Revocations as RevocationsMessage, WatchRevocationsRequest};
use carrel_service::identity::Issuer;
use carrel_service::{
    App, Audience, Auth, Deps, ListenerConfig, Listeners, NewToken, Peer, Principal, Random, Revocations,
    Rule, RunError, Shutdown, SystemClock, Verifier,
};
use futures::{SinkExt as _, Stream, StreamExt as _};
use http::header::{SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY};
use http::{HeaderValue, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tonic::Status;

pub struct World {
    pub issuer: Issuer,
    pub shutdown: Shutdown,
    pub urls: Vec<String>,
    pub running: JoinHandle<Result<(), RunError>>,
    /// Told when a request waits at `/wait`, and lets it go on.
    pub waits: Arc<Notify>,
    pub go_on: Arc<Notify>,
}

impl World {
    pub async fn start(configs: &[ListenerConfig], drain_secs: u64) -> Self {
        let listeners = Listeners::bind(configs).await.expect("listeners");
        let urls = listeners.bound().iter().map(carrel_service::listen::Bound::url).collect();
        let shutdown = Shutdown::new();
        let issuer = Issuer::ephemeral("carrel", SystemClock::shared(), Random::system());
        let verifier = Verifier::new("carrel", issuer.keys(), Revocations::new(), SystemClock::shared());
        let (waits, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let auth = Auth::new(verifier).rules(|_, path| match path {
            "/peer" | "/echo" | "/wait" | "/size" => Some(Rule::PUBLIC),
            _ => carrel_proto::access::of_path(path).map(Rule::from),
        });
        let app = App::new(auth)
            .grpc(Audience::Rack, TokenServiceServer::new(Tokens))
            .routes(Audience::Public, routes(waits.clone(), go_on.clone()));
        let mut deps = Deps::embedded("sample", listeners, shutdown.clone());
        deps.common.drain_secs = drain_secs;
        let running = tokio::spawn(deps.serve(app));
        Self { issuer, shutdown, urls, running, waits, go_on }
    }

    pub async fn loopback() -> Self {
        Self::start(&[ListenerConfig::tcp("127.0.0.1:0").audience(Audience::Rack)], 10).await
    }

    pub fn peer(&self, listener: usize, new: Option<NewToken>) -> ClientPeer {
        let token = new.map_or_else(TokenSource::none, |new| {
            TokenSource::fixed(self.issuer.issue(new).expect("signed").token)
        });
        ClientPeer::new(&self.urls[listener], Options { token, ..Options::default() }).expect("peer")
    }

    pub async fn stop(self) {
        self.shutdown.trigger();
        let ended = tokio::time::timeout(Duration::from_secs(60), self.running).await;
        ended.expect("ends in time").expect("no panic").expect("no failure");
    }
}

fn routes(waits: Arc<Notify>, go_on: Arc<Notify>) -> Router {
    let wait = move || async move {
        waits.notify_one();
        go_on.notified().await;
        axum::Json("waited")
    };
    Router::new()
        .route("/peer", any(peer))
        .route("/echo", get(echo))
        .route("/wait", get(wait))
        .route("/size", post(async |body: axum::body::Bytes| axum::Json(body.len())))
}

async fn peer(request: Request) -> Response {
    let peer = request.extensions().get::<Peer>().expect("a peer");
    let certificate = peer.tls.as_ref().map(|tls| tls.certificate.is_some());
    axum::Json((format!("{:?}", request.version()), peer.uid, certificate)).into_response()
}

async fn echo(mut request: Request) -> Response {
    let key = request.headers().get(SEC_WEBSOCKET_KEY).map(HeaderValue::as_bytes).unwrap_or_default();
    let accept = HeaderValue::try_from(derive_accept_key(key)).expect("header");
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let stream = TokioIo::new(upgrade.await.expect("upgraded"));
        let (mut out, mut incoming) =
            WebSocketStream::from_raw_socket(stream, Role::Server, None).await.split();
        while let Some(Ok(message)) = incoming.next().await {
            if out.send(message).await.is_err() {
                break;
            }
        }
    });
    let headers = [
        ("upgrade", HeaderValue::from_static("websocket")),
        ("connection", HeaderValue::from_static("upgrade")),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers, [(SEC_WEBSOCKET_ACCEPT, accept)]).into_response()
}

/// Says who asked.
struct Tokens;

#[tonic::async_trait]
impl TokenService for Tokens {
    type WatchRevocationsStream = Pin<Box<dyn Stream<Item = Result<RevocationsMessage, Status>> + Send>>;

    async fn watch_revocations(
        &self,
        request: tonic::Request<WatchRevocationsRequest>,
    ) -> Result<tonic::Response<Self::WatchRevocationsStream>, Status> {
        let principal = Principal::of(request.extensions())?;
        assert!(principal.service_name().is_some(), "the gate let a stranger pass");
        let message = RevocationsMessage { full: true, revoked: Vec::new() };
        Ok(tonic::Response::new(Box::pin(futures::stream::iter([Ok(message)]))))
    }
}
