//! What happens to slots: the events and the hub that hands them to any number of readers.

use std::pin::Pin;

use carrel_ids::SlotId;
use futures::{Stream, StreamExt};
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

/// All slots of a large node may die at once (engine restart), twice over; past it a reader is told `Missed`.
const EVENTS_MAX: usize = 1_024;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RuntimeEvent {
    /// The slot's first process has ended, and with it the slot.
    Exited {
        /// The slot.
        slot: SlotId,
        /// Exit code (128 + signal when killed), if anyone knows it.
        code: Option<i32>,
        /// Whether the kernel killed it for want of memory.
        oom: bool,
    },
    /// The kernel killed a process of the slot for want of memory; said once, however often the engine repeats it
    /// within a few seconds. The slot itself may live on.
    OutOfMemory {
        /// The slot.
        slot: SlotId,
    },
    /// The engine no longer answers. Slots may live on.
    EngineLost,
    /// The engine answers again. Exits that happened meanwhile have been reported before this.
    EngineBack,
    /// This reader was too slow and lost some events: `list` tells what is true now.
    Missed {
        /// How many.
        events: u64,
    },
}

/// A reader's stream of events.
pub type EventStream = Pin<Box<dyn Stream<Item = RuntimeEvent> + Send>>;

/// Hands each event to every reader.
#[derive(Debug, Clone)]
pub(crate) struct EventHub {
    sender: broadcast::Sender<RuntimeEvent>,
}

impl EventHub {
    pub(crate) fn new() -> Self {
        Self { sender: broadcast::Sender::new(EVENTS_MAX) }
    }

    pub(crate) fn send(&self, event: RuntimeEvent) {
        // No reader is no fault: whoever subscribes later lists first.
        let _ = self.sender.send(event);
    }

    pub(crate) fn subscribe(&self) -> EventStream {
        Box::pin(BroadcastStream::new(self.sender.subscribe()).map(|item| match item {
            Ok(event) => event,
            Err(BroadcastStreamRecvError::Lagged(events)) => RuntimeEvent::Missed { events },
        }))
    }
}
