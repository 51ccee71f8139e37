//! The items of a space.

use carrel_ids::{DocumentId, SpaceId};
use serde::{Deserialize, Serialize};

use super::{Space, SpaceError, TRIES_MAX, bytes, get, parse, space_key};
use crate::store::{Change, Expect, Put, Store, StoreError};

/// Items of one space: what one page of a list can hold.
pub const ITEMS_MAX: usize = 1_000;

/// Where an item is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Above what is below.
    pub z: f64,
    /// Size.
    pub width: f64,
    /// Size.
    pub height: f64,
}

impl Place {
    /// Whether two boxes have a point in common; borders count.
    pub fn touches(&self, other: &Self) -> bool {
        self.x <= other.x + other.width
            && other.x <= self.x + self.width
            && self.y <= other.y + other.height
            && other.y <= self.y + self.height
    }
}

/// An item as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Item {
    /// The document, if it is one.
    pub document: Option<String>,
    /// Nowhere in particular: `None`.
    pub place: Option<Place>,
    /// A JSON object, as text.
    pub metadata: String,
}

fn prefix(space: &SpaceId) -> String {
    format!("item/{space}/")
}

fn key(space: &SpaceId, id: &str) -> String {
    format!("item/{space}/{id}")
}

fn counted(id: &SpaceId, space: &Space, version: u64, items: u32) -> Put {
    let space = Space { items, ..space.clone() };
    Put::new(space_key(id), Expect::Version(version), bytes(&space))
}

/// Adds an item or changes it; answers its revision, and whether it is new. Its document is put into the space.
pub async fn put(
    store: &dyn Store,
    space_id: &SpaceId,
    id: &str,
    item: &Item,
    revision: Option<u64>,
) -> Result<(u64, bool), SpaceError> {
    let document = item.document.as_ref().and_then(|document| document.parse::<DocumentId>().ok());
    for _ in 0..TRIES_MAX {
        let (space, version) = get(store, space_id).await?;
        let before = store.row(&key(space_id, id)).await?;
        let held = before.as_ref().map_or(0, |row| row.version);
        if revision.is_some_and(|revision| revision != held) {
            return Err(SpaceError::Conflict(format!("item {id:?}")));
        }
        let old: Option<Item> = before.as_ref().map(parse).transpose()?;
        let old_document = old.and_then(|old| old.document).and_then(|old| old.parse::<DocumentId>().ok());
        if let Some(document) = &document
            && old_document.as_ref() != Some(document)
        {
            may_place(store, space_id, document).await?;
        }
        let expect = if held == 0 { Expect::Absent } else { Expect::Version(held) };
        let mut puts = vec![Put::new(key(space_id, id), expect, bytes(item))];
        if held == 0 {
            if space.items as usize >= ITEMS_MAX {
                let text = format!("space {space_id} has {ITEMS_MAX} items: remove some first");
                return Err(SpaceError::TooMany(text));
            }
            puts.push(counted(space_id, &space, version, space.items + 1));
        }
        match store.put(puts).await {
            Ok(versions) => {
                if old_document != document {
                    take_out(store, space_id, old_document.as_ref()).await?;
                }
                if let Some(document) = &document {
                    store.change(document, Change::Space(Some(space_id.to_string()))).await?;
                }
                return Ok((versions.first().copied().unwrap_or(0), held == 0));
            }
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(SpaceError::Conflict(format!("item {id:?}")))
}

/// A document is in one space at most, and there once.
async fn may_place(store: &dyn Store, space: &SpaceId, document: &DocumentId) -> Result<(), SpaceError> {
    let meta = store.meta(document).await?;
    match &meta.space {
        None => Ok(()),
        // Left over from a try that ended in the middle, or there as another item.
        Some(held) if held == space.as_str() && find(store, space, document).await?.is_none() => Ok(()),
        Some(_) => Err(SpaceError::Placed(document.clone())),
    }
}

async fn take_out(
    store: &dyn Store,
    space: &SpaceId,
    document: Option<&DocumentId>,
) -> Result<(), SpaceError> {
    let Some(document) = document else { return Ok(()) };
    match store.meta(document).await {
        Ok(meta) if meta.space.as_deref() == Some(space.as_str()) => {
            store.change(document, Change::Space(None)).await?;
            Ok(())
        }
        // Deleted, or elsewhere by now.
        Ok(_) | Err(StoreError::NotFound(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The item that a document is in a space.
pub async fn find(
    store: &dyn Store,
    space: &SpaceId,
    document: &DocumentId,
) -> Result<Option<String>, SpaceError> {
    for row in store.rows(&prefix(space), "", ITEMS_MAX).await? {
        let item: Item = parse(&row)?;
        if item.document.as_deref() == Some(document.as_str()) {
            return Ok(row.key.strip_prefix(&prefix(space)).map(ToOwned::to_owned));
        }
    }
    Ok(None)
}

/// One page of items with their revisions, by id.
pub async fn list(
    store: &dyn Store,
    space: &SpaceId,
    after: &str,
    limit: usize,
    within: Option<&Place>,
) -> Result<Vec<(String, Item, u64)>, SpaceError> {
    let prefix = prefix(space);
    let after = if after.is_empty() { String::new() } else { key(space, after) };
    let mut items = Vec::new();
    for row in store.rows(&prefix, &after, ITEMS_MAX).await? {
        let item: Item = parse(&row)?;
        let is_wanted = within.is_none_or(|within| item.place.is_some_and(|place| place.touches(within)));
        if is_wanted {
            items.push((row.key[prefix.len()..].to_owned(), item, row.version));
        }
        if items.len() == limit {
            break;
        }
    }
    Ok(items)
}

/// Takes an item out; its document leaves the space.
pub async fn remove(store: &dyn Store, space_id: &SpaceId, id: &str) -> Result<Item, SpaceError> {
    for _ in 0..TRIES_MAX {
        let (space, version) = get(store, space_id).await?;
        let row = store.row(&key(space_id, id)).await?;
        let row = row.ok_or_else(|| SpaceError::NoItem(space_id.clone(), id.to_owned()))?;
        let item: Item = parse(&row)?;
        let document = item.document.as_ref().and_then(|document| document.parse().ok());
        // First, so that no document stays in a space that does not show it.
        take_out(store, space_id, document.as_ref()).await?;
        let gone = Put::remove(row.key, Expect::Version(row.version));
        let puts = vec![gone, counted(space_id, &space, version, space.items.saturating_sub(1))];
        match store.put(puts).await {
            Ok(_) => return Ok(item),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(SpaceError::Conflict(format!("item {id:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_touch_at_their_borders() {
        let place = |x, y, width, height| Place { x, y, z: 0.0, width, height };
        let unit = place(0.0, 0.0, 1.0, 1.0);
        for other in [place(1.0, 1.0, 0.0, 0.0), place(-5.0, -5.0, 10.0, 10.0), place(0.5, 0.5, 0.1, 9.0)] {
            assert!(unit.touches(&other) && other.touches(&unit), "{other:?}");
        }
        for other in [place(1.1, 0.0, 1.0, 1.0), place(0.0, -2.0, 1.0, 1.9)] {
            assert!(!unit.touches(&other) && !other.touches(&unit), "{other:?}");
        }
    }
}
