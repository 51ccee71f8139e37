//! The store as everybody sees it: members of a space are members of its documents, and every change is told.
//!
//! Invariant: who may do what with a document is decided on metadata that came through here.

use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::{DocumentId, SpaceId, UserId};
use futures::FutureExt as _;

use crate::changes::{self, Changes, Kind};
use crate::spaces::{self, Space};
use crate::store::{Answer, Change, Loaded, MemberRole, Meta, Put, Row, Store, StoreError, StoreFigures};

/// A store with what surrounds it.
#[derive(Clone)]
pub struct Library {
    store: Arc<dyn Store>,
    changes: Changes,
}

impl Library {
    /// Around a store.
    pub fn new(store: Arc<dyn Store>, changes: Changes) -> Self {
        Self { store, changes }
    }
}

/// Fills in the members that a document has by its space.
async fn with_space(store: &dyn Store, meta: Arc<Meta>) -> Result<Arc<Meta>, StoreError> {
    let Some(id) = meta.space.as_ref().and_then(|space| space.parse::<SpaceId>().ok()) else {
        return Ok(meta);
    };
    let space = match spaces::get(store, &id).await {
        Ok((space, _)) => space.meta,
        Err(spaces::SpaceError::Store(error)) => return Err(error),
        // Without its space it is its own members'.
        Err(_) => return Ok(meta),
    };
    let mut inherited = space.members;
    inherited.push((space.owner, MemberRole::Writer));
    Ok(Arc::new(Meta { inherited: Arc::new(inherited), ..Meta::clone(&meta) }))
}

const fn kind_of(change: &Change) -> Kind {
    match change {
        Change::Create(..) => Kind::Created,
        Change::Delete => Kind::Gone,
        Change::Roles { .. } | Change::Title(_) | Change::Space(_) => Kind::Changed,
    }
}

impl Store for Library {
    fn change(&self, id: &DocumentId, change: Change) -> Answer<Arc<Meta>> {
        let kind = kind_of(&change);
        let (this, id) = (self.clone(), id.clone());
        if !self.changes.is_watched() {
            let after = self.store.change(&id, change);
            return async move { with_space(&*this.store, after.await?).await }.boxed();
        }
        // One after the other: a store may answer a question only after the changes that wait beside it. Whoever changes
        // metadata waits for the answer before going on, so no order is lost.
        async move {
            let before = match this.meta(&id).await {
                Ok(before) => Some(before),
                Err(StoreError::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            let after = with_space(&*this.store, this.store.change(&id, change).await?).await?;
            let told = Some(after.clone());
            this.changes.tell(changes::Change::Document { id, kind, before, after: told });
            Ok(after)
        }
        .boxed()
    }

    fn append(&self, id: &DocumentId, update: Bytes) -> Answer<()> {
        self.changes.edited(id);
        self.store.append(id, update)
    }

    fn load(&self, id: &DocumentId) -> Answer<Loaded> {
        let (loaded, store) = (self.store.load(id), self.store.clone());
        async move {
            let loaded = loaded.await?;
            let meta = with_space(&*store, loaded.meta.clone()).await?;
            Ok(Loaded { meta, ..loaded })
        }
        .boxed()
    }

    fn meta(&self, id: &DocumentId) -> Answer<Arc<Meta>> {
        let (meta, store) = (self.store.meta(id), self.store.clone());
        async move { with_space(&*store, meta.await?).await }.boxed()
    }

    fn compact(&self, id: &DocumentId, covers: u64, state: Bytes) -> Answer<u64> {
        self.store.compact(id, covers, state)
    }

    fn list(&self, user: &UserId, after: &str, limit: usize) -> Answer<Vec<(DocumentId, Arc<Meta>)>> {
        let (list, store) = (self.store.list(user, after, limit), self.store.clone());
        async move {
            let mut found = list.await?;
            for (_, meta) in &mut found {
                *meta = with_space(&*store, meta.clone()).await?;
            }
            Ok(found)
        }
        .boxed()
    }

    fn put(&self, puts: Vec<Put>) -> Answer<Vec<u64>> {
        if !self.changes.is_watched() {
            return self.store.put(puts);
        }
        let this = self.clone();
        async move {
            let mut told = Vec::new();
            for put in &puts {
                told.extend(this.told(put).await);
            }
            let versions = this.store.put(puts).await?;
            for change in told {
                this.changes.tell(change);
            }
            Ok(versions)
        }
        .boxed()
    }

    fn row(&self, key: &str) -> Answer<Option<Row>> {
        self.store.row(key)
    }

    fn rows(&self, prefix: &str, after: &str, limit: usize) -> Answer<Vec<Row>> {
        self.store.rows(prefix, after, limit)
    }

    fn blob(&self, key: &str) -> Answer<Option<Bytes>> {
        self.store.blob(key)
    }

    fn stale(&self) -> Answer<Vec<DocumentId>> {
        self.store.stale()
    }

    fn queued_bytes(&self) -> u64 {
        self.store.queued_bytes()
    }

    fn figures(&self) -> Answer<StoreFigures> {
        self.store.figures()
    }

    fn is_shared(&self) -> bool {
        self.store.is_shared()
    }
}

impl Library {
    /// What a changed row means to those who watch.
    async fn told(&self, put: &Put) -> Option<changes::Change> {
        let mut parts = put.key.split('/');
        match (parts.next()?, parts.next()?, parts.next()) {
            ("space", id, None) => {
                let before = self.store.row(&put.key).await.ok()?;
                let before = before.as_ref().and_then(|row| spaces::parse::<Space>(row).ok());
                let after = put.value.as_ref().and_then(|value| serde_json::from_slice::<Space>(value).ok());
                // Only its number of items: the item itself is told.
                if before.as_ref().map(|space| &space.meta) == after.as_ref().map(|space| &space.meta) {
                    return None;
                }
                let is_gone = after.as_ref().is_none_or(|space| space.meta.deleted);
                let kind = match before {
                    None => Kind::Created,
                    Some(_) if is_gone => Kind::Gone,
                    Some(_) => Kind::Changed,
                };
                let (before, after) = (before.map(|it| Arc::new(it.meta)), after.map(|it| Arc::new(it.meta)));
                Some(changes::Change::Space { id: id.parse().ok()?, kind, before, after })
            }
            ("item", space, Some(id)) => {
                let is_new = self.store.row(&put.key).await.ok()?.is_none();
                let kind = match (&put.value, is_new) {
                    (None, _) => Kind::Gone,
                    (Some(_), true) => Kind::Created,
                    (Some(_), false) => Kind::Changed,
                };
                Some(changes::Change::Item { space: space.parse().ok()?, id: id.to_owned(), kind })
            }
            ("version", id, Some(number)) if number != "next" => Some(changes::Change::Document {
                id: id.parse().ok()?,
                kind: Kind::Versions,
                before: None,
                after: None,
            }),
            _ => None,
        }
    }
}
