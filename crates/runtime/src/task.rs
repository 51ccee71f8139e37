//! Background tasks that end with their owner.

use std::future::Future;

use tokio_util::task::AbortOnDropHandle;

/// A task that is aborted when the handle is dropped.
pub(crate) type Task = AbortOnDropHandle<()>;

/// Starts a task that lives no longer than its handle.
// A driver has no shutdown of its own to join on: its tasks only watch, and may be cut off anywhere.
#[allow(clippy::disallowed_methods)]
pub(crate) fn start(work: impl Future<Output = ()> + Send + 'static) -> Task {
    AbortOnDropHandle::new(tokio::spawn(work))
}
