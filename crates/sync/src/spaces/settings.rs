//! A person's own settings, of a space or of everywhere.

use carrel_ids::{SpaceId, UserId};

use super::SpaceError;
use crate::store::{Expect, Put, Store, StoreError};

fn key(user: &UserId, space: Option<&SpaceId>) -> String {
    space.map_or_else(|| format!("setting/{user}"), |space| format!("setting/{user}/{space}"))
}

/// Settings as JSON, with their revision; 0 if they were never set.
pub async fn get(
    store: &dyn Store,
    user: &UserId,
    space: Option<&SpaceId>,
) -> Result<(String, u64), SpaceError> {
    let Some(row) = store.row(&key(user, space)).await? else { return Ok(("{}".to_owned(), 0)) };
    Ok((String::from_utf8_lossy(&row.value).into_owned(), row.version))
}

/// Replaces them; answers the revision.
pub async fn put(
    store: &dyn Store,
    user: &UserId,
    space: Option<&SpaceId>,
    json: &str,
    revision: Option<u64>,
) -> Result<u64, SpaceError> {
    let expect = match revision {
        None => Expect::Any,
        Some(0) => Expect::Absent,
        Some(revision) => Expect::Version(revision),
    };
    let put = Put::new(key(user, space), expect, json.as_bytes().to_vec());
    match store.put(vec![put]).await {
        Ok(versions) => Ok(versions.first().copied().unwrap_or(0)),
        Err(StoreError::Conflict(_)) => Err(SpaceError::Conflict("the settings".to_owned())),
        Err(error) => Err(error.into()),
    }
}
