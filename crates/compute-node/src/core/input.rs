//! What the loop takes in, and the handle by which others reach it.

use std::sync::Arc;

use carrel_ids::SlotId;
use carrel_model::Fence;
use carrel_model::node::{Answer, Claim};
use carrel_proto::agent::v1::{HelloReply, Status};
use carrel_proto::compute::v1::GitToken;
use carrel_runtime::{Created, FoundSlot, RuntimeError, RuntimeEvent};
use tokio::sync::{mpsc, oneshot, watch};

use super::View;
use crate::ledger::ClaimRecord;

/// Everything that can happen to a node.
pub enum Input {
    /// The master wants a slot.
    Claim {
        /// For whom and what.
        record: ClaimRecord,
        /// For the proxy.
        token: Option<GitToken>,
        /// The answer.
        reply: oneshot::Sender<Answer>,
    },
    /// The master wants a session gone.
    Release {
        /// Which.
        claim: Claim,
        /// The answer.
        reply: oneshot::Sender<Answer>,
    },
    /// The master's whole list.
    Reconcile {
        /// The newest fence when it was made.
        generation: Fence,
        /// The list.
        sessions: Vec<Claim>,
        /// The answer.
        reply: oneshot::Sender<Answer>,
    },
    /// Stop or resume accepting claims.
    Drain(bool),
    /// The runtime has news.
    Runtime(RuntimeEvent),
    /// The runtime's list, and which slots ought to have been in it.
    Listed {
        /// Slots that ran when the list was asked for.
        before: Vec<SlotId>,
        /// The list.
        found: Result<Vec<FoundSlot>, RuntimeError>,
    },
    /// A creation has ended.
    Created {
        /// The slot.
        slot: SlotId,
        /// How.
        result: Result<Created, RuntimeError>,
    },
    /// An agent has said hello, for the first time or again.
    AgentUp {
        /// The slot.
        slot: SlotId,
        /// What it said.
        hello: HelloReply,
    },
    /// An agent's status.
    Status {
        /// The slot.
        slot: SlotId,
        /// The status.
        status: Status,
    },
    /// A bind has ended.
    Bound {
        /// The slot.
        slot: SlotId,
        /// Or why not.
        result: Result<(), String>,
    },
    /// A slot's last process is dead.
    Killed {
        /// The slot.
        slot: SlotId,
    },
    /// Nothing of a slot is left.
    Removed {
        /// The slot.
        slot: SlotId,
    },
}

/// The daemon is stopping, so nobody answers.
#[derive(Debug, thiserror::Error)]
#[error("this node is stopping: try again in a moment, or another node")]
pub struct Stopping;

/// Reaches the core from handlers. Clones share it.
#[derive(Clone)]
pub struct CoreHandle {
    inputs: mpsc::Sender<Input>,
    view: watch::Receiver<Arc<View>>,
}

impl CoreHandle {
    pub(super) fn new(inputs: mpsc::Sender<Input>, view: watch::Receiver<Arc<View>>) -> Self {
        Self { inputs, view }
    }

    /// Claims a slot.
    pub async fn claim(&self, record: ClaimRecord, token: Option<GitToken>) -> Result<Answer, Stopping> {
        self.ask(|reply| Input::Claim { record, token, reply }).await
    }

    /// Releases a session.
    pub async fn release(&self, claim: Claim) -> Result<Answer, Stopping> {
        self.ask(|reply| Input::Release { claim, reply }).await
    }

    /// Releases all sessions that are not listed.
    pub async fn reconcile(&self, generation: Fence, sessions: Vec<Claim>) -> Result<Answer, Stopping> {
        self.ask(|reply| Input::Reconcile { generation, sessions, reply }).await
    }

    /// Stops or resumes accepting claims.
    pub async fn drain(&self, drain: bool) -> Result<(), Stopping> {
        self.inputs.send(Input::Drain(drain)).await.map_err(|_| Stopping)
    }

    /// What is so now.
    pub fn view(&self) -> Arc<View> {
        self.view.borrow().clone()
    }

    /// What is so, as it changes.
    pub fn views(&self) -> watch::Receiver<Arc<View>> {
        self.view.clone()
    }

    async fn ask(&self, input: impl FnOnce(oneshot::Sender<Answer>) -> Input) -> Result<Answer, Stopping> {
        let (reply, answer) = oneshot::channel();
        self.inputs.send(input(reply)).await.map_err(|_| Stopping)?;
        answer.await.map_err(|_| Stopping)
    }
}
