//! The h2 channel to the agent: kept up over one of its connections, made anew when that ends.

use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use carrel_proto::agent::v1::slot_control_service_client::SlotControlServiceClient;
use http::{Request, Response, Uri};
use hyper::body::Incoming;
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tracing::debug;

use super::{Accepted, Shared};

/// An agent that is stopped or out of CPU time still gets its connection; one that has not answered a ping for this
/// long is taken for hung and dialled anew.
const PING_EVERY: Duration = Duration::from_secs(10);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// A 4 MiB file in JSON passes in few round trips; also the most memory a hostile agent can make the node hold.
const STREAM_WINDOW: u32 = 1024 * 1024;
const CONNECTION_WINDOW: u32 = 4 * 1024 * 1024;
/// Larger than any header the agent sends.
const HEADERS_MAX: u32 = 16 * 1024;
/// Pause after a failed handshake, so that an agent which accepts and hangs up can't make the node spin.
const RETRY_PAUSE: Duration = Duration::from_millis(50);
/// The whole handshake is ours to send; the peer need not even answer.
const HANDSHAKE_TIME: Duration = Duration::from_secs(5);

/// A cheap handle on the h2 channel; a service that tonic clients can be built on.
#[derive(Clone)]
pub struct AgentChannel {
    sender: http2::SendRequest<tonic::body::Body>,
}

impl AgentChannel {
    /// Whether the connection still stands.
    pub fn is_open(&self) -> bool {
        !self.sender.is_closed()
    }

    /// The slot control service over this channel.
    pub fn control(&self) -> SlotControlServiceClient<Self> {
        SlotControlServiceClient::with_origin(self.clone(), Uri::from_static("http://slot"))
    }

    /// Any other request.
    pub async fn send(&mut self, request: Request<tonic::body::Body>) -> hyper::Result<Response<Incoming>> {
        self.sender.ready().await?;
        self.sender.send_request(request).await
    }
}

impl tower::Service<Request<tonic::body::Body>> for AgentChannel {
    type Response = Response<Incoming>;
    type Error = hyper::Error;
    type Future = futures::future::BoxFuture<'static, hyper::Result<Response<Incoming>>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.sender.poll_ready(cx)
    }

    fn call(&mut self, request: Request<tonic::body::Body>) -> Self::Future {
        Box::pin(self.sender.send_request(request))
    }
}

/// Keeps the channel up for as long as the link is open.
pub(super) async fn keep_channel(shared: Arc<Shared>) {
    loop {
        let Accepted { stream, permit } = shared.spares.take().await;
        let handshake = http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .keep_alive_interval(PING_EVERY)
            .keep_alive_timeout(PING_TIMEOUT)
            .initial_stream_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .max_header_list_size(HEADERS_MAX)
            .handshake(TokioIo::new(stream));
        match tokio::time::timeout(HANDSHAKE_TIME, handshake).await {
            Ok(Ok((sender, connection))) => {
                shared.channel.send_replace(Some(AgentChannel { sender }));
                let ended = connection.await;
                shared.channel.send_replace(None);
                if let Err(error) = ended {
                    debug!(slot = %shared.slot, %error, "channel to the agent ended");
                }
            }
            Ok(Err(error)) => debug!(slot = %shared.slot, %error, "handshake with the agent"),
            Err(_) => debug!(slot = %shared.slot, "handshake with the agent took too long"),
        }
        drop(permit);
        tokio::time::sleep(RETRY_PAUSE).await;
    }
}
