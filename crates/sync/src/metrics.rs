//! The daemon's figures for Prometheus.

use carrel_service::Metrics;
use prometheus::{Gauge, Histogram, IntCounter};

use crate::store::StoreFigures;

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
    /// From an update's arrival in its room until every socket or its queue has it.
    pub propagate_seconds: Histogram,
    /// From the log's queue to the disk.
    pub persist_seconds: Histogram,
    /// From an update's arrival in its room until its sender is told that it is on disk.
    pub acknowledge_seconds: Histogram,
    /// Clients that fell behind and were brought up to date.
    pub lag_resyncs: IntCounter,
    /// Updates taken.
    pub updates: IntCounter,
    /// What a compaction takes beside its room, which goes on meanwhile.
    pub compaction_seconds: Histogram,
    /// Compactions that succeeded.
    pub compactions: IntCounter,
    /// Updates that could not be put on disk.
    pub refused_writes: IntCounter,
    /// Loads that failed and rooms that had to be dropped.
    pub room_failures: IntCounter,
    /// Documents that are not deleted.
    pub documents: Gauge,
    /// Documents that can't be served because their state is damaged.
    pub damaged_documents: Gauge,
    /// Bytes of the journal.
    pub log_bytes: Gauge,
    /// Bytes of updates that no state covers yet.
    pub pending_bytes: Gauge,
    /// Bytes of updates that wait for their commit now.
    pub queued_bytes: Gauge,
    /// Bytes of all states.
    pub state_bytes: Gauge,
    /// Bytes of states written by compactions.
    pub document_bytes: IntCounter,
    /// Bytes that were given to the store.
    pub taken_bytes: IntCounter,
    /// Bytes that it has written for them.
    pub written_bytes: IntCounter,
    /// Group commits.
    pub commits: IntCounter,
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
            propagate_seconds: metrics.histogram(
                "propagate_seconds",
                "Time from an update's arrival in its room until every socket or its queue has it.",
                &BUCKETS,
            ),
            acknowledge_seconds: metrics.histogram(
                "acknowledge_seconds",
                "Time from an update's arrival in its room until its sender is told that it is on disk.",
                &BUCKETS,
            ),
            persist_seconds: metrics.histogram(
                "persist_seconds",
                "Time from an update's arrival in its room to its sync on disk: what an acknowledgement waits for.",
                &BUCKETS,
            ),
            lag_resyncs: metrics.counter("lag_resyncs_total", "Clients that fell behind and were resynced."),
            updates: metrics.counter("updates_total", "Updates that changed a document."),
            compaction_seconds: metrics.histogram(
                "compaction_seconds",
                "Time that a compaction takes, beside its room.",
                &BUCKETS,
            ),
            compactions: metrics.counter("compactions_total", "Documents compacted."),
            refused_writes: metrics
                .counter("refused_writes_total", "Updates that could not be put on disk."),
            room_failures: metrics.counter("room_failures_total", "Documents dropped from memory by a failure."),
            documents: metrics.gauge("documents", "Documents that are not deleted."),
            damaged_documents: metrics
                .gauge("damaged_documents", "Documents that can't be served because their state is damaged."),
            log_bytes: metrics.gauge("log_bytes", "Bytes of the journal."),
            pending_bytes: metrics
                .gauge("pending_log_bytes", "Bytes of updates that no document's state covers yet."),
            queued_bytes: metrics.gauge("queued_log_bytes", "Bytes of updates that wait for their commit."),
            state_bytes: metrics.gauge("document_bytes", "Bytes of all documents' states."),
            document_bytes: metrics
                .counter("document_bytes_written_total", "Bytes of states that compactions have written."),
            taken_bytes: metrics.counter("taken_bytes_total", "Bytes of updates and metadata given to the store."),
            written_bytes: metrics.counter("written_bytes_total", "Bytes that the store has written."),
            commits: metrics.counter("commits_total", "Group commits of the store."),
        }
    }

    /// Shows what the store says of itself.
    pub fn show(&self, figures: &StoreFigures) {
        self.documents.set(figures.documents as f64);
        self.damaged_documents.set(figures.damaged as f64);
        self.log_bytes.set(figures.log_bytes as f64);
        self.pending_bytes.set(figures.pending_bytes as f64);
        self.queued_bytes.set(figures.queued_bytes as f64);
        self.state_bytes.set(figures.state_bytes as f64);
        let sums = [
            (&self.taken_bytes, figures.taken_bytes),
            (&self.written_bytes, figures.written_bytes),
            (&self.commits, figures.commits),
        ];
        for (counter, now) in sums {
            counter.inc_by(now.saturating_sub(counter.get()));
        }
    }
}
