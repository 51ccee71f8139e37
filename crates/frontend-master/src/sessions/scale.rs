//! The clock of the model.

use std::time::Duration;

use carrel_model::Time;
use carrel_service::SharedClock;

/// The model's time: the wall clock at the start, then the monotonic one. It never jumps, so neither a clock that is set
/// right nor a suspended machine makes every node silent at once, and it still reads as wall time in timelines.
#[derive(Clone)]
pub(super) struct TimeScale {
    clock: SharedClock,
    offset_ms: u64,
}

impl TimeScale {
    pub(super) fn new(clock: SharedClock) -> Self {
        let offset_ms = clock.now_ms().saturating_sub(millis(clock.monotonic()));
        Self { clock, offset_ms }
    }

    pub(super) fn now(&self) -> Time {
        Time::from_millis(self.offset_ms.saturating_add(millis(self.clock.monotonic())))
    }
}

fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
