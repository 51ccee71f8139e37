//! How many slots of which size fit this machine, and on which threads: a pure function of wishes and machine.

use std::collections::VecDeque;

use carrel_model::SlotClass;

use crate::topology::Topology;

const GIB: u64 = 1 << 30;

/// Left for the system and the daemons: an eighth of the memory, 4 GiB at most.
fn reserve(memory: u64) -> u64 {
    (memory / 8).min(4 * GIB)
}

/// Slots without threads of their own are idle most of the time: so many times the memory that is left may be
/// promised to them.
const OVER_SUBSCRIPTION: u64 = 4;

/// What an owner wants of a class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The class.
    pub class: SlotClass,
    /// How many slots.
    pub wanted: u32,
    /// Threads of each.
    pub cores: u32,
    /// Memory limit of each, bytes.
    pub memory: u64,
    /// Process limit of each.
    pub pids: u32,
    /// Disk of each, bytes.
    pub disk: u64,
    /// Whether a slot's threads are its own. If not, slots share what is left, each with a quota.
    pub own_cores: bool,
}

/// What a class gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolPlan {
    /// The class.
    pub class: SlotClass,
    /// How many slots.
    pub count: u32,
    /// Threads of each.
    pub cores: u32,
    /// Memory limit of each, bytes.
    pub memory: u64,
    /// Process limit of each.
    pub pids: u32,
    /// Disk of each, bytes.
    pub disk: u64,
    /// One set of threads per slot, or a single one that all share; empty: any thread.
    pub cpusets: Vec<Vec<u32>>,
    /// Whether the sets are the slots' own.
    pub own_cores: bool,
}

/// What the machine gets, and where a wish was cut.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// A plan for each class that was wished for.
    pub pools: Vec<PoolPlan>,
    /// One sentence each.
    pub clamped: Vec<String>,
}

/// Fits the wishes to the machine: slots with threads of their own first, the others on what is left.
pub fn plan(wishes: &[Wish], topology: &Topology, memory: u64) -> Plan {
    let mut plan = Plan::default();
    let mut cores: Vec<VecDeque<Vec<u32>>> = topology.sockets().into_iter().map(VecDeque::from).collect();
    let mut left = memory.saturating_sub(reserve(memory));
    for wish in wishes.iter().filter(|wish| wish.own_cores) {
        let pool = own_threads(wish, topology.len(), &mut cores, left, &mut plan.clamped);
        left = left.saturating_sub(pool.memory * u64::from(pool.count));
        plan.pools.push(pool);
    }
    let spare: Vec<u32> = cores.into_iter().flatten().flatten().collect();
    for wish in wishes.iter().filter(|wish| !wish.own_cores) {
        plan.pools.push(shared_threads(wish, topology, &spare, left, &mut plan.clamped));
    }
    plan
}

fn own_threads(
    wish: &Wish,
    threads: u32,
    cores: &mut [VecDeque<Vec<u32>>],
    memory: u64,
    clamped: &mut Vec<String>,
) -> PoolPlan {
    let mut pool = blank(wish);
    shrink(wish, threads, memory, &mut pool, clamped);
    let by_memory = count_by_memory(wish.wanted, pool.memory, memory);
    while pool.count < by_memory {
        let Some(cpuset) = take_threads(cores, pool.cores) else { break };
        pool.cpusets.push(cpuset);
        pool.count += 1;
    }
    if pool.count < wish.wanted {
        let why = if pool.count < by_memory { "threads" } else { "memory" };
        clamped.push(format!(
            "{} slots: {} instead of {}, because the machine's {why} do not suffice for more with {} cores and {} MiB each",
            wish.class, pool.count, wish.wanted, pool.cores, pool.memory >> 20
        ));
    }
    pool
}

fn shared_threads(
    wish: &Wish,
    topology: &Topology,
    spare: &[u32],
    memory: u64,
    clamped: &mut Vec<String>,
) -> PoolPlan {
    let mut pool = blank(wish);
    let promised = memory.saturating_mul(OVER_SUBSCRIPTION);
    let threads =
        if spare.is_empty() { topology.len() } else { u32::try_from(spare.len()).unwrap_or(u32::MAX) };
    shrink(wish, threads, memory, &mut pool, clamped);
    pool.count = count_by_memory(wish.wanted, pool.memory, promised);
    if !spare.is_empty() {
        pool.cpusets.push(spare.to_vec());
    } else if !topology.is_empty() && wish.wanted > 0 {
        clamped.push(format!(
            "{} slots: they share all {} threads, because none is left for them alone",
            wish.class,
            topology.len()
        ));
    }
    if pool.count < wish.wanted {
        clamped.push(format!(
            "{} slots: {} instead of {}, because {OVER_SUBSCRIPTION} times the {} MiB left hold no more with {} MiB each",
            wish.class, pool.count, wish.wanted, memory >> 20, pool.memory >> 20
        ));
    }
    pool
}

fn blank(wish: &Wish) -> PoolPlan {
    PoolPlan {
        class: wish.class,
        count: 0,
        cores: wish.cores,
        memory: wish.memory,
        pids: wish.pids,
        disk: wish.disk,
        cpusets: Vec::new(),
        own_cores: wish.own_cores,
    }
}

/// Makes a single slot fit: better small ones than none.
fn shrink(wish: &Wish, threads: u32, memory: u64, pool: &mut PoolPlan, clamped: &mut Vec<String>) {
    if wish.wanted == 0 {
        return;
    }
    if threads > 0 && wish.cores > threads {
        pool.cores = threads;
        let text = format!(
            "{} slots: {threads} cores each instead of {}, because there are no more",
            wish.class, wish.cores
        );
        clamped.push(text);
    }
    if wish.memory > memory && memory > 0 {
        pool.memory = memory;
        let (has, wanted) = (memory >> 20, wish.memory >> 20);
        clamped.push(format!(
            "{} slots: {has} MiB each instead of {wanted}, because no more is left beside the system",
            wish.class
        ));
    }
}

fn count_by_memory(wanted: u32, each: u64, memory: u64) -> u32 {
    let fit = memory.checked_div(each).unwrap_or(u64::MAX);
    wanted.min(u32::try_from(fit).unwrap_or(u32::MAX))
}

/// Takes whole cores from one socket, so that a slot shares neither a core nor a socket's cache with another.
/// The socket with the most cores left gives first; only if none has enough is a slot spread over several.
fn take_threads(cores: &mut [VecDeque<Vec<u32>>], wanted: u32) -> Option<Vec<u32>> {
    let wanted = wanted as usize;
    let threads_in = |socket: &VecDeque<Vec<u32>>| socket.iter().map(Vec::len).sum::<usize>();
    if cores.iter().map(threads_in).sum::<usize>() < wanted || wanted == 0 {
        return None;
    }
    let largest = cores.iter().map(threads_in).max().unwrap_or(0);
    let first = cores.iter().position(|socket| threads_in(socket) == largest).unwrap_or(0);
    let mut taken = Vec::new();
    let socket_count = cores.len();
    for step in 0..socket_count {
        let socket = &mut cores[(first + step) % socket_count];
        while taken.len() < wanted {
            let Some(core) = socket.pop_front() else { break };
            taken.extend(core);
        }
    }
    // An odd wish leaves a thread of the last core idle rather than give it to a stranger.
    taken.truncate(wanted);
    taken.sort_unstable();
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::Thread;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    /// Two sockets of 14 cores with two threads each; `interleaved`: even numbers on the first socket, as most
    /// two-socket boards count, siblings 28 apart.
    fn two_sockets(interleaved: bool) -> Topology {
        let thread = |cpu: u32| {
            let physical = cpu % 28;
            let (socket, core) =
                if interleaved { (physical % 2, physical / 2) } else { (physical / 14, physical % 14) };
            Thread { cpu, core, socket }
        };
        Topology::new((0..56).map(thread).collect())
    }

    fn standard(wanted: u32) -> Wish {
        let size = SlotClass::Standard.default_size();
        let (memory, disk) = (size.memory_bytes, size.disk_bytes);
        Wish { class: SlotClass::Standard, wanted, cores: 4, memory, pids: size.pids, disk, own_cores: true }
    }

    fn burst(wanted: u32) -> Wish {
        let size = SlotClass::Burst.default_size();
        let (memory, disk) = (size.memory_bytes, size.disk_bytes);
        Wish { class: SlotClass::Burst, wanted, cores: 1, memory, pids: size.pids, disk, own_cores: false }
    }

    #[test]
    fn the_rack_gets_thirteen_standard_slots_and_four_threads_for_burst() {
        for interleaved in [true, false] {
            let topology = two_sockets(interleaved);
            let plan = plan(&[standard(13), burst(16)], &topology, 128 * GIB);
            assert_eq!(plan.clamped, Vec::<String>::new());
            assert_eq!(plan.pools.iter().map(|pool| pool.count).collect::<Vec<_>>(), [13, 16]);
            let sockets = topology.sockets().into_iter().map(|cores| cores.concat()).collect::<Vec<_>>();
            let on = |socket: usize| {
                let all_on = |set: &&Vec<u32>| set.iter().all(|cpu| sockets[socket].contains(cpu));
                plan.pools[0].cpusets.iter().filter(all_on).count()
            };
            assert_eq!((on(0), on(1)), (7, 6));
            assert_eq!(plan.pools[1].cpusets.concat().len(), 4);
            for set in &plan.pools[0].cpusets {
                assert!(set.iter().all(|cpu| set.contains(&((cpu + 28) % 56))), "a core is split: {set:?}");
            }
        }
    }

    #[test]
    fn a_small_machine_gets_what_fits_and_says_so() {
        let table = "# CPU,Core,Socket\n0,0,0\n1,1,0\n";
        let topology = Topology::from_table(table).expect("table");
        let plan = plan(&[standard(13), burst(16)], &topology, 24 * GIB);
        assert_eq!((plan.pools[0].count, plan.pools[0].cores), (1, 2));
        assert_eq!(plan.pools[1].count, 16);
        assert_eq!(
            plan.clamped,
            [
                "standard slots: 2 cores each instead of 4, because there are no more",
                "standard slots: 1 instead of 13, because the machine's threads do not suffice for more with 2 cores \
                 and 8192 MiB each",
                "burst slots: they share all 2 threads, because none is left for them alone",
            ]
        );
    }

    #[test]
    fn memory_limits_both_kinds() {
        let plan = plan(&[standard(13), burst(100)], &two_sockets(true), 32 * GIB);
        assert_eq!(plan.pools[0].count, 3);
        assert_eq!(plan.pools[1].count, 32);
        assert_eq!(plan.clamped.len(), 2);
    }

    #[test]
    fn an_unknown_machine_still_gets_its_shared_slots() {
        let plan = plan(&[burst(3)], &Topology::new(Vec::new()), 8 * GIB);
        assert_eq!((plan.pools[0].count, plan.clamped.len()), (3, 0));
    }

    proptest! {
        #[test]
        fn no_thread_is_given_twice(wanted in 0_u32..80, cores in 1_u32..60, memory in 0_u64..300) {
            let wish = Wish { cores, ..standard(wanted) };
            let plan = plan(&[wish, burst(5)], &two_sockets(true), memory * GIB);
            let sets = plan.pools.iter().flat_map(|pool| pool.cpusets.concat()).collect::<Vec<_>>();
            prop_assert_eq!(sets.iter().collect::<BTreeSet<_>>().len(), sets.len());
            prop_assert!(plan.pools[0].count <= wanted);
            prop_assert!(plan.pools[0].cpusets.iter().all(|set| set.len() == plan.pools[0].cores as usize));
            let used = plan.pools[0].memory * u64::from(plan.pools[0].count);
            prop_assert!(used <= memory * GIB);
        }
    }
}
