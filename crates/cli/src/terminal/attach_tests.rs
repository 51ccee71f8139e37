//! The attachment against a small model of a holder, under any order of breaks.
#![cfg(test)]

use bytes::Bytes;
use proptest::prelude::*;

use super::attach::{Action, Attachment, Closed, Ended, UNACCEPTED_MAX, close};
use super::frames::testing::{decode_client, encode_server};
use super::frames::{Attached, ClientFrame, OutputStream, ServerFrame, Size};

/// What a holder keeps: a ring of output, and how much input it took.
#[derive(Default)]
struct Holder {
    output: Vec<u8>,
    oldest: usize,
    input: Vec<u8>,
    ended: bool,
    /// Frames under way to the client.
    wire: Vec<ServerFrame>,
    /// What the connection has been sent of the output.
    told: usize,
}

impl Holder {
    fn connect(&mut self, since: u64) {
        let since = since as usize;
        self.wire = vec![ServerFrame::Attached(Attached {
            oldest: self.oldest as u64,
            next: self.output.len() as u64,
            accepted: self.input.len() as u64,
            running: true,
        })];
        if since < self.oldest {
            self.wire.push(ServerFrame::Gap { from: since as u64, to: self.oldest as u64 });
        }
        self.told = since.max(self.oldest);
        self.flush();
    }

    fn flush(&mut self) {
        if self.told < self.output.len() {
            let bytes = Bytes::copy_from_slice(&self.output[self.told..]);
            self.wire.push(ServerFrame::Output { seq: self.told as u64, stream: OutputStream::Out, bytes });
            self.told = self.output.len();
        }
    }

    fn take(&mut self, frame: ClientFrame) {
        match frame {
            ClientFrame::Input { offset, bytes } => {
                let have = self.input.len() as u64;
                assert!(offset <= have, "a hole in the input");
                let known = ((have - offset) as usize).min(bytes.len());
                assert!(!self.ended || known == bytes.len(), "input after its end");
                self.input.extend_from_slice(&bytes[known..]);
                self.wire.push(ServerFrame::InputAccepted { offset: self.input.len() as u64 });
            }
            ClientFrame::EndOfInput => self.ended = true,
            ClientFrame::Resize(_) | ClientFrame::Signal(_) => {}
        }
    }
}

#[derive(Debug, Clone)]
enum Step {
    Type(Vec<u8>),
    Print(Vec<u8>),
    /// Delivers so many frames to the client, and so many back.
    Deliver(usize, usize),
    Cut,
}

fn step() -> impl Strategy<Value = Step> {
    let bytes = || proptest::collection::vec(any::<u8>(), 1..50);
    prop_oneof![
        bytes().prop_map(Step::Type),
        bytes().prop_map(Step::Print),
        (0_usize..4, 0_usize..4).prop_map(|(down, up)| Step::Deliver(down, up)),
        Just(Step::Cut),
    ]
}

struct World {
    client: Attachment,
    holder: Holder,
    /// Frames under way to the holder.
    wire: Vec<ClientFrame>,
    written: Vec<u8>,
    typed: Vec<u8>,
}

impl World {
    fn new() -> Self {
        let client = Attachment::new(0, Some(Size { cols: 80, rows: 24 }));
        let mut world =
            Self { client, holder: Holder::default(), wire: vec![], written: vec![], typed: vec![] };
        world.reconnect();
        world
    }

    fn reconnect(&mut self) {
        self.wire.clear();
        self.client.connected();
        self.holder.connect(self.client.since());
    }

    fn apply(&mut self, actions: Vec<Action>) {
        for action in actions {
            match action {
                Action::Send(frame) => self.wire.push(decode_client(frame.encode()).expect("frame")),
                Action::Write(_, bytes) => self.written.extend_from_slice(&bytes),
                Action::Reconnect => self.reconnect(),
                Action::Lost(_) | Action::Exit(_) | Action::Fail(_) => panic!("unexpected {action:?}"),
            }
        }
    }

    fn deliver(&mut self, down: usize, up: usize) {
        for _ in 0..down.min(self.holder.wire.len()) {
            let frame = self.holder.wire.remove(0);
            let read = ServerFrame::decode(encode_server(&frame)).expect("frame");
            let actions = self.client.frame(read);
            self.apply(actions);
        }
        for frame in self.wire.drain(..up.min(self.wire.len())).collect::<Vec<_>>() {
            self.holder.take(frame);
        }
    }

    fn run(&mut self, step: Step) {
        match step {
            Step::Type(bytes) => {
                self.typed.extend_from_slice(&bytes);
                let actions = self.client.input(bytes.into());
                self.apply(actions);
            }
            Step::Print(bytes) => {
                self.holder.output.extend_from_slice(&bytes);
                self.holder.flush();
            }
            Step::Deliver(down, up) => self.deliver(down, up),
            Step::Cut => {
                let actions = self.client.closed(Closed::Broken);
                self.apply(actions);
            }
        }
    }

    fn settle(&mut self) {
        while !self.holder.wire.is_empty() || !self.wire.is_empty() {
            self.deliver(usize::MAX, usize::MAX);
        }
    }
}

proptest! {
    #[test]
    fn no_byte_is_lost_or_doubled_whatever_breaks(steps in proptest::collection::vec(step(), 0..80)) {
        let mut world = World::new();
        for step in steps {
            world.run(step);
        }
        let actions = world.client.end_input();
        world.apply(actions);
        world.settle();
        prop_assert_eq!(&world.written, &world.holder.output);
        prop_assert_eq!(&world.typed, &world.holder.input);
        prop_assert!(world.holder.ended);
    }

    #[test]
    fn any_frames_in_any_order_never_panic(
        messages in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..30), 0..30),
        cuts in proptest::collection::vec(any::<u16>(), 0..5),
    ) {
        let mut client = Attachment::new(3, None);
        for (turn, message) in messages.into_iter().enumerate() {
            client.connected();
            if let Ok(frame) = ServerFrame::decode(message.into()) {
                client.frame(frame);
            }
            client.input(Bytes::from_static(b"x"));
            if let Some(code) = cuts.get(turn) {
                client.closed(Closed::Code(*code));
            }
        }
    }
}

fn hello(oldest: u64, next: u64, accepted: u64) -> ServerFrame {
    ServerFrame::Attached(Attached { oldest, next, accepted, running: true })
}

fn output(seq: u64, text: &'static str) -> ServerFrame {
    ServerFrame::Output { seq, stream: OutputStream::Out, bytes: Bytes::from_static(text.as_bytes()) }
}

fn write(text: &'static str) -> Vec<Action> {
    vec![Action::Write(OutputStream::Out, Bytes::from_static(text.as_bytes()))]
}

fn up() -> Attachment {
    let mut client = Attachment::new(0, None);
    client.connected();
    assert_eq!(client.frame(hello(0, 0, 0)), vec![]);
    client
}

#[test]
fn the_size_is_told_on_every_connection() {
    let size = Size { cols: 80, rows: 24 };
    let mut client = Attachment::new(0, Some(size));
    let said = vec![Action::Send(ClientFrame::Resize(size))];
    client.connected();
    assert_eq!(client.frame(hello(0, 0, 0)), said);
    assert_eq!(client.closed(Closed::Code(1001)), vec![Action::Reconnect]);
    let smaller = Size { cols: 40, rows: 10 };
    assert_eq!(client.resize(smaller), vec![]);
    client.connected();
    assert_eq!(client.frame(hello(0, 0, 0)), vec![Action::Send(ClientFrame::Resize(smaller))]);
}

#[test]
fn output_that_was_seen_is_not_written_again() {
    let mut client = up();
    assert_eq!(client.frame(output(0, "abc")), write("abc"));
    assert_eq!(client.frame(output(1, "bcde")), write("de"));
    assert_eq!(client.frame(output(0, "abcde")), vec![]);
    assert_eq!(client.since(), 5);
}

#[test]
fn a_gap_is_told_once_and_a_first_attachment_starts_at_what_is_held() {
    let mut client = up();
    assert_eq!(client.frame(ServerFrame::Gap { from: 0, to: 10 }), vec![Action::Lost(10)]);
    assert_eq!(client.frame(ServerFrame::Gap { from: 0, to: 10 }), vec![]);
    assert_eq!(client.frame(output(12, "x")), [vec![Action::Lost(2)], write("x")].concat());

    let mut again = Attachment::new(0, None);
    again.connected();
    assert_eq!(again.frame(hello(100, 200, 0)), vec![]);
    assert_eq!(again.frame(ServerFrame::Gap { from: 0, to: 100 }), vec![]);
    assert_eq!(again.frame(output(100, "x")), write("x"));
}

#[test]
fn unaccepted_input_is_sent_again_from_where_the_holder_stands() {
    let mut client = up();
    client.input(Bytes::from_static(b"hello"));
    client.frame(ServerFrame::InputAccepted { offset: 2 });
    assert_eq!(client.closed(Closed::Broken), vec![Action::Reconnect]);
    assert_eq!(client.input(Bytes::from_static(b"!")), vec![]);
    client.connected();
    let sent = client.frame(hello(0, 0, 4));
    let input = |offset, text: &'static [u8]| {
        Action::Send(ClientFrame::Input { offset, bytes: Bytes::from_static(text) })
    };
    assert_eq!(sent, vec![input(4, b"o"), input(5, b"!")]);
}

#[test]
fn input_is_cut_into_frames_and_stops_at_the_limit() {
    let mut client = up();
    let sent = client.input(Bytes::from(vec![0; UNACCEPTED_MAX]));
    assert_eq!(sent.len(), UNACCEPTED_MAX / super::frames::INPUT_FRAME_MAX);
    assert!(!client.wants_input());
    client.frame(ServerFrame::InputAccepted { offset: 1 });
    assert!(client.wants_input());
}

#[test]
fn close_codes_end_it_or_reconnect() {
    for (code, wanted) in [
        (close::NO_TERMINAL, Action::Fail(Ended::NoTerminal)),
        (close::SESSION_CLOSED, Action::Fail(Ended::SessionClosed)),
        (close::TOKEN, Action::Reconnect),
        (1001, Action::Reconnect),
        (1011, Action::Reconnect),
    ] {
        assert_eq!(up().closed(Closed::Code(code)), vec![wanted], "{code}");
    }
}

#[test]
fn after_the_exit_nothing_moves() {
    let mut client = up();
    assert_eq!(client.frame(ServerFrame::Exit { code: 7 }), vec![Action::Exit(7)]);
    assert_eq!(client.closed(Closed::Broken), vec![]);
    assert_eq!(client.frame(output(0, "late")), vec![]);
    assert_eq!(client.input(Bytes::from_static(b"x")), vec![]);
    assert!(!client.wants_input());
}

#[test]
fn a_holder_that_forgot_is_another_one() {
    let mut client = up();
    client.frame(output(0, "abc"));
    client.closed(Closed::Broken);
    client.connected();
    assert_eq!(client.frame(hello(0, 1, 0)), vec![Action::Fail(Ended::Replaced)]);
}
