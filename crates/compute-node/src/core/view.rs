//! What others may see of the core: made anew after each batch of changes.

use std::sync::Arc;

use carrel_ids::{SessionId, SlotId};
use carrel_model::node::{PoolFigures, State};
use carrel_model::{Fence, SlotClass};
use carrel_proto::agent::v1::Phase as AgentPhase;
use carrel_proto::compute::v1::{Phase, Slot, SlotState};

use super::Core;
use crate::convert;
use crate::slot::SlotShared;
use crate::topology::cpu_list;

/// One slot.
#[derive(Debug, Clone)]
pub struct SlotView {
    /// Its id.
    pub id: SlotId,
    /// Its class.
    pub class: SlotClass,
    /// Where it is in its life.
    pub state: SlotState,
    /// Who holds it.
    pub claim: Option<(SessionId, Fence)>,
    /// How far its agent is.
    pub phase: Phase,
    /// In words.
    pub detail: String,
    /// Milliseconds since 1970.
    pub since_ms: i64,
    /// Its threads.
    pub cpuset: String,
    /// Meters and use.
    pub shared: Arc<SlotShared>,
}

/// The node.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// All slots by id.
    pub slots: Vec<SlotView>,
    /// By pool.
    pub figures: Vec<PoolFigures>,
    /// No claims are accepted because somebody asked for it.
    pub draining: bool,
    /// Why no claims are accepted; empty when healthy.
    pub refusing: String,
    /// The newest fence seen.
    pub highest_fence: Fence,
}

impl SlotView {
    /// As it goes over the wire, with the figures of this moment.
    pub fn message(&self) -> Slot {
        let (session_id, fence) = match &self.claim {
            Some((session, fence)) => (session.to_string(), fence.number()),
            None => (String::new(), 0),
        };
        Slot {
            id: self.id.to_string(),
            slot_class: convert::class_message(self.class).into(),
            state: self.state.into(),
            session_id,
            fence,
            usage: Some(self.shared.usage()),
            phase: self.phase.into(),
            phase_detail: self.detail.clone(),
            since: self.since_ms,
            cpuset: self.cpuset.clone(),
        }
    }

    /// Whether somebody who watches should hear of the difference.
    pub fn differs(&self, other: &Self) -> bool {
        self.state != other.state
            || self.claim != other.claim
            || self.phase != other.phase
            || self.detail != other.detail
    }
}

pub(super) fn of(core: &Core) -> View {
    let slots = core.node.slots().iter().filter_map(|(id, slot)| {
        let local = core.slots.get(id)?;
        let state = match &slot.state {
            State::Creating => SlotState::Creating,
            State::Warm => SlotState::Warm,
            State::Binding { .. } | State::Claimed { .. } => SlotState::Claimed,
            State::Draining { .. } => SlotState::Draining,
        };
        let claim = slot.claim().map(|claim| (claim.session.clone(), claim.fence));
        let told = claim.is_some();
        Some(SlotView {
            id: id.clone(),
            class: slot.class,
            state,
            claim,
            phase: if told { phase(local.status.phase()) } else { Phase::Unspecified },
            detail: if told { local.status.detail.clone() } else { String::new() },
            since_ms: local.since_ms,
            cpuset: local.cpuset.as_deref().map(cpu_list).unwrap_or_default(),
            shared: local.shared.clone(),
        })
    });
    let figures = core.node.figures();
    let none_warm = figures.iter().all(|pool| pool.warm == 0);
    let trouble =
        core.trouble.clone().filter(|_| none_warm).map(|text| format!("no slot can be made: {text}"));
    View {
        slots: slots.collect(),
        figures,
        draining: core.node.is_draining(),
        refusing: core.node.refusing().map(str::to_owned).or(trouble).unwrap_or_default(),
        highest_fence: core.node.highest_fence(),
    }
}

fn phase(phase: AgentPhase) -> Phase {
    match phase {
        AgentPhase::Unspecified | AgentPhase::Warm => Phase::Unspecified,
        AgentPhase::Cloning => Phase::Cloning,
        AgentPhase::Environment => Phase::Environment,
        AgentPhase::Ready => Phase::Ready,
        AgentPhase::Failed => Phase::Failed,
    }
}
