//! Makes the index anew from what is on disk.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use carrel_ids::DocumentId;
use tracing::warn;

use super::disk::Disk;
use super::journal::{Journal, Known, Place, segment_path, state_path};
use super::record::{self, Kind};
use super::{DOCUMENTS, JOURNAL, Meta, StoreError};

fn opening(error: io::Error) -> StoreError {
    StoreError::Open(Arc::new(error))
}

/// Reads everything; cuts a torn tail off the newest segment, whose end no commit had confirmed.
pub(super) fn recover<D: Disk>(disk: Arc<D>, segment_max: u64) -> Result<Journal<D>, StoreError> {
    let mut known = read_states(&*disk)?;
    let mut numbers = Vec::new();
    for name in disk.list(JOURNAL).map_err(opening)? {
        numbers.extend(name.strip_suffix(".log").and_then(|number| number.parse::<u64>().ok()));
    }
    numbers.sort_unstable();
    let mut segments = BTreeMap::new();
    for segment in &numbers {
        let is_last = Some(segment) == numbers.last();
        segments.insert(*segment, read_segment(&*disk, *segment, is_last, &mut known)?);
    }
    known.retain(|_, known| known.meta_version > 0);
    for (id, known) in known.iter_mut().filter(|(_, known)| known.meta.deleted) {
        known.updates.clear();
        known.file = None;
        disk.remove(&state_path(id)).map_err(opening)?;
    }
    Journal::start(disk, known, segments, segment_max).map_err(opening)
}

fn read_states<D: Disk>(disk: &D) -> Result<BTreeMap<DocumentId, Known>, StoreError> {
    let mut known = BTreeMap::new();
    for name in disk.list(DOCUMENTS).map_err(opening)? {
        let path = format!("{DOCUMENTS}/{name}");
        let Some(id) = name.strip_suffix(".state").and_then(|id| id.parse::<DocumentId>().ok()) else {
            // A state that was being written.
            if name.ends_with(".new") {
                disk.remove(&path).map_err(opening)?;
            }
            continue;
        };
        let file = disk.read(&path).map_err(opening)?.unwrap_or_default();
        let state = record::read_state(&id, &file);
        let state = state.ok_or(StoreError::Damaged { file: path, at: 0 })?;
        let mut found = Known::new(state.meta, state.meta_version);
        found.file = Some(state.covers);
        found.last = state.covers;
        known.insert(id, found);
    }
    Ok(known)
}

/// Until the metadata is found.
const fn nobodys() -> Meta {
    Meta { title: String::new(), owner: String::new(), members: Vec::new(), created_at: 0, deleted: false }
}

fn read_segment<D: Disk>(
    disk: &D,
    segment: u64,
    is_last: bool,
    known: &mut BTreeMap<DocumentId, Known>,
) -> Result<u64, StoreError> {
    let path = segment_path(segment);
    let bytes = disk.read(&path).map_err(opening)?.unwrap_or_default();
    let mut at = 0;
    while at < bytes.len() {
        let Some(record) = record::read(&bytes, at) else {
            if !is_last {
                return Err(StoreError::Damaged { file: path, at: at as u64 });
            }
            warn!(file = path, at, lost = bytes.len() - at, "cut an unconfirmed tail off the journal");
            disk.truncate(&path, at as u64).map_err(opening)?;
            break;
        };
        let body = &bytes[record.body..record.body + record.body_length];
        let damaged = || StoreError::Damaged { file: path.clone(), at: at as u64 };
        match record.kind {
            Kind::Meta => {
                let meta = Arc::new(record::read_meta(body).ok_or_else(damaged)?);
                let held = known.entry(record.id).or_insert_with(|| Known::new(meta.clone(), 0));
                if record.number >= held.meta_version {
                    held.meta = meta;
                    held.meta_version = record.number;
                    held.meta_segment = Some(segment);
                }
            }
            Kind::Update => {
                let place = Place { segment, offset: record.body as u64, length: record.body_length as u32 };
                // Its metadata may come later: it was carried from a segment that is gone.
                let held = known.entry(record.id).or_insert_with(|| Known::new(Arc::new(nobodys()), 0));
                if record.number > held.file.unwrap_or(0) {
                    held.updates.insert(record.number, place);
                    held.last = held.last.max(record.number);
                }
            }
            Kind::State => return Err(damaged()),
        }
        at = record.next;
    }
    // What was written but not confirmed becomes confirmed here: from now on it is served.
    if is_last {
        disk.sync(&path).map_err(opening)?;
    }
    Ok(at as u64)
}
