//! What the daemon counts about itself.

use carrel_service::Metrics;
use prometheus::{HistogramVec, IntCounterVec};

/// From a small fetch to a push that takes its whole time limit.
const GIT_SECONDS: &[f64] = &[0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 900.0];

/// The counters of git and logins.
pub struct Meters {
    /// Git requests by operation and outcome.
    pub git_requests: IntCounterVec,
    /// How long they took by operation.
    pub git_seconds: HistogramVec,
    /// Logins by way and outcome.
    pub logins: IntCounterVec,
}

impl Meters {
    /// Registers them.
    pub fn new(metrics: &Metrics) -> Self {
        Self {
            git_requests: metrics.counter_vec(
                "git_requests_total",
                "Git requests by operation and outcome.",
                &["operation", "outcome"],
            ),
            git_seconds: metrics.histogram_vec(
                "git_seconds",
                "How long git requests took.",
                GIT_SECONDS,
                &["operation"],
            ),
            logins: metrics.counter_vec(
                "logins_total",
                "Logins by way (password, link, sign_up) and outcome (ok, refused).",
                &["way", "outcome"],
            ),
        }
    }
}
