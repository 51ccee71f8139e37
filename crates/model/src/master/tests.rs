//! Sessions, event by event.

use std::time::Duration;

use carrel_ids::{NodeId, SessionId, SlotId, UserId};

use super::{
    Answer, ClaimResult, Effect, Event, Facts, HeldSession, Master, NotThere, Open, Phase, PoolFacts,
    Quarantine, Refusal, Settings, State, Stored,
};
use crate::{Egress, Fence, SlotClass, Time};

const STANDARD: SlotClass = SlotClass::Standard;

struct World {
    master: Master,
    now: Time,
}

impl World {
    fn new() -> Self {
        let now = Time::from_millis(1_000_000);
        Self { master: Master::new(Settings::default(), now, Stored::default()), now }
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        self.master.step(self.now, event)
    }

    fn wait(&mut self, span: Duration) -> Vec<Effect> {
        self.now = self.now.after(span);
        self.step(Event::Tick)
    }

    fn open(&mut self, number: u128, request_id: &str) -> Vec<Effect> {
        let open = Open {
            session: SessionId::from_random(number),
            user: UserId::from_random(1),
            repository: String::new(),
            class: STANDARD,
            egress: Egress::Default,
            request_id: request_id.to_owned(),
            with_environment: true,
            node: None,
        };
        self.step(Event::Open { call: 1, open })
    }

    fn open_on(&mut self, number: u128, node: &str) -> Vec<Effect> {
        let open = Open {
            session: SessionId::from_random(number),
            user: UserId::from_random(1),
            repository: String::new(),
            class: STANDARD,
            egress: Egress::Default,
            request_id: String::new(),
            with_environment: false,
            node: Some(id(node)),
        };
        self.step(Event::Open { call: 1, open })
    }

    fn claimed(&mut self, number: u128, node: &str) -> Vec<Effect> {
        let (session, fence) = (SessionId::from_random(number), self.master.newest_fence());
        let result = ClaimResult::Claimed { slot: SlotId::from_random(number), from: (1, 2) };
        self.step(Event::ClaimAnswered { session, fence, node: id(node), result })
    }

    fn state(&self, number: u128) -> State {
        self.master.session(&SessionId::from_random(number)).expect("known").state
    }
}

fn id(node: &str) -> NodeId {
    node.parse().expect("a node id")
}

fn facts(node: &str, version: u64, warm: u32, sessions: Vec<HeldSession>) -> Facts {
    Facts {
        node: id(node),
        boot: 1,
        version,
        draining: false,
        refusing: String::new(),
        pools: vec![PoolFacts { class: STANDARD, warm, creating: 0 }],
        sessions,
        highest_fence: Fence::NONE,
    }
}

fn held(number: u128, fence: u64, phase: Phase) -> HeldSession {
    HeldSession {
        session: SessionId::from_random(number),
        fence: Fence::from_number(fence),
        slot: SlotId::from_random(number),
        phase,
        idle: Duration::ZERO,
    }
}

fn asked(effects: &[Effect]) -> Option<&NodeId> {
    effects.iter().find_map(|effect| match effect {
        Effect::Claim { node, .. } => Some(node),
        _ => None,
    })
}

fn refusal(effects: &[Effect]) -> Option<&Refusal> {
    effects.iter().find_map(|effect| match effect {
        Effect::Reply { answer: Answer::Refused(refusal), .. } => Some(refusal),
        _ => None,
    })
}

#[test]
fn an_open_goes_to_the_node_with_the_most_room_and_is_written_down_first() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.step(facts("no-b", 1, 3, vec![]).into());
    let effects = world.open(1, "r1");
    assert!(matches!(effects[0], Effect::Persist { .. }), "{effects:?}");
    assert_eq!(asked(&effects), Some(&id("no-b")));
    let effects = world.claimed(1, "no-b");
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Reply { answer: Answer::Opened { .. }, .. }))
    );
    assert_eq!(world.state(1), State::Preparing);
    world.step(facts("no-b", 2, 2, vec![held(1, 1, Phase::Ready(String::new()))]).into());
    assert_eq!(world.state(1), State::Ready);
}

#[test]
fn claims_under_way_count_as_taken() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    assert!(asked(&world.open(1, "r1")).is_some());
    assert!(matches!(refusal(&world.open(2, "r2")), Some(Refusal::NoCapacity { .. })));
}

#[test]
fn the_same_request_opens_one_session() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 5, vec![]).into());
    world.open(1, "r1");
    assert_eq!(asked(&world.open(2, "r1")), None);
    let effects = world.claimed(1, "no-a");
    let opened = |effect: &&Effect| matches!(effect, Effect::Reply { answer: Answer::Opened { .. }, .. });
    assert_eq!(effects.iter().filter(opened).count(), 2);
    assert!(world.master.session(&SessionId::from_random(2)).is_none());
}

#[test]
fn a_refused_claim_goes_to_the_next_node_with_a_newer_fence() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 2, vec![]).into());
    world.step(facts("no-b", 1, 1, vec![]).into());
    world.open(1, "r1");
    let answered = |world: &mut World, node: &str, result| {
        let (session, fence) = (SessionId::from_random(1), world.master.newest_fence());
        world.step(Event::ClaimAnswered { session, fence, node: id(node), result })
    };
    let effects = answered(&mut world, "no-a", ClaimResult::Unknown("timed out".into()));
    let released = effects.iter().any(|effect| {
        matches!(effect, Effect::Release { node, fence, .. } if *node == id("no-a") && fence.number() == 1)
    });
    assert!(released, "what may be held there is released: {effects:?}");
    assert_eq!(asked(&effects), Some(&id("no-b")));
    assert_eq!(world.master.newest_fence(), Fence::from_number(2));
    let effects = answered(&mut world, "no-b", ClaimResult::Refused("full".into()));
    assert_eq!(refusal(&effects), Some(&Refusal::NotClaimed { last: "full".into() }));
    assert_eq!(world.state(1), State::Failed);
}

#[test]
fn a_session_for_one_node_goes_there_or_nowhere() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.step(facts("no-b", 1, 3, vec![]).into());
    assert_eq!(asked(&world.open_on(1, "no-a")), Some(&id("no-a")), "though the other one has more room");
    let (session, fence) = (SessionId::from_random(1), world.master.newest_fence());
    let result = ClaimResult::Refused("full".into());
    let effects = world.step(Event::ClaimAnswered { session, fence, node: id("no-a"), result });
    assert_eq!(asked(&effects), None, "no other node is asked: {effects:?}");
    assert_eq!(refusal(&effects), Some(&Refusal::NotClaimed { last: "full".into() }));
}

#[test]
fn a_node_that_cannot_take_a_session_meant_for_it_says_why() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 0, vec![]).into());
    world.step(facts("no-b", 1, 3, vec![]).into());
    let why = |world: &mut World, node: &str| match refusal(&world.open_on(1, node)) {
        Some(Refusal::NotThere { node: named, why }) if *named == id(node) => why.clone(),
        other => panic!("{node}: {other:?}"),
    };
    assert_eq!(why(&mut world, "no-a"), NotThere::Full { class: STANDARD, warm: 0, creating: 0 });
    let known = vec![id("no-a"), id("no-b")];
    assert_eq!(why(&mut world, "no-c"), NotThere::Unknown { known });
    world.step(Event::DrainNode { node: id("no-b"), drain: true });
    assert_eq!(why(&mut world, "no-b"), NotThere::Drained);
    world.step(Event::QuarantineNode { node: id("no-b"), reason: Some("odd".into()) });
    assert_eq!(why(&mut world, "no-b"), NotThere::Quarantined);
    world.step(Facts { refusing: "disk full".into(), ..facts("no-b", 2, 3, vec![]) }.into());
    assert_eq!(why(&mut world, "no-b"), NotThere::Refusing("disk full".into()));
    world.wait(Duration::from_secs(60));
    assert_eq!(why(&mut world, "no-b"), NotThere::Silent);
    assert!(world.master.session(&SessionId::from_random(1)).is_none(), "nothing is kept of a refusal");
}

#[test]
fn a_slot_that_vanished_from_reports_fails_its_session_but_an_older_report_does_not() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.open(1, "r1");
    let (session, fence) = (SessionId::from_random(1), world.master.newest_fence());
    let result = ClaimResult::Claimed { slot: SlotId::from_random(1), from: (1, 5) };
    world.step(Event::ClaimAnswered { session, fence, node: id("no-a"), result });
    world.step(facts("no-a", 4, 1, vec![]).into());
    assert_eq!(world.state(1), State::Preparing, "a report from before the claim says nothing");
    world.step(facts("no-a", 5, 1, vec![]).into());
    assert_eq!(world.state(1), State::Failed);
}

#[test]
fn a_silent_node_makes_its_sessions_unreachable_and_its_return_brings_them_back() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.open(1, "r1");
    world.claimed(1, "no-a");
    world.step(facts("no-a", 2, 0, vec![held(1, 1, Phase::Ready(String::new()))]).into());
    world.wait(Settings::default().silent_after);
    assert_eq!(world.state(1), State::Unreachable);
    world.step(facts("no-a", 3, 0, vec![held(1, 1, Phase::Ready(String::new()))]).into());
    assert_eq!(world.state(1), State::Ready);
}

#[test]
fn a_slot_with_another_fence_is_released_and_may_not_write() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.open(1, "r1");
    world.claimed(1, "no-a");
    let session = SessionId::from_random(1);
    assert!(world.master.may_write(&session, Fence::from_number(1)));
    assert!(!world.master.may_write(&session, Fence::NONE));
    let effects = world.step(facts("no-b", 1, 0, vec![held(1, 0, Phase::Working)]).into());
    let released = |effect: &Effect| matches!(effect, Effect::Release { node, .. } if *node == id("no-b"));
    assert!(effects.iter().any(released), "{effects:?}");
}

#[test]
fn sessions_of_a_history_that_a_restore_lost_are_left_alone() {
    let mut world = World::new();
    let mut report = facts("no-a", 1, 1, vec![held(9, 40, Phase::Working)]);
    report.highest_fence = Fence::from_number(40);
    let effects = world.step(report.clone().into());
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Release { .. })), "{effects:?}");
    let kept = (SessionId::from_random(9), Fence::from_number(40));
    let lists_it =
        |effect: &Effect| matches!(effect, Effect::Reconcile { sessions, .. } if sessions.contains(&kept));
    assert!(effects.iter().any(lists_it), "{effects:?}");
    world.open(1, "r1");
    assert_eq!(world.master.newest_fence(), Fence::from_number(41), "above the highest a node has seen");
    report.version = 2;
    assert!(!world.step(report.into()).iter().any(|effect| matches!(effect, Effect::Release { .. })));
}

#[test]
fn a_restarted_master_sends_an_unfinished_claim_again() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    let effects = world.open(1, "r1");
    let Effect::Persist { record, newest_fence } = &effects[0] else { panic!("{effects:?}") };
    let stored = Stored { records: vec![record.clone()], fence: *newest_fence, ..Stored::default() };
    world.master = Master::new(Settings::default(), world.now, stored);
    let effects = world.step(facts("no-a", 1, 1, vec![]).into());
    assert_eq!(asked(&effects), Some(&id("no-a")));
    world.claimed(1, "no-a");
    assert_eq!(world.state(1), State::Preparing);
}

#[test]
fn a_chosen_node_stays_the_only_one_also_for_a_master_that_starts_anew() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.step(facts("no-b", 1, 9, vec![]).into());
    let effects = world.open_on(1, "no-a");
    let Effect::Persist { record, newest_fence } = &effects[0] else { panic!("{effects:?}") };
    let stored = Stored { records: vec![record.clone()], fence: *newest_fence, ..Stored::default() };
    let mut anew = World { master: Master::new(Settings::default(), world.now, stored), now: world.now };
    anew.step(facts("no-b", 2, 9, vec![]).into());
    anew.step(facts("no-a", 2, 1, vec![]).into());
    // It has forgotten whom it asked, so it asks the chosen one again; the other one never.
    for expected in [Some(id("no-a")), None] {
        let (session, fence) = (SessionId::from_random(1), anew.master.newest_fence());
        let result = ClaimResult::Refused("full".to_owned());
        let effects = anew.step(Event::ClaimAnswered { session, fence, node: id("no-a"), result });
        assert_eq!(asked(&effects), expected.as_ref());
    }
    assert_eq!(anew.state(1), State::Failed);
}

#[test]
fn an_idle_session_is_closed_and_says_so() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.open(1, "r1");
    world.claimed(1, "no-a");
    let mut idle = held(1, 1, Phase::Ready(String::new()));
    idle.idle = Settings::default().idle_limit;
    world.step(facts("no-a", 2, 0, vec![idle]).into());
    let record = world.master.session(&SessionId::from_random(1)).expect("known");
    assert_eq!((record.state, record.reason.as_str()), (State::Closing, "idle for 30 min"));
}

#[test]
fn a_close_is_answered_at_the_latest_when_its_limit_is_over() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 1, vec![]).into());
    world.open(1, "r1");
    world.claimed(1, "no-a");
    let session = SessionId::from_random(1);
    world.step(Event::Close { call: 7, session, reason: "done".into() });
    assert_eq!(world.state(1), State::Closing);
    let effects = world.wait(Settings::default().closing_limit);
    assert_eq!(refusal(&effects), Some(&Refusal::ReleaseLate));
    assert_eq!(world.state(1), State::Closed);
}

#[test]
fn a_user_may_not_have_more_than_so_many() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 50, vec![]).into());
    for number in 0..5 {
        assert_eq!(refusal(&world.open(number, "")), None);
    }
    assert_eq!(refusal(&world.open(9, "")), Some(&Refusal::TooMany { open: 5 }));
}

#[test]
fn a_node_in_quarantine_gets_nothing_and_keeps_what_it_has() {
    let mut world = World::new();
    world.step(facts("no-a", 1, 3, vec![]).into());
    world.open(1, "");
    world.claimed(1, "no-a");
    let quarantine = |reason: Option<&str>| Event::QuarantineNode {
        node: id("no-a"),
        reason: reason.map(ToOwned::to_owned),
    };
    let since = world.now;
    let written = |reason: &str| {
        let quarantine = Quarantine { reason: reason.to_owned(), since };
        vec![Effect::PersistQuarantine { node: id("no-a"), quarantine: Some(quarantine) }]
    };
    assert_eq!(world.step(quarantine(Some("loses sessions"))), written("loses sessions"));
    assert!(world.step(quarantine(Some("loses sessions"))).is_empty(), "nothing new, nothing to write");
    assert!(matches!(refusal(&world.open(2, "")), Some(Refusal::NoCapacity { .. })));
    // What it reports is taken in, and does not free it.
    let ready = held(1, 1, Phase::Ready(String::new()));
    world.step(facts("no-a", 3, 2, vec![ready.clone()]).into());
    assert_eq!(world.state(1), State::Ready);
    let mut reboot = facts("no-a", 1, 2, vec![ready]);
    reboot.boot = 2;
    world.step(reboot.into());
    assert!(refusal(&world.open(3, "")).is_some());
    world.now = world.now.after(Duration::from_secs(5));
    assert_eq!(world.step(quarantine(Some("its disk fails"))), written("its disk fails"), "since the first");

    // A master that starts anew remembers it.
    let held = world.master.quarantine(&id("no-a")).cloned().expect("held");
    let stored = Stored { quarantined: vec![(id("no-a"), held)], ..Stored::default() };
    let mut anew = World { master: Master::new(Settings::default(), world.now, stored), now: world.now };
    anew.step(facts("no-a", 1, 3, vec![]).into());
    assert!(refusal(&anew.open(4, "")).is_some());
    let lifted = anew.step(quarantine(None));
    assert_eq!(lifted, [Effect::PersistQuarantine { node: id("no-a"), quarantine: None }]);
    assert_eq!(asked(&anew.open(5, "")), Some(&id("no-a")));
}
