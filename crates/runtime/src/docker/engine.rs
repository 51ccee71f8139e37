//! Calls to the engine: each with a name, a deadline and a typed error; a fresh client after the engine was gone.

use std::future::Future;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use bollard::errors::Error;
use bollard::{API_DEFAULT_VERSION, Docker};

use crate::RuntimeError;

/// One kind of call and how long it may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    name: &'static str,
    limit: Duration,
}

impl Call {
    /// How long it may take.
    pub(super) const fn limit(self) -> Duration {
        self.limit
    }

    const fn new(name: &'static str, seconds: u64) -> Self {
        Self { name, limit: Duration::from_secs(seconds) }
    }
}

/// Answers from memory: an engine that can't within this is as good as gone.
pub(super) const PING: Call = Call::new("ping", 3);
/// Walks all containers, so a loaded engine needs a while.
pub(super) const INFO: Call = Call::new("info", 10);
/// As above.
pub(super) const LIST: Call = Call::new("list", 15);
/// One container from memory, behind that container's lock.
pub(super) const INSPECT: Call = Call::new("inspect", 10);
/// 4 to 26 ms measured; longer when a hundred are made at once on a slow disk.
pub(super) const CREATE: Call = Call::new("create", 30);
/// 50 to 270 ms measured each; a pool of a hundred queues in the engine.
pub(super) const START: Call = Call::new("start", 45);
/// Only where we may not signal a process ourselves.
pub(super) const KILL: Call = Call::new("kill", 15);
/// 24 to 166 ms measured each; 200 at once took Docker 12 s.
pub(super) const REMOVE: Call = Call::new("remove", 90);

/// The engine behind one unix socket.
#[derive(Debug)]
pub(super) struct Engine {
    socket: PathBuf,
    client: Mutex<Option<Docker>>,
}

impl Engine {
    pub(super) fn new(socket: PathBuf) -> Self {
        Self { socket, client: Mutex::new(None) }
    }

    /// A client; cheap to clone, made anew after the engine was unreachable.
    pub(super) fn client(&self) -> Result<Docker, RuntimeError> {
        let mut held = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = &*held {
            return Ok(client.clone());
        }
        let longest = REMOVE.limit.as_secs();
        // Paths go out without a version, so each engine answers in its own.
        let path = self.socket.to_string_lossy();
        let client = Docker::connect_with_unix(&path, longest, API_DEFAULT_VERSION)
            .map_err(|error| self.unreachable(error))?;
        *held = Some(client.clone());
        Ok(client)
    }

    /// Makes one call within its time limit.
    pub(super) async fn call<T, F>(
        &self,
        call: Call,
        object: &str,
        make: impl FnOnce(Docker) -> F,
    ) -> Result<T, RuntimeError>
    where
        F: Future<Output = Result<T, Error>>,
    {
        let client = self.client()?;
        let Ok(answer) = tokio::time::timeout(call.limit, make(client)).await else {
            self.forget();
            let object = object.to_owned();
            return Err(RuntimeError::Deadline { call: call.name, object, limit: call.limit });
        };
        answer.map_err(|error| self.classify(call, object, error))
    }

    fn classify(&self, call: Call, object: &str, error: Error) -> RuntimeError {
        let refused = |status, error: Error| RuntimeError::EngineRefused {
            call: call.name,
            object: object.to_owned(),
            status,
            source: Box::new(error),
        };
        match error {
            Error::DockerResponseServerError { status_code, .. } => refused(Some(status_code), error),
            Error::JsonDataError { .. } | Error::JsonSerdeError { .. } | Error::StrParseError { .. } => {
                refused(None, error)
            }
            error => {
                self.forget();
                self.unreachable(error)
            }
        }
    }

    fn unreachable(&self, error: Error) -> RuntimeError {
        RuntimeError::EngineUnreachable {
            endpoint: self.socket.display().to_string(),
            source: Box::new(error),
        }
    }

    /// Pooled connections to an engine that went away would fail once more each.
    fn forget(&self) {
        *self.client.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// The HTTP status with which the engine refused, if it did.
pub(super) fn refusal(error: &RuntimeError) -> Option<u16> {
    match error {
        RuntimeError::EngineRefused { status, .. } => *status,
        _ => None,
    }
}

/// What the engine said when it refused.
pub(super) fn refusal_text(error: &RuntimeError) -> String {
    match error {
        RuntimeError::EngineRefused { source, .. } => source.to_string(),
        _ => String::new(),
    }
}
