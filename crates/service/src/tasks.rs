//! Background tasks with names, joined on shutdown; those that overrun are named in the log.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt as _;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;
use tracing::{Instrument as _, error, error_span};

use crate::error::{Chain, RunError};
use crate::shutdown::Shutdown;

/// The tasks of a daemon. Clones share them.
#[derive(Clone)]
pub struct Tasks {
    inner: Arc<Inner>,
}

struct Inner {
    tracker: TaskTracker,
    shutdown: Shutdown,
    running: Mutex<Running>,
}

#[derive(Default)]
struct Running {
    next: u64,
    tasks: BTreeMap<u64, (&'static str, Option<AbortHandle>)>,
    /// Why a vital task stopped the daemon; the first one wins.
    failure: Option<RunError>,
}

/// Aborts its task when dropped.
#[derive(Debug)]
#[must_use = "dropping the guard aborts the task"]
pub struct TaskGuard(AbortHandle);

impl TaskGuard {
    /// Whether the task has ended.
    pub fn is_finished(&self) -> bool {
        self.0.is_finished()
    }
}

impl Drop for TaskGuard {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Tasks {
    /// No tasks yet; vital ones trigger this shutdown when they end early.
    pub fn new(shutdown: &Shutdown) -> Self {
        let inner =
            Inner { tracker: TaskTracker::new(), shutdown: shutdown.clone(), running: Mutex::default() };
        Self { inner: Arc::new(inner) }
    }

    /// Starts a task that should return soon after the shutdown was requested. A panic in it is logged.
    pub fn spawn<F>(&self, name: &'static str, future: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.start(name, future);
    }

    /// Starts a task without which the daemon is of no use: if it ends before the shutdown, the daemon stops,
    /// and if it ends with an error or a panic, the daemon fails.
    pub fn spawn_vital<F>(&self, name: &'static str, future: F)
    where
        F: Future<Output = Result<(), RunError>> + Send + 'static,
    {
        let tasks = self.clone();
        self.start(name, async move {
            let ended = AssertUnwindSafe(future).catch_unwind().await;
            let failure = match ended {
                Ok(Ok(())) => None,
                Ok(Err(failure)) => Some(failure),
                Err(panic) => {
                    Some(RunError::new(format!("task {name} panicked: {}", panic_text(panic.as_ref()))))
                }
            };
            if let Some(failure) = failure {
                error!(error = %Chain(&failure), task = name, "vital task failed");
                tasks.lock().failure.get_or_insert(failure);
            } else if !tasks.inner.shutdown.is_requested() {
                error!(task = name, "vital task ended early");
            }
            tasks.inner.shutdown.trigger();
        });
    }

    /// Starts a task that lives at most as long as the guard.
    pub fn guard<F>(&self, name: &'static str, future: F) -> TaskGuard
    where
        F: Future<Output = ()> + Send + 'static,
    {
        TaskGuard(self.start(name, future))
    }

    #[allow(clippy::disallowed_methods, reason = "the one place that starts tasks, so that all are joined")]
    fn start<F>(&self, name: &'static str, future: F) -> AbortHandle
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let id = {
            let mut running = self.lock();
            running.next += 1;
            let id = running.next;
            running.tasks.insert(id, (name, None));
            id
        };
        let entry = Entry { tasks: self.clone(), id };
        let body = async move {
            let _entry = entry;
            if let Err(panic) = AssertUnwindSafe(future).catch_unwind().await {
                error!(task = name, panic = panic_text(panic.as_ref()), "task panicked");
            }
        };
        let handle = self.inner.tracker.spawn(body.instrument(error_span!("task", name))).abort_handle();
        if let Some(slot) = self.lock().tasks.get_mut(&id) {
            slot.1 = Some(handle.clone());
        }
        handle
    }

    /// Waits until every task has ended, at most this long; aborts the rest, logs and returns their names.
    pub async fn drain(&self, limit: Duration) -> Vec<&'static str> {
        self.inner.tracker.close();
        if tokio::time::timeout(limit, self.inner.tracker.wait()).await.is_ok() {
            return Vec::new();
        }
        let overran: Vec<_> = {
            let running = self.lock();
            running.tasks.values().cloned().collect()
        };
        for (_, handle) in &overran {
            if let Some(handle) = handle {
                handle.abort();
            }
        }
        let names: Vec<_> = overran.iter().map(|(name, _)| *name).collect();
        error!(tasks = ?names, limit_secs = limit.as_secs_f64(), "tasks overran the drain");
        names
    }

    /// Why a vital task stopped the daemon, once.
    pub fn take_failure(&self) -> Option<RunError> {
        self.lock().failure.take()
    }

    /// The names of the tasks that run now.
    pub fn running(&self) -> Vec<&'static str> {
        self.lock().tasks.values().map(|(name, _)| *name).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Running> {
        self.inner.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Tasks").field(&self.running()).finish()
    }
}

/// Strikes its task off the list however the task ends, an abort included.
struct Entry {
    tasks: Tasks,
    id: u64,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.tasks.lock().tasks.remove(&self.id);
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("no text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[tokio::test]
    async fn drain_waits_for_those_that_finish() {
        let shutdown = Shutdown::new();
        let tasks = Tasks::new(&shutdown);
        let done = Arc::new(AtomicBool::new(false));
        let (flag, wait) = (done.clone(), shutdown.clone());
        tasks.spawn("polite", async move {
            wait.requested().await;
            flag.store(true, Ordering::SeqCst);
        });
        shutdown.trigger();
        assert!(tasks.drain(Duration::from_secs(10)).await.is_empty());
        assert!(done.load(Ordering::SeqCst));
    }

    #[tokio::test(start_paused = true)]
    async fn drain_names_those_that_overrun() {
        let tasks = Tasks::new(&Shutdown::new());
        tasks.spawn("stuck", std::future::pending());
        tasks.spawn("quick", async {});
        assert_eq!(tasks.drain(Duration::from_secs(1)).await, ["stuck"]);
    }

    #[tokio::test]
    async fn a_panic_is_contained_and_a_dropped_guard_aborts() {
        let tasks = Tasks::new(&Shutdown::new());
        tasks.spawn("clumsy", async { panic!("oops") });
        drop(tasks.guard("guarded", std::future::pending()));
        assert!(tasks.drain(Duration::from_secs(10)).await.is_empty());
    }

    #[tokio::test]
    async fn a_vital_task_that_fails_stops_the_daemon() {
        for panics in [false, true] {
            let shutdown = Shutdown::new();
            let tasks = Tasks::new(&shutdown);
            tasks.spawn_vital("core", async move {
                assert!(!panics, "broken");
                Err(RunError::new("read the ledger"))
            });
            shutdown.requested().await;
            tasks.drain(Duration::from_secs(10)).await;
            assert!(tasks.take_failure().is_some());
        }
    }
}
