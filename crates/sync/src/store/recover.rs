//! Makes the index anew from what is on disk.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::DocumentId;
use carrel_service::Random;
use tracing::{error, warn};

use super::disk::Disk;
use super::frame::{SEGMENT_HEAD, Segment};
use super::index::{Known, KnownRow, Place};
use super::journal::{Journal, blob_name, segment_path, state_path};
use super::record::{Record, Records};
use super::{BLOBS, DOCUMENTS, JOURNAL, Meta, StoreError, state};

fn opening(error: io::Error) -> StoreError {
    StoreError::Open(Arc::new(error))
}

/// What is on disk.
#[derive(Default)]
pub(super) struct Found {
    pub(super) known: BTreeMap<DocumentId, Known>,
    pub(super) rows: BTreeMap<String, KnownRow>,
    pub(super) segments: BTreeMap<u32, u64>,
    pub(super) next_commit: u64,
    /// Updates by number; they may come twice, where they were carried on.
    updates: HashMap<DocumentId, BTreeMap<u64, Place>>,
}

/// Reads everything; cuts a torn tail off the newest segment, whose end no commit had confirmed.
pub(super) fn recover<D: Disk>(
    disk: Arc<D>,
    segment_max: u64,
    random: Random,
) -> Result<Journal<D>, StoreError> {
    let mut found = Found { next_commit: 1, ..Found::default() };
    read_states(&*disk, &mut found)?;
    let heads = read_heads(&*disk)?;
    for (at, (segment, head)) in heads.iter().enumerate() {
        if at == 0 {
            found.next_commit = head.first;
        }
        let after = heads.get(at + 1).map(|(_, next)| next.first);
        read_segment(&*disk, *segment, head, after, &mut found)?;
    }
    settle(&mut found);
    for (id, known) in found.known.iter_mut().filter(|(_, known)| known.meta.deleted) {
        known.forget_content();
        known.is_damaged = false;
        disk.remove(&state_path(id)).map_err(opening)?;
    }
    remove_orphans(&*disk, &found)?;
    Journal::start(disk, found, segment_max, random).map_err(opening)
}

/// The segments there are, the oldest first.
fn read_heads<D: Disk>(disk: &D) -> Result<Vec<(u32, Segment)>, StoreError> {
    let mut numbers = Vec::new();
    for name in disk.list(JOURNAL).map_err(opening)? {
        numbers.extend(name.strip_suffix(".log").and_then(|number| number.parse::<u32>().ok()));
    }
    numbers.sort_unstable();
    let mut heads = Vec::new();
    for segment in &numbers {
        let path = segment_path(*segment);
        let Some(file) = disk.open(&path).map_err(opening)? else { continue };
        let length = file.length().map_err(opening)?;
        let head = file.read_at(0, length.min(SEGMENT_HEAD as u64) as usize).map_err(opening)?;
        match Segment::read(&head) {
            Some(head) => heads.push((*segment, head)),
            // Frames are written only once the head is synced: this one was being begun.
            None if Some(segment) == numbers.last() && length <= SEGMENT_HEAD as u64 => {
                disk.remove(&path).map_err(opening)?;
            }
            None => return Err(StoreError::Damaged { file: path, at: 0 }),
        }
    }
    Ok(heads)
}

/// Gives each document its updates, which must be all that came after its state. One that lacks some is not served.
fn settle(found: &mut Found) {
    for (id, updates) in std::mem::take(&mut found.updates) {
        let known = found.known.entry(id.clone());
        let known = known.or_insert_with(|| Known { is_damaged: true, ..Known::new(Arc::default(), 0) });
        if known.meta.deleted {
            continue;
        }
        for (number, place) in updates.range(known.base + 1..) {
            known.is_damaged |= *number != known.last() + 1;
            known.push(*place);
        }
        if known.is_damaged {
            error!(file = state_path(&id), "a document lacks its state: restore the file from a copy");
        }
    }
}

/// Blobs that no row names: of a row that was not written, or that is gone.
fn remove_orphans<D: Disk>(disk: &D, found: &Found) -> Result<(), StoreError> {
    let named: HashSet<String> = found.rows.values().filter_map(|row| row.blob.map(blob_name)).collect();
    for name in disk.list(BLOBS).map_err(opening)? {
        if !named.contains(&name) {
            disk.remove(&format!("{BLOBS}/{name}")).map_err(opening)?;
        }
    }
    Ok(())
}

fn read_states<D: Disk>(disk: &D, found: &mut Found) -> Result<(), StoreError> {
    for name in disk.list(DOCUMENTS).map_err(opening)? {
        let path = format!("{DOCUMENTS}/{name}");
        let Some(id) = name.strip_suffix(".state").and_then(|id| id.parse::<DocumentId>().ok()) else {
            // A state that was being written.
            if name.ends_with(".new") {
                disk.remove(&path).map_err(opening)?;
            }
            continue;
        };
        let Some(file) = disk.open(&path).map_err(opening)? else { continue };
        let length = file.length().map_err(opening)?;
        let part = |offset: usize, count: usize| {
            let is_there = (offset + count) as u64 <= length;
            if is_there { file.read_at(offset as u64, count).map_err(opening) } else { Ok(Vec::new()) }
        };
        let head = match state::read_prefix(&part(0, state::PREFIX)?) {
            Some((head, checksum)) => state::read_head(&part(state::PREFIX, head)?, checksum),
            None => None,
        };
        let known = if let Some(head) = head {
            let mut known = Known::new(Arc::new(head.meta), head.meta_version);
            known.base = head.covers;
            known.state_bytes = Some(length);
            known
        } else {
            // This document alone can't be served; the others can.
            error!(file = path, "the state of a document is damaged: restore it from a copy");
            let mut known = Known::new(Arc::new(Meta::default()), 0);
            known.is_damaged = true;
            known
        };
        found.known.insert(id, known);
    }
    Ok(())
}

fn read_segment<D: Disk>(
    disk: &D,
    segment: u32,
    head: &Segment,
    next_first: Option<u64>,
    found: &mut Found,
) -> Result<(), StoreError> {
    let path = segment_path(segment);
    let bytes = disk.read(&path).map_err(opening)?.unwrap_or_default();
    let damaged = |at: usize| StoreError::Damaged { file: path.clone(), at: at as u64 };
    if head.first > found.next_commit {
        return Err(damaged(0));
    }
    let mut at = SEGMENT_HEAD.min(bytes.len());
    let mut aliases = HashMap::new();
    while at < bytes.len() {
        let expected = found.next_commit;
        let Some(frame) = head.frame(&bytes, at, expected) else {
            let is_confirmed = next_first.is_some_and(|first| expected < first);
            if is_confirmed || head.is_followed(&bytes, at, expected) {
                return Err(damaged(at));
            }
            warn!(file = path, at, lost = bytes.len() - at, "cut an unconfirmed tail off the journal");
            disk.truncate(&path, at as u64).map_err(opening)?;
            disk.sync(&path).map_err(opening)?;
            break;
        };
        if frame.commit != expected {
            return Err(damaged(at));
        }
        let body = frame.body.clone();
        read_frame(&bytes, body, segment, &mut aliases, found).ok_or_else(|| damaged(at))?;
        found.next_commit = expected + 1;
        at = frame.body.end;
    }
    if next_first.is_some_and(|first| found.next_commit < first) {
        return Err(damaged(at));
    }
    // What was written but not confirmed becomes confirmed here: from now on it is served.
    if next_first.is_none_or(|first| found.next_commit >= first) {
        disk.sync(&path).map_err(opening)?;
    }
    found.segments.insert(segment, at as u64);
    Ok(())
}

/// A document in a segment, and the highest of its updates' numbers there.
struct Named {
    id: DocumentId,
    newest: Option<u64>,
}

fn placed(bytes: &[u8], body: Range<usize>, segment: u32) -> Option<Place> {
    let offset = u32::try_from(body.start).ok()?;
    Some(Place { segment, offset, length: body.len() as u32, checksum: crc32fast::hash(&bytes[body]) })
}

impl Found {
    fn take_update(&mut self, named: &Named, number: u64, place: Place) {
        self.updates.entry(named.id.clone()).or_default().insert(number, place);
    }
}

fn read_frame(
    bytes: &[u8],
    body: Range<usize>,
    segment: u32,
    aliases: &mut HashMap<u64, Named>,
    found: &mut Found,
) -> Option<()> {
    for record in Records::within(bytes, body) {
        match record? {
            Record::Name { alias, id } => {
                aliases.insert(alias, Named { id, newest: None });
            }
            Record::Update { alias, number, body } => {
                let named = aliases.get_mut(&alias)?;
                named.newest = named.newest.max(Some(number));
                found.take_update(named, number, placed(bytes, body, segment)?);
            }
            Record::Next { alias, body } => {
                let named = aliases.get_mut(&alias)?;
                let number = named.newest?.checked_add(1)?;
                named.newest = Some(number);
                found.take_update(named, number, placed(bytes, body, segment)?);
            }
            Record::Meta { alias, version, body } => {
                let id = aliases.get(&alias)?.id.clone();
                let meta = Arc::new(serde_json::from_slice::<Meta>(&bytes[body]).ok()?);
                let held = found.known.entry(id).or_insert_with(|| Known::new(meta.clone(), 0));
                if version >= held.meta_version {
                    held.meta = meta;
                    held.meta_version = version;
                    held.meta_segment = Some(segment);
                }
            }
            Record::Row { key, version, blob, value } => match value {
                Some(value) => {
                    // A carried one is never older than what came before it.
                    let value = Bytes::copy_from_slice(&bytes[value]);
                    found.rows.insert(key, KnownRow { version, value, blob, segment });
                }
                None => drop(found.rows.remove(&key)),
            },
        }
    }
    Some(())
}
