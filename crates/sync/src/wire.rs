//! Frames of the y-websocket protocol: one message in each, read without copying, bounded before anything is allocated.
//!
//! | number | message | direction |
//! |---|---|---|
//! | 0 | sync: step 1 (0), step 2 (1), update (2) | both |
//! | 1 | awareness | both |
//! | 2 | auth: token (0) and its text | to the server; y-protocols leaves the direction unused |
//! | 2 | auth: permission denied (0) and why; authenticated (2) and `read-write` or `readonly` | to clients |
//! | 3 | query awareness | to the server |
//! | 100 | saved: how many of this connection's updates are on disk | to clients that asked with `?saved=1` |

use bytes::{BufMut as _, Bytes, BytesMut};

const SYNC: u8 = 0;
const AWARENESS: u8 = 1;
/// Of auth messages.
pub const AUTH: u8 = 2;
const QUERY_AWARENESS: u8 = 3;
/// Our extension: `[100][varint n]`, where n counts the connection's sync step 2 and update messages that are on disk.
pub const SAVED: u8 = 100;

const AUTHENTICATED: u8 = 2;

const STEP_1: u8 = 0;
const STEP_2: u8 = 1;
const UPDATE: u8 = 2;

/// A message from a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// What the client has.
    Step1(Bytes),
    /// What the server lacked.
    Step2(Bytes),
    /// A change.
    Update(Bytes),
    /// Cursors and names.
    Awareness(Bytes),
    /// Asks for everybody's awareness.
    QueryAwareness,
    /// Who the client is: a token or ticket.
    Token(Bytes),
    /// A message of an extension that we don't speak; clients of other servers send such.
    Unknown(u64),
}

/// Why bytes are not what they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Ends in the middle.
    #[error("the frame ends inside a field")]
    Truncated,
    /// A number beyond its range.
    #[error("a number in the frame is out of range")]
    Number,
    /// More follows.
    #[error("the frame holds more than one message")]
    Trailing,
    /// Too many parts.
    #[error("the frame claims more entries than it may hold")]
    TooMany,
}

/// Reads fields off the front.
#[derive(Debug)]
pub struct Reader(Bytes);

impl Reader {
    /// Over these bytes.
    pub const fn new(bytes: Bytes) -> Self {
        Self(bytes)
    }

    /// An unsigned number in groups of seven bits, at most 53 bits of it as in JavaScript.
    pub fn number(&mut self) -> Result<u64, WireError> {
        let mut value = 0_u64;
        for (index, byte) in self.0.iter().enumerate().take(8) {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte & 0x80 == 0 {
                if value >= 1 << 53 {
                    return Err(WireError::Number);
                }
                let _ = self.0.split_to(index + 1);
                return Ok(value);
            }
        }
        Err(if self.0.len() >= 8 { WireError::Number } else { WireError::Truncated })
    }

    /// Bytes after their length. Shares the frame's memory.
    pub fn bytes(&mut self) -> Result<Bytes, WireError> {
        let length = usize::try_from(self.number()?).map_err(|_| WireError::Number)?;
        if length > self.0.len() {
            return Err(WireError::Truncated);
        }
        Ok(self.0.split_to(length))
    }

    /// All that is left.
    pub fn rest(&self) -> Bytes {
        self.0.clone()
    }

    /// Nothing may be left.
    pub fn end(&self) -> Result<(), WireError> {
        if self.0.is_empty() { Ok(()) } else { Err(WireError::Trailing) }
    }
}

/// Appends a number as [`Reader::number`] reads it.
pub fn put_number(out: &mut BytesMut, mut value: u64) {
    while value >= 0x80 {
        out.put_u8(0x80 | (value & 0x7f) as u8);
        value >>= 7;
    }
    out.put_u8(value as u8);
}

/// Appends bytes after their length.
pub fn put_bytes(out: &mut BytesMut, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.put_slice(bytes);
}

/// Reads a frame.
pub fn read(frame: Bytes) -> Result<Message, WireError> {
    let mut reader = Reader::new(frame);
    let message = match reader.number()? {
        0 => match reader.number()? {
            0 => Message::Step1(reader.bytes()?),
            1 => Message::Step2(reader.bytes()?),
            2 => Message::Update(reader.bytes()?),
            _ => return Err(WireError::Number),
        },
        1 => Message::Awareness(reader.bytes()?),
        2 => match reader.number()? {
            // What follows the token is the client's version.
            0 => return Ok(Message::Token(reader.bytes()?)),
            _ => return Err(WireError::Number),
        },
        number if number == u64::from(QUERY_AWARENESS) => Message::QueryAwareness,
        other => return Ok(Message::Unknown(other)),
    };
    reader.end()?;
    Ok(message)
}

fn framed(head: &[u8], body: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(head.len() + 8 + body.len());
    out.put_slice(head);
    put_bytes(&mut out, body);
    out.freeze()
}

/// What the sender has.
pub fn step1(state_vector: &[u8]) -> Bytes {
    framed(&[SYNC, STEP_1], state_vector)
}

/// What the receiver lacks.
pub fn step2(update: &[u8]) -> Bytes {
    framed(&[SYNC, STEP_2], update)
}

/// A change.
pub fn update(update: &[u8]) -> Bytes {
    framed(&[SYNC, UPDATE], update)
}

/// Awareness entries, already encoded.
pub fn awareness(entries: &[u8]) -> Bytes {
    framed(&[AWARENESS], entries)
}

/// The client may not do what it tried.
pub fn denied(reason: &str) -> Bytes {
    framed(&[AUTH, 0], reason.as_bytes())
}

/// The token was accepted.
pub fn authenticated(writes: bool) -> Bytes {
    framed(&[AUTH, AUTHENTICATED], if writes { b"read-write" } else { b"readonly" })
}

/// Who the sender is, as clients say it.
pub fn token(token: &str) -> Bytes {
    framed(&[AUTH, 0], token.as_bytes())
}

/// So many of the connection's updates are on disk.
pub fn saved(count: u64) -> Bytes {
    let mut out = BytesMut::with_capacity(10);
    out.put_u8(SAVED);
    put_number(&mut out, count);
    out.freeze()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for size in [0, 1, 127, 128, 70_000] {
            let body = vec![7; size];
            assert_eq!(read(step1(&body)), Ok(Message::Step1(body.clone().into())));
            assert_eq!(read(step2(&body)), Ok(Message::Step2(body.clone().into())));
            assert_eq!(read(update(&body)), Ok(Message::Update(body.clone().into())));
            assert_eq!(read(awareness(&body)), Ok(Message::Awareness(body.into())));
        }
        assert_eq!(read(saved(300)), Ok(Message::Unknown(100)));
        assert_eq!(read(token("a.b.c")), Ok(Message::Token(Bytes::from_static(b"a.b.c"))));
    }

    #[test]
    fn hostile_frames_are_refused() {
        let two = [step1(&[0]), step1(&[0])].concat();
        assert_eq!(read(two.into()), Err(WireError::Trailing));
        for bad in [&[][..], &[0], &[0, 0], &[0, 9, 0], &[0, 2, 5, 1], &[0, 2, 0xff, 0xff, 0xff, 0xff, 0x0f]]
        {
            assert!(read(Bytes::copy_from_slice(bad)).is_err(), "{bad:?}");
        }
        assert_eq!(read(Bytes::from_static(&[0xff; 12])), Err(WireError::Number));
    }
}
