//! What is written down of a session.

use carrel_ids::{NodeId, SessionId, SlotId, UserId};

use super::ReportVersion;
use crate::{Egress, Fence, SlotClass, Time};

/// Where a session is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// A node is being asked for a slot.
    Claiming,
    /// The slot is bound; repository and environment are being prepared.
    Preparing,
    /// The learner can work.
    Ready,
    /// The node has not been heard of.
    Unreachable,
    /// The node is being asked to release the slot.
    Closing,
    /// Over, as wanted.
    Closed,
    /// Over, as not wanted.
    Failed,
}

impl State {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::Claiming,
        Self::Preparing,
        Self::Ready,
        Self::Unreachable,
        Self::Closing,
        Self::Closed,
        Self::Failed,
    ];

    /// The session may have effects.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Claiming | Self::Preparing | Self::Ready | Self::Unreachable)
    }

    /// The session is over.
    pub const fn has_ended(self) -> bool {
        matches!(self, Self::Closed | Self::Failed)
    }

    /// Its name in the store and in messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Claiming => "claiming",
            Self::Preparing => "preparing",
            Self::Ready => "ready",
            Self::Unreachable => "unreachable",
            Self::Closing => "closing",
            Self::Closed => "closed",
            Self::Failed => "failed",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// One session as the store holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id.
    pub id: SessionId,
    /// Whose it is.
    pub user: UserId,
    /// `<owner>/<name>`, or empty.
    pub repository: String,
    /// The class of its slot.
    pub class: SlotClass,
    /// What the slot may reach.
    pub egress: Egress,
    /// The client's own id of the request that opened it.
    pub request_id: String,
    /// Whether the agent evaluates the repository's environment.
    pub with_environment: bool,
    /// Its state.
    pub state: State,
    /// Why it is in that state, for people; may be empty.
    pub reason: String,
    /// On this node or not at all.
    pub only: Option<NodeId>,
    /// The node that was last asked.
    pub node: Option<NodeId>,
    /// The slot, once claimed.
    pub slot: Option<SlotId>,
    /// Its newest fence.
    pub fence: Fence,
    /// The node's reports from this one on include it.
    pub reported_from: ReportVersion,
    /// When it was asked for.
    pub created: Time,
    /// When it got into its state.
    pub since: Time,
    /// When it first got into each state, in order.
    pub timeline: Vec<(State, Time)>,
}

/// Most entries of a timeline. A session that flaps between ready and unreachable keeps its first ones.
const TIMELINE_MAX: usize = 32;

impl Record {
    /// Goes to another state.
    pub(super) fn enter(&mut self, now: Time, state: State, reason: impl Into<String>) {
        self.state = state;
        self.reason = reason.into();
        self.since = now;
        if self.timeline.len() < TIMELINE_MAX || state.has_ended() {
            self.timeline.push((state, now));
        }
    }
}
