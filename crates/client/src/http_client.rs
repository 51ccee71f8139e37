//! Plain HTTP/1.1 to a peer, pooled: JSON calls, raw requests, upgrades, websockets.

use std::time::Duration;

use carrel_proto::code::{Problem, ServiceCode};
use http::header::{AUTHORIZATION, CONNECTION, CONTENT_TYPE, SEC_WEBSOCKET_ACCEPT, UPGRADE};
use http::{HeaderValue, Method, Request, Response, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Incoming;
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use crate::address::Address;
use crate::connect::Connector;
use crate::error::{ClientError, ConnectError};
use crate::token::TokenSource;

/// A request's body; `Body::new` takes any `http_body::Body`.
pub use tonic::body::Body;

/// An upgraded connection, as a tokio stream.
pub type Upgraded = TokioIo<hyper::upgrade::Upgraded>;

/// The longest JSON or text read: above the 6 MiB that servers take.
const ANSWER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A refusal is a line or two.
const PROBLEM_BYTES_MAX: usize = 64 * 1024;

/// Below what the kit's listeners keep an idle connection, so that we close first and never write into a closing one.
const IDLE_MAX: Duration = Duration::from_secs(60);

/// Idle connections kept: a tunnel's burst of JSON calls finds them open.
const IDLE_CONNECTIONS_MAX: usize = 32;

/// A JSON call may run a command in a slot, which the agent limits; this only finds a peer that has vanished.
const JSON_ANSWER_MAX: Duration = Duration::from_secs(600);

/// The largest websocket message taken: terminal frames are below 1.1 MiB.
const MESSAGE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Plain HTTP to one peer. Cheap to clone; clones share the connections.
#[derive(Clone)]
pub struct Http {
    address: Address,
    client: Client<Connector, Body>,
    token: TokenSource,
    call_timeout: Duration,
}

impl Http {
    pub(crate) fn new(
        address: &Address,
        connector: Connector,
        token: TokenSource,
        call_timeout: Duration,
    ) -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_MAX)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .build(connector);
        Self { address: address.clone(), client, token, call_timeout }
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Sends a request whose address is a path; adds the token unless it has an `Authorization`. No deadline but the
    /// connection's own: the caller knows how long its bodies flow. Any status is an answer.
    pub async fn send(&self, mut request: Request<Body>) -> Result<Response<Incoming>, ClientError> {
        let path = path_of(request.uri());
        *request.uri_mut() = self.uri(&path)?;
        if !request.headers().contains_key(AUTHORIZATION)
            && let Some(token) = self.token.header()
        {
            request.headers_mut().insert(AUTHORIZATION, token);
        }
        self.client.request(request).await.map_err(|source| self.failed(path, source))
    }

    /// Sends JSON (if any) and reads JSON.
    pub async fn request_json<Q, R>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Q>,
    ) -> Result<R, ClientError>
    where
        Q: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        let mut request = Request::builder().method(method).uri(path);
        let body = match body {
            Some(body) => {
                request = request.header(CONTENT_TYPE, "application/json");
                let json = serde_json::to_vec(body);
                let json = json.map_err(|source| ClientError::Json { path: path.to_owned(), source })?;
                Body::new(Full::from(json))
            }
            None => Body::empty(),
        };
        let request =
            request.body(body).map_err(|source| ClientError::Request { path: path.to_owned(), source })?;
        let bytes = self.within(JSON_ANSWER_MAX, path, self.whole(request, path)).await?;
        let bytes = if bytes.is_empty() { b"null".as_slice() } else { &bytes };
        serde_json::from_slice(bytes)
            .map_err(|error| ClientError::Form { path: path.to_owned(), source: error.into() })
    }

    /// Reads a text, within the call timeout.
    pub async fn get_text(&self, path: &str) -> Result<String, ClientError> {
        let request = get(path)?;
        let bytes = self.within(self.call_timeout, path, self.whole(request, path)).await?;
        String::from_utf8(bytes.into())
            .map_err(|error| ClientError::Form { path: path.to_owned(), source: error.into() })
    }

    /// Sends a request that asks for an upgrade (its own `Upgrade` header says to what); anything but 101 is an error.
    pub async fn upgrade(
        &self,
        mut request: Request<Body>,
    ) -> Result<(http::response::Parts, Upgraded), ClientError> {
        let path = path_of(request.uri());
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("upgrade"));
        let mut response = self.within(self.call_timeout, &path, self.send(request)).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(refusal(response, &path).await);
        }
        let upgraded = hyper::upgrade::on(&mut response).await;
        let upgraded = upgraded.map_err(|error| ClientError::Send {
            address: self.address.to_string(),
            path,
            source: error.into(),
        })?;
        Ok((response.into_parts().0, TokioIo::new(upgraded)))
    }

    /// Opens a websocket.
    pub async fn websocket(&self, path: &str) -> Result<WebSocketStream<Upgraded>, ClientError> {
        let key = generate_key();
        let mut request = get(path)?;
        let headers = request.headers_mut();
        headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert("sec-websocket-version", HeaderValue::from_static("13"));
        let header = HeaderValue::from_str(&key);
        let form = |source| ClientError::Form { path: path.to_owned(), source };
        headers.insert("sec-websocket-key", header.map_err(|error| form(error.into()))?);
        let (parts, stream) = self.upgrade(request).await?;
        let accepted = parts.headers.get(SEC_WEBSOCKET_ACCEPT).map(HeaderValue::as_bytes);
        if accepted != Some(derive_accept_key(key.as_bytes()).as_bytes()) {
            return Err(form("the websocket's key was not accepted".into()));
        }
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES_MAX))
            .max_frame_size(Some(MESSAGE_BYTES_MAX));
        Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await)
    }

    /// Sends, refuses refusals, reads all.
    async fn whole(&self, request: Request<Body>, path: &str) -> Result<bytes::Bytes, ClientError> {
        let response = accepted(self.send(request).await?, path).await?;
        read(response.into_body(), ANSWER_BYTES_MAX, path).await
    }

    async fn within<T>(
        &self,
        limit: Duration,
        path: &str,
        future: impl Future<Output = Result<T, ClientError>>,
    ) -> Result<T, ClientError> {
        let late = |_| ClientError::Timeout { address: self.address.to_string(), path: without_query(path) };
        tokio::time::timeout(limit, future).await.map_err(late)?
    }

    fn uri(&self, path: &str) -> Result<Uri, ClientError> {
        let Self { address, .. } = self;
        Uri::builder()
            .scheme(address.scheme())
            .authority(address.authority())
            .path_and_query(format!("{}{path}", address.prefix()))
            .build()
            .map_err(|source| ClientError::Request { path: without_query(path), source })
    }

    fn failed(&self, path: String, source: hyper_util::client::legacy::Error) -> ClientError {
        if source.is_connect() {
            // The connector's own error says more than the client's around it.
            let text = std::error::Error::source(&source).map(ToString::to_string).unwrap_or_default();
            let cause = std::error::Error::source(&source).and_then(std::error::Error::source);
            let kind =
                cause.and_then(|cause| cause.downcast_ref::<std::io::Error>()).map(std::io::Error::kind);
            tracing::debug!(error = text, address = %self.address, "connect failed");
            if let Some(kind) = kind {
                let source = std::io::Error::new(kind, cause.map(ToString::to_string).unwrap_or_default());
                return ConnectError::Dial { address: self.address.to_string(), source }.into();
            }
        }
        ClientError::Send {
            address: self.address.to_string(),
            path: without_query(&path),
            source: source.into(),
        }
    }
}

pub(crate) fn get(path: &str) -> Result<Request<Body>, ClientError> {
    let request = Request::builder().uri(path).body(Body::empty());
    request.map_err(|source| ClientError::Request { path: without_query(path), source })
}

fn path_of(uri: &Uri) -> String {
    uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string)
}

/// Queries may hold tickets, and errors end up in logs.
pub(crate) fn without_query(path: &str) -> String {
    path.split('?').next().unwrap_or_default().to_owned()
}

/// The answer, unless it is a refusal.
pub(crate) async fn accepted(
    response: Response<Incoming>,
    path: &str,
) -> Result<Response<Incoming>, ClientError> {
    if response.status().is_success() { Ok(response) } else { Err(refusal(response, path).await) }
}

/// A refusal in the peer's words, or in ours if it has none.
async fn refusal(response: Response<Incoming>, path: &str) -> ClientError {
    let status = response.status();
    let body = read(response.into_body(), PROBLEM_BYTES_MAX, path).await.unwrap_or_default();
    let problem = serde_json::from_slice(&body).unwrap_or_else(|_| {
        let reason = status.canonical_reason().unwrap_or("no reason given");
        Problem::new(
            code_of(status),
            format!("{}: the server answered {} ({reason})", without_query(path), status.as_u16()),
        )
    });
    ClientError::Answer { status, problem }
}

/// For answers of something in between, a proxy for example, that does not speak our JSON.
fn code_of(status: StatusCode) -> ServiceCode {
    let known = ServiceCode::ALL.into_iter().find(|code| code.http() == status);
    known.unwrap_or(match status.as_u16() {
        502 => ServiceCode::Unavailable,
        400..500 => ServiceCode::FailedPrecondition,
        _ => ServiceCode::Internal,
    })
}

async fn read(body: Incoming, limit: usize, path: &str) -> Result<bytes::Bytes, ClientError> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => {
            Err(ClientError::TooLong { path: without_query(path), limit })
        }
        Err(source) => Err(ClientError::Form { path: without_query(path), source }),
    }
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Http({})", self.address)
    }
}
