//! Repeats idempotent calls, with growing pauses and jitter, a named number of times.

use std::future::Future;
use std::time::Duration;

use tonic::{Code, Status};

/// How often and how fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Calls in all, the first one included.
    pub attempts: u32,
    /// The first pause; each further one is twice as long.
    pub first_pause: Duration,
    /// The longest pause.
    pub longest_pause: Duration,
}

impl Default for RetryPolicy {
    /// Rides out a daemon's restart of a second or two, and no more: a person may be waiting.
    fn default() -> Self {
        Self { attempts: 5, first_pause: Duration::from_millis(100), longest_pause: Duration::from_secs(2) }
    }
}

impl RetryPolicy {
    /// The pause after so many failures, somewhere between its half and its whole: many clients of a restarted
    /// daemon must not come back in step.
    fn pause(&self, failures: u32) -> Duration {
        let doubled = self
            .first_pause
            .saturating_mul(1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX));
        let whole = doubled.min(self.longest_pause);
        let mut byte = [0; 1];
        // Without randomness there is no jitter, which is no reason to fail.
        let share = getrandom::fill(&mut byte).map_or(0.5, |()| f64::from(byte[0]) / 255.0);
        whole.mul_f64(0.5 + 0.5 * share)
    }
}

/// Calls until it works, fails for another reason than `Unavailable`, or the attempts are used up.
/// Only for calls that may safely be made twice.
pub async fn retry<T, F, Fut>(policy: &RetryPolicy, mut call: F) -> Result<T, Status>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<T, Status>>,
{
    let mut failures = 0;
    loop {
        match call().await {
            Err(status) if status.code() == Code::Unavailable => {
                failures += 1;
                if failures >= policy.attempts.max(1) {
                    return Err(status);
                }
                let pause = policy.pause(failures);
                tracing::debug!(failures, pause_ms = pause.as_millis(), status = status.message(), "retry");
                tokio::time::sleep(pause).await;
            }
            other => return other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn calls(code: Code, succeed_at: u32) -> (u32, bool) {
        let mut made = 0;
        let policy = RetryPolicy::default();
        let result = retry(&policy, || {
            made += 1;
            let result = if made >= succeed_at { Ok(()) } else { Err(Status::new(code, "no")) };
            std::future::ready(result)
        });
        let worked = result.await.is_ok();
        (made, worked)
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_unavailable_is_tried_again_and_not_for_ever() {
        assert_eq!(calls(Code::Unavailable, 3).await, (3, true));
        assert_eq!(calls(Code::Unavailable, 100).await, (5, false));
        assert_eq!(calls(Code::DeadlineExceeded, 2).await, (1, false));
        assert_eq!(calls(Code::NotFound, 2).await, (1, false));
    }

    #[test]
    fn pauses_grow_to_their_limit() {
        let policy = RetryPolicy::default();
        for failures in 1..100 {
            assert!(policy.pause(failures) <= policy.longest_pause);
        }
        assert!(policy.pause(1) >= policy.first_pause / 2 && policy.pause(20) >= policy.longest_pause / 2);
    }
}
