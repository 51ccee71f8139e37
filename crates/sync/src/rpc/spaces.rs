//! `SpaceService`.

use std::sync::Arc;

use carrel_ids::{DocumentId, SpaceId, UserId};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_proto::sync::v1 as pb;
use carrel_proto::sync::v1::space_service_server::SpaceService;
use tonic::{Request, Response, Status};

use super::{
    Documents, LIST_DEFAULT, LIST_MAX, TITLE_MAX, bad, caller, fail, members, parse_role, parse_user, role_of,
};
use crate::spaces::items::{self, Item, Place};
use crate::spaces::{self, Space, SpaceChange, SpaceError, settings};
use crate::store::{MemberRole, Meta};

const METADATA_MAX: usize = 4_096;
const SETTINGS_MAX: usize = 16_384;
const ITEM_ID_MAX: usize = 64;

/// The service.
pub struct Spaces(pub Arc<Documents>);

pub(super) fn space_id(id: &str) -> Result<SpaceId, Status> {
    id.parse()
        .map_err(|_| bad("space: expected a space's id, \"sp-\" and 1 to 40 of a-z, 0-9 and inner dashes"))
}

pub(super) fn reply(id: &SpaceId, space: &Space, role: Option<MemberRole>) -> pb::Space {
    pb::Space {
        id: id.to_string(),
        title: space.meta.title.clone(),
        owner: space.meta.owner.clone(),
        members: members(&space.meta),
        created_at: i64::try_from(space.meta.created_at).unwrap_or(i64::MAX),
        role: role_of(role).into(),
        items: space.items,
    }
}

fn item_reply(id: String, item: Item, revision: u64) -> pb::Item {
    let place = item.place.map(|Place { x, y, z, width, height }| pb::Place { x, y, z, width, height });
    pb::Item { id, document: item.document.unwrap_or_default(), place, metadata: item.metadata, revision }
}

fn place(place: &pb::Place) -> Result<Place, Status> {
    let pb::Place { x, y, z, width, height } = *place;
    let is_finite = [x, y, z, width, height].iter().all(|number| number.is_finite());
    if !is_finite || width < 0.0 || height < 0.0 {
        return Err(bad("place: expected finite numbers, and sizes not below 0"));
    }
    Ok(Place { x, y, z, width, height })
}

fn object(field: &str, json: &str, most: usize) -> Result<String, Status> {
    if json.is_empty() {
        return Ok("{}".to_owned());
    }
    let is_object = json.len() <= most
        && serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(json).is_ok();
    if is_object {
        Ok(json.to_owned())
    } else {
        Err(bad(&format!("{field}: expected a JSON object of at most {most} bytes")))
    }
}

/// An item as it comes from outside.
fn parse_item(item: Option<pb::Item>) -> Result<(String, Item, Option<DocumentId>, u64), Status> {
    let item = item.ok_or_else(|| bad("item: missing"))?;
    let is_id = !item.id.is_empty()
        && item.id.len() <= ITEM_ID_MAX
        && item.id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
        && !item.id.starts_with('-')
        && !item.id.ends_with('-');
    if !is_id {
        return Err(bad("item.id: expected 1 to 64 of a-z, 0-9 and inner dashes"));
    }
    let document = if item.document.is_empty() { None } else { Some(super::document(&item.document)?) };
    let kept = Item {
        document: document.as_ref().map(ToString::to_string),
        place: item.place.as_ref().map(place).transpose()?,
        metadata: object("item.metadata", &item.metadata, METADATA_MAX)?,
    };
    Ok((item.id, kept, document, item.revision))
}

impl Documents {
    /// The space, if the user is a member and may do what is needed.
    async fn space(
        &self,
        user: &UserId,
        id: &str,
        needs_writer: bool,
    ) -> Result<(SpaceId, Space, MemberRole), Status> {
        let id = space_id(id)?;
        let (space, _) = spaces::get(self.hub.store(), &id).await.map_err(|error| fail(&error))?;
        let Some(role) = space.meta.role(user) else { return Err(fail(&SpaceError::NotFound(id))) };
        if needs_writer && role != MemberRole::Writer {
            let text = format!("only its writers may do this with space {id}");
            return Err(fail(&Problem::new(ServiceCode::PermissionDenied, text)));
        }
        Ok((id, space, role))
    }

    /// Tells the rooms of a space's documents that their members have changed.
    pub(super) async fn members_changed(&self, id: &SpaceId) -> Result<(), Status> {
        let found = items::list(self.hub.store(), id, "", items::ITEMS_MAX, None).await;
        for (_, item, _) in found.map_err(|error| fail(&error))? {
            self.place_changed(item.document.and_then(|document| document.parse().ok())).await;
        }
        Ok(())
    }

    async fn place_changed(&self, document: Option<DocumentId>) {
        let Some(document) = document else { return };
        if let Ok(meta) = self.hub.store().meta(&document).await {
            self.hub.changed(&document, meta).await;
        }
    }

    pub(super) async fn put_item_as(
        &self,
        space: &SpaceId,
        item: Option<pb::Item>,
        if_revision: bool,
        owner: &str,
    ) -> Result<pb::Item, Status> {
        let (id, item, document, revision) = parse_item(item)?;
        let store = self.hub.store();
        if let Some(document) = &document {
            let meta = store.meta(document).await.map_err(|error| fail(&error))?;
            // Who may write in a space need not own what is in it, to move it about.
            if meta.owner != owner && meta.space.as_deref() != Some(space.as_str()) {
                let text = format!("only its owner puts document {document} into a space");
                return Err(fail(&Problem::new(ServiceCode::PermissionDenied, text)));
            }
        }
        let wanted = if_revision.then_some(revision);
        let put = items::put(store, space, &id, &item, wanted).await;
        let (revision, _) = put.map_err(|error| fail(&error))?;
        self.place_changed(document).await;
        Ok(item_reply(id, item, revision))
    }
}

#[tonic::async_trait]
impl SpaceService for Spaces {
    async fn create_space(
        &self,
        request: Request<pb::CreateSpaceRequest>,
    ) -> Result<Response<pb::Space>, Status> {
        let owner = caller(&request)?;
        let pb::CreateSpaceRequest { id, title } = request.into_inner();
        if title.len() > TITLE_MAX {
            return Err(bad("title: at most 200 bytes"));
        }
        let id = if id.is_empty() { SpaceId::from_random(self.0.random.u128()) } else { space_id(&id)? };
        let meta =
            Meta { title, owner: owner.to_string(), created_at: self.0.clock.now_ms(), ..Meta::default() };
        let made = spaces::create(self.0.hub.store(), &id, meta).await.map_err(|error| fail(&error))?;
        Ok(Response::new(reply(&id, &made, Some(MemberRole::Writer))))
    }

    async fn get_space(&self, request: Request<pb::GetSpaceRequest>) -> Result<Response<pb::Space>, Status> {
        let user = caller(&request)?;
        let (id, space, role) = self.0.space(&user, &request.get_ref().id, false).await?;
        Ok(Response::new(reply(&id, &space, Some(role))))
    }

    async fn list_spaces(
        &self,
        request: Request<pb::ListSpacesRequest>,
    ) -> Result<Response<pb::ListSpacesReply>, Status> {
        let user = caller(&request)?;
        let pb::ListSpacesRequest { after, limit } = request.into_inner();
        let limit = if limit == 0 { LIST_DEFAULT } else { (limit as usize).min(LIST_MAX) };
        let found = spaces::list(self.0.hub.store(), &user, &after, limit).await;
        let found = found.map_err(|error| fail(&error))?;
        let is_full = found.len() == limit;
        let next = found.last().filter(|_| is_full).map(|(id, _)| id.to_string()).unwrap_or_default();
        let spaces = found.iter().map(|(id, space)| reply(id, space, space.meta.role(&user))).collect();
        Ok(Response::new(pb::ListSpacesReply { spaces, next }))
    }

    async fn rename_space(
        &self,
        request: Request<pb::RenameSpaceRequest>,
    ) -> Result<Response<pb::Space>, Status> {
        let user = caller(&request)?;
        let (id, _, role) = self.0.space(&user, &request.get_ref().id, true).await?;
        let title = request.into_inner().title;
        if title.len() > TITLE_MAX {
            return Err(bad("title: at most 200 bytes"));
        }
        let changed = spaces::change(self.0.hub.store(), &id, &SpaceChange::Title(title)).await;
        let (_, now) = changed.map_err(|error| fail(&error))?;
        Ok(Response::new(reply(&id, &now, Some(role))))
    }

    async fn set_space_member(
        &self,
        request: Request<pb::SetSpaceMemberRequest>,
    ) -> Result<Response<pb::Space>, Status> {
        let caller = caller(&request)?;
        let (id, space, role) = self.0.space(&caller, &request.get_ref().id, false).await?;
        if space.meta.owner != caller.as_str() {
            let text = format!("only its owner may do this with space {id}");
            return Err(fail(&Problem::new(ServiceCode::PermissionDenied, text)));
        }
        let wanted = parse_role(request.get_ref().role())?;
        let user = parse_user(&request.get_ref().user)?;
        if user == caller {
            return Err(bad("user: the owner may do everything already"));
        }
        let change = SpaceChange::Roles { roles: vec![(user, wanted)], only: false };
        let changed = spaces::change(self.0.hub.store(), &id, &change).await;
        let (_, now) = changed.map_err(|error| fail(&error))?;
        self.0.members_changed(&id).await?;
        Ok(Response::new(reply(&id, &now, Some(role))))
    }

    async fn delete_space(
        &self,
        request: Request<pb::DeleteSpaceRequest>,
    ) -> Result<Response<pb::DeleteSpaceReply>, Status> {
        let caller = caller(&request)?;
        let (id, space, _) = self.0.space(&caller, &request.get_ref().id, false).await?;
        if space.meta.owner != caller.as_str() {
            let text = format!("only its owner may delete space {id}");
            return Err(fail(&Problem::new(ServiceCode::PermissionDenied, text)));
        }
        let changed = spaces::change(self.0.hub.store(), &id, &SpaceChange::Delete).await;
        changed.map_err(|error| fail(&error))?;
        Ok(Response::new(pb::DeleteSpaceReply {}))
    }

    async fn put_item(&self, request: Request<pb::PutItemRequest>) -> Result<Response<pb::Item>, Status> {
        let user = caller(&request)?;
        let (id, ..) = self.0.space(&user, &request.get_ref().space, true).await?;
        let pb::PutItemRequest { item, if_revision, .. } = request.into_inner();
        let item = self.0.put_item_as(&id, item, if_revision, user.as_str()).await?;
        Ok(Response::new(item))
    }

    async fn list_items(
        &self,
        request: Request<pb::ListItemsRequest>,
    ) -> Result<Response<pb::ListItemsReply>, Status> {
        let user = caller(&request)?;
        let (id, ..) = self.0.space(&user, &request.get_ref().space, false).await?;
        let pb::ListItemsRequest { after, limit, within, .. } = request.into_inner();
        let limit = if limit == 0 { LIST_DEFAULT } else { (limit as usize).min(LIST_MAX) };
        let within = within.as_ref().map(place).transpose()?;
        let found = items::list(self.0.hub.store(), &id, &after, limit, within.as_ref()).await;
        let found = found.map_err(|error| fail(&error))?;
        let is_full = found.len() == limit;
        let next = found.last().filter(|_| is_full).map(|(id, ..)| id.clone()).unwrap_or_default();
        let items = found.into_iter().map(|(id, item, revision)| item_reply(id, item, revision)).collect();
        Ok(Response::new(pb::ListItemsReply { items, next }))
    }

    async fn remove_item(
        &self,
        request: Request<pb::RemoveItemRequest>,
    ) -> Result<Response<pb::RemoveItemReply>, Status> {
        let user = caller(&request)?;
        let (id, ..) = self.0.space(&user, &request.get_ref().space, true).await?;
        let gone = items::remove(self.0.hub.store(), &id, &request.get_ref().id).await;
        let gone = gone.map_err(|error| fail(&error))?;
        self.0.place_changed(gone.document.and_then(|document| document.parse().ok())).await;
        Ok(Response::new(pb::RemoveItemReply {}))
    }

    async fn get_settings(
        &self,
        request: Request<pb::GetSettingsRequest>,
    ) -> Result<Response<pb::Settings>, Status> {
        let user = caller(&request)?;
        let space = self.of_space(&user, &request.get_ref().space).await?;
        let held = settings::get(self.0.hub.store(), &user, space.as_ref()).await;
        let (json, revision) = held.map_err(|error| fail(&error))?;
        Ok(Response::new(pb::Settings { json, revision }))
    }

    async fn put_settings(
        &self,
        request: Request<pb::PutSettingsRequest>,
    ) -> Result<Response<pb::Settings>, Status> {
        let user = caller(&request)?;
        let space = self.of_space(&user, &request.get_ref().space).await?;
        let pb::PutSettingsRequest { json, revision, if_revision, .. } = request.into_inner();
        let json = object("json", &json, SETTINGS_MAX)?;
        let wanted = if_revision.then_some(revision);
        let put = settings::put(self.0.hub.store(), &user, space.as_ref(), &json, wanted).await;
        let revision = put.map_err(|error| fail(&error))?;
        Ok(Response::new(pb::Settings { json, revision }))
    }
}

impl Spaces {
    async fn of_space(&self, user: &UserId, space: &str) -> Result<Option<SpaceId>, Status> {
        if space.is_empty() {
            return Ok(None);
        }
        let (id, ..) = self.0.space(user, space, false).await?;
        Ok(Some(id))
    }
}
