//! The tables.

use super::connect::Link;
use super::{StoreError, failed};

/// Of the tables below; a database of another number is not touched.
const VERSION: i32 = 1;

/// Keys and ids sort by their bytes, as everywhere else.
const TABLES: &str = r#"
CREATE TABLE IF NOT EXISTS carrel_sync_schema (version integer NOT NULL);
CREATE TABLE IF NOT EXISTS carrel_sync_documents (
    id text COLLATE "C" PRIMARY KEY,
    meta text NOT NULL,
    meta_version bigint NOT NULL,
    deleted boolean NOT NULL,
    last bigint NOT NULL
);
CREATE TABLE IF NOT EXISTS carrel_sync_states (
    id text COLLATE "C" PRIMARY KEY,
    covers bigint NOT NULL,
    state bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS carrel_sync_members (
    user_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    PRIMARY KEY (user_id, id)
);
CREATE INDEX IF NOT EXISTS carrel_sync_members_of ON carrel_sync_members (id);
CREATE TABLE IF NOT EXISTS carrel_sync_updates (
    id text COLLATE "C" NOT NULL,
    number bigint NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (id, number)
);
CREATE TABLE IF NOT EXISTS carrel_sync_rows (
    key text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    value bytea NOT NULL,
    blob bytea
);
"#;

/// Makes what there is not yet. Several servers may do so at once: one after the other.
pub(super) async fn prepare(link: &Link) -> Result<(), StoreError> {
    let client = link.client().await?;
    let failed = failed("prepare the tables");
    let text = format!(
        "BEGIN; SELECT pg_advisory_xact_lock(7227301); {TABLES}
         INSERT INTO carrel_sync_schema SELECT {VERSION} WHERE NOT EXISTS (SELECT FROM carrel_sync_schema);
         COMMIT"
    );
    client.batch_execute(&text).await.map_err(&failed)?;
    let rows = client.query("SELECT version FROM carrel_sync_schema", &[]).await.map_err(&failed)?;
    let versions: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
    if versions == [VERSION] { Ok(()) } else { Err(StoreError::DatabaseForeign("schema")) }
}
