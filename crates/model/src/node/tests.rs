//! The slot pool, event by event.

use std::time::Duration;

use carrel_ids::{SessionId, SlotId};

use super::{Answer, Claim, Effect, Event, Node, Pool, Refusal, Settings, State};
use crate::{Fence, SlotClass, Time};

const STANDARD: SlotClass = SlotClass::Standard;

struct World {
    node: Node,
    now: Time,
}

impl World {
    /// A node with `warm` warm standard slots.
    fn with_warm(warm: usize) -> Self {
        let settings = Settings {
            pools: vec![Pool { class: STANDARD, wanted: warm }],
            starts_at_once: warm,
            ..Settings::default()
        };
        let mut world = Self { node: Node::new(settings, 7), now: Time::from_millis(1_000_000) };
        for effect in world.step(Event::Tick) {
            let Effect::Create { slot, .. } = effect else { panic!("unexpected {effect:?}") };
            world.step(Event::Ready { slot });
        }
        assert_eq!(world.node.figures()[0].warm, warm);
        world
    }

    fn step(&mut self, event: Event) -> Vec<Effect> {
        self.node.step(self.now, event)
    }

    fn wait(&mut self, span: Duration) -> Vec<Effect> {
        self.now = self.now.after(span);
        self.step(Event::Tick)
    }

    fn claim(&mut self, session: u128, fence: u64) -> Vec<Effect> {
        self.step(Event::Claim { call: fence, class: STANDARD, claim: claim(session, fence) })
    }

    fn claimed(&mut self, session: u128, fence: u64) -> SlotId {
        self.claim(session, fence);
        let slot = self.slot_of(session);
        self.step(Event::Bound { slot: slot.clone() });
        slot
    }

    fn slot_of(&self, session: u128) -> SlotId {
        self.node.slot_of(&SessionId::from_random(session)).expect("held").0.clone()
    }
}

fn claim(session: u128, fence: u64) -> Claim {
    Claim { session: SessionId::from_random(session), fence: Fence::from_number(fence) }
}

fn refused(effects: &[Effect]) -> Option<&Refusal> {
    effects.iter().find_map(|effect| match effect {
        Effect::Reply { answer: Answer::Refused(refusal), .. } => Some(refusal),
        _ => None,
    })
}

fn creates(effects: &[Effect]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Create { .. })).count()
}

#[test]
fn a_claim_is_written_down_before_the_agent_is_told() {
    let mut world = World::with_warm(1);
    let effects = world.claim(1, 5);
    let slot = world.slot_of(1);
    let expected = claim(1, 5);
    assert_eq!(
        effects,
        [
            Effect::Persist { slot: slot.clone(), claim: expected.clone() },
            Effect::Bind { slot: slot.clone(), claim: expected }
        ]
    );
    let effects = world.step(Event::Bound { slot: slot.clone() });
    assert_eq!(effects[0], Effect::Reply { call: 5, answer: Answer::Claimed { slot, repeated: false } });
}

#[test]
fn the_same_claim_again_gets_the_same_slot() {
    let mut world = World::with_warm(2);
    let slot = world.claimed(1, 5);
    let effects = world.claim(1, 5);
    assert_eq!(effects, [Effect::Reply { call: 5, answer: Answer::Claimed { slot, repeated: true } }]);
}

#[test]
fn an_older_fence_is_refused_and_a_newer_one_demotes_the_old_slot() {
    let mut world = World::with_warm(3);
    let old = world.claimed(1, 5);
    assert_eq!(refused(&world.claim(1, 4)), Some(&Refusal::Stale { newest: Fence::from_number(5) }));
    let effects = world.claim(1, 6);
    assert!(effects.contains(&Effect::Kill { slot: old.clone() }));
    assert_ne!(world.slot_of(1), old);
}

#[test]
fn a_claim_that_comes_after_its_release_is_refused() {
    let mut world = World::with_warm(1);
    let effects = world.step(Event::Release { call: 9, claim: claim(1, 5) });
    assert_eq!(effects, [Effect::Reply { call: 9, answer: Answer::Released { was_held: false } }]);
    assert_eq!(refused(&world.claim(1, 5)), Some(&Refusal::AlreadyReleased));
}

#[test]
fn a_release_answers_once_the_last_process_is_dead() {
    let mut world = World::with_warm(1);
    let slot = world.claimed(1, 5);
    let effects = world.step(Event::Release { call: 9, claim: claim(1, 5) });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Reply { .. })));
    let effects = world.step(Event::Killed { slot: slot.clone() });
    assert!(effects.contains(&Effect::Reply { call: 9, answer: Answer::Released { was_held: true } }));
    world.step(Event::Removed { slot: slot.clone() });
    assert!(!world.node.slots().contains_key(&slot));
}

#[test]
fn a_stale_release_ends_nothing() {
    let mut world = World::with_warm(1);
    world.claimed(1, 5);
    let effects = world.step(Event::Release { call: 9, claim: claim(1, 4) });
    assert_eq!(refused(&effects), Some(&Refusal::Stale { newest: Fence::from_number(5) }));
    assert!(world.node.slot_of(&SessionId::from_random(1)).is_some());
}

#[test]
fn a_reconcile_ends_what_is_not_listed_but_nothing_newer_than_the_list() {
    let mut world = World::with_warm(3);
    let (gone, kept, newer) = (world.claimed(1, 5), world.claimed(2, 6), world.claimed(3, 9));
    let sessions = vec![claim(2, 6)];
    world.step(Event::Reconcile { call: 1, generation: Fence::from_number(8), sessions });
    let is_draining = |slot: &SlotId| matches!(world.node.slots()[slot].state, State::Draining { .. });
    assert!(is_draining(&gone) && !is_draining(&kept) && !is_draining(&newer));
    let older = Event::Reconcile { call: 2, generation: Fence::from_number(7), sessions: vec![] };
    assert!(matches!(refused(&world.step(older)), Some(Refusal::Stale { .. })));
}

/// A warm slot ends, so that the pool has room for a new one.
fn lose_one(world: &mut World) -> usize {
    let warm = world.node.slots().iter().find(|(_, slot)| slot.state == State::Warm);
    let slot = warm.expect("a warm slot").0.clone();
    world.step(Event::Died { slot: slot.clone() });
    world.step(Event::Killed { slot: slot.clone() });
    creates(&world.step(Event::Removed { slot }))
}

#[test]
fn refills_wait_for_claims_but_not_for_ever() {
    let mut world = World::with_warm(40);
    world.claimed(100, 1);
    assert_eq!(lose_one(&mut world), 0);
    let mut refilled_after = None;
    for number in 1..30_u32 {
        if creates(&world.wait(Duration::from_millis(100))) > 0 {
            refilled_after = Some(number * 100);
            break;
        }
        world.claimed(u128::from(number), u64::from(number) + 1);
    }
    assert_eq!(
        refilled_after,
        Some(2_000),
        "a claim every 100 ms leaves no quiet, but refills come all the same"
    );

    let mut world = World::with_warm(2);
    world.claimed(1, 1);
    assert_eq!(lose_one(&mut world), 0);
    assert_eq!(creates(&world.wait(Duration::from_millis(249))), 0);
    assert_eq!(creates(&world.wait(Duration::from_millis(1))), 1);
}

#[test]
fn no_slot_is_made_while_a_claim_is_unanswered() {
    let mut world = World::with_warm(2);
    world.claim(1, 1);
    assert_eq!(lose_one(&mut world), 0);
    assert_eq!(creates(&world.wait(Duration::from_millis(1_500))), 0);
    let slot = world.slot_of(1);
    assert_eq!(creates(&world.step(Event::Bound { slot })), 1);
}

#[test]
fn failed_creations_are_tried_again_ever_more_slowly() {
    let settings = Settings { pools: vec![Pool { class: STANDARD, wanted: 1 }], ..Settings::default() };
    let mut world = World { node: Node::new(settings, 7), now: Time::from_millis(1_000_000) };
    let mut pauses = Vec::new();
    let mut effects = world.step(Event::Tick);
    for _ in 0..8 {
        let slot = effects.iter().find_map(|effect| match effect {
            Effect::Create { slot, .. } => Some(slot.clone()),
            _ => None,
        });
        let slot = slot.expect("a slot is created");
        world.step(Event::CreateFailed { slot: slot.clone() });
        world.step(Event::Killed { slot: slot.clone() });
        world.step(Event::Removed { slot });
        let mut pause = 0;
        loop {
            effects = world.wait(Duration::from_secs(1));
            pause += 1;
            if creates(&effects) > 0 {
                break;
            }
        }
        pauses.push(pause);
    }
    assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 32, 32]);
}

#[test]
fn what_takes_too_long_is_given_up() {
    let mut world = World::with_warm(1);
    world.claim(1, 5);
    let slot = world.slot_of(1);
    let effects = world.wait(Settings::default().binding_limit);
    assert_eq!(refused(&effects), Some(&Refusal::Late));
    assert!(effects.contains(&Effect::Kill { slot: slot.clone() }));
    let effects = world.wait(Settings::default().draining_limit);
    assert!(effects.contains(&Effect::Kill { slot }), "an unconfirmed kill is asked for again");
}

#[test]
fn a_node_that_drains_or_lost_its_engine_refuses_claims_and_says_why() {
    let mut world = World::with_warm(1);
    world.step(Event::Drain(true));
    assert_eq!(refused(&world.claim(1, 5)), Some(&Refusal::Draining));
    world.step(Event::Drain(false));
    world.step(Event::EngineLost { reason: "no engine".into() });
    assert_eq!(refused(&world.claim(1, 6)), Some(&Refusal::Refusing("no engine".into())));
    world.step(Event::EngineBack);
    assert_eq!(refused(&world.claim(1, 7)), None);
}

#[test]
fn found_slots_count_before_any_is_made() {
    let settings = Settings { pools: vec![Pool { class: STANDARD, wanted: 2 }], ..Settings::default() };
    let mut world = World { node: Node::new(settings, 7), now: Time::from_millis(1_000_000) };
    let (held, idle) = (SlotId::from_random(1), SlotId::from_random(2));
    let adopted = Event::Adopted { slot: held.clone(), class: STANDARD, claim: Some(claim(1, 5)) };
    assert!(world.step(adopted).contains(&Effect::Bind { slot: held, claim: claim(1, 5) }));
    let adopted = Event::Adopted { slot: idle.clone(), class: STANDARD, claim: None };
    assert!(world.step(adopted).contains(&Effect::Check { slot: idle }));
    assert_eq!(creates(&world.step(Event::Tick)), 0);
    assert_eq!(refused(&world.claim(1, 4)), Some(&Refusal::Stale { newest: Fence::from_number(5) }));
}
