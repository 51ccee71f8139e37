//! `carrel.repo.v1.RepositoryService`: create, list, share, check.

use carrel_proto::convert::{InvalidField, parse};
use carrel_proto::repo::v1::repository_service_server::RepositoryService;
use carrel_proto::repo::v1::{
    Access, AddStartersRequest, CancelImportRequest, CheckRepositoryRequest, CreateRepositoryRequest,
    DeleteRepositoryReply, DeleteRepositoryRequest, Grant, Import, ImportRepositoryRequest, ListImportsReply,
    ListImportsRequest, ListRepositoriesReply, ListRepositoriesRequest, Repository, RepositoryCheck,
    SetAccessRequest,
};
use carrel_service::error::status;
use carrel_service::identity::Principal;
use tonic::{Request, Response, Status};

use super::page;
use crate::git::GitError;
use crate::git::access::{Right, require, right};
use crate::git::plumbing::Check;
use crate::names::RepositoryPath;
use crate::state::SharedState;
use crate::store::{GrantAccess, RepositoryRecord, Role, StoreError, UserRecord};

/// The service.
#[derive(Clone)]
pub struct RepositoryRpc(pub SharedState);

impl RepositoryRpc {
    /// The caller and the repository, where the caller holds at least this right.
    async fn admit<T>(
        &self,
        request: &Request<T>,
        path: &RepositoryPath,
        needed: Right,
    ) -> Result<(UserRecord, RepositoryRecord), Status> {
        let caller = self.caller(request).await?;
        let found =
            self.0.repositories.find(path).await.map_err(|error| status(&error, "find a repository"))?;
        let missing = || GitError::Missing { path: path.to_string() };
        let record = found.ok_or_else(missing).map_err(|error| status(&error, "find a repository"))?;
        let held = right(&record, &caller.name, caller.role);
        require(path, held, needed).map_err(|error| status(&error, "use a repository"))?;
        Ok((caller, record))
    }

    async fn caller<T>(&self, request: &Request<T>) -> Result<UserRecord, Status> {
        let own = self.0.accounts.own(Principal::of(request.extensions())?).await;
        own.map_err(|error| status(&error, "find the caller"))
    }

    fn message(&self, record: &RepositoryRecord) -> Repository {
        let grants = record.grants.iter().map(|(user, access)| Grant {
            user: user.to_string(),
            access: match access {
                GrantAccess::Read => Access::Read,
                GrantAccess::Write => Access::Write,
            }
            .into(),
        });
        Repository {
            path: record.path.to_string(),
            clone_url: self.0.clone_url(&record.path),
            grants: grants.collect(),
            created_at: record.created_at,
        }
    }
}

fn check(path: &RepositoryPath, check: &Check) -> RepositoryCheck {
    RepositoryCheck {
        path: path.to_string(),
        empty: check.empty,
        environment_file: check.environment_file.unwrap_or_default().to_owned(),
        has_default_nix: check.has_default_nix,
        missing: check.missing.iter().map(|name| (*name).to_owned()).collect(),
        advice: check.advice(path),
    }
}

#[tonic::async_trait]
impl RepositoryService for RepositoryRpc {
    async fn create_repository(
        &self,
        request: Request<CreateRepositoryRequest>,
    ) -> Result<Response<Repository>, Status> {
        let caller = self.caller(&request).await?;
        let asked = request.get_ref();
        let path: RepositoryPath = parse("path", &asked.path)?;
        if path.owner != caller.name {
            let refused = GitError::NotOwner { path: path.clone() };
            let owner = self.0.store.user_by_name(&path.owner).await;
            let owner = owner.map_err(|error| status(&error, "find the owner"))?;
            match (caller.role, owner) {
                (Role::Admin, Some(_)) => {}
                (Role::Admin, None) => {
                    let missing = StoreError::Missing { what: format!("account \"{}\"", path.owner) };
                    return Err(status(&missing, "create a repository"));
                }
                _ => return Err(status(&refused, "create a repository")),
            }
        }
        let made = self.0.repositories.create(&path).await;
        let record = made.map_err(|error| status(&error, "create a repository"))?;
        if asked.with_starters {
            let now = self.0.clock.now_secs();
            let added = self.0.repositories.add_starters(&path, &caller.name, now).await;
            added.map_err(|error| status(&error, "add the starter files"))?;
        }
        Ok(Response::new(self.message(&record)))
    }

    async fn list_repositories(
        &self,
        request: Request<ListRepositoriesRequest>,
    ) -> Result<Response<ListRepositoriesReply>, Status> {
        let caller = self.caller(&request).await?;
        let ListRepositoriesRequest { after, limit } = request.into_inner();
        let limit = page(limit)?;
        let reader = (caller.role != Role::Admin).then_some(&caller.name);
        let listed = self.0.store.list_repositories(reader, &after, limit).await;
        let listed = listed.map_err(|error| status(&error, "list repositories"))?;
        let full = listed.len() as u64 == u64::from(limit);
        let next = listed.last().filter(|_| full).map(|last| last.path.to_string()).unwrap_or_default();
        let repositories = listed.iter().map(|record| self.message(record)).collect();
        Ok(Response::new(ListRepositoriesReply { repositories, next }))
    }

    async fn delete_repository(
        &self,
        request: Request<DeleteRepositoryRequest>,
    ) -> Result<Response<DeleteRepositoryReply>, Status> {
        let path = parse("path", &request.get_ref().path)?;
        let (_, record) = self.admit(&request, &path, Right::Own).await?;
        let deleted = self.0.repositories.delete(&path).await;
        deleted.map_err(|error| status(&error, "delete a repository"))?;
        self.0.documents.access_changed(&record);
        Ok(Response::new(DeleteRepositoryReply {}))
    }

    async fn set_access(&self, request: Request<SetAccessRequest>) -> Result<Response<Repository>, Status> {
        let asked = request.get_ref();
        let path: RepositoryPath = parse("path", &asked.path)?;
        let user = parse("user", &asked.user)?;
        let access = match asked.access() {
            Access::None => None,
            Access::Read => Some(GrantAccess::Read),
            Access::Write => Some(GrantAccess::Write),
            Access::Unspecified => return Err(InvalidField::new("access", "must be set").into()),
        };
        self.admit(&request, &path, Right::Own).await?;
        if user == path.owner {
            return Err(InvalidField::new("user", "the owner has every access already").into());
        }
        if access.is_some() {
            let there = self.0.store.user_by_name(&user).await;
            if there.map_err(|error| status(&error, "find the account"))?.is_none() {
                let missing = StoreError::Missing { what: format!("account \"{user}\"") };
                return Err(status(&missing, "change access"));
            }
        }
        let changed = self.0.store.set_grant(&path, &user, access).await;
        let record = changed.map_err(|error| status(&error, "change access"))?;
        self.0.documents.access_changed(&record);
        Ok(Response::new(self.message(&record)))
    }

    async fn check_repository(
        &self,
        request: Request<CheckRepositoryRequest>,
    ) -> Result<Response<RepositoryCheck>, Status> {
        let path = parse("path", &request.get_ref().path)?;
        self.admit(&request, &path, Right::Read).await?;
        let checked = self.0.repositories.check(&path).await;
        let checked = checked.map_err(|error| status(&error, "check a repository"))?;
        Ok(Response::new(check(&path, &checked)))
    }

    async fn add_starters(
        &self,
        request: Request<AddStartersRequest>,
    ) -> Result<Response<RepositoryCheck>, Status> {
        let path = parse("path", &request.get_ref().path)?;
        let (caller, _) = self.admit(&request, &path, Right::Write).await?;
        let now = self.0.clock.now_secs();
        let added = self.0.repositories.add_starters(&path, &caller.name, now).await;
        let checked = added.map_err(|error| status(&error, "add the starter files"))?;
        Ok(Response::new(check(&path, &checked)))
    }

    async fn import_repository(
        &self,
        _request: Request<ImportRepositoryRequest>,
    ) -> Result<Response<Import>, Status> {
        Err(Status::unimplemented("on its way"))
    }

    async fn list_imports(
        &self,
        _request: Request<ListImportsRequest>,
    ) -> Result<Response<ListImportsReply>, Status> {
        Err(Status::unimplemented("on its way"))
    }

    async fn cancel_import(
        &self,
        _request: Request<CancelImportRequest>,
    ) -> Result<Response<Import>, Status> {
        Err(Status::unimplemented("on its way"))
    }
}
