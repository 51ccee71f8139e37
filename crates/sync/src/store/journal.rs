//! The journal: one log for all documents, so that one sync makes everything durable that waits. An index in memory
//! says where each document's updates lie.
//!
//! Invariant: the index changes only after the sync of what it points at.
//! Invariant: a segment is removed only when no record in it is needed any more.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};

use super::disk::Disk;
use super::record::{self, Kind};
use super::retire::Retiring;
use super::{Change, DOCUMENTS, JOURNAL, Loaded, MEMBERS_MAX, Meta, StoreError, StoreFigures};

/// Where an update lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) segment: u64,
    pub(super) offset: u64,
    pub(super) length: u32,
}

/// What is known of one document. Some hundred bytes; it is kept for every document there is.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) meta: Arc<Meta>,
    pub(super) meta_version: u64,
    /// Where the newest metadata lies; `None`: in the state file.
    pub(super) meta_segment: Option<u64>,
    /// Updates in the state file; `None`: no file.
    pub(super) file: Option<u64>,
    pub(super) updates: BTreeMap<u64, Place>,
    /// Of the newest update.
    pub(super) last: u64,
    /// The metadata's version in the state file that is being written.
    pub(super) compacting: Option<u64>,
}

/// A change of the index that waits for the sync.
enum Staged {
    Update { id: DocumentId, number: u64, place: Place },
    Meta { id: DocumentId, meta: Arc<Meta>, version: u64 },
}

/// The journal.
pub(super) struct Journal<D> {
    pub(super) disk: Arc<D>,
    pub(super) known: BTreeMap<DocumentId, Known>,
    /// Lengths.
    pub(super) segments: BTreeMap<u64, u64>,
    pub(super) current: u64,
    pub(super) segment_max: u64,
    pub(super) retiring: Option<Retiring>,
    buffer: Vec<u8>,
    staged: Vec<Staged>,
    /// As it will be after the commit, for documents touched by it.
    numbers: HashMap<DocumentId, u64>,
    metas: HashMap<DocumentId, (Arc<Meta>, u64)>,
    failed: bool,
    pub(super) figures: StoreFigures,
}

pub(super) fn segment_path(segment: u64) -> String {
    format!("{JOURNAL}/{segment:010}.log")
}

pub(super) fn state_path(id: &DocumentId) -> String {
    format!("{DOCUMENTS}/{id}.state")
}

impl<D: Disk> Journal<D> {
    /// With what was found on disk; begins a segment of its own.
    pub(super) fn start(
        disk: Arc<D>,
        known: BTreeMap<DocumentId, Known>,
        segments: BTreeMap<u64, u64>,
        segment_max: u64,
    ) -> io::Result<Self> {
        let mut journal = Self {
            disk,
            known,
            current: 0,
            segments,
            segment_max,
            retiring: None,
            buffer: Vec::new(),
            staged: Vec::new(),
            numbers: HashMap::new(),
            metas: HashMap::new(),
            failed: false,
            figures: StoreFigures::default(),
        };
        journal.begin_segment()?;
        Ok(journal)
    }

    fn begin_segment(&mut self) -> io::Result<()> {
        let next = self.segments.last_key_value().map_or(1, |(last, _)| last + 1);
        let path = segment_path(next);
        self.disk.append(&path, &[])?;
        self.disk.sync(&path)?;
        self.disk.sync_folder(JOURNAL)?;
        self.segments.insert(next, 0);
        self.current = next;
        Ok(())
    }

    /// Bytes that wait for the commit.
    pub(super) fn staged_bytes(&self) -> usize {
        self.buffer.len()
    }

    fn meta_now(&self, id: &DocumentId) -> Option<(Arc<Meta>, u64)> {
        let staged = self.metas.get(id).cloned();
        staged.or_else(|| self.known.get(id).map(|known| (known.meta.clone(), known.meta_version)))
    }

    pub(super) fn stages_meta(&self, id: &DocumentId) -> bool {
        self.metas.contains_key(id)
    }

    fn live_meta(&self, id: &DocumentId) -> Result<(Arc<Meta>, u64), StoreError> {
        let found = self.meta_now(id).filter(|(meta, _)| !meta.deleted);
        found.ok_or_else(|| StoreError::NotFound(id.clone()))
    }

    /// Stages an update for the commit.
    pub(super) fn append(&mut self, id: &DocumentId, update: &[u8]) -> Result<(), StoreError> {
        self.live_meta(id)?;
        let held = self.known.get(id).map_or(0, |known| known.last);
        let number = self.numbers.get(id).copied().unwrap_or(held) + 1;
        self.numbers.insert(id.clone(), number);
        self.stage_update(id, number, update);
        Ok(())
    }

    pub(super) fn stage_update(&mut self, id: &DocumentId, number: u64, update: &[u8]) {
        let body = record::write(&mut self.buffer, Kind::Update, number, id, &[update]);
        // Relative to the buffer until the commit knows the segment.
        let place = Place { segment: 0, offset: body as u64, length: update.len() as u32 };
        self.staged.push(Staged::Update { id: id.clone(), number, place });
    }

    /// Stages a change of metadata.
    pub(super) fn change(&mut self, id: &DocumentId, change: Change) -> Result<Arc<Meta>, StoreError> {
        let (meta, version) = match change {
            Change::Create(meta) => {
                if self.meta_now(id).is_some() {
                    return Err(StoreError::Exists(id.clone()));
                }
                (meta, 1)
            }
            Change::Member(user, role) => {
                let (meta, version) = self.live_meta(id)?;
                let mut meta = Meta::clone(&meta);
                meta.members.retain(|(member, _)| member != user.as_str());
                if let Some(role) = role {
                    if meta.members.len() >= MEMBERS_MAX {
                        return Err(StoreError::TooManyMembers(id.clone()));
                    }
                    meta.members.push((user.to_string(), role));
                }
                (meta, version + 1)
            }
            Change::Delete => {
                let (meta, version) = self.live_meta(id)?;
                let meta = Meta { deleted: true, members: Vec::new(), ..Meta::clone(&meta) };
                (meta, version + 1)
            }
        };
        let meta = Arc::new(meta);
        self.stage_meta(id, meta.clone(), version);
        Ok(meta)
    }

    pub(super) fn stage_meta(&mut self, id: &DocumentId, meta: Arc<Meta>, version: u64) {
        self.metas.insert(id.clone(), (meta.clone(), version));
        record::write(&mut self.buffer, Kind::Meta, version, id, &[&record::meta_bytes(&meta)]);
        self.staged.push(Staged::Meta { id: id.clone(), meta, version });
    }

    /// Makes everything staged durable, or nothing of it.
    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        if self.failed {
            self.clear();
            return Err(StoreError::Failed);
        }
        if self.buffer.is_empty() {
            return Ok(());
        }
        if self.segments.get(&self.current).is_some_and(|length| *length >= self.segment_max)
            && let Err(error) = self.begin_segment()
        {
            self.clear();
            return Err(StoreError::Write(Arc::new(error)));
        }
        self.carry();
        let (segment, path) = (self.current, segment_path(self.current));
        let base = self.segments.get(&segment).copied().unwrap_or(0);
        if let Err(error) = self.disk.append(&path, &self.buffer) {
            // A full disk: take back the part that was written, and go on when there is room again.
            self.failed = self.disk.truncate(&path, base).is_err();
            self.clear();
            return Err(StoreError::Write(Arc::new(error)));
        }
        if self.disk.sync(&path).is_err() {
            // What a failed sync leaves is unknown, and a second one may succeed without having written.
            self.failed = true;
            self.clear();
            return Err(StoreError::Failed);
        }
        let written = self.buffer.len() as u64;
        self.segments.insert(segment, base + written);
        self.figures.written_bytes += written;
        self.figures.commits += 1;
        for staged in std::mem::take(&mut self.staged) {
            self.settle(staged, segment, base);
        }
        self.clear();
        self.retired();
        Ok(())
    }

    fn clear(&mut self) {
        self.buffer.clear();
        self.staged.clear();
        self.numbers.clear();
        self.metas.clear();
        if let Some(retiring) = &mut self.retiring {
            retiring.rewind();
        }
    }

    fn settle(&mut self, staged: Staged, segment: u64, base: u64) {
        match staged {
            Staged::Update { id, number, place } => {
                if let Some(known) = self.known.get_mut(&id)
                    && !known.meta.deleted
                {
                    let place = Place { segment, offset: base + place.offset, ..place };
                    known.updates.insert(number, place);
                    known.last = known.last.max(number);
                }
            }
            Staged::Meta { id, meta, version } => {
                let is_deleted = meta.deleted;
                let known = self.known.entry(id.clone()).or_insert_with(|| Known::new(meta.clone(), version));
                known.meta = meta;
                known.meta_version = version;
                known.meta_segment = Some(segment);
                if is_deleted {
                    known.updates.clear();
                    known.file = None;
                    // If this fails, the next start removes it: the tombstone is on disk.
                    let _ = self.disk.remove(&state_path(&id));
                }
            }
        }
    }

    /// Its metadata, unless it is deleted.
    pub(super) fn meta(&self, id: &DocumentId) -> Result<Arc<Meta>, StoreError> {
        self.live_meta(id).map(|(meta, _)| meta)
    }

    /// Reads a document. Nothing may be staged.
    pub(super) fn load(&self, id: &DocumentId) -> Result<Loaded, StoreError> {
        let meta = self.meta(id)?;
        let known = self.known.get(id).ok_or_else(|| StoreError::NotFound(id.clone()))?;
        let failed = |source: io::Error| StoreError::Read { id: id.clone(), source: Arc::new(source) };
        let mut state = None;
        if known.file.is_some() {
            let path = state_path(id);
            let file = self.disk.read(&path).map_err(failed)?;
            let damaged = || StoreError::Damaged { file: path.clone(), at: 0 };
            let file = Bytes::from(file.ok_or_else(damaged)?);
            let head = record::read_state(id, &file).ok_or_else(damaged)?;
            state = Some(file.slice(head.state..head.state + head.state_length));
        }
        let read = |place: &Place| {
            let path = segment_path(place.segment);
            self.disk.read_at(&path, place.offset, place.length as usize).map(Bytes::from)
        };
        let updates: Result<_, _> = known.updates.values().map(read).collect();
        Ok(Loaded { meta, state, updates: updates.map_err(failed)?, covers: known.last })
    }

    /// Documents of a user's.
    pub(super) fn list(&self, user: &UserId, after: &str, limit: usize) -> Vec<(DocumentId, Arc<Meta>)> {
        let mine =
            self.known.iter().filter(|(id, known)| id.as_str() > after && known.meta.role(user).is_some());
        mine.take(limit).map(|(id, known)| (id.clone(), known.meta.clone())).collect()
    }

    /// The state file's bytes, and permission to install it: [`Journal::finish_compact`] must follow.
    pub(super) fn begin_compact(
        &mut self,
        id: &DocumentId,
        covers: u64,
        state: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let meta = self.meta(id)?;
        let known = self.known.get_mut(id).ok_or_else(|| StoreError::NotFound(id.clone()))?;
        if known.compacting.is_some() {
            return Err(StoreError::Busy(id.clone()));
        }
        known.compacting = Some(known.meta_version);
        // Never more than what is durable: numbers beyond may yet be given to other updates.
        let covers = covers.min(known.last);
        Ok(record::write_state(id, &meta, known.meta_version, covers, state))
    }

    /// The state file is in place, or was not to be had.
    pub(super) fn finish_compact(&mut self, id: &DocumentId, installed: Option<u64>) -> u64 {
        let Some(known) = self.known.get_mut(id) else { return 0 };
        let version = known.compacting.take();
        let Some(covers) = installed else { return 0 };
        if known.meta.deleted {
            let _ = self.disk.remove(&state_path(id));
            return 0;
        }
        let covers = covers.min(known.last);
        let kept = known.updates.split_off(&(covers + 1));
        let gone = std::mem::replace(&mut known.updates, kept).len() as u64;
        known.file = Some(covers);
        if version == Some(known.meta_version) {
            known.meta_segment = None;
        }
        gone
    }

    /// Figures now.
    pub(super) fn figures(&self) -> StoreFigures {
        let documents = self.known.values().filter(|known| !known.meta.deleted).count() as u64;
        StoreFigures { documents, log_bytes: self.segments.values().sum(), ..self.figures }
    }
}

impl Known {
    pub(super) fn new(meta: Arc<Meta>, meta_version: u64) -> Self {
        Self {
            meta,
            meta_version,
            meta_segment: None,
            file: None,
            updates: BTreeMap::new(),
            last: 0,
            compacting: None,
        }
    }
}

/// Puts a state file in place. Apart from the journal's thread: it may be large, and others wait for commits.
pub(super) fn install<D: Disk>(disk: &D, id: &DocumentId, file: &[u8]) -> io::Result<()> {
    let (path, fresh) = (state_path(id), format!("{DOCUMENTS}/{id}.new"));
    disk.remove(&fresh)?;
    disk.append(&fresh, file)?;
    disk.sync(&fresh)?;
    disk.rename(&fresh, &path)?;
    disk.sync_folder(DOCUMENTS)
}
