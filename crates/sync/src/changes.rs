//! Who wants to know what changes: one channel of changes to everybody who watches.
//!
//! Invariant: a watcher that is too slow is told that it missed something; nothing is left out silently.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use carrel_ids::{DocumentId, SpaceId};
use tokio::sync::broadcast;

use crate::store::Meta;

/// Changes that wait for the slowest watcher; past it, it is told to list anew.
const WAITING_MAX: usize = 1_024;

/// What happened to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It is new.
    Created,
    /// Its content.
    Edited,
    /// Its title, members, place or metadata.
    Changed,
    /// It is no more.
    Gone,
    /// Its named versions.
    Versions,
}

/// One change, with what is needed to see whom it concerns.
#[derive(Debug, Clone)]
pub enum Change {
    /// Of a document; its metadata before and after, as far as known.
    Document {
        /// Which.
        id: DocumentId,
        /// What.
        kind: Kind,
        /// Metadata, if it was changed.
        before: Option<Arc<Meta>>,
        /// Metadata, if it was changed.
        after: Option<Arc<Meta>>,
    },
    /// Of a space: as whose metadata it was kept before and after.
    Space {
        /// Which.
        id: SpaceId,
        /// What.
        kind: Kind,
        /// Its members before.
        before: Option<Arc<Meta>>,
        /// And after.
        after: Option<Arc<Meta>>,
    },
    /// Of an item.
    Item {
        /// Where.
        space: SpaceId,
        /// Which.
        id: String,
        /// What.
        kind: Kind,
    },
}

/// The channel. Clones share it.
#[derive(Clone)]
pub struct Changes(Arc<Inner>);

struct Inner {
    sender: broadcast::Sender<Arc<Change>>,
    /// Edited since the last tick.
    edited: Mutex<BTreeSet<DocumentId>>,
}

impl Default for Changes {
    fn default() -> Self {
        Self(Arc::new(Inner { sender: broadcast::channel(WAITING_MAX).0, edited: Mutex::default() }))
    }
}

impl Changes {
    /// From now on.
    pub fn watch(&self) -> broadcast::Receiver<Arc<Change>> {
        self.0.sender.subscribe()
    }

    /// Whether anybody watches.
    pub fn is_watched(&self) -> bool {
        self.0.sender.receiver_count() > 0
    }

    /// Tells everybody.
    pub fn tell(&self, change: Change) {
        // Nobody may be there to hear it.
        let _ = self.0.sender.send(Arc::new(change));
    }

    /// Remembers an edit until the next tick: people type faster than anybody wants to be told.
    pub fn edited(&self, id: &DocumentId) {
        if self.is_watched() {
            let mut edited = self.0.edited.lock().unwrap_or_else(PoisonError::into_inner);
            if !edited.contains(id) {
                edited.insert(id.clone());
            }
        }
    }

    /// Tells of the edits since the last tick.
    pub fn tick(&self) {
        let edited = std::mem::take(&mut *self.0.edited.lock().unwrap_or_else(PoisonError::into_inner));
        for id in edited {
            self.tell(Change::Document { id, kind: Kind::Edited, before: None, after: None });
        }
    }
}
