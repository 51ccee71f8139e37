//! Slots as plain processes, for `carrel up` on a machine without an engine. It isolates nothing: see [`BANNER`].
//!
//! A slot is a process group that survives the node: it is found again through a file with its number and start time.
//! Where the node is root each slot gets a user of its own.

mod members;
mod record;
mod spawn;
mod users;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use carrel_ids::{NodeId, SlotId};

use self::record::Record;
use crate::event::EventHub;
use crate::pidfd::Process;
use crate::task::{self, Task};
use crate::volume::Volumes;
use crate::{
    CgroupVersion, Created, EngineInfo, EventStream, FoundSlot, FoundState, Killed, Limits, Runtime,
    RuntimeError, RuntimeEvent, RuntimeKind, SlotSpec, SlotStats, async_trait, procfs,
};

/// What the user must read before using this driver.
pub const BANNER: &str = "\
WARNING: no container engine, so sessions run as plain processes on this machine.
Nothing is isolated and no limit holds: whoever opens a session can read what this
machine's users can read and use its network. Use it alone, on your own machine only.";

/// Clock ticks per second that the kernel shows to programs: 100 on every architecture we run on.
const MICROSECONDS_PER_TICK: u64 = 10_000;
/// Page size of every machine this fallback is meant for; a wrong guess only skews a displayed figure.
const PAGE_BYTES: u64 = 4_096;
/// An agent says little; past this its log starts anew.
const LOG_MAX_BYTES: u64 = 1 << 20;
const LOG: &str = "agent.log";

/// Which agent, for which node.
#[derive(Debug, Clone)]
pub struct ProcessConfig {
    /// Whose slots these are.
    pub node: NodeId,
    /// Slots live in `slots` and `volumes` under it.
    pub state_dir: PathBuf,
    /// The program to run in each slot, unless its spec names another.
    pub agent: PathBuf,
    /// Its arguments.
    pub args: Vec<String>,
}

/// The process driver.
#[derive(Debug)]
pub struct ProcessRuntime {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    config: ProcessConfig,
    dir: PathBuf,
    volumes: Volumes,
    slots: Mutex<BTreeMap<SlotId, Held>>,
    /// One creation at a time: they take milliseconds, and a listing must not show a half-made slot as dead.
    creating: tokio::sync::Mutex<()>,
    hub: EventHub,
}

#[derive(Debug)]
struct Held {
    record: Record,
    ended: bool,
    /// Time of processes that are gone counts too.
    cpu_ticks: u64,
    /// Waits for the end; stops when the slot is forgotten or the driver dropped.
    watcher: Option<Task>,
}

impl ProcessRuntime {
    /// Prepares the folders and adopts the slots found there. Call it inside a tokio runtime.
    pub fn open(config: ProcessConfig) -> Result<Self, RuntimeError> {
        let dir = config.state_dir.join("slots");
        let made = fs::create_dir_all(&dir).and_then(|()| dir.canonicalize());
        let dir = made.map_err(|source| RuntimeError::State { step: "make", path: dir, source })?;
        let reason = "the process runtime gives slots plain folders";
        let inner = Arc::new(Inner {
            volumes: Volumes::open_plain(config.state_dir.join("volumes"), reason)?,
            config,
            dir,
            slots: Mutex::default(),
            creating: tokio::sync::Mutex::default(),
            hub: EventHub::new(),
        });
        inner.adopt()?;
        Ok(Self { inner })
    }
}

impl Inner {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<SlotId, Held>> {
        // No code that may panic runs under this lock.
        self.slots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn slot_dir(&self, slot: &SlotId) -> PathBuf {
        self.dir.join(slot.as_str())
    }

    fn record(&self, slot: &SlotId) -> Option<Record> {
        self.lock().get(slot).map(|held| held.record.clone())
    }

    /// Takes over the slots on disk that are not in memory; the names of all on disk.
    fn adopt(self: &Arc<Self>) -> Result<Vec<SlotId>, RuntimeError> {
        let found = record::read_all(&self.dir).map_err(self.fail_state("list"))?;
        let names = found.iter().map(|(slot, _)| slot.clone()).collect();
        for (slot, record) in found {
            let Some(record) = record.filter(|record| record.pid != 0) else { continue };
            if self.lock().contains_key(&slot) {
                continue;
            }
            let alive = record.is_alive();
            self.hold(&slot, record, !alive);
            if alive {
                let watcher = task::start(watch_adopted(Arc::downgrade(self), slot.clone()));
                self.watch_with(&slot, watcher);
            }
        }
        Ok(names)
    }

    fn hold(&self, slot: &SlotId, record: Record, ended: bool) {
        self.lock().insert(slot.clone(), Held { record, ended, cpu_ticks: 0, watcher: None });
    }

    fn watch_with(&self, slot: &SlotId, watcher: Task) {
        if let Some(held) = self.lock().get_mut(slot) {
            held.watcher = Some(watcher);
        }
    }

    fn fail_state(&self, step: &'static str) -> impl Fn(io::Error) -> RuntimeError + use<> {
        let path = self.dir.clone();
        move |source| RuntimeError::State { step, path: path.clone(), source }
    }

    /// The slot's first process has ended: the rest goes with it, then it is told, once.
    async fn ended(&self, slot: &SlotId, code: Option<i32>) {
        let record = self.record(slot);
        if let Err(error) = members::kill_all(slot, record.as_ref()).await {
            tracing::warn!(%slot, %error, "kill what the slot left behind");
        }
        let news = {
            let mut slots = self.lock();
            let Some(held) = slots.get_mut(slot) else { return };
            held.record.exit = held.record.exit.or(code);
            if let Err(error) = held.record.write(&self.dir.join(slot.as_str())) {
                tracing::warn!(%slot, %error, "note the slot's exit code");
            }
            !std::mem::replace(&mut held.ended, true)
        };
        if news {
            self.hub.send(RuntimeEvent::Exited { slot: slot.clone(), code, oom: false });
        }
    }

    fn list(self: &Arc<Self>) -> Result<Vec<FoundSlot>, RuntimeError> {
        let mut names = self.adopt()?;
        names.extend(self.volumes.list()?);
        names.sort();
        names.dedup();
        Ok(names.into_iter().map(|slot| self.found(slot)).collect())
    }

    fn found(&self, slot: SlotId) -> FoundSlot {
        let record = self.record(&slot);
        let state = match &record {
            Some(record) if record.is_alive() => FoundState::Running { pid: record.pid },
            record => {
                let code = record.as_ref().and_then(|record| record.exit);
                FoundState::Dead { code, oom: false }
            }
        };
        let (class, labels) = record.map(|record| (record.class, record.labels)).unwrap_or_default();
        FoundSlot { volume: self.volumes.path(&slot), slot, class, state, cpuset: None, labels }
    }

    async fn kill(self: &Arc<Self>, slot: &SlotId) -> Result<Killed, RuntimeError> {
        let names = self.adopt()?;
        let record = self.record(slot);
        // Even without a record there may be strays from a crash in the middle of a start.
        let found = members::kill_all(slot, record.as_ref()).await?;
        Ok(match record {
            _ if found > 0 => Killed::Now,
            None if !names.contains(slot) => Killed::Unknown,
            _ => Killed::Before,
        })
    }

    async fn remove(self: &Arc<Self>, slot: &SlotId) -> Result<(), RuntimeError> {
        self.kill(slot).await?;
        let code = self.record(slot).and_then(|record| record.exit).unwrap_or(spawn::KILLED_CODE);
        self.ended(slot, Some(code)).await;
        self.volumes.remove(slot).await?;
        let dir = self.slot_dir(slot);
        let record = self.record(slot).or_else(|| Record::read(&dir).ok().flatten());
        if let Some(uid) = record.and_then(|record| record.uid) {
            users::give_back(uid, &dir);
        }
        match fs::remove_dir_all(&dir) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => {
                return Err(RuntimeError::State { step: "delete", path: dir, source });
            }
            _ => {}
        }
        self.lock().remove(slot);
        Ok(())
    }

    fn stats(&self, slot: &SlotId) -> Result<SlotStats, RuntimeError> {
        let gone = || RuntimeError::NoSuchSlot { slot: slot.clone() };
        let record = self.record(slot).filter(Record::is_alive).ok_or_else(gone)?;
        let found = members::members(slot, Some(&record)).map_err(|source| RuntimeError::Stats {
            slot: slot.clone(),
            what: "processes",
            source,
        })?;
        let ticks = found.iter().map(|(_, stat)| stat.cpu_ticks).sum();
        let pages: u64 = found.iter().map(|(_, stat)| stat.resident_pages).sum();
        let cpu_ticks = {
            let mut slots = self.lock();
            let held = slots.get_mut(slot).ok_or_else(gone)?;
            held.cpu_ticks = held.cpu_ticks.max(ticks);
            held.cpu_ticks
        };
        trim_log(&self.slot_dir(slot).join(LOG));
        Ok(SlotStats {
            cpu_usec: cpu_ticks * MICROSECONDS_PER_TICK,
            memory_bytes: pages * PAGE_BYTES,
            pids: found.iter().map(|(_, stat)| stat.threads).sum(),
            ..SlotStats::default()
        })
    }
}

/// Nobody reads the log while all is well, so nothing else would ever shorten it.
fn trim_log(path: &Path) {
    if fs::metadata(path).is_ok_and(|meta| meta.len() > LOG_MAX_BYTES)
        && let Err(error) = fs::OpenOptions::new().write(true).open(path).and_then(|log| log.set_len(0))
    {
        tracing::warn!(path = %path.display(), %error, "shorten the agent's log");
    }
}

/// Waits for a process that an earlier node process started; its exit code nobody can know.
async fn watch_adopted(inner: std::sync::Weak<Inner>, slot: SlotId) {
    let Some(record) = inner.upgrade().and_then(|inner| inner.record(&slot)) else { return };
    match Process::open(record.pid) {
        Ok(Some(process)) if record.is_alive() => {
            if let Err(error) = process.ended().await {
                tracing::warn!(%slot, %error, "watch the slot's process");
                return;
            }
        }
        Ok(_) => {}
        Err(error) => tracing::warn!(%slot, %error, "watch the slot's process"),
    }
    if let Some(inner) = inner.upgrade() {
        inner.ended(&slot, None).await;
    }
}

#[async_trait]
impl Runtime for ProcessRuntime {
    fn kind(&self) -> RuntimeKind {
        RuntimeKind::Process
    }

    async fn check(&self) -> Result<EngineInfo, RuntimeError> {
        let agent = &self.inner.config.agent;
        fs::metadata(agent).map_err(|error| RuntimeError::EngineUnreachable {
            endpoint: agent.display().to_string(),
            source: Box::new(error),
        })?;
        let cpus = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(EngineInfo {
            name: "process".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            cgroup: CgroupVersion::None,
            cpus: u32::try_from(cpus).unwrap_or(u32::MAX),
            memory_bytes: procfs::memory_total(),
            user_namespace: false,
            disk: self.inner.volumes.limits().clone(),
        })
    }

    async fn create(&self, spec: &SlotSpec) -> Result<Created, RuntimeError> {
        let (volume, pid) = self.inner.create(spec).await?;
        let clamped = vec!["the process runtime sets no limits".to_owned()];
        Ok(Created { limits: Limits::default(), clamped, volume, pid })
    }

    async fn list(&self) -> Result<Vec<FoundSlot>, RuntimeError> {
        let _none_half_made = self.inner.creating.lock().await;
        self.inner.list()
    }

    async fn kill(&self, slot: &SlotId) -> Result<Killed, RuntimeError> {
        self.inner.kill(slot).await
    }

    async fn remove(&self, slot: &SlotId) -> Result<(), RuntimeError> {
        self.inner.remove(slot).await
    }

    async fn stats(&self, slot: &SlotId) -> Result<SlotStats, RuntimeError> {
        self.inner.stats(slot)
    }

    fn events(&self) -> EventStream {
        self.inner.hub.subscribe()
    }
}
