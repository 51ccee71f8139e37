//! A room: one document in memory with everybody who edits it. Pure: events in, effects out; no sockets, no clock, no
//! files, so that whole histories replay from a seed.
//!
//! Invariant: `Saved` is only sent for updates that the store has reported durable.
//! Invariant: a client misses nothing: whoever falls behind gets the difference from a state that it surely has.
//! Invariant: a room whose store failed, or whose document may differ from its log, ends; it is loaded anew.

mod awareness;
pub mod doc;
mod hear;
mod joiners;
mod pace;
mod scan;
#[cfg(test)]
mod sim;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;
use carrel_ids::UserId;
use yrs::StateVector;

use crate::wire;
use awareness::Awareness;
use doc::{DocError, Document, read_vector};
use joiners::Joiners;

/// A connection to the room.
pub type ClientId = u64;

/// Awareness goes out this often; people see 20 moves of a cursor a second as smooth.
pub const TICK: Duration = Duration::from_millis(50);
/// A room without anybody stays loaded this long: a reload of the page finds it.
pub const UNLOAD_AFTER: Duration = Duration::from_secs(30);
/// A client whose socket takes nothing for so long is closed.
pub const LAG_MAX: Duration = Duration::from_secs(30);

/// Why a connection is closed. In the range that websockets leave to applications, but for the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseCode {
    /// The server restarts or reloads the document; connect again.
    Restart = 1012,
    /// A frame that breaks the protocol.
    BadFrame = 4400,
    /// The token has expired or was revoked.
    Unauthenticated = 4401,
    /// The membership has changed.
    Forbidden = 4403,
    /// The document was deleted.
    Deleted = 4404,
    /// Fell behind for too long; connect again.
    Lagging = 4408,
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Queue a frame for a client. If its queue is full: [`Room::lagged`], at once.
    Send(ClientId, Bytes),
    /// The same for everybody who does not lag, but for this one.
    Broadcast(Bytes, Option<ClientId>),
    /// End a connection.
    Close(ClientId, CloseCode),
    /// Put an update in the log; then [`Room::appended`], in the order of these.
    Append(Bytes),
    /// A caller's update is durable; whether it changed anything.
    Applied(u64, bool),
    /// The log has grown: compact the document.
    Compact,
    /// Nobody is here and everything is durable: the room may be dropped, unless an event comes first.
    Unload,
}

/// Where the room is in its life. Loading comes before there is a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// In use.
    Open,
    /// Asked to be dropped. Any event of a client's or caller's opens it again.
    Unloading,
    /// Of no use: drop it, load anew.
    Failed,
}

/// Whom an update came from, to be told when it is durable.
#[derive(Debug, Clone, Copy)]
enum Origin {
    Client(ClientId),
    Call(u64, bool),
}

/// Who connects, and for what.
#[derive(Debug, Clone)]
pub struct Joining {
    /// The person, who may have several connections.
    pub person: UserId,
    /// May change the document.
    pub writes: bool,
    /// Understands `saved`.
    pub wants_saved: bool,
}

#[derive(Debug)]
struct Client {
    person: UserId,
    writes: bool,
    wants_saved: bool,
    /// Its sync step 2 has arrived. What it sends before may build on what we lack, and is in its step 2 as well.
    is_complete: bool,
    /// Its step 2 builds on what only others have: it is asked again when the document has changed.
    is_ahead: bool,
    /// Updates before that, which are durable when the step 2 is.
    early: u64,
    saved: u64,
    told: u64,
    /// What it said it has, until the next tick: the checkpoint may be older than its joining.
    base: Option<StateVector>,
    lag: Option<Lag>,
}

#[derive(Debug)]
struct Lag {
    has: StateVector,
    since: Duration,
}

impl Client {
    fn new(joining: Joining) -> Self {
        let Joining { person, writes, wants_saved } = joining;
        Self {
            person,
            writes,
            wants_saved,
            is_complete: false,
            is_ahead: false,
            early: 0,
            saved: 0,
            told: 0,
            base: None,
            lag: None,
        }
    }
}

/// A loaded document and its people.
pub struct Room {
    phase: Phase,
    doc: Document,
    /// Boxed: a map makes room for eleven, and most rooms have one or two.
    clients: BTreeMap<ClientId, Box<Client>>,
    awareness: Awareness,
    joiners: Joiners,
    /// Everybody who does not lag has this.
    checkpoint: StateVector,
    checkpoint_is_old: bool,
    /// Updates given to the store, and those it has confirmed.
    appended: u64,
    durable: u64,
    waiting: VecDeque<(u64, Origin)>,
    empty_since: Duration,
    log_bytes: u64,
    compact_at: u64,
    compacting: bool,
    resyncs: u64,
    last_tick: Duration,
    /// Clients have a base, or lag: ticks go on until they don't.
    unsettled: bool,
}

impl Room {
    /// Opens a loaded document whose log holds so many bytes; compacts when it holds more than `compact_at`.
    pub fn open(doc: Document, log_bytes: u64, compact_at: u64, now: Duration) -> Self {
        let checkpoint = doc.vector();
        Self {
            phase: Phase::Open,
            doc,
            clients: BTreeMap::new(),
            awareness: Awareness::default(),
            joiners: Joiners::default(),
            checkpoint,
            checkpoint_is_old: false,
            appended: 0,
            durable: 0,
            waiting: VecDeque::new(),
            empty_since: now,
            log_bytes,
            compact_at,
            compacting: false,
            resyncs: 0,
            last_tick: now,
            unsettled: false,
        }
    }

    /// Where it is in its life.
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Connections.
    pub fn clients(&self) -> usize {
        self.clients.len()
    }

    /// Updates that the store has not confirmed yet.
    pub const fn in_flight(&self) -> u64 {
        self.appended - self.durable
    }

    /// How often a client fell behind and was brought up to date, since the last question.
    pub fn take_resyncs(&mut self) -> u64 {
        std::mem::take(&mut self.resyncs)
    }

    /// Somebody connects.
    pub fn join(&mut self, client: ClientId, joining: Joining, out: &mut Vec<Effect>) {
        self.wake();
        self.awareness.joined(client);
        self.clients.insert(client, Box::new(Client::new(joining)));
        out.push(Effect::Send(client, wire::step1(&self.doc.vector_bytes())));
        if let Some(all) = self.awareness.all() {
            out.push(Effect::Send(client, wire::awareness(&all)));
        }
    }

    /// Somebody is gone.
    pub fn leave(&mut self, client: ClientId, now: Duration) {
        if self.clients.remove(&client).is_some() {
            self.awareness.leave(client);
            self.empty_since = now;
        }
    }

    fn close(&mut self, client: ClientId, code: CloseCode, out: &mut Vec<Effect>) {
        if self.clients.remove(&client).is_some() {
            self.awareness.leave(client);
            out.push(Effect::Close(client, code));
        }
    }

    /// Ends everybody's connection.
    pub fn close_all(&mut self, code: CloseCode, out: &mut Vec<Effect>) {
        let all: Vec<ClientId> = self.clients.keys().copied().collect();
        for client in all {
            self.close(client, code, out);
        }
    }

    /// Ends one connection.
    pub fn kick(&mut self, client: ClientId, code: CloseCode, now: Duration, out: &mut Vec<Effect>) {
        self.close(client, code, out);
        self.empty_since = now;
    }

    /// The store could not take an update: what is in memory is more than what is on disk.
    pub fn fail(&mut self, out: &mut Vec<Effect>) {
        self.phase = Phase::Failed;
        self.waiting.clear();
        self.close_all(CloseCode::Restart, out);
    }

    fn wake(&mut self) {
        if self.phase == Phase::Unloading {
            self.phase = Phase::Open;
        }
    }

    /// Applies, logs and passes on what is new in an update.
    fn edit(
        &mut self,
        update: &Bytes,
        from: Option<ClientId>,
        out: &mut Vec<Effect>,
    ) -> Result<(), DocError> {
        self.wake();
        match self.doc.apply(update) {
            Ok(false) => return Ok(()),
            Ok(true) => self.edited(update, from, out),
            Err(DocError::Missing { vector, applied }) => {
                if let Some(applied) = &applied {
                    self.edited(applied, from, out);
                }
                return Err(DocError::Missing { vector, applied });
            }
            Err(other) => return Err(other),
        }
        Ok(())
    }

    /// The document has changed by this update: logs it and passes it on.
    fn edited(&mut self, update: &[u8], from: Option<ClientId>, out: &mut Vec<Effect>) {
        self.checkpoint_is_old = true;
        self.appended += 1;
        self.log_bytes += update.len() as u64;
        // Not a slice of the frame: the log and the socket queues share this one buffer.
        let frame = wire::update(update);
        self.joiners.edited(&frame);
        out.push(Effect::Append(frame.slice(frame.len() - update.len()..)));
        out.push(Effect::Broadcast(frame, from));
        if self.log_bytes > self.compact_at && !self.compacting {
            self.compacting = true;
            out.push(Effect::Compact);
        }
    }

    /// Tells the origin when everything so far is durable. An update that changed nothing waits as well: what it holds
    /// may be in flight from somebody else.
    fn owe(&mut self, origin: Origin, out: &mut Vec<Effect>) {
        self.waiting.push_back((self.appended, origin));
        self.pay(out);
    }

    fn pay(&mut self, out: &mut Vec<Effect>) {
        let mut touched = Vec::new();
        while let Some((at, origin)) = self.waiting.front().copied() {
            if at > self.durable {
                break;
            }
            self.waiting.pop_front();
            match origin {
                Origin::Call(call, changed) => out.push(Effect::Applied(call, changed)),
                Origin::Client(id) => {
                    if let Some(client) = self.clients.get_mut(&id) {
                        client.saved += 1;
                        touched.push(id);
                    }
                }
            }
        }
        for id in touched {
            self.tell_saved(id, out);
        }
    }

    fn tell_saved(&mut self, id: ClientId, out: &mut Vec<Effect>) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        if client.wants_saved && client.lag.is_none() && client.told < client.saved {
            client.told = client.saved;
            out.push(Effect::Send(id, wire::saved(client.saved)));
        }
    }

    /// The next update is on disk.
    pub fn appended(&mut self, out: &mut Vec<Effect>) {
        self.durable += 1;
        self.pay(out);
    }

    /// An update of a caller's, who gets [`Effect::Applied`].
    pub fn apply(&mut self, call: u64, update: &Bytes, out: &mut Vec<Effect>) -> Result<(), DocError> {
        let before = self.appended;
        match self.edit(update, None, out) {
            Ok(()) => {
                self.owe(Origin::Call(call, self.appended > before), out);
                Ok(())
            }
            Err(error) => {
                if matches!(error, DocError::Apply(_)) {
                    self.fail(out);
                }
                Err(error)
            }
        }
    }

    /// What a caller with this state vector lacks, and the document's own vector.
    pub fn read(&mut self, vector: &[u8]) -> Result<(Vec<u8>, Vec<u8>), DocError> {
        let has = read_vector(vector)?;
        Ok((self.doc.diff(&has), self.doc.vector_bytes()))
    }
}
