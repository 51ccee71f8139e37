//! Plain HTTP/1.1 and websockets to a peer: pooled connections, one token, deadlines until the answer begins.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use futures::TryStreamExt as _;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{BodyExt as _, Limited, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::AsyncRead;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_util::io::{ReaderStream, StreamReader};

use crate::channel::bearer;
use crate::dial::{Alpn, Dialer};
use crate::http1::handshake;
use crate::token::TokenSource;
use crate::{Body, ClientError};

/// A connection after its upgrade.
pub type Upgraded = TokioIo<hyper::upgrade::Upgraded>;

/// The largest answer read into memory: a JSON answer with a 4 MiB file in base64.
const ANSWER_MAX: usize = 8 * 1024 * 1024;
/// Idle connections kept; more than a client uses at once.
const IDLE_MAX: usize = 8;
/// The largest websocket message: a terminal's frame is at most 64 KiB, a file change far less.
const MESSAGE_MAX: usize = 1024 * 1024;

/// A peer over HTTP/1.1. Clones share its idle connections.
#[derive(Clone)]
pub struct Http {
    dialer: Dialer,
    token: TokenSource,
    limit: Duration,
    idle: Arc<Mutex<Vec<SendRequest<Body>>>>,
}

impl Http {
    pub(crate) fn new(dialer: Dialer, token: TokenSource, limit: Duration) -> Self {
        Self { dialer, token, limit, idle: Arc::default() }
    }

    /// The address.
    pub fn url(&self) -> &str {
        &self.dialer.address.url
    }

    /// The same peer with another limit until an answer begins.
    #[must_use]
    pub fn with_limit(&self, limit: Duration) -> Self {
        Self { limit, ..self.clone() }
    }

    /// Sends JSON (or nothing) and reads JSON. The answer must begin within the limit.
    pub async fn request_json<Q, R>(
        &self,
        method: Method,
        path: &str,
        body: Option<&Q>,
    ) -> Result<R, ClientError>
    where
        Q: Serialize + Sync + ?Sized,
        R: DeserializeOwned,
    {
        let json = body.map(serde_json::to_vec).transpose().map_err(|error| self.unexpected(error))?;
        let mut request = self.request(method, path)?;
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = json.map_or_else(Body::empty, Body::from);
        let bytes = self.read(self.in_time(request).await?).await?;
        serde_json::from_slice(&bytes).map_err(|error| self.unexpected(error))
    }

    /// Reads a text.
    pub async fn get_text(&self, path: &str) -> Result<String, ClientError> {
        let bytes = self.read(self.in_time(self.request(Method::GET, path)?).await?).await?;
        String::from_utf8(bytes.into()).map_err(|error| self.unexpected(error))
    }

    /// Sends a request whose address is a path and gives whatever answer comes; without a time limit of its own.
    pub async fn send(&self, mut request: Request<Body>) -> Result<Response<Incoming>, ClientError> {
        self.complete(request.headers_mut())?;
        let mut connection = match self.take_idle() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        match connection.try_send_request(request).await {
            Ok(response) => {
                self.keep(connection);
                Ok(response)
            }
            // A pooled connection may have been closed just now; then nothing was sent and a new one may try.
            Err(mut error) => match error.take_message() {
                Some(request) => self.send_anew(request).await,
                None => Err(self.broken(error.into_error())),
            },
        }
    }

    async fn send_anew(&self, request: Request<Body>) -> Result<Response<Incoming>, ClientError> {
        let mut connection = self.connect().await?;
        let response = connection.send_request(request).await.map_err(|error| self.broken(error))?;
        self.keep(connection);
        Ok(response)
    }

    /// Starts a download.
    pub async fn download(
        &self,
        path: &str,
    ) -> Result<(http::response::Parts, impl AsyncRead + Send + Unpin + use<>), ClientError> {
        let response = self.in_time(self.request(Method::GET, path)?).await?;
        let (parts, body) = self.succeeded(response).await?.into_parts();
        let bytes = body.into_data_stream().map_err(std::io::Error::other);
        Ok((parts, StreamReader::new(Box::pin(bytes))))
    }

    /// Sends a stream. The answer has no time limit of its own: a slow line may take long.
    pub async fn upload(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        length: Option<u64>,
        content: impl AsyncRead + Send + 'static,
    ) -> Result<Response<Incoming>, ClientError> {
        let mut request = self.request(method, path)?;
        *request.headers_mut() = headers;
        if let Some(length) = length {
            request.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        *request.body_mut() = Body::new(StreamBody::new(ReaderStream::new(content).map_ok(Frame::data)));
        let response = self.send(request).await?;
        self.succeeded(response).await
    }

    /// Asks for an upgrade on a connection of its own; anything but 101 is a failed answer.
    pub async fn upgrade(
        &self,
        mut request: Request<Body>,
    ) -> Result<(http::response::Parts, Upgraded), ClientError> {
        self.complete(request.headers_mut())?;
        let asked = async {
            let mut connection = self.connect().await?;
            connection.send_request(request).await.map_err(|error| self.broken(error))
        };
        let late = || ClientError::Late { url: self.url().to_owned(), limit: self.limit };
        let mut response = tokio::time::timeout(self.limit, asked).await.map_err(|_| late())??;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            let status = response.status();
            let body = Limited::new(response.into_body(), ANSWER_MAX).collect().await;
            let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            return Err(ClientError::answer(status, &body));
        }
        let upgraded = hyper::upgrade::on(&mut response).await.map_err(|error| self.broken(error))?;
        Ok((response.into_parts().0, TokioIo::new(upgraded)))
    }

    /// Opens a websocket.
    pub async fn websocket(&self, path: &str) -> Result<WebSocketStream<Upgraded>, ClientError> {
        let mut request = self.request(Method::GET, path)?;
        let key = HeaderValue::from_str(&generate_key()).map_err(|error| self.unexpected(error))?;
        let headers = request.headers_mut();
        headers.insert(header::CONNECTION, HeaderValue::from_static("Upgrade"));
        headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
        headers.insert(header::SEC_WEBSOCKET_VERSION, HeaderValue::from_static("13"));
        headers.insert(header::SEC_WEBSOCKET_KEY, key);
        let (_, stream) = self.upgrade(request).await?;
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(MESSAGE_MAX);
        config.max_frame_size = Some(MESSAGE_MAX);
        Ok(WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await)
    }

    fn request(&self, method: Method, path: &str) -> Result<Request<Body>, ClientError> {
        let request = Request::builder().method(method).uri(path).body(Body::empty());
        request.map_err(|error| self.unexpected(error))
    }

    /// Host and token, unless the request brings its own.
    fn complete(&self, headers: &mut HeaderMap) -> Result<(), ClientError> {
        if !headers.contains_key(header::HOST) {
            let host = HeaderValue::from_str(&self.dialer.address.authority);
            headers.insert(header::HOST, host.map_err(|error| self.unexpected(error))?);
        }
        if !headers.contains_key(header::AUTHORIZATION)
            && let Some(value) = self.token.token().and_then(|token| bearer(&token))
        {
            headers.insert(header::AUTHORIZATION, value);
        }
        Ok(())
    }

    async fn in_time(&self, request: Request<Body>) -> Result<Response<Incoming>, ClientError> {
        let late = |_| ClientError::Late { url: self.url().to_owned(), limit: self.limit };
        tokio::time::timeout(self.limit, self.send(request)).await.map_err(late)?
    }

    async fn succeeded(&self, response: Response<Incoming>) -> Result<Response<Incoming>, ClientError> {
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let body = Limited::new(response.into_body(), ANSWER_MAX).collect().await;
        let body = body.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        Err(ClientError::answer(status, &body))
    }

    async fn read(&self, response: Response<Incoming>) -> Result<Bytes, ClientError> {
        let body = Limited::new(self.succeeded(response).await?.into_body(), ANSWER_MAX).collect().await;
        let broken = |source| ClientError::Broken { url: self.url().to_owned(), source };
        body.map(http_body_util::Collected::to_bytes).map_err(broken)
    }

    async fn connect(&self) -> Result<SendRequest<Body>, ClientError> {
        handshake(self.dialer.dial(Alpn::Http1).await?, self.url()).await
    }

    fn take_idle(&self) -> Option<SendRequest<Body>> {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.retain(|connection| !connection.is_closed());
        let ready = idle.iter().position(SendRequest::is_ready)?;
        Some(idle.swap_remove(ready))
    }

    fn keep(&self, connection: SendRequest<Body>) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_MAX && !connection.is_closed() {
            idle.push(connection);
        }
    }

    fn broken(&self, error: hyper::Error) -> ClientError {
        ClientError::Broken { url: self.url().to_owned(), source: Box::new(error) }
    }

    fn unexpected(&self, error: impl std::error::Error + Send + Sync + 'static) -> ClientError {
        ClientError::Unexpected { url: self.url().to_owned(), source: Box::new(error) }
    }
}
