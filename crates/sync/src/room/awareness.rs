//! Cursors and names of everybody in a room: raw bytes, the newest of each client, sent once a tick.

use std::collections::{BTreeMap, BTreeSet};

use bytes::{Bytes, BytesMut};

use super::ClientId;
use crate::wire::{Reader, WireError, put_bytes, put_number};

/// A browser has one entry; a program that speaks for a class may have a few.
const ENTRIES_PER_CLIENT: usize = 16;
/// A cursor, a name, a colour: a hundred bytes. Past this somebody misuses it as a store.
const STATE_MAX: usize = 16 * 1024;
/// What a client sends to say that it is gone.
const GONE: &[u8] = b"null";

#[derive(Debug)]
struct Entry {
    clock: u64,
    state: Bytes,
    owner: ClientId,
}

/// Everybody's state.
#[derive(Debug, Default)]
pub(super) struct Awareness {
    entries: BTreeMap<u64, Entry>,
    /// Changed since the last tick.
    dirty: BTreeSet<u64>,
    /// Gone since the last tick, with their last clock.
    gone: BTreeMap<u64, u64>,
}

impl Awareness {
    /// Takes what a client says. Older news is ignored.
    pub(super) fn take(&mut self, from: ClientId, message: Bytes) -> Result<(), WireError> {
        let mut reader = Reader::new(message);
        let count = reader.number()?;
        for _ in 0..count {
            let (id, clock) = (reader.number()?, reader.number()?);
            let state = reader.bytes()?;
            if state.len() > STATE_MAX {
                return Err(WireError::TooMany);
            }
            self.take_one(from, id, clock, state)?;
        }
        reader.end()
    }

    fn take_one(&mut self, from: ClientId, id: u64, clock: u64, state: Bytes) -> Result<(), WireError> {
        let is_gone = state == GONE;
        let held = self.entries.get(&id).map(|entry| entry.clock);
        let is_news = held.is_none_or(|held| clock > held || clock == held && is_gone);
        if !is_news || (held.is_none() && is_gone) {
            return Ok(());
        }
        if is_gone {
            self.entries.remove(&id);
            self.dirty.remove(&id);
            self.gone.insert(id, clock);
            return Ok(());
        }
        let owned = self.entries.iter().filter(|(other, entry)| **other != id && entry.owner == from).count();
        if held.is_none() && owned >= ENTRIES_PER_CLIENT {
            return Err(WireError::TooMany);
        }
        // Not a slice of the frame: one small entry would keep a large frame alive.
        self.entries.insert(id, Entry { clock, state: Bytes::copy_from_slice(&state), owner: from });
        self.gone.remove(&id);
        self.dirty.insert(id);
        Ok(())
    }

    /// A connection has ended: what came through it is gone.
    pub(super) fn leave(&mut self, client: ClientId) {
        let Self { entries, dirty, gone } = self;
        entries.retain(|id, entry| {
            let stays = entry.owner != client;
            if !stays {
                dirty.remove(id);
                gone.insert(*id, entry.clock);
            }
            stays
        });
    }

    /// The changes since the last tick, if any.
    pub(super) fn changes(&mut self) -> Option<Bytes> {
        if self.dirty.is_empty() && self.gone.is_empty() {
            return None;
        }
        let mut out = BytesMut::new();
        put_number(&mut out, (self.dirty.len() + self.gone.len()) as u64);
        for id in &self.dirty {
            if let Some(entry) = self.entries.get(id) {
                put_entry(&mut out, *id, entry.clock, &entry.state);
            }
        }
        for (id, clock) in &self.gone {
            put_entry(&mut out, *id, *clock, GONE);
        }
        self.dirty.clear();
        self.gone.clear();
        Some(out.freeze())
    }

    /// Everything, for somebody new; `None` if nobody is there.
    pub(super) fn all(&self) -> Option<Bytes> {
        if self.entries.is_empty() {
            return None;
        }
        let mut out = BytesMut::new();
        put_number(&mut out, self.entries.len() as u64);
        for (id, entry) in &self.entries {
            put_entry(&mut out, *id, entry.clock, &entry.state);
        }
        Some(out.freeze())
    }
}

fn put_entry(out: &mut BytesMut, id: u64, clock: u64, state: &[u8]) {
    put_number(out, id);
    put_number(out, clock);
    put_bytes(out, state);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn say(id: u64, clock: u64, state: &str) -> Bytes {
        let mut out = BytesMut::new();
        put_number(&mut out, 1);
        put_entry(&mut out, id, clock, state.as_bytes());
        out.freeze()
    }

    #[test]
    fn the_newest_of_a_tick_counts() {
        let mut all = Awareness::default();
        all.take(1, say(9, 1, "{}")).expect("taken");
        all.take(1, say(9, 3, "{\"a\":1}")).expect("taken");
        all.take(1, say(9, 2, "{\"old\":1}")).expect("ignored");
        assert_eq!(all.changes(), Some(say(9, 3, "{\"a\":1}")));
        assert_eq!(all.changes(), None);
        assert_eq!(all.all(), Some(say(9, 3, "{\"a\":1}")));
        all.leave(1);
        assert_eq!(all.changes(), Some(say(9, 3, "null")));
        assert_eq!(all.all(), None);
    }

    #[test]
    fn a_client_has_few_entries_and_small_ones() {
        let mut all = Awareness::default();
        for id in 0..ENTRIES_PER_CLIENT as u64 {
            all.take(1, say(id, 1, "{}")).expect("taken");
        }
        assert_eq!(all.take(1, say(99, 1, "{}")), Err(WireError::TooMany));
        all.take(2, say(99, 1, "{}")).expect("somebody else's");
        assert!(all.take(2, say(98, 1, &"x".repeat(STATE_MAX + 1))).is_err());
    }
}
