//! What can go wrong with a slot, one variant per operation with its object.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use carrel_ids::SlotId;

/// Any error underneath one of ours.
pub(crate) type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why a runtime could not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    /// Nobody answers at the engine's address.
    #[error("the engine at {endpoint} does not answer: start it, or correct the address")]
    EngineUnreachable {
        /// Where we looked.
        endpoint: String,
        /// What the transport said.
        #[source]
        source: Source,
    },
    /// The engine took longer than this call may take.
    #[error("engine call `{call}` for {object} did not finish within {limit:?}")]
    Deadline {
        /// The call.
        call: &'static str,
        /// What it was about.
        object: String,
        /// How long it had.
        limit: Duration,
    },
    /// The engine answered with an error.
    #[error("engine call `{call}` for {object} was refused")]
    EngineRefused {
        /// The call.
        call: &'static str,
        /// What it was about.
        object: String,
        /// HTTP status of the answer, if it had one.
        status: Option<u16>,
        /// What the engine said.
        #[source]
        source: Source,
    },
    /// The image is not on this machine.
    #[error("image {image} is not on this machine: build it with `cargo xtask image`")]
    ImageMissing {
        /// Its name.
        image: String,
    },
    /// A slot of this id is running.
    #[error("slot {slot} is already running: adopt it through a listing, or kill it first")]
    SlotExists {
        /// The slot.
        slot: SlotId,
    },
    /// The slot's name in the engine belongs to something that is not ours.
    #[error("the container name {name} is taken by something else: remove or rename it")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// No slot of this id is running.
    #[error("there is no running slot {slot}")]
    NoSuchSlot {
        /// The slot.
        slot: SlotId,
    },
    /// The disk that holds the volumes is full, or nearly so.
    #[error("no space for a volume under {path}: {free} bytes free, {needed} needed")]
    NoSpace {
        /// Where volumes are kept.
        path: PathBuf,
        /// What is left.
        free: u64,
        /// What must be left.
        needed: u64,
    },
    /// A step in making or clearing a volume failed.
    #[error("{step} the volume of {slot} at {path}")]
    Volume {
        /// The slot.
        slot: SlotId,
        /// The step, as a verb.
        step: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The spec can't be carried out as it is.
    #[error("slot {slot} can't be made: {reason}")]
    InvalidSpec {
        /// The slot.
        slot: SlotId,
        /// Why, and what to change.
        reason: String,
    },
    /// The slot's first process could not be started.
    #[error("start {program} for slot {slot}")]
    Spawn {
        /// The slot.
        slot: SlotId,
        /// The program.
        program: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A signal could not be sent.
    #[error("kill the processes of slot {slot}")]
    Kill {
        /// The slot.
        slot: SlotId,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Processes of the slot outlived SIGKILL: the kernel is waiting for something.
    #[error("{processes} processes of slot {slot} are still alive {limit:?} after SIGKILL")]
    StillAlive {
        /// The slot.
        slot: SlotId,
        /// How many.
        processes: usize,
        /// How long they had.
        limit: Duration,
    },
    /// The kernel's figures for a slot could not be read.
    #[error("read {what} of slot {slot}")]
    Stats {
        /// The slot.
        slot: SlotId,
        /// Which figures.
        what: &'static str,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file the driver keeps for itself could not be read or written.
    #[error("{step} {path}")]
    State {
        /// The step, as a verb.
        step: &'static str,
        /// The file or directory.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl RuntimeError {
    /// Whether the engine is gone or silent, so that trying again later may help.
    pub const fn is_engine_lost(&self) -> bool {
        matches!(self, Self::EngineUnreachable { .. } | Self::Deadline { .. })
    }
}
