//! `DocumentService`: documents for programs; and in the modules below, the services beside it.

mod content;
mod spaces;
mod steward;
mod watch;

use std::sync::Arc;

use bytes::Bytes;
use carrel_ids::{DocumentId, UserId};
use carrel_proto::code::{Problem, ServiceCode};
use carrel_proto::json;
use carrel_proto::sync::v1 as pb;
use carrel_proto::sync::v1::document_service_server::DocumentService;
use carrel_proto::sync::v1::document_service_server::DocumentServiceServer;
use carrel_proto::sync::v1::space_service_server::SpaceServiceServer;
use carrel_proto::sync::v1::steward_service_server::StewardServiceServer;
use carrel_service::error::status;
use carrel_service::{App, Audience, Principal, Random, ServiceError, SharedClock, Shutdown};
use tonic::metadata::MetadataValue;
use tonic::{Request, Response, Status};

use crate::changes::Changes;
use crate::compact;
use crate::hub::{CallError, Hub};
use crate::metrics::SyncMetrics;
use crate::room::doc::DocError;
use crate::spaces::items;
use crate::store::{Change, MemberRole, Meta, StoreError};

const TITLE_MAX: usize = 200;
const LIST_DEFAULT: usize = 100;
const LIST_MAX: usize = 1_000;

/// The service.
pub struct Documents {
    /// The rooms and the store.
    pub hub: Hub,
    /// For creation times.
    pub clock: SharedClock,
    /// For ids.
    pub random: Random,
    /// Figures.
    pub metrics: SyncMetrics,
    /// For those who watch.
    pub changes: Changes,
    /// Ends streams.
    pub shutdown: Shutdown,
}

/// Adds the three services, and the JSON mirrors of those that are for people.
pub fn serve(app: App, documents: Arc<Documents>, frame_bytes: usize) -> App {
    let (spaces, stewards) =
        (Arc::new(spaces::Spaces(documents.clone())), steward::Stewards(documents.clone()));
    let routes = axum::Router::new()
        .nest("/api/v1/DocumentService", json::document_service(documents.clone()))
        .nest("/api/v1/SpaceService", json::space_service(spaces.clone()));
    // An update by gRPC may be as large as one by websocket.
    let most = frame_bytes + 1_024;
    let documents = DocumentServiceServer::from_arc(documents).max_decoding_message_size(most);
    app.grpc(Audience::Public, documents.max_encoding_message_size(usize::MAX))
        .grpc(Audience::Public, SpaceServiceServer::from_arc(spaces))
        .grpc(Audience::Rack, StewardServiceServer::new(stewards).max_decoding_message_size(most))
        .routes(Audience::Public, routes)
}

/// What a caller must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    Member,
    Writer,
    Owner,
}

fn fail<E: ServiceError>(error: &E) -> Status {
    status(error, "serve a document")
}

fn bad(text: &str) -> Status {
    fail(&Problem::new(ServiceCode::InvalidArgument, text))
}

/// Where an update that builds on missing ones has to begin, for programs: in the answer's metadata.
pub const STATE_VECTOR: &str = "carrel-state-vector-bin";

fn refused(error: &CallError) -> Status {
    let mut status = fail(error);
    if let CallError::Bytes(DocError::Missing { vector, .. }) = error {
        status.metadata_mut().insert_bin(STATE_VECTOR, MetadataValue::from_bytes(vector));
    }
    status
}

fn caller<T>(request: &Request<T>) -> Result<UserId, Status> {
    let principal = Principal::of(request.extensions())?;
    let user = principal.user().map(|(id, ..)| id.clone());
    user.ok_or_else(|| fail(&Problem::new(ServiceCode::PermissionDenied, "only people own documents")))
}

fn document(id: &str) -> Result<DocumentId, Status> {
    id.parse()
        .map_err(|_| bad("id: expected a document's id, \"do-\" and 1 to 40 of a-z, 0-9 and inner dashes"))
}

fn parse_user(user: &str) -> Result<UserId, Status> {
    user.parse().map_err(|_| bad("user: expected a user's id, \"us-…\""))
}

fn parse_role(role: pb::MemberRole) -> Result<Option<MemberRole>, Status> {
    match role {
        pb::MemberRole::Unspecified => Err(bad("role: choose none, reader or writer")),
        pb::MemberRole::None => Ok(None),
        pb::MemberRole::Reader => Ok(Some(MemberRole::Reader)),
        pb::MemberRole::Writer => Ok(Some(MemberRole::Writer)),
    }
}

const fn role_of(role: Option<MemberRole>) -> pb::MemberRole {
    match role {
        None => pb::MemberRole::None,
        Some(MemberRole::Reader) => pb::MemberRole::Reader,
        Some(MemberRole::Writer) => pb::MemberRole::Writer,
    }
}

fn members(meta: &Meta) -> Vec<pb::Member> {
    let member = |(user, role): &(String, MemberRole)| pb::Member {
        user: user.clone(),
        role: role_of(Some(*role)).into(),
    };
    meta.members.iter().map(member).collect()
}

fn reply(id: &DocumentId, meta: &Meta, role: Option<MemberRole>) -> pb::Document {
    pb::Document {
        id: id.to_string(),
        title: meta.title.clone(),
        owner: meta.owner.clone(),
        members: members(meta),
        created_at: i64::try_from(meta.created_at).unwrap_or(i64::MAX),
        space: meta.space.clone().unwrap_or_default(),
        role: role_of(role).into(),
    }
}

impl Documents {
    /// The document, if the caller may do what is needed.
    async fn allowed<T>(
        &self,
        request: &Request<T>,
        id: &str,
        need: Need,
    ) -> Result<(DocumentId, Arc<Meta>), Status> {
        let user = caller(request)?;
        let id = document(id)?;
        let meta = self.hub.store().meta(&id).await.map_err(|error| fail(&error))?;
        let Some(role) = meta.role(&user) else { return Err(fail(&StoreError::NotFound(id))) };
        let is_allowed = match need {
            Need::Member => true,
            Need::Writer => role == MemberRole::Writer,
            Need::Owner => meta.owner == user.as_str(),
        };
        if !is_allowed {
            let who = if need == Need::Owner { "its owner" } else { "its writers" };
            let text = format!("only {who} may do this with document {id}");
            return Err(fail(&Problem::new(ServiceCode::PermissionDenied, text)));
        }
        Ok((id, meta))
    }

    /// Deletes a document for good; its item goes with it.
    async fn delete(&self, id: &DocumentId, held: &Meta) -> Result<(), Status> {
        let store = self.hub.store();
        let meta = store.change(id, Change::Delete).await.map_err(|error| fail(&error))?;
        self.hub.changed(id, meta).await;
        if let Some(space) = held.space.as_ref().and_then(|space| space.parse().ok())
            && let Ok(Some(item)) = items::find(store, &space, id).await
        {
            items::remove(store, &space, &item).await.map_err(|error| fail(&error))?;
        }
        Ok(())
    }
}

#[tonic::async_trait]
impl DocumentService for Documents {
    async fn create_document(
        &self,
        request: Request<pb::CreateDocumentRequest>,
    ) -> Result<Response<pb::Document>, Status> {
        let owner = caller(&request)?.to_string();
        let pb::CreateDocumentRequest { id, title, content } = request.into_inner();
        if title.len() > TITLE_MAX {
            return Err(bad("title: at most 200 bytes"));
        }
        let id = if id.is_empty() { DocumentId::from_random(self.random.u128()) } else { document(&id)? };
        let first = content::first(content).await?;
        let meta = Meta { title, owner, created_at: self.clock.now_ms(), ..Meta::default() };
        let made = self.hub.store().change(&id, Change::Create(meta, first)).await;
        let made = made.map_err(|error| fail(&error))?;
        Ok(Response::new(reply(&id, &made, Some(MemberRole::Writer))))
    }

    async fn get_document(
        &self,
        request: Request<pb::GetDocumentRequest>,
    ) -> Result<Response<pb::GetDocumentReply>, Status> {
        let (id, meta) = self.allowed(&request, &request.get_ref().id, Need::Member).await?;
        let role = meta.role(&caller(&request)?);
        let vector = Bytes::from(request.into_inner().state_vector);
        let content = self.hub.read(&id, vector).await.map_err(|error| fail(&error))?;
        let document = Some(reply(&id, &meta, role));
        let (update, state_vector) = (content.update, content.state_vector);
        Ok(Response::new(pb::GetDocumentReply { document, update, state_vector }))
    }

    async fn apply_update(
        &self,
        request: Request<pb::ApplyUpdateRequest>,
    ) -> Result<Response<pb::ApplyUpdateReply>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Writer).await?;
        let update = Bytes::from(request.into_inner().update);
        let changed = self.hub.apply(&id, update).await.map_err(|error| refused(&error))?;
        Ok(Response::new(pb::ApplyUpdateReply { changed }))
    }

    async fn list_documents(
        &self,
        request: Request<pb::ListDocumentsRequest>,
    ) -> Result<Response<pb::ListDocumentsReply>, Status> {
        let user = caller(&request)?;
        let pb::ListDocumentsRequest { after, limit } = request.into_inner();
        let limit = if limit == 0 { LIST_DEFAULT } else { (limit as usize).min(LIST_MAX) };
        let found = self.hub.store().list(&user, &after, limit).await.map_err(|error| fail(&error))?;
        let is_full = found.len() == limit;
        let next = found.last().filter(|_| is_full).map(|(id, _)| id.to_string()).unwrap_or_default();
        let documents = found.iter().map(|(id, meta)| reply(id, meta, meta.role(&user))).collect();
        Ok(Response::new(pb::ListDocumentsReply { documents, next }))
    }

    async fn add_member(
        &self,
        request: Request<pb::AddMemberRequest>,
    ) -> Result<Response<pb::Document>, Status> {
        let (id, meta) = self.allowed(&request, &request.get_ref().id, Need::Owner).await?;
        let wanted = request.get_ref().role();
        let user = parse_user(&request.get_ref().user)?;
        if meta.owner == user.as_str() {
            return Err(bad("user: the owner may do everything already"));
        }
        let change = Change::Roles { roles: vec![(user, parse_role(wanted)?)], only: false };
        let meta = self.hub.store().change(&id, change).await.map_err(|error| fail(&error))?;
        self.hub.changed(&id, meta.clone()).await;
        Ok(Response::new(reply(&id, &meta, Some(MemberRole::Writer))))
    }

    async fn compact_document(
        &self,
        request: Request<pb::CompactDocumentRequest>,
    ) -> Result<Response<pb::CompactDocumentReply>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Writer).await?;
        let done = compact::run(self.hub.store(), &id, &self.metrics, &self.clock)
            .await
            .map_err(|error| fail(&error))?;
        let compact::Compacted { state_bytes, updates_covered } = done;
        Ok(Response::new(pb::CompactDocumentReply { state_bytes, updates_covered }))
    }

    async fn delete_document(
        &self,
        request: Request<pb::DeleteDocumentRequest>,
    ) -> Result<Response<pb::DeleteDocumentReply>, Status> {
        let (id, meta) = self.allowed(&request, &request.get_ref().id, Need::Owner).await?;
        self.delete(&id, &meta).await?;
        Ok(Response::new(pb::DeleteDocumentReply {}))
    }

    async fn rename_document(
        &self,
        request: Request<pb::RenameDocumentRequest>,
    ) -> Result<Response<pb::Document>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Writer).await?;
        let title = request.into_inner().title;
        if title.len() > TITLE_MAX {
            return Err(bad("title: at most 200 bytes"));
        }
        let changed = self.hub.store().change(&id, Change::Title(title)).await;
        let meta = changed.map_err(|error| fail(&error))?;
        Ok(Response::new(reply(&id, &meta, Some(MemberRole::Writer))))
    }

    async fn export_document(
        &self,
        request: Request<pb::ExportDocumentRequest>,
    ) -> Result<Response<pb::Content>, Status> {
        self.export(request).await
    }

    async fn import_document(
        &self,
        request: Request<pb::ImportDocumentRequest>,
    ) -> Result<Response<pb::ImportDocumentReply>, Status> {
        self.import(request).await
    }

    async fn create_version(
        &self,
        request: Request<pb::CreateVersionRequest>,
    ) -> Result<Response<pb::Version>, Status> {
        self.keep_version(request).await
    }

    async fn list_versions(
        &self,
        request: Request<pb::ListVersionsRequest>,
    ) -> Result<Response<pb::ListVersionsReply>, Status> {
        self.versions(request).await
    }

    async fn get_version(
        &self,
        request: Request<pb::GetVersionRequest>,
    ) -> Result<Response<pb::GetVersionReply>, Status> {
        self.read_version(request).await
    }

    async fn restore_version(
        &self,
        request: Request<pb::RestoreVersionRequest>,
    ) -> Result<Response<pb::RestoreVersionReply>, Status> {
        self.restore(request).await
    }

    async fn delete_version(
        &self,
        request: Request<pb::DeleteVersionRequest>,
    ) -> Result<Response<pb::DeleteVersionReply>, Status> {
        self.forget_version(request).await
    }

    type WatchStream = watch::Watching;

    async fn watch(&self, request: Request<pb::WatchRequest>) -> Result<Response<Self::WatchStream>, Status> {
        self.watching(request).await
    }
}
