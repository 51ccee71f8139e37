//! Trying again, for calls that may be repeated.

use std::future::Future;
use std::time::Duration;

use tonic::{Code, Status};

/// How often and how fast.
#[derive(Debug, Clone, Copy)]
pub struct RetryPolicy {
    /// Attempts in all.
    pub attempts: u32,
    /// The first pause; each one after it may be twice as long.
    pub first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Default for RetryPolicy {
    /// Five attempts within about a second and a half: a daemon's restart, not an outage.
    fn default() -> Self {
        Self { attempts: 5, first: Duration::from_millis(50), longest: Duration::from_secs(1) }
    }
}

impl RetryPolicy {
    /// The pause before attempt `number` (from 1): anything up to twice the last one's most, so that clients which
    /// failed together do not come back together.
    pub fn pause(&self, number: u32, random: u64) -> Duration {
        let most = self.first.saturating_mul(1 << number.min(16)).min(self.longest);
        let most = u64::try_from(most.as_millis()).unwrap_or(u64::MAX).max(1);
        Duration::from_millis(random % most)
    }
}

/// Calls until it succeeds or fails in a way that repeating won't mend. Only for calls that may be repeated.
pub async fn retry<T, F, Fut>(policy: &RetryPolicy, mut call: F) -> Result<T, Status>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Status>>,
{
    let mut number = 1;
    loop {
        match call().await {
            Err(status) if status.code() == Code::Unavailable && number < policy.attempts => {
                // Without randomness the pause is the longest one, which is safe too.
                let random = getrandom::u64().unwrap_or(u64::MAX);
                tokio::time::sleep(policy.pause(number, random)).await;
                number += 1;
            }
            result => return result,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    async fn attempts(code: Code) -> u32 {
        let policy =
            RetryPolicy { first: Duration::from_millis(1), longest: Duration::from_millis(2), attempts: 4 };
        let calls = AtomicU32::new(0);
        let result: Result<(), _> = retry(&policy, || async {
            calls.fetch_add(1, Ordering::Relaxed);
            Err(Status::new(code, "no"))
        })
        .await;
        assert!(result.is_err());
        calls.into_inner()
    }

    #[tokio::test]
    async fn only_what_may_pass_is_tried_again() {
        assert_eq!(attempts(Code::Unavailable).await, 4);
        assert_eq!(attempts(Code::NotFound).await, 1);
        assert_eq!(attempts(Code::DeadlineExceeded).await, 1);
    }

    #[test]
    fn pauses_stay_below_the_longest() {
        let policy = RetryPolicy::default();
        for number in 0..100 {
            assert!(policy.pause(number, u64::MAX - 1) < policy.longest);
        }
    }
}
