//! The stream under a Socket.IO websocket: it can be cut from outside, and ends by itself when a stranger says too much.
//!
//! Why: a server can only end a namespace by Socket.IO's own means, and a client that is told so does not come back. One
//! whose line is cut connects again.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_util::sync::WaitForCancellationFutureOwned;

use super::visit::Visit;
use crate::door::STRANGER_BYTES_MAX;

/// A stream that belongs to a visit.
pub(super) struct Line<S> {
    stream: S,
    visit: Arc<Visit>,
    cut: Pin<Box<WaitForCancellationFutureOwned>>,
    received: usize,
}

impl<S> Line<S> {
    pub(super) fn new(stream: S, visit: Arc<Visit>) -> Self {
        let cut = Box::pin(visit.cut().clone().cancelled_owned());
        Self { stream, visit, cut, received: 0 }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.cut.as_mut().poll(context).is_ready() {
            return Poll::Ready(Ok(()));
        }
        let before = into.filled().len();
        let polled = pin!(&mut self.stream).poll_read(context, into);
        self.received = self.received.saturating_add(into.filled().len() - before);
        if self.received > STRANGER_BYTES_MAX && !self.visit.is_admitted() {
            into.set_filled(before);
            return Poll::Ready(Ok(()));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        pin!(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        pin!(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        pin!(&mut self.stream).poll_shutdown(context)
    }
}
