//! `carrel.notes.v1.NotesService`: which document holds the notes, and tickets for documents.

use carrel_ids::DocumentId;
use carrel_proto::convert::parse;
use carrel_proto::notes::v1 as pb;
use carrel_proto::notes::v1::notes_service_server::NotesService;
use carrel_service::error::status;
use carrel_service::identity::{NewToken, Principal};
use tonic::{Request, Response, Status};

use crate::documents::DocumentError;
use crate::git::GitError;
use crate::git::access::{Right, require, right};
use crate::names::RepositoryPath;
use crate::state::SharedState;

/// The service.
#[derive(Clone)]
pub struct NotesRpc(pub SharedState);

#[tonic::async_trait]
impl NotesService for NotesRpc {
    async fn open_notes(
        &self,
        request: Request<pb::OpenNotesRequest>,
    ) -> Result<Response<pb::Notes>, Status> {
        let path: RepositoryPath = parse("repository", &request.get_ref().repository)?;
        let caller = self.0.accounts.own(Principal::of(request.extensions())?).await;
        let caller = caller.map_err(|error| status(&error, "find the caller"))?;
        let found = self.0.repositories.find(&path).await;
        let missing = || GitError::Missing { path: path.to_string() };
        let found = found.map_err(|error| status(&error, "find a repository"))?;
        let repository = found.ok_or_else(missing).map_err(|error| status(&error, "find a repository"))?;
        let held = right(&repository, &caller.name, caller.role);
        require(&path, held, Right::Read).map_err(|error| status(&error, "open notes"))?;
        let document = self.0.documents.open_notes(&repository, &caller).await?;
        let may_write = held >= Right::Write;
        Ok(Response::new(pb::Notes { document: document.id, may_write, title: document.title }))
    }

    async fn create_document_ticket(
        &self,
        request: Request<pb::CreateDocumentTicketRequest>,
    ) -> Result<Response<pb::DocumentTicket>, Status> {
        let document: DocumentId = parse("document", &request.get_ref().document)?;
        let principal = Principal::of(request.extensions())?;
        let fail = |error: DocumentError| status(&error, "make a ticket");
        let (user, name, role) = principal.user().ok_or(DocumentError::Stranger).map_err(fail)?;
        let new = NewToken::document_ticket(&document, user, name, role);
        let signed = self.0.issuer.issue(new).map_err(|error| fail(DocumentError::Sign(error)))?;
        let expires_at = i64::try_from(signed.claims.exp.saturating_mul(1_000)).unwrap_or(i64::MAX);
        Ok(Response::new(pb::DocumentTicket { ticket: signed.token, expires_at }))
    }
}
