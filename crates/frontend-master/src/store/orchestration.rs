//! What session orchestration writes in one go and reads at its start.

use async_trait::async_trait;
use carrel_ids::NodeId;

use super::{SessionRecord, StoreError};

/// A session and the node's report (boot, version) from which on it is included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrchestratedSession {
    /// The session.
    pub record: SessionRecord,
    /// The report, `(0, 0)` before the claim was answered.
    pub reported_from: (u64, u64),
}

/// Everything that a batch of decisions changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Decisions {
    /// Sessions, each at most once.
    pub sessions: Vec<OrchestratedSession>,
    /// The newest fence given out, where it has grown.
    pub newest_fence: Option<u64>,
    /// Drain flags that were set or cleared.
    pub drains: Vec<(NodeId, bool)>,
    /// Quarantines that were set (`Some`) or lifted.
    pub quarantines: Vec<(NodeId, Option<QuarantineRecord>)>,
    /// Fences of a lost history, `first..=last`.
    pub lost_fences: Vec<(u64, u64)>,
}

impl Decisions {
    /// Nothing to write.
    pub fn is_empty(&self) -> bool {
        self.sessions.is_empty()
            && self.newest_fence.is_none()
            && self.drains.is_empty()
            && self.quarantines.is_empty()
            && self.lost_fences.is_empty()
    }
}

/// A node that an admin does not trust at the moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantineRecord {
    /// Why.
    pub reason: String,
    /// Since when, milliseconds since 1970.
    pub since: i64,
}

/// What orchestration starts from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remembered {
    /// The sessions that are not over.
    pub sessions: Vec<OrchestratedSession>,
    /// The newest fence given out.
    pub newest_fence: u64,
    /// The nodes that shall drain.
    pub drained: Vec<NodeId>,
    /// The nodes in quarantine.
    pub quarantined: Vec<(NodeId, QuarantineRecord)>,
    /// Fences of lost histories.
    pub lost_fences: Vec<(u64, u64)>,
}

/// The store as orchestration uses it.
#[async_trait]
pub trait OrchestrationStore: Send + Sync {
    /// Writes all of it in one transaction; it is on disk when this returns. Repeating it changes nothing.
    async fn commit_decisions(&self, decisions: &Decisions) -> Result<(), StoreError>;
    /// Reads what is remembered.
    async fn remembered(&self) -> Result<Remembered, StoreError>;
}
