//! Websockets by hand, for two things that a library does not give: one frame serves every socket and goes straight
//! into each, and a connection on which nothing happens holds no buffers.
//!
//! Each socket has a task, which reads, and writes what the socket did not take at once; rooms write to the
//! [`Outbox`] from wherever they run.

mod frame;
mod outbox;
mod upgrade;

use std::cell::RefCell;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::hub::QUEUE_MAX;
pub use frame::{FrameError, Framed};
pub use outbox::{Offer, Outbox};
pub use upgrade::Upgrade;

/// One read. Each thread has one such buffer, not each connection.
const READ_MAX: usize = 64 * 1024;
/// A client that has been told to go gets so long to take the last frame and to answer it.
const CLOSE_MAX: Duration = Duration::from_secs(1);

thread_local! {
    static SCRATCH: RefCell<Vec<u8>> = RefCell::new(vec![0; READ_MAX]);
}

/// Where a room's frames for one client go.
#[derive(Clone)]
pub enum Outlet {
    /// Straight into a websocket.
    Socket(Arc<Outbox>),
    /// Messages without frames, to a task that carries them on.
    Queue(mpsc::Sender<Bytes>),
}

impl Outlet {
    /// Sends a frame if there is room.
    pub fn offer(&self, frame: &Framed) -> Offer {
        match self {
            Self::Socket(outbox) => outbox.offer(frame),
            Self::Queue(queue) => match queue.try_send(frame.message()) {
                Ok(()) => Offer::Taken,
                Err(TrySendError::Full(_)) => Offer::Full,
                Err(TrySendError::Closed(_)) => Offer::Closed,
            },
        }
    }

    /// Returns once everything has gone out, or there is no way out any more.
    pub async fn drained(&self) {
        match self {
            Self::Socket(outbox) => outbox.drained().await,
            // All places are free only when the other side has taken everything.
            Self::Queue(queue) => drop(queue.reserve_many(QUEUE_MAX.min(queue.max_capacity())).await),
        }
    }
}

/// What a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Incoming {
    /// A binary message.
    Binary(Bytes),
    /// A text message.
    Text,
}

/// Why nothing more comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The client has hung up, or the connection broke.
    Gone,
    /// What it sent can't be read.
    Bad(FrameError),
}

/// One websocket, in its task's hands.
pub struct Socket {
    outbox: Arc<Outbox>,
    parser: frame::Parser,
    /// At the last ping: the writes so far, if something waited.
    stuck_at: Option<u64>,
}

impl Socket {
    fn new(io: outbox::Io, limit: usize, first: &[u8]) -> Self {
        Self { outbox: Arc::new(Outbox::new(io)), parser: frame::Parser::new(limit, first), stuck_at: None }
    }

    /// Where to send.
    pub fn outbox(&self) -> Arc<Outbox> {
        self.outbox.clone()
    }

    /// From now on messages hold at most so many bytes.
    pub const fn set_limit(&mut self, limit: usize) {
        self.parser.set_limit(limit);
    }

    /// The next message; sends what waits meanwhile. Can be dropped and called again without loss.
    pub async fn recv(&mut self) -> Result<Incoming, End> {
        poll_fn(|context| self.poll_recv(context)).await
    }

    fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Result<Incoming, End>> {
        loop {
            match self.parser.next() {
                Ok(Some(frame::Event::Binary(message))) => return Poll::Ready(Ok(Incoming::Binary(message))),
                Ok(Some(frame::Event::Text)) => return Poll::Ready(Ok(Incoming::Text)),
                // A pong that finds no room is dropped: whoever takes nothing needs none.
                Ok(Some(frame::Event::Ping(payload))) => drop(self.outbox.offer(&Framed::pong(payload))),
                Ok(Some(frame::Event::Pong)) => {}
                Ok(Some(frame::Event::Close)) => return Poll::Ready(Err(End::Gone)),
                Err(error) => return Poll::Ready(Err(End::Bad(error))),
                Ok(None) => {
                    if let Poll::Ready(Err(_)) = self.outbox.poll_flush(context) {
                        return Poll::Ready(Err(End::Gone));
                    }
                    match self.poll_fill(context) {
                        Poll::Ready(Ok(0) | Err(_)) => return Poll::Ready(Err(End::Gone)),
                        Poll::Ready(Ok(_)) => {}
                        Poll::Pending => return Poll::Pending,
                    }
                }
            }
        }
    }

    fn poll_fill(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<usize>> {
        SCRATCH.with_borrow_mut(|scratch| {
            let read = self.outbox.poll_read(context, scratch);
            if let Poll::Ready(Ok(count)) = &read {
                self.parser.feed(&scratch[..*count]);
            }
            read
        })
    }

    /// Sends a ping; `false` if something has been waiting since the last one and none of it went out.
    pub fn ping(&mut self) -> bool {
        let (progress, waits) = self.outbox.progress();
        if waits && self.stuck_at == Some(progress) {
            return false;
        }
        self.stuck_at = waits.then_some(progress);
        self.outbox.offer(&Framed::ping()) != Offer::Closed
    }

    /// Ends the connection with a code, ahead of what waits. Waits a moment for the client's own close frame: hanging up
    /// on bytes that nobody has read would destroy what is on its way to it.
    pub async fn close(mut self, code: u16, reason: &str) {
        self.outbox.finish(&Framed::close(code, reason));
        let goodbye = async {
            let end = loop {
                if let Err(end) = self.recv().await {
                    break end;
                }
            };
            // It still sends what it must not: its close frame can't be told from that.
            while let (End::Bad(_), Ok(1..)) = (end, poll_fn(|context| self.poll_discard(context)).await) {}
        };
        let _ = tokio::time::timeout(CLOSE_MAX, goodbye).await;
    }

    fn poll_discard(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<usize>> {
        if let Poll::Ready(Err(error)) = self.outbox.poll_flush(context) {
            return Poll::Ready(Err(error));
        }
        SCRATCH.with_borrow_mut(|scratch| self.outbox.poll_read(context, scratch))
    }
}

/// How many messages bytes hold that arrive in pieces of this size; for tests of hostile input.
pub fn messages_in(bytes: &[u8], piece: usize, limit: usize) -> Result<usize, FrameError> {
    let mut parser = frame::Parser::new(limit, &[]);
    let mut found = 0;
    for part in bytes.chunks(piece.max(1)) {
        parser.feed(part);
        while parser.next()?.is_some() {
            found += 1;
        }
    }
    Ok(found)
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.outbox.close();
    }
}
