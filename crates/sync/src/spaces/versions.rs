//! Named versions of a document: its whole state at some moment, under a name.

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use serde::{Deserialize, Serialize};

use super::{SpaceError, TRIES_MAX, bytes, parse};
use crate::store::{Expect, Put, Store, StoreError, versions_prefix};

/// Versions of one document.
pub const VERSIONS_MAX: usize = 200;
/// The row with the next version's number; it sorts behind the versions.
const NEXT: &str = "next";

/// A version as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number.
    pub version: u64,
    /// For people.
    pub name: String,
    /// Who made it.
    pub author: String,
    /// Milliseconds since 1970.
    pub created_at: u64,
    /// Of its state.
    pub bytes: u64,
}

/// The newest first: keys sort upwards.
fn key(id: &DocumentId, version: u64) -> String {
    format!("{}{:020}", versions_prefix(id), u64::MAX - version)
}

/// Keeps a state (version 2) under a name.
pub async fn create(
    store: &dyn Store,
    id: &DocumentId,
    (name, author, now): (&str, &UserId, u64),
    state: Bytes,
) -> Result<Version, SpaceError> {
    let next_key = format!("{}{NEXT}", versions_prefix(id));
    for _ in 0..TRIES_MAX {
        if list(store, id, 0, VERSIONS_MAX).await?.len() == VERSIONS_MAX {
            let text = format!("document {id} has {VERSIONS_MAX} named versions: delete some first");
            return Err(SpaceError::TooMany(text));
        }
        let next = store.row(&next_key).await?;
        let number: u64 = next.as_ref().map_or(Ok(1), parse)?;
        let expect = next.map_or(Expect::Absent, |row| Expect::Version(row.version));
        let version = Version {
            version: number,
            name: name.to_owned(),
            author: author.to_string(),
            created_at: now,
            bytes: state.len() as u64,
        };
        let row = Put::new(key(id, number), Expect::Absent, bytes(&version));
        let counter = Put::new(next_key.clone(), expect, bytes(&(number + 1)));
        match store.put(vec![counter, Put { blob: Some(state.clone()), ..row }]).await {
            Ok(_) => return Ok(version),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(SpaceError::Conflict(format!("document {id}")))
}

/// Versions older than `before` (0: all), the newest first.
pub async fn list(
    store: &dyn Store,
    id: &DocumentId,
    before: u64,
    limit: usize,
) -> Result<Vec<Version>, SpaceError> {
    let after = if before == 0 { String::new() } else { key(id, before) };
    let rows = store.rows(&versions_prefix(id), &after, limit + 1).await?;
    let versions = rows.iter().filter(|row| !row.key.ends_with(NEXT)).take(limit);
    versions.map(parse).collect()
}

/// A version with its state (version 2).
pub async fn get(store: &dyn Store, id: &DocumentId, version: u64) -> Result<(Version, Bytes), SpaceError> {
    let missing = || SpaceError::NoVersion(id.clone(), version);
    let row = store.row(&key(id, version)).await?.ok_or_else(missing)?;
    let state = store.blob(&row.key).await?.ok_or_else(missing)?;
    Ok((parse(&row)?, state))
}

/// Forgets a version.
pub async fn delete(store: &dyn Store, id: &DocumentId, version: u64) -> Result<(), SpaceError> {
    let missing = || SpaceError::NoVersion(id.clone(), version);
    let row = store.row(&key(id, version)).await?.ok_or_else(missing)?;
    match store.put(vec![Put::remove(row.key, Expect::Version(row.version))]).await {
        Ok(_) => Ok(()),
        Err(StoreError::Conflict(_)) => Err(missing()),
        Err(error) => Err(error.into()),
    }
}
