//! `StewardService`: documents and spaces that a daemon keeps for others. They belong to the daemon, by its name.

use std::sync::Arc;

use carrel_ids::{DocumentId, SpaceId, UserId};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_proto::sync::v1 as pb;
use carrel_proto::sync::v1::steward_service_server::StewardService;
use carrel_service::Principal;
use tonic::{Request, Response, Status};

use super::{
    Documents, TITLE_MAX, bad, content, fail, members, parse_role, parse_user, reply, spaces as space_rpc,
};
use crate::spaces::{self, SpaceChange, SpaceError, set_roles};
use crate::store::{Change, MEMBERS_MAX, MemberRole, Meta, StoreError};

/// The service.
pub struct Stewards(pub Arc<Documents>);

type Roles = Vec<(UserId, Option<MemberRole>)>;

/// A document or a space.
enum Thing {
    Document(DocumentId),
    Space(SpaceId),
}

fn steward<T>(request: &Request<T>) -> Result<String, Status> {
    let principal = Principal::of(request.extensions())?;
    let name = principal.service_name().map(ToOwned::to_owned);
    name.ok_or_else(|| {
        fail(&Problem::new(ServiceCode::PermissionDenied, "only daemons keep documents for others"))
    })
}

fn thing(id: &str) -> Result<Thing, Status> {
    let document = id.parse().map(Thing::Document);
    let thing = document.or_else(|_| id.parse().map(Thing::Space));
    thing.map_err(|_| bad("id: expected the id of a document, \"do-…\", or of a space, \"sp-…\""))
}

fn roles(roles: Vec<pb::Member>) -> Result<Roles, Status> {
    if roles.len() > MEMBERS_MAX {
        return Err(bad("roles: at most 1,000"));
    }
    roles.iter().map(|member| Ok((parse_user(&member.user)?, parse_role(member.role())?))).collect()
}

fn title(title: String) -> Result<String, Status> {
    if title.len() > TITLE_MAX { Err(bad("title: at most 200 bytes")) } else { Ok(title) }
}

fn not_yours(id: &str) -> Status {
    fail(&Problem::new(ServiceCode::AlreadyExists, format!("{id} is somebody else's: choose another id")))
}

fn deleted(id: &str) -> Status {
    let text = format!("{id} was deleted and its id is never given again: choose another one");
    fail(&Problem::new(ServiceCode::FailedPrecondition, text))
}

fn new_meta(title: String, owner: &str, roles: &Roles, now: u64) -> Meta {
    let members = set_roles(&[], roles, true);
    Meta { title, owner: owner.to_owned(), members, created_at: now, ..Meta::default() }
}

impl Stewards {
    /// A document of the daemon's.
    async fn document(&self, owner: &str, id: &DocumentId) -> Result<Arc<Meta>, Status> {
        let meta = self.0.hub.store().meta(id).await.map_err(|error| fail(&error))?;
        if meta.owner == owner { Ok(meta) } else { Err(fail(&StoreError::NotFound(id.clone()))) }
    }

    async fn space(&self, owner: &str, id: &SpaceId) -> Result<spaces::Space, Status> {
        let (space, _) = spaces::get(self.0.hub.store(), id).await.map_err(|error| fail(&error))?;
        if space.meta.owner == owner { Ok(space) } else { Err(fail(&SpaceError::NotFound(id.clone()))) }
    }

    /// Changes a document of the daemon's and tells its room, unless it is so already.
    async fn update(&self, id: &DocumentId, held: Arc<Meta>, change: Change) -> Result<Arc<Meta>, Status> {
        let is_same = match &change {
            Change::Title(title) => held.title == *title,
            Change::Roles { roles, only } => {
                let (mut old, mut new) = (held.members.clone(), set_roles(&held.members, roles, *only));
                old.sort();
                new.sort();
                old == new
            }
            _ => false,
        };
        if is_same {
            return Ok(held);
        }
        let meta = self.0.hub.store().change(id, change).await.map_err(|error| fail(&error))?;
        self.0.hub.changed(id, meta.clone()).await;
        Ok(meta)
    }
}

#[tonic::async_trait]
impl StewardService for Stewards {
    async fn ensure_document(
        &self,
        request: Request<pb::EnsureDocumentRequest>,
    ) -> Result<Response<pb::EnsureDocumentReply>, Status> {
        let owner = steward(&request)?;
        let pb::EnsureDocumentRequest { id, title: name, content: seed, roles: wanted } =
            request.into_inner();
        let (id, name, wanted) = (super::document(&id)?, title(name)?, roles(wanted)?);
        let store = self.0.hub.store();
        let mut created = false;
        let mut meta = match store.meta(&id).await {
            Ok(meta) => meta,
            Err(StoreError::NotFound(_)) => {
                let seed = content::first(seed).await?;
                let new = new_meta(name.clone(), &owner, &wanted, self.0.clock.now_ms());
                match store.change(&id, Change::Create(new, seed)).await {
                    Ok(meta) => {
                        created = true;
                        meta
                    }
                    // Somebody was quicker, or it is a tombstone.
                    Err(StoreError::Exists(_)) => match store.meta(&id).await {
                        Ok(meta) => meta,
                        Err(StoreError::NotFound(_)) => return Err(deleted(id.as_str())),
                        Err(error) => return Err(fail(&error)),
                    },
                    Err(error) => return Err(fail(&error)),
                }
            }
            Err(error) => return Err(fail(&error)),
        };
        if meta.owner != owner {
            return Err(not_yours(id.as_str()));
        }
        if !created {
            if !name.is_empty() {
                meta = self.update(&id, meta, Change::Title(name)).await?;
            }
            meta = self.update(&id, meta, Change::Roles { roles: wanted, only: false }).await?;
        }
        let document = Some(reply(&id, &meta, Some(MemberRole::Writer)));
        Ok(Response::new(pb::EnsureDocumentReply { document, created }))
    }

    async fn ensure_space(
        &self,
        request: Request<pb::EnsureSpaceRequest>,
    ) -> Result<Response<pb::EnsureSpaceReply>, Status> {
        let owner = steward(&request)?;
        let pb::EnsureSpaceRequest { id, title: name, roles: wanted } = request.into_inner();
        let (id, name, wanted) = (space_rpc::space_id(&id)?, title(name)?, roles(wanted)?);
        let store = self.0.hub.store();
        let new = new_meta(name.clone(), &owner, &wanted, self.0.clock.now_ms());
        let (space, created) = match spaces::create(store, &id, new).await {
            Ok(space) => (space, true),
            Err(SpaceError::Exists(_)) => match spaces::get(store, &id).await {
                Ok((space, _)) => (space, false),
                Err(SpaceError::NotFound(_)) => return Err(deleted(id.as_str())),
                Err(error) => return Err(fail(&error)),
            },
            Err(error) => return Err(fail(&error)),
        };
        if space.meta.owner != owner {
            return Err(not_yours(id.as_str()));
        }
        let mut now = space;
        if !created {
            let named = (!name.is_empty()).then_some(SpaceChange::Title(name));
            for change in named.into_iter().chain([SpaceChange::Roles { roles: wanted, only: false }]) {
                now = spaces::change(store, &id, &change).await.map_err(|error| fail(&error))?.1;
            }
            self.0.members_changed(&id).await?;
        }
        let space = Some(space_rpc::reply(&id, &now, Some(MemberRole::Writer)));
        Ok(Response::new(pb::EnsureSpaceReply { space, created }))
    }

    async fn set_roles(
        &self,
        request: Request<pb::SetRolesRequest>,
    ) -> Result<Response<pb::SetRolesReply>, Status> {
        let owner = steward(&request)?;
        let pb::SetRolesRequest { id, roles: wanted, only_these: only } = request.into_inner();
        let roles = roles(wanted)?;
        match thing(&id)? {
            Thing::Document(id) => {
                let meta = self.document(&owner, &id).await?;
                self.update(&id, meta, Change::Roles { roles, only }).await?;
            }
            Thing::Space(id) => {
                self.space(&owner, &id).await?;
                let change = SpaceChange::Roles { roles, only };
                let changed = spaces::change(self.0.hub.store(), &id, &change).await;
                changed.map_err(|error| fail(&error))?;
                self.0.members_changed(&id).await?;
            }
        }
        Ok(Response::new(pb::SetRolesReply {}))
    }

    async fn get_roles(
        &self,
        request: Request<pb::GetRolesRequest>,
    ) -> Result<Response<pb::GetRolesReply>, Status> {
        let owner = steward(&request)?;
        let roles = match thing(&request.get_ref().id)? {
            Thing::Document(id) => members(&*self.document(&owner, &id).await?),
            Thing::Space(id) => members(&self.space(&owner, &id).await?.meta),
        };
        Ok(Response::new(pb::GetRolesReply { roles }))
    }

    async fn place_document(
        &self,
        request: Request<pb::PlaceDocumentRequest>,
    ) -> Result<Response<pb::Item>, Status> {
        let owner = steward(&request)?;
        let pb::PlaceDocumentRequest { space, item } = request.into_inner();
        let id = space_rpc::space_id(&space)?;
        self.space(&owner, &id).await?;
        let item = self.0.put_item_as(&id, item, false, &owner).await?;
        Ok(Response::new(item))
    }

    async fn discard(
        &self,
        request: Request<pb::DiscardRequest>,
    ) -> Result<Response<pb::DiscardReply>, Status> {
        let owner = steward(&request)?;
        match thing(&request.get_ref().id)? {
            Thing::Document(id) => {
                let meta = self.document(&owner, &id).await?;
                self.0.delete(&id, &meta).await?;
            }
            Thing::Space(id) => {
                self.space(&owner, &id).await?;
                let changed = spaces::change(self.0.hub.store(), &id, &SpaceChange::Delete).await;
                changed.map_err(|error| fail(&error))?;
            }
        }
        Ok(Response::new(pb::DiscardReply {}))
    }
}
