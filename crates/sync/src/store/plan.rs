//! Reading a document: the journal says where everything lies, which is quick; the reading itself happens elsewhere.

use std::collections::HashMap;
use std::io;
use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::DocumentId;

use super::disk::ReadAt;
use super::index::Place;
use super::journal::{segment_path, state_path};
use super::places::Places;
use super::{Loaded, Meta, StoreError, state};

/// Updates that lie close together are read together, up to so much at once.
const RUN_MAX: u64 = 1024 * 1024;
/// Read and thrown away rather than asked for again.
const GAP_MAX: u64 = 4 * 1024;

/// Where a document lies. The files are open: nobody can take them away.
pub(super) struct Plan {
    pub(super) id: DocumentId,
    pub(super) meta: Arc<Meta>,
    pub(super) state: Option<Arc<dyn ReadAt>>,
    pub(super) places: Places,
    pub(super) segments: HashMap<u32, Arc<dyn ReadAt>>,
    pub(super) covers: u64,
}

impl Plan {
    /// Reads it.
    pub(super) fn read(self) -> Result<Loaded, StoreError> {
        let state = self.read_state()?;
        let mut updates = Vec::with_capacity(self.places.len());
        let places: Vec<Place> = self.places.iter().copied().collect();
        let mut rest = &places[..];
        while let Some(first) = rest.first() {
            let run = run_length(rest);
            let end = rest[run - 1].end();
            let length = usize::try_from(end - first.offset()).unwrap_or(usize::MAX);
            let bytes = self.segment(first.segment)?.read_at(first.offset(), length);
            let bytes = Bytes::from(bytes.map_err(|error| self.failed(error))?);
            for place in &rest[..run] {
                let at = (place.offset() - first.offset()) as usize;
                let update = bytes.slice(at..at + place.length as usize);
                if crc32fast::hash(&update) != place.checksum {
                    let file = segment_path(place.segment);
                    return Err(StoreError::Damaged { file, at: place.offset() });
                }
                updates.push(update);
            }
            rest = &rest[run..];
        }
        Ok(Loaded { meta: self.meta, state, updates, covers: self.covers })
    }

    fn failed(&self, source: io::Error) -> StoreError {
        StoreError::Read { id: self.id.clone(), source: Arc::new(source) }
    }

    fn segment(&self, segment: u32) -> Result<&Arc<dyn ReadAt>, StoreError> {
        let damaged = || StoreError::Damaged { file: segment_path(segment), at: 0 };
        self.segments.get(&segment).ok_or_else(damaged)
    }

    fn read_state(&self) -> Result<Option<Bytes>, StoreError> {
        let Some(file) = &self.state else { return Ok(None) };
        let length = file.length().map_err(|error| self.failed(error))?;
        let bytes = file.read_at(0, usize::try_from(length).unwrap_or(usize::MAX));
        let bytes = Bytes::from(bytes.map_err(|error| self.failed(error))?);
        let found = state::read(&bytes);
        let (_, state) = found.ok_or_else(|| StoreError::Damaged { file: state_path(&self.id), at: 0 })?;
        Ok(Some(state))
    }
}

/// How many of these lie so close together that they are read at once.
fn run_length(places: &[Place]) -> usize {
    let Some(first) = places.first() else { return 0 };
    let mut last = first;
    let mut run = 1;
    for place in &places[1..] {
        let is_near = place.segment == first.segment
            && place.offset() >= last.end()
            && place.offset() - last.end() <= GAP_MAX
            && place.end() - first.offset() <= RUN_MAX;
        if !is_near {
            break;
        }
        last = place;
        run += 1;
    }
    run
}
