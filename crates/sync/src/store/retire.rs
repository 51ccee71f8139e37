//! Old segments: what is still needed of the oldest is carried into the newest, a little with each commit, then the
//! oldest is removed.

use std::sync::Arc;

use carrel_ids::DocumentId;

use super::disk::{Disk, ReadAt};
use super::journal::{Journal, segment_path};

/// Besides the current one. Most updates of older ones have been compacted away by then.
const SEGMENTS_KEPT: usize = 2;
/// Carried with one commit: so little that nobody's commit takes noticeably longer.
const CARRY_MAX: usize = 128 * 1024;
/// A segment with more than one part in so many still needed is left where it is: carrying costs writing.
const NEEDED_PARTS: u64 = 4;
/// But the journal must not grow without end: a start reads all of it. So many segments go, whatever it costs.
const SEGMENTS_MAX: usize = 8;
/// Commits between two looks at whether the oldest segment should go; and one look at each new segment.
const EXAMINE_EVERY: u64 = 512;

/// The oldest segment, on its way out.
pub(super) struct Retiring {
    segment: u32,
    file: Arc<dyn ReadAt>,
    /// Documents and rows with something in it, the last first.
    documents: Vec<DocumentId>,
    rows: Vec<String>,
    /// How many of them the running commit carries.
    carried: usize,
    carried_rows: usize,
}

impl Retiring {
    /// The commit has ended.
    pub(super) const fn rewind(&mut self) {
        self.carried = 0;
        self.carried_rows = 0;
    }
}

impl<D: Disk> Journal<D> {
    /// Adds to the running commit.
    pub(super) fn carry(&mut self) {
        if self.retiring.is_none() {
            self.choose();
        }
        let Some(mut retiring) = self.retiring.take() else { return };
        let before = self.staged_bytes();
        let has_room = |journal: &Self| journal.staged_bytes() - before <= CARRY_MAX;
        while has_room(self)
            && let Some(at) = retiring.rows.len().checked_sub(retiring.carried_rows + 1)
        {
            self.carry_row(retiring.segment, &retiring.rows[at]);
            retiring.carried_rows += 1;
        }
        while has_room(self)
            && let Some(at) = retiring.documents.len().checked_sub(retiring.carried + 1)
        {
            let id = retiring.documents[at].clone();
            if !self.carry_document(&retiring, &id, before) {
                break;
            }
            retiring.carried += 1;
        }
        self.retiring = Some(retiring);
    }

    /// The oldest segment, if it should go.
    pub(super) fn outdated(&self) -> Option<u32> {
        let (segment, _) = self.segments.first_key_value()?;
        (self.segments.len() > SEGMENTS_KEPT + 1).then_some(*segment)
    }

    fn choose(&mut self) {
        let Some(segment) = self.outdated() else { return };
        // It takes a look at every document.
        if self.examined == self.current && !self.next_commit.is_multiple_of(EXAMINE_EVERY) {
            return;
        }
        self.examined = self.current;
        let needing = self.known.iter().filter(|(_, known)| known.needs(segment));
        let documents: Vec<DocumentId> = needing.map(|(id, _)| id.clone()).collect();
        let size = self.segments.get(&segment).copied().unwrap_or(0);
        let needed: u64 = documents.iter().map(|id| self.needed_bytes(id, segment)).sum();
        if needed * NEEDED_PARTS > size && self.segments.len() <= SEGMENTS_MAX {
            return;
        }
        // If it can't be opened now it stays, and is tried again with the next commit.
        let Ok(Some(file)) = self.disk.open(&segment_path(segment)) else { return };
        let rows = self.rows.iter().filter(|(_, row)| row.segment == segment);
        let rows = rows.map(|(key, _)| key.clone()).collect();
        self.retiring = Some(Retiring { segment, file, documents, rows, carried: 0, carried_rows: 0 });
    }

    fn needed_bytes(&self, id: &DocumentId, segment: u32) -> u64 {
        let known = self.known.get(id).filter(|known| known.segments.contains_key(&segment));
        known.map_or(0, |known| known.updates.bytes_within(segment))
    }

    fn carry_row(&mut self, segment: u32, key: &str) {
        // A newer one may be in this very commit.
        if let Some(row) = self.rows.get(key).filter(|row| row.segment == segment).cloned()
            && !self.stages_row(key)
        {
            self.stage_row(key, row.version, row.blob, Some(row.value));
        }
    }

    /// `false`: there is more, or it can't be read now; the segment then stays.
    fn carry_document(&mut self, retiring: &Retiring, id: &DocumentId, before: usize) -> bool {
        let Some(known) = self.known.get(id) else { return true };
        if known.meta_segment == Some(retiring.segment) && !self.stages_meta(id) {
            let (meta, version) = (known.meta.clone(), known.meta_version);
            self.stage_meta(id, meta, version);
        }
        let Some(known) = self.known.get(id) else { return true };
        let mut left = CARRY_MAX.saturating_sub(self.staged_bytes() - before) as u64;
        let mut updates = Vec::new();
        let mut is_done = true;
        for (at, place) in known.updates.within(retiring.segment) {
            if left == 0 {
                is_done = false;
                break;
            }
            match retiring.file.read_at(place.offset(), place.length as usize) {
                Ok(update) if crc32fast::hash(&update) == place.checksum => {
                    updates.push((known.base + 1 + at as u64, update))
                }
                // What can't be read, or is damaged by now, must not be carried as if it were sound.
                _ => return false,
            }
            left = left.saturating_sub(u64::from(place.length));
        }
        for (number, update) in updates {
            self.carry_update(id, number, &update);
        }
        is_done
    }

    /// After a commit: what it carried is safe.
    pub(super) fn retired(&mut self) {
        let Some(retiring) = &mut self.retiring else { return };
        let segment = retiring.segment;
        while let Some(key) = retiring.rows.last() {
            if self.rows.get(key).is_some_and(|row| row.segment == segment) {
                return;
            }
            retiring.rows.pop();
        }
        while let Some(id) = retiring.documents.last() {
            if self.known.get(id).is_some_and(|known| known.needs(segment)) {
                return;
            }
            retiring.documents.pop();
        }
        // If this fails, the next start finds old records and knows better ones.
        if self.disk.remove(&segment_path(segment)).is_ok() {
            self.segments.remove(&segment);
        }
        self.retiring = None;
    }
}
