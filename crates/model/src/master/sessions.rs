//! What each event does to a session.

use carrel_ids::{NodeId, SessionId};

use super::{
    Answer, Call, ClaimResult, Effect, HeldSession, Master, Open, Phase, Record, Refusal, State, Waiting,
};
use crate::placement;
use crate::{Fence, SlotClass, Time};

impl Master {
    pub(super) fn open(&mut self, now: Time, call: Call, open: Open, effects: &mut Vec<Effect>) {
        if self.repeated_open(call, &open, effects) {
            return;
        }
        let of_user = self.by_user.get(&open.user);
        let is_open = |id: &&SessionId| self.records.get(*id).is_some_and(|record| !record.state.has_ended());
        let open_now = of_user.map_or(0, |sessions| sessions.iter().filter(is_open).count());
        if open_now >= self.settings.sessions_per_user {
            let refusal = Refusal::TooMany { open: open_now };
            return effects.push(Effect::Reply { call, answer: Answer::Refused(refusal) });
        }
        let Some(node) = self.choose(now, open.class, &[], open.node.as_ref()) else {
            let refusal = match open.node {
                Some(node) => Refusal::NotThere { why: self.why_not_there(now, &node, open.class), node },
                None => self.no_capacity(open.class),
            };
            return effects.push(Effect::Reply { call, answer: Answer::Refused(refusal) });
        };
        let id = open.session.clone();
        self.insert(Record {
            id: open.session,
            user: open.user,
            repository: open.repository,
            class: open.class,
            egress: open.egress,
            request_id: open.request_id,
            with_environment: open.with_environment,
            state: State::Claiming,
            reason: String::new(),
            only: open.node,
            node: None,
            slot: None,
            fence: Fence::NONE,
            reported_from: (0, 0),
            created: now,
            since: now,
            timeline: vec![(State::Claiming, now)],
        });
        let waiting = Waiting { open: vec![call], ..Waiting::default() };
        self.waiting.insert(id.clone(), waiting);
        self.claim_on(now, &id, node, effects);
    }

    /// True if this request opened a session before: then the caller gets that one.
    fn repeated_open(&mut self, call: Call, open: &Open, effects: &mut Vec<Effect>) -> bool {
        if open.request_id.is_empty() {
            return false;
        }
        let Some(id) = self.by_request.get(&(open.user.clone(), open.request_id.clone())) else {
            return false;
        };
        let Some(record) = self.records.get(id) else { return false };
        if record.state == State::Claiming {
            self.waiting.entry(id.clone()).or_default().open.push(call);
        } else {
            let answer = Answer::Opened { session: id.clone() };
            effects.push(Effect::Reply { call, answer });
        }
        true
    }

    /// The node for a claim: the only one that may be asked, if there is such a one.
    fn choose(&self, now: Time, class: SlotClass, tried: &[NodeId], only: Option<&NodeId>) -> Option<NodeId> {
        let candidates = self.candidates(now);
        let allowed = candidates.iter().filter(|candidate| only.is_none_or(|only| candidate.node == *only));
        placement::choose(allowed, class, tried).cloned()
    }

    fn no_capacity(&self, class: SlotClass) -> Refusal {
        let pools = self.nodes.values().flat_map(|node| &node.facts.pools).filter(|pool| pool.class == class);
        let (warm, creating) =
            pools.fold((0, 0), |(warm, creating), pool| (warm + pool.warm, creating + pool.creating));
        let refusing = self.nodes.values().map(|node| &node.facts.refusing).find(|why| !why.is_empty());
        Refusal::NoCapacity {
            class,
            nodes: self.nodes.len(),
            warm,
            creating,
            refusing: refusing.cloned().unwrap_or_default(),
        }
    }

    /// Gives the session a new fence, on this node.
    fn claim_on(&mut self, now: Time, id: &SessionId, node: NodeId, effects: &mut Vec<Effect>) {
        self.fence = self.fence.next();
        let newest_fence = self.fence;
        let Some(record) = self.records.get_mut(id) else { return };
        record.fence = newest_fence;
        record.node = Some(node.clone());
        record.since = now;
        if let Some(view) = self.nodes.get_mut(&node) {
            view.pending.push((id.clone(), record.class, None));
        }
        self.waiting.entry(id.clone()).or_default().tried.push(node.clone());
        effects.push(Effect::Persist { record: record.clone(), newest_fence });
        effects.push(Effect::Claim { node, session: id.clone() });
        effects.push(Effect::Changed { session: id.clone() });
    }

    pub(super) fn claim_answered(
        &mut self,
        now: Time,
        id: &SessionId,
        fence: Fence,
        node: &NodeId,
        result: ClaimResult,
        effects: &mut Vec<Effect>,
    ) {
        if let Some(view) = self.nodes.get_mut(node) {
            match &result {
                ClaimResult::Claimed { from, .. } if *from > view.facts.report_version() => {
                    let pending = view.pending.iter_mut().filter(|(session, ..)| session == id);
                    pending.for_each(|(_, _, shown_from)| *shown_from = Some(*from));
                }
                _ => view.pending.retain(|(session, ..)| session != id),
            }
        }
        let is_awaited = self
            .records
            .get(id)
            .is_some_and(|record| record.state == State::Claiming && record.fence == fence);
        match result {
            ClaimResult::Claimed { slot, from } if is_awaited => {
                if let Some(record) = self.records.get_mut(id) {
                    record.slot = Some(slot);
                    record.reported_from = from;
                }
                self.enter(now, id, State::Preparing, "", effects);
                self.answer_open(id, &Answer::Opened { session: id.clone() }, effects);
            }
            ClaimResult::Claimed { .. } => {
                let is_current = self
                    .records
                    .get(id)
                    .is_some_and(|record| record.fence == fence && !record.state.has_ended());
                if !is_current {
                    let reason = "the claim was given up meanwhile".to_owned();
                    effects.push(Effect::Release { node: node.clone(), session: id.clone(), fence, reason });
                }
            }
            ClaimResult::Refused(why) if is_awaited => self.claim_elsewhere(now, id, why, effects),
            ClaimResult::Unknown(why) if is_awaited => {
                let reason = "the claim was not answered".to_owned();
                effects.push(Effect::Release { node: node.clone(), session: id.clone(), fence, reason });
                self.claim_elsewhere(now, id, why, effects);
            }
            ClaimResult::Refused(_) | ClaimResult::Unknown(_) => {}
        }
    }

    fn claim_elsewhere(&mut self, now: Time, id: &SessionId, why: String, effects: &mut Vec<Effect>) {
        let Some(record) = self.records.get(id) else { return };
        let tried = self.waiting.get(id).map(|waiting| waiting.tried.clone()).unwrap_or_default();
        let next = self.choose(now, record.class, &tried, record.only.as_ref());
        match next {
            Some(node) if tried.len() < self.settings.nodes_tried => self.claim_on(now, id, node, effects),
            _ => {
                let reason = format!("no slot could be claimed: {why}");
                self.answer_open(id, &Answer::Refused(Refusal::NotClaimed { last: why }), effects);
                self.enter(now, id, State::Failed, reason, effects);
            }
        }
    }

    pub(super) fn close(
        &mut self,
        now: Time,
        call: Option<Call>,
        id: &SessionId,
        reason: String,
        effects: &mut Vec<Effect>,
    ) {
        let Some(record) = self.records.get(id) else {
            let answer = Answer::Refused(Refusal::NoSession);
            return effects.extend(call.map(|call| Effect::Reply { call, answer }));
        };
        if record.state.has_ended() {
            let answer = Answer::Closed { session: id.clone() };
            return effects.extend(call.map(|call| Effect::Reply { call, answer }));
        }
        if let Some(call) = call {
            self.waiting.entry(id.clone()).or_default().close.push(call);
        }
        if record.state == State::Closing {
            return;
        }
        let (node, fence) = (record.node.clone(), record.fence);
        self.answer_open(id, &Answer::Refused(Refusal::ClosedMeanwhile), effects);
        self.enter(now, id, State::Closing, reason.clone(), effects);
        match node {
            Some(node) => effects.push(Effect::Release { node, session: id.clone(), fence, reason }),
            None => self.ended(now, id, State::Closed, effects),
        }
    }

    pub(super) fn release_answered(
        &mut self,
        now: Time,
        id: &SessionId,
        fence: Fence,
        done: bool,
        effects: &mut Vec<Effect>,
    ) {
        let closing = self
            .records
            .get(id)
            .is_some_and(|record| record.state == State::Closing && record.fence == fence);
        if closing && done {
            self.ended(now, id, State::Closed, effects);
        }
    }

    /// The node reports the session as it should be: follow how far it has come.
    pub(super) fn advance(&mut self, now: Time, held: &HeldSession, effects: &mut Vec<Effect>) {
        let id = &held.session;
        let Some(record) = self.records.get(id) else { return };
        match (record.state, &held.phase) {
            (State::Closing, _) => {}
            (State::Preparing | State::Unreachable, Phase::Failed(why)) => {
                self.fail(now, id, why.clone(), effects);
            }
            (State::Preparing | State::Unreachable, Phase::Ready(note)) => {
                self.enter(now, id, State::Ready, note.clone(), effects);
            }
            (State::Unreachable, Phase::Working) => self.enter(now, id, State::Preparing, "", effects),
            _ => {}
        }
        let is_ready = self.records.get(id).is_some_and(|record| record.state == State::Ready);
        if is_ready && held.idle >= self.settings.idle_limit {
            let minutes = self.settings.idle_limit.as_secs() / 60;
            self.close(now, None, id, format!("idle for {minutes} min"), effects);
        }
    }

    /// Ends a session that can't go on, and the slot it may still have.
    pub(super) fn fail(&mut self, now: Time, id: &SessionId, reason: String, effects: &mut Vec<Effect>) {
        let Some(record) = self.records.get(id) else { return };
        if let Some(node) = record.node.clone() {
            let (session, fence) = (id.clone(), record.fence);
            effects.push(Effect::Release { node, session, fence, reason: reason.clone() });
        }
        self.answer_open(id, &Answer::Refused(Refusal::NotClaimed { last: reason.clone() }), effects);
        self.enter(now, id, State::Failed, reason, effects);
        self.answer_close(id, &Answer::Closed { session: id.clone() }, effects);
    }

    pub(super) fn ended(&mut self, now: Time, id: &SessionId, state: State, effects: &mut Vec<Effect>) {
        let reason = self.records.get(id).map(|record| record.reason.clone()).unwrap_or_default();
        self.enter(now, id, state, reason, effects);
        self.answer_close(id, &Answer::Closed { session: id.clone() }, effects);
    }

    /// Goes to a state and writes that down.
    fn enter(
        &mut self,
        now: Time,
        id: &SessionId,
        state: State,
        reason: impl Into<String>,
        effects: &mut Vec<Effect>,
    ) {
        let newest_fence = self.fence;
        let Some(record) = self.records.get_mut(id) else { return };
        record.enter(now, state, reason);
        effects.push(Effect::Persist { record: record.clone(), newest_fence });
        effects.push(Effect::Changed { session: id.clone() });
    }

    fn answer_open(&mut self, id: &SessionId, answer: &Answer, effects: &mut Vec<Effect>) {
        let Some(waiting) = self.waiting.get_mut(id) else { return };
        for call in std::mem::take(&mut waiting.open) {
            effects.push(Effect::Reply { call, answer: answer.clone() });
        }
        if waiting.close.is_empty() {
            self.waiting.remove(id);
        }
    }

    fn answer_close(&mut self, id: &SessionId, answer: &Answer, effects: &mut Vec<Effect>) {
        for call in self.waiting.remove(id).map(|waiting| waiting.close).unwrap_or_default() {
            effects.push(Effect::Reply { call, answer: answer.clone() });
        }
    }

    pub(super) fn tick(&mut self, now: Time, effects: &mut Vec<Effect>) {
        let ids: Vec<SessionId> = self.records.keys().cloned().collect();
        for id in ids {
            self.tick_session(now, &id, effects);
        }
    }

    fn tick_session(&mut self, now: Time, id: &SessionId, effects: &mut Vec<Effect>) {
        let Some(record) = self.records.get(id) else { return };
        let age = now.since(record.since);
        let settings = &self.settings;
        match record.state {
            // After a restart the node may need a while to report; its claim is sent again then.
            State::Claiming if age >= settings.claiming_limit.max(self.patience(now)) => {
                self.fail(now, id, "no node answered the claim in time".to_owned(), effects);
            }
            State::Preparing if age >= settings.preparing_limit => {
                let seconds = settings.preparing_limit.as_secs();
                self.fail(now, id, format!("not ready after {seconds} s"), effects);
            }
            State::Preparing | State::Ready if self.node_is_silent(now, record) => {
                self.enter(now, id, State::Unreachable, "its node has not been heard of", effects);
            }
            State::Unreachable if age >= settings.unreachable_limit => {
                let minutes = settings.unreachable_limit.as_secs() / 60;
                self.fail(now, id, format!("its node was not heard of for {minutes} min"), effects);
            }
            State::Closing if age >= settings.closing_limit => {
                let reason =
                    format!("{}; the node did not confirm, its next report ends the slot", record.reason);
                self.answer_close(id, &Answer::Refused(Refusal::ReleaseLate), effects);
                self.enter(now, id, State::Closed, reason, effects);
            }
            State::Closed | State::Failed if age >= settings.keep_ended => self.forget(id),
            _ => {}
        }
    }

    /// How much longer than usual a claim may take because this master has just started.
    fn patience(&self, now: Time) -> std::time::Duration {
        let settings = &self.settings;
        if now.since(self.started) < settings.silent_after {
            settings.silent_after
        } else {
            settings.claiming_limit
        }
    }

    fn node_is_silent(&self, now: Time, record: &Record) -> bool {
        let Some(node) = &record.node else { return false };
        let heard = self.nodes.get(node).map_or(self.started, |view| view.last_report);
        now.since(heard) >= self.settings.silent_after
    }
}
