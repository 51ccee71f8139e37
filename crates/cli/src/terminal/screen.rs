//! Output on its way to this machine's standard output and error, in order and with a limit.

use std::collections::VecDeque;
use std::io;

use bytes::{Buf, Bytes};
use tokio::io::{AsyncWrite, AsyncWriteExt, Stderr, Stdout};

use super::frames::OutputStream;

/// Output kept while whoever reads ours is slow; beyond it the connection is not read, so that the holder slows
/// the process down.
const PENDING_MAX: usize = 256 * 1024;

/// The queue and the two outputs.
pub struct Screen<O = Stdout, E = Stderr> {
    out: O,
    err: E,
    pending: VecDeque<(OutputStream, Bytes)>,
    pending_len: usize,
    last: OutputStream,
    dirty: bool,
}

impl Screen {
    /// On this process's own outputs.
    pub fn standard() -> Self {
        Self::new(tokio::io::stdout(), tokio::io::stderr())
    }
}

impl<O: AsyncWrite + Unpin, E: AsyncWrite + Unpin> Screen<O, E> {
    /// On any two outputs.
    pub fn new(out: O, err: E) -> Self {
        Self { out, err, pending: VecDeque::new(), pending_len: 0, last: OutputStream::Out, dirty: false }
    }

    /// Queues output.
    pub fn push(&mut self, stream: OutputStream, bytes: Bytes) {
        self.pending_len += bytes.len();
        self.pending.push_back((stream, bytes));
    }

    /// Whether more should be read from the session.
    pub fn has_room(&self) -> bool {
        self.pending_len < PENDING_MAX
    }

    /// Whether [`Screen::pump`] has something to do.
    pub fn has_work(&self) -> bool {
        self.dirty || !self.pending.is_empty()
    }

    /// Writes a piece. Nothing is lost or repeated if the future is dropped.
    pub async fn pump(&mut self) -> io::Result<()> {
        let Some((stream, bytes)) = self.pending.front_mut() else {
            return self.flush().await;
        };
        let stream = *stream;
        if stream != self.last {
            // Both may be the same terminal: what came first must show first.
            match self.last {
                OutputStream::Out => self.out.flush().await?,
                OutputStream::Err => self.err.flush().await?,
            }
            self.last = stream;
        }
        self.dirty = true;
        let written = match stream {
            OutputStream::Out => self.out.write(bytes).await?,
            OutputStream::Err => self.err.write(bytes).await?,
        };
        if written == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        bytes.advance(written);
        if bytes.is_empty() {
            self.pending.pop_front();
        }
        self.pending_len -= written;
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.out.flush().await?;
        self.err.flush().await?;
        self.dirty = false;
        Ok(())
    }

    /// Writes all there is.
    pub async fn finish(&mut self) -> io::Result<()> {
        while self.has_work() {
            self.pump().await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_streams_are_kept_apart_and_the_queue_says_when_it_is_full() {
        let mut screen = Screen::new(Vec::new(), Vec::new());
        screen.push(OutputStream::Out, Bytes::from_static(b"one "));
        screen.push(OutputStream::Err, Bytes::from_static(b"oops"));
        screen.push(OutputStream::Out, Bytes::from(vec![b'x'; PENDING_MAX]));
        assert!(!screen.has_room());
        screen.finish().await.expect("write");
        assert!(screen.has_room() && !screen.has_work());
        assert_eq!(screen.err, b"oops");
        assert_eq!(screen.out.len(), 4 + PENDING_MAX);
    }
}
