//! A small HTTP client that says exactly what a test wants said.

use std::net::SocketAddr;
use std::path::PathBuf;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::Value;
use tokio::net::{TcpStream, UnixStream};
use tokio::task::JoinSet;

/// Where to connect.
#[derive(Debug, Clone)]
pub(crate) enum Target {
    Tcp(SocketAddr),
    Unix(PathBuf),
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The JSON of an answer that must be good.
    pub(crate) fn good(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        self.json()
    }

    /// The `code` of a refusal.
    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends one request over HTTP/1.1 on its own connection.
pub(crate) async fn send(target: &Target, request: Request<Full<Bytes>>) -> Answer {
    let mut connections = JoinSet::new();
    let mut sender = match target {
        Target::Tcp(address) => {
            let io = TokioIo::new(TcpStream::connect(address).await.expect("connect"));
            let (sender, connection) = hyper::client::conn::http1::handshake(io).await.expect("handshake");
            connections.spawn(async move { connection.await.map_err(drop) });
            sender
        }
        Target::Unix(path) => {
            let io = TokioIo::new(UnixStream::connect(path).await.expect("connect"));
            let (sender, connection) = hyper::client::conn::http1::handshake(io).await.expect("handshake");
            connections.spawn(async move { connection.await.map_err(drop) });
            sender
        }
    };
    let (parts, body) = sender.send_request(request).await.expect("an answer").into_parts();
    let body = body.collect().await.expect("a whole body").to_bytes();
    Answer { status: parts.status, headers: parts.headers, body }
}

/// Sends one gRPC message over HTTP/2 and returns the `grpc-status` with its message.
pub(crate) async fn grpc(address: SocketAddr, path: &str, token: Option<&str>) -> (i32, String) {
    let mut connections = JoinSet::new();
    let io = TokioIo::new(TcpStream::connect(address).await.expect("connect"));
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), io).await.expect("handshake");
    connections.spawn(async move { connection.await.map_err(drop) });
    let mut request = Request::post(format!("http://{address}{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers");
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    // No compression, length 0: an empty message.
    let request = request.body(Full::new(Bytes::from_static(&[0; 5]))).expect("request");
    let (parts, body) = sender.send_request(request).await.expect("an answer").into_parts();
    let status = |headers: &HeaderMap| {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        headers
            .contains_key("grpc-status")
            .then(|| (text("grpc-status").parse().expect("number"), text("grpc-message").to_owned()))
    };
    if let Some(status) = status(&parts.headers) {
        return status;
    }
    let body = body.collect().await.expect("a whole body");
    body.trailers().and_then(status).unwrap_or_else(|| panic!("no grpc-status: {:?}", parts.status))
}
