//! The idle connections on which an agent waits to serve.

use std::collections::VecDeque;
use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};

use tokio::net::UnixStream;
use tokio::sync::Notify;

use super::Accepted;

/// The agent keeps two; more only pile up while it restarts. The oldest go first, because they are the dead ones.
const SPARES_MAX: usize = 8;

/// A queue of idle connections, oldest first.
#[derive(Default)]
pub(crate) struct Spares {
    idle: Mutex<VecDeque<Accepted>>,
    arrived: Notify,
}

impl Spares {
    /// Adds a connection and forgets those whose agent is gone.
    pub(super) fn put(&self, accepted: Accepted) {
        {
            let mut idle = self.lock();
            idle.retain(|spare| is_quiet(&spare.stream));
            if idle.len() >= SPARES_MAX {
                idle.pop_front();
            }
            idle.push_back(accepted);
        }
        self.arrived.notify_one();
    }

    /// Takes a live connection, waiting for one.
    pub(super) async fn take(&self) -> Accepted {
        loop {
            let arrived = self.arrived.notified();
            if let Some(accepted) = self.try_take() {
                // More may be here than notifications were stored: pass one on.
                if self.len() > 0 {
                    self.arrived.notify_one();
                }
                return accepted;
            }
            arrived.await;
        }
    }

    fn try_take(&self) -> Option<Accepted> {
        let mut idle = self.lock();
        while let Some(spare) = idle.pop_front() {
            if is_quiet(&spare.stream) {
                return Some(spare);
            }
        }
        None
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Accepted>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A server on a fresh connection is silent: an end of file means that it is gone, bytes mean that it is no server.
fn is_quiet(stream: &UnixStream) -> bool {
    let mut byte = [0_u8; 1];
    matches!(stream.try_read(&mut byte), Err(error) if error.kind() == ErrorKind::WouldBlock)
}
