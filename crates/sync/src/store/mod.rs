//! Where documents are kept: a trait, two stores (embedded and PostgreSQL), and the suite that both pass.
//!
//! A store keeps documents (metadata, a state, the updates after it) and rows: small values under a key, changed
//! several at once and on a condition, each with a blob where one is given. What rows mean (spaces, named versions,
//! settings) is decided outside.

mod aliases;
pub mod disk;
pub mod embedded;
mod error;
mod frame;
mod frame_v2;
mod index;
mod journal;
mod places;
mod plan;
pub mod postgres;
mod query;
mod record;
mod recover;
mod retire;
mod state;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};

pub use error::StoreError;

pub(crate) const JOURNAL: &str = "journal";
pub(crate) const DOCUMENTS: &str = "documents";
pub(crate) const BLOBS: &str = "blobs";

/// Members of one document; a class and its mentors.
pub const MEMBERS_MAX: usize = 1_000;
/// Rows changed at once.
pub const PUTS_MAX: usize = 1_000;

/// What a member may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MemberRole {
    /// See.
    Reader,
    /// See and change.
    Writer,
}

/// What is known of a document beside its content.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// For people.
    pub title: String,
    /// The creator, as text of a [`UserId`]; or the name of the daemon that keeps it.
    pub owner: String,
    /// Others.
    pub members: Vec<(String, MemberRole)>,
    /// Milliseconds since 1970.
    pub created_at: u64,
    /// A tombstone: the id is never given again.
    pub deleted: bool,
    /// The space that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub space: Option<String>,
    /// Members by that space; filled in on reading, never kept with the document.
    #[serde(skip)]
    pub inherited: Arc<Vec<(String, MemberRole)>>,
}

impl Meta {
    /// What somebody may do; `None`: not even know of it.
    pub fn role(&self, user: &UserId) -> Option<MemberRole> {
        if self.deleted {
            return None;
        }
        if self.owner == user.as_str() {
            return Some(MemberRole::Writer);
        }
        let all = self.members.iter().chain(self.inherited.iter());
        all.filter(|(member, _)| member == user.as_str()).map(|(_, role)| *role).max()
    }

    /// The metadata after a change, on which the stores must agree.
    fn after(&self, id: &DocumentId, change: Change) -> Result<Self, StoreError> {
        let mut meta = self.clone();
        match change {
            Change::Create(..) => return Err(StoreError::Exists(id.clone())),
            Change::Roles { roles, only } => {
                let mut members = if only { Vec::new() } else { std::mem::take(&mut meta.members) };
                for (user, role) in roles {
                    members.retain(|(member, _)| member != user.as_str());
                    members.extend(role.map(|role| (user.to_string(), role)));
                }
                if members.len() > MEMBERS_MAX {
                    return Err(StoreError::TooManyMembers(id.clone()));
                }
                meta.members = members;
            }
            Change::Title(title) => meta.title = title,
            Change::Space(space) => meta.space = space,
            Change::Delete => {
                meta.deleted = true;
                meta.members = Vec::new();
                meta.space = None;
            }
        }
        Ok(meta)
    }
}

/// A document as it is kept.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Beside its content.
    pub meta: Arc<Meta>,
    /// A state, version 2.
    pub state: Option<Bytes>,
    /// Updates after it, version 1.
    pub updates: Vec<Bytes>,
    /// State and updates together are what the document was after this many updates.
    pub covers: u64,
}

impl Loaded {
    /// Bytes of updates.
    pub fn log_bytes(&self) -> u64 {
        self.updates.iter().map(|update| update.len() as u64).sum()
    }
}

/// One change of metadata.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new document, with its first update if there is one; fails if there is or was such a document.
    Create(Meta, Option<Bytes>),
    /// Members' roles; `None` takes a membership away.
    Roles {
        /// Of whom.
        roles: Vec<(UserId, Option<MemberRole>)>,
        /// All others lose their membership.
        only: bool,
    },
    /// Another title.
    Title(String),
    /// Into a space, or out of it.
    Space(Option<String>),
    /// Content, members and named versions go, the tombstone stays.
    Delete,
}

/// What a row must be for a change to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// Anything.
    Any,
    /// Not there.
    Absent,
    /// Of this version.
    Version(u64),
}

/// One change of a row.
#[derive(Debug, Clone)]
pub struct Put {
    /// Parts of `a-z`, `0-9` and `-`, joined by `/`.
    pub key: String,
    /// Else nothing of all the changes happens.
    pub expect: Expect,
    /// `None` removes it.
    pub value: Option<Bytes>,
    /// Something large beside it; the one before goes.
    pub blob: Option<Bytes>,
}

impl Put {
    /// A value without a blob.
    pub fn new(key: String, expect: Expect, value: Vec<u8>) -> Self {
        Self { key, expect, value: Some(value.into()), blob: None }
    }

    /// Takes a row away.
    pub const fn remove(key: String, expect: Expect) -> Self {
        Self { key, expect, value: None, blob: None }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its key.
    pub key: String,
    /// Grows with each change, from 1.
    pub version: u64,
    /// What it holds.
    pub value: Bytes,
}

/// The rows of a document's named versions begin with this.
pub fn versions_prefix(id: &DocumentId) -> String {
    format!("version/{id}/")
}

/// What the store holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StoreFigures {
    /// Documents that are not deleted.
    pub documents: u64,
    /// Documents whose state file is damaged; the others are served.
    pub damaged: u64,
    /// Bytes of the log on disk.
    pub log_bytes: u64,
    /// Of these, updates that no state covers yet.
    pub pending_bytes: u64,
    /// Bytes of all states.
    pub state_bytes: u64,
    /// Updates and metadata given since the start.
    pub taken_bytes: u64,
    /// Written since the start: log, states, versions.
    pub written_bytes: u64,
    /// Group commits since the start.
    pub commits: u64,
    /// Bytes that wait for a commit now.
    pub queued_bytes: u64,
}

/// What a request to the store becomes.
pub type Answer<T> = BoxFuture<'static, Result<T, StoreError>>;

/// A store. Calls of one document take effect in the order in which they are made, whether or not they are awaited.
///
/// Several servers may share a store that says so; then a document's updates are ordered by the store, and each server
/// learns of the others' by other means than the store.
pub trait Store: Send + Sync {
    /// Changes metadata; durable when answered. Answers the metadata as it is then.
    fn change(&self, id: &DocumentId, change: Change) -> Answer<Arc<Meta>>;
    /// Adds an update; durable when answered.
    fn append(&self, id: &DocumentId, update: Bytes) -> Answer<()>;
    /// Reads a document.
    fn load(&self, id: &DocumentId) -> Answer<Loaded>;
    /// Its metadata.
    fn meta(&self, id: &DocumentId) -> Answer<Arc<Meta>>;
    /// Replaces the first `covers` updates by a state that holds them. Answers how many updates are no longer kept.
    fn compact(&self, id: &DocumentId, covers: u64, state: Bytes) -> Answer<u64>;
    /// Documents that this user owns or is a member of, by id, at most `limit` after `after`.
    fn list(&self, user: &UserId, after: &str, limit: usize) -> Answer<Vec<(DocumentId, Arc<Meta>)>>;
    /// Changes rows, all or none; durable when answered. Answers their versions (0: removed).
    fn put(&self, puts: Vec<Put>) -> Answer<Vec<u64>>;
    /// A row.
    fn row(&self, key: &str) -> Answer<Option<Row>>;
    /// Rows whose keys begin with `prefix`, by key, at most `limit` after the key `after`.
    fn rows(&self, prefix: &str, after: &str, limit: usize) -> Answer<Vec<Row>>;
    /// A row's blob.
    fn blob(&self, key: &str) -> Answer<Option<Bytes>>;
    /// Documents whose old updates keep space from being given back: compacting them helps.
    fn stale(&self) -> Answer<Vec<DocumentId>>;
    /// Bytes of updates that wait for their commit, told at once: also by a store whose disk has come to a stop.
    fn queued_bytes(&self) -> u64;
    /// Figures. They wait for the commit that is under way.
    fn figures(&self) -> Answer<StoreFigures>;
    /// Whether more than one server may use it at once.
    fn is_shared(&self) -> bool {
        false
    }
}
