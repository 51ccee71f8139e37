//! An upgraded connection: bytes both ways, unread, until an end or until it may not go on.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use carrel_model::Fence;
use prometheus::IntCounter;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Notify, broadcast, watch};

use carrel_service::{Principal, Shutdown};

use crate::accounts::revocations::RevocationHub;
use crate::sessions::SessionRow;
use crate::store::RevocationRecord;

/// One read's worth of terminal output; larger ones don't get faster on loopback.
const BUFFER_BYTES: usize = 64 * 1024;

/// After one side has ended the other may still say goodbye for this long.
const HALF_CLOSED_MAX: Duration = Duration::from_secs(10);

/// After a session has ended its node says so to each client with a close code; then we end what is left.
const OVER_GRACE: Duration = Duration::from_secs(2);

/// Copies until both sides have ended or `ends` has come; says why.
pub(super) async fn run<C, N>(
    client: C,
    node: N,
    sent: IntCounter,
    received: IntCounter,
    ends: Ends,
) -> &'static str
where
    C: AsyncRead + AsyncWrite + Unpin,
    N: AsyncRead + AsyncWrite + Unpin,
{
    let half_closed = Arc::new(Notify::new());
    let mut client =
        Counted { inner: client, read: sent, written: received, half_closed: half_closed.clone() };
    let mut node = node;
    let copied = tokio::io::copy_bidirectional_with_sizes(&mut client, &mut node, BUFFER_BYTES, BUFFER_BYTES);
    let abandoned = async {
        half_closed.notified().await;
        tokio::time::sleep(HALF_CLOSED_MAX).await;
    };
    tokio::select! {
        copied = copied => if copied.is_ok() { "ended" } else { "broken" },
        () = abandoned => "half closed",
        why = ends.reached() => why,
    }
}

/// The client's side, counted as it flows: a websocket may live for hours.
struct Counted<S> {
    inner: S,
    read: IntCounter,
    written: IntCounter,
    half_closed: Arc<Notify>,
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
                count => self.read.inc_by(count as u64),
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
pub(super) struct Ends {
    /// The session.
    pub rows: watch::Receiver<Arc<SessionRow>>,
    /// The fence it was routed by.
    pub fence: Fence,
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

impl Ends {
    async fn reached(self) -> &'static str {
        let Self { mut rows, fence, principal, lasts, mut revoked, hub, shutdown } = self;
        let over = async {
            let is_over = |row: &Arc<SessionRow>| !row.record.state.is_live() || row.record.fence != fence;
            // An error: nobody keeps the session any more.
            let _ = rows.wait_for(is_over).await;
            tokio::time::sleep(OVER_GRACE).await;
        };
        let taken_away = async {
            loop {
                let list = match revoked.recv().await {
                    Ok(added) => added,
                    Err(broadcast::error::RecvError::Lagged(_)) => hub.list().await.unwrap_or_default(),
                    Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
                };
                if list.iter().any(|entry| revokes(entry, &principal)) {
                    return;
                }
            }
        };
        tokio::select! {
            () = over => "session over",
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
