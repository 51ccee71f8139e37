//! What one transaction does: decided in memory on what was read and locked, then written in a few statements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::DocumentId;

use crate::store::{Change, Expect, Meta, Put, StoreError, versions_prefix};

/// A document as it was read.
pub(super) struct HeldDocument {
    pub(super) meta: Arc<Meta>,
    pub(super) version: u64,
    pub(super) last: u64,
    pub(super) is_new: bool,
    pub(super) is_changed: bool,
}

/// A row as it was read or will be; version 0: not there.
#[derive(Default)]
pub(super) struct HeldRow {
    pub(super) version: u64,
    pub(super) was: u64,
    pub(super) put: Option<Put>,
}

/// Everything that one transaction is about.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) documents: BTreeMap<DocumentId, HeldDocument>,
    pub(super) rows: BTreeMap<String, HeldRow>,
    pub(super) updates: Vec<(DocumentId, u64, Bytes)>,
    /// Documents that are deleted by it.
    pub(super) deleted: BTreeSet<DocumentId>,
}

impl Batch {
    fn live(&mut self, id: &DocumentId) -> Result<&mut HeldDocument, StoreError> {
        let found = self.documents.get_mut(id).filter(|held| !held.meta.deleted);
        found.ok_or_else(|| StoreError::NotFound(id.clone()))
    }

    pub(super) fn append(&mut self, id: &DocumentId, update: Bytes) -> Result<(), StoreError> {
        let held = self.live(id)?;
        held.last += 1;
        let number = held.last;
        self.updates.push((id.clone(), number, update));
        Ok(())
    }

    pub(super) fn change(&mut self, id: &DocumentId, change: Change) -> Result<Arc<Meta>, StoreError> {
        if let Change::Create(meta, seed) = change {
            if self.documents.contains_key(id) {
                return Err(StoreError::Exists(id.clone()));
            }
            let meta = Arc::new(meta);
            let held =
                HeldDocument { meta: meta.clone(), version: 1, last: 0, is_new: true, is_changed: true };
            self.documents.insert(id.clone(), held);
            if let Some(seed) = seed {
                self.append(id, seed)?;
            }
            return Ok(meta);
        }
        let held = self.live(id)?;
        let meta = Arc::new(held.meta.after(id, change)?);
        held.meta = meta.clone();
        held.version += 1;
        held.is_changed = true;
        if meta.deleted {
            self.deleted.insert(id.clone());
            self.updates.retain(|(of, ..)| of != id);
            let prefix = versions_prefix(id);
            let of_it = self.rows.range_mut(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
            for (key, row) in of_it {
                row.version = 0;
                row.put = Some(Put::remove(key.clone(), Expect::Any));
            }
        }
        Ok(meta)
    }

    pub(super) fn put(&mut self, puts: Vec<Put>) -> Result<Vec<u64>, StoreError> {
        for put in &puts {
            let version = self.rows.get(&put.key).map_or(0, |row| row.version);
            let is_met = match put.expect {
                Expect::Any => true,
                Expect::Absent => version == 0,
                Expect::Version(wanted) => version == wanted && version > 0,
            };
            if !is_met {
                return Err(StoreError::Conflict(put.key.clone()));
            }
        }
        let mut versions = Vec::new();
        for put in puts {
            let row = self.rows.entry(put.key.clone()).or_default();
            row.version = if put.value.is_some() { row.version + 1 } else { 0 };
            versions.push(row.version);
            row.put = Some(put);
        }
        Ok(versions)
    }
}
