//! When tokens were last used: gathered in memory, written now and then.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use carrel_service::{Chain, SharedClock};

use crate::store::SharedStore;

/// Tokens noted between two writes: each costs some 100 bytes. Beyond it a use is not noted, which only makes
/// "last used" a minute older.
const NOTED_MAX: usize = 16_384;

/// Uses that were not written yet.
pub struct Seen {
    clock: SharedClock,
    noted: Mutex<HashMap<String, i64>>,
}

impl Seen {
    /// None yet.
    pub fn new(clock: SharedClock) -> Self {
        Self { clock, noted: Mutex::default() }
    }

    /// A token is in use now.
    pub fn note(&self, token: &str) {
        let now = i64::try_from(self.clock.now_ms()).unwrap_or(i64::MAX);
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(at) = noted.get_mut(token) {
            *at = now;
        } else if noted.len() < NOTED_MAX {
            noted.insert(token.to_owned(), now);
        }
    }

    /// Writes what was noted. What can't be written is forgotten: it is a convenience and not a record.
    pub async fn write(&self, store: &SharedStore) {
        let noted = std::mem::take(&mut *self.noted.lock().unwrap_or_else(PoisonError::into_inner));
        if noted.is_empty() {
            return;
        }
        let noted: Vec<(String, i64)> = noted.into_iter().collect();
        if let Err(error) = store.note_used(&noted).await {
            tracing::warn!(error = %Chain(&error), "note when tokens were used");
        }
    }
}
