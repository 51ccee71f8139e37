//! What must survive: accounts, links, tokens, revocations, repositories, imports, sessions, fences, drain flags.
//!
//! A trait per part and [`Store`] for all of them; SQLite implements it, a PostgreSQL twin must pass the same suite
//! (`tests/it/store.rs`). Every change is on disk when its call returns.
//!
//! Invariant: rules that need two rows at once (the last admin, one use of a link, one session per request id,
//! a fence that only grows) hold inside one transaction here, not in the callers.

mod orchestration;
pub mod records;
mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;
use carrel_ids::{NodeId, SessionId, UserId};
use carrel_proto::code::ServiceCode;
use carrel_service::ServiceError;

use crate::names::{RepositoryPath, UserName};
pub use orchestration::{Decisions, OrchestratedSession, OrchestrationStore, QuarantineRecord, Remembered};
pub use records::*;
pub use sqlite::SqliteStore;

/// The store as everybody holds it.
pub type SharedStore = Arc<dyn Store>;

/// The most tokens of one user that may be valid at a time: far above one per device and script, and small
/// enough to revoke one by one in a single transaction.
pub const LIVE_TOKENS_MAX: i64 = 1_000;

/// The most rows that any list returns at once.
pub const PAGE_MAX: u32 = 200;

/// Why the store refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// An account of that name exists.
    #[error("the name \"{name}\" is taken")]
    NameTaken {
        /// The name.
        name: UserName,
    },
    /// A repository of that path exists.
    #[error("the repository {path} exists")]
    RepositoryExists {
        /// Its path.
        path: RepositoryPath,
    },
    /// There is no such row.
    #[error("there is no {what}")]
    Missing {
        /// What was looked for, with its name.
        what: String,
    },
    /// Nobody could administer the service any more.
    #[error("{name} is the last admin who can log in; enable or create another one first")]
    LastAdmin {
        /// The admin.
        name: UserName,
    },
    /// The account was disabled or its credentials changed between the check and the token.
    #[error("the account's credentials changed meanwhile; log in again")]
    CredentialsChanged,
    /// The user holds too many live tokens.
    #[error(
        "{LIVE_TOKENS_MAX} logins of this account are valid at once; log out everywhere, then log in again"
    )]
    TooManyTokens,
    /// The user opened another session with this request id.
    #[error("this request id opened {session} already")]
    RequestTaken {
        /// That session.
        session: SessionId,
    },
    /// A newer fence of this session is stored.
    #[error("{session} has a newer fence than {fence}")]
    StaleFence {
        /// The session.
        session: SessionId,
        /// The fence that is too old.
        fence: u64,
    },
    /// There is no room for the change.
    #[error("the server's disk is full, nothing was changed: an admin has to free space in its state folder")]
    Full {
        /// What was being done.
        operation: &'static str,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// The database failed.
    #[error("the database failed to {operation}")]
    Database {
        /// What was being done.
        operation: &'static str,
        /// Why.
        #[source]
        source: sqlx::Error,
    },
    /// The schema could not be brought up to date.
    #[error("the database's schema could not be brought up to date")]
    Migrate {
        /// Why.
        #[source]
        source: sqlx::migrate::MigrateError,
    },
    /// A row holds what this build can't read.
    #[error("a row of {table} can't be read: {reason}")]
    Unreadable {
        /// The table.
        table: &'static str,
        /// What is wrong.
        reason: String,
    },
}

impl ServiceError for StoreError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::NameTaken { .. } | Self::RepositoryExists { .. } | Self::RequestTaken { .. } => {
                ServiceCode::AlreadyExists
            }
            Self::Missing { .. } => ServiceCode::NotFound,
            Self::LastAdmin { .. } | Self::StaleFence { .. } => ServiceCode::FailedPrecondition,
            Self::CredentialsChanged => ServiceCode::Unauthenticated,
            Self::TooManyTokens => ServiceCode::ResourceExhausted,
            Self::Full { .. } => ServiceCode::Unavailable,
            Self::Database { .. } | Self::Migrate { .. } | Self::Unreadable { .. } => ServiceCode::Internal,
        }
    }
}

/// Accounts.
#[async_trait]
pub trait UserStore: Send + Sync {
    /// Adds an account.
    async fn create_user(&self, user: &UserRecord) -> Result<(), StoreError>;
    /// Adds the first account of all; `None` when there is one already.
    async fn create_first_user(&self, user: &UserRecord) -> Result<Option<()>, StoreError>;
    /// By login name.
    async fn user_by_name(&self, name: &UserName) -> Result<Option<UserRecord>, StoreError>;
    /// By id.
    async fn user_by_id(&self, id: &UserId) -> Result<Option<UserRecord>, StoreError>;
    /// By name, those after `after`, at most [`PAGE_MAX`].
    async fn list_users(&self, after: &str, limit: u32) -> Result<Vec<UserRecord>, StoreError>;
    /// The oldest admin who is not disabled.
    async fn first_admin(&self) -> Result<Option<UserRecord>, StoreError>;
    /// Disables or enables; the last admin can't be disabled. Changes the epoch when disabling.
    async fn set_user_disabled(&self, name: &UserName, disabled: bool) -> Result<UserRecord, StoreError>;
    /// Sets the password where the epoch is still `epoch`; changes the epoch.
    async fn set_password(&self, id: &UserId, epoch: u64, hash: &str) -> Result<(), StoreError>;
}

/// Login links, tokens, revocations.
#[async_trait]
pub trait TokenStore: Send + Sync {
    /// Adds a link and forgets links that ended before `now_ms`.
    async fn put_link(&self, link: &LinkRecord, now_ms: i64) -> Result<(), StoreError>;
    /// Uses a link up: `Some` once, for a link that has not ended.
    async fn take_link(&self, secret_hash: &[u8; 32], now_ms: i64) -> Result<Option<UserId>, StoreError>;
    /// Records a token where the user is enabled, the epoch is still `epoch`, and the token it renews (if any)
    /// is still recorded: a renewal never outruns a revocation, and belongs to the login it renews.
    async fn record_token(
        &self,
        token: &TokenRecord,
        epoch: u64,
        renews: Option<&str>,
        now_secs: i64,
    ) -> Result<(), StoreError>;
    /// A recorded token.
    async fn token(&self, id: &str) -> Result<Option<TokenRecord>, StoreError>;
    /// A user's live logins and named tokens, newest first, at most [`LIVE_TOKENS_MAX`].
    async fn logins(&self, user: &UserId, now_secs: i64) -> Result<Vec<LoginRecord>, StoreError>;
    /// Remembers when tokens were last used: their ids, and milliseconds since 1970.
    async fn note_used(&self, used: &[(String, i64)]) -> Result<(), StoreError>;
    /// Revokes tokens of a user; returns the new entries. Idempotent.
    async fn revoke(
        &self,
        user: &UserId,
        tokens: &RevokeTokens,
        forget_after: i64,
        now_secs: i64,
    ) -> Result<Vec<RevocationRecord>, StoreError>;
    /// The whole list as of now.
    async fn revocations(&self, now_secs: i64) -> Result<Vec<RevocationRecord>, StoreError>;
    /// Forgets revocations and tokens that have ended.
    async fn forget_ended_tokens(&self, now_secs: i64) -> Result<(), StoreError>;
}

/// Repositories and who may use them.
#[async_trait]
pub trait RepositoryStore: Send + Sync {
    /// Adds a repository.
    async fn create_repository(&self, path: &RepositoryPath, now_ms: i64) -> Result<(), StoreError>;
    /// One repository with its grants.
    async fn repository(&self, path: &RepositoryPath) -> Result<Option<RepositoryRecord>, StoreError>;
    /// What `reader` owns or was granted (`None`: all), by path, after `after`, at most [`PAGE_MAX`].
    async fn list_repositories(
        &self,
        reader: Option<&UserName>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<RepositoryRecord>, StoreError>;
    /// Removes a repository; false when there was none.
    async fn delete_repository(&self, path: &RepositoryPath) -> Result<bool, StoreError>;
    /// Gives (`Some`) or takes (`None`) a user's access.
    async fn set_grant(
        &self,
        path: &RepositoryPath,
        user: &UserName,
        access: Option<GrantAccess>,
    ) -> Result<RepositoryRecord, StoreError>;
}

/// Repositories that are copied from elsewhere.
#[async_trait]
pub trait ImportStore: Send + Sync {
    /// Adds an import or says how it stands now; forgets those that ended before `forget_before_ms`.
    async fn put_import(&self, import: &ImportRecord, forget_before_ms: i64) -> Result<(), StoreError>;
    /// The newest, newest first.
    async fn imports(&self, limit: u32) -> Result<Vec<ImportRecord>, StoreError>;
}

/// Sessions and fences.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Every session that is not over.
    async fn load_sessions(&self) -> Result<Vec<SessionRecord>, StoreError>;
    /// Stores a session and moves the fence counter in one transaction; returns the record's fence.
    async fn put_session(&self, record: &SessionRecord, fence: FenceChange) -> Result<u64, StoreError>;
    /// One session, over or not.
    async fn session(&self, id: &SessionId) -> Result<Option<SessionRecord>, StoreError>;
    /// The session that a user's request id opened.
    async fn session_by_request(
        &self,
        user: &UserId,
        request_id: &str,
    ) -> Result<Option<SessionRecord>, StoreError>;
    /// Sessions of a user (`None`: of all), newest first, at most [`PAGE_MAX`].
    async fn sessions_of(
        &self,
        user: Option<&UserId>,
        include_over: bool,
        limit: u32,
    ) -> Result<Vec<SessionRecord>, StoreError>;
    /// Forgets sessions that were over before `before_ms`; returns how many.
    async fn forget_sessions(&self, before_ms: i64) -> Result<u64, StoreError>;
    /// The newest fence given out.
    async fn fence(&self) -> Result<u64, StoreError>;
    /// Lifts the counter to at least this (a node has seen it); returns where it is now.
    async fn raise_fence(&self, at_least: u64) -> Result<u64, StoreError>;
}

/// What must be remembered of nodes.
#[async_trait]
pub trait NodeStore: Send + Sync {
    /// The nodes that shall drain.
    async fn drained_nodes(&self) -> Result<Vec<NodeId>, StoreError>;
    /// The nodes in quarantine.
    async fn quarantined_nodes(&self) -> Result<Vec<(NodeId, QuarantineRecord)>, StoreError>;
    /// Sets or clears a node's drain flag.
    async fn set_node_drain(&self, node: &NodeId, drain: bool) -> Result<(), StoreError>;
}

/// All of it.
#[async_trait]
pub trait Store:
    UserStore + TokenStore + RepositoryStore + ImportStore + SessionStore + NodeStore + OrchestrationStore
{
    /// Whether the store answers; for health.
    async fn ping(&self) -> Result<(), StoreError>;
    /// Flushes and closes; later calls fail.
    async fn close(&self);
}
