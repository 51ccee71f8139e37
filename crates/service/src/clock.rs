//! Time as a seam: daemons ask a [`Clock`], so that tests decide what time it is.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// What a daemon may ask about time.
pub trait Clock: Send + Sync + 'static {
    /// Wall-clock milliseconds since 1970; may jump.
    fn now_ms(&self) -> u64;

    /// Time since some fixed moment; never goes back.
    fn monotonic(&self) -> Duration;

    /// Wall-clock seconds since 1970; may jump.
    fn now_secs(&self) -> u64 {
        self.now_ms() / 1000
    }
}

impl std::fmt::Debug for dyn Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({} ms)", self.now_ms())
    }
}

/// A clock shared by all parts of a daemon.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl SystemClock {
    /// The machine's clock, ready to share.
    pub fn shared() -> SharedClock {
        Arc::new(Self)
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn now_ms(&self) -> u64 {
        // A clock before 1970 counts as 1970: everything signed then has long expired.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    #[allow(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
}

/// A clock that stands still until told otherwise.
#[derive(Debug)]
pub struct ManualClock {
    wall_ms: AtomicU64,
    monotonic_ms: AtomicU64,
}

impl ManualClock {
    /// A clock whose wall time is `wall_ms` since 1970.
    pub fn new(wall_ms: u64) -> Arc<Self> {
        Arc::new(Self { wall_ms: AtomicU64::new(wall_ms), monotonic_ms: AtomicU64::new(0) })
    }

    /// Lets time pass on both scales.
    pub fn advance(&self, by: Duration) {
        let ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.wall_ms.fetch_add(ms, Ordering::SeqCst);
        self.monotonic_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Makes the wall clock jump, as after a wrong BIOS clock is corrected; monotonic time stays.
    pub fn set_wall_ms(&self, wall_ms: u64) {
        self.wall_ms.store(wall_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> u64 {
        self.wall_ms.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Duration {
        Duration::from_millis(self.monotonic_ms.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manual_clock_moves_only_when_told() {
        let clock = ManualClock::new(5_000);
        assert_eq!((clock.now_ms(), clock.monotonic()), (5_000, Duration::ZERO));
        clock.advance(Duration::from_secs(2));
        assert_eq!((clock.now_secs(), clock.monotonic()), (7, Duration::from_secs(2)));
        clock.set_wall_ms(1_000);
        assert_eq!((clock.now_secs(), clock.monotonic()), (1, Duration::from_secs(2)));
    }

    #[test]
    fn the_system_clock_is_past_2025_and_does_not_go_back() {
        let clock = SystemClock;
        assert!(clock.now_secs() > 1_735_000_000);
        let before = clock.monotonic();
        assert!(clock.monotonic() >= before);
    }
}
