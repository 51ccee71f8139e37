//! Tickets that were used, until they would have expired anyway.

/// Remembers them.
#[derive(Debug, Default)]
pub(crate) struct UsedTickets(carrel_service::UsedTickets);

impl UsedTickets {
    /// Takes a ticket; `false` if it was taken before, or if too many are remembered to be sure.
    pub(crate) fn take(&self, id: &str, expires: u64, now: u64) -> bool {
        self.0.take(id, expires, now).is_ok()
    }
}
