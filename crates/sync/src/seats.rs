//! Who sits in a room, in an array: a broadcast goes through all of them, and finding the next one must not cost a
//! reach into memory of its own.

use crate::hub::Connection;
use crate::room::ClientId;

/// A connection, and whether the room waits until it has drained its queue.
pub(crate) struct Seat {
    pub(crate) client: ClientId,
    pub(crate) connection: Connection,
    pub(crate) lags: bool,
}

/// The seats, in the order of their clients' numbers. Newcomers have the highest.
#[derive(Default)]
pub(crate) struct Seats(Vec<Seat>);

impl Seats {
    fn find(&self, client: ClientId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&client, |seat| seat.client)
    }

    /// Somebody sits down.
    pub(crate) fn insert(&mut self, client: ClientId, connection: Connection) {
        let seat = Seat { client, connection, lags: false };
        match self.find(client) {
            Ok(at) => self.0[at] = seat,
            Err(at) => self.0.insert(at, seat),
        }
    }

    /// Somebody gets up.
    pub(crate) fn remove(&mut self, client: ClientId) -> Option<Seat> {
        let at = self.find(client).ok()?;
        let seat = self.0.remove(at);
        if self.0.len() < self.0.capacity() / 4 {
            self.0.shrink_to(self.0.len() * 2);
        }
        Some(seat)
    }

    pub(crate) fn get(&self, client: ClientId) -> Option<&Seat> {
        self.0.get(self.find(client).ok()?)
    }

    pub(crate) fn get_mut(&mut self, client: ClientId) -> Option<&mut Seat> {
        let at = self.find(client).ok()?;
        self.0.get_mut(at)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Seat> {
        self.0.iter()
    }
}
