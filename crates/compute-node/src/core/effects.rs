//! Performs effects: quick ones at once, slow ones as tasks.

use std::collections::BTreeMap;
use std::sync::Arc;

use carrel_ids::SlotId;
use carrel_model::SlotClass;
use carrel_model::node::{Answer, Claim, Effect, Event};
use carrel_proto::agent::v1::BindRequest;
use carrel_runtime::{Limits, SlotSpec};
use carrel_service::Chain;
use tracing::{error, info};

use super::{Core, Local, supervise, work};
use crate::egress::{GIT_HOST, GitCredential, Proxy};
use crate::ledger::{self, ClaimRecord};
use crate::link::{LinkError, SlotLink};
use crate::sessions::Held;
use crate::slot::{Binding, SlotShared};

impl Core {
    /// Performs an effect; an event if its outcome is known at once.
    pub(super) fn perform(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Create { slot, class } => self.create(slot, class),
            Effect::Check { slot } => self.check(slot),
            Effect::Persist { slot, claim } => self.persist(&slot, &claim),
            Effect::Bind { slot, .. } => {
                self.bind(&slot);
                None
            }
            Effect::Kill { slot } => {
                self.kill(&slot);
                None
            }
            Effect::Remove { slot } => {
                work::remove(self, slot);
                None
            }
            Effect::Reply { call, answer } => {
                self.reply(call, answer);
                None
            }
            Effect::Changed => {
                self.changed = true;
                None
            }
        }
    }

    fn create(&mut self, slot: SlotId, class: SlotClass) -> Option<Event> {
        let cpuset = self.free_cpuset(class);
        if let Err(failure) = self.open(&slot, class, cpuset.clone()) {
            error!(%slot, error = %Chain(&failure), "make the link of a slot");
            self.trouble = Some(failure.to_string());
            return Some(Event::CreateFailed { slot });
        }
        let spec = self.spec(&slot, class, cpuset)?;
        work::create(self, spec);
        None
    }

    /// Makes a slot's link and follows its agent.
    pub(super) fn open(
        &mut self,
        slot: &SlotId,
        class: SlotClass,
        cpuset: Option<Vec<u32>>,
    ) -> Result<(), LinkError> {
        let shared = Arc::new(SlotShared::new(slot.clone()));
        let mut local = Local {
            shared: shared.clone(),
            class,
            link: None,
            supervisor: None,
            cpuset,
            created: false,
            agent_is_warm: false,
            status: carrel_proto::agent::v1::Status::default(),
            record: None,
            since_ms: self.wall_ms(),
        };
        let proxy = Proxy {
            slot: shared,
            upstream: self.parts.upstream.clone(),
            clock: self.parts.clock.clone(),
            requests: self.parts.metrics.egress.clone(),
        };
        let link = SlotLink::open(&self.parts.dirs, slot, Arc::new(proxy));
        let opened = link.map(|link| {
            let follow = supervise::follow(slot.clone(), link.channels(), self.to_self.clone());
            local.supervisor = Some(self.parts.tasks.guard("agent", follow));
            local.link = Some(link);
        });
        // Kept also without a link, so that the slot can be cleaned up like any other.
        self.slots.insert(slot.clone(), local);
        opened
    }

    fn spec(&self, slot: &SlotId, class: SlotClass, cpuset: Option<Vec<u32>>) -> Option<SlotSpec> {
        let pool = self.pool(class)?;
        Some(SlotSpec {
            slot: slot.clone(),
            class: class.name().to_owned(),
            image: self.parts.image.clone(),
            limits: Limits {
                cpuset,
                // Threads of one's own need no quota.
                cpu_millicores: (!pool.own_cores).then_some(pool.cores.saturating_mul(1000)),
                memory_bytes: pool.memory,
                pids: pool.pids,
                disk_bytes: pool.disk,
            },
            link_dir: self.parts.dirs.link(slot),
            env: BTreeMap::new(),
            command: None,
            labels: BTreeMap::new(),
        })
    }

    /// The set of threads that the fewest living slots use: normally an unused one.
    fn free_cpuset(&self, class: SlotClass) -> Option<Vec<u32>> {
        let in_use: Vec<&Vec<u32>> = self
            .slots
            .iter()
            .filter(|(id, local)| local.class == class && self.is_living(id))
            .filter_map(|(_, local)| local.cpuset.as_ref())
            .collect();
        let overlap = |set: &&Vec<u32>| -> usize {
            in_use.iter().map(|used| used.iter().filter(|cpu| set.contains(cpu)).count()).sum()
        };
        self.pool(class)?.cpusets.iter().min_by_key(overlap).cloned()
    }

    fn is_living(&self, slot: &SlotId) -> bool {
        use carrel_model::node::State;
        self.node.slots().get(slot).is_some_and(|slot| !matches!(slot.state, State::Draining { .. }))
    }

    fn check(&mut self, slot: SlotId) -> Option<Event> {
        let local = self.slots.get_mut(&slot)?;
        local.created = true;
        local.agent_is_warm.then_some(Event::Ready { slot })
    }

    fn persist(&mut self, slot: &SlotId, claim: &Claim) -> Option<Event> {
        let offered = self.offered.take_if(|(record, _)| super::claim_of(record) == *claim);
        // The model persists a claim in the very step that takes it.
        let (record, token) = offered.expect("a claim is persisted in the step that takes it");
        if let Err(failure) = ledger::write(&self.parts.dirs, slot, &record) {
            error!(%slot, session = %record.session, error = %Chain(&failure), "write a claim down");
            return Some(Event::BindFailed { slot: slot.clone(), reason: failure.to_string() });
        }
        self.hold(slot, record, GitCredential::new(token));
        None
    }

    /// Opens the tunnel and the proxy to a claim.
    pub(super) fn hold(&mut self, slot: &SlotId, record: ClaimRecord, credential: GitCredential) {
        let since_ms = self.wall_ms();
        let Some(local) = self.slots.get_mut(slot) else { return };
        let binding = Arc::new(Binding::new(
            record.session.clone(),
            record.fence,
            record.user.clone(),
            record.egress,
            credential,
        ));
        local.shared.bind(binding.clone());
        local.record = Some(record);
        local.since_ms = since_ms;
        if let Some(link) = local.link.clone() {
            self.parts.sessions.put(Held { slot: local.shared.clone(), binding, link });
        }
    }

    fn bind(&self, slot: &SlotId) {
        let Some(local) = self.slots.get(slot) else { return };
        let (Some(link), Some(record)) = (&local.link, &local.record) else { return };
        work::bind(self, link.clone(), bind_request(record));
    }

    fn kill(&mut self, slot: &SlotId) {
        let Some(local) = self.slots.get_mut(slot) else { return };
        if local.created && !local.agent_is_warm && local.record.is_none() {
            self.trouble = Some("a slot was started, but its agent did not answer".to_owned());
        }
        if let Some(binding) = local.shared.binding() {
            self.parts.sessions.remove(&binding);
        }
        local.shared.unbind();
        local.supervisor = None;
        local.since_ms = i64::try_from(self.parts.clock.now_ms()).unwrap_or(i64::MAX);
        let link = local.link.take();
        work::kill(self, slot.clone(), link);
    }

    fn reply(&mut self, call: u64, answer: Answer) {
        let Some(waiting) = self.calls.remove(&call) else { return };
        let answer = self.enrich(answer);
        info!(?answer, "answered");
        self.answers.push((waiting, answer));
    }
}

/// What the agent is told.
pub(super) fn bind_request(record: &ClaimRecord) -> BindRequest {
    let clone_url = if record.repository.is_empty() {
        String::new()
    } else {
        format!("http://{GIT_HOST}/{}.git", record.repository)
    };
    BindRequest {
        session_id: record.session.to_string(),
        user_name: record.user_name.clone(),
        clone_url,
        with_environment: record.with_environment,
        git_name: record.user_name.clone(),
        // A name that can't be delivered to: commits need an address, people need not give one.
        git_email: format!("{}@carrel.invalid", record.user_name),
    }
}
