//! The task of one room.

use std::collections::HashMap;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use carrel_ids::DocumentId;
use carrel_service::error::Chain;
use futures::StreamExt as _;
use futures::stream::FuturesOrdered;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Sleep;
use tracing::{debug, error, warn};

use crate::compact;
use crate::hub::{CallError, Connection, Content, Input, Shared};
use crate::room::doc::Document;
use crate::room::{ClientId, CloseCode, Effect, Joining, Phase, Room};
use crate::seats::Seats;
use crate::socket::{Framed, Offer};
use crate::store::{Answer, MemberRole, Meta, StoreError};

/// Updates of one room on their way to the disk; past it the room reads no further until some have arrived.
pub(crate) const IN_FLIGHT_MAX: u64 = 1_024;

type Call = oneshot::Sender<Result<bool, CallError>>;

pub(crate) struct Actor {
    id: DocumentId,
    shared: Arc<Shared>,
    /// For the compaction's result.
    inbox: mpsc::WeakSender<Box<Input>>,
    inputs: mpsc::Receiver<Box<Input>>,
    seats: Seats,
    calls: HashMap<u64, Call>,
    next_call: u64,
    meta: Option<Arc<Meta>>,
    effects: Vec<Effect>,
    appends: FuturesOrdered<Timed>,
    /// When what is being worked on came in.
    arrived: Duration,
}

type Timed = futures::future::BoxFuture<'static, (Duration, Result<(), StoreError>)>;

fn timed(answer: Answer<()>, since: Duration) -> Timed {
    Box::pin(async move { (since, answer.await) })
}

impl Actor {
    pub(crate) fn new(
        id: DocumentId,
        shared: Arc<Shared>,
        inbox: mpsc::WeakSender<Box<Input>>,
        inputs: mpsc::Receiver<Box<Input>>,
    ) -> Self {
        Self {
            id,
            shared,
            inbox,
            inputs,
            seats: Seats::default(),
            calls: HashMap::new(),
            next_call: 0,
            meta: None,
            effects: Vec::new(),
            appends: FuturesOrdered::new(),
            arrived: Duration::ZERO,
        }
    }

    pub(crate) async fn run(mut self) {
        match self.load().await {
            Ok(room) => {
                self.shared.metrics.open_documents.inc();
                self.serve(room).await;
                self.shared.metrics.open_documents.dec();
            }
            Err(failure) => self.refuse(&failure).await,
        }
    }

    /// Boxed: as a local variable it would be in the task twice, and there is a task for each open document.
    async fn load(&mut self) -> Result<Box<Room>, CallError> {
        let loaded = self.shared.store.load(&self.id).await?;
        self.meta = Some(loaded.meta.clone());
        let log_bytes = loaded.log_bytes();
        let compact_at = compact::threshold(loaded.state.as_ref().map_or(0, Bytes::len) as u64);
        let work = move || Document::load(loaded.state.as_deref(), &loaded.updates);
        let doc = tokio::task::spawn_blocking(work).await.map_err(|_| CallError::Dropped)?;
        let doc = doc.map_err(|source| CallError::Load { id: self.id.clone(), source })?;
        Ok(Box::new(Room::open(doc, log_bytes, compact_at, self.shared.clock.monotonic())))
    }

    /// The document can't be had: tell everybody who came.
    async fn refuse(mut self, failure: &CallError) {
        let code = match failure {
            CallError::Store(StoreError::NotFound(_)) => CloseCode::Deleted,
            other => {
                self.shared.metrics.room_failures.inc();
                error!(document = %self.id, error = %Chain(other), "load a document");
                CloseCode::Restart
            }
        };
        self.shared.forget(&self.id, &mut self.inputs, true);
        while let Some(input) = self.inputs.recv().await {
            match *input {
                Input::Join(_, connection) => {
                    let _ = connection.close.send(code);
                }
                Input::Apply(_, reply) => drop(reply.send(Err(self.reason(failure)))),
                Input::Read(_, reply) => drop(reply.send(Err(self.reason(failure)))),
                _ => {}
            }
        }
    }

    fn reason(&self, failure: &CallError) -> CallError {
        match failure {
            CallError::Store(error) => CallError::Store(error.clone()),
            _ => CallError::Dropped,
        }
    }

    async fn serve(&mut self, mut room: Box<Room>) {
        let mut ticks = Ticks::default();
        let shutdown = self.shared.shutdown.clone();
        // One registration for the room's life, not one for each input.
        let mut stopping = pin!(shutdown.requested());
        let mut is_stopping = false;
        loop {
            let may_read = room.in_flight() < IN_FLIGHT_MAX;
            ticks.set(room.next_tick(), || self.shared.clock.monotonic());
            let mut durable = None;
            tokio::select! {
                biased;
                Some((since, result)) = self.appends.next() => match result {
                    Ok(()) => {
                        let took = self.shared.clock.monotonic().saturating_sub(since);
                        self.shared.metrics.persist_seconds.observe(took.as_secs_f64());
                        durable = Some(since);
                        room.appended(&mut self.effects);
                    }
                    Err(failure) => {
                        self.shared.metrics.refused_writes.inc();
                        warn!(document = %self.id, error = %Chain(&failure), "log an update; its room is dropped");
                        room.fail(&mut self.effects);
                    }
                },
                Some(input) = self.inputs.recv(), if may_read => self.input(&mut room, *input),
                () = &mut stopping, if !is_stopping => {
                    is_stopping = true;
                    room.close_all(CloseCode::Restart, &mut self.effects);
                }
                () = ticks.due() => room.tick(self.shared.clock.monotonic(), &mut self.effects),
            }
            let wants_unload = self.perform(&mut room);
            if let Some(since) = durable {
                let took = self.shared.clock.monotonic().saturating_sub(since);
                self.shared.metrics.acknowledge_seconds.observe(took.as_secs_f64());
            }
            if room.phase() == Phase::Failed {
                self.shared.metrics.room_failures.inc();
                self.shared.forget(&self.id, &mut self.inputs, true);
                return;
            }
            let is_done = is_stopping && room.in_flight() == 0 && self.inputs.is_empty();
            if is_done {
                self.shared.forget(&self.id, &mut self.inputs, true);
                return;
            }
            if wants_unload && room.phase() == Phase::Unloading {
                if self.shared.forget(&self.id, &mut self.inputs, false) {
                    debug!(document = %self.id, "unloaded");
                    return;
                }
                room.stay(self.shared.clock.monotonic());
            }
        }
    }

    fn input(&mut self, room: &mut Room, input: Input) {
        let now = self.shared.clock.monotonic();
        self.arrived = now;
        match input {
            Input::Join(client, connection) => {
                let role = self.meta.as_ref().and_then(|meta| meta.role(&connection.user));
                let Some(role) = role else {
                    let _ = connection.close.send(CloseCode::Forbidden);
                    return;
                };
                let Connection { wants_saved, ref user, .. } = connection;
                let writes = role == MemberRole::Writer;
                let joining = Joining { person: user.clone(), writes, wants_saved };
                self.seats.insert(client, connection);
                room.join(client, joining, &mut self.effects);
            }
            Input::Frame(client, frame) => {
                room.frame(client, &frame, &mut self.effects);
                let took = self.shared.clock.monotonic().saturating_sub(now);
                self.shared.metrics.apply_seconds.observe(took.as_secs_f64());
            }
            Input::Drained(client) => {
                if let Some(seat) = self.seats.get_mut(client) {
                    seat.lags = false;
                }
                room.drained(client, &mut self.effects);
            }
            Input::Leave(client) => {
                self.seats.remove(client);
                room.leave(client, now);
            }
            Input::Apply(update, reply) => {
                self.next_call += 1;
                self.calls.insert(self.next_call, reply);
                if let Err(failure) = room.apply(self.next_call, &update, &mut self.effects)
                    && let Some(reply) = self.calls.remove(&self.next_call)
                {
                    drop(reply.send(Err(CallError::Bytes(failure))));
                }
            }
            Input::Read(vector, reply) => {
                let content = room.read(&vector);
                let content = content.map(|(update, state_vector)| Content { update, state_vector });
                drop(reply.send(content.map_err(CallError::Bytes)));
            }
            Input::Meta(meta) => self.changed(room, meta, now),
            Input::Compacted(Some((log_bytes, state_bytes))) => {
                room.compacted(log_bytes, compact::threshold(state_bytes));
            }
            Input::Compacted(None) => room.compaction_failed(),
        }
    }

    fn changed(&mut self, room: &mut Room, meta: Arc<Meta>, now: Duration) {
        let before = self.meta.replace(meta.clone());
        if meta.deleted {
            room.close_all(CloseCode::Deleted, &mut self.effects);
            room.fail(&mut self.effects);
            return;
        }
        for seat in self.seats.iter() {
            let user = &seat.connection.user;
            let old = before.as_ref().and_then(|meta| meta.role(user));
            // They connect again and are admitted with what they may do now.
            if meta.role(user) != old {
                room.kick(seat.client, CloseCode::Forbidden, now, &mut self.effects);
            }
        }
    }

    /// Performs what the room wants; says whether it wants to go.
    fn perform(&mut self, room: &mut Room) -> bool {
        let now = self.shared.clock.monotonic();
        let mut wants_unload = false;
        let mut effects = std::mem::take(&mut self.effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Send(client, frame) => self.send(room, client, frame, now),
                Effect::Broadcast(frame, except) => {
                    self.broadcast(room, frame, except, now);
                    let took = self.shared.clock.monotonic().saturating_sub(self.arrived);
                    self.shared.metrics.propagate_seconds.observe(took.as_secs_f64());
                }
                Effect::Close(client, code) => {
                    if let Some(seat) = self.seats.remove(client) {
                        let _ = seat.connection.close.send(code);
                    }
                }
                Effect::Append(update) => {
                    self.shared.metrics.updates.inc();
                    self.appends.push_back(timed(self.shared.store.append(&self.id, update), self.arrived));
                }
                Effect::Applied(call, changed) => {
                    if let Some(reply) = self.calls.remove(&call) {
                        drop(reply.send(Ok(changed)));
                    }
                }
                Effect::Compact => self.compact(),
                Effect::Unload => wants_unload = true,
            }
        }
        self.effects = effects;
        self.shared.metrics.lag_resyncs.inc_by(room.take_resyncs());
        wants_unload
    }

    fn send(&mut self, room: &mut Room, client: ClientId, frame: Bytes, now: Duration) {
        let Some(seat) = self.seats.get(client) else { return };
        // Nothing overtakes what it lost: until it has drained its queue it gets nothing.
        if !seat.lags && seat.connection.outlet.offer(&Framed::binary(frame)) == Offer::Full {
            self.fell_behind(room, client, now);
        }
    }

    /// Framed once, and then one write for each: this is where a room with many readers spends its time.
    fn broadcast(&mut self, room: &mut Room, frame: Bytes, except: Option<ClientId>, now: Duration) {
        let frame = Framed::binary(frame);
        let mut full = Vec::new();
        for seat in self.seats.iter() {
            // A closed one: its Leave is on its way.
            if Some(seat.client) != except
                && !seat.lags
                && seat.connection.outlet.offer(&frame) == Offer::Full
            {
                full.push(seat.client);
            }
        }
        for client in full {
            self.fell_behind(room, client, now);
        }
    }

    fn fell_behind(&mut self, room: &mut Room, client: ClientId, now: Duration) {
        room.lagged(client, now);
        let Some(seat) = self.seats.get_mut(client) else { return };
        seat.lags = true;
        let (outlet, inbox) = (seat.connection.outlet.clone(), self.inbox.clone());
        self.shared.tasks.spawn("drained", async move {
            outlet.drained().await;
            if let Some(inbox) = inbox.upgrade() {
                drop(inbox.send(Box::new(Input::Drained(client))).await);
            }
        });
    }

    fn compact(&self) {
        let (id, inbox, shared) = (self.id.clone(), self.inbox.clone(), self.shared.clone());
        self.shared.tasks.spawn("compaction", async move {
            let done = compact::run(&*shared.store, &id, &shared.metrics, &shared.clock).await;
            if let Err(failure) = &done {
                warn!(document = %id, error = %Chain(failure), "compact a document");
            }
            if let Some(inbox) = inbox.upgrade() {
                drop(
                    inbox.send(Box::new(Input::Compacted(done.ok().map(|done| (0, done.state_bytes))))).await,
                );
            }
        });
    }
}

/// Wakes the room's task when its room wants a tick, and otherwise not at all: a thousand idle documents cost nothing.
#[derive(Default)]
struct Ticks {
    at: Option<Duration>,
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Ticks {
    fn set(&mut self, at: Option<Duration>, now: impl FnOnce() -> Duration) {
        if self.at == at {
            return;
        }
        self.at = at;
        self.sleep = at.map(|at| Box::pin(tokio::time::sleep(at.saturating_sub(now()))));
    }

    async fn due(&mut self) {
        match &mut self.sleep {
            Some(sleep) => sleep.await,
            None => std::future::pending().await,
        }
        // It stays over: awaited again it would end at once, for ever.
        *self = Self::default();
    }
}
