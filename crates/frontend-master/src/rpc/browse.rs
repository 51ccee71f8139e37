//! `carrel.repo.v1.BrowseService`: looking into repositories.

use carrel_proto::convert::{InvalidField, parse};
use carrel_proto::repo::v1::browse_service_server::BrowseService;
use carrel_proto::repo::v1::{
    CommitView, FileView, GetCommitRequest, GetFileRequest, ListCommitsReply, ListCommitsRequest,
    ListFolderReply, ListFolderRequest, ListRefsReply, ListRefsRequest,
};
use carrel_service::error::status;
use tonic::{Request, Response, Status};

use super::{RepositoryRpc, page};
use crate::browse::path::TreePath;
use crate::browse::{BrowseError, Look};
use crate::git::access::Right;
use crate::names::RepositoryPath;
use crate::state::SharedState;

/// A folder's page: a screenful many times over, and some 200 kB.
const ENTRIES_MAX: u32 = 1_000;

/// A page of history.
const COMMITS_DEFAULT: u32 = 50;
const COMMITS_MAX: u32 = 100;

/// The service.
#[derive(Clone)]
pub struct BrowseRpc(RepositoryRpc);

impl BrowseRpc {
    /// The service.
    pub fn new(state: SharedState) -> Self {
        Self(RepositoryRpc(state))
    }

    /// The repository, where the caller may read it.
    async fn readable<T>(&self, request: &Request<T>, path: &str) -> Result<RepositoryPath, Status> {
        let path = parse("path", path)?;
        self.0.admit(request, &path, Right::Read).await?;
        Ok(path)
    }

    async fn look<'a>(&'a self, path: &'a RepositoryPath) -> Result<Look<'a>, Status> {
        let state = &self.0.0;
        state
            .browser
            .look(&state.repositories, path)
            .await
            .map_err(|error| status(&error, "look into a repository"))
    }
}

fn answer<T>(found: Result<T, BrowseError>, doing: &'static str) -> Result<Response<T>, Status> {
    found.map(Response::new).map_err(|error| status(&error, doing))
}

fn limit(asked: u32, default: u32, most: u32) -> Result<usize, InvalidField> {
    match asked {
        0 => Ok(default as usize),
        asked if asked <= most => Ok(asked as usize),
        _ => Err(InvalidField::new("limit", format!("must be at most {most}"))),
    }
}

fn file(text: &str) -> Result<TreePath, InvalidField> {
    TreePath::parse("file", text)?.ok_or_else(|| InvalidField::new("file", "must name a file"))
}

#[tonic::async_trait]
impl BrowseService for BrowseRpc {
    async fn list_refs(&self, request: Request<ListRefsRequest>) -> Result<Response<ListRefsReply>, Status> {
        let asked = request.get_ref();
        let path = self.readable(&request, &asked.path).await?;
        let limit = page(asked.limit)?;
        answer(self.look(&path).await?.refs(&asked.after, limit).await, "list branches")
    }

    async fn list_folder(
        &self,
        request: Request<ListFolderRequest>,
    ) -> Result<Response<ListFolderReply>, Status> {
        let asked = request.get_ref();
        let path = self.readable(&request, &asked.path).await?;
        let folder = TreePath::parse("folder", &asked.folder)?;
        let limit = limit(asked.limit, ENTRIES_MAX, ENTRIES_MAX)?;
        let look = self.look(&path).await?;
        answer(look.folder(&asked.revision, folder.as_ref(), &asked.after, limit).await, "list a folder")
    }

    async fn get_file(&self, request: Request<GetFileRequest>) -> Result<Response<FileView>, Status> {
        let asked = request.get_ref();
        let path = self.readable(&request, &asked.path).await?;
        let file = file(&asked.file)?;
        answer(self.look(&path).await?.file(&asked.revision, &file).await, "show a file")
    }

    async fn list_commits(
        &self,
        request: Request<ListCommitsRequest>,
    ) -> Result<Response<ListCommitsReply>, Status> {
        let asked = request.get_ref();
        let path = self.readable(&request, &asked.path).await?;
        let file = TreePath::parse("file", &asked.file)?;
        let limit = limit(asked.limit, COMMITS_DEFAULT, COMMITS_MAX)?;
        let look = self.look(&path).await?;
        answer(look.commits(&asked.revision, file.as_ref(), &asked.after, limit).await, "list commits")
    }

    async fn get_commit(&self, request: Request<GetCommitRequest>) -> Result<Response<CommitView>, Status> {
        let asked = request.get_ref();
        let path = self.readable(&request, &asked.path).await?;
        if asked.commit.is_empty() {
            return Err(InvalidField::new("commit", "must name a commit").into());
        }
        answer(self.look(&path).await?.change(&asked.commit).await, "show a commit")
    }
}
