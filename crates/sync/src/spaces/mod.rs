//! Spaces, named versions and settings: what they are as rows of the store, and how they change.
//!
//! Every change reads, decides and writes on the condition that what was read still holds; so several callers, and one
//! day several servers, agree without a lock.
//! Invariant: a space's row says how many items it has, and is changed in one with each item that comes or goes.

pub mod items;
pub mod settings;
pub mod versions;

use carrel_ids::{DocumentId, SpaceId, UserId};
use carrel_proto::code::ServiceCode;
use carrel_service::ServiceError;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::store::{Expect, MEMBERS_MAX, MemberRole, Meta, Put, Row, Store, StoreError};

/// Tries before a caller is told that others change the same thing all the time.
const TRIES_MAX: usize = 16;

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum SpaceError {
    /// The store's reason.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such space, or a deleted one.
    #[error("there is no space {0} of yours")]
    NotFound(SpaceId),
    /// The id is taken.
    #[error("the id {0} is taken: leave it out to get a new one")]
    Exists(SpaceId),
    /// There are still items.
    #[error("space {0} has items: remove them first")]
    NotEmpty(SpaceId),
    /// Too many.
    #[error("{0}")]
    TooMany(String),
    /// No such item.
    #[error("space {0} has no item {1:?}")]
    NoItem(SpaceId, String),
    /// It is elsewhere.
    #[error("document {0} is in a space already, as another item: remove it there first")]
    Placed(DocumentId),
    /// No such version.
    #[error("document {0} has no version {1}")]
    NoVersion(DocumentId, u64),
    /// Others change it all the time.
    #[error("{0} was changed by somebody else: read it again, then repeat")]
    Conflict(String),
    /// A row that does not read.
    #[error("the row {0} is not of this version's making")]
    Foreign(String),
}

impl ServiceError for SpaceError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Store(error) => error.code(),
            Self::NotFound(_) | Self::NoItem(..) | Self::NoVersion(..) => ServiceCode::NotFound,
            Self::Exists(_) => ServiceCode::AlreadyExists,
            Self::NotEmpty(_) | Self::Placed(_) => ServiceCode::FailedPrecondition,
            Self::TooMany(_) => ServiceCode::ResourceExhausted,
            Self::Conflict(_) => ServiceCode::Aborted,
            Self::Foreign(_) => ServiceCode::Internal,
        }
    }
}

/// A space as it is kept: like a document's metadata, and how many items it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Space {
    /// Title, owner, members.
    #[serde(flatten)]
    pub meta: Meta,
    /// Items in it.
    pub items: u32,
}

/// One change of a space.
#[derive(Debug, Clone)]
pub enum SpaceChange {
    /// Another title.
    Title(String),
    /// Members' roles; `None` takes a membership away.
    Roles {
        /// Of whom.
        roles: Vec<(UserId, Option<MemberRole>)>,
        /// All others lose their membership.
        only: bool,
    },
    /// For good.
    Delete,
}

pub(crate) fn space_key(id: &SpaceId) -> String {
    format!("space/{id}")
}

/// Whose spaces: for listing.
fn member_key(user: &str, id: &SpaceId) -> String {
    format!("in/{user}/{id}")
}

pub(crate) fn parse<T: DeserializeOwned>(row: &Row) -> Result<T, SpaceError> {
    serde_json::from_slice(&row.value).map_err(|_| SpaceError::Foreign(row.key.clone()))
}

fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("plain fields become JSON")
}

/// A space with its row's version.
pub async fn get(store: &dyn Store, id: &SpaceId) -> Result<(Space, u64), SpaceError> {
    let row = store.row(&space_key(id)).await?.ok_or_else(|| SpaceError::NotFound(id.clone()))?;
    let space: Space = parse(&row)?;
    if space.meta.deleted { Err(SpaceError::NotFound(id.clone())) } else { Ok((space, row.version)) }
}

fn people(meta: &Meta) -> Vec<&str> {
    let members = meta.members.iter().map(|(user, _)| user.as_str());
    if meta.deleted { Vec::new() } else { members.chain([meta.owner.as_str()]).collect() }
}

/// The rows that make a space what it is to be.
fn puts(id: &SpaceId, before: Option<(&Meta, u64)>, after: &Space) -> Vec<Put> {
    let expect = before.map_or(Expect::Absent, |(_, version)| Expect::Version(version));
    let mut puts = vec![Put::new(space_key(id), expect, bytes(after))];
    let (old, new) = (before.map(|(meta, _)| people(meta)).unwrap_or_default(), people(&after.meta));
    let gone = old.iter().filter(|user| !new.contains(user));
    puts.extend(gone.map(|user| Put::remove(member_key(user, id), Expect::Any)));
    let come = new.iter().filter(|user| !old.contains(user));
    puts.extend(come.map(|user| Put::new(member_key(user, id), Expect::Any, b"{}".to_vec())));
    puts
}

/// Makes a space.
pub async fn create(store: &dyn Store, id: &SpaceId, meta: Meta) -> Result<Space, SpaceError> {
    let space = Space { meta, items: 0 };
    match store.put(puts(id, None, &space)).await {
        Ok(_) => Ok(space),
        Err(StoreError::Conflict(_)) => Err(SpaceError::Exists(id.clone())),
        Err(error) => Err(error.into()),
    }
}

/// Changes a space. Answers what it was and what it is.
pub async fn change(
    store: &dyn Store,
    id: &SpaceId,
    change: &SpaceChange,
) -> Result<(Space, Space), SpaceError> {
    for _ in 0..TRIES_MAX {
        let (before, version) = get(store, id).await?;
        let mut after = before.clone();
        match change {
            SpaceChange::Title(title) => after.meta.title.clone_from(title),
            SpaceChange::Roles { roles, only } => {
                let members = set_roles(&before.meta.members, roles, *only);
                if members.len() > MEMBERS_MAX {
                    let text =
                        format!("space {id} would have more than {MEMBERS_MAX} members: remove some first");
                    return Err(SpaceError::TooMany(text));
                }
                after.meta.members = members;
            }
            SpaceChange::Delete if before.items > 0 => return Err(SpaceError::NotEmpty(id.clone())),
            SpaceChange::Delete => {
                after.meta.deleted = true;
                after.meta.members = Vec::new();
            }
        }
        if after == before {
            return Ok((before, after));
        }
        match store.put(puts(id, Some((&before.meta, version)), &after)).await {
            Ok(_) => return Ok((before, after)),
            Err(StoreError::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(SpaceError::Conflict(format!("space {id}")))
}

/// Members after roles were set.
pub fn set_roles(
    members: &[(String, MemberRole)],
    roles: &[(UserId, Option<MemberRole>)],
    only: bool,
) -> Vec<(String, MemberRole)> {
    let mut members = if only { Vec::new() } else { members.to_vec() };
    for (user, role) in roles {
        members.retain(|(member, _)| member != user.as_str());
        members.extend(role.map(|role| (user.to_string(), role)));
    }
    members
}

/// Spaces that somebody is a member of, by id.
pub async fn list(
    store: &dyn Store,
    user: &UserId,
    after: &str,
    limit: usize,
) -> Result<Vec<(SpaceId, Space)>, SpaceError> {
    let prefix = format!("in/{user}/");
    let after = if after.is_empty() { String::new() } else { format!("{prefix}{after}") };
    let rows = store.rows(&prefix, &after, limit).await?;
    let mut spaces = Vec::new();
    for row in rows {
        let id = row.key[prefix.len()..].parse::<SpaceId>();
        let id = id.map_err(|_| SpaceError::Foreign(row.key.clone()))?;
        match get(store, &id).await {
            Ok((space, _)) => spaces.push((id, space)),
            // Deleted between the two questions.
            Err(SpaceError::NotFound(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(spaces)
}
