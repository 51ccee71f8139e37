//! The frames of a terminal: one binary websocket message each, or on a holder's socket each behind a u32 length.
//!
//! Kinds below `0x20` and not listed as private travel between the user and the holder; the relay lets nothing else
//! through. Private kinds are spoken between the agent and its holders only. Integers are big-endian.

use std::io::{self, Read, Write};

/// The most input in one frame, as the contract says.
pub const INPUT_MAX: usize = 64 * 1024;
/// The most output put into one frame: the size the holder reads at once.
pub const OUTPUT_MAX: usize = 64 * 1024;
/// The longest frame of any kind: input or output, with its header.
pub const FRAME_MAX: usize = 64 * 1024 + 16;
/// The longest name a client gives itself.
pub const CLIENT_MAX: usize = 64;

const OUTPUT: u8 = 0x00;
const EXIT: u8 = 0x01;
const GAP: u8 = 0x02;
const ATTACHED: u8 = 0x03;
const ACCEPTED: u8 = 0x04;
/// Private: the holder tells the relay that the client broke the rules.
const REFUSED: u8 = 0x7e;
/// Private: what a watching agent is told first.
const INFO: u8 = 0x7f;

const INPUT: u8 = 0x10;
const RESIZE: u8 = 0x11;
const SIGNAL: u8 = 0x12;
const END_OF_INPUT: u8 = 0x13;
/// Private: first frame of a relayed client.
const ATTACH: u8 = 0x70;
/// Private: first frame of an agent that only wants to know about the process.
const WATCH: u8 = 0x71;
/// Private: end the processes, then the holder.
const CLOSE: u8 = 0x72;

/// Which of a process's outputs bytes came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The terminal, or standard output on pipes.
    Out,
    /// Standard error on pipes.
    Err,
}

/// What a holder says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromHolder<'a> {
    /// Output; `seq` counts all output bytes before it.
    Output { seq: u64, stream: Stream, bytes: &'a [u8] },
    /// The process ended, after the last output.
    Exit { code: i32 },
    /// These bytes are no longer held.
    Gap { from: u64, to: u64 },
    /// First on every attachment.
    Attached { oldest: u64, next: u64, input: u64, running: bool },
    /// Input of this client was written up to here.
    Accepted { offset: u64 },
    /// Private: why the client is cut off.
    Refused { reason: &'a str },
    /// Private: the state, for a watching agent.
    Info { running: bool, code: i32 },
}

/// What a client (or the agent) says to a holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ToHolder<'a> {
    /// Input starting at `offset` of this client's stream.
    Input { offset: u64, bytes: &'a [u8] },
    /// The client's window changed.
    Resize { cols: u16, rows: u16 },
    /// A signal for the process group.
    Signal { signo: u8 },
    /// No more input.
    EndOfInput,
    /// Private: attach as this client, output from `since` on.
    Attach { since: u64, client: &'a str },
    /// Private: tell me the state now and when it changes.
    Watch,
    /// Private: end everything.
    Close,
}

/// Why bytes are not a frame.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Nothing in it.
    #[error("an empty frame; the first byte must say its kind")]
    Empty,
    /// The kind is not known on this side.
    #[error("frame kind 0x{0:02x} is not known here")]
    Kind(u8),
    /// Too short or too long for its kind.
    #[error("frame kind 0x{kind:02x} with {len} bytes has the wrong length")]
    Length { kind: u8, len: usize },
    /// More input than one frame may carry.
    #[error("input of {0} bytes; send at most {INPUT_MAX} in one frame")]
    InputTooLong(usize),
    /// A field holds what it may not.
    #[error("frame kind 0x{kind:02x}: {what}")]
    Field { kind: u8, what: &'static str },
}

fn split<const N: usize>(kind: u8, body: &[u8]) -> Result<([u8; N], &[u8]), FrameError> {
    match body.split_first_chunk::<N>() {
        Some((head, rest)) => Ok((*head, rest)),
        None => Err(FrameError::Length { kind, len: body.len() + 1 }),
    }
}

fn exact<const N: usize>(kind: u8, body: &[u8]) -> Result<[u8; N], FrameError> {
    body.try_into().map_err(|_| FrameError::Length { kind, len: body.len() + 1 })
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    let mut word = [0; 8];
    word.copy_from_slice(&bytes[at..at + 8]);
    u64::from_be_bytes(word)
}

/// A client's name as the contract allows it.
pub fn client_is_valid(client: &str) -> bool {
    (1..=CLIENT_MAX).contains(&client.len())
        && client.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

impl ToHolder<'_> {
    /// Reads a frame, private kinds included.
    pub fn decode(frame: &[u8]) -> Result<ToHolder<'_>, FrameError> {
        let (&kind, body) = frame.split_first().ok_or(FrameError::Empty)?;
        match kind {
            INPUT => {
                let (offset, bytes) = split::<8>(kind, body)?;
                if bytes.len() > INPUT_MAX {
                    return Err(FrameError::InputTooLong(bytes.len()));
                }
                Ok(ToHolder::Input { offset: u64::from_be_bytes(offset), bytes })
            }
            RESIZE => {
                let [a, b, c, d] = exact::<4>(kind, body)?;
                let (cols, rows) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
                if cols == 0 || rows == 0 {
                    return Err(FrameError::Field { kind, what: "columns and rows must be at least 1" });
                }
                Ok(ToHolder::Resize { cols, rows })
            }
            SIGNAL => match exact::<1>(kind, body)? {
                [signo @ 1..=31] => Ok(ToHolder::Signal { signo }),
                _ => Err(FrameError::Field { kind, what: "the signal must be 1 to 31" }),
            },
            END_OF_INPUT => exact::<0>(kind, body).map(|_| ToHolder::EndOfInput),
            ATTACH => {
                let (since, client) = split::<8>(kind, body)?;
                match std::str::from_utf8(client) {
                    Ok(client) if client_is_valid(client) => {
                        Ok(ToHolder::Attach { since: u64::from_be_bytes(since), client })
                    }
                    _ => Err(FrameError::Field { kind, what: "the client must be 1 to 64 of A-Za-z0-9_-" }),
                }
            }
            WATCH => exact::<0>(kind, body).map(|_| ToHolder::Watch),
            CLOSE => exact::<0>(kind, body).map(|_| ToHolder::Close),
            other => Err(FrameError::Kind(other)),
        }
    }

    /// Reads a frame that a user sent: private kinds are unknown.
    pub fn decode_public(frame: &[u8]) -> Result<ToHolder<'_>, FrameError> {
        match Self::decode(frame)? {
            ToHolder::Attach { .. } | ToHolder::Watch | ToHolder::Close => Err(FrameError::Kind(frame[0])),
            public => Ok(public),
        }
    }

    /// Appends the frame without its length.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            ToHolder::Input { offset, bytes } => {
                out.push(INPUT);
                out.extend_from_slice(&offset.to_be_bytes());
                out.extend_from_slice(bytes);
            }
            ToHolder::Resize { cols, rows } => {
                out.push(RESIZE);
                out.extend_from_slice(&cols.to_be_bytes());
                out.extend_from_slice(&rows.to_be_bytes());
            }
            ToHolder::Signal { signo } => out.extend_from_slice(&[SIGNAL, *signo]),
            ToHolder::EndOfInput => out.push(END_OF_INPUT),
            ToHolder::Attach { since, client } => {
                out.push(ATTACH);
                out.extend_from_slice(&since.to_be_bytes());
                out.extend_from_slice(client.as_bytes());
            }
            ToHolder::Watch => out.push(WATCH),
            ToHolder::Close => out.push(CLOSE),
        }
    }
}

impl FromHolder<'_> {
    /// Reads a frame, private kinds included.
    pub fn decode(frame: &[u8]) -> Result<FromHolder<'_>, FrameError> {
        let (&kind, body) = frame.split_first().ok_or(FrameError::Empty)?;
        match kind {
            OUTPUT => {
                let (head, bytes) = split::<9>(kind, body)?;
                let stream = match head[8] {
                    1 => Stream::Out,
                    2 => Stream::Err,
                    _ => return Err(FrameError::Field { kind, what: "the stream must be 1 or 2" }),
                };
                Ok(FromHolder::Output { seq: u64_at(&head, 0), stream, bytes })
            }
            EXIT => exact::<4>(kind, body).map(|code| FromHolder::Exit { code: i32::from_be_bytes(code) }),
            GAP => {
                exact::<16>(kind, body).map(|b| FromHolder::Gap { from: u64_at(&b, 0), to: u64_at(&b, 8) })
            }
            ATTACHED => exact::<25>(kind, body).map(|b| FromHolder::Attached {
                oldest: u64_at(&b, 0),
                next: u64_at(&b, 8),
                input: u64_at(&b, 16),
                running: b[24] != 0,
            }),
            ACCEPTED => {
                exact::<8>(kind, body).map(|b| FromHolder::Accepted { offset: u64::from_be_bytes(b) })
            }
            REFUSED => match std::str::from_utf8(body) {
                Ok(reason) => Ok(FromHolder::Refused { reason }),
                Err(_) => Err(FrameError::Field { kind, what: "the reason must be UTF-8" }),
            },
            INFO => exact::<5>(kind, body).map(|b| FromHolder::Info {
                running: b[0] != 0,
                code: i32::from_be_bytes([b[1], b[2], b[3], b[4]]),
            }),
            other => Err(FrameError::Kind(other)),
        }
    }

    /// Appends the frame without its length.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            FromHolder::Output { seq, stream, bytes } => {
                out.push(OUTPUT);
                out.extend_from_slice(&seq.to_be_bytes());
                out.push(match stream {
                    Stream::Out => 1,
                    Stream::Err => 2,
                });
                out.extend_from_slice(bytes);
            }
            FromHolder::Exit { code } => {
                out.push(EXIT);
                out.extend_from_slice(&code.to_be_bytes());
            }
            FromHolder::Gap { from, to } => {
                out.push(GAP);
                out.extend_from_slice(&from.to_be_bytes());
                out.extend_from_slice(&to.to_be_bytes());
            }
            FromHolder::Attached { oldest, next, input, running } => {
                out.push(ATTACHED);
                for word in [oldest, next, input] {
                    out.extend_from_slice(&word.to_be_bytes());
                }
                out.push(u8::from(*running));
            }
            FromHolder::Accepted { offset } => {
                out.push(ACCEPTED);
                out.extend_from_slice(&offset.to_be_bytes());
            }
            FromHolder::Refused { reason } => {
                out.push(REFUSED);
                out.extend_from_slice(reason.as_bytes());
            }
            FromHolder::Info { running, code } => {
                out.push(INFO);
                out.push(u8::from(*running));
                out.extend_from_slice(&code.to_be_bytes());
            }
        }
    }
}

/// Appends a frame behind its length, as on a holder's socket.
pub fn put(out: &mut Vec<u8>, encode: impl FnOnce(&mut Vec<u8>)) {
    let start = out.len();
    out.extend_from_slice(&[0; 4]);
    encode(out);
    // A frame is at most FRAME_MAX long, far below 4 GiB.
    let len = u32::try_from(out.len() - start - 4).unwrap_or(u32::MAX);
    out[start..start + 4].copy_from_slice(&len.to_be_bytes());
}

/// The length that four bytes announce, refused before anything is allocated for it.
pub fn announced(prefix: [u8; 4]) -> io::Result<usize> {
    match u32::from_be_bytes(prefix) as usize {
        len if len <= FRAME_MAX => Ok(len),
        len => Err(io::Error::other(format!("a frame of {len} bytes; at most {FRAME_MAX} are allowed"))),
    }
}

/// Writes one whole frame on a blocking stream.
pub fn write_to(stream: &mut impl Write, frame: &ToHolder<'_>) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(32);
    put(&mut bytes, |out| frame.encode(out));
    stream.write_all(&bytes)
}

/// Reads one whole frame from a blocking stream.
pub fn read_from(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut prefix = [0; 4];
    stream.read_exact(&mut prefix)?;
    let mut frame = vec![0; announced(prefix)?];
    stream.read_exact(&mut frame)?;
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_decode_or_are_refused_and_what_decodes_encodes_back(frame in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(decoded) = ToHolder::decode(&frame) {
                let mut out = Vec::new();
                decoded.encode(&mut out);
                prop_assert_eq!(&out, &frame);
            }
            if let Ok(decoded) = FromHolder::decode(&frame) {
                let mut out = Vec::new();
                decoded.encode(&mut out);
                prop_assert_eq!(FromHolder::decode(&out), Ok(decoded));
            }
        }

        #[test]
        fn every_known_kind_round_trips(kind in 0x10u8..0x14, tail in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut frame = vec![kind];
            frame.extend(tail);
            if let Ok(decoded) = ToHolder::decode_public(&frame) {
                let mut framed = Vec::new();
                put(&mut framed, |out| decoded.encode(out));
                prop_assert_eq!(read_from(&mut framed.as_slice()).unwrap(), frame);
            }
        }

        #[test]
        fn output_round_trips(seq in any::<u64>(), err in any::<bool>(), bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let frame = FromHolder::Output { seq, stream: if err { Stream::Err } else { Stream::Out }, bytes: &bytes };
            let mut out = Vec::new();
            frame.encode(&mut out);
            prop_assert_eq!(FromHolder::decode(&out), Ok(frame.clone()));
        }
    }

    #[test]
    fn a_user_cannot_send_what_only_the_agent_may() {
        for frame in [ToHolder::Attach { since: 0, client: "x" }, ToHolder::Watch, ToHolder::Close] {
            let mut out = Vec::new();
            frame.encode(&mut out);
            assert_eq!(ToHolder::decode_public(&out), Err(FrameError::Kind(out[0])));
        }
    }

    #[test]
    fn limits_are_kept() {
        let mut long = vec![INPUT];
        long.extend_from_slice(&[0; 8]);
        long.resize(9 + INPUT_MAX + 1, 0);
        assert_eq!(ToHolder::decode(&long), Err(FrameError::InputTooLong(INPUT_MAX + 1)));
        assert!(ToHolder::decode(&[SIGNAL, 0]).is_err());
        assert!(ToHolder::decode(&[SIGNAL, 32]).is_err());
        assert!(ToHolder::decode(&[RESIZE, 0, 0, 0, 1]).is_err());
        assert!(announced(u32::MAX.to_be_bytes()).is_err());
    }
}
