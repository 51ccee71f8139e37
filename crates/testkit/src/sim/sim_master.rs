//! The simulated master: performs the effects of `Master::step` on a store that survives it.

use carrel_model::master::{ClaimResult, Effect, Event, Master, Stored};
use carrel_model::node::{self, Claim};

use super::{Message, Pending, Request, ToMaster, World};

/// How long the master waits for an answer to a claim or a release.
const ANSWER_MS: u64 = 5_000;
const TICK_MS: u64 = 1_000;

impl World {
    pub(super) fn start_master(&mut self) {
        if self.master.is_some() {
            return;
        }
        self.master_boot += 1;
        let live = self.store.records.values().filter(|record| !record.state.has_ended());
        let stored = Stored {
            records: live.cloned().collect(),
            fence: self.store.fence,
            drained: self.store.drained.iter().cloned().collect(),
            quarantined: self.store.quarantined.clone().into_iter().collect(),
            lost: self.store.lost.clone(),
        };
        let now = self.clock(self.master_clock);
        self.master = Some(Master::new(self.setup.master_settings.clone(), now, stored));
        self.send_in(TICK_MS, Message::TickMaster { boot: self.master_boot });
    }

    fn end_master(&mut self) {
        self.master = None;
        self.master_crash_in = None;
        self.rpcs.clear();
        self.watch.callers_gone();
        let away = self.rng.between(100, 20_000);
        self.send_in(away, Message::StartMaster);
    }

    pub(super) fn tick_master(&mut self, boot: u64) {
        if boot == self.master_boot && self.master.is_some() {
            self.send_in(TICK_MS, Message::TickMaster { boot });
            self.master_event(Event::Tick);
        }
    }

    pub(super) fn master_message(&mut self, message: ToMaster) {
        match message {
            ToMaster::Report(facts) => self.master_event(Event::Report(facts)),
            ToMaster::Answer { rpc, answer, from } => {
                let Some(pending) = self.rpcs.remove(&rpc) else { return };
                self.answered(pending, Some((answer, from)));
            }
            ToMaster::TimedOut { rpc } => {
                let Some(pending) = self.rpcs.remove(&rpc) else { return };
                self.answered(pending, None);
            }
        }
    }

    fn answered(&mut self, pending: Pending, answer: Option<(node::Answer, (u64, u64))>) {
        let event = match pending {
            Pending::Claim { node, session, fence } => {
                let result = match answer {
                    Some((node::Answer::Claimed { slot, .. }, from)) => ClaimResult::Claimed { slot, from },
                    // A claim that was late or half done may be held; every other refusal means that it is not.
                    Some((node::Answer::Refused(node::Refusal::Late), _)) | None => {
                        ClaimResult::Unknown("no answer".to_owned())
                    }
                    Some((other, _)) => ClaimResult::Refused(format!("{other:?}")),
                };
                Event::ClaimAnswered { session, fence, node, result }
            }
            Pending::Release { session, fence } => {
                let done = matches!(answer, Some((node::Answer::Released { .. }, _)));
                Event::ReleaseAnswered { session, fence, done }
            }
        };
        self.master_event(event);
    }

    pub(super) fn master_event(&mut self, event: Event) {
        let now = self.clock(self.master_clock);
        let Some(master) = &mut self.master else {
            // Nobody listens; the caller's connection is refused.
            if let Event::Open { call, .. } | Event::Close { call, .. } = event {
                self.watch.answered(call);
            }
            return;
        };
        for effect in master.step(now, event) {
            if let Some(left) = &mut self.master_crash_in {
                if *left == 0 {
                    return self.end_master();
                }
                *left -= 1;
            }
            self.perform_master(effect);
        }
    }

    fn perform_master(&mut self, effect: Effect) {
        match effect {
            Effect::Persist { record, newest_fence } => {
                if self.setup.store_keeps_fences {
                    self.store.fence = self.store.fence.max(newest_fence);
                }
                self.store.records.insert(record.id.clone(), record);
            }
            Effect::Claim { node, session } => {
                let Some(record) = self.store.records.get(&session).cloned() else { return };
                let claim = Claim { session: session.clone(), fence: record.fence };
                self.watch.claim_sent(&claim);
                let pending = Pending::Claim { node: node.clone(), session, fence: record.fence };
                let rpc = self.rpc(pending);
                self.send_to_node(node.as_str(), Request::Claim { rpc, class: record.class, claim });
            }
            Effect::Release { node, session, fence, .. } => {
                let rpc = self.rpc(Pending::Release { session: session.clone(), fence });
                self.send_to_node(node.as_str(), Request::Release { rpc, claim: Claim { session, fence } });
            }
            Effect::Reconcile { node, generation, sessions } => {
                let claim = |(session, fence)| Claim { session, fence };
                let sessions = sessions.into_iter().map(claim).collect();
                self.send_to_node(node.as_str(), Request::Reconcile { generation, sessions });
            }
            Effect::PersistDrain { node, drain } => {
                if drain {
                    self.store.drained.insert(node);
                } else {
                    self.store.drained.remove(&node);
                }
            }
            Effect::PersistQuarantine { node, quarantine } => {
                self.store.quarantined.remove(&node);
                self.store.quarantined.extend(quarantine.map(|quarantine| (node, quarantine)));
            }
            Effect::PersistLost { lost } => self.store.lost.push(lost),
            Effect::Reply { call, answer } => {
                self.watch.answered(call);
                if let carrel_model::master::Answer::Opened { session } = answer {
                    self.watch.opened(session);
                }
            }
            Effect::Changed { .. } => {}
        }
    }

    fn rpc(&mut self, pending: Pending) -> u64 {
        let rpc = self.call();
        self.rpcs.insert(rpc, pending);
        self.send_in(ANSWER_MS, Message::ToMaster(ToMaster::TimedOut { rpc }));
        rpc
    }

    fn send_to_node(&mut self, id: &str, request: Request) {
        if let Some(node) = self.nodes.iter().position(|node| node.id.as_str() == id) {
            self.send_over(node, &Message::ToNode { node, request });
        }
    }
}
