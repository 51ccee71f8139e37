//! Runs seeds, and makes a failing one small.

use std::fmt;
use std::time::Duration;

use carrel_model::SlotClass;
use carrel_model::node::{Pool, Settings};

use crate::bugs::Bug;
use crate::scenario::{self, Action};
use crate::sim::{Chances, Setup, Violation, World};

const NODES: usize = 3;

/// A seed that broke a promise.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The seed; `CARREL_SIM_SEED` replays it.
    pub seed: u64,
    /// What was broken by the shortest failing prefix.
    pub violation: Violation,
    /// The shortest prefix of the scenario that breaks a promise.
    pub prefix: Vec<Action>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {} breaks a promise: {}", self.seed, self.violation)?;
        writeln!(f, "shortest failing prefix, {} actions:", self.prefix.len())?;
        for action in &self.prefix {
            writeln!(f, "  {action:?}")?;
        }
        write!(f, "replay: CARREL_SIM_SEED={} cargo test -p carrel-testkit", self.seed)
    }
}

/// Runs one seed; on a failure, with the shortest failing prefix.
pub fn seed(seed: u64, bug: Bug) -> Result<(), Box<Failure>> {
    let actions = scenario::draw(seed, NODES);
    if run(seed, bug, &actions).is_ok() {
        return Ok(());
    }
    for length in 0..=actions.len() {
        if let Err(violation) = run(seed, bug, &actions[..length]) {
            return Err(Box::new(Failure { seed, violation, prefix: actions[..length].to_vec() }));
        }
    }
    unreachable!("the whole scenario failed, so its longest prefix does")
}

fn run(seed: u64, bug: Bug, actions: &[Action]) -> Result<(), Violation> {
    let pool = |class, wanted| Pool { class, wanted };
    let mut world = World::new(Setup {
        seed,
        nodes: NODES,
        node_settings: Settings {
            pools: vec![pool(SlotClass::Standard, 3), pool(SlotClass::Burst, 2)],
            ..Settings::default()
        },
        master_settings: carrel_model::master::Settings::default(),
        logic: bug.logic(),
        store_keeps_fences: bug != Bug::FencesNotKept,
    });
    world.advance(Duration::from_secs(5))?;
    world.set_chances(Chances::SOME);
    for action in actions {
        scenario::perform(&mut world, action)?;
    }
    world.settle()
}
