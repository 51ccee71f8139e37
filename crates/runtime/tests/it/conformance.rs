//! What every runtime must do, whatever is behind it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use carrel_ids::SlotId;
use carrel_runtime::{
    EventStream, FoundSlot, FoundState, Killed, Limits, Runtime, RuntimeError, RuntimeEvent, SlotSpec,
};
use futures::StreamExt;

/// Nothing in these tests takes a tenth of this on an idle machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Makes the slot with this volume end.
pub type LetExit = Box<dyn Fn(&SlotId, &std::path::Path) + Send + Sync>;

/// A runtime under test and what the suite must know of it.
pub struct Subject {
    pub runtime: Arc<dyn Runtime>,
    /// A second driver on the same engine, as after a restart of the node.
    pub again: Box<dyn Fn() -> Arc<dyn Runtime> + Send + Sync>,
    pub image: String,
    pub link_dir: PathBuf,
    /// A command that stays until `let_exit`, then exits with 3.
    pub waiting: Option<Vec<String>>,
    pub let_exit: LetExit,
    /// Whether the exit code of a slot is still known to a second driver that saw it die.
    pub codes_survive: bool,
}

impl Subject {
    pub fn spec(&self) -> SlotSpec {
        SlotSpec {
            slot: fresh_slot(),
            class: "burst".to_owned(),
            image: self.image.clone(),
            limits: Limits {
                cpuset: Some(vec![0]),
                cpu_millicores: Some(1_000),
                memory_bytes: 64 << 20,
                pids: 64,
                disk_bytes: 32 << 20,
            },
            link_dir: self.link_dir.clone(),
            env: [("GREETING".to_owned(), "hello".to_owned())].into(),
            command: self.waiting.clone(),
            labels: [("pool".to_owned(), "a".to_owned())].into(),
        }
    }

    async fn find(&self, slot: &SlotId) -> Option<FoundSlot> {
        find(&*self.runtime, slot).await
    }
}

/// Looks again and again until there is something to see.
pub async fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let give_up = tokio::time::Instant::now() + PATIENCE;
    let mut ticks = tokio::time::interval(Duration::from_millis(5));
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(tokio::time::Instant::now() < give_up, "{what}");
        ticks.tick().await;
    }
}

pub fn fresh_slot() -> SlotId {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let nanos = std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos();
    SlotId::from_random((nanos << 40) ^ (u128::from(std::process::id()) << 12) ^ u128::from(count))
}

pub async fn find(runtime: &dyn Runtime, slot: &SlotId) -> Option<FoundSlot> {
    let found = runtime.list().await.expect("list");
    found.into_iter().find(|found| found.slot == *slot)
}

/// The next event about this slot's end.
pub async fn exit_of(events: &mut EventStream, wanted: &SlotId) -> (Option<i32>, bool) {
    let next = async {
        loop {
            match events.next().await.expect("the stream lives as long as the driver") {
                RuntimeEvent::Exited { slot, code, oom } if slot == *wanted => return (code, oom),
                _ => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, next).await.expect("an exit is told in time")
}

/// No second word about the end of this slot, as far as has been told by now.
pub async fn no_more_exits(runtime: &dyn Runtime, events: &mut EventStream, wanted: &SlotId) {
    // A round through the engine: what it had to say before has been said.
    runtime.list().await.expect("list");
    while let Ok(Some(event)) = tokio::time::timeout(Duration::ZERO, events.next()).await {
        assert!(
            !matches!(&event, RuntimeEvent::Exited { slot, .. } if slot == wanted),
            "told twice: {event:?}"
        );
    }
}

pub async fn life_of_a_slot(subject: &Subject) {
    let runtime = &subject.runtime;
    let info = runtime.check().await.expect("check");
    assert!(info.cpus > 0 && info.memory_bytes > 0, "{info:?}");
    let mut events = runtime.events();
    let spec = subject.spec();
    let slot = &spec.slot;

    let created = runtime.create(&spec).await.expect("create");
    assert!(created.pid > 0);
    let found = subject.find(slot).await.expect("listed");
    assert_eq!(found.state, FoundState::Running { pid: created.pid });
    assert_eq!((found.class.as_str(), &found.labels), ("burst", &spec.labels));
    assert_eq!(found.volume, created.volume);
    let stats = runtime.stats(slot).await.expect("stats");
    assert!(stats.pids >= 1, "{stats:?}");

    assert_eq!(runtime.kill(slot).await.expect("kill"), Killed::Now);
    assert_eq!(exit_of(&mut events, slot).await, (Some(137), false));
    assert_eq!(runtime.kill(slot).await.expect("kill again"), Killed::Before);
    let found = subject.find(slot).await.expect("a dead slot stays until removed");
    assert_eq!(found.state, FoundState::Dead { code: Some(137), oom: false });
    let refused = runtime.stats(slot).await;
    assert!(matches!(refused, Err(RuntimeError::NoSuchSlot { .. })), "{refused:?}");

    runtime.remove(slot).await.expect("remove");
    runtime.remove(slot).await.expect("remove again");
    assert_eq!(subject.find(slot).await, None);
    no_more_exits(&**runtime, &mut events, slot).await;
}

pub async fn a_running_slot_is_not_replaced(subject: &Subject) {
    let runtime = &subject.runtime;
    let spec = subject.spec();
    let first = runtime.create(&spec).await.expect("create");
    for driver in [Arc::clone(runtime), (subject.again)()] {
        let refused = driver.create(&spec).await;
        assert!(matches!(refused, Err(RuntimeError::SlotExists { .. })), "{refused:?}");
    }
    let found = subject.find(&spec.slot).await.expect("still there");
    assert_eq!(found.state, FoundState::Running { pid: first.pid });
    runtime.kill(&spec.slot).await.expect("kill");
    // The remains of a dead one are cleared.
    let second = runtime.create(&spec).await.expect("create over remains");
    let found = subject.find(&spec.slot).await.expect("there");
    assert_eq!(found.state, FoundState::Running { pid: second.pid });
    runtime.remove(&spec.slot).await.expect("remove while running");
    assert_eq!(subject.find(&spec.slot).await, None);
}

pub async fn the_unknown_is_no_fault(subject: &Subject) {
    let slot = fresh_slot();
    assert_eq!(subject.runtime.kill(&slot).await.expect("kill"), Killed::Unknown);
    subject.runtime.remove(&slot).await.expect("remove");
    let refused = subject.runtime.stats(&slot).await;
    assert!(matches!(refused, Err(RuntimeError::NoSuchSlot { .. })), "{refused:?}");
}

pub async fn an_exit_is_told_with_its_code(subject: &Subject) {
    let runtime = &subject.runtime;
    let mut events = runtime.events();
    let spec = subject.spec();
    let created = runtime.create(&spec).await.expect("create");
    (subject.let_exit)(&spec.slot, &created.volume);
    assert_eq!(exit_of(&mut events, &spec.slot).await, (Some(3), false));
    let found = subject.find(&spec.slot).await.expect("listed");
    assert_eq!(found.state, FoundState::Dead { code: Some(3), oom: false });
    runtime.remove(&spec.slot).await.expect("remove");
    no_more_exits(&**runtime, &mut events, &spec.slot).await;
}

pub async fn a_second_driver_adopts(subject: &Subject) {
    let (one, other) = (subject.spec(), subject.spec());
    let created = subject.runtime.create(&one).await.expect("create");
    let left = subject.runtime.create(&other).await.expect("create");
    subject.runtime.kill(&other.slot).await.expect("kill");

    let again = (subject.again)();
    let mut events = again.events();
    let found = find(&*again, &one.slot).await.expect("listed");
    assert_eq!(found.state, FoundState::Running { pid: created.pid });
    assert_eq!((found.class.as_str(), &found.labels), ("burst", &one.labels));
    assert_eq!(found.volume, created.volume);
    let dead = find(&*again, &other.slot).await.expect("the dead are listed too");
    assert!(matches!(dead.state, FoundState::Dead { oom: false, .. }), "{dead:?}");
    assert_eq!(dead.volume, left.volume);
    assert!(again.stats(&one.slot).await.expect("stats").pids >= 1);
    (subject.let_exit)(&one.slot, &created.volume);
    let (code, oom) = exit_of(&mut events, &one.slot).await;
    assert!(!oom && (code == Some(3) || !subject.codes_survive), "{code:?}");
    for spec in [one, other] {
        again.remove(&spec.slot).await.expect("remove");
        assert_eq!(find(&*again, &spec.slot).await, None);
    }
}

pub async fn thirteen_at_once(subject: &Subject) {
    let runtime = &subject.runtime;
    let mut events = runtime.events();
    let specs: Vec<_> = (0..13).map(|_| subject.spec()).collect();
    let created = futures::future::join_all(specs.iter().map(|spec| runtime.create(spec))).await;
    for created in created {
        created.expect("create");
    }
    let found = runtime.list().await.expect("list");
    for spec in &specs {
        let found = found.iter().find(|found| found.slot == spec.slot).expect("listed");
        assert!(found.state.is_running(), "{found:?}");
    }
    let killed = futures::future::join_all(specs.iter().map(|spec| runtime.kill(&spec.slot))).await;
    for killed in killed {
        assert_eq!(killed.expect("kill"), Killed::Now);
    }
    let mut left: Vec<_> = specs.iter().map(|spec| spec.slot.clone()).collect();
    while !left.is_empty() {
        let event = tokio::time::timeout(PATIENCE, events.next()).await.expect("in time");
        if let Some(RuntimeEvent::Exited { slot, code, .. }) = event {
            assert_eq!(code, Some(137));
            let place = left.iter().position(|other| *other == slot);
            left.remove(place.expect("told once, and only of ours"));
        }
    }
    let removed = futures::future::join_all(specs.iter().map(|spec| runtime.remove(&spec.slot))).await;
    for removed in removed {
        removed.expect("remove");
    }
}

/// One test per promise, so that each runs in a process of its own.
macro_rules! conformance {
    ($open:expr) => {
        conformance!(@each $open,
            life_of_a_slot, a_running_slot_is_not_replaced, the_unknown_is_no_fault,
            an_exit_is_told_with_its_code, a_second_driver_adopts, thirteen_at_once);
    };
    (@each $open:expr, $($name:ident),*) => {
        $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            // The world goes last, since it holds the folders.
            let Some((subject, _world)) = $open else { return };
            crate::conformance::$name(&subject).await;
        })*
    };
}
pub(crate) use conformance;
