//! Drain flags of nodes on SQLite.

use async_trait::async_trait;
use carrel_ids::NodeId;

use super::{SqliteStore, column, failed};
use crate::store::{NodeStore, StoreError};

#[async_trait]
impl NodeStore for SqliteStore {
    async fn drained_nodes(&self) -> Result<Vec<NodeId>, StoreError> {
        let rows: Vec<(String,)> = sqlx::query_as("SELECT id FROM nodes WHERE drain = 1 ORDER BY id")
            .fetch_all(&self.readers)
            .await
            .map_err(failed("read the drained nodes"))?;
        rows.iter().map(|(id,)| column("nodes", id)).collect()
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
