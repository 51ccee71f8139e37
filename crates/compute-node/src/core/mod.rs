//! The one loop: inputs in, `carrel_model::node` decides, effects are performed here and nowhere else.
//!
//! What takes time runs as a task of its own and reports back as an input, so that a claim never waits for anything
//! but the model, one small file and one message to an agent.
//!
//! Invariant: an effect is performed only because the model said so.
//! Invariant: a caller is answered after the view that shows the answer has been published, so that a report made
//! after an answer tells it too.

mod adopt;
mod effects;
mod input;
mod supervise;
#[cfg(test)]
mod tests;
mod view;
mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use carrel_ids::{NodeId, SlotId};
use carrel_model::Time;
use carrel_model::node::{Answer, Call, Claim, Event, Node, Refusal, Settings};
use carrel_proto::compute::v1::GitToken;
use carrel_runtime::Runtime;
use carrel_service::{Health, Notify, Random, SharedClock, Shutdown, TaskGuard, Tasks};
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tracing::{info, warn};

use crate::egress::Upstream;
use crate::ledger::ClaimRecord;
use crate::link::{LinkDirs, SlotLink};
use crate::metrics::NodeMetrics;
use crate::pools::{Plan, PoolPlan};
use crate::sessions::Sessions;
use crate::slot::SlotShared;
pub use input::{CoreHandle, Input, Stopping};
pub use view::{SlotView, View};

/// Every slot of a large node may have something to say at once, and every caller too.
const INPUTS_MAX: usize = 4_096;
/// Inputs taken before what they changed is shown: a storm is answered in batches, a single claim at once.
const BATCH_MAX: usize = 64;
/// The finest step of the model's pauses (250 ms).
const TICK: Duration = Duration::from_millis(100);
/// Removals keep the engine busy for tens of milliseconds each and nobody waits for them.
const REMOVALS_AT_ONCE: usize = 4;

/// What the core works with.
pub struct Parts {
    /// This node.
    pub node: NodeId,
    /// Makes and kills slots.
    pub runtime: Arc<dyn Runtime>,
    /// Where slots' files are.
    pub dirs: LinkDirs,
    /// What the tunnel reads.
    pub sessions: Sessions,
    /// What the proxy asks.
    pub upstream: Arc<dyn Upstream>,
    /// The pools of this machine.
    pub plan: Plan,
    /// What slots are made of.
    pub image: String,
    /// Clock.
    pub clock: SharedClock,
    /// Owner of all tasks.
    pub tasks: Tasks,
    /// Ends them.
    pub shutdown: Shutdown,
    /// Watchdog.
    pub notify: Notify,
    /// Says whether claims are accepted.
    pub health: Health,
    /// Figures.
    pub metrics: NodeMetrics,
}

/// A slot as the core knows it beside the model.
struct Local {
    shared: Arc<SlotShared>,
    class: carrel_model::SlotClass,
    link: Option<SlotLink>,
    /// Follows the agent; ends when dropped.
    supervisor: Option<TaskGuard>,
    cpuset: Option<Vec<u32>>,
    /// The runtime has said that it runs.
    created: bool,
    /// The agent has answered with the right name, and no session.
    agent_is_warm: bool,
    status: carrel_proto::agent::v1::Status,
    record: Option<ClaimRecord>,
    since_ms: i64,
}

struct Waiting {
    reply: oneshot::Sender<Answer>,
    /// When a claim came in; for the histogram.
    asked: Option<Duration>,
}

/// The loop's state.
pub struct Core {
    parts: Arc<Parts>,
    node: Node,
    slots: HashMap<SlotId, Local>,
    calls: HashMap<Call, Waiting>,
    next_call: Call,
    /// The claim of the input at hand: the model deals in names only.
    offered: Option<(ClaimRecord, Option<GitToken>)>,
    /// Answers to be given once the view is out.
    answers: Vec<(Waiting, Answer)>,
    /// Why the last creation failed.
    trouble: Option<String>,
    listing: bool,
    changed: bool,
    removals: Arc<Semaphore>,
    to_self: mpsc::Sender<Input>,
    inputs: mpsc::Receiver<Input>,
    view: watch::Sender<Arc<View>>,
}

impl Core {
    /// A core without slots; call [`Core::adopt`] before [`Core::run`].
    pub fn new(parts: Parts, settings: Settings, random: &Random) -> (Self, CoreHandle) {
        let (to_self, inputs) = mpsc::channel(INPUTS_MAX);
        let (view, seen) = watch::channel(Arc::default());
        let handle = CoreHandle::new(to_self.clone(), seen);
        let core = Self {
            parts: Arc::new(parts),
            node: Node::new(settings, random.u128()),
            slots: HashMap::new(),
            calls: HashMap::new(),
            next_call: 0,
            offered: None,
            answers: Vec::new(),
            trouble: None,
            listing: false,
            changed: true,
            removals: Arc::new(Semaphore::new(REMOVALS_AT_ONCE)),
            to_self,
            inputs,
            view,
        };
        (core, handle)
    }

    /// Runs until the shutdown is requested. Slots go on running.
    pub async fn run(mut self) {
        let mut tick = tokio::time::interval(TICK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let shutdown = self.parts.shutdown.clone();
        loop {
            tokio::select! {
                biased;
                () = shutdown.requested() => break,
                Some(input) = self.inputs.recv() => self.take(input),
                _ = tick.tick() => {
                    self.parts.notify.beat();
                    self.feed(Event::Tick);
                }
            }
            for _ in 0..BATCH_MAX {
                let Ok(input) = self.inputs.try_recv() else { break };
                self.take(input);
            }
            self.settle();
        }
        info!(slots = self.slots.len(), "core stopped; slots go on running");
    }

    /// Shows what has changed, then answers.
    fn settle(&mut self) {
        if self.changed {
            self.publish();
        }
        for (waiting, answer) in self.answers.drain(..) {
            if let Some(asked) = waiting.asked {
                self.parts.metrics.claimed(&answer, self.parts.clock.monotonic().saturating_sub(asked));
            }
            // A caller who has hung up needs no answer; what was done stays done.
            let _ = waiting.reply.send(answer);
        }
    }

    fn take(&mut self, input: Input) {
        match input {
            Input::Claim { record, token, reply } => {
                let (class, claim) = (record.class, claim_of(&record));
                let call = self.wait(reply, true);
                self.offered = Some((record, token));
                self.feed(Event::Claim { call, class, claim });
                self.offered = None;
            }
            Input::Release { claim, reply } => {
                let call = self.wait(reply, false);
                self.feed(Event::Release { call, claim });
            }
            Input::Reconcile { generation, sessions, reply } => {
                let call = self.wait(reply, false);
                self.feed(Event::Reconcile { call, generation, sessions });
            }
            Input::Drain(drain) => self.feed(Event::Drain(drain)),
            Input::Runtime(event) => self.take_runtime_event(event),
            Input::Listed { before, found } => self.take_list(&before, found),
            Input::Created { slot, result } => self.take_created(slot, result),
            Input::AgentUp { slot, hello } => self.take_hello(slot, &hello),
            Input::Status { slot, status } => self.take_status(&slot, status),
            Input::Bound { slot, result: Ok(()) } => self.feed(Event::Bound { slot }),
            Input::Bound { slot, result: Err(reason) } => self.feed(Event::BindFailed { slot, reason }),
            Input::Killed { slot } => self.feed(Event::Killed { slot }),
            Input::Removed { slot } => {
                self.slots.remove(&slot);
                self.feed(Event::Removed { slot });
            }
        }
    }

    fn wait(&mut self, reply: oneshot::Sender<Answer>, timed: bool) -> Call {
        self.next_call += 1;
        let asked = timed.then(|| self.parts.clock.monotonic());
        self.calls.insert(self.next_call, Waiting { reply, asked });
        self.next_call
    }

    /// Gives the model an event and performs what comes of it, until nothing does.
    fn feed(&mut self, event: Event) {
        let mut events = std::collections::VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.node.step(self.now(), event) {
                events.extend(self.perform(effect));
            }
        }
    }

    fn now(&self) -> Time {
        let millis = self.parts.clock.monotonic().as_millis();
        Time::from_millis(u64::try_from(millis).unwrap_or(u64::MAX))
    }

    fn wall_ms(&self) -> i64 {
        i64::try_from(self.parts.clock.now_ms()).unwrap_or(i64::MAX)
    }

    fn pool(&self, class: carrel_model::SlotClass) -> Option<&PoolPlan> {
        self.parts.plan.pools.iter().find(|pool| pool.class == class)
    }

    /// A refusal in words, with what is known beyond the model.
    fn enrich(&self, answer: Answer) -> Answer {
        match (answer, &self.trouble) {
            (Answer::Refused(Refusal::NoneWarm { .. }), Some(trouble)) => {
                Answer::Refused(Refusal::Refusing(format!("no slot is warm: {trouble}")))
            }
            (answer, _) => answer,
        }
    }

    fn publish(&mut self) {
        self.changed = false;
        let view = Arc::new(view::of(self));
        self.parts.metrics.pools(&view);
        if view.refusing.is_empty() {
            self.parts.health.clear("slots");
        } else {
            self.parts.health.fault("slots", view.refusing.clone());
        }
        self.view.send_replace(view);
    }
}

/// The model's name for a claim.
fn claim_of(record: &ClaimRecord) -> Claim {
    Claim { session: record.session.clone(), fence: record.fence }
}

/// Says that an input was lost; only possible while stopping.
async fn report(to: &mpsc::Sender<Input>, input: Input) {
    if to.send(input).await.is_err() {
        warn!("the core has stopped; a result was not taken");
    }
}
