//! The gRPC channel: one lazily dialled HTTP/2 connection with the token on every call.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyper_util::rt::TokioIo;
use tonic::body::Body;
use tonic::transport;
use tower::Service;

use crate::dial::{Alpn, Dialer, Io};
use crate::peers::Options;
use crate::token::TokenSource;
use crate::{BodyError, ClientError};

/// What the generated clients run on. Cheap to clone.
#[derive(Clone)]
pub struct Channel {
    inner: transport::Channel,
    token: TokenSource,
}

/// An HTTP/2 window large enough that one stream fills a fast link: 40 Gb/s × 0.2 ms is 1 MB.
const WINDOW: u32 = 1 << 20;

impl Channel {
    pub(crate) fn lazy(dialer: &Dialer, options: &Options) -> Result<Self, ClientError> {
        let endpoint = endpoint(&dialer.address.authority, options)?;
        let dialer = dialer.clone();
        let connector = tower::service_fn(move |_: http::Uri| {
            let dialer = dialer.clone();
            async move { dialer.dial(Alpn::Http2).await }
        });
        Ok(Self { inner: endpoint.connect_with_connector_lazy(connector), token: options.token.clone() })
    }

    /// One HTTP/2 connection over a stream that is there already, without a token. It is not dialled again.
    pub async fn from_io<I>(io: I) -> Result<Self, ClientError>
    where
        I: Io + 'static,
    {
        const URL: &str = "http://localhost";
        let options = Options::default();
        let mut io = Some(io);
        let connector = tower::service_fn(move |_: http::Uri| {
            let io = io.take().map(TokioIo::new);
            async move { io.ok_or_else(|| std::io::Error::other("the stream is used up")) }
        });
        let connected = endpoint("localhost", &options)?.connect_with_connector(connector).await;
        let inner = connected
            .map_err(|error| ClientError::Connect { url: URL.to_owned(), source: Box::new(error) })?;
        Ok(Self { inner, token: TokenSource::none() })
    }
}

fn endpoint(authority: &str, options: &Options) -> Result<transport::Endpoint, ClientError> {
    let wrong = |_| ClientError::Address { url: authority.to_owned() };
    // The connector does TLS itself; as far as tonic is concerned this is a plain stream.
    let endpoint = transport::Endpoint::from_shared(format!("http://{authority}")).map_err(wrong)?;
    Ok(endpoint
        .connect_timeout(options.connect_timeout)
        .timeout(options.call_timeout)
        .http2_keep_alive_interval(options.keep_alive)
        .keep_alive_timeout(options.keep_alive)
        .keep_alive_while_idle(true)
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW * 4)
        .tcp_nodelay(true))
}

impl Service<http::Request<Body>> for Channel {
    type Response = http::Response<Body>;
    type Error = BodyError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Service::poll_ready(&mut self.inner, context).map_err(Into::into)
    }

    fn call(&mut self, mut request: http::Request<Body>) -> Self::Future {
        if let Some(value) = self.token.token().and_then(|token| bearer(&token)) {
            request.headers_mut().insert(http::header::AUTHORIZATION, value);
        }
        let answer = self.inner.call(request);
        Box::pin(async move { answer.await.map_err(Into::into) })
    }
}

/// `Bearer …`, never shown in logs.
pub(crate) fn bearer(token: &str) -> Option<http::HeaderValue> {
    let mut value = http::HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
