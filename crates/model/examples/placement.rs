//! How many placement decisions a second one core makes: 15 nodes that hold 10,000 sessions.
//!
//! `cargo run --release -p carrel-model --example placement`

use std::hint::black_box;
use std::time::{Duration, Instant};

use carrel_ids::{SessionId, SlotId};
use carrel_model::master::{Event, Facts, HeldSession, Master, Phase, PoolFacts, Settings, Stored};
use carrel_model::placement::choose;
use carrel_model::{Fence, SlotClass, Time};

const NODES: u64 = 15;
const SESSIONS_PER_NODE: u64 = 667;
const DECISIONS: u32 = 500_000;
const TARGET: u32 = 200_000;

fn facts(number: u64) -> Facts {
    let held = |session: u64| {
        let id = u128::from(number * SESSIONS_PER_NODE + session);
        HeldSession {
            session: SessionId::from_random(id),
            fence: Fence::from_number(1),
            slot: SlotId::from_random(id),
            phase: Phase::Ready(String::new()),
            idle: Duration::ZERO,
        }
    };
    let pool = |class, warm| PoolFacts { class, warm, creating: 0 };
    Facts {
        node: format!("no-{number:02}").parse().expect("a node id"),
        boot: 1,
        version: 1,
        draining: number % 7 == 6,
        refusing: String::new(),
        pools: vec![pool(SlotClass::Standard, 1 + (number as u32) * 31 % 13), pool(SlotClass::Burst, 100)],
        sessions: (0..SESSIONS_PER_NODE).map(held).collect(),
        highest_fence: Fence::from_number(1),
    }
}

fn main() {
    let now = Time::from_millis(1_000_000);
    let mut master = Master::new(Settings::default(), now, Stored::default());
    for number in 0..NODES {
        master.step(now, Event::Report(facts(number)));
    }
    let started = Instant::now();
    for number in 0..DECISIONS {
        let class = if number % 3 == 0 { SlotClass::Burst } else { SlotClass::Standard };
        // As an open does it: a fresh view of all nodes, then the choice.
        let candidates = master.candidates(black_box(now));
        black_box(choose(&candidates, class, &[]));
    }
    let rate = f64::from(DECISIONS) / started.elapsed().as_secs_f64();
    let holds = if rate >= f64::from(TARGET) { "holds" } else { "missed" };
    println!("placement: {rate:.0} decisions/s on one core; target {TARGET}: {holds}");
}
