//! Making a slot: volume, container, start; and clearing up when a step fails.

use std::sync::atomic::Ordering;
use std::time::Duration;

use bollard::query_parameters::{CreateContainerOptions, StartContainerOptions};
use carrel_ids::SlotId;

use super::Inner;
use super::container::{self, Inspected, LABEL_PREFIX, Parts};
use super::engine::{CREATE, PING, START, refusal, refusal_text};
use crate::{Created, FoundState, RuntimeError, SlotSpec};

/// The smallest memory limit the engine accepts.
const MEMORY_MIN_BYTES: u64 = 6 << 20;
/// Clearing up after a failure must not make the caller wait for a dying engine.
const CLEAR_LIMIT: Duration = Duration::from_secs(10);

impl Inner {
    pub(super) async fn create(&self, spec: &SlotSpec) -> Result<Created, RuntimeError> {
        refuse_impossible(spec)?;
        let slot = &spec.slot;
        let exists = || RuntimeError::SlotExists { slot: slot.clone() };
        let _creating = self.table.begin(slot).ok_or_else(exists)?;
        if self.lost.load(Ordering::Relaxed) {
            // Not worth a volume, nor the patience that a loaded engine deserves.
            self.engine.call(PING, "the engine", |client| async move { client.ping().await }).await?;
        }
        // A volume on disk may belong to a running slot of an earlier process of this node.
        if self.table.known(slot).is_some() || self.volumes.exists(slot) {
            self.clear_dead(slot).await?;
        }
        let facts = self.facts().await?;
        let (limits, mut clamped) = spec.limits.clamp_to(facts.cpus, facts.memory);
        clamped.extend(facts.unable);
        let volume = self.volumes.create(slot, limits.disk_bytes, facts.owner).await?;
        let parts = Parts { node: &self.node, limits: &limits, volume: &volume };
        match self.create_and_start(spec, &parts).await {
            Ok(seen) => {
                let pid = match seen.state {
                    FoundState::Running { pid } => pid,
                    FoundState::Dead { .. } => 0,
                };
                if let Some(event) = self.table.started(&seen) {
                    self.hub.send(event);
                }
                Ok(Created { limits, clamped, volume, pid })
            }
            Err(error) => {
                self.clear_failed(slot, &error).await;
                Err(error)
            }
        }
    }

    /// Removes the remains of a dead slot; refuses when it is alive.
    async fn clear_dead(&self, slot: &SlotId) -> Result<(), RuntimeError> {
        if let Some(seen) = self.inspect(slot).await? {
            if Self::is_alive(&seen) {
                return Err(RuntimeError::SlotExists { slot: slot.clone() });
            }
            self.remove_container(&seen.container).await?;
        }
        self.table.forget(slot);
        Ok(())
    }

    async fn create_and_start(&self, spec: &SlotSpec, parts: &Parts<'_>) -> Result<Inspected, RuntimeError> {
        let container = match self.create_container(spec, parts).await {
            Err(error) if refusal(&error) == Some(409) => {
                // The name is taken: by remains of ours, which can go, or by something else.
                self.clear_dead(&spec.slot).await?;
                self.create_container(spec, parts).await?
            }
            created => created?,
        };
        self.table.born(&spec.slot, container.clone());
        let started = self.engine.call(START, spec.slot.as_str(), |client| async move {
            client.start_container(&container, None::<StartContainerOptions>).await
        });
        started.await.map_err(|error| self.explain(spec, error))?;
        let seen = self.inspect(&spec.slot).await?;
        // Somebody removed it under our hands.
        seen.ok_or_else(|| RuntimeError::NoSuchSlot { slot: spec.slot.clone() })
    }

    async fn create_container(&self, spec: &SlotSpec, parts: &Parts<'_>) -> Result<String, RuntimeError> {
        let name = container::name(&spec.slot);
        let options = CreateContainerOptions { name: Some(name), ..Default::default() };
        let body = container::body(spec, parts);
        let created = self.engine.call(CREATE, spec.slot.as_str(), |client| async move {
            client.create_container(Some(options), body).await
        });
        match created.await {
            Ok(created) => Ok(created.id),
            Err(error) if refusal(&error) == Some(404) => {
                Err(RuntimeError::ImageMissing { image: spec.image.clone() })
            }
            Err(error) => Err(self.explain(spec, error)),
        }
    }

    fn explain(&self, spec: &SlotSpec, error: RuntimeError) -> RuntimeError {
        if !refusal_text(&error).contains("no space left on device") {
            return error;
        }
        tracing::warn!(slot = %spec.slot, %error, "the engine's disk is full");
        RuntimeError::NoSpace {
            path: "the engine's data folder".into(),
            free: 0,
            needed: crate::volume::HOST_RESERVE_BYTES,
        }
    }

    /// Best effort: what stays is shown by `list` as dead.
    async fn clear_failed(&self, slot: &SlotId, error: &RuntimeError) {
        // A slot that exists or a name that is another's is not ours to clear, except for the volume made in vain.
        let theirs = matches!(error, RuntimeError::NameTaken { .. });
        let clear = async {
            if !theirs && let Some(seen) = self.inspect(slot).await? {
                self.remove_container(&seen.container).await?;
            }
            self.volumes.remove(slot).await
        };
        match tokio::time::timeout(CLEAR_LIMIT, clear).await {
            Ok(Ok(())) => {}
            Ok(Err(left)) => tracing::warn!(%slot, error = %left, "clear up after a failed creation"),
            Err(_) => tracing::warn!(%slot, "clearing up after a failed creation took too long"),
        }
        self.table.forget(slot);
    }
}

fn refuse_impossible(spec: &SlotSpec) -> Result<(), RuntimeError> {
    let limits = &spec.limits;
    let reason = if let Some(label) = spec.labels.keys().find(|label| label.starts_with(LABEL_PREFIX)) {
        format!("label {label} is reserved: choose one without `{LABEL_PREFIX}`")
    } else if !spec.link_dir.is_absolute() || !spec.link_dir.is_dir() {
        format!("link folder {} is not an absolute path to a folder: make it first", spec.link_dir.display())
    } else if limits.memory_bytes < MEMORY_MIN_BYTES {
        format!("{} bytes of memory are too few: allow {MEMORY_MIN_BYTES} or more", limits.memory_bytes)
    } else if limits.pids == 0 || limits.cpu_millicores == Some(0) {
        "0 would mean no limit: give a limit of at least 1".to_owned()
    } else {
        return Ok(());
    };
    Err(RuntimeError::InvalidSpec { slot: spec.slot.clone(), reason })
}
