//! The transport under every gRPC client: bearer token, deadline, one HTTP/2 connection that redials by itself.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderValue, Request, Response, Uri};
use hyper::client::conn::http2::SendRequest;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tonic::Status;
use tonic::body::Body;
use tonic::transport::Endpoint;
use tower::ServiceExt as _;

use crate::address::Address;
use crate::connect::Connector;
use crate::error::ConnectError;
use crate::token::TokenSource;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// A silent connection is asked whether it lives after this long, and given up after as long again.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// A stream's window: enough for a 4 MiB file to flow without waiting on a slow line.
const WINDOW: u32 = 1024 * 1024;

/// A call whose caller named no deadline.
pub(crate) const CALL_TIMEOUT: Duration = Duration::from_secs(10);

/// A gRPC transport. Cheap to clone; clones share the connection.
#[derive(Clone)]
pub struct Channel {
    transport: Transport,
    token: TokenSource,
    call_timeout: Duration,
}

#[derive(Clone)]
enum Transport {
    /// Dials, and dials again after a loss.
    Dialled(tonic::transport::Channel),
    /// One stream that somebody else opened.
    Given(SendRequest<Body>, Arc<Uri>),
}

impl Channel {
    pub(crate) fn dialled(
        address: &Address,
        connector: Connector,
        token: TokenSource,
        call_timeout: Duration,
    ) -> Self {
        let authority = address.authority();
        // Plain to tonic, since the connector does the encryption; the peer sees the real scheme.
        let dialled: Uri = format!("http://{authority}").parse().unwrap_or_default();
        let origin: Uri = format!("{}://{authority}", address.scheme()).parse().unwrap_or_default();
        let endpoint = Endpoint::from(dialled)
            .origin(origin)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .keep_alive_while_idle(true)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(4 * WINDOW);
        let transport = Transport::Dialled(endpoint.connect_with_connector_lazy(connector));
        Self { transport, token, call_timeout }
    }

    /// Speaks HTTP/2 on a stream that is open already. Calls fail as unavailable once it breaks.
    pub async fn from_io<I>(io: I) -> Result<Self, ConnectError>
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let mut builder = hyper::client::conn::http2::Builder::new(TokioExecutor::new());
        builder
            .timer(TokioTimer::new())
            .keep_alive_interval(KEEP_ALIVE)
            .keep_alive_timeout(KEEP_ALIVE)
            .initial_stream_window_size(WINDOW)
            .initial_connection_window_size(4 * WINDOW);
        let (sender, connection) =
            builder.handshake(TokioIo::new(io)).await.map_err(ConnectError::Handshake)?;
        drive(connection);
        let transport = Transport::Given(sender, Arc::new(Uri::from_static("http://localhost")));
        Ok(Self { transport, token: TokenSource::none(), call_timeout: CALL_TIMEOUT })
    }

    /// The same with another default deadline.
    #[must_use]
    pub fn call_timeout(self, call_timeout: Duration) -> Self {
        Self { call_timeout, ..self }
    }

    /// The same with a token.
    #[must_use]
    pub fn token(self, token: TokenSource) -> Self {
        Self { token, ..self }
    }

    /// False once a given stream has broken; a dialled one mends itself.
    pub fn is_open(&self) -> bool {
        match &self.transport {
            Transport::Dialled(_) => true,
            Transport::Given(sender, _) => !sender.is_closed(),
        }
    }
}

/// A connection lives as long as its senders and its stream, and needs somebody to drive it.
#[allow(
    clippy::disallowed_methods,
    reason = "ends by itself with its stream; the kit's tasks are not known here"
)]
pub(crate) fn drive<F, E>(connection: F)
where
    F: Future<Output = Result<(), E>> + Send + 'static,
    E: std::fmt::Display + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection broke");
        }
    });
}

impl tower::Service<Request<Body>> for Channel {
    type Response = Response<Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        // Each call waits for its own turn, under its own deadline.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let limit = match deadline(request.headers()) {
            Some(limit) => limit,
            None => {
                let text = format!("{}m", self.call_timeout.as_millis());
                if let Ok(value) = HeaderValue::try_from(text) {
                    request.headers_mut().insert("grpc-timeout", value);
                }
                self.call_timeout
            }
        };
        if !request.headers().contains_key(AUTHORIZATION)
            && let Some(token) = self.token.header()
        {
            request.headers_mut().insert(AUTHORIZATION, token);
        }
        let transport = self.transport.clone();
        Box::pin(async move {
            match tokio::time::timeout(limit, transport.send(request)).await {
                Ok(answer) => answer,
                Err(_) => Err(Status::deadline_exceeded(format!("no answer within {limit:?}")).into()),
            }
        })
    }
}

impl Transport {
    async fn send(self, mut request: Request<Body>) -> Result<Response<Body>, BoxError> {
        match self {
            Self::Dialled(channel) => {
                Ok(channel.oneshot(request).await.map_err(|error| unavailable(&error))?)
            }
            Self::Given(mut sender, origin) => {
                let path = request.uri().path_and_query().cloned();
                let mut parts = origin.as_ref().clone().into_parts();
                parts.path_and_query = path;
                *request.uri_mut() = Uri::from_parts(parts)?;
                sender.ready().await.map_err(|error| unavailable(&error))?;
                Ok(sender.send_request(request).await.map_err(|error| unavailable(&error))?.map(Body::new))
            }
        }
    }
}

/// The whole chain in the message: "transport error" alone helps nobody.
fn unavailable(error: &(dyn std::error::Error + 'static)) -> Status {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(status) = error.downcast_ref::<Status>() {
            return status.clone();
        }
        text = format!("{text}: {error}");
        cause = error.source();
    }
    Status::unavailable(text)
}

/// The deadline that a caller set with `Request::set_timeout`.
fn deadline(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get("grpc-timeout")?.to_str().ok()?;
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number: u64 = number.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number.saturating_mul(3600)),
        "M" => Duration::from_secs(number.saturating_mul(60)),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}

impl std::fmt::Debug for Channel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channel")
            .field("token", &self.token)
            .field("call_timeout", &self.call_timeout)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_of_every_unit_are_read() {
        let read = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("grpc-timeout", HeaderValue::from_str(text).expect("header"));
            deadline(&headers)
        };
        assert_eq!(read("2S"), Some(Duration::from_secs(2)));
        assert_eq!(read("1500m"), Some(Duration::from_millis(1500)));
        assert_eq!(read("30000000u"), Some(Duration::from_secs(30)));
        for bad in ["", "S", "2x", "-1S", "2"] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
