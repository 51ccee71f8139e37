//! Slots on this machine: one trait, three drivers.
//!
//! A *slot* is a container (or, for `carrel up` only, a process group) in which one session lives.
//! [`Runtime`] creates, lists, kills, removes and measures slots and tells when one has ended.
//! [`docker`] is the driver for a rack, [`process`] the fallback for a laptop without an engine,
//! [`fake`] an in-memory one for tests of those who use this crate. All three pass one conformance suite.
//!
//! Invariant: when [`Runtime::create`] returns, the slot runs and every limit already holds.
//! Invariant: when [`Runtime::kill`] returns `Ok`, no process of the slot is alive.
//! Invariant: nothing here waits without a named time limit.
//! Invariant: this crate decides nothing about pools or sessions; it does what it is told.

pub mod cgroup;
pub mod docker;
mod error;
mod event;
pub mod fake;
mod pidfd;
pub mod process;
mod procfs;
mod spec;
mod task;
pub mod volume;

pub use async_trait::async_trait;
pub use error::RuntimeError;
pub use event::{EventStream, RuntimeEvent};
pub use spec::{
    CgroupVersion, Created, DiskLimits, EngineInfo, FoundSlot, FoundState, Killed, Limits, RuntimeKind,
    SlotSpec, SlotStats,
};

use carrel_ids::SlotId;

/// Where the slot's home directory lies inside a container.
pub const HOME_IN_SLOT: &str = "/home/learner";
/// Where the slot's own Nix store lies inside a container.
pub const NIX_IN_SLOT: &str = "/nix";
/// Where the node's socket directory lies inside a container (read-only).
pub const LINK_IN_SLOT: &str = "/run/carrel/link";
/// User and group id of the learner inside a container.
pub const LEARNER_UID: u32 = 1000;

/// Creates, kills and measures slots. Object-safe; share it as `Arc<dyn Runtime>`.
#[async_trait]
pub trait Runtime: Send + Sync {
    /// Which driver this is.
    fn kind(&self) -> RuntimeKind;

    /// Asks the engine who it is. `Err(EngineUnreachable)` when it does not answer.
    async fn check(&self) -> Result<EngineInfo, RuntimeError>;

    /// Makes the slot's volume, creates and starts the slot. All limits hold when this returns.
    ///
    /// A slot that is already running is refused with `SlotExists`; the remains of a dead slot of the same id
    /// are cleared first. After an error nothing is left behind, unless the engine went away meanwhile:
    /// then `list` shows the remains once it is back.
    async fn create(&self, spec: &SlotSpec) -> Result<Created, RuntimeError>;

    /// All slots of this node that exist, running or dead, also those made by an earlier process of this node,
    /// and left-over volumes without a container (as dead). Slots being created right now are not listed.
    async fn list(&self) -> Result<Vec<FoundSlot>, RuntimeError>;

    /// Kills every process of the slot with SIGKILL and returns once the last is dead. Idempotent.
    /// What the engine keeps of a dead slot stays until `remove`.
    async fn kill(&self, slot: &SlotId) -> Result<Killed, RuntimeError>;

    /// Removes what the engine and the disk keep of the slot (killing it if it still runs). Idempotent:
    /// removing an unknown slot succeeds. May be called in the background.
    async fn remove(&self, slot: &SlotId) -> Result<(), RuntimeError>;

    /// Measures a running slot from outside, straight from the kernel's files.
    async fn stats(&self, slot: &SlotId) -> Result<SlotStats, RuntimeError>;

    /// What happens to slots and to the engine from now on. Subscribe first, then `list`.
    /// Each exit of a slot is reported once per subscriber. The stream ends with the driver.
    fn events(&self) -> EventStream;
}
