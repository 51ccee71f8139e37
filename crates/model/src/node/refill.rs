//! When to make new slots, and how many.

use std::time::Duration;

use super::{Effect, Node, Slot, State};
use crate::Time;

/// Most doublings of the pause after failed creations: 1 s becomes at most 32 s.
const BACK_OFF_DOUBLINGS: u32 = 5;

/// What refills wait for.
#[derive(Debug, Clone, Default)]
pub(super) struct Refill {
    /// The newest claim, and the first one since the last refill.
    claims: Option<(Time, Time)>,
    failures: u32,
    not_before: Time,
}

impl Refill {
    pub(super) fn claimed(&mut self, now: Time) {
        let first = self.claims.map_or(now, |(_, first)| first);
        self.claims = Some((now, first));
    }

    pub(super) fn failed(&mut self, now: Time, pause: Duration) {
        let factor = 1 << self.failures.min(BACK_OFF_DOUBLINGS);
        self.failures = self.failures.saturating_add(1);
        self.not_before = now.after(pause * factor);
    }

    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.not_before = Time::ZERO;
    }

    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }
}

impl Node {
    /// Makes slots where a pool has fewer than wanted, unless claims go first.
    pub(super) fn refill(&mut self, now: Time, effects: &mut Vec<Effect>) {
        if self.refusing.is_some() || self.claims_go_first(now) || now < self.refill.not_before {
            return;
        }
        let mut started = false;
        let mut creating = self.slots.values().filter(|slot| slot.state == State::Creating).count();
        for pool in self.settings.pools.clone() {
            let figures = self.figures_of(pool);
            let have = figures.creating + figures.warm + figures.claimed;
            for _ in have..pool.wanted {
                if creating >= self.settings.starts_at_once {
                    return;
                }
                creating += 1;
                started = true;
                let id = self.ids.next();
                self.slots.insert(id.clone(), Slot { class: pool.class, state: State::Creating, since: now });
                effects.push(Effect::Create { slot: id, class: pool.class });
            }
        }
        if !started {
            return;
        }
        self.refill.claims = None;
    }

    fn claims_go_first(&self, now: Time) -> bool {
        if self.slots.values().any(|slot| matches!(slot.state, State::Binding { .. })) {
            return true;
        }
        let Some((newest, first)) = self.refill.claims else { return false };
        now.since(newest) < self.settings.refill_quiet && now.since(first) < self.settings.refill_delay_max
    }
}
