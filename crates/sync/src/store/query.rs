//! What is asked of the journal without changing what it holds, and compaction's two steps.

use std::collections::HashMap;
use std::sync::Arc;

use carrel_ids::{DocumentId, UserId};

use super::disk::Disk;
use super::journal::{Journal, blob_name, segment_path, state_path};
use super::plan::Plan;
use super::{BLOBS, Meta, Row, StoreError, StoreFigures};

/// A log smaller than this is carried on rather than compacted.
const STALE_MIN: u64 = 4 * 1024;
/// Compacted at once; the rest next time.
const STALE_MAX: usize = 64;

/// Permission to write a state file: [`Journal::finish_compact`] must follow.
pub(super) struct Compaction {
    pub(super) meta: Arc<Meta>,
    pub(super) meta_version: u64,
    pub(super) covers: u64,
}

/// A state file that is in place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Installed {
    pub(super) meta_version: u64,
    pub(super) covers: u64,
    pub(super) bytes: u64,
}

impl<D: Disk> Journal<D> {
    /// Where a document lies. Nothing may be staged.
    pub(super) fn plan(&self, id: &DocumentId) -> Result<Plan, StoreError> {
        let meta = self.meta(id)?;
        let known = self.known.get(id).ok_or_else(|| StoreError::NotFound(id.clone()))?;
        let failed = |source| StoreError::Read { id: id.clone(), source: Arc::new(source) };
        let open = |path: String| {
            let file = self.disk.open(&path).map_err(failed)?;
            file.ok_or(StoreError::Damaged { file: path, at: 0 })
        };
        let state = known.state_bytes.map(|_| open(state_path(id))).transpose()?;
        let mut segments = HashMap::new();
        for segment in known.segments.keys() {
            segments.insert(*segment, open(segment_path(*segment))?);
        }
        let places = known.updates.clone();
        Ok(Plan { id: id.clone(), meta, state, places, segments, covers: known.last() })
    }

    /// Documents of a user's.
    pub(super) fn list(&self, user: &UserId, after: &str, limit: usize) -> Vec<(DocumentId, Arc<Meta>)> {
        let from = (user.to_string(), after.to_owned());
        let mine = self.by_user.range(from..).take_while(|(of, _)| of == user.as_str());
        let mine = mine.filter_map(|(_, id)| {
            let id = id.parse().ok().filter(|_| id != after)?;
            let meta = self.meta(&id).ok()?;
            Some((id, meta))
        });
        mine.take(limit).collect()
    }

    pub(super) fn row(&self, key: &str) -> Option<Row> {
        let row = self.rows.get(key)?;
        Some(Row { key: key.to_owned(), version: row.version, value: row.value.clone() })
    }

    pub(super) fn rows(&self, prefix: &str, after: &str, limit: usize) -> Vec<Row> {
        let from = if after > prefix { after } else { prefix };
        let rows = self.rows.range(from.to_owned()..).take_while(|(key, _)| key.starts_with(prefix));
        let rows = rows.filter(|(key, _)| after.is_empty() || key.as_str() > after);
        let row = |(key, row): (&String, &super::index::KnownRow)| Row {
            key: key.clone(),
            version: row.version,
            value: row.value.clone(),
        };
        rows.map(row).take(limit).collect()
    }

    /// The file of a row's blob.
    pub(super) fn blob(&self, key: &str) -> Option<String> {
        let blob = self.rows.get(key)?.blob?;
        Some(format!("{BLOBS}/{}", blob_name(blob)))
    }

    /// What a state file is to say. Nothing may be staged.
    pub(super) fn begin_compact(&mut self, id: &DocumentId, covers: u64) -> Result<Compaction, StoreError> {
        let meta = self.meta(id)?;
        let known = self.known.get_mut(id).ok_or_else(|| StoreError::NotFound(id.clone()))?;
        if known.compacting {
            return Err(StoreError::Busy(id.clone()));
        }
        known.compacting = true;
        // Never more than what is durable: numbers beyond may yet be given to other updates.
        let covers = covers.min(known.last());
        Ok(Compaction { meta, meta_version: known.meta_version, covers })
    }

    /// The state file is in place, or was not to be had.
    pub(super) fn finish_compact(&mut self, id: &DocumentId, installed: Option<Installed>) -> u64 {
        let Some(known) = self.known.get_mut(id) else { return 0 };
        known.compacting = false;
        let Some(installed) = installed else { return 0 };
        self.figures.written_bytes += installed.bytes;
        if known.meta.deleted {
            let _ = self.disk.remove(&state_path(id));
            return 0;
        }
        known.state_bytes = Some(installed.bytes);
        if known.meta_version == installed.meta_version {
            known.meta_segment = None;
        }
        known.covered(installed.covers)
    }

    /// Documents that keep the oldest segments from going.
    pub(super) fn stale(&self) -> Vec<DocumentId> {
        let Some(segment) = self.outdated() else { return Vec::new() };
        let holds = |known: &&super::index::Known| {
            known.segments.first_key_value().is_some_and(|(first, _)| *first <= segment)
                && known.log_bytes >= STALE_MIN
                && !known.is_damaged
                && !known.compacting
        };
        let stale = self.known.iter().filter(|(_, known)| holds(known));
        stale.map(|(id, _)| id.clone()).take(STALE_MAX).collect()
    }

    /// Figures now.
    pub(super) fn figures(&self) -> StoreFigures {
        let mut figures = StoreFigures { log_bytes: self.segments.values().sum(), ..self.figures };
        for known in self.known.values() {
            figures.documents += u64::from(!known.meta.deleted && !known.is_damaged);
            figures.damaged += u64::from(known.is_damaged);
            figures.pending_bytes += known.log_bytes;
            figures.state_bytes += known.state_bytes.unwrap_or(0);
        }
        figures
    }
}
