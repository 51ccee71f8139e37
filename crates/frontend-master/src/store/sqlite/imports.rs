//! Imports on SQLite.

use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{SqliteStore, column, failed, signed, unsigned};
use crate::names::RepositoryPath;
use crate::store::{ImportRecord, ImportStore, StoreError};

const TABLE: &str = "imports";

fn record(row: &SqliteRow) -> Result<ImportRecord, StoreError> {
    let text = |name: &str| row.try_get::<String, _>(name).map_err(failed("read an import"));
    let number = |name: &str| row.try_get::<i64, _>(name).map_err(failed("read an import"));
    Ok(ImportRecord {
        id: text("id")?,
        user_id: column(TABLE, &text("user_id")?)?,
        path: RepositoryPath { owner: column(TABLE, &text("owner")?)?, name: column(TABLE, &text("name")?)? },
        url: text("url")?,
        standing: column(TABLE, &text("standing")?)?,
        detail: text("detail")?,
        bytes: unsigned(TABLE, number("bytes")?)?,
        started_at: number("started_at")?,
        ended_at: number("ended_at")?,
    })
}

#[async_trait]
impl ImportStore for SqliteStore {
    async fn put_import(&self, import: &ImportRecord, forget_before_ms: i64) -> Result<(), StoreError> {
        let mut transaction = self.begin("store an import").await?;
        sqlx::query("DELETE FROM imports WHERE ended_at > 0 AND ended_at < ?")
            .bind(forget_before_ms)
            .execute(&mut *transaction)
            .await
            .map_err(failed("forget old imports"))?;
        sqlx::query(
            "INSERT INTO imports (id, user_id, owner, name, url, standing, detail, bytes, started_at, ended_at) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET \
             standing = excluded.standing, detail = excluded.detail, bytes = excluded.bytes, \
             ended_at = excluded.ended_at",
        )
        .bind(&import.id)
        .bind(import.user_id.as_str())
        .bind(import.path.owner.as_str())
        .bind(import.path.name.as_str())
        .bind(&import.url)
        .bind(import.standing.as_str())
        .bind(&import.detail)
        .bind(signed(TABLE, import.bytes)?)
        .bind(import.started_at)
        .bind(import.ended_at)
        .execute(&mut *transaction)
        .await
        .map_err(failed("store an import"))?;
        transaction.commit().await.map_err(failed("store an import"))
    }

    async fn imports(&self, limit: u32) -> Result<Vec<ImportRecord>, StoreError> {
        let rows = sqlx::query("SELECT * FROM imports ORDER BY started_at DESC, id LIMIT ?")
            .bind(limit)
            .fetch_all(&self.readers)
            .await
            .map_err(failed("read the imports"))?;
        rows.iter().map(record).collect()
    }
}
