//! Slots that were there before us, and slots that are no longer there: compares the runtime's list with what is known.

use carrel_ids::SlotId;
use carrel_model::SlotClass;
use carrel_model::node::{Event, State};
use carrel_proto::AGENT_PROTOCOL;
use carrel_proto::agent::v1::{HelloReply, Status};
use carrel_runtime::{Created, FoundSlot, RuntimeError};
use carrel_service::{Chain, RunError};
use tracing::{error, info, warn};

use super::{Core, claim_of, effects::bind_request, work};
use crate::egress::GitCredential;
use crate::ledger;

impl Core {
    /// At the start, before anybody is served: takes over what an earlier process of this node left.
    pub async fn adopt(&mut self) -> Result<(), RunError> {
        use carrel_service::While as _;
        let written = self.parts.dirs.list().during("read the state directory")?;
        // First, so that nothing happens unseen between the list and the first event.
        work::forward_events(self);
        match self.parts.runtime.list().await {
            Ok(found) => self.take_list(&[], Ok(found)),
            Err(failure) => {
                // Slots outlive their engine: claimed ones are served already, the rest is sorted out later.
                for slot in written {
                    self.adopt_claimed(&slot, None, None);
                }
                error!(error = %Chain(&failure), "list slots");
                self.engine_lost(&failure.to_string());
                work::list(self, true);
            }
        }
        // Before the first report is made of it.
        self.publish();
        Ok(())
    }

    pub(super) fn take_list(&mut self, before: &[SlotId], found: Result<Vec<FoundSlot>, RuntimeError>) {
        self.listing = false;
        let found = match found {
            Ok(found) => found,
            Err(failure) => {
                self.engine_lost(&failure.to_string());
                return work::list(self, true);
            }
        };
        for slot in &found {
            self.compare(slot, before);
        }
        for slot in before.iter().filter(|slot| !found.iter().any(|found| found.slot == **slot)) {
            warn!(%slot, "a slot is gone");
            self.feed(Event::Died { slot: slot.clone() });
        }
        self.discard_orphans(&found);
        if self.node.refusing().is_some() {
            info!("the engine answers; claims are accepted again");
        }
        self.feed(Event::EngineBack);
    }

    fn compare(&mut self, found: &FoundSlot, before: &[SlotId]) {
        let known = self.slots.contains_key(&found.slot);
        match (known, found.state.is_running()) {
            (true, true) => {}
            (true, false) => {
                if before.contains(&found.slot) {
                    self.feed(Event::Died { slot: found.slot.clone() });
                }
            }
            (false, false) => work::discard(self, found.slot.clone()),
            (false, true) => self.adopt_running(found),
        }
    }

    fn adopt_running(&mut self, found: &FoundSlot) {
        let slot = &found.slot;
        let class = SlotClass::from_name(&found.class).filter(|class| self.pool(*class).is_some());
        if self.adopt_claimed(slot, class, found.cpuset.clone()) {
            return;
        }
        let Some(class) = class else {
            warn!(%slot, class = found.class, "a slot of no known class is removed");
            return work::discard(self, slot.clone());
        };
        match self.open(slot, class, found.cpuset.clone()) {
            Ok(()) => {
                info!(%slot, "adopted, to be checked");
                self.feed(Event::Adopted { slot: slot.clone(), class, claim: None });
            }
            Err(failure) => {
                error!(%slot, error = %Chain(&failure), "adopt a slot");
                self.slots.remove(slot);
                work::discard(self, slot.clone());
            }
        }
    }

    /// Takes over a slot with a claim; `false` if none is written down for it.
    fn adopt_claimed(&mut self, slot: &SlotId, class: Option<SlotClass>, cpuset: Option<Vec<u32>>) -> bool {
        let record = match ledger::read(&self.parts.dirs, slot) {
            Ok(Some(record)) => record,
            Ok(None) => return false,
            Err(failure) => {
                error!(%slot, error = %Chain(&failure), "read a claim; its slot is removed");
                return false;
            }
        };
        let class = class.unwrap_or(record.class);
        if let Err(failure) = self.open(slot, class, cpuset) {
            // Its session can't be reached, but its files are there: keep it and let people see.
            error!(%slot, error = %Chain(&failure), "adopt a claimed slot");
        }
        if let Some(local) = self.slots.get_mut(slot) {
            local.created = true;
        }
        info!(%slot, session = %record.session, fence = %record.fence, "adopted with its session");
        let claim = claim_of(&record);
        self.hold(slot, record, GitCredential::default());
        self.feed(Event::Adopted { slot: slot.clone(), class, claim: Some(claim) });
        true
    }

    /// Directories of slots that exist nowhere else.
    fn discard_orphans(&mut self, found: &[FoundSlot]) {
        let written = match self.parts.dirs.list() {
            Ok(written) => written,
            Err(failure) => return error!(error = %Chain(&failure), "read the state directory"),
        };
        for slot in written {
            if !self.slots.contains_key(&slot) && !found.iter().any(|found| found.slot == slot) {
                work::discard(self, slot);
            }
        }
    }

    pub(super) fn take_created(&mut self, slot: SlotId, result: Result<Created, RuntimeError>) {
        match result {
            Ok(created) => {
                for sentence in created.clamped {
                    info!(%slot, sentence, "a limit was made smaller");
                }
                let wanted = self.node.slots().get(&slot).is_some_and(|slot| slot.state == State::Creating);
                let Some(local) = self.slots.get_mut(&slot).filter(|_| wanted) else {
                    // Given up while it was being made: what was killed and removed then was not there yet.
                    return work::discard(self, slot);
                };
                local.created = true;
                if local.agent_is_warm {
                    self.ready(slot);
                }
            }
            Err(failure) => {
                error!(%slot, error = %Chain(&failure), "create a slot");
                self.trouble = Some(failure.to_string());
                self.changed = true;
                if failure.is_engine_lost() {
                    work::list(self, false);
                }
                self.feed(Event::CreateFailed { slot });
            }
        }
    }

    fn ready(&mut self, slot: SlotId) {
        if self.trouble.take().is_some() {
            self.changed = true;
        }
        if let Some(local) = self.slots.get_mut(&slot) {
            local.since_ms = i64::try_from(self.parts.clock.now_ms()).unwrap_or(i64::MAX);
        }
        self.feed(Event::Ready { slot });
    }

    pub(super) fn take_hello(&mut self, slot: SlotId, hello: &HelloReply) {
        let Some(local) = self.slots.get_mut(&slot) else { return };
        if hello.slot_id != slot.as_str() || hello.protocol == 0 || hello.protocol > AGENT_PROTOCOL {
            let (said, protocol) = (&hello.slot_id, hello.protocol);
            warn!(%slot, said, protocol, "an agent that does not belong here said hello");
            return;
        }
        let state = self.node.slots().get(&slot).map(|slot| &slot.state);
        match state {
            Some(State::Creating) => {
                local.agent_is_warm = hello.session_id.is_empty();
                if local.agent_is_warm && local.created {
                    self.ready(slot);
                } else if !local.agent_is_warm {
                    warn!(%slot, session = hello.session_id, "a slot bound to an unknown session is removed");
                    self.feed(Event::CreateFailed { slot });
                }
            }
            Some(State::Claimed { .. }) if hello.session_id.is_empty() => {
                if let (Some(link), Some(record)) = (local.link.clone(), local.record.as_ref()) {
                    let request = bind_request(record);
                    work::rebind(self, link, request);
                }
            }
            _ => {}
        }
    }

    pub(super) fn take_status(&mut self, slot: &SlotId, status: Status) {
        let Some(local) = self.slots.get_mut(slot) else { return };
        let told = |status: &Status| (status.phase, status.detail.clone());
        if local.record.is_some() && told(&local.status) != told(&status) {
            self.changed = true;
        }
        local.status = status;
    }
}
