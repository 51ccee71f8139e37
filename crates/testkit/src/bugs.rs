//! Planted bugs. The simulation has to find each of them.

use carrel_model::node::{Claim, Effect, Event, Node, Settings};
use carrel_model::{Fence, Time};

use crate::sim::NodeLogic;

/// Which bug is planted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// None.
    None,
    /// A node obeys a release or a list of sessions whatever its fence.
    FenceNotChecked,
    /// A node starts a new slot before it has answered the claim.
    RefillFirst,
    /// A node says that a session is released and leaves its slot running.
    ReleaseForgotten,
    /// The master's store does not keep the fence sequence.
    FencesNotKept,
}

impl Bug {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::FenceNotChecked, Self::RefillFirst, Self::ReleaseForgotten, Self::FencesNotKept];

    /// What makes a node's decisions.
    pub(crate) fn logic(self) -> fn(Settings, u128) -> Box<dyn NodeLogic> {
        match self {
            Self::None | Self::FencesNotKept => |settings, seed| Box::new(Node::new(settings, seed)),
            Self::FenceNotChecked => |settings, seed| Box::new(FenceNotChecked(Node::new(settings, seed))),
            Self::RefillFirst => |settings, seed| Box::new(RefillFirst(Node::new(settings, seed))),
            Self::ReleaseForgotten => |settings, seed| Box::new(ReleaseForgotten(Node::new(settings, seed))),
        }
    }
}

struct FenceNotChecked(Node);

impl NodeLogic for FenceNotChecked {
    fn step(&mut self, now: Time, event: Event) -> Vec<Effect> {
        let event = match event {
            Event::Release { call, claim } => {
                let held = self.0.slot_of(&claim.session).and_then(|(_, slot)| slot.claim().cloned());
                Event::Release { call, claim: held.unwrap_or(claim) }
            }
            Event::Reconcile { call, sessions, .. } => {
                Event::Reconcile { call, generation: Fence::from_number(u64::MAX), sessions }
            }
            other => other,
        };
        self.0.step(now, event)
    }

    fn node(&self) -> &Node {
        &self.0
    }
}

struct RefillFirst(Node);

impl NodeLogic for RefillFirst {
    fn step(&mut self, now: Time, event: Event) -> Vec<Effect> {
        let refill = match &event {
            Event::Claim { call, class, .. } => Some(Effect::Create {
                slot: carrel_ids::SlotId::from_random(u128::from(*call)),
                class: *class,
            }),
            _ => None,
        };
        let effects = self.0.step(now, event);
        refill.into_iter().chain(effects).collect()
    }

    fn node(&self) -> &Node {
        &self.0
    }
}

struct ReleaseForgotten(Node);

impl NodeLogic for ReleaseForgotten {
    fn step(&mut self, now: Time, event: Event) -> Vec<Effect> {
        let released: Option<Claim> = match &event {
            Event::Release { claim, .. } => Some(claim.clone()),
            _ => None,
        };
        let mut effects = self.0.step(now, event);
        if released.is_some() {
            let killed = effects.iter().find_map(|effect| match effect {
                Effect::Kill { slot } => Some(slot.clone()),
                _ => None,
            });
            if let Some(slot) = killed {
                effects.retain(|effect| !matches!(effect, Effect::Kill { .. }));
                effects.extend(self.0.step(now, Event::Killed { slot: slot.clone() }));
                effects.retain(|effect| !matches!(effect, Effect::Remove { .. }));
                effects.extend(self.0.step(now, Event::Removed { slot }));
            }
        }
        effects
    }

    fn node(&self) -> &Node {
        &self.0
    }
}
