//! The core over the fake runtime, with agents that dial their links.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use carrel_ids::{NodeId, SessionId, SlotId, UserId};
use carrel_model::node::{Answer, Claim, Pool, Refusal, Settings};
use carrel_model::{Egress, Fence, SlotClass};
use carrel_proto::compute::v1::{Phase, SlotState};
use carrel_runtime::fake::{Failure, FakeRuntime};
use carrel_service::{Deps, ListenerConfig, Listeners, Random, Shutdown, SystemClock};

use super::*;
use crate::fakes::{FakeAgent, FakeUpstream, SOON, eventually};
use crate::ledger::ClaimRecord;
use crate::link::SOCKET_NAME;

const GIB: u64 = 1 << 30;

/// A node on the fake runtime; what it leaves behind can be given to the next one.
struct World {
    state: Arc<tempfile::TempDir>,
    runtime: FakeRuntime,
    agents: Arc<Mutex<HashMap<SlotId, FakeAgent>>>,
    handle: CoreHandle,
    sessions: Sessions,
    shutdown: Shutdown,
    core: tokio::task::JoinHandle<()>,
}

fn settings(wanted: usize) -> Settings {
    Settings {
        pools: vec![Pool { class: SlotClass::Standard, wanted }],
        refill_quiet: Duration::from_millis(1),
        create_retry: Duration::from_millis(20),
        ..Settings::default()
    }
}

fn plan(wanted: u32) -> Plan {
    Plan {
        pools: vec![PoolPlan {
            class: SlotClass::Standard,
            count: wanted,
            cores: 1,
            memory: GIB / 8,
            pids: 64,
            disk: GIB / 8,
            cpusets: (0..wanted).map(|cpu| vec![cpu]).collect(),
            own_cores: true,
        }],
        clamped: Vec::new(),
    }
}

impl World {
    async fn new(wanted: u32) -> Self {
        let state = Arc::new(tempfile::tempdir().expect("temporary directory"));
        Self::start(wanted, state, FakeRuntime::new(64, 64 * GIB), Arc::default()).await
    }

    async fn start(
        wanted: u32,
        state: Arc<tempfile::TempDir>,
        runtime: FakeRuntime,
        agents: Arc<Mutex<HashMap<SlotId, FakeAgent>>>,
    ) -> Self {
        Self::start_with(wanted, settings(wanted as usize), state, runtime, agents).await
    }

    #[allow(clippy::disallowed_methods, reason = "the test joins it or ends with it")]
    async fn start_with(
        wanted: u32,
        settings: Settings,
        state: Arc<tempfile::TempDir>,
        runtime: FakeRuntime,
        agents: Arc<Mutex<HashMap<SlotId, FakeAgent>>>,
    ) -> Self {
        let shutdown = Shutdown::new();
        let listeners = Listeners::bind(&[ListenerConfig::tcp("127.0.0.1:0")]).await.expect("listen");
        let deps = Deps::embedded("compute-node", listeners, shutdown.clone());
        let sessions = Sessions::default();
        let parts = Parts {
            node: "no-test".parse::<NodeId>().expect("id"),
            runtime: Arc::new(runtime.clone()),
            dirs: LinkDirs::new(state.path()),
            sessions: sessions.clone(),
            upstream: Arc::new(FakeUpstream::new(axum::Router::new())),
            plan: plan(wanted),
            image: "test".to_owned(),
            clock: SystemClock::shared(),
            tasks: deps.tasks.clone(),
            shutdown: shutdown.clone(),
            notify: deps.notify.clone(),
            health: deps.health.clone(),
            metrics: NodeMetrics::new(&deps.metrics),
        };
        let (mut births, born) = (runtime.births(), agents.clone());
        tokio::spawn(async move {
            while let Ok(spec) = births.recv().await {
                let agent = FakeAgent::start(spec.link_dir.join(SOCKET_NAME), &spec.slot);
                born.lock().expect("lock").insert(spec.slot, agent);
            }
        });
        let (mut core, handle) = Core::new(parts, settings, &Random::system());
        core.adopt().await.expect("adopt");
        let core = tokio::spawn(core.run());
        Self { state, runtime, agents, handle, sessions, shutdown, core }
    }

    /// Ends the daemon without a word, as `kill -9` would; the slots stay.
    async fn crash(self, wanted: u32) -> Self {
        self.core.abort();
        self.shutdown.trigger();
        let _ = self.core.await;
        Self::start(wanted, self.state, self.runtime, self.agents).await
    }

    fn warm(&self) -> usize {
        self.handle.view().figures.iter().map(|pool| pool.warm).sum()
    }

    async fn until_warm(&self, count: usize) {
        eventually("the pool is warm", || self.warm() == count).await;
    }

    async fn claim(&self, session: u128, fence: u64) -> Answer {
        let record = record(session, fence);
        tokio::time::timeout(SOON, self.handle.claim(record, None)).await.expect("in time").expect("running")
    }

    async fn release(&self, session: u128, fence: u64) -> Answer {
        let claim = Claim { session: SessionId::from_random(session), fence: Fence::from_number(fence) };
        tokio::time::timeout(SOON, self.handle.release(claim)).await.expect("in time").expect("running")
    }

    fn agent_session(&self, slot: &SlotId) -> Option<String> {
        self.agents.lock().expect("lock").get(slot).map(FakeAgent::session)
    }
}

fn record(session: u128, fence: u64) -> ClaimRecord {
    ClaimRecord {
        session: SessionId::from_random(session),
        fence: Fence::from_number(fence),
        class: SlotClass::Standard,
        egress: Egress::Default,
        user: UserId::from_random(1),
        user_name: "ada".to_owned(),
        repository: "ada/blinky".to_owned(),
        with_environment: true,
    }
}

fn slot_of(answer: &Answer) -> SlotId {
    match answer {
        Answer::Claimed { slot, .. } => slot.clone(),
        other => panic!("not claimed: {other:?}"),
    }
}

#[tokio::test]
async fn a_claim_binds_a_warm_slot_and_the_pool_refills() {
    let world = World::new(2).await;
    world.until_warm(2).await;
    let slot = slot_of(&world.claim(1, 1).await);
    let session = SessionId::from_random(1);
    assert_eq!(world.agent_session(&slot), Some(session.to_string()));
    assert!(world.sessions.get(&session).is_some());
    let view = world.handle.view();
    let held = view.slots.iter().find(|held| held.id == slot).expect("in the view at once");
    assert_eq!(
        (held.state, held.claim.clone()),
        (SlotState::Claimed, Some((session, Fence::from_number(1))))
    );
    let phase = || world.handle.view().slots.iter().find(|held| held.id == slot).map(|held| held.phase);
    eventually("the phase is known", || phase() == Some(Phase::Ready)).await;
    assert_eq!(world.claim(1, 1).await, Answer::Claimed { slot, repeated: true });
}

#[tokio::test]
async fn a_release_ends_the_slot_and_another_takes_its_place() {
    let world = World::new(1).await;
    world.until_warm(1).await;
    let slot = slot_of(&world.claim(1, 1).await);
    let held = world.sessions.get(&SessionId::from_random(1)).expect("held");
    assert_eq!(world.release(1, 1).await, Answer::Released { was_held: true });
    assert!(world.sessions.get(&SessionId::from_random(1)).is_none());
    tokio::time::timeout(SOON, held.binding.closed()).await.expect("closed");
    assert_eq!(world.release(1, 1).await, Answer::Released { was_held: false });
    world.until_warm(1).await;
    let dir = LinkDirs::new(world.state.path()).slot(&slot);
    eventually("its directory is gone", || !dir.exists()).await;
    assert_eq!(world.claim(1, 1).await, Answer::Refused(Refusal::AlreadyReleased));
}

#[tokio::test]
async fn fifty_claims_on_five_slots_have_five_winners() {
    let world = World::new(5).await;
    world.until_warm(5).await;
    let claims = (0..50).map(|number| world.claim(number, 1 + u64::try_from(number).expect("small")));
    let answers = futures::future::join_all(claims).await;
    let slots: std::collections::BTreeSet<_> =
        answers.iter().filter(|a| matches!(a, Answer::Claimed { .. })).map(slot_of).collect();
    assert_eq!(slots.len(), 5);
    let refused = answers.iter().filter(|a| matches!(a, Answer::Refused(Refusal::NoneWarm { .. }))).count();
    assert_eq!(refused, 45, "{answers:?}");
}

#[tokio::test]
async fn a_crash_leaves_claims_and_checks_the_rest_again() {
    let world = World::new(2).await;
    world.until_warm(2).await;
    let slot = slot_of(&world.claim(1, 7).await);
    let world = world.crash(2).await;
    let held = world.sessions.get(&SessionId::from_random(1)).expect("held at once");
    assert_eq!((held.slot.id.clone(), held.binding.fence), (slot.clone(), Fence::from_number(7)));
    world.until_warm(1).await;
    assert_eq!(world.runtime.calls().create, 2, "nothing was made anew");
    assert_eq!(world.claim(1, 7).await, Answer::Claimed { slot, repeated: true });
    let stale = world.claim(1, 6).await;
    assert!(matches!(stale, Answer::Refused(Refusal::Stale { .. })), "{stale:?}");
}

#[tokio::test]
async fn a_slot_that_died_while_nobody_looked_is_cleared_away() {
    let world = World::new(1).await;
    world.until_warm(1).await;
    let slot = slot_of(&world.claim(1, 1).await);
    world.runtime.exit(&slot, 137, false);
    let world = world.crash(1).await;
    assert!(world.sessions.get(&SessionId::from_random(1)).is_none());
    world.until_warm(1).await;
    let dir = LinkDirs::new(world.state.path()).slot(&slot);
    eventually("its directory is gone", || !dir.exists()).await;
}

#[tokio::test]
async fn a_slot_bound_to_an_unknown_session_is_not_warm() {
    let world = World::new(1).await;
    world.until_warm(1).await;
    let slot = slot_of(&world.claim(1, 1).await);
    crate::ledger::forget(&LinkDirs::new(world.state.path()), &slot).expect("forget");
    let world = world.crash(1).await;
    world.until_warm(1).await;
    assert!(
        world.handle.view().slots.iter().all(|other| other.id != slot || other.state == SlotState::Draining)
    );
}

#[tokio::test]
async fn an_agent_that_lost_its_memory_is_told_again() {
    let world = World::new(1).await;
    world.until_warm(1).await;
    let slot = slot_of(&world.claim(1, 1).await);
    let socket = LinkDirs::new(world.state.path()).link(&slot).join(SOCKET_NAME);
    let fresh = FakeAgent::start(socket, &slot);
    world.agents.lock().expect("lock").insert(slot.clone(), fresh);
    let session = SessionId::from_random(1).to_string();
    eventually("it is bound again", || world.agent_session(&slot).as_deref() == Some(session.as_str())).await;
}

#[tokio::test]
async fn an_agent_that_refuses_fails_the_claim_and_the_slot() {
    let world = World::new(1).await;
    world.until_warm(1).await;
    for agent in world.agents.lock().expect("lock").values() {
        let refusal = tonic::Status::invalid_argument("not so");
        *agent.memory.refuse_bind.lock().expect("lock") = Some(refusal);
    }
    assert_eq!(world.claim(1, 1).await, Answer::Refused(Refusal::BindFailed("not so".to_owned())));
    world.until_warm(1).await;
    slot_of(&world.claim(1, 2).await);
}

#[tokio::test]
async fn a_missing_image_is_named_and_recovered_from() {
    let state = Arc::new(tempfile::tempdir().expect("temporary directory"));
    let runtime = FakeRuntime::new(64, 64 * GIB);
    runtime.fail_next_create(Failure::ImageMissing);
    let world = World::start(1, state, runtime, Arc::default()).await;
    eventually("it is told", || world.handle.view().refusing.contains("image")).await;
    world.until_warm(1).await;
    eventually("it is over", || world.handle.view().refusing.is_empty()).await;
}

#[tokio::test]
async fn without_its_engine_a_node_refuses_and_recovers() {
    let world = World::new(2).await;
    world.until_warm(2).await;
    let slot = slot_of(&world.claim(1, 1).await);
    world.runtime.lose_engine();
    eventually("it refuses", || !world.handle.view().refusing.is_empty()).await;
    let refused = world.claim(2, 2).await;
    assert!(matches!(refused, Answer::Refused(Refusal::Refusing(_))), "{refused:?}");
    // A restart while the engine is gone keeps the session.
    let world = world.crash(2).await;
    assert!(world.sessions.get(&SessionId::from_random(1)).is_some());
    world.runtime.restore_engine();
    eventually("it works again", || world.handle.view().refusing.is_empty()).await;
    world.until_warm(1).await;
    assert_eq!(world.claim(1, 1).await, Answer::Claimed { slot, repeated: true });
}

#[tokio::test]
async fn a_slot_that_ends_by_itself_ends_its_session() {
    let world = World::new(1).await;
    world.until_warm(1).await;
    let slot = slot_of(&world.claim(1, 1).await);
    world.runtime.exit(&slot, 1, true);
    eventually("it is gone", || world.sessions.get(&SessionId::from_random(1)).is_none()).await;
    world.until_warm(1).await;
}

#[tokio::test]
async fn reconciling_releases_what_is_not_listed() {
    let world = World::new(2).await;
    world.until_warm(2).await;
    slot_of(&world.claim(1, 1).await);
    slot_of(&world.claim(2, 2).await);
    let keep = Claim { session: SessionId::from_random(2), fence: Fence::from_number(2) };
    let answer = world.handle.reconcile(Fence::from_number(2), vec![keep]).await.expect("running");
    assert_eq!(answer, Answer::Reconciled { released: vec![SessionId::from_random(1)] });
    let older = world.handle.reconcile(Fence::from_number(1), Vec::new()).await.expect("running");
    assert!(matches!(older, Answer::Refused(Refusal::Stale { .. })), "{older:?}");
    assert!(world.sessions.get(&SessionId::from_random(2)).is_some());
}

#[tokio::test]
async fn a_draining_node_takes_no_claims() {
    let world = World::new(1).await;
    world.until_warm(1).await;
    world.handle.drain(true).await.expect("running");
    assert_eq!(world.claim(1, 1).await, Answer::Refused(Refusal::Draining));
    world.handle.drain(false).await.expect("running");
    slot_of(&world.claim(1, 1).await);
}

#[tokio::test]
async fn a_slot_that_is_given_up_while_it_is_made_is_not_left_behind() {
    let state = Arc::new(tempfile::tempdir().expect("temporary directory"));
    let runtime = FakeRuntime::new(64, 64 * GIB);
    runtime.hold_creates(true);
    let mut hasty = settings(1);
    hasty.creating_limit = Duration::from_millis(50);
    hasty.create_retry = SOON * 2;
    let world = World::start_with(1, hasty, state, runtime.clone(), Arc::default()).await;
    eventually("it is given up", || world.handle.view().slots.is_empty() && runtime.calls().remove > 0).await;
    let before = runtime.calls().remove;
    runtime.hold_creates(false);
    eventually("it is removed after all", || runtime.calls().remove > before).await;
    let left = || async { carrel_runtime::Runtime::list(&runtime).await.expect("list").len() };
    let deadline = tokio::time::Instant::now() + SOON;
    while left().await > 0 {
        assert!(tokio::time::Instant::now() < deadline, "a slot is left behind");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn each_slot_gets_threads_of_its_own() {
    let world = World::new(4).await;
    world.until_warm(4).await;
    let view = world.handle.view();
    let sets: std::collections::BTreeSet<_> = view.slots.iter().map(|slot| slot.cpuset.clone()).collect();
    assert_eq!(sets.len(), 4, "{sets:?}");
}
