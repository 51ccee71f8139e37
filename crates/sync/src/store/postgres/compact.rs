//! Compaction: a state in, the updates that it covers out, in one transaction beside everybody's commits.

use carrel_ids::DocumentId;

use super::connect::Link;
use super::{StoreError, failed};

/// Locks the document against its deletion only: others write on.
const STATE: &str = "WITH d AS (
        SELECT id, least($2::bigint, last) AS covers FROM carrel_sync_documents
        WHERE id = $1 AND NOT deleted FOR KEY SHARE)
    INSERT INTO carrel_sync_states (id, covers, state) SELECT d.id, d.covers, $3 FROM d
    ON CONFLICT (id) DO UPDATE SET covers = excluded.covers, state = excluded.state
        WHERE carrel_sync_states.covers <= excluded.covers
    RETURNING covers";

pub(super) async fn run(link: &Link, id: &DocumentId, covers: u64, state: &[u8]) -> Result<u64, StoreError> {
    let client = link.client().await?;
    let failed = failed("write a document's state");
    let covers = i64::try_from(covers).unwrap_or(i64::MAX);
    let work = async {
        client.batch_execute("BEGIN").await.map_err(&failed)?;
        let rows = client.query(STATE, &[&id.as_str(), &covers, &state]).await.map_err(&failed)?;
        let Some(row) = rows.first() else {
            client.batch_execute("ROLLBACK").await.map_err(&failed)?;
            let there = "SELECT FROM carrel_sync_documents WHERE id = $1 AND NOT deleted";
            let there = client.query(there, &[&id.as_str()]).await.map_err(&failed)?;
            // Another state that covers more came in between.
            let why = if there.is_empty() {
                StoreError::NotFound(id.clone())
            } else {
                StoreError::Busy(id.clone())
            };
            return Err(why);
        };
        let covers: i64 = row.get(0);
        let gone = "DELETE FROM carrel_sync_updates WHERE id = $1 AND number <= $2";
        let gone = client.execute(gone, &[&id.as_str(), &covers]).await.map_err(&failed)?;
        client.batch_execute("COMMIT").await.map_err(&failed)?;
        Ok(gone)
    };
    let done = work.await;
    if matches!(done, Err(StoreError::Database { .. })) {
        link.give_up().await;
    }
    done
}
