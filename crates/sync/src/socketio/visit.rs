//! One Engine.IO session, from its first request to its end, over however many connections it goes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use carrel_service::Principal;
use tokio_util::sync::CancellationToken;

use crate::door::Seat;

/// Documents asked for over one session, open or refused: a program that watches a class asks for some dozens.
const DOCUMENTS_MAX: usize = 64;

/// The sessions that polls and upgrades name by their id.
#[derive(Clone, Default)]
pub(super) struct Visits(Arc<Mutex<HashMap<String, Weak<Visit>>>>);

/// A session. The engine holds it with the first request for as long as the session lasts.
pub(super) struct Visit {
    _seat: Seat,
    /// Whom the first request named.
    pub(super) principal: Option<Principal>,
    id: OnceLock<String>,
    asked: AtomicUsize,
    is_admitted: AtomicBool,
    cut: CancellationToken,
    visits: Visits,
}

impl Visits {
    pub(super) fn begin(&self, seat: Seat, principal: Option<Principal>) -> Arc<Visit> {
        Arc::new(Visit {
            _seat: seat,
            principal,
            id: OnceLock::new(),
            asked: AtomicUsize::new(0),
            is_admitted: AtomicBool::new(false),
            cut: CancellationToken::new(),
            visits: self.clone(),
        })
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Visit>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id)?.upgrade()
    }

    /// From now on the session goes by this id.
    pub(super) fn name(&self, visit: &Arc<Visit>, id: &str) {
        if visit.id.set(id.to_owned()).is_ok() {
            let mut visits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            visits.insert(id.to_owned(), Arc::downgrade(visit));
        }
    }
}

impl Visit {
    /// Whether one more document may be asked for.
    pub(super) fn ask(&self) -> bool {
        self.asked.fetch_add(1, Ordering::Relaxed) < DOCUMENTS_MAX
    }

    /// Some document was opened: who speaks is known.
    pub(super) fn admit(&self) {
        self.is_admitted.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_admitted(&self) -> bool {
        self.is_admitted.load(Ordering::Relaxed)
    }

    /// Ends the websockets of the session when cancelled.
    pub(super) const fn cut(&self) -> &CancellationToken {
        &self.cut
    }

    /// The id, once it is known.
    pub(super) fn id(&self) -> Option<&str> {
        self.id.get().map(String::as_str)
    }
}

impl Drop for Visit {
    fn drop(&mut self) {
        if let Some(id) = self.id.get() {
            self.visits.0.lock().unwrap_or_else(PoisonError::into_inner).remove(id);
        }
    }
}
