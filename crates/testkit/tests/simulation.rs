//! Sessions and slots under faults, seed by seed.
//!
//! `CARREL_SIM_SEEDS=10000` runs more seeds, `CARREL_SIM_SEED=7` replays one.

use carrel_testkit::bugs::Bug;
use carrel_testkit::check;

/// Seeds in every run; enough that each planted bug shows many times over.
const SEEDS: u64 = 400;
/// A planted bug must show within this many.
const SEEDS_FOR_A_BUG: u64 = 400;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number")))
}

#[test]
fn no_seed_breaks_a_promise() {
    if let Some(seed) = number("CARREL_SIM_SEED") {
        check::seed(seed, Bug::None).unwrap_or_else(|failure| panic!("{failure}"));
        return;
    }
    for seed in 0..number("CARREL_SIM_SEEDS").unwrap_or(SEEDS) {
        check::seed(seed, Bug::None).unwrap_or_else(|failure| panic!("{failure}"));
    }
}

#[test]
fn every_planted_bug_is_found() {
    for bug in Bug::ALL {
        let found = (0..SEEDS_FOR_A_BUG).find_map(|seed| check::seed(seed, bug).err());
        let failure = found.unwrap_or_else(|| panic!("no seed shows the planted bug {bug:?}"));
        println!("{bug:?}: {failure}\n");
    }
}
