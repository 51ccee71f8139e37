//! Repositories copied from elsewhere, by git over http(s).
//!
//! Whoever imports chooses the address, so nothing about the other side is trusted: where it may be (`address`), what it
//! may redirect to (`source`), how much it may send and for how long (`run`).
//!
//! Imports live in memory, and their beginnings and ends in the store. A restart ends those that run: what the other
//! side asked for is kept nowhere, so they can't go on. Their owner is told, and nothing of them is left on disk.

pub mod address;
mod config;
mod run;
mod source;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use carrel_ids::UserId;
use carrel_proto::code::ServiceCode;
use carrel_service::{Chain, ServiceError};
use tokio_util::sync::CancellationToken;

use crate::git::GitError;
use crate::names::RepositoryPath;
use crate::state::SharedState;
pub use crate::store::ImportStanding as Standing;
use crate::store::{ImportRecord, SharedStore, StoreError};
pub use config::ImportConfig;
pub use source::{Resolve, Source, SystemResolve};

/// Imports of one person at once.
const PER_USER_MAX: usize = 2;

/// How long one that has ended stays listed, in milliseconds.
const KEPT_MS: i64 = 3_600_000;

/// Imports remembered at once, the oldest that ended go first: each takes some 500 bytes.
const REMEMBERED_MAX: u32 = 500;

/// Why an import was refused or failed. Shown to whoever asked for it.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Not an address.
    #[error("this address can't be imported: {why}")]
    Url {
        /// What is wrong with it.
        why: &'static str,
    },
    /// The name leads nowhere.
    #[error("there is no host {host}; check the address")]
    NoHost {
        /// The host.
        host: String,
    },
    /// The address is not public.
    #[error("{host} is not a public address; the owner of this rack can allow it in git.import.allow")]
    Private {
        /// The host.
        host: String,
    },
    /// A redirect that is not followed.
    #[error(
        "the address leads somewhere else, which is no repository that may be read; give its final address"
    )]
    Redirect,
    /// Too many redirects.
    #[error("the address leads in circles; give its final address")]
    Redirects,
    /// Credentials are needed or wrong.
    #[error("the other side asks for a name and a password (or an access token); check both")]
    Login,
    /// Nothing there.
    #[error("there is no repository at this address, or it needs a name and a password")]
    NotThere,
    /// No answer.
    #[error("{host} does not answer; try again later")]
    NoAnswer {
        /// The host and port.
        host: String,
    },
    /// Its certificate.
    #[error("{host} does not prove who it is: its certificate is not accepted")]
    Certificate {
        /// The host and port.
        host: String,
    },
    /// It speaks, but no git.
    #[error("the other side gave no git repository: {said}")]
    Failed {
        /// What git said.
        said: String,
    },
    /// There is nothing in it.
    #[error("the repository there has no branch yet; create an empty one here instead")]
    Empty,
    /// Too large.
    #[error("the repository is larger than {limit} bytes, the limit for imports here")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Too slow.
    #[error("it took longer than {seconds} s, the limit for imports here")]
    TooSlow {
        /// The limit.
        seconds: u64,
    },
    /// Too many at once.
    #[error("{PER_USER_MAX} of your imports are running; wait for one of them, or stop one")]
    TooMany,
    /// Too many of everybody's.
    #[error("too many imports at this moment; try again in a few minutes")]
    Busy,
    /// Closed.
    #[error("imports are closed here; push the repository instead")]
    Closed,
    /// No such import.
    #[error("there is no such import; those that ended are listed for an hour")]
    Missing,
    /// The daemon stops.
    #[error("the service was restarted meanwhile; start the import again")]
    Stopping,
    /// Stopped by its owner.
    #[error("stopped")]
    Cancelled,
    /// Our own side.
    #[error(transparent)]
    Git(#[from] GitError),
    /// Our own side.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServiceError for ImportError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Url { .. } | Self::NoHost { .. } => ServiceCode::InvalidArgument,
            Self::Private { .. } | Self::Closed => ServiceCode::PermissionDenied,
            Self::Missing => ServiceCode::NotFound,
            Self::TooMany | Self::Busy => ServiceCode::ResourceExhausted,
            Self::TooLarge { .. } => ServiceCode::TooLarge,
            Self::TooSlow { .. } => ServiceCode::DeadlineExceeded,
            Self::Stopping => ServiceCode::Unavailable,
            Self::Git(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::Redirect
            | Self::Redirects
            | Self::Login
            | Self::NotThere
            | Self::NoAnswer { .. }
            | Self::Certificate { .. }
            | Self::Failed { .. }
            | Self::Empty
            | Self::Cancelled => ServiceCode::FailedPrecondition,
        }
    }
}

/// An import as its owner sees it.
#[derive(Debug, Clone)]
pub struct Import {
    /// What is kept of it.
    pub record: ImportRecord,
    /// Of the present step.
    pub percent: u32,
    stop: CancellationToken,
}

/// What is asked for.
pub struct Asked {
    /// Who asks.
    pub user: UserId,
    /// The new repository.
    pub path: RepositoryPath,
    /// From where.
    pub source: Source,
    /// For the other side; empty for none.
    pub name: String,
    /// For the other side.
    pub password: String,
}

/// All imports.
pub struct Imports {
    config: ImportConfig,
    resolve: Arc<dyn Resolve>,
    held: Mutex<VecDeque<Import>>,
}

impl Imports {
    /// What is remembered. Those that ran when the daemon ended have failed, unless their repository came about: the last
    /// step may have been done and not noted.
    pub async fn load(
        config: ImportConfig,
        resolve: Arc<dyn Resolve>,
        store: &SharedStore,
        now: i64,
    ) -> Result<Self, StoreError> {
        let mut held = VecDeque::new();
        for mut record in store.imports(REMEMBERED_MAX).await? {
            if record.standing == Standing::Running {
                let there = store.repository(&record.path).await?;
                let came = there.is_some_and(|it| it.created_at >= record.started_at);
                (record.standing, record.detail) = match came {
                    true => (Standing::Done, String::new()),
                    false => (Standing::Failed, ImportError::Stopping.to_string()),
                };
                record.ended_at = now;
                store.put_import(&record, now - KEPT_MS).await?;
            }
            if is_kept(&record, now) {
                held.push_back(Import { record, percent: 0, stop: CancellationToken::new() });
            }
        }
        Ok(Self { config, resolve, held: Mutex::new(held) })
    }

    /// Starts one. The caller may create the repository; that it is not there yet was checked.
    pub async fn start(&self, state: &SharedState, asked: Asked) -> Result<Import, ImportError> {
        if !self.config.open {
            return Err(ImportError::Closed);
        }
        let now = state.now_ms();
        let record = ImportRecord {
            id: format!("{:032x}", state.random.u128()),
            user_id: asked.user.clone(),
            path: asked.path.clone(),
            url: asked.source.to_string(),
            standing: Standing::Running,
            detail: "asking the other side".to_owned(),
            bytes: 0,
            started_at: now,
            ended_at: 0,
        };
        let import = Import { record, percent: 0, stop: CancellationToken::new() };
        self.admit(import.clone(), now)?;
        let (shared, id, stop) = (state.clone(), import.record.id.clone(), import.stop.clone());
        // In a task from here on: whoever asked may hang up while it is being noted.
        let (noted, was_noted) = tokio::sync::oneshot::channel();
        state.tasks.spawn("import", async move {
            if let Err(error) = shared.imports.note(&shared, &id).await {
                shared.imports.held().retain(|it| it.record.id != id);
                let _ = noted.send(Err(error));
                return;
            }
            let _ = noted.send(Ok(()));
            let outcome = tokio::select! {
                outcome = run::run(&shared, &id, &asked) => outcome,
                () = stop.cancelled() => Err(ImportError::Cancelled),
                () = shared.shutdown.requested() => Err(ImportError::Stopping),
            };
            shared.imports.end(&id, outcome, shared.now_ms());
            if let Err(error) = shared.imports.note(&shared, &id).await {
                // The next start finds it running and says what became of it.
                tracing::warn!(error = %Chain(&error), import = id, "note the end of an import");
            }
        });
        was_noted.await.map_err(|_| ImportError::Stopping)??;
        Ok(import)
    }

    fn admit(&self, import: Import, now: i64) -> Result<(), ImportError> {
        let mut held = self.held();
        held.retain(|it| is_kept(&it.record, now));
        let running = || held.iter().map(|it| &it.record).filter(|it| it.standing == Standing::Running);
        if running().filter(|it| it.user_id == import.record.user_id).count() >= PER_USER_MAX {
            return Err(ImportError::TooMany);
        }
        if running().count() >= self.config.concurrent_max {
            return Err(ImportError::Busy);
        }
        if held.len() >= REMEMBERED_MAX as usize
            && let Some(oldest) = held.iter().rposition(|it| it.record.standing != Standing::Running)
        {
            held.remove(oldest);
        }
        held.push_front(import);
        Ok(())
    }

    /// A user's imports, newest first.
    pub fn list(&self, user: &UserId) -> Vec<Import> {
        self.held().iter().filter(|it| it.record.user_id == *user).cloned().collect()
    }

    /// Stops one of a user's.
    pub fn cancel(&self, user: &UserId, id: &str) -> Result<Import, ImportError> {
        let is_it = |it: &&Import| it.record.user_id == *user && it.record.id == id;
        let import = self.held().iter().find(is_it).cloned().ok_or(ImportError::Missing)?;
        import.stop.cancel();
        Ok(import)
    }

    fn change(&self, id: &str, change: impl FnOnce(&mut Import)) {
        if let Some(import) = self.held().iter_mut().find(|it| it.record.id == id) {
            change(import);
        }
    }

    fn end(&self, id: &str, outcome: Result<(), ImportError>, now: i64) {
        let (standing, detail) = match outcome {
            Ok(()) => (Standing::Done, String::new()),
            Err(error @ ImportError::Cancelled) => (Standing::Cancelled, error.to_string()),
            Err(error) => {
                if error.code().http().is_server_error() && !matches!(error, ImportError::Stopping) {
                    tracing::error!(error = %Chain(&error), "import a repository");
                }
                (Standing::Failed, error.public())
            }
        };
        self.change(id, |import| {
            import.record.standing = standing;
            import.record.detail = detail;
            import.record.ended_at = now;
        });
    }

    /// Writes down how one stands.
    async fn note(&self, state: &SharedState, id: &str) -> Result<(), StoreError> {
        let record = self.held().iter().find(|it| it.record.id == id).map(|it| it.record.clone());
        match record {
            Some(record) => state.store.put_import(&record, state.now_ms() - KEPT_MS).await,
            None => Ok(()),
        }
    }

    fn held(&self) -> std::sync::MutexGuard<'_, VecDeque<Import>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_kept(record: &ImportRecord, now: i64) -> bool {
    record.standing == Standing::Running || record.ended_at.saturating_add(KEPT_MS) > now
}
