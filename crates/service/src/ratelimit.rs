//! Token buckets by key, in bounded memory: logins by name and address, for example.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::clock::SharedClock;

/// Allows `burst` at once and `per_second` on average, for each key.
pub struct RateLimit<K> {
    burst: f64,
    per_second: f64,
    keys_max: usize,
    clock: SharedClock,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Duration,
}

/// When the same key may try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many tries; try again in {} s", .0.as_secs().max(1))]
pub struct RetryAfter(pub Duration);

impl<K: Eq + Hash + Clone> RateLimit<K> {
    /// A limit that remembers at most `keys_max` keys; with more at once, new ones are refused until old ones are full again.
    pub fn new(burst: u32, per_second: f64, keys_max: usize, clock: SharedClock) -> Self {
        let burst = f64::from(burst.max(1));
        let per_second = if per_second > 0.0 { per_second } else { f64::MIN_POSITIVE };
        Self { burst, per_second, keys_max: keys_max.max(1), clock, buckets: Mutex::default() }
    }

    /// Takes one token of the key's.
    pub fn take(&self, key: K) -> Result<(), RetryAfter> {
        let now = self.clock.monotonic();
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if !buckets.contains_key(&key) && buckets.len() >= self.keys_max {
            // A full bucket says nothing that a new one would not.
            buckets.retain(|_, bucket| self.filled(*bucket, now) < self.burst);
            if buckets.len() >= self.keys_max {
                return Err(RetryAfter(self.time_for(1.0)));
            }
        }
        let bucket = buckets.entry(key).or_insert(Bucket { tokens: self.burst, at: now });
        bucket.tokens = self.filled(*bucket, now);
        bucket.at = now;
        if bucket.tokens < 1.0 {
            return Err(RetryAfter(self.time_for(1.0 - bucket.tokens)));
        }
        bucket.tokens -= 1.0;
        Ok(())
    }

    /// Forgets a key, after a success for example.
    pub fn reset(&self, key: &K) {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }

    fn filled(&self, bucket: Bucket, now: Duration) -> f64 {
        let grown = now.saturating_sub(bucket.at).as_secs_f64() * self.per_second;
        (bucket.tokens + grown).min(self.burst)
    }

    fn time_for(&self, tokens: f64) -> Duration {
        Duration::try_from_secs_f64(tokens / self.per_second).unwrap_or(Duration::MAX)
    }
}

impl<K> std::fmt::Debug for RateLimit<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimit").field("burst", &self.burst).field("per_second", &self.per_second).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    #[test]
    fn a_burst_passes_then_one_per_interval() {
        let clock = ManualClock::new(0);
        let limit = RateLimit::new(3, 0.5, 10, clock.clone());
        for _ in 0..3 {
            assert_eq!(limit.take("ada"), Ok(()));
        }
        assert_eq!(limit.take("ada"), Err(RetryAfter(Duration::from_secs(2))));
        assert_eq!(limit.take("bob"), Ok(()));
        clock.advance(Duration::from_secs(2));
        assert_eq!(limit.take("ada"), Ok(()));
        assert!(limit.take("ada").is_err());
        limit.reset(&"ada");
        assert_eq!(limit.take("ada"), Ok(()));
    }

    #[test]
    fn memory_stays_bounded_and_space_comes_back() {
        let clock = ManualClock::new(0);
        let limit = RateLimit::new(1, 1.0, 100, clock.clone());
        let passed = (0..1_000).filter(|key| limit.take(*key).is_ok()).count();
        assert_eq!(passed, 100);
        assert_eq!(limit.buckets.lock().expect("lock").len(), 100);
        clock.advance(Duration::from_secs(2));
        assert_eq!(limit.take(5_000), Ok(()));
        assert_eq!(limit.buckets.lock().expect("lock").len(), 1);
    }
}
