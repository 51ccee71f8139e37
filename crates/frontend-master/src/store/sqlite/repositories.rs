//! Repositories and grants on SQLite.

use std::collections::BTreeMap;

use async_trait::async_trait;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{SqliteStore, column, failed, is_taken};
use crate::names::{RepositoryPath, UserName};
use crate::store::{GrantAccess, PAGE_MAX, RepositoryRecord, RepositoryStore, StoreError};

const TABLE: &str = "repositories";

/// Rows of repositories joined with their grants, in any order, into records ordered by path.
fn records(rows: &[SqliteRow]) -> Result<Vec<RepositoryRecord>, StoreError> {
    let mut found: BTreeMap<(String, String), RepositoryRecord> = BTreeMap::new();
    for row in rows {
        let read = || -> Result<_, sqlx::Error> {
            Ok((
                row.try_get::<String, _>("owner")?,
                row.try_get::<String, _>("name")?,
                row.try_get::<i64, _>("created_at")?,
                row.try_get::<Option<&str>, _>("user_name")?,
                row.try_get::<Option<&str>, _>("access")?,
            ))
        };
        let (owner, name, created_at, user, access) = read().map_err(failed("read a repository"))?;
        let path = RepositoryPath { owner: column(TABLE, &owner)?, name: column(TABLE, &name)? };
        let record = found.entry((owner, name)).or_insert_with(|| RepositoryRecord {
            path,
            grants: Vec::new(),
            created_at,
        });
        if let (Some(user), Some(access)) = (user, access) {
            record.grants.push((column("grants", user)?, column("grants", access)?));
        }
    }
    Ok(found.into_values().collect())
}

const ONE: &str = "SELECT r.owner, r.name, r.created_at, g.user_name, g.access FROM repositories r \
    LEFT JOIN grants g ON g.owner = r.owner AND g.name = r.name \
    WHERE r.owner = ? AND r.name = ? ORDER BY g.user_name";

#[async_trait]
impl RepositoryStore for SqliteStore {
    async fn create_repository(&self, path: &RepositoryPath, now_ms: i64) -> Result<(), StoreError> {
        let inserted = sqlx::query("INSERT INTO repositories (owner, name, created_at) VALUES (?, ?, ?)")
            .bind(path.owner.as_str())
            .bind(path.name.as_str())
            .bind(now_ms)
            .execute(&self.writer)
            .await;
        match inserted {
            Ok(_) => Ok(()),
            Err(error) if is_taken(&error) => Err(StoreError::RepositoryExists { path: path.clone() }),
            Err(source) => Err(failed("add a repository")(source)),
        }
    }

    async fn repository(&self, path: &RepositoryPath) -> Result<Option<RepositoryRecord>, StoreError> {
        let rows = sqlx::query(ONE)
            .bind(path.owner.as_str())
            .bind(path.name.as_str())
            .fetch_all(&self.readers)
            .await
            .map_err(failed("find a repository"))?;
        Ok(records(&rows)?.pop())
    }

    async fn list_repositories(
        &self,
        reader: Option<&UserName>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<RepositoryRecord>, StoreError> {
        let (after_owner, after_name) = after.split_once('/').unwrap_or((after, ""));
        let rows = sqlx::query(
            "WITH page AS (SELECT owner, name, created_at FROM repositories r \
             WHERE (owner, name) > (?1, ?2) AND (?3 IS NULL OR owner = ?3 OR EXISTS \
             (SELECT 1 FROM grants own WHERE own.owner = r.owner AND own.name = r.name AND own.user_name = ?3)) \
             ORDER BY owner, name LIMIT ?4) \
             SELECT p.owner, p.name, p.created_at, g.user_name, g.access FROM page p \
             LEFT JOIN grants g ON g.owner = p.owner AND g.name = p.name ORDER BY p.owner, p.name, g.user_name",
        )
        .bind(after_owner)
        .bind(after_name)
        .bind(reader.map(UserName::as_str))
        .bind(limit.min(PAGE_MAX))
        .fetch_all(&self.readers)
        .await
        .map_err(failed("list repositories"))?;
        records(&rows)
    }

    async fn delete_repository(&self, path: &RepositoryPath) -> Result<bool, StoreError> {
        let done = sqlx::query("DELETE FROM repositories WHERE owner = ? AND name = ?")
            .bind(path.owner.as_str())
            .bind(path.name.as_str())
            .execute(&self.writer)
            .await
            .map_err(failed("delete a repository"))?;
        Ok(done.rows_affected() == 1)
    }

    async fn set_grant(
        &self,
        path: &RepositoryPath,
        user: &UserName,
        access: Option<GrantAccess>,
    ) -> Result<RepositoryRecord, StoreError> {
        const OPERATION: &str = "change a repository's access";
        let mut tx = self.begin(OPERATION).await?;
        let change = match access {
            Some(access) => sqlx::query(
                "INSERT INTO grants (owner, name, user_name, access) \
                 SELECT owner, name, ?3, ?4 FROM repositories WHERE owner = ?1 AND name = ?2 \
                 ON CONFLICT (owner, name, user_name) DO UPDATE SET access = excluded.access",
            )
            .bind(path.owner.as_str())
            .bind(path.name.as_str())
            .bind(user.as_str())
            .bind(access.as_str()),
            None => sqlx::query("DELETE FROM grants WHERE owner = ? AND name = ? AND user_name = ?")
                .bind(path.owner.as_str())
                .bind(path.name.as_str())
                .bind(user.as_str()),
        };
        change.execute(&mut *tx).await.map_err(failed(OPERATION))?;
        let rows = sqlx::query(ONE)
            .bind(path.owner.as_str())
            .bind(path.name.as_str())
            .fetch_all(&mut *tx)
            .await
            .map_err(failed(OPERATION))?;
        let record = records(&rows)?.pop();
        tx.commit().await.map_err(failed(OPERATION))?;
        record.ok_or_else(|| StoreError::Missing { what: format!("repository {path}") })
    }
}
