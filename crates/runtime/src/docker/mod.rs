//! Slots as containers of a Docker engine (20.10 and later), spoken to over its unix socket.
//!
//! A container gets no network, no capabilities, a read-only root, its own fixed-size volume and one read-only
//! folder with the node's socket. Killing and measuring go straight to the kernel: they are many times faster than
//! the engine, and work while it is away. The engine is asked only to create, list and clean up.

mod container;
mod create;
mod engine;
mod kill;
mod machine;
mod table;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use bollard::query_parameters::{InspectContainerOptions, ListContainersOptions, RemoveContainerOptions};
use carrel_ids::{NodeId, SlotId};
use futures::{StreamExt, TryStreamExt};
use tokio::time::Instant;

use self::container::{Inspected, LABEL_NODE};
use self::engine::{Engine, INSPECT, LIST, REMOVE, refusal};
use self::machine::Machine;
use self::table::{Known, Table};
use crate::cgroup::CgroupReader;
use crate::event::EventHub;
use crate::task::{self, Task};
use crate::volume::Volumes;
use crate::{
    Created, EngineInfo, EventStream, FoundSlot, FoundState, Killed, Runtime, RuntimeError, RuntimeKind,
    SlotSpec, SlotStats, async_trait,
};

/// Where a Docker engine listens unless told otherwise.
pub const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

/// Inspections in flight while listing: enough to hide the round trips, few enough to leave the engine free.
const INSPECTS_AT_ONCE: usize = 8;

/// Which engine, for which node.
#[derive(Debug, Clone)]
pub struct DockerConfig {
    /// The engine's unix socket.
    pub socket: PathBuf,
    /// Whose slots these are: several nodes may share an engine.
    pub node: NodeId,
    /// The volumes live in `volumes` under it. Root only; on a disk with room for all slots.
    pub state_dir: PathBuf,
}

/// The Docker driver.
#[derive(Debug)]
pub struct DockerRuntime {
    inner: Arc<Inner>,
    /// Ends with the driver.
    _watcher: Task,
}

#[derive(Debug)]
struct Inner {
    node: NodeId,
    engine: Engine,
    machine: Machine,
    volumes: Volumes,
    cgroups: CgroupReader,
    table: Table,
    hub: EventHub,
    /// The watcher finds the engine gone or hung.
    lost: AtomicBool,
}

impl DockerRuntime {
    /// Prepares the folders and starts watching the engine, which may be away for now.
    /// Call it inside a tokio runtime.
    pub fn open(config: DockerConfig) -> Result<Self, RuntimeError> {
        let inner = Arc::new(Inner {
            volumes: Volumes::open(config.state_dir.join("volumes"))?,
            node: config.node,
            engine: Engine::new(config.socket),
            machine: Machine::default(),
            cgroups: CgroupReader::default(),
            table: Table::default(),
            hub: EventHub::new(),
            lost: AtomicBool::new(false),
        });
        let watcher = task::start(watch::run(Arc::clone(&inner)));
        Ok(Self { inner, _watcher: watcher })
    }
}

impl Inner {
    /// What the engine says of the slot's container: `Err(NameTaken)` when that name is another's.
    async fn inspect(&self, slot: &SlotId) -> Result<Option<Inspected>, RuntimeError> {
        let name = container::name(slot);
        match self.inspect_container(&name).await? {
            None => Ok(None),
            Some(Some(seen)) if seen.slot == *slot => Ok(Some(seen)),
            Some(_) => Err(RuntimeError::NameTaken { name }),
        }
    }

    /// Running also in the kernel's eyes? The engine learns of a death a little later.
    fn is_alive(seen: &Inspected) -> bool {
        match seen.state {
            FoundState::Running { pid } => table::alive(pid, &seen.container).is_some(),
            FoundState::Dead { .. } => false,
        }
    }

    /// Outer `None`: no such container. Inner `None`: it is not a slot of this node.
    async fn inspect_container(&self, container: &str) -> Result<Option<Option<Inspected>>, RuntimeError> {
        let found = self.engine.call(INSPECT, container, |client| async move {
            client.inspect_container(container, None::<InspectContainerOptions>).await
        });
        match found.await {
            Ok(found) => Ok(Some(Inspected::read(found, &self.node))),
            Err(error) if refusal(&error) == Some(404) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// All containers of this node, each inspected; tells exits that nobody has told yet.
    async fn survey(&self) -> Result<Vec<Inspected>, RuntimeError> {
        let thought_running = self.table.running();
        let label = format!("{LABEL_NODE}={}", self.node);
        let options = ListContainersOptions {
            all: true,
            filters: Some([("label".to_owned(), vec![label])].into()),
            ..ListContainersOptions::default()
        };
        let listed = self.engine.call(LIST, self.node.as_str(), |client| async move {
            client.list_containers(Some(options)).await
        });
        let ids = listed.await?.into_iter().filter_map(|container| container.id);
        let inspections = futures::stream::iter(ids)
            .map(|id| async move { self.inspect_container(&id).await })
            .buffer_unordered(INSPECTS_AT_ONCE);
        let answers: Vec<_> = inspections.try_collect().await?;
        let seen: Vec<Inspected> = answers.into_iter().flatten().flatten().collect();
        for slot in &seen {
            if let Some(event) = self.table.observe(slot) {
                self.hub.send(event);
            }
        }
        for slot in thought_running {
            let gone = !seen.iter().any(|seen| seen.slot == slot);
            if let Some(event) = gone.then(|| self.table.vanished(&slot)).flatten() {
                self.hub.send(event);
            }
        }
        Ok(seen)
    }

    async fn list(&self) -> Result<Vec<FoundSlot>, RuntimeError> {
        // Volumes first: a slot that is born in between then shows as a container.
        let volumes = self.volumes.list()?;
        let seen = self.survey().await?;
        let mut found: Vec<FoundSlot> = seen
            .into_iter()
            .map(|mut seen| {
                if seen.state.is_running() && !Self::is_alive(&seen) {
                    seen.state = FoundState::Dead { code: None, oom: false };
                }
                let volume = self.volumes.path(&seen.slot);
                seen.found(volume)
            })
            .collect();
        for slot in volumes {
            if found.iter().any(|found| found.slot == slot) {
                continue;
            }
            found.push(FoundSlot {
                volume: self.volumes.path(&slot),
                slot,
                class: String::new(),
                state: FoundState::Dead { code: None, oom: false },
                cpuset: None,
                labels: Default::default(),
            });
        }
        found.retain(|found| !self.table.is_creating(&found.slot));
        found.sort_by(|a, b| a.slot.cmp(&b.slot));
        Ok(found)
    }

    /// From memory, or else from the engine.
    async fn find(&self, slot: &SlotId) -> Result<Option<Known>, RuntimeError> {
        if let Some(known) = self.table.known(slot) {
            return Ok(Some(known));
        }
        let Some(seen) = self.inspect(slot).await? else { return Ok(None) };
        if let Some(event) = self.table.observe(&seen) {
            self.hub.send(event);
        }
        Ok(self.table.known(slot))
    }

    async fn remove(&self, slot: &SlotId) -> Result<(), RuntimeError> {
        let container = match self.table.known(slot) {
            Some(
                Known::Running { container, .. } | Known::Unseen { container } | Known::Ended { container },
            ) => Some(container),
            None => self.inspect(slot).await?.map(|seen| seen.container),
        };
        if let Some(container) = container {
            // Ours is the faster kill; if it fails, the engine tries its own below.
            if let Err(error) = self.kill(slot).await {
                tracing::warn!(%slot, %error, "kill before removal");
            }
            self.remove_container(&container).await?;
        }
        self.volumes.remove(slot).await?;
        if let Some(event) = self.table.vanished(slot) {
            self.hub.send(event);
        }
        self.table.forget(slot);
        Ok(())
    }

    /// Removes a container by its id and returns once it is gone, whoever removed it.
    async fn remove_container(&self, container: &str) -> Result<(), RuntimeError> {
        /// How often to look whether a removal that somebody else began is through.
        const LOOK_EVERY: std::time::Duration = std::time::Duration::from_millis(20);
        let give_up = Instant::now() + REMOVE.limit();
        loop {
            let options = RemoveContainerOptions { force: true, v: true, link: false };
            let removed = self.engine.call(REMOVE, container, |client| async move {
                client.remove_container(container, Some(options)).await
            });
            match removed.await {
                Ok(()) => return Ok(()),
                Err(error) if refusal(&error) == Some(404) => return Ok(()),
                // 409: its removal is already in progress.
                Err(error) if refusal(&error) == Some(409) && Instant::now() < give_up => {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Err(error) => return Err(error),
            }
        }
    }

    async fn stats(self: Arc<Self>, slot: &SlotId) -> Result<SlotStats, RuntimeError> {
        let Some(Known::Running { alive, .. }) = self.find(slot).await? else {
            return Err(RuntimeError::NoSuchSlot { slot: slot.clone() });
        };
        let name = slot.clone();
        let read = tokio::task::spawn_blocking(move || {
            let fail = |what| {
                let slot = name.clone();
                move |source| RuntimeError::Stats { slot, what, source }
            };
            let used = self.cgroups.stats(&alive.cgroup).map_err(fail("control group"))?;
            let (disk_bytes, disk_limit) = self.volumes.usage(&name).map_err(fail("file system"))?;
            Ok(SlotStats {
                cpu_usec: used.cpu_usec,
                memory_bytes: used.memory_bytes,
                memory_limit: used.memory_limit,
                pids: used.pids,
                disk_bytes,
                disk_limit,
                oom_kills: used.oom_kills,
            })
        });
        match read.await {
            // The group goes away with its last process, a moment before the engine says so.
            Ok(Err(RuntimeError::Stats { source, .. })) if source.kind() == std::io::ErrorKind::NotFound => {
                Err(RuntimeError::NoSuchSlot { slot: slot.clone() })
            }
            Ok(done) => done,
            Err(panicked) => {
                let source = std::io::Error::other(panicked);
                Err(RuntimeError::Stats { slot: slot.clone(), what: "figures", source })
            }
        }
    }
}

#[async_trait]
impl Runtime for DockerRuntime {
    fn kind(&self) -> RuntimeKind {
        RuntimeKind::Docker
    }

    async fn check(&self) -> Result<EngineInfo, RuntimeError> {
        self.inner.check().await
    }

    async fn create(&self, spec: &SlotSpec) -> Result<Created, RuntimeError> {
        self.inner.create(spec).await
    }

    async fn list(&self) -> Result<Vec<FoundSlot>, RuntimeError> {
        self.inner.list().await
    }

    async fn kill(&self, slot: &SlotId) -> Result<Killed, RuntimeError> {
        self.inner.kill(slot).await
    }

    async fn remove(&self, slot: &SlotId) -> Result<(), RuntimeError> {
        self.inner.remove(slot).await
    }

    async fn stats(&self, slot: &SlotId) -> Result<SlotStats, RuntimeError> {
        Arc::clone(&self.inner).stats(slot).await
    }

    fn events(&self) -> EventStream {
        self.inner.hub.subscribe()
    }
}
