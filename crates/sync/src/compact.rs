//! Compaction: apart from the room, on what is stored, so that nobody who edits waits for it.

use bytes::Bytes;
use carrel_ids::DocumentId;
use carrel_service::SharedClock;

use crate::hub::CallError;
use crate::metrics::SyncMetrics;
use crate::room::doc::Document;
use crate::store::Store;

/// A log smaller than this is read in no time.
const LOG_MIN: u64 = 64 * 1024;
/// The log may grow to so many times the state: each byte of log then costs at most a third of a byte of state.
const LOG_TIMES: u64 = 3;

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Compacted {
    /// Of the new state.
    pub state_bytes: u64,
    /// No longer kept.
    pub updates_covered: u64,
}

/// When to compact a document with a state of this size.
pub const fn threshold(state_bytes: u64) -> u64 {
    let grown = state_bytes * LOG_TIMES;
    if grown > LOG_MIN { grown } else { LOG_MIN }
}

/// Compacts a document.
pub async fn run(
    store: &dyn Store,
    id: &DocumentId,
    metrics: &SyncMetrics,
    clock: &SharedClock,
) -> Result<Compacted, CallError> {
    let began = clock.monotonic();
    let loaded = store.load(id).await?;
    let covers = loaded.covers;
    let work = move || {
        Document::load(loaded.state.as_deref(), &loaded.updates)
            .map(|document| document.state_v2().map(Bytes::from))
    };
    let state = tokio::task::spawn_blocking(work).await.map_err(|_| CallError::Dropped)?;
    let state = state.map_err(|source| CallError::Load { id: id.clone(), source })?;
    let state = state.ok_or_else(|| CallError::Incomplete(id.clone()))?;
    let state_bytes = state.len() as u64;
    let updates_covered = store.compact(id, covers, state).await?;
    let took = clock.monotonic().saturating_sub(began);
    metrics.compaction_seconds.observe(took.as_secs_f64());
    metrics.compactions.inc();
    metrics.document_bytes.inc_by(state_bytes);
    Ok(Compacted { state_bytes, updates_covered })
}
