//! What each event does to a slot.

use carrel_ids::{SessionId, SlotId};

use super::{Answer, Call, Claim, Effect, Node, RELEASED_MAX, Refusal, Seen, Slot, State};
use crate::{Fence, SlotClass, Time};

impl Node {
    pub(super) fn adopt(
        &mut self,
        now: Time,
        id: SlotId,
        class: SlotClass,
        claim: Option<Claim>,
        effects: &mut Vec<Effect>,
    ) {
        let state = match claim {
            Some(claim) => {
                self.see(&claim, false);
                // The daemon may have ended between writing the claim down and telling the agent.
                effects.push(Effect::Bind { slot: id.clone(), claim: claim.clone() });
                State::Claimed { claim }
            }
            None => {
                effects.push(Effect::Check { slot: id.clone() });
                State::Creating
            }
        };
        self.slots.insert(id, Slot { class, state, since: now });
        effects.push(Effect::Changed);
    }

    pub(super) fn claim(
        &mut self,
        now: Time,
        call: Call,
        class: SlotClass,
        claim: Claim,
        effects: &mut Vec<Effect>,
    ) {
        let mut refuse = |refusal| effects.push(Effect::Reply { call, answer: Answer::Refused(refusal) });
        if let Some(seen) = self.seen.get(&claim.session) {
            if claim.fence < seen.fence {
                return refuse(Refusal::Stale { newest: seen.fence });
            }
            if claim.fence == seen.fence && seen.released {
                return refuse(Refusal::AlreadyReleased);
            }
        }
        if self.repeated_claim(call, &claim, effects) {
            return;
        }
        let mut refuse = |refusal| effects.push(Effect::Reply { call, answer: Answer::Refused(refusal) });
        if let Some(reason) = &self.refusing {
            return refuse(Refusal::Refusing(reason.clone()));
        }
        if self.draining {
            return refuse(Refusal::Draining);
        }
        let Some(id) = self.oldest_warm(class) else {
            return refuse(Refusal::NoneWarm { class });
        };
        // An older claim of this session on this node is demoted: its fence is no longer the newest.
        if let Some((old, _)) = self.slot_of(&claim.session) {
            let old = old.clone();
            self.drain(now, &old, Vec::new(), effects);
        }
        self.see(&claim, false);
        self.refill.claimed(now);
        let slot = self.slots.get_mut(&id).expect("oldest_warm names a slot that is there");
        slot.state = State::Binding { claim: claim.clone(), calls: vec![call] };
        slot.since = now;
        effects.push(Effect::Persist { slot: id.clone(), claim: claim.clone() });
        effects.push(Effect::Bind { slot: id, claim });
    }

    /// True if this very claim is held already; then the caller is answered or joins those who wait.
    fn repeated_claim(&mut self, call: Call, claim: &Claim, effects: &mut Vec<Effect>) -> bool {
        let held = self.slots.iter_mut().find(|(_, slot)| slot.claim() == Some(claim));
        match held {
            Some((id, Slot { state: State::Claimed { .. }, .. })) => {
                let answer = Answer::Claimed { slot: id.clone(), repeated: true };
                effects.push(Effect::Reply { call, answer });
                true
            }
            Some((_, Slot { state: State::Binding { calls, .. }, .. })) => {
                calls.push(call);
                true
            }
            _ => false,
        }
    }

    fn oldest_warm(&self, class: SlotClass) -> Option<SlotId> {
        let warm = self.slots.iter().filter(|(_, slot)| slot.class == class && slot.state == State::Warm);
        warm.min_by_key(|(_, slot)| slot.since).map(|(id, _)| id.clone())
    }

    pub(super) fn release(&mut self, now: Time, call: Call, claim: &Claim, effects: &mut Vec<Effect>) {
        if let Some(seen) = self.seen.get(&claim.session)
            && claim.fence < seen.fence
        {
            let answer = Answer::Refused(Refusal::Stale { newest: seen.fence });
            return effects.push(Effect::Reply { call, answer });
        }
        self.see(claim, true);
        if let Some((id, _)) = self.slot_of(&claim.session) {
            let id = id.clone();
            return self.drain(now, &id, vec![call], effects);
        }
        // A second release joins the first while that is under way.
        for slot in self.slots.values_mut() {
            if let State::Draining { claim: Some(held), calls, killed: false } = &mut slot.state
                && held.session == claim.session
            {
                calls.push(call);
                return;
            }
        }
        effects.push(Effect::Reply { call, answer: Answer::Released { was_held: false } });
    }

    pub(super) fn reconcile(
        &mut self,
        now: Time,
        call: Call,
        generation: Fence,
        sessions: &[Claim],
        effects: &mut Vec<Effect>,
    ) {
        if generation < self.generation {
            let answer = Answer::Refused(Refusal::Stale { newest: self.generation });
            return effects.push(Effect::Reply { call, answer });
        }
        self.generation = generation;
        let held = self.slots.iter().filter_map(|(id, slot)| Some((id.clone(), slot.claim()?.clone())));
        // A claim newer than the list was made after it, so the list says nothing about it.
        let over: Vec<_> =
            held.filter(|(_, claim)| claim.fence <= generation && !sessions.contains(claim)).collect();
        for (id, claim) in &over {
            self.see(claim, true);
            self.drain(now, id, Vec::new(), effects);
        }
        let released = over.into_iter().map(|(_, claim)| claim.session).collect();
        effects.push(Effect::Reply { call, answer: Answer::Reconciled { released } });
    }

    pub(super) fn ready(&mut self, now: Time, id: &SlotId, effects: &mut Vec<Effect>) {
        if let Some(slot) = self.slots.get_mut(id)
            && slot.state == State::Creating
        {
            slot.state = State::Warm;
            slot.since = now;
            self.refill.succeeded();
            effects.push(Effect::Changed);
        }
    }

    pub(super) fn create_failed(&mut self, now: Time, id: &SlotId, effects: &mut Vec<Effect>) {
        if self.slots.get(id).is_some_and(|slot| slot.state == State::Creating) {
            self.refill.failed(now, self.settings.create_retry);
            self.drain(now, id, Vec::new(), effects);
        }
    }

    pub(super) fn bound(&mut self, now: Time, id: &SlotId, effects: &mut Vec<Effect>) {
        let Some(slot) = self.slots.get_mut(id) else { return };
        if let State::Binding { claim, calls } = &mut slot.state {
            let (claim, calls) = (claim.clone(), std::mem::take(calls));
            slot.state = State::Claimed { claim };
            slot.since = now;
            for call in calls {
                let answer = Answer::Claimed { slot: id.clone(), repeated: false };
                effects.push(Effect::Reply { call, answer });
            }
            effects.push(Effect::Changed);
        }
    }

    pub(super) fn bind_failed(
        &mut self,
        now: Time,
        id: &SlotId,
        refusal: Refusal,
        effects: &mut Vec<Effect>,
    ) {
        let Some(slot) = self.slots.get_mut(id) else { return };
        if let State::Binding { claim, calls } = &mut slot.state {
            let (claim, calls) = (claim.clone(), std::mem::take(calls));
            for call in calls {
                let answer = Answer::Refused(refusal.clone());
                effects.push(Effect::Reply { call, answer });
            }
            self.see(&claim, true);
            self.drain(now, id, Vec::new(), effects);
        }
    }

    /// From any state to draining. Callers of a claim that is overtaken are told so.
    pub(super) fn drain(&mut self, now: Time, id: &SlotId, calls: Vec<Call>, effects: &mut Vec<Effect>) {
        let Some(slot) = self.slots.get_mut(id) else { return };
        let claim = slot.claim().cloned();
        if let State::Binding { calls, .. } = &slot.state {
            for &call in calls {
                let answer = Answer::Refused(Refusal::AlreadyReleased);
                effects.push(Effect::Reply { call, answer });
            }
        }
        slot.state = State::Draining { claim, calls, killed: false };
        slot.since = now;
        effects.push(Effect::Kill { slot: id.clone() });
        effects.push(Effect::Changed);
    }

    pub(super) fn killed(&mut self, now: Time, id: &SlotId, effects: &mut Vec<Effect>) {
        let Some(slot) = self.slots.get_mut(id) else { return };
        if let State::Draining { calls, killed: killed @ false, .. } = &mut slot.state {
            *killed = true;
            slot.since = now;
            for call in std::mem::take(calls) {
                effects.push(Effect::Reply { call, answer: Answer::Released { was_held: true } });
            }
            effects.push(Effect::Remove { slot: id.clone() });
        }
    }

    pub(super) fn removed(&mut self, id: &SlotId, effects: &mut Vec<Effect>) {
        if self.slots.get(id).is_some_and(|slot| matches!(slot.state, State::Draining { killed: true, .. })) {
            self.slots.remove(id);
            effects.push(Effect::Changed);
        }
    }

    pub(super) fn died(&mut self, now: Time, id: &SlotId, effects: &mut Vec<Effect>) {
        match self.slots.get(id).map(|slot| slot.state.clone()) {
            Some(State::Creating) => self.create_failed(now, id, effects),
            Some(State::Binding { .. }) => {
                let refusal = Refusal::BindFailed("the slot ended before it was bound".to_owned());
                self.bind_failed(now, id, refusal, effects);
            }
            Some(State::Warm) => self.drain(now, id, Vec::new(), effects),
            Some(State::Claimed { claim }) => {
                self.see(&claim, true);
                self.drain(now, id, Vec::new(), effects);
            }
            Some(State::Draining { .. }) => self.killed(now, id, effects),
            None => {}
        }
    }

    pub(super) fn tick(&mut self, now: Time, effects: &mut Vec<Effect>) {
        let late: Vec<(SlotId, State)> = self
            .slots
            .iter()
            .filter(|(_, slot)| self.limit_of(slot).is_some_and(|limit| now.since(slot.since) >= limit))
            .map(|(id, slot)| (id.clone(), slot.state.clone()))
            .collect();
        for (id, state) in late {
            match state {
                State::Creating => self.create_failed(now, &id, effects),
                State::Binding { .. } => self.bind_failed(now, &id, Refusal::Late, effects),
                State::Draining { killed, .. } => self.drain_again(now, &id, killed, effects),
                State::Warm | State::Claimed { .. } => {}
            }
        }
    }

    fn limit_of(&self, slot: &Slot) -> Option<std::time::Duration> {
        match slot.state {
            State::Creating => Some(self.settings.creating_limit),
            State::Binding { .. } => Some(self.settings.binding_limit),
            State::Draining { .. } => Some(self.settings.draining_limit),
            State::Warm | State::Claimed { .. } => None,
        }
    }

    fn drain_again(&mut self, now: Time, id: &SlotId, was_killed: bool, effects: &mut Vec<Effect>) {
        let Some(slot) = self.slots.get_mut(id) else { return };
        slot.since = now;
        if let State::Draining { calls, .. } = &mut slot.state {
            for call in std::mem::take(calls) {
                effects.push(Effect::Reply { call, answer: Answer::Refused(Refusal::Late) });
            }
        }
        let slot = id.clone();
        effects.push(if was_killed { Effect::Remove { slot } } else { Effect::Kill { slot } });
    }

    fn see(&mut self, claim: &Claim, released: bool) {
        self.highest_fence = self.highest_fence.max(claim.fence);
        self.seen.insert(claim.session.clone(), Seen { fence: claim.fence, released });
        if released {
            self.released_order.push_back(claim.session.clone());
            if self.released_order.len() > RELEASED_MAX {
                self.forget_oldest_release();
            }
        }
    }

    fn forget_oldest_release(&mut self) {
        let Some(oldest) = self.released_order.pop_front() else { return };
        let again: &SessionId = &oldest;
        if !self.released_order.contains(again) && self.seen.get(again).is_some_and(|seen| seen.released) {
            self.seen.remove(again);
        }
    }
}
