//! For tests: an agent that dials the link as the real one does, and an upstream that answers from a router.
#![allow(clippy::disallowed_methods, reason = "tests end with their runtime, and their tasks with them")]

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{any, get, post};
use carrel_ids::{SessionId, SlotId};
use carrel_model::Fence;
use carrel_proto::agent::v1::slot_control_service_server::{SlotControlService, SlotControlServiceServer};
use carrel_proto::agent::v1::{
    BindReply, BindRequest, HelloReply, HelloRequest, Phase, Status as AgentStatus, WatchStatusRequest,
};
use carrel_proto::compute::v1::GitToken;
use futures::{Stream, StreamExt as _};
use http::{HeaderMap, StatusCode};
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::sync::{Semaphore, watch};
use tokio_stream::wrappers::WatchStream;
use tokio_util::sync::CancellationToken;
use tonic::Status;

use crate::body::Body;
use crate::egress::{Upstream, UpstreamError};

/// How long a test waits for what should happen at once.
pub const SOON: Duration = Duration::from_secs(60);

/// Waits for a state, with a deadline; polls, because what it waits for has no notification.
pub async fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = tokio::time::Instant::now() + SOON;
    while !holds() {
        assert!(tokio::time::Instant::now() < deadline, "never: {what}");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// What an agent remembers.
pub struct Memory {
    slot: String,
    session: watch::Sender<String>,
    pub status: watch::Sender<AgentStatus>,
    pub binds: AtomicU32,
    pub refuse_bind: std::sync::Mutex<Option<Status>>,
    /// The last request on `/raw` and `/api/…`.
    pub seen: watch::Sender<Option<HeaderMap>>,
}

/// An agent; gone when dropped.
pub struct FakeAgent {
    pub memory: Arc<Memory>,
    gone: CancellationToken,
}

impl Drop for FakeAgent {
    fn drop(&mut self) {
        self.gone.cancel();
    }
}

impl FakeAgent {
    /// Starts dialling.
    pub fn start(socket: PathBuf, slot: &SlotId) -> Self {
        let memory = Arc::new(Memory {
            slot: slot.to_string(),
            session: watch::Sender::new(String::new()),
            status: watch::Sender::new(AgentStatus::default()),
            binds: AtomicU32::new(0),
            refuse_bind: std::sync::Mutex::default(),
            seen: watch::Sender::new(None),
        });
        let gone = CancellationToken::new();
        tokio::spawn(gone.clone().run_until_cancelled_owned(dial(
            socket,
            router(memory.clone()),
            gone.clone(),
        )));
        Self { memory, gone }
    }

    pub fn session(&self) -> String {
        self.memory.session.borrow().clone()
    }
}

/// Keeps two idle connections.
async fn dial(socket: PathBuf, router: Router, gone: CancellationToken) {
    let places = Arc::new(Semaphore::new(2));
    loop {
        let place = places.clone().acquire_owned().await.expect("open");
        let stream = loop {
            match connect(&socket, b"carrel-link/1 serve\n").await {
                Ok(stream) => break stream,
                Err(_) => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        };
        let (router, places) = (router.clone(), places.clone());
        tokio::spawn(gone.clone().run_until_cancelled_owned(async move {
            let _ = stream.readable().await;
            drop(place);
            let service = TowerToHyperService::new(router);
            let builder = auto::Builder::new(TokioExecutor::new());
            let _ = builder.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
            drop(places);
        }));
    }
}

/// Dials a link.
pub async fn connect(socket: &Path, line: &[u8]) -> std::io::Result<UnixStream> {
    let mut stream = UnixStream::connect(socket).await?;
    stream.write_all(line).await?;
    Ok(stream)
}

fn router(memory: Arc<Memory>) -> Router {
    let grpc = SlotControlServiceServer::from_arc(Arc::new(Control(memory.clone())));
    let seen = memory.clone();
    let note = move |request: Request| {
        let seen = seen.clone();
        async move {
            seen.seen.send_replace(Some(request.headers().clone()));
            let path = request.uri().to_string();
            let body = axum::body::to_bytes(request.into_body(), usize::MAX).await;
            match body {
                Ok(body) => hostile(&format!("{path} {}", body.len())),
                Err(_) => StatusCode::BAD_REQUEST.into_response(),
            }
        }
    };
    let noted = note.clone();
    Router::new()
        .route("/raw", any(note))
        .route("/api/{method}", post(noted))
        .route("/artefact", get(|| async { (StatusCode::FOUND, [("location", "https://evil.example/")]) }))
        .route("/terminal/{id}", get(echo))
        .route("/watch", get(|| async { StatusCode::NOT_FOUND }))
        .merge(tonic::service::Routes::new(grpc).into_axum_router())
}

/// An answer with everything that must not reach a browser.
fn hostile(text: &str) -> Response {
    let headers = [
        ("set-cookie", "a=b"),
        ("service-worker-allowed", "/"),
        ("content-type", "text/html"),
        ("content-security-policy", "default-src *"),
        ("access-control-allow-origin", "*"),
        ("etag", "\"e1\""),
    ];
    (headers, text.to_owned()).into_response()
}

/// A websocket that sends every byte back.
async fn echo(mut request: Request) -> Response {
    let upgrade = hyper::upgrade::on(&mut request);
    tokio::spawn(async move {
        let mut stream = TokioIo::new(upgrade.await.expect("upgrade"));
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read @ 1..) = stream.read(&mut buffer).await {
            if stream.write_all(&buffer[..read]).await.is_err() {
                break;
            }
        }
    });
    let headers = [("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-accept", "x")];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

struct Control(Arc<Memory>);

#[tonic::async_trait]
impl SlotControlService for Control {
    async fn hello(&self, _: tonic::Request<HelloRequest>) -> Result<tonic::Response<HelloReply>, Status> {
        Ok(tonic::Response::new(HelloReply {
            version: "test".to_owned(),
            protocol: 1,
            slot_id: self.0.slot.clone(),
            session_id: self.0.session.borrow().clone(),
        }))
    }

    async fn bind(&self, request: tonic::Request<BindRequest>) -> Result<tonic::Response<BindReply>, Status> {
        self.0.binds.fetch_add(1, Ordering::SeqCst);
        if let Some(status) = self.0.refuse_bind.lock().expect("lock").clone() {
            return Err(status);
        }
        self.0.session.send_replace(request.into_inner().session_id);
        let ready = AgentStatus { phase: Phase::Ready.into(), ..AgentStatus::default() };
        self.0.status.send_replace(ready);
        Ok(tonic::Response::new(BindReply {}))
    }

    type WatchStatusStream = Pin<Box<dyn Stream<Item = Result<AgentStatus, Status>> + Send>>;

    async fn watch_status(
        &self,
        _: tonic::Request<WatchStatusRequest>,
    ) -> Result<tonic::Response<Self::WatchStatusStream>, Status> {
        Ok(tonic::Response::new(Box::pin(WatchStream::new(self.0.status.subscribe()).map(Ok))))
    }
}

/// A front-end master that mints what it is told to and answers from a router.
pub struct FakeUpstream {
    router: Router,
    pub minted: AtomicU32,
    /// `None`: minting fails.
    pub lifetime_ms: Option<i64>,
}

impl FakeUpstream {
    pub fn new(router: Router) -> Self {
        Self { router, minted: AtomicU32::new(0), lifetime_ms: Some(3_600_000) }
    }
}

#[async_trait::async_trait]
impl Upstream for FakeUpstream {
    async fn send(&self, request: http::Request<Body>) -> Result<http::Response<Incoming>, UpstreamError> {
        let unreachable = |error: hyper::Error| UpstreamError::Unreachable { source: Box::new(error) };
        let (near, far) = tokio::io::duplex(1 << 16);
        let service = TowerToHyperService::new(self.router.clone());
        tokio::spawn(async move {
            let _ =
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(far), service).await;
        });
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(near)).await.map_err(unreachable)?;
        tokio::spawn(connection);
        sender.send_request(request).await.map_err(unreachable)
    }

    async fn mint(&self, session: &SessionId, _: Fence) -> Result<GitToken, UpstreamError> {
        let count = self.minted.fetch_add(1, Ordering::SeqCst) + 1;
        match self.lifetime_ms {
            Some(lifetime) => Ok(GitToken { token: format!("minted-{count}"), expires_at: lifetime }),
            None => Err(UpstreamError::Refused {
                session: session.clone(),
                source: Box::new(Status::failed_precondition("no")),
            }),
        }
    }
}
