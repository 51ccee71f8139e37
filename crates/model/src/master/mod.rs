//! The front-end master's part: sessions, fences, and the live view of nodes. Decides; performs nothing.
//!
//! ```text
//! claiming ──claimed──▶ preparing ──ready──▶ ready ──close, idle──▶ closing ──released──▶ closed
//!     └──refused, late──┴──late, failed──────┴──slot died, node gone too long──▶ failed
//!                                       ready/preparing ◀──silent / back──▶ unreachable
//! ```
//!
//! Every state has a time limit and an exit. A session's fence is newer than any before it; what a node holds with
//! another fence is released there, whenever the node is heard of.

mod nodes;
mod records;
mod sessions;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use carrel_ids::{NodeId, SessionId, SlotId, UserId};

pub use nodes::{Facts, Health, HeldSession, NodeView, NotThere, Phase, PoolFacts, Quarantine};
pub use records::{Record, State};

use crate::{Egress, Fence, SlotClass, Time};

/// Names one waiting caller; chosen by whoever feeds events in.
pub type Call = u64;

/// The master's fixed figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Sessions a user may have open at once.
    pub sessions_per_user: usize,
    /// A claim that was not answered by then has failed.
    pub claiming_limit: Duration,
    /// Cloning and evaluating may take this long.
    pub preparing_limit: Duration,
    /// A session in which nothing happens for this long is closed.
    pub idle_limit: Duration,
    /// A node that did not report for this long is silent: it gets no sessions.
    pub silent_after: Duration,
    /// A session whose node is silent for this long has failed.
    pub unreachable_limit: Duration,
    /// A release that was not confirmed by then is left to the node's next report.
    pub closing_limit: Duration,
    /// How many nodes are tried for one open.
    pub nodes_tried: usize,
    /// Ended sessions stay in memory for this long (the store keeps them).
    pub keep_ended: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            sessions_per_user: 5,
            claiming_limit: Duration::from_secs(5),
            preparing_limit: Duration::from_secs(300),
            idle_limit: Duration::from_secs(30 * 60),
            silent_after: Duration::from_secs(15),
            unreachable_limit: Duration::from_secs(600),
            closing_limit: Duration::from_secs(30),
            nodes_tried: 3,
            keep_ended: Duration::from_secs(3_600),
        }
    }
}

/// What a user asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// A fresh random id for the session, should one be opened.
    pub session: SessionId,
    /// Who asks.
    pub user: UserId,
    /// `<owner>/<name>`, or empty.
    pub repository: String,
    /// The class.
    pub class: SlotClass,
    /// What the slot may reach.
    pub egress: Egress,
    /// The client's own id of the request.
    pub request_id: String,
    /// Whether the agent evaluates the repository's environment.
    pub with_environment: bool,
    /// On this node or not at all.
    pub node: Option<NodeId>,
}

/// How a node answered a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimResult {
    /// Reports from this one on include the session.
    Claimed { slot: SlotId, from: ReportVersion },
    /// The node surely does not hold the claim.
    Refused(String),
    /// No answer: the node may hold it.
    Unknown(String),
}

/// Orders a node's reports: the boot of its daemon, then the number within that boot.
pub type ReportVersion = (u64, u64);

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A user wants a session.
    Open { call: Call, open: Open },
    /// A user (or an admin) wants a session closed. The caller was checked.
    Close { call: Call, session: SessionId, reason: String },
    /// An account was disabled: all its sessions close.
    CloseAllOf { user: UserId, reason: String },
    /// A node answered [`Effect::Claim`].
    ClaimAnswered { session: SessionId, fence: Fence, node: NodeId, result: ClaimResult },
    /// A node answered [`Effect::Release`]; false if it could not be reached.
    ReleaseAnswered { session: SessionId, fence: Fence, done: bool },
    /// A node told its facts.
    Report(Facts),
    /// Stop or resume placing sessions on a node.
    DrainNode { node: NodeId, drain: bool },
    /// Put a node into quarantine for this reason, or lift it.
    QuarantineNode { node: NodeId, reason: Option<String> },
    /// Time has passed.
    Tick,
}

/// What is to be done. A [`Effect::Persist`] must be durable before any later effect of its step is performed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write the record; the fence sequence never goes below `newest_fence` again.
    Persist { record: Record, newest_fence: Fence },
    /// Ask a node for a slot: [`Event::ClaimAnswered`].
    Claim { node: NodeId, session: SessionId },
    /// Ask a node to end a claim: [`Event::ReleaseAnswered`].
    Release { node: NodeId, session: SessionId, fence: Fence, reason: String },
    /// Tell a node (new, or restarted) which sessions it should hold.
    Reconcile { node: NodeId, generation: Fence, sessions: Vec<(SessionId, Fence)> },
    /// Remember what an admin wants of a node.
    PersistDrain { node: NodeId, drain: bool },
    /// Remember that an admin does not trust a node, or trusts it again.
    PersistQuarantine { node: NodeId, quarantine: Option<Quarantine> },
    /// Remember fences that a lost history gave out, see [`Master::new`].
    PersistLost { lost: LostFences },
    /// Answer a caller.
    Reply { call: Call, answer: Answer },
    /// Tell watchers of the session.
    Changed { session: SessionId },
}

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The session is bound (or was opened before by the same request).
    Opened { session: SessionId },
    /// The session is closed.
    Closed { session: SessionId },
    /// Not done.
    Refused(Refusal),
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The user has this many open already.
    TooMany { open: usize },
    /// No node has a free slot of the class; `refusing` is why a node that can't work says so, empty if all can.
    NoCapacity { class: SlotClass, nodes: usize, warm: u32, creating: u32, refusing: String },
    /// The session was to be on this node or not at all, and the node can't take it.
    NotThere { node: NodeId, why: NotThere },
    /// Nodes were asked and none could; what the last one said.
    NotClaimed { last: String },
    /// There is no such session.
    NoSession,
    /// The release was not confirmed in time; the node's next report ends it.
    ReleaseLate,
    /// The session was closed while it was being opened.
    ClosedMeanwhile,
}

/// The master's state.
#[derive(Debug, Clone)]
pub struct Master {
    settings: Settings,
    records: BTreeMap<SessionId, Record>,
    by_user: BTreeMap<UserId, BTreeSet<SessionId>>,
    by_request: BTreeMap<(UserId, String), SessionId>,
    nodes: BTreeMap<NodeId, NodeView>,
    drained: BTreeSet<NodeId>,
    quarantined: BTreeMap<NodeId, Quarantine>,
    waiting: BTreeMap<SessionId, Waiting>,
    fence: Fence,
    lost: Vec<LostFences>,
    started: Time,
}

/// Callers who wait for a session's next step, and what the claim went through.
#[derive(Debug, Clone, Default)]
struct Waiting {
    open: Vec<Call>,
    close: Vec<Call>,
    tried: Vec<NodeId>,
}

/// Fences `first..=last` that some node has seen and this master never gave out: its store was restored from a copy
/// older than them. Slots that hold one belong to sessions of the lost history; learners may be at work in them, so they
/// are left alone until an admin looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LostFences {
    /// The oldest of them.
    pub first: Fence,
    /// The newest of them.
    pub last: Fence,
}

/// What the store holds at the start.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// The sessions that had not ended.
    pub records: Vec<Record>,
    /// The newest fence given out.
    pub fence: Fence,
    /// Nodes an admin wants drained.
    pub drained: Vec<NodeId>,
    /// Nodes in quarantine.
    pub quarantined: Vec<(NodeId, Quarantine)>,
    /// Fences of lost histories.
    pub lost: Vec<LostFences>,
}

impl Master {
    /// A master as its store remembers it.
    pub fn new(settings: Settings, now: Time, stored: Stored) -> Self {
        let mut master = Self {
            settings,
            records: BTreeMap::new(),
            by_user: BTreeMap::new(),
            by_request: BTreeMap::new(),
            nodes: BTreeMap::new(),
            drained: stored.drained.into_iter().collect(),
            quarantined: stored.quarantined.into_iter().collect(),
            waiting: BTreeMap::new(),
            fence: stored.fence,
            lost: stored.lost,
            started: now,
        };
        for mut record in stored.records {
            // Time limits start anew: the master was away, not the session.
            record.since = now;
            master.fence = master.fence.max(record.fence);
            master.insert(record);
        }
        master
    }

    /// Takes one event and says what is to be done.
    pub fn step(&mut self, now: Time, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Open { call, open } => self.open(now, call, open, &mut effects),
            Event::Close { call, session, reason } => {
                self.close(now, Some(call), &session, reason, &mut effects);
            }
            Event::CloseAllOf { user, reason } => {
                for session in self.sessions_of(&user) {
                    self.close(now, None, &session, reason.clone(), &mut effects);
                }
            }
            Event::ClaimAnswered { session, fence, node, result } => {
                self.claim_answered(now, &session, fence, &node, result, &mut effects);
            }
            Event::ReleaseAnswered { session, fence, done } => {
                self.release_answered(now, &session, fence, done, &mut effects);
            }
            Event::Report(facts) => self.report(now, facts, &mut effects),
            Event::DrainNode { node, drain } => self.drain_node(node, drain, &mut effects),
            Event::QuarantineNode { node, reason } => self.quarantine_node(now, node, reason, &mut effects),
            Event::Tick => self.tick(now, &mut effects),
        }
        effects
    }

    /// A session, ended ones included while they are kept.
    pub fn session(&self, id: &SessionId) -> Option<&Record> {
        self.records.get(id)
    }

    /// All sessions in memory.
    pub fn sessions(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// The nodes heard of since the start.
    pub fn nodes(&self) -> &BTreeMap<NodeId, NodeView> {
        &self.nodes
    }

    /// Whether an admin wants the node drained.
    pub fn is_drained(&self, node: &NodeId) -> bool {
        self.drained.contains(node)
    }

    /// Why a node gets no session whatever it reports, where an admin said so.
    pub fn quarantine(&self, node: &NodeId) -> Option<&Quarantine> {
        self.quarantined.get(node)
    }

    /// How a node is doing.
    pub fn health(&self, now: Time, node: &NodeView) -> Health {
        if now.since(node.last_report) >= self.settings.silent_after {
            Health::Silent
        } else if node.facts.refusing.is_empty() {
            Health::Up
        } else {
            Health::Refusing
        }
    }

    /// Whether somebody who shows this fence may write for the session now: push, or be routed to.
    pub fn may_write(&self, session: &SessionId, fence: Fence) -> bool {
        self.records.get(session).is_some_and(|record| record.state.is_live() && record.fence == fence)
    }

    /// The newest fence given out.
    pub fn newest_fence(&self) -> Fence {
        self.fence
    }

    fn sessions_of(&self, user: &UserId) -> Vec<SessionId> {
        self.by_user.get(user).into_iter().flatten().cloned().collect()
    }

    fn insert(&mut self, record: Record) {
        self.by_user.entry(record.user.clone()).or_default().insert(record.id.clone());
        if !record.request_id.is_empty() {
            let key = (record.user.clone(), record.request_id.clone());
            self.by_request.insert(key, record.id.clone());
        }
        self.records.insert(record.id.clone(), record);
    }

    fn forget(&mut self, id: &SessionId) {
        let Some(record) = self.records.remove(id) else { return };
        self.by_request.remove(&(record.user.clone(), record.request_id));
        if let Some(sessions) = self.by_user.get_mut(&record.user) {
            sessions.remove(id);
            if sessions.is_empty() {
                self.by_user.remove(&record.user);
            }
        }
    }
}
