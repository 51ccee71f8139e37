//! Batches of orchestration's decisions on SQLite.

use async_trait::async_trait;
use carrel_ids::NodeId;
use sqlx::{Row as _, Sqlite, Transaction};
use tracing::error;

use super::sessions::{TABLE, session, upsert};
use super::{SqliteStore, failed, is_taken, signed, unsigned};
use crate::store::{
    Decisions, NodeStore as _, OrchestratedSession, OrchestrationStore, QuarantineRecord, Remembered,
    SessionRecord, SessionStore as _, StoreError,
};

const COMMIT: &str = "store decisions about sessions";

#[async_trait]
impl OrchestrationStore for SqliteStore {
    async fn commit_decisions(&self, decisions: &Decisions) -> Result<(), StoreError> {
        let mut tx = self.begin(COMMIT).await?;
        if let Some(fence) = decisions.newest_fence {
            sqlx::query("UPDATE counters SET value = max(value, ?) WHERE name = 'fence'")
                .bind(signed("counters", fence)?)
                .execute(&mut *tx)
                .await
                .map_err(failed(COMMIT))?;
        }
        for session in &decisions.sessions {
            write_session(&mut tx, session).await?;
        }
        for (node, drain) in &decisions.drains {
            sqlx::query(
                "INSERT INTO nodes (id, drain) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET drain = excluded.drain",
            )
            .bind(node.as_str())
            .bind(drain)
            .execute(&mut *tx)
            .await
            .map_err(failed(COMMIT))?;
        }
        for (node, quarantine) in &decisions.quarantines {
            write_quarantine(&mut tx, node, quarantine.as_ref()).await?;
        }
        for (first, last) in &decisions.lost_fences {
            sqlx::query("INSERT OR IGNORE INTO lost_fences (first, last) VALUES (?, ?)")
                .bind(signed("lost_fences", *first)?)
                .bind(signed("lost_fences", *last)?)
                .execute(&mut *tx)
                .await
                .map_err(failed(COMMIT))?;
        }
        tx.commit().await.map_err(failed(COMMIT))
    }

    async fn remembered(&self) -> Result<Remembered, StoreError> {
        const OPERATION: &str = "load what orchestration remembers";
        let rows = sqlx::query("SELECT * FROM sessions WHERE is_over = 0 ORDER BY created_at, id")
            .fetch_all(&self.readers)
            .await
            .map_err(failed(OPERATION))?;
        let mut sessions = Vec::with_capacity(rows.len());
        for row in &rows {
            let number = |name: &str| {
                let value = row.try_get::<i64, _>(name).map_err(failed(OPERATION))?;
                unsigned(TABLE, value)
            };
            let reported_from = (number("reported_boot")?, number("reported_version")?);
            sessions.push(OrchestratedSession { record: session(row)?, reported_from });
        }
        let lost: Vec<(i64, i64)> = sqlx::query_as("SELECT first, last FROM lost_fences ORDER BY first")
            .fetch_all(&self.readers)
            .await
            .map_err(failed(OPERATION))?;
        let mut lost_fences = Vec::with_capacity(lost.len());
        for (first, last) in lost {
            lost_fences.push((unsigned("lost_fences", first)?, unsigned("lost_fences", last)?));
        }
        let (newest_fence, drained) = (self.fence().await?, self.drained_nodes().await?);
        let quarantined = self.quarantined_nodes().await?;
        Ok(Remembered { sessions, newest_fence, drained, quarantined, lost_fences })
    }
}

async fn write_quarantine(
    tx: &mut Transaction<'static, Sqlite>,
    node: &NodeId,
    quarantine: Option<&QuarantineRecord>,
) -> Result<(), StoreError> {
    let change = match quarantine {
        Some(held) => sqlx::query(
            "INSERT INTO quarantines (node_id, reason, since) VALUES (?, ?, ?) \
             ON CONFLICT (node_id) DO UPDATE SET reason = excluded.reason, since = excluded.since",
        )
        .bind(node.as_str())
        .bind(&held.reason)
        .bind(held.since),
        None => sqlx::query("DELETE FROM quarantines WHERE node_id = ?").bind(node.as_str()),
    };
    change.execute(&mut **tx).await.map_err(failed(COMMIT))?;
    Ok(())
}

async fn write_session(
    tx: &mut Transaction<'static, Sqlite>,
    session: &OrchestratedSession,
) -> Result<(), StoreError> {
    let record = &session.record;
    let fence = signed(TABLE, record.fence)?;
    let done = match upsert(tx, record, fence).await? {
        Err(error) if is_taken(&error) => {
            // Callers look the request id up first, so this is a fault of ours. The decision stands: a session that
            // can't be found by its request is better than a rack that stops deciding.
            error!(session = %record.id, "the request id of a session is taken; stored without it");
            let nameless = SessionRecord { request_id: String::new(), ..record.clone() };
            upsert(tx, &nameless, fence).await?.map_err(failed(COMMIT))?
        }
        stored => stored.map_err(failed(COMMIT))?,
    };
    if done.rows_affected() == 0 {
        return Err(StoreError::StaleFence { session: record.id.clone(), fence: record.fence });
    }
    let (boot, version) = session.reported_from;
    if (boot, version) == (0, 0) {
        return Ok(());
    }
    sqlx::query("UPDATE sessions SET reported_boot = ?, reported_version = ? WHERE id = ?")
        .bind(signed(TABLE, boot)?)
        .bind(signed(TABLE, version)?)
        .bind(record.id.as_str())
        .execute(&mut **tx)
        .await
        .map_err(failed(COMMIT))?;
    Ok(())
}
