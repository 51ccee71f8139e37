//! One attachment to a terminal, from the first connection to the exit code: frames and events in, actions out.
//!
//! Invariant: every output byte is written once and in order, and every input byte reaches the holder once and in
//! order, however often the connection breaks in between. Output is numbered by the holder (`since` names the next
//! wanted byte); input is numbered here and kept until the holder says that it has been written.
//! Invariant: no clock, no socket, no terminal. Time limits and reconnecting belong to `drive`.

use std::collections::VecDeque;

use bytes::{Buf, Bytes};

use super::frames::{Attached, ClientFrame, INPUT_FRAME_MAX, OutputStream, ServerFrame, Size};

/// Input not yet accepted by the holder; beyond it no more is read from standard input. Two dozen frames keep a
/// pipe busy over a slow line, and a paste larger than this only waits.
pub const UNACCEPTED_MAX: usize = 1_536 * 1024;

/// What the driver must do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Send this on the present connection.
    Send(ClientFrame),
    /// Write output.
    Write(OutputStream, Bytes),
    /// Tell the user that so many bytes of output are lost.
    Lost(u64),
    /// Drop the connection and make a new one, from [`Attachment::since`].
    Reconnect,
    /// The process ended with this code; done.
    Exit(i32),
    /// It can't go on; done.
    Fail(Ended),
}

/// Why an attachment ended without an exit code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// The holder refused a frame.
    #[error("the session refused what this command sent; update carrel, or report this: {0}")]
    Refused(String),
    /// The terminal does not exist (any more).
    #[error("the terminal does not exist any more; `carrel session shell` opens a new one")]
    NoTerminal,
    /// The session was closed.
    #[error("the session was closed")]
    SessionClosed,
    /// The holder knows of less output or input than before: it is another one.
    #[error("the terminal was replaced while this command was away; `carrel session shell` opens a new one")]
    Replaced,
}

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// With a websocket close code.
    Code(u16),
    /// Without a word.
    Broken,
}

/// Close codes of the terminal websocket.
pub mod close {
    /// A frame that the holder does not take.
    pub const BAD_FRAME: u16 = 4400;
    /// The token expired.
    pub const TOKEN: u16 = 4401;
    /// No such terminal.
    pub const NO_TERMINAL: u16 = 4404;
    /// The session was closed.
    pub const SESSION_CLOSED: u16 = 4410;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    /// Not connected.
    Down,
    /// Connected; the holder has not said hello.
    Greeting,
    /// Frames flow.
    Up,
    /// Exit or failure has been told.
    Ended,
}

/// The state of one attachment.
#[derive(Debug)]
pub struct Attachment {
    line: Line,
    /// Number of the next output byte to write.
    next: u64,
    /// Whether anything has been attached yet: a gap before the first byte is no loss of ours.
    greeted: bool,
    /// Input from `accepted` on, in the pieces it came in.
    unaccepted: VecDeque<Bytes>,
    unaccepted_len: usize,
    /// The holder has written input up to here.
    accepted: u64,
    /// Input up to here was sent on the present connection.
    sent: u64,
    /// No more input will come (pipes).
    ended_input: bool,
    /// The last size given (terminals).
    size: Option<Size>,
}

impl Attachment {
    /// A new attachment that wants output from `since` on.
    pub fn new(since: u64, size: Option<Size>) -> Self {
        Self {
            line: Line::Down,
            next: since,
            greeted: false,
            unaccepted: VecDeque::new(),
            unaccepted_len: 0,
            accepted: 0,
            sent: 0,
            ended_input: false,
            size,
        }
    }

    /// The first output byte wanted; for the address of the next connection.
    pub fn since(&self) -> u64 {
        self.next
    }

    /// Whether more input may be given now.
    pub fn wants_input(&self) -> bool {
        self.unaccepted_len < UNACCEPTED_MAX && !self.ended_input && self.line != Line::Ended
    }

    /// Whether frames flow.
    pub fn is_up(&self) -> bool {
        self.line == Line::Up
    }

    /// A connection was made; the holder speaks first.
    pub fn connected(&mut self) {
        if self.line != Line::Ended {
            self.line = Line::Greeting;
        }
    }

    /// The connection ended.
    pub fn closed(&mut self, how: Closed) -> Vec<Action> {
        if self.line == Line::Ended {
            return Vec::new();
        }
        self.line = Line::Down;
        match how {
            Closed::Code(close::BAD_FRAME) => self.fail(Ended::Refused("a frame was refused".into())),
            Closed::Code(close::NO_TERMINAL) => self.fail(Ended::NoTerminal),
            Closed::Code(close::SESSION_CLOSED) => self.fail(Ended::SessionClosed),
            Closed::Code(_) | Closed::Broken => vec![Action::Reconnect],
        }
    }

    /// The user typed, or a pipe delivered.
    pub fn input(&mut self, bytes: Bytes) -> Vec<Action> {
        if bytes.is_empty() || self.ended_input || self.line == Line::Ended {
            return Vec::new();
        }
        self.unaccepted_len += bytes.len();
        self.unaccepted.push_back(bytes);
        self.send_rest()
    }

    /// No more input will come. For processes on pipes only: on a terminal the end of input is a character.
    pub fn end_input(&mut self) -> Vec<Action> {
        if self.ended_input || self.line == Line::Ended {
            return Vec::new();
        }
        self.ended_input = true;
        self.if_up(ClientFrame::EndOfInput)
    }

    /// The window changed.
    pub fn resize(&mut self, size: Size) -> Vec<Action> {
        self.size = Some(size);
        self.if_up(ClientFrame::Resize(size))
    }

    /// Passes a signal on (pipes). One sent while disconnected is lost, as the user will repeat it.
    pub fn signal(&mut self, signo: u8) -> Vec<Action> {
        self.if_up(ClientFrame::Signal(signo))
    }

    /// A frame arrived.
    pub fn frame(&mut self, frame: ServerFrame) -> Vec<Action> {
        match (self.line, frame) {
            (Line::Down | Line::Ended, _) => Vec::new(),
            (Line::Greeting, ServerFrame::Attached(hello)) => self.greet(hello),
            (Line::Greeting, _) | (Line::Up, ServerFrame::Attached(_)) => {
                self.fail(Ended::Refused("the terminal's greeting is out of place".into()))
            }
            (Line::Up, ServerFrame::Output { seq, stream, bytes }) => self.output(seq, stream, bytes),
            (Line::Up, ServerFrame::Gap { from, to }) => self.gap(from, to),
            (Line::Up, ServerFrame::InputAccepted { offset }) => self.accept(offset),
            (Line::Up, ServerFrame::Exit { code }) => {
                self.line = Line::Ended;
                vec![Action::Exit(code)]
            }
        }
    }

    fn greet(&mut self, hello: Attached) -> Vec<Action> {
        if hello.next < self.next || hello.accepted < self.accepted || hello.accepted > self.typed() {
            return self.fail(Ended::Replaced);
        }
        if !self.greeted {
            self.greeted = true;
            self.next = self.next.max(hello.oldest);
        }
        self.line = Line::Up;
        self.drop_accepted(hello.accepted);
        self.sent = self.accepted;
        let mut actions = Vec::new();
        if let Some(size) = self.size {
            actions.push(Action::Send(ClientFrame::Resize(size)));
        }
        actions.extend(self.send_rest());
        if self.ended_input {
            actions.push(Action::Send(ClientFrame::EndOfInput));
        }
        actions
    }

    fn output(&mut self, seq: u64, stream: OutputStream, mut bytes: Bytes) -> Vec<Action> {
        let mut actions = Vec::new();
        if seq > self.next {
            actions.push(Action::Lost(seq - self.next));
            self.next = seq;
        }
        let known = (self.next - seq).min(bytes.len() as u64);
        bytes.advance(usize::try_from(known).unwrap_or(bytes.len()));
        if !bytes.is_empty() {
            self.next += bytes.len() as u64;
            actions.push(Action::Write(stream, bytes));
        }
        actions
    }

    fn gap(&mut self, _from: u64, to: u64) -> Vec<Action> {
        if to <= self.next {
            return Vec::new();
        }
        let lost = to - self.next;
        self.next = to;
        vec![Action::Lost(lost)]
    }

    fn accept(&mut self, offset: u64) -> Vec<Action> {
        if offset > self.sent {
            return self.fail(Ended::Refused("more input was acknowledged than sent".into()));
        }
        self.drop_accepted(offset);
        Vec::new()
    }

    /// The offset after the last byte of input.
    fn typed(&self) -> u64 {
        self.accepted + self.unaccepted_len as u64
    }

    fn drop_accepted(&mut self, offset: u64) {
        while self.accepted < offset {
            let Some(first) = self.unaccepted.front_mut() else { return };
            let here = (offset - self.accepted).min(first.len() as u64);
            first.advance(usize::try_from(here).unwrap_or(first.len()));
            if first.is_empty() {
                self.unaccepted.pop_front();
            }
            self.accepted += here;
            self.unaccepted_len =
                self.unaccepted_len.saturating_sub(usize::try_from(here).unwrap_or(usize::MAX));
        }
    }

    /// Sends what was not sent on this connection.
    fn send_rest(&mut self) -> Vec<Action> {
        if self.line != Line::Up {
            return Vec::new();
        }
        let mut actions = Vec::new();
        let mut at = self.accepted;
        for piece in &self.unaccepted {
            let end = at + piece.len() as u64;
            if end > self.sent {
                let skip = usize::try_from(self.sent.saturating_sub(at)).unwrap_or(0);
                let mut rest = piece.slice(skip..);
                while !rest.is_empty() {
                    let bytes = rest.split_to(rest.len().min(INPUT_FRAME_MAX));
                    let offset = self.sent;
                    self.sent += bytes.len() as u64;
                    actions.push(Action::Send(ClientFrame::Input { offset, bytes }));
                }
            }
            at = end;
        }
        actions
    }

    fn if_up(&self, frame: ClientFrame) -> Vec<Action> {
        if self.line == Line::Up { vec![Action::Send(frame)] } else { Vec::new() }
    }

    fn fail(&mut self, why: Ended) -> Vec<Action> {
        self.line = Line::Ended;
        vec![Action::Fail(why)]
    }
}
