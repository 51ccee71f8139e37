//! Old segments: what is still needed of the oldest is carried into the newest, a little with each commit, then the
//! oldest is removed.

use carrel_ids::DocumentId;

use super::disk::Disk;
use super::journal::{Journal, segment_path};

/// Besides the current one. Most updates of older ones have been compacted away by then.
const SEGMENTS_KEPT: usize = 2;
/// Carried with one commit: so little that nobody's commit takes noticeably longer.
const CARRY_MAX: usize = 128 * 1024;

/// The oldest segment, on its way out.
pub(super) struct Retiring {
    segment: u64,
    /// Documents with something in it, the last first.
    left: Vec<DocumentId>,
    /// How many of them the running commit carries.
    carried: usize,
}

impl Retiring {
    /// The commit has ended.
    pub(super) const fn rewind(&mut self) {
        self.carried = 0;
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
        while let Some(at) = retiring.left.len().checked_sub(retiring.carried + 1) {
            if self.staged_bytes() - before > CARRY_MAX
                || !self.carry_one(retiring.segment, &retiring.left[at])
            {
                break;
            }
            retiring.carried += 1;
        }
        self.retiring = Some(retiring);
    }

    fn choose(&mut self) {
        if self.segments.len() <= SEGMENTS_KEPT + 1 {
            return;
        }
        let Some((&segment, _)) = self.segments.first_key_value() else { return };
        let known = self.known.iter().filter(|(_, known)| {
            known.meta_segment == Some(segment)
                || known.updates.values().any(|place| place.segment == segment)
        });
        let left = known.map(|(id, _)| id.clone()).collect();
        self.retiring = Some(Retiring { segment, left, carried: 0 });
    }

    /// `false` if it can't be read now; the segment then stays.
    fn carry_one(&mut self, segment: u64, id: &DocumentId) -> bool {
        let Some(known) = self.known.get(id) else { return true };
        let mut updates = Vec::new();
        for (number, place) in known.updates.iter().filter(|(_, place)| place.segment == segment) {
            let path = segment_path(segment);
            match self.disk.read_at(&path, place.offset, place.length as usize) {
                Ok(update) => updates.push((*number, update)),
                Err(_) => return false,
            }
        }
        // A newer one may be in this very commit.
        let meta = (known.meta_segment == Some(segment) && !self.stages_meta(id))
            .then(|| (known.meta.clone(), known.meta_version));
        if let Some((meta, version)) = meta {
            self.stage_meta(id, meta, version);
        }
        for (number, update) in updates {
            self.stage_update(id, number, &update);
        }
        true
    }

    /// After a commit: what it carried is safe.
    pub(super) fn retired(&mut self) {
        let Some(retiring) = &mut self.retiring else { return };
        let segment = retiring.segment;
        let in_it = |known: &super::journal::Known| {
            known.meta_segment == Some(segment)
                || known.updates.values().any(|place| place.segment == segment)
        };
        while let Some(id) = retiring.left.last() {
            if self.known.get(id).is_some_and(in_it) {
                return;
            }
            retiring.left.pop();
        }
        // If this fails, the next start finds old records and knows better ones.
        if self.disk.remove(&segment_path(segment)).is_ok() {
            self.segments.remove(&segment);
        }
        self.retiring = None;
    }
}
