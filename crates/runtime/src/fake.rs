//! An in-memory runtime for tests: does what it is told at once, unless a script says otherwise.
//!
//! A clone of a [`FakeRuntime`] is a second driver on the same engine, so it sees the same slots: that is how a test
//! restarts a node. Everything is deterministic; nothing waits for time, only for the script.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use carrel_ids::SlotId;
use tokio::sync::{broadcast, watch};

use crate::event::EventHub;
use crate::{
    CgroupVersion, Created, DiskLimits, EngineInfo, EventStream, FoundSlot, FoundState, Killed, Runtime,
    RuntimeError, RuntimeEvent, RuntimeKind, SlotSpec, SlotStats, async_trait,
};

/// Births a test may leave unread before it loses some: far above any pool in a test.
const BIRTHS_MAX: usize = 1_024;
/// Exit code of a process ended by SIGKILL.
const KILLED_CODE: i32 = 137;

/// A failure that a test orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// `ImageMissing` with the spec's image.
    ImageMissing,
    /// `NoSpace`.
    NoSpace,
    /// `EngineRefused` with this text.
    Refused(String),
    /// `Deadline`: the engine took too long.
    TooSlow,
}

/// The in-memory runtime; clone it for a second driver on the same engine.
#[derive(Debug, Clone)]
pub struct FakeRuntime {
    engine: Arc<Engine>,
}

#[derive(Debug)]
struct Engine {
    state: Mutex<State>,
    hub: EventHub,
    births: broadcast::Sender<SlotSpec>,
    creates_held: watch::Sender<bool>,
    kills_held: watch::Sender<bool>,
}

#[derive(Debug)]
struct State {
    info: EngineInfo,
    lost: bool,
    next_pid: u32,
    slots: BTreeMap<SlotId, Slot>,
    create_failures: VecDeque<Failure>,
    kill_failures: VecDeque<Failure>,
    remove_failures: VecDeque<Failure>,
    calls: Calls,
}

#[derive(Debug)]
struct Slot {
    spec: SlotSpec,
    state: FoundState,
    stats: SlotStats,
}

/// How often each operation has been called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// `create`
    pub create: u32,
    /// `kill`
    pub kill: u32,
    /// `remove`
    pub remove: u32,
    /// `list`
    pub list: u32,
}

impl Default for FakeRuntime {
    fn default() -> Self {
        Self::new(8, 32 << 30)
    }
}

impl FakeRuntime {
    /// An engine with this many CPUs and this much memory, and no slots.
    pub fn new(cpus: u32, memory_bytes: u64) -> Self {
        let info = EngineInfo {
            name: "fake".to_owned(),
            version: "1".to_owned(),
            cgroup: CgroupVersion::None,
            cpus,
            memory_bytes,
            user_namespace: false,
            disk: DiskLimits::Enforced,
        };
        let state = State {
            info,
            lost: false,
            next_pid: 1,
            slots: BTreeMap::new(),
            create_failures: VecDeque::new(),
            kill_failures: VecDeque::new(),
            remove_failures: VecDeque::new(),
            calls: Calls::default(),
        };
        Self {
            engine: Arc::new(Engine {
                state: Mutex::new(state),
                hub: EventHub::new(),
                births: broadcast::Sender::new(BIRTHS_MAX),
                creates_held: watch::Sender::new(false),
                kills_held: watch::Sender::new(false),
            }),
        }
    }

    /// The next `create` that isn't already spoken for fails like this.
    pub fn fail_next_create(&self, failure: Failure) {
        self.lock().create_failures.push_back(failure);
    }

    /// The next `kill` fails like this.
    pub fn fail_next_kill(&self, failure: Failure) {
        self.lock().kill_failures.push_back(failure);
    }

    /// The next `remove` fails like this.
    pub fn fail_next_remove(&self, failure: Failure) {
        self.lock().remove_failures.push_back(failure);
    }

    /// Creates hang (`true`) until released (`false`).
    pub fn hold_creates(&self, hold: bool) {
        self.engine.creates_held.send_replace(hold);
    }

    /// Kills hang (`true`) until released (`false`).
    pub fn hold_kills(&self, hold: bool) {
        self.engine.kills_held.send_replace(hold);
    }

    /// A running slot's first process ends. False when no such slot runs.
    pub fn exit(&self, slot: &SlotId, code: i32, oom: bool) -> bool {
        let known = match self.lock().slots.get_mut(slot) {
            Some(found) if found.state.is_running() => {
                found.state = FoundState::Dead { code: Some(code), oom };
                true
            }
            _ => false,
        };
        if known {
            self.engine.hub.send(RuntimeEvent::Exited { slot: slot.clone(), code: Some(code), oom });
        }
        known
    }

    /// A process of the slot is killed for want of memory; the slot lives on.
    pub fn out_of_memory(&self, slot: &SlotId) {
        if let Some(found) = self.lock().slots.get_mut(slot) {
            found.stats.oom_kills += 1;
        }
        self.engine.hub.send(RuntimeEvent::OutOfMemory { slot: slot.clone() });
    }

    /// The engine goes away: every call fails with `EngineUnreachable`, slots live on.
    pub fn lose_engine(&self) {
        let was_lost = std::mem::replace(&mut self.lock().lost, true);
        if !was_lost {
            self.engine.hub.send(RuntimeEvent::EngineLost);
        }
    }

    /// The engine comes back.
    pub fn restore_engine(&self) {
        let was_lost = std::mem::replace(&mut self.lock().lost, false);
        if was_lost {
            self.engine.hub.send(RuntimeEvent::EngineBack);
        }
    }

    /// What `stats` will answer for the slot from now on (limits are taken from the spec).
    pub fn set_stats(&self, slot: &SlotId, stats: SlotStats) {
        if let Some(found) = self.lock().slots.get_mut(slot) {
            found.stats = stats;
        }
    }

    /// What the slot was made of, while it exists.
    pub fn spec(&self, slot: &SlotId) -> Option<SlotSpec> {
        self.lock().slots.get(slot).map(|found| found.spec.clone())
    }

    /// How often each operation has been called.
    pub fn calls(&self) -> Calls {
        self.lock().calls
    }

    /// The spec of each slot started from now on, so that a test can play its agent.
    pub fn births(&self) -> broadcast::Receiver<SlotSpec> {
        self.engine.births.subscribe()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // No code that may panic runs under this lock.
        self.engine.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self) -> Result<MutexGuard<'_, State>, RuntimeError> {
        let state = self.lock();
        if state.lost { Err(lost()) } else { Ok(state) }
    }

    async fn released(held: &watch::Sender<bool>) {
        // The sender lives in `self`, so waiting can't fail.
        let _ = held.subscribe().wait_for(|held| !held).await;
    }
}

fn lost() -> RuntimeError {
    RuntimeError::EngineUnreachable { endpoint: "fake".to_owned(), source: "lost by the script".into() }
}

fn failed(failure: Failure, call: &'static str, object: String, image: &str) -> RuntimeError {
    match failure {
        Failure::ImageMissing => RuntimeError::ImageMissing { image: image.to_owned() },
        Failure::NoSpace => RuntimeError::NoSpace { path: PathBuf::from("/fake"), free: 0, needed: 1 },
        Failure::Refused(text) => {
            RuntimeError::EngineRefused { call, object, status: None, source: text.into() }
        }
        Failure::TooSlow => RuntimeError::Deadline { call, object, limit: std::time::Duration::from_secs(1) },
    }
}

fn volume(slot: &SlotId) -> PathBuf {
    PathBuf::from("/fake").join(slot.to_string())
}

#[async_trait]
impl Runtime for FakeRuntime {
    fn kind(&self) -> RuntimeKind {
        RuntimeKind::Fake
    }

    async fn check(&self) -> Result<EngineInfo, RuntimeError> {
        Ok(self.reach()?.info.clone())
    }

    async fn create(&self, spec: &SlotSpec) -> Result<Created, RuntimeError> {
        self.lock().calls.create += 1;
        Self::released(&self.engine.creates_held).await;
        let created = {
            let mut state = self.reach()?;
            if let Some(failure) = state.create_failures.pop_front() {
                return Err(failed(failure, "create", spec.slot.to_string(), &spec.image));
            }
            if state.slots.get(&spec.slot).is_some_and(|found| found.state.is_running()) {
                return Err(RuntimeError::SlotExists { slot: spec.slot.clone() });
            }
            let pid = state.next_pid;
            state.next_pid += 1;
            let (limits, clamped) = spec.limits.clamp_to(state.info.cpus, state.info.memory_bytes);
            let stats = SlotStats {
                pids: 1,
                memory_limit: limits.memory_bytes,
                disk_limit: limits.disk_bytes,
                ..SlotStats::default()
            };
            let slot = Slot { spec: spec.clone(), state: FoundState::Running { pid }, stats };
            state.slots.insert(spec.slot.clone(), slot);
            Created { limits, clamped, volume: volume(&spec.slot), pid }
        };
        let _ = self.engine.births.send(spec.clone());
        Ok(created)
    }

    async fn list(&self) -> Result<Vec<FoundSlot>, RuntimeError> {
        let mut state = self.reach()?;
        state.calls.list += 1;
        let found = state.slots.iter().map(|(slot, held)| FoundSlot {
            slot: slot.clone(),
            class: held.spec.class.clone(),
            state: held.state,
            volume: volume(slot),
            cpuset: held.spec.limits.cpuset.clone(),
            labels: held.spec.labels.clone(),
        });
        Ok(found.collect())
    }

    async fn kill(&self, slot: &SlotId) -> Result<Killed, RuntimeError> {
        self.lock().calls.kill += 1;
        Self::released(&self.engine.kills_held).await;
        // As with real drivers, killing needs no engine.
        if let Some(failure) = self.lock().kill_failures.pop_front() {
            return Err(failed(failure, "kill", slot.to_string(), ""));
        }
        let known = self.lock().slots.contains_key(slot);
        if !known {
            return Ok(Killed::Unknown);
        }
        Ok(if self.exit(slot, KILLED_CODE, false) { Killed::Now } else { Killed::Before })
    }

    async fn remove(&self, slot: &SlotId) -> Result<(), RuntimeError> {
        let failure = {
            let mut state = self.reach()?;
            state.calls.remove += 1;
            state.remove_failures.pop_front()
        };
        if let Some(failure) = failure {
            return Err(failed(failure, "remove", slot.to_string(), ""));
        }
        self.exit(slot, KILLED_CODE, false);
        self.lock().slots.remove(slot);
        Ok(())
    }

    async fn stats(&self, slot: &SlotId) -> Result<SlotStats, RuntimeError> {
        let state = self.lock();
        match state.slots.get(slot) {
            Some(found) if found.state.is_running() => Ok(found.stats),
            _ => Err(RuntimeError::NoSuchSlot { slot: slot.clone() }),
        }
    }

    fn events(&self) -> EventStream {
        self.engine.hub.subscribe()
    }
}
