//! One HTTP/1.1 connection over a stream that is there already.

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use crate::dial::Io;
use crate::{Body, ClientError};

/// A connection for one exchange at a time.
pub struct Http1(http1::SendRequest<Body>);

/// Takes over the stream.
pub async fn on_io<I: Io + 'static>(io: I) -> Result<Http1, ClientError> {
    handshake(TokioIo::new(io), "the stream").await.map(Http1)
}

impl Http1 {
    /// Sends a request whose address is a path. For an upgrade take it from the response.
    pub async fn send(&mut self, request: Request<Body>) -> Result<Response<Incoming>, ClientError> {
        let sent = self.0.send_request(request).await;
        sent.map_err(|error| ClientError::Broken { url: "the stream".to_owned(), source: Box::new(error) })
    }
}

/// Shakes hands and lets the connection run until either side ends it.
#[allow(clippy::disallowed_methods, reason = "ends with its connection, which its handle owns")]
pub(crate) async fn handshake<I>(io: I, url: &str) -> Result<http1::SendRequest<Body>, ClientError>
where
    I: hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
{
    let made = http1::Builder::new().handshake(io).await;
    let (sender, connection) =
        made.map_err(|error| ClientError::Broken { url: url.to_owned(), source: Box::new(error) })?;
    tokio::spawn(async move {
        if let Err(error) = connection.with_upgrades().await {
            tracing::debug!(%error, "connection ended");
        }
    });
    Ok(sender)
}
