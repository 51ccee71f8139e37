//! Frames of RFC 6455 as bytes: what goes out is framed once for everybody, what comes in is bounded before it is kept.

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

const FIN: u8 = 0x80;
const CONTINUATION: u8 = 0;
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// Control frames hold no more.
const CONTROL_MAX: usize = 125;
/// Up to here a message is copied behind its head once, so that every socket takes one short write; larger ones are
/// shared as they are.
const COPY_MAX: usize = 16 * 1024;

/// A message framed for clients. Servers don't mask, so the same bytes serve everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Framed {
    /// The frame's head, and the message too if it is small.
    pub(super) head: Bytes,
    /// A large message.
    pub(super) body: Bytes,
    /// Where the message begins in `head`, if it is there.
    message_at: u8,
}

impl Framed {
    /// A binary message.
    pub fn binary(message: Bytes) -> Self {
        Self::new(BINARY, message)
    }

    /// A ping.
    pub(super) fn ping() -> Self {
        Self::new(PING, Bytes::new())
    }

    /// The answer to a ping.
    pub(super) fn pong(payload: Bytes) -> Self {
        Self::new(PONG, payload)
    }

    /// The last frame.
    pub(super) fn close(code: u16, reason: &str) -> Self {
        let mut payload = BytesMut::with_capacity(2 + reason.len());
        payload.put_u16(code);
        payload.put_slice(reason.as_bytes());
        payload.truncate(CONTROL_MAX);
        Self::new(CLOSE, payload.freeze())
    }

    fn new(opcode: u8, message: Bytes) -> Self {
        let is_small = message.len() <= COPY_MAX;
        let mut head = BytesMut::with_capacity(10 + if is_small { message.len() } else { 0 });
        head.put_u8(FIN | opcode);
        match message.len() {
            length @ 0..=125 => head.put_u8(length as u8),
            length @ 126..=0xffff => {
                head.put_u8(126);
                head.put_u16(length as u16);
            }
            length => {
                head.put_u8(127);
                head.put_u64(length as u64);
            }
        }
        let message_at = head.len() as u8;
        if is_small {
            head.put_slice(&message);
            return Self { head: head.freeze(), body: Bytes::new(), message_at };
        }
        Self { head: head.freeze(), body: message, message_at }
    }

    /// The message without its frame. Shares the memory.
    pub fn message(&self) -> Bytes {
        if self.body.is_empty() { self.head.slice(usize::from(self.message_at)..) } else { self.body.clone() }
    }
}

/// What a client sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event {
    Binary(Bytes),
    Text,
    Ping(Bytes),
    Pong,
    Close,
}

/// Why a client's bytes are no websocket frames of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Breaks RFC 6455.
    #[error("the bytes break the websocket protocol")]
    Protocol,
    /// A message beyond the limit.
    #[error("the message is larger than limits.frame_bytes")]
    TooLarge,
}

/// Makes frames of bytes. Holds no memory between messages.
#[derive(Debug)]
pub(super) struct Parser {
    buffer: BytesMut,
    /// A message's fragments so far.
    parts: Option<(u8, BytesMut)>,
    limit: usize,
}

struct Head {
    opcode: u8,
    is_last: bool,
    length: usize,
    mask: [u8; 4],
    size: usize,
}

impl Parser {
    pub(super) fn new(limit: usize, first: &[u8]) -> Self {
        Self { buffer: BytesMut::from(first), parts: None, limit }
    }

    pub(super) const fn set_limit(&mut self, limit: usize) {
        self.limit = limit;
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message or control frame.
    pub(super) fn next(&mut self) -> Result<Option<Event>, FrameError> {
        loop {
            let Some(head) = self.head()? else { return Ok(None) };
            if self.buffer.len() < head.size + head.length {
                return Ok(None);
            }
            self.buffer.advance(head.size);
            let mut payload = self.buffer.split_to(head.length);
            if self.buffer.is_empty() {
                self.buffer = BytesMut::new();
            }
            unmask(&mut payload, head.mask);
            if let Some(event) = self.take(&head, payload)? {
                return Ok(Some(event));
            }
        }
    }

    fn take(&mut self, head: &Head, payload: BytesMut) -> Result<Option<Event>, FrameError> {
        match head.opcode {
            PING => return Ok(Some(Event::Ping(payload.freeze()))),
            PONG => return Ok(Some(Event::Pong)),
            CLOSE => return Ok(Some(Event::Close)),
            _ => {}
        }
        let (kind, message) = match (head.opcode, self.parts.take()) {
            (CONTINUATION, Some((kind, mut parts))) => {
                parts.extend_from_slice(&payload);
                (kind, parts)
            }
            (kind @ (TEXT | BINARY), None) => (kind, payload),
            _ => return Err(FrameError::Protocol),
        };
        if !head.is_last {
            self.parts = Some((kind, message));
            return Ok(None);
        }
        Ok(Some(if kind == TEXT { Event::Text } else { Event::Binary(message.freeze()) }))
    }

    fn head(&self) -> Result<Option<Head>, FrameError> {
        let [first, second, rest @ ..] = &self.buffer[..] else { return Ok(None) };
        let (opcode, is_last, is_masked) = (first & 0x0f, first & FIN != 0, second & 0x80 != 0);
        let is_control = opcode >= CLOSE;
        // No extension was agreed on, so the reserved bits are clear; clients mask.
        if first & 0x70 != 0 || !is_masked || !matches!(opcode, 0..=2 | 8..=10) {
            return Err(FrameError::Protocol);
        }
        let (length, extra) = match (second & 0x7f, rest) {
            (126, [a, b, ..]) => (u64::from(u16::from_be_bytes([*a, *b])), 2),
            (127, [a, b, c, d, e, f, g, h, ..]) => (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), 8),
            (126 | 127, _) => return Ok(None),
            (length, _) => (u64::from(length), 0),
        };
        if is_control && (!is_last || length > CONTROL_MAX as u64) {
            return Err(FrameError::Protocol);
        }
        let held = self.parts.as_ref().map_or(0, |(_, parts)| parts.len());
        let length = usize::try_from(length).ok().filter(|length| *length <= self.limit.saturating_sub(held));
        let length = length.ok_or(FrameError::TooLarge)?;
        let Some(&[a, b, c, d]) = rest.get(extra..extra + 4) else { return Ok(None) };
        Ok(Some(Head { opcode, is_last, length, mask: [a, b, c, d], size: 2 + extra + 4 }))
    }
}

fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let word = u64::from_ne_bytes([mask[0], mask[1], mask[2], mask[3], mask[0], mask[1], mask[2], mask[3]]);
    let (words, rest) = payload.as_chunks_mut::<8>();
    for bytes in words {
        *bytes = (u64::from_ne_bytes(*bytes) ^ word).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As a client would send it.
    pub(super) fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut out = BytesMut::new();
        out.put_u8(first);
        match payload.len() {
            length @ 0..=125 => out.put_u8(0x80 | length as u8),
            length @ 126..=0xffff => {
                out.put_u8(0x80 | 126);
                out.put_u16(length as u16);
            }
            length => {
                out.put_u8(0x80 | 127);
                out.put_u64(length as u64);
            }
        }
        let mask = [0x12, 0x34, 0x56, 0x78];
        out.put_slice(&mask);
        let mut payload = payload.to_vec();
        unmask(&mut payload, mask);
        out.put_slice(&payload);
        out.to_vec()
    }

    fn all(parser: &mut Parser) -> Result<Vec<Event>, FrameError> {
        std::iter::from_fn(|| parser.next().transpose()).collect()
    }

    #[test]
    fn messages_of_every_size_arrive_however_they_are_cut() {
        for size in [0, 1, 7, 8, 9, 125, 126, 127, 65_535, 65_536, 100_000] {
            let message: Vec<u8> = (0..size).map(|n: u32| n as u8).collect();
            let bytes = [masked(0x82, &message), masked(0x89, b"hi"), masked(0x82, b"end")].concat();
            for cut in [1, 3, 1_000, bytes.len()] {
                let mut parser = Parser::new(100_000, &[]);
                let mut events = Vec::new();
                for part in bytes.chunks(cut) {
                    parser.feed(part);
                    events.extend(all(&mut parser).expect("good frames"));
                }
                let wanted = [
                    Event::Binary(message.clone().into()),
                    Event::Ping(Bytes::from_static(b"hi")),
                    Event::Binary(Bytes::from_static(b"end")),
                ];
                assert_eq!(events, wanted, "{size} in parts of {cut}");
                assert_eq!(parser.buffer.capacity(), 0, "nothing is held while nothing comes");
            }
        }
    }

    #[test]
    fn fragments_become_one_message_and_control_frames_may_lie_between() {
        let bytes = [masked(0x02, b"ab"), masked(0x8a, b""), masked(0x00, b"c"), masked(0x80, b"d")].concat();
        let mut parser = Parser::new(4, &bytes);
        assert_eq!(all(&mut parser), Ok(vec![Event::Pong, Event::Binary(Bytes::from_static(b"abcd"))]));
        let mut parser = Parser::new(3, &bytes);
        assert_eq!(all(&mut parser), Err(FrameError::TooLarge), "the fragments' sum counts");
    }

    #[test]
    fn hostile_bytes_are_refused() {
        let unmasked = [0x82, 1, 7];
        let reserved = masked(0xc2, b"x");
        let unknown = masked(0x83, b"x");
        let long_ping = masked(0x89, &[0; 126]);
        let open_ping = masked(0x09, b"x");
        let orphan = masked(0x80, b"x");
        let nested = [masked(0x02, b"x"), masked(0x82, b"y")].concat();
        for bad in [&unmasked[..], &reserved, &unknown, &long_ping, &open_ping, &orphan, &nested] {
            assert_eq!(all(&mut Parser::new(1_000, bad)), Err(FrameError::Protocol), "{bad:?}");
        }
        // A claimed length is refused before a byte of it has come.
        let claim = [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(all(&mut Parser::new(1_000, &claim)), Err(FrameError::TooLarge));
        assert_eq!(all(&mut Parser::new(1_000, &masked(0x82, &[0; 1_001]))), Err(FrameError::TooLarge));
    }

    #[test]
    fn what_goes_out_has_its_length_in_the_shortest_form() {
        let head = |size: usize| {
            let framed = Framed::binary(vec![7; size].into());
            assert_eq!(framed.message(), vec![7; size]);
            let whole = [framed.head, framed.body].concat();
            whole[..whole.len() - size].to_vec()
        };
        assert_eq!(head(0), [0x82, 0]);
        assert_eq!(head(125), [0x82, 125]);
        assert_eq!(head(126), [0x82, 126, 0, 126]);
        assert_eq!(head(65_535), [0x82, 126, 0xff, 0xff]);
        assert_eq!(head(65_536), [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]);
    }
}
