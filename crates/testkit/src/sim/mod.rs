//! The simulated world: processes, messages, stores and slots.

mod rng;
mod sim_master;
mod sim_node;
mod verdict;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};
use std::time::Duration;

use carrel_ids::{NodeId, SessionId, SlotId, UserId};
use carrel_model::master::{self, Facts, Master, ReportVersion};
use carrel_model::node::{self, Claim, Node};
use carrel_model::{Fence, Time};

pub use self::sim_node::SimNode;
pub use rng::Rng;
pub use verdict::Violation;

/// A node's decisions: the real ones, or a wrapper with a planted bug.
pub trait NodeLogic {
    /// As [`Node::step`].
    fn step(&mut self, now: Time, event: node::Event) -> Vec<node::Effect>;
    /// What is underneath, to look at.
    fn node(&self) -> &Node;
}

impl NodeLogic for Node {
    fn step(&mut self, now: Time, event: node::Event) -> Vec<node::Effect> {
        Node::step(self, now, event)
    }

    fn node(&self) -> &Node {
        self
    }
}

/// How often things go wrong, in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Chances {
    /// A message between master and node is lost.
    pub lost: u64,
    /// It arrives twice.
    pub twice: u64,
    /// A slot can't be made.
    pub create_fails: u64,
    /// An agent does not take a claim.
    pub bind_fails: u64,
}

impl Chances {
    /// Nothing goes wrong.
    pub const NONE: Self = Self { lost: 0, twice: 0, create_fails: 0, bind_fails: 0 };
    /// A bad day.
    pub const SOME: Self = Self { lost: 50, twice: 50, create_fails: 30, bind_fails: 20 };
}

/// A world's fixed parts.
pub struct Setup {
    /// The seed of everything that is random.
    pub seed: u64,
    /// How many nodes.
    pub nodes: usize,
    /// Each node's pools and limits.
    pub node_settings: node::Settings,
    /// The master's limits.
    pub master_settings: master::Settings,
    /// Makes a node's decisions.
    pub logic: fn(node::Settings, u128) -> Box<dyn NodeLogic>,
    /// Whether the master's store really keeps what it was given; false is a planted bug.
    pub store_keeps_fences: bool,
}

/// What can arrive somewhere.
#[derive(Debug, Clone)]
enum Message {
    ToNode {
        node: usize,
        request: Request,
    },
    ToMaster(ToMaster),
    /// A node's own work is done.
    Work {
        node: usize,
        boot: u64,
        done: node::Event,
    },
    SendReport {
        node: usize,
        boot: u64,
    },
    BindAgain {
        node: usize,
        boot: u64,
        slot: SlotId,
        claim: Claim,
    },
    TickMaster {
        boot: u64,
    },
    TickNode {
        node: usize,
        boot: u64,
    },
    StartMaster,
    StartNode {
        node: usize,
    },
    EngineBack {
        node: usize,
    },
    Heal {
        node: usize,
    },
}

#[derive(Debug, Clone)]
enum Request {
    Claim { rpc: u64, class: carrel_model::SlotClass, claim: Claim },
    Release { rpc: u64, claim: Claim },
    Reconcile { generation: Fence, sessions: Vec<Claim> },
}

#[derive(Debug, Clone)]
enum ToMaster {
    Report(Facts),
    Answer { rpc: u64, answer: node::Answer, from: ReportVersion },
    TimedOut { rpc: u64 },
}

#[derive(Debug, Clone)]
enum Pending {
    Claim { node: NodeId, session: SessionId, fence: Fence },
    Release { session: SessionId, fence: Fence },
}

/// What the master's store holds.
#[derive(Debug, Clone, Default)]
struct Store {
    records: BTreeMap<SessionId, master::Record>,
    fence: Fence,
    drained: BTreeSet<NodeId>,
    quarantined: BTreeMap<NodeId, master::Quarantine>,
    lost: Vec<master::LostFences>,
}

/// The whole world.
pub struct World {
    setup: Setup,
    rng: Rng,
    now: u64,
    order: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    messages: BTreeMap<u64, Message>,
    chances: Chances,
    store: Store,
    master: Option<Master>,
    master_boot: u64,
    master_clock: u64,
    /// Crash the master (or a node) after so many more effects.
    master_crash_in: Option<u64>,
    rpcs: BTreeMap<u64, Pending>,
    next_call: u64,
    nodes: Vec<SimNode>,
    watch: verdict::Watch,
}

impl World {
    /// A world in which nothing has started yet but the clock; call [`Self::advance`].
    pub fn new(setup: Setup) -> Self {
        let nodes = (0..setup.nodes).map(SimNode::new).collect();
        let mut world = Self {
            rng: Rng::new(setup.seed),
            setup,
            now: 1_000_000,
            order: 0,
            queue: BinaryHeap::new(),
            messages: BTreeMap::new(),
            chances: Chances::NONE,
            store: Store::default(),
            master: None,
            master_boot: 0,
            master_clock: 0,
            master_crash_in: None,
            rpcs: BTreeMap::new(),
            next_call: 0,
            nodes,
            watch: verdict::Watch::default(),
        };
        world.send_in(0, Message::StartMaster);
        for node in 0..world.nodes.len() {
            world.send_in(0, Message::StartNode { node });
        }
        world
    }

    /// Changes how often things go wrong.
    pub fn set_chances(&mut self, chances: Chances) {
        self.chances = chances;
    }

    /// A number for whoever drives the world, from the same seed.
    pub fn random(&mut self, below: u64) -> u64 {
        self.rng.below(below)
    }

    /// Lets time pass and everything happen that is due. Stops at the first broken promise.
    pub fn advance(&mut self, span: Duration) -> Result<(), Violation> {
        let end = self.now + u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        while let Some(Reverse((at, id))) = self.queue.peek().copied() {
            if at > end {
                break;
            }
            self.queue.pop();
            self.now = at;
            if let Some(message) = self.messages.remove(&id) {
                self.deliver(message);
                self.check_always()?;
            }
        }
        self.now = end;
        Ok(())
    }

    fn send_in(&mut self, delay_ms: u64, message: Message) {
        self.order += 1;
        self.messages.insert(self.order, message);
        self.queue.push(Reverse((self.now + delay_ms, self.order)));
    }

    /// Over the network between the master and a node: late, lost, twice, out of order, or cut off.
    fn send_over(&mut self, node: usize, message: &Message) {
        let copies = 1 + u64::from(self.rng.per_mille(self.chances.twice));
        for _ in 0..copies {
            let is_lost = self.rng.per_mille(self.chances.lost) || self.nodes[node].cut_off;
            let delay =
                if self.rng.per_mille(20) { self.rng.between(50, 4_000) } else { self.rng.between(1, 30) };
            if !is_lost {
                self.send_in(delay, message.clone());
            }
        }
    }

    fn deliver(&mut self, message: Message) {
        match message {
            Message::ToNode { node, request } => self.node_request(node, request),
            Message::ToMaster(message) => self.master_message(message),
            Message::Work { node, boot, done } => self.node_work_done(node, boot, done),
            Message::SendReport { node, boot } => self.send_report(node, boot),
            Message::BindAgain { node, boot, slot, claim } => self.bind_again(node, boot, slot, claim),
            Message::TickMaster { boot } => self.tick_master(boot),
            Message::TickNode { node, boot } => self.tick_node(node, boot),
            Message::StartMaster => self.start_master(),
            Message::StartNode { node } => self.start_node(node),
            Message::EngineBack { node } => self.engine_back(node),
            Message::Heal { node } => self.nodes[node].cut_off = false,
        }
    }

    /// A user asks for a session.
    pub fn open(&mut self, user: u64, class: carrel_model::SlotClass) {
        let call = self.call();
        let open = master::Open {
            session: SessionId::from_random(self.rng.wide()),
            user: UserId::from_random(u128::from(user)),
            repository: String::new(),
            class,
            egress: carrel_model::Egress::Default,
            request_id: format!("call-{call}"),
            with_environment: false,
            node: None,
        };
        self.watch.asked(call);
        self.master_event(master::Event::Open { call, open });
    }

    /// A user closes one of the open sessions, chosen by `pick`.
    pub fn close(&mut self, pick: u64) {
        let live = self.live_sessions();
        let Some(session) = live.get(usize::try_from(pick).unwrap_or(0) % live.len().max(1)).cloned() else {
            return;
        };
        let call = self.call();
        self.watch.asked(call);
        self.watch.excuse(&session);
        self.master_event(master::Event::Close { call, session, reason: "closed by its user".to_owned() });
    }

    /// A slot dies of itself.
    pub fn kill_slot(&mut self, node: usize, pick: u64) {
        let alive: Vec<SlotId> = self.nodes[node].alive().cloned().collect();
        if alive.is_empty() {
            return;
        }
        let slot = alive[usize::try_from(pick).unwrap_or(0) % alive.len()].clone();
        if let Some(session) = self.nodes[node].end_slot(&slot) {
            self.watch.excuse(&session);
        }
        let boot = self.nodes[node].boot;
        self.send_in(5, Message::Work { node, boot, done: node::Event::Died { slot } });
    }

    /// The master ends after so many more effects, and starts again later.
    pub fn crash_master(&mut self, after_effects: u64) {
        self.master_crash_in = Some(after_effects);
    }

    /// A node's daemon ends after so many more effects, and starts again later; its slots live on.
    pub fn crash_node(&mut self, node: usize, after_effects: u64) {
        self.nodes[node].crash_in = Some(after_effects);
    }

    /// Nothing passes between the master and a node for a while.
    pub fn cut_off(&mut self, node: usize, span: Duration) {
        self.nodes[node].cut_off = true;
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        self.send_in(span, Message::Heal { node });
    }

    /// A node's engine does not answer for a while.
    pub fn lose_engine(&mut self, node: usize, span: Duration) {
        self.nodes[node].engine_works = false;
        self.node_event(node, node::Event::EngineLost { reason: "the engine is gone".to_owned() });
        let span = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        self.send_in(span, Message::EngineBack { node });
    }

    /// An admin drains a node, or ends that.
    pub fn drain(&mut self, node: usize, drain: bool) {
        let node = self.nodes[node].id.clone();
        self.master_event(master::Event::DrainNode { node, drain });
    }

    /// An admin puts a node into quarantine, or lifts that.
    pub fn quarantine(&mut self, node: usize, set: bool) {
        let node = self.nodes[node].id.clone();
        let reason = set.then(|| "it loses sessions".to_owned());
        self.master_event(master::Event::QuarantineNode { node, reason });
    }

    /// A process's clock leaps forward, as after a suspend (daemons feed a clock that never goes back). Sessions may end
    /// for it, but nothing may be doubled or leak.
    pub fn jump_clock(&mut self, node: Option<usize>, millis: u64) {
        self.watch.excuse_all(self.store.records.keys());
        match node {
            Some(node) => self.nodes[node].clock += millis,
            None => self.master_clock += millis,
        }
    }

    /// Mends everything that is broken and lets what is under way come to its end, then checks that nothing is left over.
    pub fn settle(&mut self) -> Result<(), Violation> {
        self.chances = Chances::NONE;
        self.master_crash_in = None;
        for node in 0..self.nodes.len() {
            self.nodes[node].crash_in = None;
            self.nodes[node].cut_off = false;
            self.engine_back(node);
            self.drain(node, false);
            self.quarantine(node, false);
        }
        self.advance(Duration::from_secs(15 * 60))?;
        self.check_settled()
    }

    fn call(&mut self) -> u64 {
        self.next_call += 1;
        self.next_call
    }

    fn live_sessions(&self) -> Vec<SessionId> {
        let records = self.store.records.values();
        records.filter(|record| record.state.is_live()).map(|record| record.id.clone()).collect()
    }

    fn clock(&self, offset: u64) -> Time {
        Time::from_millis(self.now.saturating_add(offset))
    }
}
