//! One connection: the TLS handshake, then HTTP/1.1 or HTTP/2 until it ends, is drained or breaks a limit.

use std::convert::Infallible;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use carrel_proto::code::{Problem, ServiceCode};
use http::Request;
use hyper::body::Incoming;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;
use tracing::debug;

use super::host;
use super::proxy;
use super::{Peer, PeerAddr, PeerTls};

/// A handshake on a bad mobile line takes 2 s; who needs longer holds the place for nothing.
const HANDSHAKE_MAX: Duration = Duration::from_secs(10);

/// From the accepted connection to the first whole request head; a trickling head would otherwise hold a place for ever.
const FIRST_REQUEST_MAX: Duration = Duration::from_secs(15);

/// For the head of each further HTTP/1.1 request, and so for an idle kept-alive connection.
const NEXT_REQUEST_MAX: Duration = Duration::from_secs(75);

/// Room for the head of an HTTP/1.1 request, and for what HTTP/2 calls the header list.
const HEAD_BYTES_MAX: usize = 64 * 1024;

/// More header lines than any browser or proxy chain sends.
const HEADERS_MAX: usize = 128;

/// Streams on one HTTP/2 connection: a node watches a few, a browser's page asks for some dozens.
const STREAMS_MAX: u32 = 256;

/// An HTTP/2 peer that is silent this long is asked whether it is still there, and given as long to answer.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// What a connection of one listener needs.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) router: Router,
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// Set on loopback listeners: names beside the loopback ones.
    pub(super) hosts: Option<Arc<[String]>>,
    /// Proxies in front.
    pub(super) proxies: Arc<[IpAddr]>,
    /// Asks the connection to finish its requests.
    pub(super) drain: CancellationToken,
    /// Ends the connection at once.
    pub(super) kill: CancellationToken,
}

impl Context {
    pub(super) async fn run<I>(self, io: I, mut peer: Peer)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let kill = self.kill.clone();
        let served = async {
            let Some(tls) = self.tls.clone() else { return self.serve(io, peer).await };
            let accepted = tokio::time::timeout(HANDSHAKE_MAX, TlsAcceptor::from(tls).accept(io)).await;
            match accepted {
                Ok(Ok(stream)) => {
                    let chain = stream.get_ref().1.peer_certificates();
                    let certificate = chain.and_then(|chain| chain.first()).map(|first| first.to_vec());
                    peer.tls = Some(PeerTls { certificate });
                    self.serve(stream, peer).await;
                }
                Ok(Err(error)) => debug!(%error, peer = ?peer.addr, "TLS handshake failed"),
                Err(_) => debug!(peer = ?peer.addr, "TLS handshake took too long"),
            }
        };
        tokio::select! {
            () = served => {}
            () = kill.cancelled() => {}
        }
    }

    async fn serve<I>(self, io: I, peer: Peer)
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let asked = Arc::new(AtomicBool::new(false));
        let addr = peer.addr;
        let service = {
            let (asked, router) = (asked.clone(), self.router);
            let (hosts, proxies) = (self.hosts, self.proxies);
            hyper::service::service_fn(move |request: Request<Incoming>| {
                asked.store(true, Ordering::Relaxed);
                let mut peer = peer.clone();
                if let PeerAddr::Tcp(addr) = &mut peer.addr {
                    addr.set_ip(proxy::origin(request.headers(), addr.ip(), &proxies));
                }
                answer(router.clone(), hosts.clone(), peer, request)
            })
        };
        let builder = builder();
        let mut connection = pin!(builder.serve_connection_with_upgrades(TokioIo::new(io), service));
        let mut first_request = pin!(tokio::time::sleep(FIRST_REQUEST_MAX));
        let (mut waiting, mut draining) = (true, false);
        loop {
            tokio::select! {
                ended = connection.as_mut() => {
                    if let Err(error) = ended {
                        debug!(error = %error, peer = ?addr, "connection broke");
                    }
                    return;
                }
                () = self.drain.cancelled(), if !draining => {
                    draining = true;
                    connection.as_mut().graceful_shutdown();
                    // Before its first byte a connection belongs to neither version, and nothing would end it.
                    if !asked.load(Ordering::Relaxed) {
                        first_request.as_mut().reset(tokio::time::Instant::now() + DRAIN_GRACE);
                    }
                }
                () = first_request.as_mut(), if waiting => {
                    waiting = false;
                    if !asked.load(Ordering::Relaxed) {
                        debug!(peer = ?addr, "no request came");
                        return;
                    }
                }
            }
        }
    }
}

/// A connection without a request may finish sending one before the drain drops it.
const DRAIN_GRACE: Duration = Duration::from_millis(250);

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(NEXT_REQUEST_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .max_headers(HEADERS_MAX);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(HEAD_BYTES_MAX).unwrap_or(u32::MAX))
        .max_concurrent_streams(STREAMS_MAX)
        .adaptive_window(true)
        .keep_alive_interval(KEEP_ALIVE)
        .keep_alive_timeout(KEEP_ALIVE);
    builder
}

async fn answer(
    router: Router,
    hosts: Option<Arc<[String]>>,
    peer: Peer,
    request: Request<Incoming>,
) -> Result<Response, Infallible> {
    if let Some(hosts) = hosts
        && !host::is_expected(&request, &hosts)
    {
        let message =
            "this listener is for this machine: call it localhost, or name the host in listeners.hosts";
        return Ok(crate::auth::deny(
            request.headers(),
            &Problem::new(ServiceCode::PermissionDenied, message),
        ));
    }
    let mut request = request.map(Body::new);
    request.extensions_mut().insert(peer);
    router.oneshot(request).await
}
