//! Questions to the database, on a connection of their own.

use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use tokio_postgres::Row as SqlRow;

use super::connect::Link;
use super::{StoreError, failed};
use crate::store::{Loaded, Meta, Row, StoreFigures};

pub(super) struct Reader(Link);

/// Metadata as it is kept.
pub(super) fn parse_meta(text: &str) -> Result<Meta, StoreError> {
    serde_json::from_str(text).map_err(|_| StoreError::DatabaseForeign("document's metadata"))
}

fn row(row: &SqlRow) -> Row {
    Row {
        key: row.get(0),
        version: row.get::<_, i64>(1).unsigned_abs(),
        value: Bytes::from(row.get::<_, Vec<u8>>(2)),
    }
}

/// The first text after all that begin with this one; prefixes end with a slash.
fn end_of(prefix: &str) -> String {
    let mut end = prefix.to_owned();
    if let Some(last) = end.pop() {
        end.push(char::from_u32(last as u32 + 1).unwrap_or(char::MAX));
    }
    end
}

impl Reader {
    pub(super) const fn new(link: Link) -> Self {
        Self(link)
    }

    async fn query(
        &self,
        what: &'static str,
        text: &str,
        values: &[&(dyn tokio_postgres::types::ToSql + Sync)],
    ) -> Result<Vec<SqlRow>, StoreError> {
        let client = self.0.client().await?;
        client.query(text, values).await.map_err(failed(what))
    }

    pub(super) async fn meta(&self, id: &DocumentId) -> Result<Arc<Meta>, StoreError> {
        let text = "SELECT meta FROM carrel_sync_documents WHERE id = $1 AND NOT deleted";
        let rows = self.query("read a document", text, &[&id.as_str()]).await?;
        let row = rows.first().ok_or_else(|| StoreError::NotFound(id.clone()))?;
        parse_meta(row.get(0)).map(Arc::new)
    }

    /// In one statement, so that no compaction comes between state and updates.
    pub(super) async fn load(&self, id: &DocumentId) -> Result<Loaded, StoreError> {
        let text = "SELECT d.meta, s.state, d.last,
                ARRAY(SELECT u.body FROM carrel_sync_updates u
                      WHERE u.id = d.id AND u.number > coalesce(s.covers, 0) ORDER BY u.number)
            FROM carrel_sync_documents d LEFT JOIN carrel_sync_states s ON s.id = d.id
            WHERE d.id = $1 AND NOT d.deleted";
        let rows = self.query("load a document", text, &[&id.as_str()]).await?;
        let row = rows.first().ok_or_else(|| StoreError::NotFound(id.clone()))?;
        Ok(Loaded {
            meta: Arc::new(parse_meta(row.get(0))?),
            state: row.get::<_, Option<Vec<u8>>>(1).map(Bytes::from),
            updates: row.get::<_, Vec<Vec<u8>>>(3).into_iter().map(Bytes::from).collect(),
            covers: row.get::<_, i64>(2).unsigned_abs(),
        })
    }

    pub(super) async fn list(
        &self,
        user: &UserId,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(DocumentId, Arc<Meta>)>, StoreError> {
        let text = "SELECT d.id, d.meta FROM carrel_sync_members m
            JOIN carrel_sync_documents d ON d.id = m.id AND NOT d.deleted
            WHERE m.user_id = $1 AND m.id > $2 ORDER BY m.id LIMIT $3";
        let limit = limit as i64;
        let rows = self.query("list documents", text, &[&user.as_str(), &after, &limit]).await?;
        let found = rows.iter().map(|row| {
            let id = row.get::<_, &str>(0).parse();
            let id = id.map_err(|_| StoreError::DatabaseForeign("document's id"))?;
            Ok((id, Arc::new(parse_meta(row.get(1))?)))
        });
        found.collect()
    }

    pub(super) async fn row(&self, key: &str) -> Result<Option<Row>, StoreError> {
        let text = "SELECT key, version, value FROM carrel_sync_rows WHERE key = $1";
        Ok(self.query("read a row", text, &[&key]).await?.first().map(row))
    }

    pub(super) async fn rows(&self, prefix: &str, after: &str, limit: usize) -> Result<Vec<Row>, StoreError> {
        let text = "SELECT key, version, value FROM carrel_sync_rows
            WHERE key >= $1 AND key < $2 AND key > $3 ORDER BY key LIMIT $4";
        let (end, limit) = (end_of(prefix), limit as i64);
        let rows = self.query("read rows", text, &[&prefix, &end, &after, &limit]).await?;
        Ok(rows.iter().map(row).collect())
    }

    pub(super) async fn blob(&self, key: &str) -> Result<Option<Bytes>, StoreError> {
        let text = "SELECT blob FROM carrel_sync_rows WHERE key = $1";
        let rows = self.query("read a named version", text, &[&key]).await?;
        Ok(rows.first().and_then(|row| row.get::<_, Option<Vec<u8>>>(0)).map(Bytes::from))
    }

    pub(super) async fn figures(&self) -> Result<StoreFigures, StoreError> {
        let text = "SELECT (SELECT count(*) FROM carrel_sync_documents WHERE NOT deleted),
            pg_total_relation_size('carrel_sync_states'),
            pg_total_relation_size('carrel_sync_updates')";
        let rows = self.query("read figures", text, &[]).await?;
        let row = rows.first().ok_or(StoreError::DatabaseSilent)?;
        let figure = |at: usize| row.get::<_, i64>(at).unsigned_abs();
        Ok(StoreFigures {
            documents: figure(0),
            state_bytes: figure(1),
            // With what the database keeps beside them: to count each would read them all.
            pending_bytes: figure(2),
            log_bytes: figure(2),
            ..StoreFigures::default()
        })
    }
}
