//! From an HTTP/1.1 request to a socket that is ours: the connection's own stream, without anything around it.

use std::sync::Mutex;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::response::Response;
use bytes::Bytes;
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::Tasks;
use carrel_service::error::response;
use http::header::{CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use hyper_util::server::conn::auto::upgrade::downcast;
use tokio::net::{TcpStream, UnixStream};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::Socket;
use super::outbox::Io;

/// A request to become a websocket.
pub struct Upgrade {
    on_upgrade: OnUpgrade,
    key: HeaderValue,
}

impl<S: Sync> FromRequestParts<S> for Upgrade {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        Self::of(parts, "open a document's websocket").map_err(|refusal| *refusal)
    }
}

impl Upgrade {
    /// The same, of a request that is being looked at already; `action` is for the log.
    pub fn of(parts: &mut Parts, action: &'static str) -> Result<Self, Box<Response>> {
        let refuse = |text| {
            let problem = Problem::new(ServiceCode::InvalidArgument, text);
            Box::new(response(&problem, action))
        };
        let headers = &parts.headers;
        if parts.method != Method::GET
            || !holds(headers, &UPGRADE, "websocket")
            || !holds(headers, &CONNECTION, "upgrade")
        {
            return Err(refuse("this is a websocket: connect with ws:// over HTTP/1.1"));
        }
        if !holds(headers, &SEC_WEBSOCKET_VERSION, "13") {
            return Err(refuse("only version 13 of the websocket protocol is spoken here"));
        }
        let key = headers.get(SEC_WEBSOCKET_KEY).cloned();
        let key = key.ok_or_else(|| refuse("Sec-WebSocket-Key is missing"))?;
        let on_upgrade = parts.extensions.remove::<OnUpgrade>();
        let on_upgrade = on_upgrade.ok_or_else(|| refuse("this connection can't become a websocket"))?;
        Ok(Self { on_upgrade, key })
    }
}

/// Whether a header lists this token.
fn holds(headers: &HeaderMap, name: &HeaderName, token: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|value| value.trim().eq_ignore_ascii_case(token))
}

impl Upgrade {
    /// Answers 101 and runs the socket in a task; messages hold at most so many bytes.
    pub fn accept<F>(
        self,
        tasks: &Tasks,
        limit: usize,
        run: impl FnOnce(Socket) -> F + Send + 'static,
    ) -> Response
    where
        F: Future<Output = ()> + Send,
    {
        self.accept_upgraded(tasks, move |upgraded| {
            let (io, first) = open(upgraded);
            run(Socket::new(io, limit, &first))
        })
    }

    /// Answers 101 and hands over the stream, for a library that speaks the frames itself.
    pub fn accept_stream<F>(
        self,
        tasks: &Tasks,
        run: impl FnOnce(TokioIo<Upgraded>) -> F + Send + 'static,
    ) -> Response
    where
        F: Future<Output = ()> + Send,
    {
        self.accept_upgraded(tasks, move |upgraded| run(TokioIo::new(upgraded)))
    }

    fn accept_upgraded<F>(self, tasks: &Tasks, run: impl FnOnce(Upgraded) -> F + Send + 'static) -> Response
    where
        F: Future<Output = ()> + Send,
    {
        let on_upgrade = self.on_upgrade;
        tasks.spawn("socket", async move {
            // An error: the client went away before the answer had reached it.
            let Ok(upgraded) = on_upgrade.await else { return };
            run(upgraded).await;
        });
        let mut answer = Response::new(Body::empty());
        *answer.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
        let headers = answer.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        let accept = HeaderValue::try_from(derive_accept_key(self.key.as_bytes()));
        headers.extend(accept.ok().map(|accept| (SEC_WEBSOCKET_ACCEPT, accept)));
        answer
    }
}

/// The stream itself where it is one we can write to from anywhere, and what was read of it already.
fn open(upgraded: Upgraded) -> (Io, Bytes) {
    let upgraded = match downcast::<TokioIo<TcpStream>>(upgraded) {
        Ok(parts) => return (Io::Tcp(parts.io.into_inner()), parts.read_buf),
        Err(upgraded) => upgraded,
    };
    match downcast::<TokioIo<UnixStream>>(upgraded) {
        Ok(parts) => (Io::Unix(parts.io.into_inner()), parts.read_buf),
        Err(upgraded) => (Io::Other(Box::new(Mutex::new(TokioIo::new(upgraded)))), Bytes::new()),
    }
}
