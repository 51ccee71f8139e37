//! Content in and out: first contents, export, import, named versions.

use bytes::Bytes;
use carrel_ids::DocumentId;
use carrel_proto::code::ServiceCode;
use carrel_proto::sync::v1 as pb;
use carrel_service::ServiceError;
use pb::content::Form;
use tonic::{Request, Response, Status};

use super::{Documents, Need, bad, caller, fail, refused};
use crate::content::{self, ContentError, TEXT};
use crate::spaces::versions::{self, VERSIONS_MAX, Version};

const NAME_MAX: usize = 200;
const TEXT_NAME_MAX: usize = 64;
/// Content that one call reads or makes: JSON of it takes several times as much memory.
const CONTENT_MAX: usize = 64 * 1024 * 1024;
const LIST_DEFAULT: usize = 100;

/// What reads as an empty document.
const NOTHING: [u8; 2] = [0, 0];

impl ServiceError for ContentError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Kind(_) | Self::TooDeep => ServiceCode::FailedPrecondition,
            Self::Decode(_)
            | Self::Apply(_)
            | Self::Incomplete
            | Self::Json(_)
            | Self::Shape(_)
            | Self::TooMany => ServiceCode::InvalidArgument,
        }
    }
}

/// Documents are large: what reads a whole one is not done on a thread that serves others.
async fn work<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ContentError> + Send + 'static,
) -> Result<T, Status> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Status::internal("the content could not be worked on: try again"))?
        .map_err(|error| fail(&error))
}

fn text_name(name: String) -> Result<String, Status> {
    if name.len() > TEXT_NAME_MAX {
        return Err(bad("name: at most 64 bytes"));
    }
    Ok(if name.is_empty() { TEXT.to_owned() } else { name })
}

fn edit(held: &[u8], form: Form) -> Result<Option<Vec<u8>>, ContentError> {
    match form {
        Form::Update(update) => Ok(Some(update)),
        Form::Json(json) => content::import_json(held, &json),
        Form::Text(pb::SharedText { name, text }) => content::import_text(held, &name, &text),
    }
}

fn form_of(content: Option<pb::Content>) -> Result<Option<Form>, Status> {
    match content.and_then(|content| content.form) {
        Some(Form::Text(pb::SharedText { name, text })) => {
            Ok(Some(Form::Text(pb::SharedText { name: text_name(name)?, text })))
        }
        other => Ok(other),
    }
}

/// A document's first update, if it is to have one.
pub(super) async fn first(content: Option<pb::Content>) -> Result<Option<Bytes>, Status> {
    let Some(form) = form_of(content)? else { return Ok(None) };
    let update = work(move || match form {
        Form::Update(update) => content::seed(update),
        other => edit(&NOTHING, other),
    });
    Ok(update.await?.map(Bytes::from))
}

fn reply(version: &Version) -> pb::Version {
    pb::Version {
        version: version.version,
        name: version.name.clone(),
        author: version.author.clone(),
        created_at: i64::try_from(version.created_at).unwrap_or(i64::MAX),
        bytes: version.bytes,
    }
}

impl Documents {
    /// The whole state, version 1.
    async fn whole(&self, id: &DocumentId) -> Result<Vec<u8>, Status> {
        let content = self.hub.read(id, Bytes::new()).await.map_err(|error| fail(&error))?;
        if content.update.len() > CONTENT_MAX {
            return Err(bad("the document is larger than 64 MiB: read it with GetDocument"));
        }
        Ok(content.update)
    }

    async fn version(&self, id: &DocumentId, version: u64) -> Result<(Version, Vec<u8>), Status> {
        let found = versions::get(self.hub.store(), id, version).await;
        let (version, state) = found.map_err(|error| fail(&error))?;
        Ok((version, work(move || content::to_v1(&state)).await?))
    }

    pub(super) async fn export(
        &self,
        request: Request<pb::ExportDocumentRequest>,
    ) -> Result<Response<pb::Content>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Member).await?;
        let form = request.get_ref().form();
        let pb::ExportDocumentRequest { name, version, .. } = request.into_inner();
        let name = text_name(name)?;
        let whole = if version == 0 { self.whole(&id).await? } else { self.version(&id, version).await?.1 };
        let form = match form {
            pb::Form::Unspecified => return Err(bad("form: choose update, JSON or text")),
            pb::Form::Update => Form::Update(whole),
            pb::Form::Json => Form::Json(work(move || content::json(&whole)).await?),
            pb::Form::Text => {
                let of = name.clone();
                Form::Text(pb::SharedText { name, text: work(move || content::text(&whole, &of)).await? })
            }
        };
        Ok(Response::new(pb::Content { form: Some(form) }))
    }

    pub(super) async fn import(
        &self,
        request: Request<pb::ImportDocumentRequest>,
    ) -> Result<Response<pb::ImportDocumentReply>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Writer).await?;
        let form = form_of(request.into_inner().content)?;
        let form = form.ok_or_else(|| bad("content: choose an update, JSON or a text"))?;
        let whole = if matches!(form, Form::Update(_)) { Vec::new() } else { self.whole(&id).await? };
        let edit = work(move || edit(&whole, form)).await?;
        let changed = self.apply_edit(&id, edit).await?;
        Ok(Response::new(pb::ImportDocumentReply { changed }))
    }

    async fn apply_edit(&self, id: &DocumentId, edit: Option<Vec<u8>>) -> Result<bool, Status> {
        let Some(edit) = edit else { return Ok(false) };
        self.hub.apply(id, Bytes::from(edit)).await.map_err(|error| refused(&error))
    }

    pub(super) async fn keep_version(
        &self,
        request: Request<pb::CreateVersionRequest>,
    ) -> Result<Response<pb::Version>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Writer).await?;
        let author = caller(&request)?;
        let name = request.into_inner().name;
        if name.is_empty() || name.len() > NAME_MAX {
            return Err(bad("name: 1 to 200 bytes"));
        }
        let whole = self.whole(&id).await?;
        let state = Bytes::from(work(move || content::to_v2(&whole)).await?);
        let about = (name.as_str(), &author, self.clock.now_ms());
        let made = versions::create(self.hub.store(), &id, about, state).await;
        Ok(Response::new(reply(&made.map_err(|error| fail(&error))?)))
    }

    pub(super) async fn versions(
        &self,
        request: Request<pb::ListVersionsRequest>,
    ) -> Result<Response<pb::ListVersionsReply>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Member).await?;
        let pb::ListVersionsRequest { before, limit, .. } = request.into_inner();
        let limit = if limit == 0 { LIST_DEFAULT } else { (limit as usize).min(VERSIONS_MAX) };
        let found = versions::list(self.hub.store(), &id, before, limit).await;
        let found = found.map_err(|error| fail(&error))?;
        let is_full = found.len() == limit;
        let next = found.last().filter(|_| is_full).map_or(0, |version| version.version);
        let versions = found.iter().map(reply).collect();
        Ok(Response::new(pb::ListVersionsReply { versions, next }))
    }

    pub(super) async fn read_version(
        &self,
        request: Request<pb::GetVersionRequest>,
    ) -> Result<Response<pb::GetVersionReply>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Member).await?;
        let (version, update) = self.version(&id, request.get_ref().version).await?;
        Ok(Response::new(pb::GetVersionReply { version: Some(reply(&version)), update }))
    }

    pub(super) async fn restore(
        &self,
        request: Request<pb::RestoreVersionRequest>,
    ) -> Result<Response<pb::RestoreVersionReply>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Writer).await?;
        let (_, then) = self.version(&id, request.get_ref().version).await?;
        let now = self.whole(&id).await?;
        let edit = work(move || content::restore(&now, &then)).await?;
        let changed = self.apply_edit(&id, edit).await?;
        Ok(Response::new(pb::RestoreVersionReply { changed }))
    }

    pub(super) async fn forget_version(
        &self,
        request: Request<pb::DeleteVersionRequest>,
    ) -> Result<Response<pb::DeleteVersionReply>, Status> {
        let (id, _) = self.allowed(&request, &request.get_ref().id, Need::Owner).await?;
        let done = versions::delete(self.hub.store(), &id, request.get_ref().version).await;
        done.map_err(|error| fail(&error))?;
        Ok(Response::new(pb::DeleteVersionReply {}))
    }
}
