//! What orchestration counts.

use carrel_service::Metrics;
use prometheus::{GaugeVec, Histogram, IntCounterVec};

/// From an open on a warm pool (a few ms) to the longest one that still succeeds.
const OPEN_SECONDS: &[f64] =
    &[0.002, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.25, 2.5, 5.0, 10.0, 20.0];

/// From a good disk to one that makes everybody wait.
const COMMIT_SECONDS: &[f64] = &[0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2.0];

/// Up to the largest batch.
const BATCH_INPUTS: &[f64] = &[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];

/// The meters of sessions and nodes.
pub(super) struct Meters {
    /// Opens by outcome.
    pub opens: IntCounterVec,
    /// How long successful opens took, from the request to the answer.
    pub open_seconds: Histogram,
    /// How long nodes took to answer claims.
    pub claim_seconds: Histogram,
    /// Claims by result.
    pub claims: IntCounterVec,
    /// How long commits took.
    pub commit_seconds: Histogram,
    /// Inputs decided per commit.
    pub batch_inputs: Histogram,
    /// Sessions by state.
    pub sessions: GaugeVec,
    /// Nodes by health.
    pub nodes: GaugeVec,
}

impl Meters {
    pub(super) fn new(metrics: &Metrics) -> Self {
        let counters = |name, help, label| metrics.counter_vec(name, help, &[label]);
        Self {
            opens: counters("session_opens_total", "Opens of sessions by outcome.", "outcome"),
            open_seconds: metrics.histogram(
                "session_open_seconds",
                "From the request to the answer of opens that succeeded.",
                OPEN_SECONDS,
            ),
            claim_seconds: metrics.histogram(
                "claim_seconds",
                "How long nodes took to answer claims.",
                OPEN_SECONDS,
            ),
            claims: counters("claims_total", "Claims by result: claimed, refused, unknown.", "result"),
            commit_seconds: metrics.histogram(
                "session_commit_seconds",
                "How long decisions took to be on disk.",
                COMMIT_SECONDS,
            ),
            batch_inputs: metrics.histogram(
                "session_batch_inputs",
                "Inputs decided with one commit.",
                BATCH_INPUTS,
            ),
            sessions: metrics.gauge_vec("sessions", "Sessions by state.", &["state"]),
            nodes: metrics.gauge_vec("nodes", "Nodes by health.", &["health"]),
        }
    }
}
