//! Drain flags and quarantines of nodes on SQLite.

use async_trait::async_trait;
use carrel_ids::NodeId;

use super::{SqliteStore, column, failed};
use crate::store::{NodeStore, QuarantineRecord, StoreError};

#[async_trait]
impl NodeStore for SqliteStore {
    async fn drained_nodes(&self) -> Result<Vec<NodeId>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM nodes WHERE drain = 1 ORDER BY id")
            .fetch_all(&self.readers)
            .await
            .map_err(failed("read the drained nodes"))?;
        rows.iter().map(|(id,)| column("nodes", id)).collect()
    }

    async fn quarantined_nodes(&self) -> Result<Vec<(NodeId, QuarantineRecord)>, StoreError> {
        let rows: Vec<(String, String, i64)> =
            sqlx::query_as("SELECT node_id, reason, since FROM quarantines ORDER BY node_id")
                .fetch_all(&self.readers)
                .await
                .map_err(failed("read the nodes in quarantine"))?;
        let record = |(id, reason, since): (String, String, i64)| {
            Ok((column("quarantines", &id)?, QuarantineRecord { reason, since }))
        };
        rows.into_iter().map(record).collect()
    }

    async fn set_node_drain(&self, node: &NodeId, drain: bool) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO nodes (id, drain) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET drain = excluded.drain",
        )
        .bind(node.as_str())
        .bind(drain)
        .execute(&self.writer)
        .await
        .map_err(failed("store a node's drain flag"))?;
        Ok(())
    }
}
