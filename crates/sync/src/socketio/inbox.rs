//! What a client's events become: a queue in the order of arrival.
//!
//! Why not plain handlers: each of their calls is a task of its own, and tasks overtake each other. An update that
//! overtakes the one it builds on would be refused. What arrives is therefore queued where the library reads an event's
//! arguments, which it does in order, before it would start a task.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use socketioxide::adapter::LocalAdapter;
use socketioxide::extract::{AckSender, Data, SocketRef};
use socketioxide::handler::{FromMessageParts, Value};
use socketioxide::socket::Socket;
use tokio::sync::mpsc;

/// Events that wait for their document.
const EVENTS_MAX: usize = 1_024;

/// An event of y-socket.io's, or of ours.
pub(super) enum Event {
    /// What the client has; it wants what it lacks as an acknowledgement.
    Step1(Bytes, Option<AckSender>),
    Update(Bytes),
    Awareness(Bytes),
    /// A newer token.
    Token(String),
}

impl Event {
    fn bytes(&self) -> usize {
        match self {
            Self::Step1(bytes, _) | Self::Update(bytes) | Self::Awareness(bytes) => bytes.len(),
            Self::Token(token) => token.len(),
        }
    }
}

/// Where events go in. Clones share it.
#[derive(Clone)]
pub(super) struct Inbox {
    events: mpsc::Sender<Event>,
    bytes: Arc<AtomicUsize>,
    bytes_max: usize,
    broken: mpsc::Sender<()>,
}

/// Where they come out.
pub(super) struct Events {
    events: mpsc::Receiver<Event>,
    bytes: Arc<AtomicUsize>,
    broken: mpsc::Receiver<()>,
}

/// An event was not what it should be, or too much waited.
pub(super) struct Broken;

/// A queue that holds at most so many bytes.
pub(super) fn queue(bytes_max: usize) -> (Inbox, Events) {
    let (events, receiver) = mpsc::channel(EVENTS_MAX);
    let (broken, is_broken) = mpsc::channel(1);
    let bytes = Arc::new(AtomicUsize::new(0));
    let inbox = Inbox { events, bytes: bytes.clone(), bytes_max, broken };
    (inbox, Events { events: receiver, bytes, broken: is_broken })
}

impl Inbox {
    fn push(&self, event: Event) {
        let size = event.bytes();
        let before = self.bytes.fetch_add(size, Ordering::Relaxed);
        // The library can't be made to read slower: whoever sends faster than its document takes it starts anew.
        if before + size > self.bytes_max || self.events.try_send(event).is_err() {
            self.fail();
        }
    }

    fn fail(&self) {
        let _ = self.broken.try_send(());
    }
}

impl Events {
    pub(super) async fn next(&mut self) -> Result<Event, Broken> {
        let event = tokio::select! {
            biased;
            _ = self.broken.recv() => return Err(Broken),
            event = self.events.recv() => event.ok_or(Broken)?,
        };
        self.bytes.fetch_sub(event.bytes(), Ordering::Relaxed);
        Ok(event)
    }
}

/// Which event an argument list belongs to.
pub(super) trait Kind: Send + Sync + 'static {
    /// Its name.
    const NAME: &'static str;
    /// Reads its arguments.
    fn read(socket: &Arc<Socket>, value: &mut Value, ack: &Option<i64>) -> Option<Event>;
}

pub(super) struct Step1;
pub(super) struct Update;
pub(super) struct Awareness;
pub(super) struct Token;

fn bytes_of(socket: &Arc<Socket>, value: &mut Value, ack: &Option<i64>) -> Option<Bytes> {
    Data::<Bytes>::from_message_parts(socket, value, ack).ok().map(|Data(bytes)| bytes)
}

impl Kind for Step1 {
    const NAME: &'static str = "sync-step-1";
    fn read(socket: &Arc<Socket>, value: &mut Value, ack: &Option<i64>) -> Option<Event> {
        let vector = bytes_of(socket, value, ack)?;
        let sender = AckSender::from_message_parts(socket, value, ack).ok().filter(|_| ack.is_some());
        Some(Event::Step1(vector, sender))
    }
}

impl Kind for Update {
    const NAME: &'static str = "sync-update";
    fn read(socket: &Arc<Socket>, value: &mut Value, ack: &Option<i64>) -> Option<Event> {
        bytes_of(socket, value, ack).map(Event::Update)
    }
}

impl Kind for Awareness {
    const NAME: &'static str = "awareness-update";
    fn read(socket: &Arc<Socket>, value: &mut Value, ack: &Option<i64>) -> Option<Event> {
        bytes_of(socket, value, ack).map(Event::Awareness)
    }
}

impl Kind for Token {
    const NAME: &'static str = "token";
    fn read(socket: &Arc<Socket>, value: &mut Value, ack: &Option<i64>) -> Option<Event> {
        Data::<String>::from_message_parts(socket, value, ack).ok().map(|Data(token)| Event::Token(token))
    }
}

/// The argument of a handler that is never called.
pub(super) struct Queued<K>(std::marker::PhantomData<K>);

/// The event is in the queue: there is nothing left for a handler.
#[derive(Debug, thiserror::Error)]
#[error("queued")]
pub(super) struct InQueue;

impl<K: Kind> FromMessageParts<LocalAdapter> for Queued<K> {
    type Error = InQueue;

    fn from_message_parts(
        socket: &Arc<Socket>,
        value: &mut Value,
        ack: &Option<i64>,
    ) -> Result<Self, InQueue> {
        if let Some(inbox) = socket.extensions.get::<Inbox>() {
            match K::read(socket, value, ack) {
                Some(event) => inbox.push(event),
                None => inbox.fail(),
            }
        }
        Err(InQueue)
    }
}

/// From now on the socket's events go into the queue.
pub(super) fn attach(socket: &SocketRef, inbox: Inbox) {
    socket.extensions.insert(inbox);
    on::<Step1>(socket);
    on::<Update>(socket);
    on::<Awareness>(socket);
    on::<Token>(socket);
}

fn on<K: Kind>(socket: &SocketRef) {
    socket.on(K::NAME, async |_: Queued<K>| {});
}
