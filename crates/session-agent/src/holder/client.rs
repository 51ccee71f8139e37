//! One connection to a holder: a relayed user, or an agent that watches.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;

use crate::frame::{self, FromHolder, OUTPUT_MAX};

use super::ring::Ring;

/// Small answers (accepted, info) pile up only if the peer never reads; then it is cut off.
const OUT_MAX: usize = 256 * 1024;

/// What the connection is for.
#[derive(Debug)]
pub(super) enum Role {
    /// Nothing was said yet.
    New,
    /// A user: gets output from `cursor` on.
    Attached { name: String, cursor: u64 },
    /// An agent: gets the state and the exit.
    Watching,
    /// Gets nothing more; dropped once what is left is written.
    Ending,
}

#[derive(Debug)]
pub(super) struct Client {
    pub(super) stream: UnixStream,
    pub(super) role: Role,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
    written: usize,
    pub(super) gone: bool,
}

impl Client {
    pub(super) fn new(stream: UnixStream) -> io::Result<Self> {
        stream.set_nonblocking(true)?;
        Ok(Self {
            stream,
            role: Role::New,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            written: 0,
            gone: false,
        })
    }

    pub(super) fn send(&mut self, frame: &FromHolder<'_>) {
        if self.outgoing.len() - self.written > OUT_MAX {
            self.gone = true;
            return;
        }
        frame::put(&mut self.outgoing, |out| frame.encode(out));
    }

    /// Bytes this client has not been sent yet; `None` if it takes no output.
    pub(super) fn backlog(&self, ring: &Ring) -> Option<u64> {
        match self.role {
            Role::Attached { cursor, .. } => {
                Some(ring.next().saturating_sub(cursor) + (self.outgoing.len() - self.written) as u64)
            }
            _ => None,
        }
    }

    pub(super) fn wants_to_write(&self) -> bool {
        self.written < self.outgoing.len()
    }

    /// Writes what the peer takes, feeding from the ring; at its end the exit, if there is one.
    pub(super) fn pump(&mut self, ring: &Ring, exit: Option<i32>) {
        loop {
            if !self.flush() || self.gone {
                return;
            }
            if !self.refill(ring, exit) {
                break;
            }
        }
        if matches!(self.role, Role::Ending) {
            self.gone = true;
        }
    }

    /// Says whether everything queued is written.
    fn flush(&mut self) -> bool {
        while self.written < self.outgoing.len() {
            match self.stream.write(&self.outgoing[self.written..]) {
                Ok(0) => self.gone = true,
                Ok(count) => self.written += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return false,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => self.gone = true,
            }
            if self.gone {
                return false;
            }
        }
        self.outgoing.clear();
        self.written = 0;
        true
    }

    /// Queues the next piece of output, a gap or the exit; says whether there was any.
    fn refill(&mut self, ring: &Ring, exit: Option<i32>) -> bool {
        let frame = match &mut self.role {
            Role::Attached { cursor, .. } => {
                if *cursor < ring.oldest() {
                    let from = std::mem::replace(cursor, ring.oldest());
                    FromHolder::Gap { from, to: ring.oldest() }
                } else if let Some((stream, bytes)) = ring.slice(*cursor, OUTPUT_MAX) {
                    let seq = *cursor;
                    *cursor += bytes.len() as u64;
                    FromHolder::Output { seq, stream, bytes }
                } else if let Some(code) = exit {
                    self.role = Role::Ending;
                    FromHolder::Exit { code }
                } else {
                    return false;
                }
            }
            Role::Watching => match exit {
                Some(code) => {
                    // It stays connected: its end tells the agent that the holder is gone.
                    self.role = Role::New;
                    FromHolder::Exit { code }
                }
                None => return false,
            },
            Role::New | Role::Ending => return false,
        };
        frame::put(&mut self.outgoing, |out| frame.encode(out));
        true
    }

    /// Reads what has arrived, up to a fair share; says whether the peer is still there.
    pub(super) fn fill(&mut self) -> bool {
        let mut buffer = [0; 16 * 1024];
        match self.stream.read(&mut buffer) {
            Ok(0) => false,
            Ok(count) => {
                self.incoming.extend_from_slice(&buffer[..count]);
                true
            }
            Err(error) => matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted),
        }
    }

    /// Takes the next whole frame that has arrived.
    pub(super) fn next_frame(&mut self) -> io::Result<Option<Vec<u8>>> {
        let Some((prefix, rest)) = self.incoming.split_first_chunk::<4>() else { return Ok(None) };
        let len = frame::announced(*prefix)?;
        if rest.len() < len {
            return Ok(None);
        }
        let frame = rest[..len].to_vec();
        self.incoming.drain(..4 + len);
        Ok(Some(frame))
    }
}
