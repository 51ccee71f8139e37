//! The frames of the terminal websocket, written and read.

use bytes::{Buf, BufMut, Bytes, BytesMut};

/// The most input bytes one frame may carry (the holder refuses more).
pub const INPUT_FRAME_MAX: usize = 64 * 1024;

/// What comes from the holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServerFrame {
    /// Output bytes; `seq` is the number of the first one, counted over both streams.
    Output {
        /// Number of the first byte.
        seq: u64,
        /// Where it belongs.
        stream: OutputStream,
        /// The bytes.
        bytes: Bytes,
    },
    /// The process ended; nothing follows.
    Exit {
        /// Its code, 128 + signal when killed.
        code: i32,
    },
    /// Output bytes that are not held any more.
    Gap {
        /// The first one lost.
        from: u64,
        /// The first one still held.
        to: u64,
    },
    /// The first frame of every connection.
    Attached(Attached),
    /// Input was written up to this offset.
    InputAccepted {
        /// The offset after the last byte written.
        offset: u64,
    },
}

/// What the holder says first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attached {
    /// The oldest output byte still held.
    pub oldest: u64,
    /// The number that the next output byte will get.
    pub next: u64,
    /// How much of this client's input has been written.
    pub accepted: u64,
    /// Whether the process still runs.
    pub running: bool,
}

/// Which of the process's outputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output, or the terminal.
    Out,
    /// Standard error (pipes only).
    Err,
}

/// What goes to the holder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientFrame {
    /// Input bytes, `offset` being the place of the first one in this client's input.
    Input {
        /// Place of the first byte.
        offset: u64,
        /// At most [`INPUT_FRAME_MAX`].
        bytes: Bytes,
    },
    /// The terminal's new size.
    Resize(Size),
    /// A signal for a process on pipes.
    Signal(u8),
    /// No more input will come.
    EndOfInput,
}

/// A terminal's size in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Width.
    pub cols: u16,
    /// Height.
    pub rows: u16,
}

/// A message that is none of the frames.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the session sent a terminal message that this command does not understand ({0}); update carrel")]
pub struct BadFrame(pub String);

impl ServerFrame {
    /// Reads one binary websocket message.
    pub fn decode(mut message: Bytes) -> Result<Self, BadFrame> {
        let whole = message.len();
        if whole == 0 {
            return Err(BadFrame("empty".into()));
        }
        let kind = message.get_u8();
        let need = |wanted: usize, exact: bool| {
            let have = whole - 1;
            let fits = if exact { have == wanted } else { have >= wanted };
            if fits { Ok(()) } else { Err(BadFrame(format!("kind {kind:#04x} with {have} bytes"))) }
        };
        match kind {
            0x00 => {
                need(9, false)?;
                let seq = message.get_u64();
                let stream = match message.get_u8() {
                    1 => OutputStream::Out,
                    2 => OutputStream::Err,
                    other => return Err(BadFrame(format!("output stream {other}"))),
                };
                if seq.checked_add(message.len() as u64).is_none() {
                    return Err(BadFrame("output beyond the last number".into()));
                }
                Ok(Self::Output { seq, stream, bytes: message })
            }
            0x01 => need(4, true).map(|()| Self::Exit { code: message.get_i32() }),
            0x02 => {
                need(16, true)?;
                Ok(Self::Gap { from: message.get_u64(), to: message.get_u64() })
            }
            0x03 => {
                need(25, true)?;
                Ok(Self::Attached(Attached {
                    oldest: message.get_u64(),
                    next: message.get_u64(),
                    accepted: message.get_u64(),
                    running: message.get_u8() != 0,
                }))
            }
            0x04 => need(8, true).map(|()| Self::InputAccepted { offset: message.get_u64() }),
            other => Err(BadFrame(format!("kind {other:#04x}"))),
        }
    }
}

impl ClientFrame {
    /// Writes one binary websocket message.
    pub fn encode(&self) -> Bytes {
        let mut out = BytesMut::with_capacity(16);
        match self {
            Self::Input { offset, bytes } => {
                out.reserve(bytes.len());
                out.put_u8(0x10);
                out.put_u64(*offset);
                out.put_slice(bytes);
            }
            Self::Resize(size) => {
                out.put_u8(0x11);
                out.put_u16(size.cols);
                out.put_u16(size.rows);
            }
            Self::Signal(signo) => {
                out.put_u8(0x12);
                out.put_u8(*signo);
            }
            Self::EndOfInput => out.put_u8(0x13),
        }
        out.freeze()
    }
}

#[cfg(test)]
pub mod testing {
    //! The other direction, which only a holder needs.
    use super::{Attached, BufMut, Bytes, BytesMut, ClientFrame, OutputStream, ServerFrame, Size};
    use bytes::Buf;

    /// Writes what a holder would.
    pub fn encode_server(frame: &ServerFrame) -> Bytes {
        let mut out = BytesMut::new();
        match frame {
            ServerFrame::Output { seq, stream, bytes } => {
                out.put_u8(0x00);
                out.put_u64(*seq);
                out.put_u8(if *stream == OutputStream::Out { 1 } else { 2 });
                out.put_slice(bytes);
            }
            ServerFrame::Exit { code } => {
                out.put_u8(0x01);
                out.put_i32(*code);
            }
            ServerFrame::Gap { from, to } => {
                out.put_u8(0x02);
                out.put_u64(*from);
                out.put_u64(*to);
            }
            ServerFrame::Attached(Attached { oldest, next, accepted, running }) => {
                out.put_u8(0x03);
                out.put_u64(*oldest);
                out.put_u64(*next);
                out.put_u64(*accepted);
                out.put_u8(u8::from(*running));
            }
            ServerFrame::InputAccepted { offset } => {
                out.put_u8(0x04);
                out.put_u64(*offset);
            }
        }
        out.freeze()
    }

    /// Reads what a holder would.
    pub fn decode_client(mut message: Bytes) -> Option<ClientFrame> {
        Some(match message.try_get_u8().ok()? {
            0x10 => ClientFrame::Input { offset: message.try_get_u64().ok()?, bytes: message },
            0x11 => {
                let cols = message.try_get_u16().ok()?;
                ClientFrame::Resize(Size { cols, rows: message.try_get_u16().ok()? })
            }
            0x12 => ClientFrame::Signal(message.try_get_u8().ok()?),
            0x13 => ClientFrame::EndOfInput,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{decode_client, encode_server};
    use super::*;
    use proptest::prelude::*;

    fn server_frame() -> impl Strategy<Value = ServerFrame> {
        let bytes = proptest::collection::vec(any::<u8>(), 0..64).prop_map(Bytes::from);
        prop_oneof![
            (0..u64::MAX / 2, any::<bool>(), bytes).prop_map(|(seq, err, bytes)| ServerFrame::Output {
                seq,
                stream: if err { OutputStream::Err } else { OutputStream::Out },
                bytes
            }),
            any::<i32>().prop_map(|code| ServerFrame::Exit { code }),
            any::<(u64, u64)>().prop_map(|(from, to)| ServerFrame::Gap { from, to }),
            any::<(u64, u64, u64, bool)>().prop_map(|(oldest, next, accepted, running)| {
                ServerFrame::Attached(Attached { oldest, next, accepted, running })
            }),
            any::<u64>().prop_map(|offset| ServerFrame::InputAccepted { offset }),
        ]
    }

    fn client_frame() -> impl Strategy<Value = ClientFrame> {
        let bytes = proptest::collection::vec(any::<u8>(), 0..64).prop_map(Bytes::from);
        prop_oneof![
            (any::<u64>(), bytes).prop_map(|(offset, bytes)| ClientFrame::Input { offset, bytes }),
            any::<(u16, u16)>().prop_map(|(cols, rows)| ClientFrame::Resize(Size { cols, rows })),
            any::<u8>().prop_map(ClientFrame::Signal),
            Just(ClientFrame::EndOfInput),
        ]
    }

    proptest! {
        #[test]
        fn what_a_holder_writes_is_read_back(frame in server_frame()) {
            prop_assert_eq!(ServerFrame::decode(encode_server(&frame)), Ok(frame));
        }

        #[test]
        fn what_a_client_writes_is_read_back(frame in client_frame()) {
            prop_assert_eq!(decode_client(frame.encode()), Some(frame));
        }

        #[test]
        fn garbage_is_an_answer_and_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = ServerFrame::decode(Bytes::from(bytes));
        }

        #[test]
        fn a_frame_cut_short_is_refused_or_shorter_output(frame in server_frame(), cut in 1_usize..8) {
            let whole = encode_server(&frame);
            let short = whole.slice(..whole.len().saturating_sub(cut));
            match ServerFrame::decode(short) {
                Err(_) => {}
                Ok(ServerFrame::Output { .. }) => assert!(matches!(frame, ServerFrame::Output { .. })),
                Ok(other) => prop_assert!(false, "read {other:?} from a cut {frame:?}"),
            }
        }
    }
}
