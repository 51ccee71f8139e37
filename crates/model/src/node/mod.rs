//! A node's slots: warm pools, claims, releases, adoption. Decides; performs nothing.
//!
//! ```text
//! creating ──ready──▶ warm ──claim──▶ binding ──bound──▶ claimed ──release──▶ draining ──removed──▶ (gone)
//!     └──failed, late──────────────────┴──failed, late────┴──died─────────────────▲
//! ```
//!
//! Every state but warm and claimed has a time limit; those two are left by a claim, a release or a death.
//! Claims go before refills: no slot is created while a claim is unanswered.

mod claims;
mod refill;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use carrel_ids::{SessionId, SlotId};

use crate::{Fence, SlotClass, Time};

/// Names one waiting caller; chosen by whoever feeds events in.
pub type Call = u64;

/// How many slots a class should have in all, warm and claimed together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pool {
    /// The class.
    pub class: SlotClass,
    /// Slots in all.
    pub wanted: usize,
}

/// A node's fixed figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The pools.
    pub pools: Vec<Pool>,
    /// How many slots may be in creation at once; more only make each other slow.
    pub starts_at_once: usize,
    /// A slot that is not warm by then is given up.
    pub creating_limit: Duration,
    /// A claim that is not bound by then has failed.
    pub binding_limit: Duration,
    /// A kill or removal that was not confirmed by then is asked for again.
    pub draining_limit: Duration,
    /// Refills wait until no claim came for this long…
    pub refill_quiet: Duration,
    /// …but no longer than this, so that a steady stream of claims does not starve them.
    pub refill_delay_max: Duration,
    /// Pause after a failed creation; doubles up to 32 times as long while they go on failing.
    pub create_retry: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            pools: Vec::new(),
            starts_at_once: 4,
            creating_limit: Duration::from_secs(60),
            binding_limit: Duration::from_secs(4),
            draining_limit: Duration::from_secs(30),
            refill_quiet: Duration::from_millis(250),
            refill_delay_max: Duration::from_secs(2),
            create_retry: Duration::from_secs(1),
        }
    }
}

/// Who holds a slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The session.
    pub session: SessionId,
    /// Its fence.
    pub fence: Fence,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// At the start: a running slot of ours was found. One with a claim stays claimed and its agent is told once
    /// more; one without is checked again.
    Adopted { slot: SlotId, class: SlotClass, claim: Option<Claim> },
    /// The master wants a slot.
    Claim { call: Call, class: SlotClass, claim: Claim },
    /// The master wants a session gone.
    Release { call: Call, claim: Claim },
    /// The master says which sessions it knew of when `generation` was the newest fence.
    Reconcile { call: Call, generation: Fence, sessions: Vec<Claim> },
    /// The slot runs and its agent answered.
    Ready { slot: SlotId },
    /// The slot could not be made, or its agent never answered.
    CreateFailed { slot: SlotId },
    /// The agent took the claim.
    Bound { slot: SlotId },
    /// The agent did not.
    BindFailed { slot: SlotId, reason: String },
    /// The slot's last process is dead.
    Killed { slot: SlotId },
    /// Nothing of the slot is left.
    Removed { slot: SlotId },
    /// The slot died without being asked to.
    Died { slot: SlotId },
    /// The engine does not answer.
    EngineLost { reason: String },
    /// The engine answers again.
    EngineBack,
    /// Stop or resume accepting claims.
    Drain(bool),
    /// Time has passed.
    Tick,
}

/// What is to be done. Effects of one step are performed in order where they name the same slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Make a slot, wait for its agent: [`Event::Ready`] or [`Event::CreateFailed`].
    Create { slot: SlotId, class: SlotClass },
    /// Check an adopted slot's agent: [`Event::Ready`] or [`Event::CreateFailed`].
    Check { slot: SlotId },
    /// Write the claim down; it must be held before the next effect.
    Persist { slot: SlotId, claim: Claim },
    /// Tell the agent: [`Event::Bound`] or [`Event::BindFailed`].
    Bind { slot: SlotId, claim: Claim },
    /// Close the slot's connections, kill its processes: [`Event::Killed`].
    Kill { slot: SlotId },
    /// Forget what was written down and clean up: [`Event::Removed`].
    Remove { slot: SlotId },
    /// Answer a caller.
    Reply { call: Call, answer: Answer },
    /// Something a report tells has changed.
    Changed,
}

/// What a caller is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The claim holds this slot.
    Claimed { slot: SlotId, repeated: bool },
    /// The session is gone from this node, its last process dead.
    Released { was_held: bool },
    /// The sessions that are being released.
    Reconciled { released: Vec<SessionId> },
    /// Not done.
    Refused(Refusal),
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// A newer fence was seen for this session.
    Stale { newest: Fence },
    /// This very claim was released already.
    AlreadyReleased,
    /// No slot of the class is warm.
    NoneWarm { class: SlotClass },
    /// The node accepts no claims.
    Draining,
    /// The node can't work, and why.
    Refusing(String),
    /// The agent did not take the claim, and why.
    BindFailed(String),
    /// Not confirmed in time; it goes on being tried.
    Late,
}

/// Where a slot is in its life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Being made, or adopted and being checked.
    Creating,
    /// Ready for a claim.
    Warm,
    /// Claimed, the agent has not confirmed yet.
    Binding { claim: Claim, calls: Vec<Call> },
    /// Held by a session.
    Claimed { claim: Claim },
    /// Being killed and removed. `killed` once its last process is dead.
    Draining { claim: Option<Claim>, calls: Vec<Call>, killed: bool },
}

/// One slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// Its class.
    pub class: SlotClass,
    /// Its state.
    pub state: State,
    /// When it got into that state (draining: when it was last asked for).
    pub since: Time,
}

impl Slot {
    /// The claim that holds it, also while binding.
    pub fn claim(&self) -> Option<&Claim> {
        match &self.state {
            State::Binding { claim, .. } | State::Claimed { claim } => Some(claim),
            State::Creating | State::Warm | State::Draining { .. } => None,
        }
    }
}

/// Figures of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolFigures {
    /// The class.
    pub class: SlotClass,
    /// Slots it should have.
    pub wanted: usize,
    /// In creation.
    pub creating: usize,
    /// Ready for a claim.
    pub warm: usize,
    /// Held, binding included.
    pub claimed: usize,
}

/// The newest fence seen for a session, and whether that claim is over.
#[derive(Debug, Clone, Copy)]
struct Seen {
    fence: Fence,
    released: bool,
}

/// How many released sessions a node remembers, so that a late or repeated claim can't bring one back. A message
/// that is older than this many releases has long missed its deadline.
const RELEASED_MAX: usize = 4_096;

/// The state of a node.
#[derive(Debug, Clone)]
pub struct Node {
    settings: Settings,
    slots: BTreeMap<SlotId, Slot>,
    seen: BTreeMap<SessionId, Seen>,
    released_order: VecDeque<SessionId>,
    highest_fence: Fence,
    generation: Fence,
    draining: bool,
    refusing: Option<String>,
    ids: Ids,
    refill: refill::Refill,
}

/// Slot ids from a seed: unique while seeds are.
#[derive(Debug, Clone)]
struct Ids {
    seed: u128,
    made: u128,
}

impl Ids {
    fn next(&mut self) -> SlotId {
        self.made += 1;
        // An odd multiplier is a bijection, so no two of one seed are the same in the low 100 bits.
        SlotId::from_random(
            self.seed.wrapping_add(self.made.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)),
        )
    }
}

impl Node {
    /// A node without slots. `seed` must be random and new at each start of the daemon.
    pub fn new(settings: Settings, seed: u128) -> Self {
        Self {
            settings,
            slots: BTreeMap::new(),
            seen: BTreeMap::new(),
            released_order: VecDeque::new(),
            highest_fence: Fence::NONE,
            generation: Fence::NONE,
            draining: false,
            refusing: None,
            ids: Ids { seed, made: 0 },
            refill: refill::Refill::default(),
        }
    }

    /// Takes one event and says what is to be done.
    pub fn step(&mut self, now: Time, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        // While slots are still being found the pools only look empty.
        let is_adoption = matches!(event, Event::Adopted { .. });
        match event {
            Event::Adopted { slot, class, claim } => self.adopt(now, slot, class, claim, &mut effects),
            Event::Claim { call, class, claim } => self.claim(now, call, class, claim, &mut effects),
            Event::Release { call, claim } => self.release(now, call, &claim, &mut effects),
            Event::Reconcile { call, generation, sessions } => {
                self.reconcile(now, call, generation, &sessions, &mut effects);
            }
            Event::Ready { slot } => self.ready(now, &slot, &mut effects),
            Event::CreateFailed { slot } => self.create_failed(now, &slot, &mut effects),
            Event::Bound { slot } => self.bound(now, &slot, &mut effects),
            Event::BindFailed { slot, reason } => {
                self.bind_failed(now, &slot, Refusal::BindFailed(reason), &mut effects);
            }
            Event::Killed { slot } => self.killed(now, &slot, &mut effects),
            Event::Removed { slot } => self.removed(&slot, &mut effects),
            Event::Died { slot } => self.died(now, &slot, &mut effects),
            Event::EngineLost { reason } => {
                self.refusing = Some(reason);
                effects.push(Effect::Changed);
            }
            Event::EngineBack => {
                self.refusing = None;
                self.refill.reset();
                effects.push(Effect::Changed);
            }
            Event::Drain(drain) => {
                self.draining = drain;
                effects.push(Effect::Changed);
            }
            Event::Tick => self.tick(now, &mut effects),
        }
        if !is_adoption {
            self.refill(now, &mut effects);
        }
        effects
    }

    /// All slots by id.
    pub fn slots(&self) -> &BTreeMap<SlotId, Slot> {
        &self.slots
    }

    /// The slot that holds this session, binding included.
    pub fn slot_of(&self, session: &SessionId) -> Option<(&SlotId, &Slot)> {
        self.slots.iter().find(|(_, slot)| slot.claim().is_some_and(|claim| claim.session == *session))
    }

    /// Figures of each pool.
    pub fn figures(&self) -> Vec<PoolFigures> {
        self.settings.pools.iter().map(|pool| self.figures_of(*pool)).collect()
    }

    /// The newest fence this node has seen.
    pub fn highest_fence(&self) -> Fence {
        self.highest_fence
    }

    /// Whether claims are refused because somebody asked for it.
    pub fn is_draining(&self) -> bool {
        self.draining
    }

    /// Why claims are refused because the node can't work.
    pub fn refusing(&self) -> Option<&str> {
        self.refusing.as_deref()
    }

    fn figures_of(&self, pool: Pool) -> PoolFigures {
        let mut figures =
            PoolFigures { class: pool.class, wanted: pool.wanted, creating: 0, warm: 0, claimed: 0 };
        for slot in self.slots.values().filter(|slot| slot.class == pool.class) {
            match slot.state {
                State::Creating => figures.creating += 1,
                State::Warm => figures.warm += 1,
                State::Binding { .. } | State::Claimed { .. } => figures.claimed += 1,
                State::Draining { .. } => {}
            }
        }
        figures
    }
}
