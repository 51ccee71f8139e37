//! The one loop: inputs in, decisions by the model, one commit for all of them, then their effects.
//!
//! While a commit is on its way to the disk inputs gather; the next round decides all of them with one commit. So the
//! disk's pace sets the size of a batch, not the number of commits.
//!
//! Invariant: an effect that follows from a decision is performed after the decision is on disk.
//! Invariant: the board shows what is on disk, and nothing newer.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use carrel_ids::{NodeId, SessionId, UserId};
use carrel_model::master::{Answer, Call, Effect, Event, Facts, Health, Master, NodeView, Open, State};
use carrel_model::{Fence, Time};
use carrel_proto::compute::v1::NodeReport;
use carrel_service::{Chain, Health as DaemonHealth, Notify, RunError, Shutdown};
use tokio::sync::{mpsc, oneshot, watch};
use tracing::{error, info};

use super::board::{Board, Marks, NodeRow, SessionRow};
use super::convert;
use super::effects::{Job, Performer};
use super::metrics::Meters;
use super::scale::TimeScale;
use crate::store::{Decisions, SharedStore, StoreError};

/// Inputs that wait for their turn. A turn takes as long as a commit (some ms), so this is seconds of a storm; past it
/// callers are told to come back, instead of waiting for longer than they would.
pub(super) const INPUTS_MAX: usize = 2_048;

/// Inputs decided with one commit: large enough that commits don't limit a storm, small enough that the first caller of
/// a batch does not wait for long for the last.
const BATCH_MAX: usize = 256;

/// How often a failed commit is tried again, at first and at most.
const RETRY_FIRST: Duration = Duration::from_millis(50);
const RETRY_MAX: Duration = Duration::from_secs(1);

/// How often what the model has forgotten is forgotten here as well.
const PRUNE_EVERY: Duration = Duration::from_secs(60);

/// What arrives; time and the stop signal come from the loop itself.
pub(super) enum Input {
    /// A user wants a session.
    Open { open: Open, user_name: String, reply: oneshot::Sender<Answer> },
    /// Somebody who may wants a session closed.
    Close { session: SessionId, reason: String, reply: oneshot::Sender<Answer> },
    /// An account was disabled.
    CloseAllOf { user: UserId, reason: String, reply: oneshot::Sender<()> },
    /// An admin drains a node or lets it work again.
    DrainNode { node: NodeId, drain: bool, reply: oneshot::Sender<()> },
    /// An admin puts a node into quarantine or lifts that.
    QuarantineNode { node: NodeId, reason: Option<String>, reply: oneshot::Sender<()> },
    /// A node's facts; it is told whether it shall drain.
    Report { report: Box<NodeReport>, facts: Facts, reply: oneshot::Sender<bool> },
    /// A node answered an effect.
    NodeAnswer(Event),
}

/// What is done once the decisions of a round are on disk.
enum Later {
    Perform(Box<Job>),
    Answer(oneshot::Sender<Answer>, Answer),
    Done(oneshot::Sender<()>),
    ReportTaken(oneshot::Sender<bool>, bool),
}

/// A round's decisions and what follows from them.
#[derive(Default)]
struct Round {
    /// The last decision about each session.
    rows: BTreeMap<SessionId, SessionRow>,
    decisions: Decisions,
    later: Vec<Later>,
}

/// Whether the loop goes on.
#[derive(PartialEq, Eq)]
enum Next {
    GoOn,
    Stop,
}

pub(super) struct Core {
    pub master: Master,
    /// The login names of the sessions' users, which the model does not know.
    pub user_names: HashMap<SessionId, String>,
    /// The fence counter as it is on disk.
    pub stored_fence: Fence,
    pub board: Arc<Board>,
    pub store: SharedStore,
    /// Why nothing can be written at the moment.
    pub stuck: watch::Sender<Option<&'static str>>,
    pub performer: Performer,
    pub inputs: mpsc::Receiver<Input>,
    pub scale: TimeScale,
    pub tick_every: Duration,
    pub meters: Arc<Meters>,
    pub health: DaemonHealth,
    pub notify: Notify,
    pub shutdown: Shutdown,
    pub callers: HashMap<Call, oneshot::Sender<Answer>>,
    pub next_call: Call,
    pub pruned: Time,
}

impl Core {
    /// Runs until the stop signal. Callers who still wait then learn it from their dropped channel.
    pub(super) async fn run(mut self) -> Result<(), RunError> {
        let mut ticks = tokio::time::interval(self.tick_every);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut waiting = Vec::with_capacity(BATCH_MAX);
        let shutdown = self.shutdown.clone();
        loop {
            let next = tokio::select! {
                biased;
                () = shutdown.requested() => Next::Stop,
                _ = ticks.tick() => {
                    self.notify.beat();
                    self.tick().await?
                }
                count = self.inputs.recv_many(&mut waiting, BATCH_MAX) => match count {
                    0 => Next::Stop,
                    _ => self.round(waiting.drain(..)).await?,
                },
            };
            if next == Next::Stop {
                info!(waiting = self.callers.len(), "session orchestration stops; sessions stay");
                return Ok(());
            }
        }
    }

    async fn round(&mut self, inputs: impl Iterator<Item = Input> + Send) -> Result<Next, RunError> {
        let now = self.scale.now();
        let mut round = Round::default();
        let mut count = 0_u32;
        for input in inputs {
            count += 1;
            self.take(now, input, &mut round);
        }
        self.meters.batch_inputs.observe(f64::from(count));
        self.finish(round).await
    }

    async fn tick(&mut self) -> Result<Next, RunError> {
        let now = self.scale.now();
        let mut round = Round::default();
        self.step(now, Event::Tick, &mut round);
        let next = self.finish(round).await?;
        self.measure(now);
        if now.since(self.pruned) >= PRUNE_EVERY {
            self.pruned = now;
            self.prune();
        }
        Ok(next)
    }

    fn take(&mut self, now: Time, input: Input, round: &mut Round) {
        match input {
            Input::Open { open, user_name, reply } => {
                let (call, session) = (self.caller(reply), open.session.clone());
                self.user_names.insert(session.clone(), user_name);
                self.step(now, Event::Open { call, open }, round);
                if self.master.session(&session).is_none() {
                    self.user_names.remove(&session);
                }
            }
            Input::Close { session, reason, reply } => {
                let call = self.caller(reply);
                self.step(now, Event::Close { call, session, reason }, round);
            }
            Input::CloseAllOf { user, reason, reply } => {
                self.step(now, Event::CloseAllOf { user, reason }, round);
                round.later.push(Later::Done(reply));
            }
            Input::DrainNode { node, drain, reply } => {
                self.step(now, Event::DrainNode { node, drain }, round);
                round.later.push(Later::Done(reply));
            }
            Input::QuarantineNode { node, reason, reply } => {
                self.step(now, Event::QuarantineNode { node, reason }, round);
                round.later.push(Later::Done(reply));
            }
            Input::Report { report, facts, reply } => {
                let node = facts.node.clone();
                self.note_report(&node, *report);
                self.step(now, Event::Report(facts), round);
                self.show_node(now, &node);
                round.later.push(Later::ReportTaken(reply, self.master.is_drained(&node)));
            }
            Input::NodeAnswer(event) => self.step(now, event, round),
        }
    }

    fn caller(&mut self, reply: oneshot::Sender<Answer>) -> Call {
        self.next_call += 1;
        self.callers.insert(self.next_call, reply);
        self.next_call
    }

    fn step(&mut self, now: Time, event: Event, round: &mut Round) {
        for effect in self.master.step(now, event) {
            self.collect(effect, round);
        }
    }

    fn collect(&mut self, effect: Effect, round: &mut Round) {
        match effect {
            Effect::Persist { record, newest_fence } => {
                let user_name = self.user_names.get(&record.id).cloned().unwrap_or_default();
                round.decisions.newest_fence = Some(newest_fence.number());
                round.rows.insert(record.id.clone(), SessionRow { record, user_name });
            }
            Effect::PersistDrain { node, drain } => round.decisions.drains.push((node, drain)),
            Effect::PersistQuarantine { node, quarantine } => {
                round.decisions.quarantines.push((node, quarantine.as_ref().map(convert::quarantine_row)));
            }
            Effect::PersistLost { lost } => {
                let (first, last) = (lost.first.number(), lost.last.number());
                error!(
                    first,
                    last, "nodes know fences this store never gave out: it was restored from a copy"
                );
                round.decisions.lost_fences.push((first, last));
                round.decisions.newest_fence = Some(self.master.newest_fence().number());
            }
            Effect::Claim { node, session } => {
                // Taken now: a later input of this round may give the session another fence.
                let Some(record) = self.master.session(&session).cloned() else { return };
                let user_name = self.user_names.get(&session).cloned().unwrap_or_default();
                round.later.push(Later::Perform(Box::new(Job::Claim {
                    node,
                    row: SessionRow { record, user_name },
                })));
            }
            Effect::Release { node, session, fence, reason } => {
                round.later.push(Later::Perform(Box::new(Job::Release { node, session, fence, reason })));
            }
            Effect::Reconcile { node, generation, sessions } => {
                round.later.push(Later::Perform(Box::new(Job::Reconcile { node, generation, sessions })));
            }
            Effect::Reply { call, answer } => {
                if let Some(reply) = self.callers.remove(&call) {
                    round.later.push(Later::Answer(reply, answer));
                }
            }
            // Every change was a Persist as well, and what is persisted is shown.
            Effect::Changed { .. } => {}
        }
    }

    async fn finish(&mut self, mut round: Round) -> Result<Next, RunError> {
        round.decisions.sessions = round.rows.values().map(convert::to_store).collect();
        let stored = self.stored_fence.number();
        round.decisions.newest_fence = round.decisions.newest_fence.filter(|fence| *fence > stored);
        if !round.decisions.is_empty() && self.commit(&round.decisions).await? == Next::Stop {
            return Ok(Next::Stop);
        }
        if let Some(fence) = round.decisions.newest_fence {
            self.stored_fence = Fence::from_number(fence);
        }
        for row in round.rows.into_values() {
            let (session, state) = (&row.record.id, row.record.state.name());
            info!(%session, state, reason = row.record.reason, fence = %row.record.fence, "session");
            self.board.put(row);
        }
        let drained = round.decisions.drains.iter().map(|(node, _)| node);
        for node in drained.chain(round.decisions.quarantines.iter().map(|(node, _)| node)) {
            self.show_node(self.scale.now(), node);
        }
        for later in round.later {
            match later {
                Later::Perform(job) => self.performer.start(*job),
                // Whoever asked may have gone away; the decision stands.
                Later::Answer(reply, answer) => drop(reply.send(answer)),
                Later::Done(reply) => drop(reply.send(())),
                Later::ReportTaken(reply, drain) => drop(reply.send(drain)),
            }
        }
        Ok(Next::GoOn)
    }

    /// Tries until it is on disk: nothing has followed from the decisions yet, so there is nothing to undo, and nothing to
    /// decide before they are.
    async fn commit(&self, decisions: &Decisions) -> Result<Next, RunError> {
        let mut pause = RETRY_FIRST;
        loop {
            let timer = self.meters.commit_seconds.start_timer();
            let error = match self.store.commit_decisions(decisions).await {
                Ok(()) => {
                    timer.observe_duration();
                    self.health.clear("store");
                    self.stuck.send_if_modified(|why| why.take().is_some());
                    return Ok(Next::GoOn);
                }
                Err(error @ (StoreError::StaleFence { .. } | StoreError::Unreadable { .. })) => {
                    return Err(RunError::caused("write sessions: another master uses this store", error));
                }
                Err(error) => error,
            };
            timer.stop_and_discard();
            error!(error = %Chain(&error), "store decisions; no session opens or closes until it works");
            self.health.fault("store", "decisions about sessions can't be written");
            self.stuck.send_replace(Some(reason(&error)));
            tokio::select! {
                () = tokio::time::sleep(pause) => pause = (pause * 2).min(RETRY_MAX),
                () = self.shutdown.requested() => return Ok(Next::Stop),
            }
        }
    }

    /// Keeps what the model leaves out of a report: addresses, and the rest for admins. A report that is older than the
    /// one before (they may arrive in any order) is not shown.
    fn note_report(&self, node: &NodeId, report: NodeReport) {
        let version = (report.boot_epoch, report.version);
        let is_old = self.master.nodes().get(node).is_some_and(|view| version <= view.facts.report_version());
        if is_old {
            return;
        }
        self.performer.directory.learn(node, &report.control_url);
        self.board.put_node(
            node.clone(),
            NodeRow {
                report: Arc::new(report),
                health: Health::Up,
                drained: self.master.is_drained(node),
                quarantine: self.master.quarantine(node).cloned(),
                last_report: self.scale.now().as_millis(),
            },
        );
    }

    fn show_node(&self, now: Time, node: &NodeId) {
        if let Some(view) = self.master.nodes().get(node) {
            self.board.mark_node(node, &self.marks(now, node, view));
        }
    }

    fn marks(&self, now: Time, node: &NodeId, view: &NodeView) -> Marks {
        Marks {
            health: self.master.health(now, view),
            drained: self.master.is_drained(node),
            quarantine: self.master.quarantine(node).cloned(),
        }
    }

    fn measure(&self, now: Time) {
        let mut nodes: BTreeMap<&str, u32> = BTreeMap::new();
        for (id, view) in self.master.nodes() {
            let health = self.master.health(now, view);
            *nodes.entry(convert::health_word(health)).or_default() += 1;
            self.board.mark_node(id, &self.marks(now, id, view));
        }
        for word in [Health::Up, Health::Silent, Health::Refusing].map(convert::health_word) {
            self.meters
                .nodes
                .with_label_values(&[word])
                .set(f64::from(nodes.get(word).copied().unwrap_or(0)));
        }
        let mut states: HashMap<State, u32> = HashMap::new();
        for record in self.master.sessions() {
            *states.entry(record.state).or_default() += 1;
        }
        for state in State::ALL {
            let count = states.get(&state).copied().unwrap_or(0);
            self.meters.sessions.with_label_values(&[state.name()]).set(f64::from(count));
        }
    }

    fn prune(&mut self) {
        let master = &self.master;
        self.board.retain(|id| master.session(id).is_some());
        self.user_names.retain(|id, _| master.session(id).is_some());
    }
}

/// What callers are told of a store that can't be written.
fn reason(error: &StoreError) -> &'static str {
    match error {
        StoreError::Full { .. } => {
            "the server's disk is full: an admin has to free space in its state folder"
        }
        _ => {
            "the server can't write to its database: an admin finds the reason in the log of the front-end master"
        }
    }
}
