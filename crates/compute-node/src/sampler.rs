//! Measures claimed slots from outside, and finds out which are idle.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use carrel_ids::SlotId;
use carrel_proto::compute::v1::Usage;
use carrel_runtime::{Runtime, SlotStats};
use carrel_service::{Chain, SharedClock, Shutdown};
use futures::StreamExt as _;
use tracing::debug;

use crate::core::{CoreHandle, SlotView};

/// A measurement is a few reads of kernel files; more at once only compete for the same locks.
const AT_ONCE: usize = 8;
/// Below this share of a core a slot is idle: an editor's language server that waits uses less.
const IDLE_SHARE: f64 = 0.01;

/// When a slot last did something.
#[derive(Debug, Clone, Copy)]
struct Trail {
    cpu_usec: u64,
    bytes: (u64, u64, u64),
    at: Duration,
    active: Duration,
}

impl Trail {
    /// Takes a measurement, and tells for how long nothing has happened.
    fn follow(before: Option<Self>, cpu_usec: u64, bytes: (u64, u64, u64), at: Duration) -> (Self, Duration) {
        let Some(before) = before else {
            return (Self { cpu_usec, bytes, at, active: at }, Duration::ZERO);
        };
        let passed = at.saturating_sub(before.at).as_secs_f64();
        let used = Duration::from_micros(cpu_usec.saturating_sub(before.cpu_usec)).as_secs_f64();
        let busy = used > passed * IDLE_SHARE || bytes != before.bytes;
        let active = if busy { at } else { before.active };
        (Self { cpu_usec, bytes, at, active }, at.saturating_sub(active))
    }
}

/// Measures until the shutdown.
pub struct Sampler {
    /// Which slots there are.
    pub core: CoreHandle,
    /// What measures them.
    pub runtime: Arc<dyn Runtime>,
    /// Clock.
    pub clock: SharedClock,
    /// How often.
    pub every: Duration,
    /// The end.
    pub shutdown: Shutdown,
}

impl Sampler {
    /// Runs until the shutdown.
    pub async fn run(self) {
        let trails = Mutex::new(HashMap::new());
        let mut tick = tokio::time::interval(self.every);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = self.shutdown.requested() => return,
                _ = tick.tick() => self.round(&trails).await,
            }
        }
    }

    async fn round(&self, trails: &Mutex<HashMap<SlotId, Trail>>) {
        let view = self.core.view();
        let claimed: Vec<SlotView> = view.slots.iter().filter(|slot| slot.claim.is_some()).cloned().collect();
        let held = |id: &SlotId| claimed.iter().any(|slot| slot.id == *id);
        trails.lock().unwrap_or_else(PoisonError::into_inner).retain(|id, _| held(id));
        futures::stream::iter(&claimed)
            .for_each_concurrent(AT_ONCE, |slot| async {
                match self.runtime.stats(&slot.id).await {
                    Ok(stats) => self.note(slot, &stats, trails),
                    Err(failure) => debug!(slot = %slot.id, error = %Chain(&failure), "measure a slot"),
                }
            })
            .await;
    }

    fn note(&self, slot: &SlotView, stats: &SlotStats, trails: &Mutex<HashMap<SlotId, Trail>>) {
        let bytes = slot.shared.meter.read();
        let mut trails = trails.lock().unwrap_or_else(PoisonError::into_inner);
        let before = trails.get(&slot.id).copied();
        let (trail, idle) = Trail::follow(before, stats.cpu_usec, bytes, self.clock.monotonic());
        trails.insert(slot.id.clone(), trail);
        slot.shared.measured(Usage {
            cpu_usec: stats.cpu_usec,
            memory_bytes: stats.memory_bytes,
            memory_limit_bytes: stats.memory_limit,
            pids: stats.pids,
            disk_bytes: stats.disk_bytes,
            disk_limit_bytes: stats.disk_limit,
            idle_seconds: u32::try_from(idle.as_secs()).unwrap_or(u32::MAX),
            ..Usage::default()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idle_time_grows_until_bytes_pass_or_work_is_done() {
        let at = Duration::from_secs;
        let (trail, idle) = Trail::follow(None, 0, (0, 0, 0), at(100));
        assert_eq!(idle, at(0));
        // 40 ms of work in 5 s is less than 1 %.
        let (trail, idle) = Trail::follow(Some(trail), 40_000, (0, 0, 0), at(105));
        assert_eq!(idle, at(5));
        let (trail, idle) = Trail::follow(Some(trail), 40_000, (0, 0, 0), at(110));
        assert_eq!(idle, at(10));
        let (trail, idle) = Trail::follow(Some(trail), 40_000, (1, 0, 0), at(115));
        assert_eq!(idle, at(0));
        let (_, idle) = Trail::follow(Some(trail), 140_000, (1, 0, 0), at(120));
        assert_eq!(idle, at(0));
    }
}
