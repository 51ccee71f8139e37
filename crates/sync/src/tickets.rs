//! Tickets that were used, until they would have expired anyway.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// They live a minute: a thousand websockets a second.
const TICKETS_MAX: usize = 65_536;

/// Remembers them.
#[derive(Debug, Default)]
pub(crate) struct UsedTickets(Mutex<HashMap<String, u64>>);

impl UsedTickets {
    /// Takes a ticket; `false` if it was taken before, or if too many are remembered to be sure.
    pub(crate) fn take(&self, id: &str, expires: u64, now: u64) -> bool {
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if used.len() >= TICKETS_MAX {
            used.retain(|_, expires| *expires >= now);
        }
        used.len() < TICKETS_MAX && used.insert(id.to_owned(), expires).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_taken_once() {
        let tickets = UsedTickets::default();
        assert!(tickets.take("a", 100, 50));
        assert!(!tickets.take("a", 100, 50));
        assert!(tickets.take("b", 100, 50));
    }
}
