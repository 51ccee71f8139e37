//! Cursors and names of everybody in a room: raw bytes, the newest of each client, sent once a tick.
//!
//! Invariant: while a connection is there, what it said of itself is changed by its own person only. Some clients repeat
//! everybody's entries as their own news; they are not believed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use carrel_ids::UserId;

use super::ClientId;
use crate::wire::{Reader, WireError, put_bytes, put_number};

/// A browser has one entry; a program that speaks for a class may have a few.
const ENTRIES_PER_CLIENT: usize = 16;
/// Of all entries of a client. A cursor, a name, a colour: a hundred bytes. Past this somebody misuses it as a store.
const BYTES_PER_CLIENT: usize = 16 * 1024;
/// Entries in one message: a client may repeat a full room's.
const ENTRIES_PER_MESSAGE: u64 = 10_000;
/// An entry that has gone is remembered so long: repetitions by others are under way for seconds at most.
const REMEMBERED: Duration = Duration::from_secs(60);
/// Entries remembered; past it the longest gone are forgotten first.
const REMEMBERED_MAX: usize = 4_096;
/// What a client sends to say that it is gone.
const GONE: &[u8] = b"null";

#[derive(Debug)]
struct Entry {
    clock: u64,
    state: Bytes,
    owner: ClientId,
    person: UserId,
}

/// An entry that has gone.
#[derive(Debug)]
struct Past {
    clock: u64,
    person: UserId,
    /// The newest connection at that time: what it and older ones say with the same clock is a repetition.
    newest: ClientId,
    /// When it is forgotten.
    until: Duration,
}

#[derive(Debug, Default)]
struct Tally {
    entries: usize,
    bytes: usize,
}

/// Everybody's state.
#[derive(Debug, Default)]
pub(super) struct Awareness {
    entries: BTreeMap<u64, Entry>,
    tallies: BTreeMap<ClientId, Tally>,
    past: BTreeMap<u64, Past>,
    /// The same by time. What has come back since is there once more.
    past_by_time: VecDeque<(Duration, u64)>,
    /// At the last tick.
    now: Duration,
    newest: ClientId,
    /// Changed since the last tick.
    dirty: BTreeSet<u64>,
    /// Gone since the last tick, with their last clock.
    gone: BTreeMap<u64, u64>,
}

impl Awareness {
    /// Somebody has connected.
    pub(super) fn joined(&mut self, client: ClientId) {
        self.newest = self.newest.max(client);
    }

    /// Takes what a client says. Older news is ignored.
    pub(super) fn take(&mut self, from: ClientId, person: &UserId, message: Bytes) -> Result<(), WireError> {
        let mut reader = Reader::new(message);
        let count = reader.number()?;
        if count > ENTRIES_PER_MESSAGE {
            return Err(WireError::TooMany);
        }
        for _ in 0..count {
            let (id, clock) = (reader.number()?, reader.number()?);
            let state = reader.bytes()?;
            self.take_one(from, person, id, (clock, &state))?;
        }
        reader.end()
    }

    fn take_one(
        &mut self,
        from: ClientId,
        person: &UserId,
        id: u64,
        (clock, state): (u64, &[u8]),
    ) -> Result<(), WireError> {
        let is_gone = state == GONE;
        let is_news = match (self.entries.get(&id), self.past.get(&id)) {
            (Some(held), _) => {
                held.person == *person && (clock > held.clock || clock == held.clock && is_gone)
            }
            (None, Some(past)) => {
                past.person == *person
                    && (clock > past.clock || clock == past.clock && from > past.newest)
                    && !is_gone
            }
            (None, None) => !is_gone,
        };
        if !is_news {
            return Ok(());
        }
        if is_gone {
            self.remove(id, clock);
            return Ok(());
        }
        let replaced = self.entries.get(&id).filter(|held| held.owner == from);
        let replaced = replaced.map_or((0, 0), |held| (1, held.state.len()));
        let tally = self.tallies.entry(from).or_default();
        let entries = tally.entries + 1 - replaced.0;
        let bytes = tally.bytes + state.len() - replaced.1;
        if entries > ENTRIES_PER_CLIENT || bytes > BYTES_PER_CLIENT {
            return Err(WireError::TooMany);
        }
        *tally = Tally { entries, bytes };
        // Not a slice of the frame: one small entry would keep a large frame alive.
        let state = Bytes::copy_from_slice(state);
        let entry = Entry { clock, state, owner: from, person: person.clone() };
        if let Some(before) = self.entries.insert(id, entry)
            && before.owner != from
        {
            self.untally(&before);
        }
        self.past.remove(&id);
        self.gone.remove(&id);
        self.dirty.insert(id);
        Ok(())
    }

    fn untally(&mut self, entry: &Entry) {
        if let Some(tally) = self.tallies.get_mut(&entry.owner) {
            tally.entries -= 1;
            tally.bytes -= entry.state.len();
        }
    }

    fn remove(&mut self, id: u64, clock: u64) {
        let Some(entry) = self.entries.remove(&id) else { return };
        self.untally(&entry);
        self.dirty.remove(&id);
        self.gone.insert(id, clock);
        let until = self.now + REMEMBERED;
        self.past.insert(id, Past { clock, person: entry.person, newest: self.newest, until });
        self.past_by_time.push_back((until, id));
        if self.past_by_time.len() > REMEMBERED_MAX {
            self.forget_first();
        }
    }

    /// A connection has ended: what came through it is gone.
    pub(super) fn leave(&mut self, client: ClientId) {
        if self.tallies.get(&client).is_none_or(|tally| tally.entries == 0) {
            self.tallies.remove(&client);
            return;
        }
        let owned = self.entries.iter().filter(|(_, entry)| entry.owner == client);
        let owned: Vec<_> = owned.map(|(id, entry)| (*id, entry.clock)).collect();
        for (id, clock) in owned {
            self.remove(id, clock);
        }
        self.tallies.remove(&client);
    }

    /// Whether there are changes since the last tick.
    pub(super) fn has_news(&self) -> bool {
        !self.dirty.is_empty() || !self.gone.is_empty()
    }

    /// The changes since the last tick, if any.
    pub(super) fn changes(&mut self, now: Duration) -> Option<Bytes> {
        self.now = now;
        while self.past_by_time.front().is_some_and(|(until, _)| *until <= now) {
            self.forget_first();
        }
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

    fn forget_first(&mut self) {
        let Some((until, id)) = self.past_by_time.pop_front() else { return };
        if self.past.get(&id).is_some_and(|past| past.until == until) {
            self.past.remove(&id);
        }
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

    const T0: Duration = Duration::ZERO;

    fn say(id: u64, clock: u64, state: &str) -> Bytes {
        let mut out = BytesMut::new();
        put_number(&mut out, 1);
        put_entry(&mut out, id, clock, state.as_bytes());
        out.freeze()
    }

    fn person(n: u128) -> UserId {
        UserId::from_random(n)
    }

    fn with(clients: &[ClientId]) -> Awareness {
        let mut all = Awareness::default();
        clients.iter().for_each(|client| all.joined(*client));
        all
    }

    #[test]
    fn the_newest_of_a_tick_counts() {
        let mut all = with(&[1]);
        all.take(1, &person(1), say(9, 1, "{}")).expect("taken");
        all.take(1, &person(1), say(9, 3, "{\"a\":1}")).expect("taken");
        all.take(1, &person(1), say(9, 2, "{\"old\":1}")).expect("ignored");
        assert_eq!(all.changes(T0), Some(say(9, 3, "{\"a\":1}")));
        assert_eq!(all.changes(T0), None);
        assert_eq!(all.all(), Some(say(9, 3, "{\"a\":1}")));
        all.leave(1);
        assert_eq!(all.changes(T0), Some(say(9, 3, "null")));
        assert_eq!(all.all(), None);
    }

    #[test]
    fn a_client_has_few_entries_and_small_ones() {
        let mut all = with(&[1, 2]);
        for id in 0..ENTRIES_PER_CLIENT as u64 {
            all.take(1, &person(1), say(id, 1, "{}")).expect("taken");
        }
        assert_eq!(all.take(1, &person(1), say(99, 1, "{}")), Err(WireError::TooMany));
        all.take(1, &person(1), say(0, 2, "null")).expect("one goes");
        all.take(1, &person(1), say(98, 1, "{}")).expect("another has room");
        all.take(2, &person(2), say(99, 1, "{}")).expect("somebody else's");
        let large = "x".repeat(BYTES_PER_CLIENT - 2);
        all.take(2, &person(2), say(97, 1, &large)).expect("all of the room");
        assert!(all.take(2, &person(2), say(97, 2, &(large + "x"))).is_err());
        let mut many = BytesMut::new();
        put_number(&mut many, ENTRIES_PER_MESSAGE + 1);
        assert!(all.take(2, &person(2), many.freeze()).is_err());
    }

    #[test]
    fn nobody_speaks_for_others() {
        let mut all = with(&[1, 2, 3]);
        all.take(1, &person(1), say(9, 5, "{\"me\":1}")).expect("taken");
        // With a clock that could never be overtaken; and to make the other look gone.
        for news in [say(9, (1 << 53) - 1, "{\"evil\":1}"), say(9, 5, "null"), say(9, 6, "null")] {
            all.take(2, &person(2), news).expect("ignored");
        }
        assert_eq!(all.all(), Some(say(9, 5, "{\"me\":1}")));
        // The same browser on a new line, before the old one is known to be cut.
        all.joined(4);
        all.take(4, &person(1), say(9, 6, "{\"me\":2}")).expect("taken");
        all.leave(1);
        assert_eq!(all.all(), Some(say(9, 6, "{\"me\":2}")), "it stays with its new line");
        all.leave(4);
        assert_eq!(all.all(), None);
    }

    #[test]
    fn what_is_repeated_after_its_owner_has_left_stays_gone() {
        let mut all = with(&[1, 2]);
        all.take(1, &person(1), say(9, 5, "{}")).expect("taken");
        all.leave(1);
        for clock in [5, 6] {
            all.take(2, &person(2), say(9, clock, "{}")).expect("ignored");
        }
        // A second page of the same person repeats it: no ghost either.
        all.take(2, &person(1), say(9, 5, "{}")).expect("ignored");
        assert_eq!(all.all(), None);
        // Back on a new line, with the clock as it was.
        all.joined(3);
        all.take(3, &person(1), say(9, 5, "{}")).expect("taken");
        assert_eq!(all.all(), Some(say(9, 5, "{}")));
    }

    #[test]
    fn churn_leaves_nothing_behind() {
        let mut all = Awareness::default();
        let mut now = T0;
        for client in 1..20_000 {
            all.joined(client);
            all.take(client, &person(client.into()), say(client, 1, "{}")).expect("taken");
            all.leave(client);
            now += Duration::from_millis(1);
            all.changes(now);
            assert!(all.past.len() <= REMEMBERED_MAX && all.past_by_time.len() <= REMEMBERED_MAX);
        }
        let back_and_forth =
            (1..10_000).map(|clock| [say(1, 2 * clock, "{}"), say(1, 2 * clock + 1, "null")]);
        for news in back_and_forth.flatten() {
            all.take(30_000, &person(1), news).expect("taken");
        }
        assert!(all.past_by_time.len() <= REMEMBERED_MAX);
        all.leave(30_000);
        all.changes(now + REMEMBERED);
        assert!(
            all.past_by_time.is_empty()
                && all.past.is_empty()
                && all.tallies.is_empty()
                && all.entries.is_empty()
        );
    }
}
