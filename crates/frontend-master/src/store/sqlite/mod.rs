//! The store on SQLite: write-ahead log, `synchronous=FULL`, one writer connection and a few readers.

mod imports;
mod nodes;
mod orchestration;
mod repositories;
mod sessions;
mod tokens;
mod users;

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Sqlite, Transaction};

use super::{Store, StoreError};

/// Reads rarely take more than 0.1 ms; more connections than cores only cost memory.
const READERS_MAX: u32 = 4;

/// How long a caller waits for a connection before it is told so: far above any burst of ours.
const ACQUIRE_MAX: Duration = Duration::from_secs(10);

/// How long SQLite itself waits for another process (a backup, a second daemon by mistake).
const BUSY_MAX: Duration = Duration::from_secs(5);

/// The store in one file.
pub struct SqliteStore {
    /// One connection: writers queue here and not inside SQLite, where waiting is polling.
    writer: SqlitePool,
    readers: SqlitePool,
}

impl SqliteStore {
    /// Opens the file, makes it if missing, brings the schema up to date.
    pub async fn open(file: &Path) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY_MAX);
        let writer = pool(1).connect_with(options.clone()).await.map_err(failed("open the writer"))?;
        let mut migrator = sqlx::migrate!("src/store/migrations");
        // A schema only expands, so an older build may open the database of a newer one.
        migrator.set_ignore_missing(true);
        migrator.run(&writer).await.map_err(|source| StoreError::Migrate { source })?;
        let readers = pool(READERS_MAX)
            .connect_with(options.pragma("query_only", "ON"))
            .await
            .map_err(failed("open the readers"))?;
        Ok(Self { writer, readers })
    }

    /// A transaction that holds the write lock from its start, so that what it reads stays true.
    async fn begin(&self, operation: &'static str) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.writer.begin_with("BEGIN IMMEDIATE").await.map_err(failed(operation))
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(&self.readers).await.map_err(failed("answer"))?;
        Ok(())
    }

    async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .acquire_timeout(ACQUIRE_MAX)
        // A file does not go away like a server does: no probe before each use, no recycling.
        .test_before_acquire(false)
        .idle_timeout(None)
        .max_lifetime(None)
}

/// Wraps a database error with what was being done.
fn failed(operation: &'static str) -> impl FnOnce(sqlx::Error) -> StoreError {
    move |source| {
        let code = source.as_database_error().and_then(|error| error.code());
        if code.is_some_and(|code| code == FULL) {
            return StoreError::Full { operation, source };
        }
        StoreError::Database { operation, source }
    }
}

/// SQLite's result code SQLITE_FULL.
const FULL: &str = "13";

/// Parses a column whose text this code wrote.
fn column<T>(table: &'static str, text: &str) -> Result<T, StoreError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| StoreError::Unreadable { table, reason: error.to_string() })
}

/// SQLite's integers are signed; our counters start at 0 and never come near 2^63.
fn unsigned(table: &'static str, value: i64) -> Result<u64, StoreError> {
    u64::try_from(value)
        .map_err(|_| StoreError::Unreadable { table, reason: format!("{value} is below zero") })
}

/// The way back of [`unsigned`].
fn signed(table: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value)
        .map_err(|_| StoreError::Unreadable { table, reason: format!("{value} is too large to store") })
}

/// Whether an error is a broken UNIQUE or PRIMARY KEY constraint.
fn is_taken(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
