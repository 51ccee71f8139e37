//! HTTP/1.1 on a stream that is open already, for one exchange or an upgrade.

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::channel::drive;
use crate::error::ConnectError;
use crate::http_client::Body;

/// A given stream, speaking HTTP/1.1.
#[derive(Debug)]
pub struct Http1(SendRequest<Body>);

/// Takes over a stream.
pub async fn on_io<I>(io: I) -> Result<Http1, ConnectError>
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, connection) =
        hyper::client::conn::http1::handshake(TokioIo::new(io)).await.map_err(ConnectError::Handshake)?;
    drive(connection.with_upgrades());
    Ok(Http1(sender))
}

impl Http1 {
    /// Sends a request, path-only address and `Host` included. Upgrade with `hyper::upgrade::on(&mut response)`.
    pub async fn send(&mut self, request: Request<Body>) -> Result<Response<Incoming>, hyper::Error> {
        self.0.ready().await?;
        self.0.send_request(request).await
    }
}
