//! What ends a command that stays.

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::error::{CliError, Doing};

/// SIGINT and SIGTERM.
pub struct Signals {
    int: Signal,
    term: Signal,
}

impl Signals {
    /// From now on they no longer end the process by themselves.
    pub fn new() -> Result<Self, CliError> {
        let listen = |kind| signal(kind).doing("listen to signals");
        Ok(Self { int: listen(SignalKind::interrupt())?, term: listen(SignalKind::terminate())? })
    }

    /// Resolves at the next one.
    pub async fn told(&mut self) {
        tokio::select! {
            _ = self.int.recv() => {}
            _ = self.term.recv() => {}
        }
    }
}
