//! What time and slow sockets do to a room: ticks, lag, idleness, compaction's turn.

use std::time::Duration;

use super::{Client, ClientId, CloseCode, Effect, LAG_MAX, Lag, Phase, Room, TICK, UNLOAD_AFTER};
use crate::wire;
use yrs::updates::encoder::Encode as _;

impl Room {
    /// A frame found a client's queue full: until it is drained nothing is sent.
    pub fn lagged(&mut self, id: ClientId, now: Duration) {
        let checkpoint = &self.checkpoint;
        if let Some(client) = self.clients.get_mut(&id)
            && client.lag.is_none()
        {
            let has = client.base.take().unwrap_or_else(|| checkpoint.clone());
            client.lag = Some(Lag { has, since: now });
            self.resyncs += 1;
            self.unsettled = true;
        }
    }

    /// A client that lagged has taken all that was queued: it gets what it missed as one update.
    pub fn drained(&mut self, id: ClientId, out: &mut Vec<Effect>) {
        let Some(client) = self.clients.get_mut(&id) else { return };
        let Some(lag) = client.lag.take() else { return };
        client.base = Some(lag.has.clone());
        self.unsettled = true;
        // An earlier count of saved updates may be among what was lost.
        client.told = 0;
        out.push(Effect::Send(id, wire::step2(&self.doc.diff(&lag.has))));
        if let Some(all) = self.awareness.all() {
            out.push(Effect::Send(id, wire::awareness(&all)));
        }
        self.tell_saved(id, out);
    }

    /// When the next tick is due. A room in which nothing happens needs none for seconds, or for ever.
    pub fn next_tick(&self) -> Option<Duration> {
        let is_soon = self.checkpoint_is_old || self.unsettled || self.awareness.has_news();
        if is_soon {
            return Some(self.last_tick + TICK);
        }
        let unload = self.clients.is_empty().then_some(self.empty_since + UNLOAD_AFTER);
        // Not before the next tick: whatever keeps an empty room loaded may last.
        let unload = unload.map(|at| at.max(self.last_tick + TICK));
        [self.joiners.forget_at(), unload].into_iter().flatten().min()
    }

    /// When [`Room::next_tick`] says so: awareness, the checkpoint, those who lag too long, whether anybody is left.
    pub fn tick(&mut self, now: Duration, out: &mut Vec<Effect>) {
        self.last_tick = now;
        if self.checkpoint_is_old {
            self.checkpoint = self.doc.vector();
            self.checkpoint_is_old = false;
            let ahead = self.clients.iter_mut().filter(|(_, client)| client.is_ahead && client.lag.is_none());
            for (id, client) in ahead {
                client.is_ahead = false;
                out.push(Effect::Send(*id, wire::step1(&self.checkpoint.encode_v1())));
            }
        }
        self.joiners.tick(now);
        if std::mem::take(&mut self.unsettled) {
            let is_late = |client: &Client| client.lag.as_ref().is_some_and(|lag| now >= lag.since + LAG_MAX);
            let late: Vec<_> =
                self.clients.iter().filter(|(_, client)| is_late(client)).map(|(id, _)| *id).collect();
            for id in late {
                self.close(id, CloseCode::Lagging, out);
            }
            for client in self.clients.values_mut() {
                client.base = None;
                self.unsettled |= client.lag.is_some();
            }
        }
        if let Some(changes) = self.awareness.changes(now) {
            out.push(Effect::Broadcast(wire::awareness(&changes), None));
        }
        let is_idle = self.clients.is_empty() && self.in_flight() == 0 && !self.compacting;
        if is_idle && now >= self.empty_since + UNLOAD_AFTER && self.phase == Phase::Open {
            self.phase = Phase::Unloading;
            out.push(Effect::Unload);
        }
    }

    /// Asked to be dropped, and can't be yet: asks again later.
    pub fn stay(&mut self, now: Duration) {
        self.wake();
        self.empty_since = now;
    }

    /// Whether a client is to get nothing until it is drained.
    pub fn lags(&self, id: ClientId) -> bool {
        self.clients.get(&id).is_some_and(|client| client.lag.is_some())
    }

    /// A compaction has failed: try again when the log has grown by half.
    pub const fn compaction_failed(&mut self) {
        self.compacting = false;
        self.compact_at = self.log_bytes + self.log_bytes / 2;
    }

    /// A compaction has ended; the log now holds so many bytes, and is next compacted at so many.
    pub fn compacted(&mut self, log_bytes: u64, compact_at: u64) {
        self.compacting = false;
        self.log_bytes = log_bytes;
        self.compact_at = compact_at;
    }
}
