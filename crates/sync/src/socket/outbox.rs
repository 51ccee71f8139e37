//! What goes out of one socket. Whoever has a frame writes it at once, on its own thread: a room reaches a thousand
//! sockets without waking a thousand tasks. Only what the socket does not take waits here for the socket's task.
//!
//! Invariant: frames leave whole and in the order in which they were given.

use std::collections::VecDeque;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::pin::Pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker, ready};

use bytes::{Buf as _, Bytes};
use rustix::net::SendFlags;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Notify;

use super::frame::Framed;
use crate::hub::QUEUE_MAX;

/// Parts given to one write. Most queues hold fewer; the kernel's own limit is 1,024.
const PARTS_MAX: usize = 32;

/// A stream that is neither TCP nor a unix socket, as under TLS.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

pub(super) enum Io {
    Tcp(TcpStream),
    Unix(UnixStream),
    /// Only the socket's task touches it: it keeps state between calls.
    Other(Box<Mutex<dyn Stream>>),
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    /// It is on its way.
    Taken,
    /// Too much waits already; it was dropped.
    Full,
    /// The socket is gone.
    Closed,
}

/// A frame, or a part of one.
struct Part {
    bytes: Bytes,
    ends_frame: bool,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Part>,
    /// A frame's beginning was written, its end was not.
    is_cut: bool,
    is_closed: bool,
    /// The socket's task, to be woken when something waits.
    waker: Option<Waker>,
    /// Writes that took something: whether a slow socket takes anything at all.
    progress: u64,
}

/// The way out of a socket.
pub struct Outbox {
    pub(super) io: Io,
    state: Mutex<State>,
    drained: Notify,
}

impl Outbox {
    pub(super) fn new(io: Io) -> Self {
        Self { io, state: Mutex::default(), drained: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a frame, or queues what the socket does not take of it.
    pub fn offer(&self, frame: &Framed) -> Offer {
        let mut state = self.state();
        if state.is_closed {
            return Offer::Closed;
        }
        if !state.waiting.is_empty() {
            if state.waiting.len() >= QUEUE_MAX {
                return Offer::Full;
            }
            state.push(frame, 0);
            return Offer::Taken;
        }
        let written = match self.write_now(frame) {
            Ok(written) => written,
            Err(error) if is_blocked(&error) => 0,
            Err(_) => {
                state.close();
                return Offer::Closed;
            }
        };
        if written < frame.head.len() + frame.body.len() {
            state.is_cut = written > 0;
            state.push(frame, written);
            if let Some(waker) = state.waker.take() {
                waker.wake();
            }
        }
        Offer::Taken
    }

    fn write_now(&self, frame: &Framed) -> io::Result<usize> {
        if frame.body.is_empty() {
            return match &self.io {
                Io::Tcp(stream) => send(stream.as_fd(), &frame.head),
                Io::Unix(stream) => send(stream.as_fd(), &frame.head),
                Io::Other(_) => Ok(0),
            };
        }
        self.write_parts(&[IoSlice::new(&frame.head), IoSlice::new(&frame.body)])
    }

    fn write_parts(&self, parts: &[IoSlice<'_>]) -> io::Result<usize> {
        match &self.io {
            Io::Tcp(stream) => stream.try_write_vectored(parts),
            Io::Unix(stream) => stream.try_write_vectored(parts),
            Io::Other(_) => Ok(0),
        }
    }

    /// Writes what waits; ready when nothing does. For the socket's task, which is woken when more comes to wait.
    pub(super) fn poll_flush(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut state = self.state();
        if !state.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
            state.waker = Some(context.waker().clone());
        }
        if state.waiting.is_empty() {
            return self.poll_flush_stream(context);
        }
        while !state.waiting.is_empty() {
            let written = match ready!(self.poll_write(&state.waiting, context)) {
                Ok(0) => Err(io::ErrorKind::WriteZero.into()),
                other => other,
            };
            match written {
                Ok(written) => state.took(written),
                Err(error) => {
                    state.close();
                    self.drained.notify_waiters();
                    return Poll::Ready(Err(error));
                }
            }
        }
        // Mostly nothing waits: the memory goes back.
        state.waiting = VecDeque::new();
        drop(state);
        self.drained.notify_waiters();
        self.poll_flush_stream(context)
    }

    /// What a stream under TLS still holds in its own buffers.
    fn poll_flush_stream(&self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Io::Other(stream) = &self.io else { return Poll::Ready(Ok(())) };
        let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *stream).poll_flush(context)
    }

    fn poll_write(&self, waiting: &VecDeque<Part>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let mut parts = [IoSlice::new(&[]); PARTS_MAX];
        let count = waiting.len().min(PARTS_MAX);
        for (slice, part) in parts.iter_mut().zip(waiting) {
            *slice = IoSlice::new(&part.bytes);
        }
        loop {
            match &self.io {
                Io::Tcp(stream) => ready!(stream.poll_write_ready(context))?,
                Io::Unix(stream) => ready!(stream.poll_write_ready(context))?,
                Io::Other(stream) => {
                    let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                    return Pin::new(&mut *stream).poll_write_vectored(context, &parts[..count]);
                }
            }
            match self.write_parts(&parts[..count]) {
                Err(error) if is_blocked(&error) => {}
                result => return Poll::Ready(result),
            }
        }
    }

    /// Reads what is there.
    pub(super) fn poll_read(&self, context: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        loop {
            let read = match &self.io {
                Io::Tcp(stream) => {
                    ready!(stream.poll_read_ready(context))?;
                    stream.try_read(into)
                }
                Io::Unix(stream) => {
                    ready!(stream.poll_read_ready(context))?;
                    stream.try_read(into)
                }
                Io::Other(stream) => {
                    let mut stream = stream.lock().unwrap_or_else(PoisonError::into_inner);
                    let mut buffer = ReadBuf::new(into);
                    ready!(Pin::new(&mut *stream).poll_read(context, &mut buffer))?;
                    Ok(buffer.filled().len())
                }
            };
            match read {
                Err(error) if is_blocked(&error) => {}
                result => return Poll::Ready(result),
            }
        }
    }

    /// How much progress there was, and whether something waits.
    pub(super) fn progress(&self) -> (u64, bool) {
        let state = self.state();
        (state.progress, !state.waiting.is_empty())
    }

    /// Drops what waits, but for the rest of a frame that was begun, and puts a last frame behind it.
    pub(super) fn finish(&self, last: &Framed) {
        let mut state = self.state();
        if state.is_closed {
            return;
        }
        let end = state.waiting.iter().position(|part| part.ends_frame).map_or(0, |end| end + 1);
        let kept = if state.is_cut { end } else { 0 };
        state.waiting.truncate(kept);
        state.push(last, 0);
    }

    /// Takes nothing any more.
    pub(super) fn close(&self) {
        self.state().close();
        self.drained.notify_waiters();
    }

    /// Returns once nothing waits, or the socket is gone.
    pub async fn drained(&self) {
        loop {
            let drained = self.drained.notified();
            {
                let state = self.state();
                if state.waiting.is_empty() || state.is_closed {
                    return;
                }
            }
            drained.await;
        }
    }
}

impl State {
    /// A frame without the bytes that were written already.
    fn push(&mut self, frame: &Framed, written: usize) {
        let head = frame.head.slice(written.min(frame.head.len())..);
        let body = frame.body.slice(written.saturating_sub(frame.head.len())..);
        if !head.is_empty() {
            self.waiting.push_back(Part { bytes: head, ends_frame: body.is_empty() });
        }
        if !body.is_empty() {
            self.waiting.push_back(Part { bytes: body, ends_frame: true });
        }
    }

    fn took(&mut self, mut written: usize) {
        self.progress += 1;
        while let Some(front) = self.waiting.front_mut() {
            if written < front.bytes.len() {
                front.bytes.advance(written);
                self.is_cut |= written > 0;
                return;
            }
            written -= front.bytes.len();
            self.is_cut = !front.ends_frame;
            self.waiting.pop_front();
        }
    }

    fn close(&mut self) {
        self.is_closed = true;
        self.waiting = VecDeque::new();
    }
}

/// Not by way of the runtime, which would look up first what it knows of the socket: nothing waits here, so the socket had
/// room when it was last written to. If it has none now, the socket's task learns that by its own write.
fn send(socket: BorrowedFd<'_>, bytes: &[u8]) -> io::Result<usize> {
    Ok(rustix::net::send(socket, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL)?)
}

fn is_blocked(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted)
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn frame(number: u8) -> Framed {
        // Large enough for two parts each.
        Framed::binary(vec![number; 100_000].into())
    }

    fn bytes(frame: &Framed) -> Vec<u8> {
        [frame.head.clone(), frame.body.clone()].concat()
    }

    /// An outbox whose socket takes nothing more, and the frames that were taken.
    fn full() -> (Outbox, UnixStream, Vec<Framed>) {
        let (ours, theirs) = UnixStream::pair().expect("a pair");
        let outbox = Outbox::new(Io::Unix(ours));
        let mut taken = Vec::new();
        loop {
            let next = frame(taken.len() as u8);
            match outbox.offer(&next) {
                Offer::Taken => taken.push(next),
                Offer::Full => return (outbox, theirs, taken),
                Offer::Closed => panic!("closed"),
            }
        }
    }

    async fn arrives(outbox: &Outbox, theirs: &mut UnixStream, wanted: &[u8]) {
        let mut held = vec![0; wanted.len()];
        let flush = poll_fn(|context| outbox.poll_flush(context));
        let (read, flushed) = tokio::join!(theirs.read_exact(&mut held), flush);
        read.expect("as many bytes");
        flushed.expect("written");
        assert!(held == wanted, "whole and in order");
    }

    #[tokio::test]
    async fn frames_leave_whole_and_in_order_past_a_full_socket() {
        let (outbox, mut theirs, taken) = full();
        assert!(taken.len() > QUEUE_MAX / 2, "as many as there is room for");
        let wanted: Vec<u8> = taken.iter().flat_map(bytes).collect();
        arrives(&outbox, &mut theirs, &wanted).await;
        outbox.drained().await;
        assert_eq!(outbox.offer(&Framed::ping()), Offer::Taken, "and there is room again");
        arrives(&outbox, &mut theirs, &bytes(&Framed::ping())).await;
    }

    #[tokio::test]
    async fn the_last_frame_follows_the_one_that_was_begun() {
        let (outbox, mut theirs, taken) = full();
        let last = Framed::close(4401, "over");
        outbox.finish(&last);
        let (outbox, end) = (&outbox, bytes(&last));
        let sent = async {
            poll_fn(|context| outbox.poll_flush(context)).await.expect("written");
            outbox.close();
        };
        let mut held = Vec::new();
        let mut chunk = [0; 65_536];
        let read = async {
            while !held.ends_with(&end) {
                let count = theirs.read(&mut chunk).await.expect("bytes");
                held.extend_from_slice(&chunk[..count]);
            }
        };
        tokio::join!(sent, read);
        held.truncate(held.len() - end.len());
        let whole: Vec<u8> = taken.iter().flat_map(bytes).collect();
        assert!(whole.starts_with(&held), "nothing in between");
        assert_eq!(held.len() % bytes(&taken[0]).len(), 0, "and no frame cut");
        assert_eq!(outbox.offer(&last), Offer::Closed);
    }
}
