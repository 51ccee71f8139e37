//! Which session is in which slot: written by the core, read by the tunnel on every request.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use carrel_ids::SessionId;

use crate::link::SlotLink;
use crate::slot::{Binding, SlotShared};

/// A session that this node holds.
pub struct Held {
    /// Its slot.
    pub slot: Arc<SlotShared>,
    /// The claim.
    pub binding: Arc<Binding>,
    /// The way to its agent.
    pub link: SlotLink,
}

/// The sessions of this node. Clones share them.
#[derive(Clone, Default)]
pub struct Sessions {
    held: Arc<RwLock<HashMap<SessionId, Arc<Held>>>>,
}

impl Sessions {
    /// The session, if this node holds it.
    pub fn get(&self, session: &SessionId) -> Option<Arc<Held>> {
        self.held.read().unwrap_or_else(PoisonError::into_inner).get(session).cloned()
    }

    /// Adds a session, or puts it into another slot.
    pub fn put(&self, held: Held) {
        let session = held.binding.session.clone();
        self.held.write().unwrap_or_else(PoisonError::into_inner).insert(session, Arc::new(held));
    }

    /// Takes a session out, unless a newer claim of it has taken the place.
    pub fn remove(&self, binding: &Binding) {
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        if held.get(&binding.session).is_some_and(|held| held.binding.fence == binding.fence) {
            held.remove(&binding.session);
        }
    }
}
