//! Sessions and the fence counter on SQLite.

use async_trait::async_trait;
use carrel_ids::{SessionId, UserId};
use sqlx::sqlite::{SqliteQueryResult, SqliteRow};
use sqlx::{Row, Sqlite, Transaction};

use super::{SqliteStore, column, failed, is_taken, signed, unsigned};
use crate::store::{FenceChange, PAGE_MAX, SessionRecord, SessionState, SessionStore, StoreError};

pub(super) const TABLE: &str = "sessions";

pub(super) fn session(row: &SqliteRow) -> Result<SessionRecord, StoreError> {
    let text = |name: &'static str| row.try_get::<&str, _>(name).map_err(failed("read a session"));
    let optional =
        |name: &'static str| row.try_get::<Option<&str>, _>(name).map_err(failed("read a session"));
    let number = |name: &'static str| row.try_get::<i64, _>(name).map_err(failed("read a session"));
    Ok(SessionRecord {
        id: column(TABLE, text("id")?)?,
        user_id: column(TABLE, text("user_id")?)?,
        user_name: text("user_name")?.to_owned(),
        repository: text("repository")?.to_owned(),
        slot_class: column(TABLE, text("slot_class")?)?,
        egress: column(TABLE, text("egress")?)?,
        with_environment: number("with_environment")? != 0,
        state: column(TABLE, text("state")?)?,
        reason: text("reason")?.to_owned(),
        only_node: optional("only_node")?.map(|id| column(TABLE, id)).transpose()?,
        node_id: optional("node_id")?.map(|id| column(TABLE, id)).transpose()?,
        slot_id: optional("slot_id")?.map(|id| column(TABLE, id)).transpose()?,
        fence: unsigned(TABLE, number("fence")?)?,
        request_id: text("request_id")?.to_owned(),
        created_at: number("created_at")?,
        updated_at: number("updated_at")?,
        timeline: timeline(text("timeline")?)?,
    })
}

/// The timeline's column: `[["claiming",1700000000000],…]`.
fn timeline(text: &str) -> Result<Vec<(SessionState, i64)>, StoreError> {
    let entries: Vec<(String, i64)> = serde_json::from_str(text)
        .map_err(|error| StoreError::Unreadable { table: TABLE, reason: error.to_string() })?;
    entries.iter().map(|(state, at)| Ok((column(TABLE, state)?, *at))).collect()
}

fn timeline_text(timeline: &[(SessionState, i64)]) -> Result<String, StoreError> {
    let entries: Vec<(&str, i64)> = timeline.iter().map(|(state, at)| (state.as_str(), *at)).collect();
    serde_json::to_string(&entries)
        .map_err(|error| StoreError::Unreadable { table: TABLE, reason: error.to_string() })
}

/// Moves the counter as asked and returns the record's fence.
async fn change_fence(
    tx: &mut Transaction<'static, Sqlite>,
    record: &SessionRecord,
    change: FenceChange,
) -> Result<i64, StoreError> {
    const OPERATION: &str = "move the fence counter";
    let held = signed(TABLE, record.fence)?;
    match change {
        FenceChange::Keep => Ok(held),
        FenceChange::Allocate => {
            let (next,): (i64,) =
                sqlx::query_as("UPDATE counters SET value = value + 1 WHERE name = 'fence' RETURNING value")
                    .fetch_one(&mut **tx)
                    .await
                    .map_err(failed(OPERATION))?;
            Ok(next)
        }
        FenceChange::Raise => {
            sqlx::query("UPDATE counters SET value = max(value, ?) WHERE name = 'fence'")
                .bind(held)
                .execute(&mut **tx)
                .await
                .map_err(failed(OPERATION))?;
            Ok(held)
        }
    }
}

const UPSERT: &str = "INSERT INTO sessions (id, user_id, user_name, repository, slot_class, egress, \
    with_environment, only_node, state, is_over, reason, node_id, slot_id, fence, request_id, created_at, updated_at, timeline) \
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) \
    ON CONFLICT (id) DO UPDATE SET state = excluded.state, is_over = excluded.is_over, reason = excluded.reason, \
    node_id = excluded.node_id, slot_id = excluded.slot_id, fence = excluded.fence, \
    updated_at = excluded.updated_at, timeline = excluded.timeline WHERE excluded.fence >= sessions.fence";

/// Writes a record under its fence; the inner error is the database's, for the caller to tell a taken request id.
pub(super) async fn upsert(
    tx: &mut Transaction<'static, Sqlite>,
    record: &SessionRecord,
    fence: i64,
) -> Result<Result<SqliteQueryResult, sqlx::Error>, StoreError> {
    let stored = sqlx::query(UPSERT)
        .bind(record.id.as_str())
        .bind(record.user_id.as_str())
        .bind(&record.user_name)
        .bind(&record.repository)
        .bind(record.slot_class.as_str())
        .bind(record.egress.as_str())
        .bind(record.with_environment)
        .bind(record.only_node.as_ref().map(AsRef::<str>::as_ref))
        .bind(record.state.as_str())
        .bind(record.state.is_over())
        .bind(&record.reason)
        .bind(record.node_id.as_ref().map(AsRef::<str>::as_ref))
        .bind(record.slot_id.as_ref().map(AsRef::<str>::as_ref))
        .bind(fence)
        .bind(&record.request_id)
        .bind(record.created_at)
        .bind(record.updated_at)
        .bind(timeline_text(&record.timeline)?)
        .execute(&mut **tx)
        .await;
    Ok(stored)
}

#[async_trait]
impl SessionStore for SqliteStore {
    async fn load_sessions(&self) -> Result<Vec<SessionRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM sessions WHERE is_over = 0 ORDER BY created_at, id")
            .fetch_all(&self.readers)
            .await
            .map_err(failed("load the sessions"))?;
        rows.iter().map(session).collect()
    }

    async fn put_session(&self, record: &SessionRecord, change: FenceChange) -> Result<u64, StoreError> {
        const OPERATION: &str = "store a session";
        let mut tx = self.begin(OPERATION).await?;
        let fence = change_fence(&mut tx, record, change).await?;
        let stored = upsert(&mut tx, record, fence).await?;
        match stored {
            Ok(done) if done.rows_affected() == 1 => {
                tx.commit().await.map_err(failed(OPERATION))?;
                unsigned(TABLE, fence)
            }
            Ok(_) => Err(StoreError::StaleFence { session: record.id.clone(), fence: record.fence }),
            Err(error) if is_taken(&error) => {
                drop(tx);
                match self.session_by_request(&record.user_id, &record.request_id).await? {
                    Some(other) => Err(StoreError::RequestTaken { session: other.id }),
                    None => Err(failed(OPERATION)(error)),
                }
            }
            Err(source) => Err(failed(OPERATION)(source)),
        }
    }

    async fn session(&self, id: &SessionId) -> Result<Option<SessionRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM sessions WHERE id = ?")
            .bind(id.as_str())
            .fetch_optional(&self.readers)
            .await
            .map_err(failed("find a session"))?;
        row.as_ref().map(session).transpose()
    }

    async fn session_by_request(
        &self,
        user: &UserId,
        request_id: &str,
    ) -> Result<Option<SessionRecord>, StoreError> {
        let row =
            sqlx::query("SELECT * FROM sessions WHERE user_id = ? AND request_id = ? AND request_id <> ''")
                .bind(user.as_str())
                .bind(request_id)
                .fetch_optional(&self.readers)
                .await
                .map_err(failed("find a session by its request"))?;
        row.as_ref().map(session).transpose()
    }

    async fn sessions_of(
        &self,
        user: Option<&UserId>,
        include_over: bool,
        limit: u32,
    ) -> Result<Vec<SessionRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM sessions WHERE (?1 IS NULL OR user_id = ?1) AND (?2 OR is_over = 0) \
             ORDER BY created_at DESC, id DESC LIMIT ?3",
        )
        .bind(user.map(UserId::as_str))
        .bind(include_over)
        .bind(limit.min(PAGE_MAX))
        .fetch_all(&self.readers)
        .await
        .map_err(failed("list sessions"))?;
        rows.iter().map(session).collect()
    }

    async fn forget_sessions(&self, before_ms: i64) -> Result<u64, StoreError> {
        let done = sqlx::query("DELETE FROM sessions WHERE is_over = 1 AND updated_at < ?")
            .bind(before_ms)
            .execute(&self.writer)
            .await
            .map_err(failed("forget old sessions"))?;
        Ok(done.rows_affected())
    }

    async fn fence(&self) -> Result<u64, StoreError> {
        let (value,): (i64,) = sqlx::query_as("SELECT value FROM counters WHERE name = 'fence'")
            .fetch_one(&self.readers)
            .await
            .map_err(failed("read the fence counter"))?;
        unsigned("counters", value)
    }

    async fn raise_fence(&self, at_least: u64) -> Result<u64, StoreError> {
        let (value,): (i64,) =
            sqlx::query_as("UPDATE counters SET value = max(value, ?) WHERE name = 'fence' RETURNING value")
                .bind(signed("counters", at_least)?)
                .fetch_one(&self.writer)
                .await
                .map_err(failed("raise the fence counter"))?;
        unsigned("counters", value)
    }
}
