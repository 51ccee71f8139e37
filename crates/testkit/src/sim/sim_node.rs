//! A simulated node: performs the effects of `Node::step` on slots and a ledger that survive its daemon.

use std::collections::BTreeMap;
use std::time::Duration;

use carrel_ids::{NodeId, SessionId, SlotId};
use carrel_model::SlotClass;
use carrel_model::master::{Facts, HeldSession, Phase, PoolFacts};
use carrel_model::node::{Answer, Claim, Effect, Event, State};

use super::{Message, NodeLogic, Request, ToMaster, World};

const TICK_MS: u64 = 100;
const REPORT_MS: u64 = 5_000;
/// Changes within this time share a report.
const COALESCE_MS: u64 = 20;
const REBIND_MS: u64 = 100;

/// A container that runs, and what its agent was told.
#[derive(Debug, Clone)]
pub(super) struct Container {
    pub(super) class: SlotClass,
    pub(super) alive: bool,
    pub(super) bound: Option<Claim>,
}

/// One node.
pub struct SimNode {
    pub(super) id: NodeId,
    pub(super) logic: Option<Box<dyn NodeLogic>>,
    pub(super) boot: u64,
    pub(super) clock: u64,
    pub(super) containers: BTreeMap<SlotId, Container>,
    pub(super) cut_off: bool,
    pub(super) engine_works: bool,
    pub(super) crash_in: Option<u64>,
    ledger: BTreeMap<SlotId, Claim>,
    version: u64,
    report_is_due: bool,
    last_report: u64,
}

impl SimNode {
    pub(super) fn new(index: usize) -> Self {
        Self {
            id: format!("no-{index}").parse().expect("a valid node id"),
            logic: None,
            boot: 0,
            clock: 0,
            containers: BTreeMap::new(),
            cut_off: false,
            engine_works: true,
            crash_in: None,
            ledger: BTreeMap::new(),
            version: 0,
            report_is_due: false,
            last_report: 0,
        }
    }

    pub(super) fn alive(&self) -> impl Iterator<Item = &SlotId> {
        self.containers.iter().filter(|(_, container)| container.alive).map(|(slot, _)| slot)
    }

    /// Ends a container; says whose it was.
    pub(super) fn end_slot(&mut self, slot: &SlotId) -> Option<SessionId> {
        let container = self.containers.get_mut(slot)?;
        container.alive = false;
        let held = container.bound.clone().or_else(|| self.ledger.get(slot).cloned());
        held.map(|claim| claim.session)
    }

    fn is_claimed(&self, slot: &SlotId) -> bool {
        let slots = self.logic.as_ref().map(|logic| logic.node().slots());
        slots
            .and_then(|slots| slots.get(slot))
            .is_some_and(|slot| matches!(slot.state, State::Claimed { .. }))
    }

    fn phase(&self, slot: &SlotId, claim: &Claim) -> Phase {
        let is_bound = self.containers.get(slot).is_some_and(|it| it.bound.as_ref() == Some(claim));
        if is_bound { Phase::Ready(String::new()) } else { Phase::Working }
    }

    fn facts(&mut self) -> Facts {
        self.version += 1;
        let node = self.logic.as_ref().expect("only a running node reports").node();
        let pools = node.figures().into_iter().map(|figures| PoolFacts {
            class: figures.class,
            warm: u32::try_from(figures.warm).unwrap_or(u32::MAX),
            creating: u32::try_from(figures.creating).unwrap_or(u32::MAX),
        });
        let held = node.slots().iter().filter_map(|(slot, state)| match &state.state {
            State::Claimed { claim } => Some(HeldSession {
                session: claim.session.clone(),
                fence: claim.fence,
                slot: slot.clone(),
                phase: self.phase(slot, claim),
                idle: Duration::ZERO,
            }),
            _ => None,
        });
        Facts {
            node: self.id.clone(),
            boot: self.boot,
            version: self.version,
            draining: node.is_draining(),
            refusing: node.refusing().unwrap_or_default().to_owned(),
            pools: pools.collect(),
            sessions: held.collect(),
            highest_fence: node.highest_fence(),
        }
    }
}

impl World {
    pub(super) fn start_node(&mut self, index: usize) {
        if self.nodes[index].logic.is_some() {
            return;
        }
        let seed = self.rng.wide();
        let logic = (self.setup.logic)(self.setup.node_settings.clone(), seed);
        let node = &mut self.nodes[index];
        node.boot += 1;
        node.version = 0;
        node.report_is_due = false;
        node.logic = Some(logic);
        let boot = node.boot;
        node.containers.retain(|_, container| container.alive);
        let containers: Vec<_> = node.containers.iter().map(|(slot, it)| (slot.clone(), it.class)).collect();
        let alive: Vec<SlotId> = containers.iter().map(|(slot, _)| slot.clone()).collect();
        node.ledger.retain(|slot, _| alive.contains(slot));
        for (slot, class) in containers {
            let claim = self.nodes[index].ledger.get(&slot).cloned();
            self.node_event(index, Event::Adopted { slot, class, claim });
        }
        if !self.nodes[index].engine_works {
            self.node_event(index, Event::EngineLost { reason: "the engine is gone".to_owned() });
        }
        self.send_in(TICK_MS, Message::TickNode { node: index, boot });
        self.report_soon(index);
    }

    fn end_node(&mut self, index: usize) {
        self.nodes[index].logic = None;
        self.nodes[index].crash_in = None;
        let away = self.rng.between(100, 10_000);
        self.send_in(away, Message::StartNode { node: index });
    }

    pub(super) fn tick_node(&mut self, index: usize, boot: u64) {
        if self.nodes[index].logic.is_none() || self.nodes[index].boot != boot {
            return;
        }
        self.send_in(TICK_MS, Message::TickNode { node: index, boot });
        self.node_event(index, Event::Tick);
        if self.now.saturating_sub(self.nodes[index].last_report) >= REPORT_MS {
            self.report_soon(index);
        }
    }

    pub(super) fn engine_back(&mut self, index: usize) {
        if !self.nodes[index].engine_works {
            self.nodes[index].engine_works = true;
            self.node_event(index, Event::EngineBack);
        }
    }

    pub(super) fn node_request(&mut self, index: usize, request: Request) {
        match request {
            Request::Claim { rpc, class, claim } => {
                self.node_event(index, Event::Claim { call: rpc, class, claim });
            }
            Request::Release { rpc, claim } => self.node_event(index, Event::Release { call: rpc, claim }),
            Request::Reconcile { generation, sessions } => {
                let call = self.call();
                self.node_event(index, Event::Reconcile { call, generation, sessions });
            }
        }
    }

    pub(super) fn node_event(&mut self, index: usize, event: Event) {
        let now = self.clock(self.nodes[index].clock);
        let Some(logic) = &mut self.nodes[index].logic else { return };
        let effects = logic.step(now, event);
        self.watch.node_stepped(logic.node(), &effects);
        for effect in effects {
            if let Some(left) = &mut self.nodes[index].crash_in {
                if *left == 0 {
                    return self.end_node(index);
                }
                *left -= 1;
            }
            self.perform_node(index, effect);
        }
    }

    fn perform_node(&mut self, index: usize, effect: Effect) {
        match effect {
            Effect::Create { slot, class } => {
                let fails = self.rng.per_mille(self.chances.create_fails) || !self.nodes[index].engine_works;
                let delay = self.rng.between(100, 600);
                if fails {
                    return self.work_in(index, delay, Event::CreateFailed { slot });
                }
                let container = Container { class, alive: true, bound: None };
                self.nodes[index].containers.insert(slot.clone(), container);
                self.work_in(index, delay, Event::Ready { slot });
            }
            Effect::Check { slot } => self.work_in(index, 5, Event::Ready { slot }),
            Effect::Persist { slot, claim } => {
                self.nodes[index].ledger.insert(slot, claim);
            }
            Effect::Bind { slot, claim } => self.bind(index, slot, claim),
            Effect::Kill { slot } => {
                if self.nodes[index].engine_works {
                    let delay = self.rng.between(1, 40);
                    self.work_in(index, delay, Event::Killed { slot });
                }
            }
            Effect::Remove { slot } => {
                if self.nodes[index].engine_works {
                    self.nodes[index].ledger.remove(&slot);
                    self.nodes[index].containers.remove(&slot);
                    self.work_in(index, 30, Event::Removed { slot });
                }
            }
            Effect::Reply { call, answer } => self.reply(index, call, answer),
            Effect::Changed => self.report_soon(index),
        }
    }

    fn bind(&mut self, index: usize, slot: SlotId, claim: Claim) {
        let is_held =
            self.nodes[index].containers.get(&slot).is_some_and(|it| it.bound.as_ref() == Some(&claim));
        let fails = !is_held && self.rng.per_mille(self.chances.bind_fails);
        let is_told_again = self.nodes[index].is_claimed(&slot);
        if fails && is_told_again {
            // As the daemon does for an adopted slot: the model holds the claim already, so the agent is asked until it answers.
            let boot = self.nodes[index].boot;
            return self.send_in(REBIND_MS, Message::BindAgain { node: index, boot, slot, claim });
        }
        if fails {
            let reason = "the agent did not answer".to_owned();
            return self.work_in(index, 20, Event::BindFailed { slot, reason });
        }
        if let Some(container) = self.nodes[index].containers.get_mut(&slot).filter(|it| it.alive) {
            self.watch.bound(&slot, container.bound.as_ref(), &claim);
            container.bound = Some(claim);
            self.work_in(index, 3, Event::Bound { slot });
        }
    }

    pub(super) fn bind_again(&mut self, index: usize, boot: u64, slot: SlotId, claim: Claim) {
        if self.nodes[index].boot == boot && self.nodes[index].is_claimed(&slot) {
            self.bind(index, slot, claim);
        }
    }

    fn reply(&mut self, index: usize, call: u64, answer: Answer) {
        let node = &self.nodes[index];
        let message = ToMaster::Answer { rpc: call, answer, from: (node.boot, node.version + 1) };
        self.send_over(index, &Message::ToMaster(message));
    }

    fn work_in(&mut self, index: usize, delay: u64, done: Event) {
        let boot = self.nodes[index].boot;
        self.send_in(delay, Message::Work { node: index, boot, done });
    }

    /// Work goes on in the engine when the daemon ends, but nobody hears of it.
    pub(super) fn node_work_done(&mut self, index: usize, boot: u64, done: Event) {
        if let Event::Killed { slot } = &done {
            self.nodes[index].end_slot(slot);
        }
        if self.nodes[index].boot == boot && self.nodes[index].logic.is_some() {
            self.node_event(index, done);
        }
    }

    fn report_soon(&mut self, index: usize) {
        if !self.nodes[index].report_is_due {
            self.nodes[index].report_is_due = true;
            let boot = self.nodes[index].boot;
            self.send_in(COALESCE_MS, Message::SendReport { node: index, boot });
        }
    }

    pub(super) fn send_report(&mut self, index: usize, boot: u64) {
        let now = self.now;
        let node = &mut self.nodes[index];
        if node.logic.is_none() || node.boot != boot {
            return;
        }
        node.report_is_due = false;
        node.last_report = now;
        let facts = node.facts();
        self.send_over(index, &Message::ToMaster(ToMaster::Report(facts)));
    }
}
