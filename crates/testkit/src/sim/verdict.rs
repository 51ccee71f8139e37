//! The promises, checked after every message and once more when all has settled.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use carrel_ids::{SessionId, SlotId};
use carrel_model::Fence;
use carrel_model::master::State as SessionState;
use carrel_model::node::{Claim, Effect, Node, State};

use super::World;

/// A promise that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Which promise.
    pub promise: &'static str,
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.promise, self.seen)
    }
}

/// What has been seen so far.
#[derive(Debug, Default)]
pub(super) struct Watch {
    broken: Option<Violation>,
    /// Sessions that somebody was told are open.
    opened: BTreeSet<SessionId>,
    /// Sessions that had a reason to end.
    excused: BTreeSet<SessionId>,
    unanswered: BTreeSet<u64>,
    newest: BTreeMap<SessionId, Fence>,
    claims: BTreeMap<Fence, SessionId>,
}

impl Watch {
    fn broken(&mut self, promise: &'static str, seen: String) {
        self.broken.get_or_insert(Violation { promise, seen });
    }

    pub(super) fn asked(&mut self, call: u64) {
        self.unanswered.insert(call);
    }

    pub(super) fn answered(&mut self, call: u64) {
        if !self.unanswered.remove(&call) {
            self.broken("every caller is answered once", format!("call {call} was answered again"));
        }
    }

    pub(super) fn callers_gone(&mut self) {
        self.unanswered.clear();
    }

    pub(super) fn opened(&mut self, session: SessionId) {
        self.opened.insert(session);
    }

    pub(super) fn excuse(&mut self, session: &SessionId) {
        self.excused.insert(session.clone());
    }

    pub(super) fn excuse_all<'a>(&mut self, sessions: impl Iterator<Item = &'a SessionId>) {
        self.excused.extend(sessions.cloned());
    }

    /// A fence belongs to one session for ever, and a session's only grow, also over restarts of the master.
    pub(super) fn claim_sent(&mut self, claim: &Claim) {
        match self.claims.get(&claim.fence) {
            Some(session) if *session == claim.session => {}
            Some(other) => {
                let seen = format!("fence {} went to {other} and to {}", claim.fence, claim.session);
                self.broken("a fence is given out once", seen);
            }
            None => {
                self.claims.insert(claim.fence, claim.session.clone());
            }
        }
        let newest = self.newest.entry(claim.session.clone()).or_default();
        if claim.fence < *newest {
            let seen = format!("{} was claimed with fence {} after {newest}", claim.session, claim.fence);
            self.broken("a session's fences only grow", seen);
        } else {
            *newest = claim.fence;
        }
    }

    pub(super) fn bound(&mut self, slot: &SlotId, before: Option<&Claim>, claim: &Claim) {
        if let Some(before) = before.filter(|before| *before != claim) {
            let seen = format!("{slot} was {}'s and is given to {}", before.session, claim.session);
            self.broken("a slot serves one claim in its life", seen);
        }
    }

    pub(super) fn node_stepped(&mut self, node: &Node, effects: &[Effect]) {
        let binding = node.slots().iter().find(|(_, slot)| matches!(slot.state, State::Binding { .. }));
        let creates = effects.iter().any(|effect| matches!(effect, Effect::Create { .. }));
        if let (Some((slot, _)), true) = (binding, creates) {
            let seen = format!("a slot is created while {slot} is being bound");
            self.broken("claims go before refills", seen);
        }
    }
}

impl World {
    pub(super) fn check_always(&mut self) -> Result<(), Violation> {
        self.check_single_holder();
        self.check_time_limits();
        self.watch.broken.clone().map_or(Ok(()), Err)
    }

    /// One claim is in one slot; of a session's claims only the newest may write.
    fn check_single_holder(&mut self) {
        let mut holders: BTreeMap<Claim2<'_>, &SlotId> = BTreeMap::new();
        let mut double = None;
        for node in &self.nodes {
            for (slot, container) in node.containers.iter().filter(|(_, container)| container.alive) {
                let Some(claim) = &container.bound else { continue };
                if let Some(other) = holders.insert((&claim.session, claim.fence), slot) {
                    double = Some(format!(
                        "{} with fence {} is in {other} and {slot}",
                        claim.session, claim.fence
                    ));
                }
            }
        }
        if let Some(seen) = double {
            self.watch.broken("one holder of a fence", seen);
        }
    }

    /// No state outlives its limit by more than a tick or two (of a master that is up).
    fn check_time_limits(&mut self) {
        const SLACK_MS: u64 = 3_000;
        let Some(master) = &self.master else { return };
        let settings = &self.setup.master_settings;
        let now = self.clock(self.master_clock);
        let late = master.sessions().find(|record| {
            let limit = match record.state {
                SessionState::Claiming => settings.claiming_limit.max(settings.silent_after),
                SessionState::Preparing => settings.preparing_limit,
                SessionState::Unreachable => settings.unreachable_limit,
                SessionState::Closing => settings.closing_limit,
                SessionState::Ready | SessionState::Closed | SessionState::Failed => return false,
            };
            let age = now.since(record.since).as_millis();
            age > limit.as_millis() + u128::from(SLACK_MS) && self.master_clock == 0
        });
        if let Some(record) = late {
            let seen = format!("{} is {} since {:?}", record.id, record.state.name(), record.since);
            self.watch.broken("every state is left in time", seen);
        }
    }

    pub(super) fn check_settled(&mut self) -> Result<(), Violation> {
        if !self.watch.unanswered.is_empty() {
            let seen = format!("calls {:?} were never answered", self.watch.unanswered);
            self.watch.broken("every caller is answered once", seen);
        }
        self.check_nothing_leaked();
        self.check_nothing_lost();
        self.watch.broken.clone().map_or(Ok(()), Err)
    }

    fn check_nothing_leaked(&mut self) {
        const PROMISE: &str = "no slot leaks";
        let wanted: usize = self.setup.node_settings.pools.iter().map(|pool| pool.wanted).sum();
        let mut faults = Vec::new();
        for node in &self.nodes {
            let Some(logic) = &node.logic else {
                faults.push(format!("{} is down", node.id));
                continue;
            };
            let known = logic.node().slots();
            for (slot, container) in &node.containers {
                if container.alive && !known.contains_key(slot) {
                    faults.push(format!("{slot} runs on {} and the node does not know it", node.id));
                }
            }
            if known.len() != wanted {
                faults.push(format!("{} has {} slots instead of {wanted}: {known:?}", node.id, known.len()));
            }
            for claim in known.values().filter_map(|slot| slot.claim()) {
                let record = self.store.records.get(&claim.session);
                let is_wanted = record.is_some_and(|it| it.fence == claim.fence && it.state.is_live());
                if !is_wanted {
                    faults.push(format!("{} holds {} for nobody", node.id, claim.session));
                }
            }
        }
        if let Some(seen) = faults.into_iter().next() {
            self.watch.broken(PROMISE, seen);
        }
    }

    /// What was said to be open is still open, unless something ended it; and what is open really has its slot.
    fn check_nothing_lost(&mut self) {
        let mut faults = Vec::new();
        for record in self.store.records.values() {
            let claim = Claim { session: record.id.clone(), fence: record.fence };
            let mut containers = self.nodes.iter().flat_map(|node| node.containers.values());
            let has_slot = containers.any(|it| it.alive && it.bound.as_ref() == Some(&claim));
            let was_open = self.watch.opened.contains(&record.id) && !self.watch.excused.contains(&record.id);
            if record.state == SessionState::Ready && !has_slot {
                faults.push(format!("{} is ready without a slot", record.id));
            }
            if was_open && record.state != SessionState::Ready {
                faults.push(format!(
                    "{} was open and is {}: {}",
                    record.id,
                    record.state.name(),
                    record.reason
                ));
            }
        }
        if let Some(seen) = faults.into_iter().next() {
            self.watch.broken("no session is lost", seen);
        }
    }
}

type Claim2<'a> = (&'a SessionId, Fence);
