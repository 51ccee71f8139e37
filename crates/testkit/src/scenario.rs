//! Scenarios as data: a list of things that happen, drawn from a seed.

use std::time::Duration;

use carrel_model::SlotClass;

use crate::sim::{Rng, Violation, World};

/// One thing that happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A user opens a session.
    Open { user: u64, class: SlotClass },
    /// Somebody closes one of the open sessions.
    Close { pick: u64 },
    /// Time passes.
    Advance { millis: u64 },
    /// The master ends after so many more effects.
    CrashMaster { after: u64 },
    /// A node's daemon ends after so many more effects.
    CrashNode { node: usize, after: u64 },
    /// Nothing passes between master and node.
    CutOff { node: usize, millis: u64 },
    /// A slot dies.
    KillSlot { node: usize, pick: u64 },
    /// A node's engine does not answer.
    LoseEngine { node: usize, millis: u64 },
    /// A node is drained, or not any more.
    Drain { node: usize, drain: bool },
    /// A node is put into quarantine, or not any more.
    Quarantine { node: usize, set: bool },
    /// A process was suspended, its clock is ahead of the others'; `None` is the master.
    JumpClock { node: Option<usize>, millis: u64 },
}

/// How many things happen in a drawn scenario.
const ACTIONS: usize = 60;

/// Draws a scenario. Half of what happens is people at work, the rest goes wrong.
pub fn draw(seed: u64, nodes: usize) -> Vec<Action> {
    let mut rng = Rng::new(seed ^ 0x5ce0_a610);
    let has_clock_jumps = rng.per_mille(200);
    (0..ACTIONS).map(|_| draw_one(&mut rng, nodes, has_clock_jumps)).collect()
}

fn draw_one(rng: &mut Rng, nodes: usize, has_clock_jumps: bool) -> Action {
    let node = usize::try_from(rng.below(nodes as u64)).unwrap_or(0);
    match rng.below(100) {
        0..30 => {
            let class = if rng.per_mille(300) { SlotClass::Burst } else { SlotClass::Standard };
            Action::Open { user: rng.below(6), class }
        }
        30..42 => Action::Close { pick: rng.bits() },
        42..72 => Action::Advance { millis: rng.between(1, 3_000) },
        72..77 => Action::CrashMaster { after: rng.below(12) },
        77..84 => Action::CrashNode { node, after: rng.below(12) },
        84..89 => Action::CutOff { node, millis: rng.between(500, 40_000) },
        89..92 => Action::KillSlot { node, pick: rng.bits() },
        92..95 => Action::LoseEngine { node, millis: rng.between(500, 20_000) },
        95 => Action::Drain { node, drain: rng.per_mille(500) },
        96 => Action::Quarantine { node, set: rng.per_mille(500) },
        _ if has_clock_jumps => {
            let millis = rng.between(1_000, 3_600_000);
            Action::JumpClock { node: rng.per_mille(500).then_some(node), millis }
        }
        _ => Action::Advance { millis: rng.between(10_000, 60_000) },
    }
}

/// Does it.
pub fn perform(world: &mut World, action: &Action) -> Result<(), Violation> {
    match *action {
        Action::Open { user, class } => world.open(user, class),
        Action::Close { pick } => world.close(pick),
        Action::Advance { millis } => return world.advance(Duration::from_millis(millis)),
        Action::CrashMaster { after } => world.crash_master(after),
        Action::CrashNode { node, after } => world.crash_node(node, after),
        Action::CutOff { node, millis } => world.cut_off(node, Duration::from_millis(millis)),
        Action::KillSlot { node, pick } => world.kill_slot(node, pick),
        Action::LoseEngine { node, millis } => world.lose_engine(node, Duration::from_millis(millis)),
        Action::Drain { node, drain } => world.drain(node, drain),
        Action::Quarantine { node, set } => world.quarantine(node, set),
        Action::JumpClock { node, millis } => world.jump_clock(node, millis),
    }
    Ok(())
}
