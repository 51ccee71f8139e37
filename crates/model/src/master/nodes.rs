//! The live view of nodes, from their reports alone. Nothing of it is stored.

use carrel_ids::{NodeId, SessionId, SlotId};

use super::{Effect, Event, LostFences, Master, ReportVersion, State};
use crate::placement::Candidate;
use crate::{Fence, SlotClass, Time};

/// How far a slot's agent has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Phase {
    /// Cloning or evaluating.
    Working,
    /// The learner can work; what is still missing, in words, may be empty.
    Ready(String),
    /// It can't be made ready, and why.
    Failed(String),
}

/// A session as a node reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldSession {
    /// The session.
    pub session: SessionId,
    /// The fence it was claimed with.
    pub fence: Fence,
    /// The slot.
    pub slot: SlotId,
    /// How far it has come.
    pub phase: Phase,
    /// For how long nothing has happened in it.
    pub idle: std::time::Duration,
}

/// Figures of one pool as a node reports them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolFacts {
    /// The class.
    pub class: SlotClass,
    /// Ready for a claim.
    pub warm: u32,
    /// In creation.
    pub creating: u32,
}

/// A node's report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The node.
    pub node: NodeId,
    /// Grows at each start of its daemon.
    pub boot: u64,
    /// Grows with each report of a boot.
    pub version: u64,
    /// It accepts no claims.
    pub draining: bool,
    /// Why it can't work; empty when it can.
    pub refusing: String,
    /// Its pools.
    pub pools: Vec<PoolFacts>,
    /// What it holds.
    pub sessions: Vec<HeldSession>,
    /// The newest fence it has seen.
    pub highest_fence: Fence,
}

/// What the master knows of a node.
#[derive(Debug, Clone)]
pub struct NodeView {
    /// The newest report.
    pub facts: Facts,
    /// When it came.
    pub last_report: Time,
    /// Claims that the newest report can't show yet: session, class, and the report from which on it would.
    pub(super) pending: Vec<(SessionId, SlotClass, Option<ReportVersion>)>,
}

/// How a node is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// Reporting and working.
    Up,
    /// Not heard of.
    Silent,
    /// Reporting that it can't work.
    Refusing,
}

/// Why a node can't take a session that was to be on it or nowhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotThere {
    /// No node of that name has been heard of.
    Unknown {
        /// Those that have.
        known: Vec<NodeId>,
    },
    /// Not heard of lately.
    Silent,
    /// It says that it can't work, and why.
    Refusing(String),
    /// It is being emptied.
    Drained,
    /// An admin does not trust it.
    Quarantined,
    /// No slot of the class is free.
    Full {
        /// The class asked for.
        class: SlotClass,
        /// Warm slots, all taken by claims under way.
        warm: u32,
        /// Slots being made.
        creating: u32,
    },
}

/// A node that an admin does not trust at the moment. It gets no session until somebody lifts this; what runs there goes
/// on, and its reports are read as before. The node is not told: what it says or does must not change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarantine {
    /// Why, in the admin's words.
    pub reason: String,
    /// Since when.
    pub since: Time,
}

impl Facts {
    /// Where it stands among the node's reports.
    pub fn report_version(&self) -> ReportVersion {
        (self.boot, self.version)
    }
}

impl NodeView {
    fn free(&self, class: SlotClass) -> u32 {
        let warm: u32 =
            self.facts.pools.iter().filter(|pool| pool.class == class).map(|pool| pool.warm).sum();
        let pending = self.pending.iter().filter(|(_, of, _)| *of == class).count();
        warm.saturating_sub(u32::try_from(pending).unwrap_or(u32::MAX))
    }
}

impl Master {
    /// What placement may choose from now.
    pub fn candidates(&self, now: Time) -> Vec<Candidate> {
        let candidate = |node: &NodeView| Candidate {
            node: node.facts.node.clone(),
            accepts: self.health(now, node) == Health::Up
                && !node.facts.draining
                && !self.drained.contains(&node.facts.node)
                && !self.quarantined.contains_key(&node.facts.node),
            standard_free: node.free(SlotClass::Standard),
            burst_free: node.free(SlotClass::Burst),
            held: u32::try_from(node.facts.sessions.len() + node.pending.len()).unwrap_or(u32::MAX),
        };
        self.nodes.values().map(candidate).collect()
    }

    /// What stands in the way of a session on this node.
    pub(super) fn why_not_there(&self, now: Time, node: &NodeId, class: SlotClass) -> NotThere {
        let Some(view) = self.nodes.get(node) else {
            return NotThere::Unknown { known: self.nodes.keys().cloned().collect() };
        };
        match self.health(now, view) {
            Health::Silent => return NotThere::Silent,
            Health::Refusing => return NotThere::Refusing(view.facts.refusing.clone()),
            Health::Up => {}
        }
        if self.quarantined.contains_key(node) {
            return NotThere::Quarantined;
        }
        if view.facts.draining || self.drained.contains(node) {
            return NotThere::Drained;
        }
        let pools = view.facts.pools.iter().filter(|pool| pool.class == class);
        let (warm, creating) =
            pools.fold((0, 0), |(warm, creating), pool| (warm + pool.warm, creating + pool.creating));
        NotThere::Full { class, warm, creating }
    }

    pub(super) fn report(&mut self, now: Time, facts: Facts, effects: &mut Vec<Effect>) {
        let node = facts.node.clone();
        let (version, before) =
            (facts.report_version(), self.nodes.get(&node).map(|view| view.facts.report_version()));
        if before.is_some_and(|before| version <= before) {
            return;
        }
        self.go_above(facts.highest_fence, effects);
        let is_new = before.is_none_or(|(boot, _)| boot != facts.boot);
        let mut pending = self.nodes.remove(&node).map(|view| view.pending).unwrap_or_default();
        pending.retain(|(_, _, from)| !is_new && from.is_none_or(|from| from > version));
        let view = NodeView { facts, last_report: now, pending };
        self.nodes.insert(node.clone(), view);
        if is_new {
            self.greet(&node, effects);
        }
        self.compare(now, &node, effects);
    }

    /// A fence that we never gave out was given out by a history that a restore lost: go above it, and remember it.
    fn go_above(&mut self, seen: Fence, effects: &mut Vec<Effect>) {
        if seen > self.fence {
            let lost = LostFences { first: self.fence.next(), last: seen };
            self.fence = seen;
            self.lost.push(lost);
            effects.push(Effect::PersistLost { lost });
        }
    }

    fn is_lost(&self, fence: Fence) -> bool {
        self.lost.iter().any(|lost| lost.first <= fence && fence <= lost.last)
    }

    /// A node that is new to us learns what it should hold, and claims that were under way are sent again.
    fn greet(&mut self, node: &NodeId, effects: &mut Vec<Effect>) {
        let of_node = self.records.values().filter(|record| record.node.as_ref() == Some(node));
        let mut sessions = Vec::new();
        for record in of_node {
            if record.state.is_live() {
                sessions.push((record.id.clone(), record.fence));
            }
            match record.state {
                State::Claiming => {
                    effects.push(Effect::Claim { node: node.clone(), session: record.id.clone() });
                }
                State::Closing => effects.push(Effect::Release {
                    node: node.clone(),
                    session: record.id.clone(),
                    fence: record.fence,
                    reason: record.reason.clone(),
                }),
                _ => {}
            }
        }
        let held = self.nodes.get(node).into_iter().flat_map(|view| &view.facts.sessions);
        let lost = held.filter(|held| self.is_lost(held.fence));
        sessions.extend(lost.map(|held| (held.session.clone(), held.fence)));
        effects.insert(0, Effect::Reconcile { node: node.clone(), generation: self.fence, sessions });
    }

    /// What the node holds against what it should hold.
    fn compare(&mut self, now: Time, node: &NodeId, effects: &mut Vec<Effect>) {
        let Some(view) = self.nodes.get(node) else { return };
        let (held, version) = (view.facts.sessions.clone(), view.facts.report_version());
        for session in &held {
            self.compare_held(now, node, session, effects);
        }
        let is_missing = |record: &&super::Record| {
            let expected =
                matches!(record.state, State::Preparing | State::Ready | State::Unreachable | State::Closing);
            let ours = record.node.as_ref() == Some(node) && record.reported_from <= version;
            expected
                && ours
                && !held.iter().any(|held| held.session == record.id && held.fence == record.fence)
        };
        let missing: Vec<_> =
            self.records.values().filter(is_missing).map(|r| (r.id.clone(), r.state)).collect();
        for (session, state) in missing {
            match state {
                State::Closing => self.ended(now, &session, State::Closed, effects),
                _ => self.fail(now, &session, "its slot ended unexpectedly".to_owned(), effects),
            }
        }
    }

    fn compare_held(&mut self, now: Time, node: &NodeId, held: &HeldSession, effects: &mut Vec<Effect>) {
        let expected = self.records.get(&held.session).is_some_and(|record| {
            record.fence == held.fence && record.node.as_ref() == Some(node) && !record.state.has_ended()
        });
        if expected {
            return self.advance(now, held, effects);
        }
        if self.is_lost(held.fence) {
            return;
        }
        effects.push(Effect::Release {
            node: node.clone(),
            session: held.session.clone(),
            fence: held.fence,
            reason: "the session is not this slot's any more".to_owned(),
        });
    }

    pub(super) fn drain_node(&mut self, node: NodeId, drain: bool, effects: &mut Vec<Effect>) {
        let changed = if drain { self.drained.insert(node.clone()) } else { self.drained.remove(&node) };
        if changed {
            effects.push(Effect::PersistDrain { node, drain });
        }
    }
}

impl Master {
    /// Sets or lifts a quarantine. Another reason replaces the first one; since when it lasts stays.
    pub(super) fn quarantine_node(
        &mut self,
        now: Time,
        node: NodeId,
        reason: Option<String>,
        effects: &mut Vec<Effect>,
    ) {
        let before = self.quarantined.remove(&node);
        let since = before.as_ref().map_or(now, |held| held.since);
        let quarantine = reason.map(|reason| Quarantine { reason, since });
        if let Some(quarantine) = &quarantine {
            self.quarantined.insert(node.clone(), quarantine.clone());
        }
        if before != quarantine {
            effects.push(Effect::PersistQuarantine { node, quarantine });
        }
    }
}

impl From<Facts> for Event {
    fn from(facts: Facts) -> Self {
        Self::Report(facts)
    }
}
