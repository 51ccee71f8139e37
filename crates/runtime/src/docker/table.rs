//! What the driver remembers of its slots, so that a kill needs no engine and an exit is told once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use carrel_ids::SlotId;
use tokio::time::Instant;

use super::container::Inspected;
use crate::cgroup::CgroupPath;
use crate::procfs;
use crate::{FoundState, RuntimeEvent};

/// One shortage of memory can make the kernel and the engine speak thousands of times.
const OOM_QUIET: Duration = Duration::from_secs(5);
/// Exit code of a process ended by SIGKILL, which is what the kernel uses too.
const KILLED_CODE: i32 = 137;

/// A running slot as far as the kernel is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alive {
    pub(super) pid: u32,
    pub(super) cgroup: CgroupPath,
}

#[derive(Debug)]
struct Entry {
    container: String,
    alive: Option<Alive>,
    /// `create` has not seen it run yet; while that creation lasts, an exit is held back.
    starting: bool,
    early_exit: Option<i32>,
    ended: bool,
    killed_by_us: bool,
    oom_at: Option<Instant>,
}

impl Entry {
    fn new(container: String, alive: Option<Alive>) -> Self {
        Self {
            container,
            alive,
            starting: false,
            early_exit: None,
            ended: false,
            killed_by_us: false,
            oom_at: None,
        }
    }
}

/// A slot's place in the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    Running {
        container: String,
        alive: Alive,
    },
    /// The engine says that it runs, but we have not seen its process: it died just now, or it is hidden from us.
    Unseen {
        container: String,
    },
    Ended {
        container: String,
    },
}

/// What an end of a slot means.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Tell it.
    Tell(RuntimeEvent),
    /// It looks like the kernel's doing; wait a moment for word of it.
    Suspicious,
    /// Known already, or not ours.
    Old,
}

#[derive(Debug, Default)]
pub(super) struct Table {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    slots: BTreeMap<SlotId, Entry>,
    creating: BTreeSet<SlotId>,
}

/// Marks a slot as being created, until dropped.
#[derive(Debug)]
pub(super) struct Creating<'a> {
    table: &'a Table,
    slot: SlotId,
}

impl Drop for Creating<'_> {
    fn drop(&mut self) {
        self.table.lock().creating.remove(&self.slot);
    }
}

impl Table {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // No code that may panic runs under this lock.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `None` when it is being created already.
    pub(super) fn begin(&self, slot: &SlotId) -> Option<Creating<'_>> {
        let fresh = self.lock().creating.insert(slot.clone());
        fresh.then(|| Creating { table: self, slot: slot.clone() })
    }

    pub(super) fn is_creating(&self, slot: &SlotId) -> bool {
        self.lock().creating.contains(slot)
    }

    /// A container exists for the slot; it is about to be started.
    pub(super) fn born(&self, slot: &SlotId, container: String) {
        let entry = Entry { starting: true, ..Entry::new(container, None) };
        self.lock().slots.insert(slot.clone(), entry);
    }

    /// The slot's container has been started and seen in this state; its exit, if it has ended already.
    pub(super) fn started(&self, seen: &Inspected) -> Option<RuntimeEvent> {
        let mut inner = self.lock();
        let entry = inner.slots.get_mut(&seen.slot)?;
        entry.starting = false;
        let (mut code, mut oom) = (entry.early_exit, entry.oom_at.is_some());
        match seen.state {
            FoundState::Running { pid } => entry.alive = alive(pid, &seen.container),
            FoundState::Dead { code: exit, oom: oom_killed } => {
                code = exit.or(code).or(Some(0));
                oom |= oom_killed;
            }
        }
        entry.ended = code.is_some();
        let oom = oom && code == Some(KILLED_CODE);
        entry.ended.then(|| RuntimeEvent::Exited { slot: seen.slot.clone(), code, oom })
    }

    pub(super) fn forget(&self, slot: &SlotId) {
        self.lock().slots.remove(slot);
    }

    pub(super) fn known(&self, slot: &SlotId) -> Option<Known> {
        let inner = self.lock();
        let entry = inner.slots.get(slot)?;
        let container = entry.container.clone();
        match (&entry.alive, entry.ended) {
            (_, true) => Some(Known::Ended { container }),
            (Some(alive), false) => Some(Known::Running { container, alive: alive.clone() }),
            (None, false) if entry.starting && inner.creating.contains(slot) => None,
            (None, false) => Some(Known::Unseen { container }),
        }
    }

    /// The slots that are alive as far as we know.
    pub(super) fn running(&self) -> Vec<SlotId> {
        let inner = self.lock();
        inner.slots.iter().filter(|(_, entry)| !entry.ended).map(|(slot, _)| slot.clone()).collect()
    }

    pub(super) fn mark_killed(&self, slot: &SlotId) {
        if let Some(entry) = self.lock().slots.get_mut(slot) {
            entry.killed_by_us = true;
        }
    }

    /// Takes over what an inspection says; the exit to tell, if it is news about a slot we thought alive.
    pub(super) fn observe(&self, seen: &Inspected) -> Option<RuntimeEvent> {
        let alive = match seen.state {
            FoundState::Running { pid } => alive(pid, &seen.container),
            FoundState::Dead { .. } => None,
        };
        let mut inner = self.lock();
        if inner.creating.contains(&seen.slot) {
            // `create` will say how that goes.
            return None;
        }
        let known = inner.slots.get_mut(&seen.slot).filter(|known| known.container == seen.container);
        let Some(entry) = known else {
            let ended = !seen.state.is_running();
            let entry = Entry { ended, ..Entry::new(seen.container.clone(), alive) };
            inner.slots.insert(seen.slot.clone(), entry);
            return None;
        };
        match seen.state {
            FoundState::Running { .. } => {
                // A process that is gone already has an exit on its way to us.
                if alive.is_some() && !entry.ended {
                    entry.alive = alive;
                }
                None
            }
            FoundState::Dead { code, oom } => {
                let news = !std::mem::replace(&mut entry.ended, true);
                let oom = oom && !entry.killed_by_us && code == Some(KILLED_CODE);
                news.then(|| RuntimeEvent::Exited { slot: seen.slot.clone(), code, oom })
            }
        }
    }

    /// A container of the slot has ended.
    pub(super) fn ended(&self, slot: &SlotId, container: &str, code: i32) -> Ending {
        let mut inner = self.lock();
        let creating = inner.creating.contains(slot);
        let Some(entry) = inner.slots.get_mut(slot).filter(|entry| entry.container == container) else {
            return Ending::Old;
        };
        if entry.ended {
            return Ending::Old;
        }
        if entry.starting && creating {
            entry.early_exit = Some(code);
            return Ending::Old;
        }
        let oom = code == KILLED_CODE && !entry.killed_by_us && entry.oom_at.is_some();
        if code == KILLED_CODE && !entry.killed_by_us && !oom {
            return Ending::Suspicious;
        }
        entry.ended = true;
        Ending::Tell(RuntimeEvent::Exited { slot: slot.clone(), code: Some(code), oom })
    }

    /// The moment for word of the kernel is over.
    pub(super) fn ended_after_all(&self, slot: &SlotId, oom: bool) -> Option<RuntimeEvent> {
        let mut inner = self.lock();
        let entry = inner.slots.get_mut(slot)?;
        let oom = (oom || entry.oom_at.is_some()) && !entry.killed_by_us;
        let news = !std::mem::replace(&mut entry.ended, true);
        news.then(|| RuntimeEvent::Exited { slot: slot.clone(), code: Some(KILLED_CODE), oom })
    }

    /// The container of a slot is gone without a trace.
    pub(super) fn vanished(&self, slot: &SlotId) -> Option<RuntimeEvent> {
        let mut inner = self.lock();
        if inner.creating.contains(slot) {
            return None;
        }
        let entry = inner.slots.get_mut(slot)?;
        let news = !std::mem::replace(&mut entry.ended, true);
        let code = entry.killed_by_us.then_some(KILLED_CODE);
        news.then(|| RuntimeEvent::Exited { slot: slot.clone(), code, oom: false })
    }

    /// As `vanished`, if it still is this container.
    pub(super) fn vanished_container(&self, slot: &SlotId, container: &str) -> Option<RuntimeEvent> {
        let ours = self.lock().slots.get(slot).is_some_and(|entry| entry.container == container);
        ours.then(|| self.vanished(slot)).flatten()
    }

    /// The kernel killed a process of the slot; the event to tell unless it was told just now.
    pub(super) fn out_of_memory(&self, slot: &SlotId, now: Instant) -> Option<RuntimeEvent> {
        let mut inner = self.lock();
        let entry = inner.slots.get_mut(slot)?;
        if entry.oom_at.is_some_and(|at| now.duration_since(at) < OOM_QUIET) {
            return None;
        }
        entry.oom_at = Some(now);
        Some(RuntimeEvent::OutOfMemory { slot: slot.clone() })
    }
}

/// The kernel's view of a container's first process; `None` when it is dead already, which the engine learns a little
/// later, or when its number is another's by now.
pub(super) fn alive(pid: u32, container: &str) -> Option<Alive> {
    procfs::stat(pid).filter(procfs::Stat::is_alive)?;
    let cgroup = CgroupPath::parse(&procfs::cgroups(pid)?)?;
    cgroup.belongs_to(container).then_some(Alive { pid, cgroup })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot() -> SlotId {
        "sl-1".parse().expect("id")
    }

    fn started(container: &str) -> Table {
        let table = Table::default();
        table.born(&slot(), container.to_owned());
        let state = FoundState::Running { pid: u32::MAX };
        assert_eq!(table.started(&Inspected::bare(container, slot(), state)), None);
        table
    }

    fn exited(code: i32, oom: bool) -> RuntimeEvent {
        RuntimeEvent::Exited { slot: slot(), code: Some(code), oom }
    }

    #[tokio::test]
    async fn a_flood_of_oom_is_told_once_and_colours_the_exit() {
        let table = started("c");
        let now = Instant::now();
        let told: Vec<_> = (0..3_998).filter_map(|_| table.out_of_memory(&slot(), now)).collect();
        assert_eq!(told, [RuntimeEvent::OutOfMemory { slot: slot() }]);
        assert!(table.out_of_memory(&slot(), now + OOM_QUIET).is_some());
        assert_eq!(table.ended(&slot(), "c", 137), Ending::Tell(exited(137, true)));
        assert_eq!(table.ended(&slot(), "c", 137), Ending::Old);
    }

    #[tokio::test]
    async fn our_own_kill_is_never_called_oom() {
        let table = started("c");
        table.out_of_memory(&slot(), Instant::now());
        table.mark_killed(&slot());
        assert_eq!(table.ended(&slot(), "c", 137), Ending::Tell(exited(137, false)));
    }

    #[tokio::test]
    async fn word_of_oom_may_come_after_the_end() {
        let table = started("c");
        assert_eq!(table.ended(&slot(), "c", 137), Ending::Suspicious);
        table.out_of_memory(&slot(), Instant::now());
        assert_eq!(table.ended_after_all(&slot(), false), Some(exited(137, true)));
        assert_eq!(table.ended_after_all(&slot(), false), None);
        assert_eq!(table.vanished(&slot()), None);
    }

    #[test]
    fn an_end_of_another_container_is_not_ours() {
        let table = started("new");
        assert_eq!(table.ended(&slot(), "old", 0), Ending::Old);
        assert_eq!(table.ended(&slot(), "new", 3), Ending::Tell(exited(3, false)));
    }

    #[test]
    fn an_exit_before_create_returns_is_held_back() {
        let table = Table::default();
        let _creating = table.begin(&slot());
        table.born(&slot(), "c".to_owned());
        assert_eq!(table.ended(&slot(), "c", 4), Ending::Old);
        let state = FoundState::Running { pid: u32::MAX };
        assert_eq!(table.started(&Inspected::bare("c", slot(), state)), Some(exited(4, false)));
        assert_eq!(table.ended(&slot(), "c", 4), Ending::Old);
    }

    #[test]
    fn an_exit_after_a_creation_that_was_given_up_is_told() {
        let table = Table::default();
        let creating = table.begin(&slot());
        table.born(&slot(), "c".to_owned());
        drop(creating);
        assert_eq!(table.known(&slot()), Some(Known::Unseen { container: "c".to_owned() }));
        assert_eq!(table.ended(&slot(), "c", 4), Ending::Tell(exited(4, false)));
    }

    #[test]
    fn one_creation_at_a_time() {
        let table = Table::default();
        let first = table.begin(&slot()).expect("free");
        assert!(table.begin(&slot()).is_none());
        assert!(table.is_creating(&slot()));
        assert_eq!(table.vanished(&slot()), None);
        drop(first);
        assert!(table.begin(&slot()).is_some());
    }
}
