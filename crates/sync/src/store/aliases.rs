//! What documents are called in the segment that is being written.

use std::collections::HashMap;

use carrel_ids::DocumentId;

use super::record;

/// One document's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Alias {
    pub(super) number: u64,
    /// The document's newest update lies in this segment: the next one's number goes without saying.
    pub(super) counts: bool,
}

/// All of a segment's.
#[derive(Default)]
pub(super) struct Aliases {
    held: HashMap<DocumentId, Alias>,
    /// What the running commit has changed, and what was there before.
    changed: Vec<(DocumentId, Option<Alias>)>,
}

impl Aliases {
    /// A document's; writes it down if it has none yet.
    pub(super) fn of(&mut self, id: &DocumentId, out: &mut Vec<u8>) -> Alias {
        if let Some(alias) = self.held.get(id) {
            return *alias;
        }
        let alias = Alias { number: self.held.len() as u64 + 1, counts: false };
        record::name(out, alias.number, id);
        self.set(id, alias);
        alias
    }

    /// The document's newest update has been written with its number.
    pub(super) fn counts(&mut self, id: &DocumentId, alias: Alias) {
        self.set(id, Alias { counts: true, ..alias });
    }

    fn set(&mut self, id: &DocumentId, alias: Alias) {
        let before = self.held.insert(id.clone(), alias);
        self.changed.push((id.clone(), before));
    }

    /// The commit is durable.
    pub(super) fn keep(&mut self) {
        self.changed.clear();
    }

    /// The commit is taken back, unless it was kept.
    pub(super) fn take_back(&mut self) {
        // The last first: a document may be named and counted in the same commit.
        while let Some((id, before)) = self.changed.pop() {
            match before {
                Some(alias) => self.held.insert(id, alias),
                None => self.held.remove(&id),
            };
        }
    }

    /// A segment begins.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}
