//! The journal: one log for all documents and rows, so that one sync makes everything durable that waits. An index in
//! memory says where each document's updates lie.
//!
//! Invariant: the index changes only after the sync of what it points at.
//! Invariant: what is staged together becomes durable together: a power cut leaves all of a commit or nothing.
//! Invariant: a segment is removed only when nothing in it is needed any more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::DocumentId;
use carrel_service::Random;

use super::aliases::Aliases;
use super::disk::Disk;
use super::frame::{self, HEAD_MAX, SEGMENT_HEAD, SHORT_MAX};
use super::index::{Known, KnownRow, Place};
use super::recover::Found;
use super::retire::Retiring;
use super::{
    BLOBS, Change, DOCUMENTS, Expect, JOURNAL, Meta, Put, StoreError, StoreFigures, record, versions_prefix,
};

/// A change of the index that waits for the sync. Places are relative to the buffer until then.
enum Staged {
    Update(DocumentId, Place),
    Carried(DocumentId, u64, Place),
    Meta(DocumentId, Arc<Meta>, u64),
    Row(String, Option<KnownRow>),
}

/// The journal.
pub(super) struct Journal<D> {
    pub(super) disk: Arc<D>,
    random: Random,
    pub(super) known: BTreeMap<DocumentId, Known>,
    /// Who is a member of what.
    pub(super) by_user: BTreeSet<(String, String)>,
    pub(super) rows: BTreeMap<String, KnownRow>,
    /// Lengths.
    pub(super) segments: BTreeMap<u32, u64>,
    pub(super) current: u32,
    salt: u64,
    pub(super) next_commit: u64,
    pub(super) segment_max: u64,
    pub(super) retiring: Option<Retiring>,
    /// The segment that was current when the oldest was last looked at.
    pub(super) examined: u32,
    /// A frame in the making.
    buffer: Vec<u8>,
    staged: Vec<Staged>,
    aliases: Aliases,
    /// The update that was written last, if its number goes without saying.
    newest: Option<record::Next>,
    /// As it will be after the commit, for what is touched by it.
    numbers: HashMap<DocumentId, u64>,
    metas: HashMap<DocumentId, (Arc<Meta>, u64)>,
    row_versions: HashMap<String, u64>,
    failed: bool,
    pub(super) figures: StoreFigures,
}

/// An update's place in the buffer.
fn placed(at: usize, update: &[u8]) -> Place {
    Place { segment: 0, offset: at as u32, length: update.len() as u32, checksum: crc32fast::hash(update) }
}

pub(super) fn segment_path(segment: u32) -> String {
    format!("{JOURNAL}/{segment:010}.log")
}

pub(super) fn state_path(id: &DocumentId) -> String {
    format!("{DOCUMENTS}/{id}.state")
}

pub(super) fn blob_name(blob: u64) -> String {
    format!("{blob:016x}.blob")
}

impl<D: Disk> Journal<D> {
    /// With what was found on disk; begins a segment of its own, so that damage in older ones is never taken for a tail.
    pub(super) fn start(
        disk: Arc<D>,
        found: Found,
        segment_max: u64,
        random: Random,
    ) -> Result<Self, io::Error> {
        let mut journal = Self {
            disk,
            random,
            known: found.known,
            by_user: BTreeSet::new(),
            rows: found.rows,
            segments: found.segments,
            current: 0,
            salt: 0,
            next_commit: found.next_commit,
            segment_max,
            retiring: None,
            examined: 0,
            buffer: Vec::new(),
            staged: Vec::new(),
            aliases: Aliases::default(),
            newest: None,
            numbers: HashMap::new(),
            metas: HashMap::new(),
            row_versions: HashMap::new(),
            failed: false,
            figures: StoreFigures::default(),
        };
        for (id, known) in &journal.known {
            let owner = (!known.meta.deleted).then_some(&known.meta.owner);
            let users = owner.into_iter().chain(known.meta.members.iter().map(|(user, _)| user));
            journal.by_user.extend(users.map(|user| (user.clone(), id.to_string())));
        }
        journal.begin_segment()?;
        journal.clear();
        Ok(journal)
    }

    /// If it fails, writing goes on in the present one; a start tells by the first commit's number.
    fn begin_segment(&mut self) -> io::Result<()> {
        let next = self.segments.last_key_value().map_or(1, |(last, _)| last + 1);
        let (path, salt) = (segment_path(next), self.random.u64());
        // What an earlier try has left.
        self.disk.remove(&path)?;
        self.disk.append(&path, &frame::segment_head(salt, self.next_commit))?;
        self.disk.sync(&path)?;
        self.disk.sync_folder(JOURNAL)?;
        self.segments.insert(next, SEGMENT_HEAD as u64);
        self.current = next;
        self.salt = salt;
        self.aliases.forget();
        Ok(())
    }

    /// Bytes that wait for the commit.
    pub(super) fn staged_bytes(&self) -> usize {
        self.buffer.len() - HEAD_MAX
    }

    fn meta_now(&self, id: &DocumentId) -> Option<(Arc<Meta>, u64)> {
        let staged = self.metas.get(id).cloned();
        staged.or_else(|| self.known.get(id).map(|known| (known.meta.clone(), known.meta_version)))
    }

    pub(super) fn stages_meta(&self, id: &DocumentId) -> bool {
        self.metas.contains_key(id)
    }

    pub(super) fn stages_row(&self, key: &str) -> bool {
        self.row_versions.contains_key(key)
    }

    fn live_meta(&self, id: &DocumentId) -> Result<(Arc<Meta>, u64), StoreError> {
        if self.known.get(id).is_some_and(|known| known.is_damaged) {
            return Err(StoreError::Damaged { file: state_path(id), at: 0 });
        }
        let found = self.meta_now(id).filter(|(meta, _)| !meta.deleted);
        found.ok_or_else(|| StoreError::NotFound(id.clone()))
    }

    /// Stages an update for the commit.
    pub(super) fn append(&mut self, id: &DocumentId, update: &[u8]) -> Result<(), StoreError> {
        self.live_meta(id)?;
        let held = self.known.get(id).map_or(0, Known::last);
        let number = self.numbers.get(id).copied().unwrap_or(held) + 1;
        self.numbers.insert(id.clone(), number);
        let alias = self.aliases.of(id, &mut self.buffer);
        let at = if alias.counts {
            let next = record::next(&mut self.buffer, alias.number, update);
            self.newest = Some(next);
            next.body
        } else {
            self.aliases.counts(id, alias);
            record::update(&mut self.buffer, alias.number, number, update)
        };
        self.staged.push(Staged::Update(id.clone(), placed(at, update)));
        self.figures.taken_bytes += update.len() as u64;
        Ok(())
    }

    /// Stages an update that is already known once more.
    pub(super) fn carry_update(&mut self, id: &DocumentId, number: u64, update: &[u8]) {
        let alias = self.aliases.of(id, &mut self.buffer);
        let at = record::update(&mut self.buffer, alias.number, number, update);
        self.staged.push(Staged::Carried(id.clone(), number, placed(at, update)));
    }

    /// Stages a change of metadata.
    pub(super) fn change(&mut self, id: &DocumentId, change: Change) -> Result<Arc<Meta>, StoreError> {
        if let Change::Create(meta, seed) = change {
            let is_damaged = self.known.get(id).is_some_and(|known| known.is_damaged);
            if is_damaged || self.meta_now(id).is_some() {
                return Err(StoreError::Exists(id.clone()));
            }
            let meta = Arc::new(meta);
            self.figures.taken_bytes += self.stage_meta(id, meta.clone(), 1);
            if let Some(seed) = seed {
                self.append(id, &seed)?;
            }
            return Ok(meta);
        }
        let (meta, version) = self.live_meta(id)?;
        let meta = Arc::new(meta.after(id, change)?);
        if meta.deleted {
            let prefix = versions_prefix(id);
            let of_it = self.rows.range(prefix.clone()..).take_while(|(key, _)| key.starts_with(&prefix));
            let keys: Vec<String> = of_it.map(|(key, _)| key.clone()).collect();
            for key in keys {
                self.stage_row(&key, 0, None, None);
            }
        }
        self.figures.taken_bytes += self.stage_meta(id, meta.clone(), version + 1);
        Ok(meta)
    }

    pub(super) fn stage_meta(&mut self, id: &DocumentId, meta: Arc<Meta>, version: u64) -> u64 {
        let bytes = serde_json::to_vec(&*meta).expect("plain fields become JSON");
        let alias = self.aliases.of(id, &mut self.buffer);
        record::meta(&mut self.buffer, alias.number, version, &bytes);
        self.metas.insert(id.clone(), (meta.clone(), version));
        self.staged.push(Staged::Meta(id.clone(), meta, version));
        bytes.len() as u64
    }

    /// Stages changes of rows, all or none. Blobs are in place already, under these numbers.
    pub(super) fn put(&mut self, puts: &[Put], blobs: &[Option<u64>]) -> Result<Vec<u64>, StoreError> {
        let version = |key: &str| {
            let staged = self.row_versions.get(key).copied();
            staged.or_else(|| self.rows.get(key).map(|row| row.version)).filter(|version| *version > 0)
        };
        for put in puts {
            let is_met = match put.expect {
                Expect::Any => true,
                Expect::Absent => version(&put.key).is_none(),
                Expect::Version(wanted) => version(&put.key) == Some(wanted),
            };
            if !is_met {
                return Err(StoreError::Conflict(put.key.clone()));
            }
        }
        let next = |put: &Put| put.value.as_ref().map_or(0, |_| version(&put.key).unwrap_or(0) + 1);
        let versions: Vec<u64> = puts.iter().map(next).collect();
        for ((put, blob), version) in puts.iter().zip(blobs).zip(&versions) {
            self.figures.taken_bytes += put.value.as_ref().map_or(0, Bytes::len) as u64;
            self.stage_row(&put.key, *version, *blob, put.value.clone());
        }
        Ok(versions)
    }

    pub(super) fn stage_row(&mut self, key: &str, version: u64, blob: Option<u64>, value: Option<Bytes>) {
        record::row(&mut self.buffer, key, version, blob, value.as_deref());
        self.row_versions.insert(key.to_owned(), version);
        let row = value.map(|value| KnownRow { version, value, blob, segment: 0 });
        self.staged.push(Staged::Row(key.to_owned(), row));
    }

    /// Makes everything staged durable, or nothing of it.
    pub(super) fn commit(&mut self) -> Result<(), StoreError> {
        if self.staged.is_empty() {
            return Ok(());
        }
        if self.failed {
            self.clear();
            return Err(StoreError::Failed);
        }
        self.carry();
        self.shorten();
        let start = frame::seal(&mut self.buffer, self.next_commit, self.salt);
        let (segment, path) = (self.current, segment_path(self.current));
        let base = self.segments.get(&segment).copied().unwrap_or(0);
        if let Err(error) = self.disk.append(&path, &self.buffer[start..]) {
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
        let written = (self.buffer.len() - start) as u64;
        self.next_commit += 1;
        self.segments.insert(segment, base + written);
        self.figures.written_bytes += written;
        self.figures.commits += 1;
        self.aliases.keep();
        for staged in std::mem::take(&mut self.staged) {
            self.settle(staged, segment, base, start as u64);
        }
        self.clear();
        self.retired();
        if base + written >= self.segment_max {
            // If the disk is full, this one grows on until there is room.
            let _ = self.begin_segment();
        }
        Ok(())
    }

    /// An edit that is alone in its commit, or the last of few, does not say how long it is.
    fn shorten(&mut self) {
        let Some(newest) = self.newest.filter(|_| self.staged_bytes() <= SHORT_MAX) else { return };
        let saved = record::end_with(&mut self.buffer, newest);
        if let Some(Staged::Update(_, place)) = self.staged.last_mut() {
            place.offset -= saved as u32;
        }
    }

    fn clear(&mut self) {
        self.buffer.clear();
        self.buffer.resize(HEAD_MAX, 0);
        self.buffer.shrink_to(super::embedded::COMMIT_BYTES_MAX);
        self.staged.clear();
        self.numbers.clear();
        self.metas.clear();
        self.row_versions.clear();
        self.newest = None;
        self.aliases.take_back();
        if let Some(retiring) = &mut self.retiring {
            retiring.rewind();
        }
    }

    /// The frame began at `start` in the buffer, and at `base` in the segment.
    fn settle(&mut self, staged: Staged, segment: u32, base: u64, start: u64) {
        let placed =
            |place: Place| Place { segment, offset: (base + place.offset() - start) as u32, ..place };
        match staged {
            Staged::Update(id, place) => {
                if let Some(known) = self.known.get_mut(&id) {
                    known.push(placed(place));
                }
            }
            Staged::Carried(id, number, place) => {
                if let Some(known) = self.known.get_mut(&id) {
                    known.moved(number, placed(place));
                }
            }
            Staged::Meta(id, meta, version) => self.settle_meta(&id, meta, version, segment),
            Staged::Row(key, row) => {
                let row = row.map(|row| KnownRow { segment, ..row });
                let blob = row.as_ref().and_then(|row| row.blob);
                let before = match row {
                    Some(row) => self.rows.insert(key, row),
                    None => self.rows.remove(&key),
                };
                if let Some(gone) = before.and_then(|row| row.blob).filter(|gone| Some(*gone) != blob) {
                    // If this fails, the next start removes it: no row names it.
                    let _ = self.disk.remove(&format!("{BLOBS}/{}", blob_name(gone)));
                }
            }
        }
    }

    fn settle_meta(&mut self, id: &DocumentId, meta: Arc<Meta>, version: u64, segment: u32) {
        let known = self.known.entry(id.clone()).or_insert_with(|| Known::new(meta.clone(), version));
        let before = std::mem::replace(&mut known.meta, meta);
        known.meta_version = version;
        known.meta_segment = Some(segment);
        let meta = known.meta.clone();
        if meta.deleted {
            known.forget_content();
            // If this fails, the next start removes it: the tombstone is on disk.
            let _ = self.disk.remove(&state_path(id));
            self.by_user.remove(&(meta.owner.clone(), id.to_string()));
        } else {
            self.by_user.insert((meta.owner.clone(), id.to_string()));
        }
        if before.members != meta.members {
            for (user, _) in &before.members {
                self.by_user.remove(&(user.clone(), id.to_string()));
            }
        }
        let others = meta.members.iter().map(|(user, _)| (user.clone(), id.to_string()));
        self.by_user.extend(others);
    }

    /// Its metadata, unless it is deleted.
    pub(super) fn meta(&self, id: &DocumentId) -> Result<Arc<Meta>, StoreError> {
        self.live_meta(id).map(|(meta, _)| meta)
    }

    /// An orderly end: with a segment after it, no damage can be taken for a torn tail.
    pub(super) fn close(&mut self) {
        let has_frames = self.segments.get(&self.current).is_some_and(|length| *length > SEGMENT_HEAD as u64);
        if has_frames && !self.failed {
            let _ = self.begin_segment();
        }
    }
}
