//! The node's figures for Prometheus.

use std::time::Duration;

use carrel_model::node::{Answer, Refusal};
use carrel_service::Metrics;
use prometheus::{Gauge, GaugeVec, Histogram, IntCounter, IntCounterVec};

use crate::core::View;

/// Around the goal of 40 ms for a whole open, of which a claim is a small part.
const CLAIM_BUCKETS: [f64; 12] =
    [0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 2.0];

/// All of them. Clones share them.
#[derive(Clone)]
pub struct NodeMetrics {
    pools: GaugeVec,
    draining: Gauge,
    refusing: Gauge,
    claim_seconds: Histogram,
    claims: IntCounterVec,
    /// Requests of slots by outcome.
    pub egress: IntCounterVec,
    /// Processes of slots killed for want of memory.
    pub oom_kills: IntCounter,
    /// Reports by outcome.
    pub reports: IntCounterVec,
}

impl NodeMetrics {
    /// Registers them.
    pub fn new(metrics: &Metrics) -> Self {
        Self {
            pools: metrics.gauge_vec("slots", "Slots by class and state.", &["class", "state"]),
            draining: metrics.gauge("draining", "1 while claims are refused on request."),
            refusing: metrics.gauge("refusing", "1 while claims are refused because the node can't work."),
            claim_seconds: metrics.histogram(
                "claim_seconds",
                "Time from a claim's arrival to its answer, granted ones only.",
                &CLAIM_BUCKETS,
            ),
            claims: metrics.counter_vec("claims_total", "Claims by outcome.", &["outcome"]),
            egress: metrics.counter_vec("egress_requests_total", "Requests of slots by target.", &["target"]),
            oom_kills: metrics.counter("oom_kills_total", "Processes of slots killed for want of memory."),
            reports: metrics.counter_vec("reports_total", "Reports to the front-end master.", &["outcome"]),
        }
    }

    /// A claim has been answered.
    pub fn claimed(&self, answer: &Answer, took: Duration) {
        let outcome = match answer {
            Answer::Claimed { repeated: false, .. } => {
                self.claim_seconds.observe(took.as_secs_f64());
                "granted"
            }
            Answer::Claimed { repeated: true, .. } => "repeated",
            Answer::Refused(refusal) => refusal_name(refusal),
            Answer::Released { .. } | Answer::Reconciled { .. } => "other",
        };
        self.claims.with_label_values(&[outcome]).inc();
    }

    /// The pools have changed.
    pub fn pools(&self, view: &View) {
        for pool in &view.figures {
            let class = pool.class.name();
            let figures = [
                ("wanted", pool.wanted),
                ("creating", pool.creating),
                ("warm", pool.warm),
                ("claimed", pool.claimed),
            ];
            for (state, figure) in figures {
                let figure = u32::try_from(figure).unwrap_or(u32::MAX);
                self.pools.with_label_values(&[class, state]).set(figure.into());
            }
        }
        self.draining.set(f64::from(u8::from(view.draining)));
        self.refusing.set(f64::from(u8::from(!view.refusing.is_empty())));
    }
}

const fn refusal_name(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::Stale { .. } => "stale",
        Refusal::AlreadyReleased => "released",
        Refusal::NoneWarm { .. } => "none_warm",
        Refusal::Draining => "draining",
        Refusal::Refusing(_) => "refusing",
        Refusal::BindFailed(_) => "bind_failed",
        Refusal::Late => "late",
    }
}
