//! `carrel.repo.v1.RepositoryService`: create, list, share, check.

use carrel_proto::convert::{InvalidField, parse};
use carrel_proto::repo::v1::repository_service_server::RepositoryService;
use carrel_proto::repo::v1::{
    Access, AddStartersRequest, CancelImportRequest, CheckRepositoryRequest, CreateRepositoryRequest,
    DeleteRepositoryReply, DeleteRepositoryRequest, Grant, Import, ImportRepositoryRequest, ImportState,
    ListImportsReply, ListImportsRequest, ListRepositoriesReply, ListRepositoriesRequest, Repository,
    RepositoryCheck, SetAccessRequest,
};
use carrel_service::error::status;
use carrel_service::identity::Principal;
use tonic::{Request, Response, Status};

use super::page;
use crate::git::access::{Right, require, right};
use crate::git::plumbing::Check;
use crate::git::{GitError, SAMPLES, Sample};
use crate::imports::{self, Asked, Source, Standing};
use crate::names::RepositoryPath;
use crate::state::SharedState;
use crate::store::{GrantAccess, RepositoryRecord, Role, StoreError, UserRecord};

/// The longest name or token that another side takes.
const LOGIN_MAX: usize = 4_096;

/// The service.
#[derive(Clone)]
pub struct RepositoryRpc(pub SharedState);

impl RepositoryRpc {
    /// The caller and the repository, where the caller holds at least this right.
    pub(super) async fn admit<T>(
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

    /// People create under their own name, admins under that of anybody who exists.
    async fn may_create(&self, caller: &UserRecord, path: &RepositoryPath) -> Result<(), Status> {
        if path.owner == caller.name {
            return Ok(());
        }
        if caller.role != Role::Admin {
            return Err(status(&GitError::NotOwner { path: path.clone() }, "create a repository"));
        }
        let owner = self.0.store.user_by_name(&path.owner).await;
        match owner.map_err(|error| status(&error, "find the owner"))? {
            Some(_) => Ok(()),
            None => {
                let missing = StoreError::Missing { what: format!("account \"{}\"", path.owner) };
                Err(status(&missing, "create a repository"))
            }
        }
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
        self.may_create(&caller, &path).await?;
        let sample = match asked.sample.as_str() {
            "" => None,
            name => Some(sample(name)?),
        };
        let made = self.0.repositories.create(&path).await;
        let record = made.map_err(|error| status(&error, "create a repository"))?;
        let now = self.0.clock.now_secs();
        if let Some(sample) = sample {
            let added = self.0.repositories.add_sample(&path, sample, &caller.name, now).await;
            added.map_err(|error| status(&error, "add the sample"))?;
        } else if asked.with_starters {
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
        request: Request<ImportRepositoryRequest>,
    ) -> Result<Response<Import>, Status> {
        let caller = self.caller(&request).await?;
        let asked = request.into_inner();
        let path: RepositoryPath = parse("path", &asked.path)?;
        self.may_create(&caller, &path).await?;
        let failed = |error| status(&error, "import a repository");
        let source = Source::parse(&asked.url).map_err(failed)?;
        for (field, text) in [("user", &asked.user), ("password", &asked.password)] {
            if text.len() > LOGIN_MAX || text.chars().any(char::is_control) {
                return Err(InvalidField::new(field, "is too long, or has control characters in it").into());
            }
        }
        let there = self.0.repositories.find(&path).await;
        if there.map_err(|error| status(&error, "find a repository"))?.is_some() {
            return Err(status(&StoreError::RepositoryExists { path }, "import a repository"));
        }
        let asked = Asked { user: caller.id, path, source, name: asked.user, password: asked.password };
        let started = self.0.imports.start(&self.0, asked).await.map_err(failed)?;
        Ok(Response::new(import(&started)))
    }

    async fn list_imports(
        &self,
        request: Request<ListImportsRequest>,
    ) -> Result<Response<ListImportsReply>, Status> {
        let caller = self.caller(&request).await?;
        let imports = self.0.imports.list(&caller.id).iter().map(import).collect();
        Ok(Response::new(ListImportsReply { imports }))
    }

    async fn cancel_import(&self, request: Request<CancelImportRequest>) -> Result<Response<Import>, Status> {
        let caller = self.caller(&request).await?;
        let stopped = self.0.imports.cancel(&caller.id, &request.get_ref().id);
        stopped
            .map(|stopped| Response::new(import(&stopped)))
            .map_err(|error| status(&error, "stop an import"))
    }
}

fn sample(name: &str) -> Result<&'static Sample, InvalidField> {
    let known = SAMPLES.iter().find(|sample| sample.name == name);
    known.ok_or_else(|| {
        let names: Vec<&str> = SAMPLES.iter().map(|sample| sample.name).collect();
        InvalidField::new("sample", format!("there is none of that name, but: {}", names.join(", ")))
    })
}

fn import(import: &imports::Import) -> Import {
    let record = import.record.clone();
    let state = match record.standing {
        Standing::Running => ImportState::Running,
        Standing::Done => ImportState::Done,
        Standing::Failed => ImportState::Failed,
        Standing::Cancelled => ImportState::Cancelled,
    };
    Import {
        id: record.id,
        path: record.path.to_string(),
        url: record.url,
        state: state.into(),
        detail: record.detail,
        percent: import.percent,
        bytes: record.bytes,
        started_at: record.started_at,
        ended_at: record.ended_at,
    }
}
