//! What everybody else may read of the decisions: sessions and nodes as they are on disk.
//!
//! Written by the core alone, after the commit. Readers (every tunnel request, every push) take one lock for one
//! look-up and never wait for a decision.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;
use carrel_ids::{NodeId, SessionId};
use carrel_model::Fence;
use carrel_model::master::{Health, Quarantine, Record};
use carrel_proto::compute::v1::NodeReport;
use tokio::sync::watch;

use crate::fence::{FenceCheck, FenceVerdict, StoredFences};

/// A session as it is on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// What the model decided.
    pub record: Record,
    /// The login name of its user.
    pub user_name: String,
}

/// A node as it reported last.
#[derive(Debug, Clone)]
pub struct NodeRow {
    /// The report.
    pub report: Arc<NodeReport>,
    /// How it is doing.
    pub health: Health,
    /// Whether an admin wants it drained.
    pub drained: bool,
    /// Whether, and why, an admin does not trust it.
    pub quarantine: Option<Quarantine>,
    /// Milliseconds since 1970.
    pub last_report: u64,
}

/// What is known of a node besides its report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Marks {
    pub(super) health: Health,
    pub(super) drained: bool,
    pub(super) quarantine: Option<Quarantine>,
}

/// The board.
#[derive(Default)]
pub struct Board {
    /// Grows with each change of a node.
    nodes_version: watch::Sender<u64>,
    sessions: RwLock<HashMap<SessionId, watch::Sender<Arc<SessionRow>>>>,
    nodes: RwLock<BTreeMap<NodeId, NodeRow>>,
}

impl Board {
    /// A session, ended ones included for a while.
    pub fn session(&self, id: &SessionId) -> Option<Arc<SessionRow>> {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.get(id).map(|sender| sender.borrow().clone())
    }

    /// A session now and at each change. Who is slow sees the newest state and skips those between; the timeline in
    /// each row tells of them.
    pub fn watch(&self, id: &SessionId) -> Option<watch::Receiver<Arc<SessionRow>>> {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.get(id).map(watch::Sender::subscribe)
    }

    /// How many watch a session.
    pub fn watchers(&self, id: &SessionId) -> usize {
        let sessions = self.sessions.read().unwrap_or_else(PoisonError::into_inner);
        sessions.get(id).map_or(0, watch::Sender::receiver_count)
    }

    /// A node.
    pub fn node(&self, id: &NodeId) -> Option<NodeRow> {
        self.nodes.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// All nodes heard of since the start.
    pub fn nodes(&self) -> Vec<NodeRow> {
        self.nodes.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// The number of changes of nodes so far, and the way to wait for the next.
    pub fn nodes_version(&self) -> watch::Receiver<u64> {
        self.nodes_version.subscribe()
    }

    /// Where users reach a node's tunnel directly; empty if they can't.
    pub fn direct_url(&self, node: Option<&NodeId>) -> String {
        let nodes = self.nodes.read().unwrap_or_else(PoisonError::into_inner);
        node.and_then(|id| nodes.get(id)).map(|row| row.report.direct_url.clone()).unwrap_or_default()
    }

    /// What a fence of a session may do; `None` where there is no such session here.
    pub fn verdict(&self, session: &SessionId, fence: Fence) -> Option<FenceVerdict> {
        let record = &self.session(session)?.record;
        Some(match (record.state.is_live(), record.fence == fence) {
            (false, _) => FenceVerdict::Over,
            (true, true) => FenceVerdict::Newest,
            (true, false) => FenceVerdict::Older,
        })
    }

    pub(super) fn put(&self, row: SessionRow) {
        let row = Arc::new(row);
        let mut sessions = self.sessions.write().unwrap_or_else(PoisonError::into_inner);
        match sessions.get(&row.record.id) {
            Some(sender) => drop(sender.send_replace(row)),
            None => drop(sessions.insert(row.record.id.clone(), watch::Sender::new(row))),
        }
    }

    pub(super) fn retain(&self, keep: impl Fn(&SessionId) -> bool) {
        self.sessions.write().unwrap_or_else(PoisonError::into_inner).retain(|id, _| keep(id));
    }

    pub(super) fn put_node(&self, id: NodeId, row: NodeRow) {
        self.nodes.write().unwrap_or_else(PoisonError::into_inner).insert(id, row);
        self.nodes_version.send_modify(|version| *version += 1);
    }

    /// Changes what is not in a node's report.
    pub(super) fn mark_node(&self, id: &NodeId, marks: &Marks) {
        let mut nodes = self.nodes.write().unwrap_or_else(PoisonError::into_inner);
        let Some(row) = nodes.get_mut(id) else { return };
        let before = Marks { health: row.health, drained: row.drained, quarantine: row.quarantine.take() };
        row.health = marks.health;
        row.drained = marks.drained;
        row.quarantine.clone_from(&marks.quarantine);
        drop(nodes);
        if before != *marks {
            self.nodes_version.send_modify(|version| *version += 1);
        }
    }
}

/// Git's question, answered from the board; sessions that are long over are looked up in the store.
pub struct LiveFences {
    /// The board.
    pub board: Arc<Board>,
    /// The rest.
    pub stored: StoredFences,
}

#[async_trait]
impl FenceCheck for LiveFences {
    async fn check(&self, session: &SessionId, fence: u64) -> FenceVerdict {
        match self.board.verdict(session, Fence::from_number(fence)) {
            Some(verdict) => verdict,
            None => self.stored.check(session, fence).await,
        }
    }
}
