//! The daemon's figures for Prometheus.

use carrel_service::Metrics;
use prometheus::{Gauge, Histogram, IntCounter};

/// From a tenth of a millisecond, what applying takes, to seconds, what a sick disk takes.
const BUCKETS: [f64; 12] = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0];

/// All of them. Clones share them.
#[derive(Clone)]
pub struct SyncMetrics {
    /// Rooms in memory.
    pub open_documents: Gauge,
    /// Websockets.
    pub connections: Gauge,
    /// One frame or call: read, applied, passed on to everybody's queue.
    pub apply_seconds: Histogram,
    /// From the log's queue to the disk.
    pub persist_seconds: Histogram,
    /// Clients that fell behind and were brought up to date.
    pub lag_resyncs: IntCounter,
    /// Updates taken.
    pub updates: IntCounter,
    /// Compactions that succeeded.
    pub compactions: IntCounter,
    /// Loads that failed and rooms that had to be dropped.
    pub room_failures: IntCounter,
    /// Documents that are not deleted.
    pub documents: Gauge,
    /// Bytes of the journal.
    pub log_bytes: Gauge,
    /// Bytes of states written by compactions.
    pub document_bytes: IntCounter,
}

impl SyncMetrics {
    /// Registers them.
    pub fn new(metrics: &Metrics) -> Self {
        Self {
            open_documents: metrics.gauge("open_documents", "Documents in memory."),
            connections: metrics.gauge("connections", "Websockets to documents."),
            apply_seconds: metrics.histogram(
                "apply_seconds",
                "Time to read a frame, apply it and pass it on to every queue.",
                &BUCKETS,
            ),
            persist_seconds: metrics.histogram(
                "persist_seconds",
                "Time from an update's arrival in its room to its sync on disk: what an acknowledgement waits for.",
                &BUCKETS,
            ),
            lag_resyncs: metrics.counter("lag_resyncs_total", "Clients that fell behind and were resynced."),
            updates: metrics.counter("updates_total", "Updates that changed a document."),
            compactions: metrics.counter("compactions_total", "Documents compacted."),
            room_failures: metrics.counter("room_failures_total", "Documents dropped from memory by a failure."),
            documents: metrics.gauge("documents", "Documents that are not deleted."),
            log_bytes: metrics.gauge("log_bytes", "Bytes of the journal."),
            document_bytes: metrics
                .counter("document_bytes_written_total", "Bytes of states that compactions have written."),
        }
    }
}
