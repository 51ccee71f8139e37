//! One connection of the thin client: frames in, frames out, nothing kept that need not be.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

/// A message beyond this is counted, not kept.
const KEPT_MAX: usize = 256 * 1024;
/// Of those, so much is shown.
const SHOWN: usize = 64;
/// An answer to the handshake beyond this is none.
const HEAD_MAX: usize = 16 * 1024;
/// A server that has not answered the handshake by now is stuck.
const ANSWER_MAX: Duration = Duration::from_secs(30);

/// A websocket, or bare frames for the floor, which has no handshake.
#[derive(Debug)]
pub(super) struct Client {
    stream: TcpStream,
    input: Vec<u8>,
    /// Of a message too large to keep: bytes to come, its whole length, its beginning.
    passing: Option<(usize, usize, Vec<u8>)>,
    output: Vec<u8>,
    pub(super) closed: bool,
}

/// A message as it arrived.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a> {
    /// All of it, or the beginning of a large one.
    pub(super) bytes: &'a [u8],
    /// How large it is.
    pub(super) length: usize,
}

struct Head {
    opcode: u8,
    size: usize,
    length: usize,
}

fn broken(what: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

impl Client {
    /// Connects without a handshake.
    pub(super) fn bare(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self::new(stream))
    }

    /// Connects and becomes a websocket.
    pub(super) fn connect(address: SocketAddr, path: &str, token: Option<&str>) -> io::Result<Self> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_MAX))?;
        let bearer = token.map_or_else(String::new, |token| format!("Authorization: Bearer {token}\r\n"));
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{bearer}\r\n",
            address.port()
        );
        stream.write_all(request.as_bytes())?;
        let head = read_head(&mut stream)?;
        if !head.starts_with(b"HTTP/1.1 101") {
            let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
            return Err(io::Error::other(format!("the server answered {}", String::from_utf8_lossy(line))));
        }
        stream.set_nonblocking(true)?;
        Ok(Self::new(stream))
    }

    fn new(stream: TcpStream) -> Self {
        Self { stream, input: Vec::new(), passing: None, output: Vec::new(), closed: false }
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Whether something waits for the socket.
    pub(super) fn waits(&self) -> bool {
        !self.output.is_empty()
    }

    /// Sends a message, or queues what the socket does not take. The mask is zero: masking must be there, not be work.
    pub(super) fn send(&mut self, message: &[u8]) -> io::Result<()> {
        let mut frame = Vec::with_capacity(message.len() + 14);
        put_head(&mut frame, 0x82, message.len(), 0x80);
        frame.extend_from_slice(&[0; 4]);
        frame.extend_from_slice(message);
        self.output.extend_from_slice(&frame);
        self.flush()
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        while !self.output.is_empty() {
            match self.stream.write(&self.output) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => drop(self.output.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads once and hands on every whole message.
    pub(super) fn read(&mut self, scratch: &mut [u8], take: &mut dyn FnMut(Message<'_>)) -> io::Result<()> {
        let count = match self.stream.read(scratch) {
            Ok(0) => {
                self.closed = true;
                return Ok(());
            }
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error),
        };
        self.digest(&scratch[..count], take)
    }

    fn digest(&mut self, bytes: &[u8], take: &mut dyn FnMut(Message<'_>)) -> io::Result<()> {
        if self.input.is_empty() {
            let used = self.frames(bytes, take)?;
            self.input.extend_from_slice(&bytes[used..]);
            return Ok(());
        }
        let mut input = std::mem::take(&mut self.input);
        input.extend_from_slice(bytes);
        let used = self.frames(&input, take)?;
        input.drain(..used);
        self.input = if input.is_empty() { Vec::new() } else { input };
        Ok(())
    }

    /// Hands on the messages in these bytes; says how many bytes that were.
    fn frames(&mut self, bytes: &[u8], take: &mut dyn FnMut(Message<'_>)) -> io::Result<usize> {
        let mut at = 0;
        loop {
            if let Some((left, length, shown)) = &mut self.passing {
                let step = (*left).min(bytes.len() - at);
                shown.extend_from_slice(&bytes[at..at + step.min(SHOWN.saturating_sub(shown.len()))]);
                at += step;
                *left -= step;
                if *left > 0 {
                    return Ok(at);
                }
                take(Message { bytes: shown, length: *length });
                self.passing = None;
            }
            let Some(head) = head(&bytes[at..])? else { return Ok(at) };
            let start = at + head.size;
            if head.length > KEPT_MAX {
                at = start;
                self.passing = Some((head.length, head.length, Vec::with_capacity(SHOWN)));
                continue;
            }
            let Some(payload) = bytes.get(start..start + head.length) else { return Ok(at) };
            at = start + head.length;
            match head.opcode {
                2 => take(Message { bytes: payload, length: payload.len() }),
                8 => self.closed = true,
                9 => self.pong(payload)?,
                _ => {}
            }
        }
    }

    fn pong(&mut self, payload: &[u8]) -> io::Result<()> {
        put_head(&mut self.output, 0x8a, payload.len(), 0x80);
        self.output.extend_from_slice(&[0; 4]);
        self.output.extend_from_slice(payload);
        self.flush()
    }
}

/// One byte after another: what follows the head is the first frame's.
fn read_head(stream: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        if stream.read(&mut byte)? == 0 || head.len() >= HEAD_MAX {
            return Err(broken("the server did not answer the handshake"));
        }
        head.push(byte[0]);
    }
    Ok(head)
}

/// A frame's head; `masked` is 0x80 for a client.
pub(super) fn put_head(out: &mut Vec<u8>, first: u8, length: usize, masked: u8) {
    out.push(first);
    match length {
        0..=125 => out.push(masked | length as u8),
        126..=0xffff => {
            out.push(masked | 126);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        _ => {
            out.push(masked | 127);
            out.extend_from_slice(&(length as u64).to_be_bytes());
        }
    }
}

fn head(bytes: &[u8]) -> io::Result<Option<Head>> {
    let [first, second, rest @ ..] = bytes else { return Ok(None) };
    if first & 0x80 == 0 || second & 0x80 != 0 {
        return Err(broken("the server sent a fragment or a masked frame"));
    }
    let (length, extra) = match (second & 0x7f, rest) {
        (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 2),
        (127, [a, b, c, d, e, f, g, h, ..]) => (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 8),
        (126 | 127, _) => return Ok(None),
        (length, _) => (u64::from(length), 0),
    };
    let length = usize::try_from(length).map_err(|_| broken("a frame is larger than memory"))?;
    Ok(Some(Head { opcode: first & 0x0f, size: 2 + extra, length }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn frames_of_every_size_arrive_however_they_are_cut() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("bind");
        let mut client = Client::bare(listener.local_addr().expect("an address")).expect("connected");
        for size in [0, 125, 126, 70_000, KEPT_MAX + 1] {
            let mut bytes = Vec::new();
            put_head(&mut bytes, 0x82, size, 0);
            bytes.resize(bytes.len() + size, 7);
            bytes.extend_from_slice(&[0x82, 1, 9]);
            for cut in [1, 5, 1_000, bytes.len()] {
                let mut lengths = Vec::new();
                for part in bytes.chunks(cut) {
                    client.digest(part, &mut |message| lengths.push(message.length)).expect("frames");
                }
                assert_eq!(lengths, [size, 1], "in parts of {cut}");
                assert!(client.input.is_empty());
            }
        }
        assert!(client.digest(&[0x02, 1, 1], &mut |_| {}).is_err(), "fragments are not expected");
    }
}
