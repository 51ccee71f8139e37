//! An upgraded connection: bytes both ways, unread, until an end or until it may not go on.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use carrel_model::Fence;
use futures::future::BoxFuture;
use prometheus::IntCounter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Notify, broadcast, watch};
use tokio::time::Instant;

use carrel_service::{Principal, Shutdown};

use crate::accounts::revocations::RevocationHub;
use crate::sessions::SessionRow;
use crate::store::RevocationRecord;

/// One read's worth of terminal output; larger ones don't get faster on loopback.
pub(crate) const BUFFER_BYTES: usize = 64 * 1024;

/// After one side has ended the other may still say goodbye for this long.
const HALF_CLOSED_MAX: Duration = Duration::from_secs(10);

/// After a session has ended its node says so to each client with a close code; then we end what is left.
const OVER_GRACE: Duration = Duration::from_secs(2);

/// What flows from the client, and how long it may say nothing.
pub(crate) struct Flow {
    /// Bytes from the client.
    pub sent: IntCounter,
    /// Bytes to the client.
    pub received: IntCounter,
    /// A client that is silent for so long is gone; only where something makes a live one answer.
    pub silence_max: Option<Duration>,
    /// Of each of the two buffers.
    pub buffer_bytes: usize,
}

/// Copies until both sides have ended or `ends` has come; says why.
pub(crate) async fn run<C, N>(client: C, node: N, flow: Flow, ends: Ends) -> &'static str
where
    C: AsyncRead + AsyncWrite + Unpin,
    N: AsyncRead + AsyncWrite + Unpin,
{
    let Flow { sent, received, silence_max, buffer_bytes } = flow;
    let half_closed = Arc::new(Notify::new());
    let heard = watch::Sender::new(Instant::now());
    let silent = silence(heard.subscribe(), silence_max);
    let mut client =
        Counted { inner: client, read: sent, written: received, half_closed: half_closed.clone(), heard };
    let mut node = node;
    let copied = tokio::io::copy_bidirectional_with_sizes(&mut client, &mut node, buffer_bytes, buffer_bytes);
    let abandoned = async {
        half_closed.notified().await;
        tokio::time::sleep(HALF_CLOSED_MAX).await;
    };
    tokio::select! {
        copied = copied => if copied.is_ok() { "ended" } else { "broken" },
        () = abandoned => "half closed",
        () = silent => "silent",
        why = ends.reached() => why,
    }
}

/// Resolves when nothing was heard for so long; without a limit never.
async fn silence(heard: watch::Receiver<Instant>, limit: Option<Duration>) {
    let Some(limit) = limit else { return std::future::pending().await };
    loop {
        let until = *heard.borrow() + limit;
        if until <= Instant::now() {
            return;
        }
        tokio::time::sleep_until(until).await;
    }
}

/// The client's side, counted as it flows: a websocket may live for hours.
struct Counted<S> {
    inner: S,
    read: IntCounter,
    written: IntCounter,
    half_closed: Arc<Notify>,
    heard: watch::Sender<Instant>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Counted<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let result = Pin::new(&mut self.inner).poll_read(cx, buf);
        if matches!(result, Poll::Ready(Ok(()))) {
            match buf.filled().len() - before {
                0 => self.half_closed.notify_one(),
                count => {
                    self.read.inc_by(count as u64);
                    self.heard.send_replace(Instant::now());
                }
            }
        }
        result
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Counted<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, data: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.inner).poll_write(cx, data);
        if let Poll::Ready(Ok(count)) = &result {
            self.written.inc_by(*count as u64);
        }
        result
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.half_closed.notify_one();
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// What ends a connection that both sides would keep.
pub(crate) struct Ends {
    /// Resolves when what it leads to is over.
    pub over: BoxFuture<'static, ()>,
    /// After a revocation whoever is at the other end may say so with a close code for this long.
    pub revoked_grace: Duration,
    /// Who opened it.
    pub principal: Principal,
    /// How long their token lasts.
    pub lasts: Duration,
    /// What is revoked from now on.
    pub revoked: broadcast::Receiver<Vec<RevocationRecord>>,
    /// The whole list.
    pub hub: Arc<RevocationHub>,
    /// The stop signal.
    pub shutdown: Shutdown,
}

/// Resolves a little after the session has ended or has moved on to another fence.
pub(crate) async fn session_over(mut rows: watch::Receiver<Arc<SessionRow>>, fence: Fence) {
    let is_over = |row: &Arc<SessionRow>| !row.record.state.is_live() || row.record.fence != fence;
    // An error: nobody keeps the session any more.
    let _ = rows.wait_for(is_over).await;
    tokio::time::sleep(OVER_GRACE).await;
}

impl Ends {
    async fn reached(self) -> &'static str {
        let Self { over, revoked_grace, principal, lasts, mut revoked, hub, shutdown } = self;
        let taken_away = async {
            loop {
                let list = match revoked.recv().await {
                    Ok(added) => added,
                    Err(broadcast::error::RecvError::Lagged(_)) => hub.list().await.unwrap_or_default(),
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                };
                if list.iter().any(|entry| revokes(entry, &principal)) {
                    return tokio::time::sleep(revoked_grace).await;
                }
            }
        };
        tokio::select! {
            () = over => "over",
            () = taken_away => "token revoked",
            () = tokio::time::sleep(lasts) => "token expired",
            () = shutdown.requested() => "shutdown",
        }
    }
}

/// Whether an entry of the revocation list is about this caller's token.
fn revokes(entry: &RevocationRecord, principal: &Principal) -> bool {
    if !entry.token_id.is_empty() {
        return entry.token_id == principal.token_id;
    }
    let issued_at = i64::try_from(principal.issued_at).unwrap_or(i64::MAX);
    principal.user().is_some_and(|(user, _, _)| *user == entry.user_id) && issued_at < entry.before
}
