//! Tasks owned by the agent: started here, ended when it is dropped.

use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio::task::{AbortHandle, JoinSet};

/// A set of tasks that ends with its owner.
#[derive(Debug, Default)]
pub struct Background(Mutex<JoinSet<()>>);

impl Background {
    /// Starts a task.
    pub fn start(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Reap what ended, so that the set holds living tasks only.
        while set.try_join_next().is_some() {}
        set.spawn(task)
    }

    /// Ends all tasks. Some hold the set itself, so that dropping it is not enough.
    pub fn end(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).abort_all();
    }
}
