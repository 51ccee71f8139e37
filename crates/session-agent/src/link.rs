//! The link to the node: the agent dials, then serves on what it dialled.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::{Semaphore, mpsc};

use crate::background::Background;
use crate::error::log;

/// The first line of a connection on which the node asks and the agent answers.
pub const SERVE_LINE: &[u8] = b"carrel-link/1 serve\n";
/// The first line of a connection on which the node is an HTTP proxy.
pub const EGRESS_LINE: &[u8] = b"carrel-link/1 egress\n";

/// Connections kept dialled and unused, so that the node never waits for one.
const SPARES: usize = 2;
/// The node allows 64 connections in all; the rest is left to the node's own requests and the spares.
const EGRESS_MAX: usize = 24;
/// First wait after a failed dial: a restarting node is back within milliseconds.
const REDIAL_FIRST: Duration = Duration::from_millis(10);
/// Longest wait between dials.
const REDIAL_MAX: Duration = Duration::from_millis(500);
/// A peer that starts a request must finish its head within this time.
const HEAD_LIMIT: Duration = Duration::from_secs(30);
/// How long a program in the slot waits for a node that is away before its request fails.
const EGRESS_DIAL_LIMIT: Duration = Duration::from_secs(10);

/// Waits that double up to a limit.
#[derive(Debug)]
struct Backoff(Duration);

impl Backoff {
    const fn new() -> Self {
        Self(REDIAL_FIRST)
    }

    fn reset(&mut self) {
        self.0 = REDIAL_FIRST;
    }

    async fn wait(&mut self) {
        tokio::time::sleep(self.0).await;
        self.0 = (self.0 * 2).min(REDIAL_MAX);
    }
}

async fn dial(link: &Path, first_line: &[u8]) -> io::Result<UnixStream> {
    let mut stream = UnixStream::connect(link).await?;
    stream.write_all(first_line).await?;
    Ok(stream)
}

/// Waits for the first byte from the node; an end without one is an error.
async fn first_byte(stream: &UnixStream) -> io::Result<()> {
    use rustix::net::{RecvFlags, recv};
    loop {
        stream.readable().await?;
        let mut byte = [0; 1];
        let peeked = stream.try_io(tokio::io::Interest::READABLE, || {
            Ok(recv(stream, &mut byte[..], RecvFlags::PEEK | RecvFlags::DONTWAIT)?.1)
        });
        match peeked {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

/// Keeps spare connections dialled and serves the router on each that the node uses. Never ends.
pub async fn serve(link: PathBuf, router: Router, background: Arc<Background>) {
    let (used, mut wanted) = mpsc::channel::<()>(SPARES);
    let mut lanes = Vec::with_capacity(SPARES);
    for _ in 0..SPARES {
        lanes.push(background.start(lane(
            link.clone(),
            router.clone(),
            Arc::clone(&background),
            used.clone(),
        )));
    }
    drop(used);
    // The lanes live as long as this future.
    let _guards: Vec<AbortOnDrop> = lanes.into_iter().map(AbortOnDrop).collect();
    while wanted.recv().await.is_some() {}
}

struct AbortOnDrop(tokio::task::AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// One spare after the other: dial, wait until the node uses it, hand it on, dial again.
async fn lane(link: PathBuf, router: Router, background: Arc<Background>, _alive: mpsc::Sender<()>) {
    let mut backoff = Backoff::new();
    let mut reported = false;
    loop {
        let spare = async {
            let stream = dial(&link, SERVE_LINE).await?;
            first_byte(&stream).await?;
            Ok::<_, io::Error>(stream)
        };
        match spare.await {
            Ok(stream) => {
                backoff.reset();
                reported = false;
                background.start(serve_connection(stream, router.clone()));
            }
            Err(error) => {
                if !std::mem::replace(&mut reported, true) {
                    log(&format!("the node does not answer at {}: {error}; redialling", link.display()));
                }
                backoff.wait().await;
            }
        }
    }
}

async fn serve_connection(stream: UnixStream, router: Router) {
    let service = TowerToHyperService::new(router);
    let mut server = auto::Builder::new(TokioExecutor::new());
    server.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_LIMIT);
    // What goes wrong on one connection (garbage, a reset) concerns that connection only, and the peer knows.
    let _ = server.serve_connection_with_upgrades(TokioIo::new(stream), service).await;
}

/// Listens for programs in the slot; a free port is taken where the wanted one is not to be had.
pub async fn bind_proxy(config: &crate::Config) -> io::Result<TcpListener> {
    let remembered = config.run_dir.join("proxy-port");
    // Terminals started by an earlier agent know the earlier port.
    let last = std::fs::read_to_string(&remembered).ok().and_then(|text| text.trim().parse::<u16>().ok());
    let mut candidates: Vec<u16> = last.into_iter().collect();
    candidates.extend([config.proxy.port(), 0]);
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for port in candidates {
        match TcpListener::bind((config.proxy.ip(), port)).await {
            Ok(listener) => {
                std::fs::write(&remembered, listener.local_addr()?.port().to_string())?;
                return Ok(listener);
            }
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// Carries each connection of the loopback proxy to the node, byte by byte. Never ends.
pub async fn egress(link: PathBuf, listener: TcpListener, background: Arc<Background>) {
    let room = Arc::new(Semaphore::new(EGRESS_MAX));
    loop {
        // With all in use, the next ones wait in the listener's queue.
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let link = link.clone();
                background.start(async move {
                    carry(&link, stream).await;
                    drop(permit);
                });
            }
            // Out of handles, most likely: the next attempt may find some.
            Err(_) => tokio::time::sleep(REDIAL_FIRST).await,
        }
    }
}

async fn carry(link: &Path, mut inside: TcpStream) {
    let _ = inside.set_nodelay(true);
    let mut backoff = Backoff::new();
    let dialled = tokio::time::timeout(EGRESS_DIAL_LIMIT, async {
        loop {
            match dial(link, EGRESS_LINE).await {
                Ok(stream) => return stream,
                Err(_) => backoff.wait().await,
            }
        }
    });
    match dialled.await {
        // Either side may end at any time; both learn of it by the end of their stream.
        Ok(mut outside) => drop(tokio::io::copy_bidirectional(&mut inside, &mut outside).await),
        Err(_) => {
            let answer = "HTTP/1.1 503 Service Unavailable\r\ncontent-type: text/plain\r\nconnection: close\r\n\r\n\
                 The node of this session does not answer; try again in a moment.\n";
            let _ = inside.write_all(answer.as_bytes()).await;
        }
    }
}
