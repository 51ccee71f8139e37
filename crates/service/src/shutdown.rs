//! The token that says "finish": set by SIGTERM or SIGINT, by a vital task that ended, or by a test.

use tokio_util::sync::CancellationToken;

/// Whether the daemon should finish. Clones share the answer.
#[derive(Debug, Clone, Default)]
pub struct Shutdown(CancellationToken);

impl Shutdown {
    /// Not requested yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks everyone who holds a clone (or a child) to finish.
    pub fn trigger(&self) {
        self.0.cancel();
    }

    /// Whether somebody asked.
    pub fn is_requested(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Returns once somebody asked.
    pub async fn requested(&self) {
        self.0.cancelled().await;
    }

    /// The token underneath, for APIs that want one.
    pub fn token(&self) -> CancellationToken {
        self.0.clone()
    }

    /// A part that finishes with the whole but can also be finished alone.
    #[must_use]
    pub fn child(&self) -> Self {
        Self(self.0.child_token())
    }
}

/// Triggers `shutdown` at the first SIGTERM or SIGINT, and ends the process at the second.
pub(crate) async fn on_signal(shutdown: Shutdown) -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut next = async || {
        tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        }
    };
    let signal = next().await;
    tracing::info!(signal, "shutdown requested");
    shutdown.trigger();
    let signal = next().await;
    tracing::warn!(signal, "second request: ending without the drain");
    std::process::exit(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_child_finishes_with_the_whole_and_not_the_other_way_round() {
        let whole = Shutdown::new();
        let part = whole.child();
        part.trigger();
        assert!(part.is_requested() && !whole.is_requested());
        let other = whole.child();
        whole.trigger();
        other.requested().await;
    }
}
