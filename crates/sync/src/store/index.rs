//! What the journal knows of each document and row: where their bytes lie.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use super::Meta;
use super::places::Places;

/// Where an update lies: 16 bytes, because a long log has millions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) segment: u32,
    pub(super) offset: u32,
    pub(super) length: u32,
    pub(super) checksum: u32,
}

impl Place {
    pub(super) const fn offset(self) -> u64 {
        self.offset as u64
    }

    pub(super) const fn end(self) -> u64 {
        self.offset as u64 + self.length as u64
    }
}

/// What is known of one document. Some hundred bytes; it is kept for every document there is.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) meta: Arc<Meta>,
    pub(super) meta_version: u64,
    /// Where the newest metadata lies; `None`: in the state file.
    pub(super) meta_segment: Option<u32>,
    /// The state file's bytes; `None`: no file.
    pub(super) state_bytes: Option<u64>,
    /// Its state file does not read: nothing is done with this document.
    pub(super) is_damaged: bool,
    /// Updates that the state file covers.
    pub(super) base: u64,
    /// The updates after them.
    pub(super) updates: Places,
    /// How many updates lie in which segment, the oldest first.
    pub(super) segments: BTreeMap<u32, u32>,
    pub(super) log_bytes: u64,
    pub(super) compacting: bool,
}

impl Known {
    pub(super) fn new(meta: Arc<Meta>, meta_version: u64) -> Self {
        Self {
            meta,
            meta_version,
            meta_segment: None,
            state_bytes: None,
            is_damaged: false,
            base: 0,
            updates: Places::default(),
            segments: BTreeMap::new(),
            log_bytes: 0,
            compacting: false,
        }
    }

    /// The newest update's number.
    pub(super) fn last(&self) -> u64 {
        self.base + self.updates.len() as u64
    }

    fn leave(&mut self, segment: u32, updates: u32, bytes: u64) {
        self.log_bytes -= bytes;
        if let Some(count) = self.segments.get_mut(&segment) {
            *count -= updates;
            if *count == 0 {
                self.segments.remove(&segment);
            }
        }
    }

    fn enter(&mut self, place: Place) {
        self.log_bytes += u64::from(place.length);
        *self.segments.entry(place.segment).or_default() += 1;
    }

    /// The next update.
    pub(super) fn push(&mut self, place: Place) {
        self.enter(place);
        self.updates.push(place);
    }

    /// An update lies elsewhere now.
    pub(super) fn moved(&mut self, number: u64, place: Place) {
        let Some(at) = number.checked_sub(self.base + 1) else { return };
        let Some(before) = self.updates.replace(at as usize, place) else { return };
        self.leave(before.segment, 1, u64::from(before.length));
        self.enter(place);
    }

    /// The state file covers so many now; says how many updates are needed no more.
    pub(super) fn covered(&mut self, covers: u64) -> u64 {
        let gone = covers.saturating_sub(self.base).min(self.updates.len() as u64);
        let mut updates = std::mem::take(&mut self.updates);
        updates.leave(gone as usize, |segment, updates, bytes| self.leave(segment, updates, bytes));
        self.updates = updates;
        self.base = covers.max(self.base);
        gone
    }

    /// Nothing of the content is needed any more.
    pub(super) fn forget_content(&mut self) {
        self.base = self.last();
        self.updates = Places::default();
        self.segments.clear();
        self.log_bytes = 0;
        self.state_bytes = None;
    }

    /// Whether a segment holds something of it that is still needed.
    pub(super) fn needs(&self, segment: u32) -> bool {
        self.meta_segment == Some(segment) || self.segments.contains_key(&segment)
    }
}

/// A row.
#[derive(Debug, Clone)]
pub(super) struct KnownRow {
    pub(super) version: u64,
    pub(super) value: Bytes,
    /// The number of its blob's file.
    pub(super) blob: Option<u64>,
    pub(super) segment: u32,
}
