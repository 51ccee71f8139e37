//! The protocol of `@hocuspocus/provider`, at `/doc/<id>?protocol=hocuspocus`.
//!
//! What is the same as y-websocket's: the messages sync (0), awareness (1) and query awareness (3), to the byte.
//! What is not: each message begins with the document's name, and
//!
//! | number | message | here |
//! |---|---|---|
//! | 2 | auth: token (0) and the client's version; the answer is authenticated (2) with `read-write` or `readonly`, or denied (1) | as there; an empty token means whoever the request named |
//! | 5 | stateless: a text for the server's own extensions | not kept, not passed on |
//! | 7 | close, and the server's answer | as there |
//! | 8 | sync status: whether one sync step 2 or update was applied | sent once that one is on disk: a provider without unsynced changes has lost nothing |
//! | 9, 10 | ping and pong, without a name | pings go to providers of version 4 and later, which know them |
//!
//! A provider names one document, the address's. Several providers over one socket need one each.

use std::collections::VecDeque;
use std::sync::Arc;

use bytes::{BufMut as _, Bytes, BytesMut};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_service::Principal;

use crate::door::{self, Door, FIRST_MESSAGE_MAX, Link, PING, Pass, Seat};
use crate::room::CloseCode;
use crate::socket::{End, Framed, Incoming, Offer, Outbox, Socket};
use crate::wire::{self, Reader, WireError, put_bytes};

const AUTH: u8 = 2;
const TOKEN: u8 = 0;
const DENIED: u8 = 1;
const AUTHENTICATED: u8 = 2;
const CLOSE: u8 = 7;
const SYNC_STATUS: u8 = 8;
const PING_MESSAGE: u8 = 9;
const PONG_MESSAGE: u8 = 10;

/// The first version of providers that knows pings.
const VERSION_WITH_PINGS: u32 = 4;
/// Separates the document's name from a provider's own mark, which it wants to see again.
const MARK: u8 = 0;

/// What a client says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A frame that is the room's as well.
    Room(Bytes),
    /// Who it is, and the provider's version.
    Token(Bytes, Bytes),
    /// It leaves this document.
    Close,
    /// Of no matter here.
    Other,
}

/// Reads a frame: the document's name as the client wrote it, and what it says.
pub fn read(frame: &Bytes) -> Result<(Bytes, Message), WireError> {
    if frame.as_ref() == [PONG_MESSAGE] {
        return Ok((Bytes::new(), Message::Other));
    }
    let mut reader = Reader::new(frame.clone());
    let name = reader.bytes()?;
    let rest = reader.rest();
    let message = match reader.number()? {
        0 | 1 | 3 => Message::Room(rest),
        2 if reader.number()? == u64::from(TOKEN) => {
            let token = reader.bytes()?;
            Message::Token(token, reader.bytes().unwrap_or_default())
        }
        2 => return Err(WireError::Number),
        7 => Message::Close,
        _ => Message::Other,
    };
    Ok((name, message))
}

/// The document of a name.
fn document_of(name: &[u8]) -> &[u8] {
    name.split(|byte| *byte == MARK).next().unwrap_or(name)
}

/// A connection.
pub(crate) struct Session {
    pub(crate) door: Door,
    pub(crate) principal: Option<Principal>,
    pub(crate) id: String,
    pub(crate) _seat: Seat,
}

/// Frames on their way to the provider.
struct Out {
    outbox: Arc<Outbox>,
    name: Bytes,
    /// Updates that it has been told are on disk.
    told: u64,
    /// What found no room: a frame of the room's, or as many words as there were updates under way.
    stuck: VecDeque<Framed>,
}

impl Session {
    pub(crate) async fn run(self, mut socket: Socket) {
        let (pass, mut out, pings) = match self.greet(&mut socket).await {
            Ok(Some(greeted)) => greeted,
            Ok(None) => return,
            Err(code) => return socket.close(code as u16, door::reason(code)).await,
        };
        socket.set_limit(self.door.limits().frame_bytes);
        let scope: &[u8] = if pass.writes { b"read-write" } else { b"readonly" };
        out.send(&[AUTH, AUTHENTICATED], Some(scope));
        if let Some(code) = self.carry(&mut socket, pass, out, pings).await {
            socket.close(code as u16, door::reason(code)).await;
        }
    }

    /// Hears who it is, first. Nothing: it is gone, or was told why not.
    async fn greet(&self, socket: &mut Socket) -> Result<Option<(Pass, Out, bool)>, CloseCode> {
        let first = tokio::time::timeout(FIRST_MESSAGE_MAX, socket.recv()).await;
        let frame = match first.map_err(|_| CloseCode::Unauthenticated)? {
            Ok(Incoming::Binary(frame)) => frame,
            Ok(Incoming::Text) | Err(End::Bad(_)) => return Err(CloseCode::BadFrame),
            Err(End::Gone) => return Ok(None),
        };
        let Ok((name, Message::Token(token, version))) = read(&frame) else {
            return Err(CloseCode::Unauthenticated);
        };
        // Not a slice: it is kept as long as the connection.
        let name = Bytes::copy_from_slice(&name);
        let mut out = Out { outbox: socket.outbox(), name, told: 0, stuck: VecDeque::new() };
        match self.admit(&out.name, &token).await {
            Ok(pass) => Ok(Some((pass, out, knows_pings(&version)))),
            Err(problem) => {
                out.send(&[AUTH, DENIED], Some(problem.message.as_bytes()));
                Err(door::close_code(&problem))
            }
        }
    }

    async fn admit(&self, name: &[u8], token: &[u8]) -> Result<Pass, Problem> {
        if document_of(name) != self.id.as_bytes() {
            let text = "name: expected the document of the address; connect anew for another one";
            return Err(Problem::new(ServiceCode::InvalidArgument, text));
        }
        let principal = match token {
            [] => self.principal.clone(),
            _ => Some(self.door.identify(&String::from_utf8_lossy(token)).await?),
        };
        self.door.admit(principal, &self.id).await
    }

    async fn carry(
        &self,
        socket: &mut Socket,
        mut pass: Pass,
        mut out: Out,
        wants_pings: bool,
    ) -> Option<CloseCode> {
        let Some(mut link) = self.door.join(&pass, true).await else { return Some(CloseCode::Restart) };
        let outbox = socket.outbox();
        let mut revoked = self.door.revoked();
        let mut pings = tokio::time::interval(PING);
        let code = loop {
            tokio::select! {
                biased;
                code = &mut link.closed => break Some(code.unwrap_or(CloseCode::Restart)),
                Some(frame) = link.frames.recv(), if out.stuck.is_empty() => out.pass_on(&frame),
                received = socket.recv() => match received {
                    Ok(Incoming::Binary(frame)) => match self.hear(&link, &frame, &mut pass, &mut out).await {
                        Ok(true) => {}
                        Ok(false) => break None,
                        Err(code) => break Some(code),
                    },
                    Ok(Incoming::Text) | Err(End::Bad(_)) => break Some(CloseCode::BadFrame),
                    Err(End::Gone) => break None,
                },
                () = outbox.drained(), if !out.stuck.is_empty() => out.again(),
                Ok(()) = revoked.changed() => {
                    if self.door.is_over(&pass) {
                        break Some(CloseCode::Unauthenticated);
                    }
                }
                _ = pings.tick() => {
                    if self.door.is_over(&pass) {
                        break Some(CloseCode::Unauthenticated);
                    }
                    if !socket.ping() {
                        break None;
                    }
                    if wants_pings {
                        outbox.offer(&Framed::binary(Bytes::from_static(&[PING_MESSAGE])));
                    }
                }
                () = self.door.shutdown().requested() => break Some(CloseCode::Restart),
            }
        };
        link.room.leave().await;
        code
    }

    /// `false`: the client leaves.
    async fn hear(
        &self,
        link: &Link,
        frame: &Bytes,
        pass: &mut Pass,
        out: &mut Out,
    ) -> Result<bool, CloseCode> {
        let (name, message) = read(frame).map_err(|_| CloseCode::BadFrame)?;
        if message != Message::Other && name != out.name {
            return Err(CloseCode::BadFrame);
        }
        match message {
            Message::Room(frame) => {
                if !link.room.frame(frame).await {
                    return Err(CloseCode::Restart);
                }
            }
            // A newer token. One that is refused changes nothing: the old one may be good for hours.
            Message::Token(token, _) => {
                if self.door.renew(pass, &String::from_utf8_lossy(&token)).await.is_ok() {
                    let scope: &[u8] = if pass.writes { b"read-write" } else { b"readonly" };
                    out.send(&[AUTH, AUTHENTICATED], Some(scope));
                }
            }
            Message::Close => {
                out.send(&[CLOSE], Some(b"closed by the client"));
                return Ok(false);
            }
            Message::Other => {}
        }
        Ok(true)
    }
}

impl Out {
    /// A message of ours.
    fn send(&mut self, head: &[u8], text: Option<&[u8]>) {
        let mut message = BytesMut::with_capacity(self.name.len() + head.len() + 16);
        put_bytes(&mut message, &self.name);
        message.put_slice(head);
        if let Some(text) = text {
            put_bytes(&mut message, text);
        }
        self.offer(Framed::binary(message.freeze()));
    }

    /// A frame of the room's.
    fn pass_on(&mut self, frame: &Bytes) {
        match frame.first() {
            Some(&wire::SAVED) => {
                let count = Reader::new(frame.slice(1..)).number().unwrap_or(self.told);
                self.applied(count.saturating_sub(self.told));
                self.told = count;
            }
            // What a reader tried to write.
            Some(&AUTH) => self.send(&[SYNC_STATUS, 0], None),
            _ => {
                let mut message = BytesMut::with_capacity(self.name.len() + 8 + frame.len());
                put_bytes(&mut message, &self.name);
                message.put_slice(frame);
                self.offer(Framed::binary(message.freeze()));
            }
        }
    }

    fn applied(&mut self, count: u64) {
        for _ in 0..count {
            self.send(&[SYNC_STATUS, 1], None);
        }
    }

    fn offer(&mut self, frame: Framed) {
        if !self.stuck.is_empty() || self.outbox.offer(&frame) == Offer::Full {
            self.stuck.push_back(frame);
        }
    }

    fn again(&mut self) {
        while let Some(frame) = self.stuck.front() {
            if self.outbox.offer(frame) == Offer::Full {
                return;
            }
            self.stuck.pop_front();
        }
    }
}

fn knows_pings(version: &[u8]) -> bool {
    let version = std::str::from_utf8(version).unwrap_or_default();
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    major.is_some_and(|major| major >= VERSION_WITH_PINGS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(name: &str, rest: &[&[u8]]) -> Bytes {
        let mut out = BytesMut::new();
        put_bytes(&mut out, name.as_bytes());
        rest.iter().for_each(|part| out.put_slice(part));
        out.freeze()
    }

    #[test]
    fn frames_are_read() {
        let token = frame("do-a", &[&[2, 0, 3], b"abc", &[5], b"4.8.0"]);
        let read_token = Message::Token(Bytes::from_static(b"abc"), Bytes::from_static(b"4.8.0"));
        assert_eq!(read(&token), Ok((Bytes::from_static(b"do-a"), read_token)));
        let step1 = wire::step1(&[0]);
        let name = "do-a\0x7";
        let room = (Bytes::from(name), Message::Room(step1.clone()));
        assert_eq!(read(&frame(name, &[&step1])), Ok(room));
        assert_eq!(document_of(name.as_bytes()), b"do-a");
        assert_eq!(read(&frame("do-a", &[&[7]])).map(|read| read.1), Ok(Message::Close));
        assert_eq!(read(&Bytes::from_static(&[PONG_MESSAGE])).map(|read| read.1), Ok(Message::Other));
        for bad in [&[][..], &[4], &[4, 1], &[1, 65], &[1, 65, 2, 9], &[1, 65, 2, 0, 9]] {
            assert!(read(&Bytes::copy_from_slice(bad)).is_err(), "{bad:?}");
        }
        assert!(
            knows_pings(b"4.8.0")
                && knows_pings(b"10.0.0-beta")
                && !knows_pings(b"3.1.0")
                && !knows_pings(b"")
        );
    }
}
