//! The notes of a repository: which document they are, and members that follow the repository's rights.
//!
//! A person who opens the notes becomes a member with the role that the repository gives them. When access changes, the
//! [`Keeper`] compares members with rights and takes away or changes what no longer fits; the sync daemon then closes
//! the connections of those who may do less. At a start it looks at every repository once, so that a change which was
//! made just before the end of this process is carried out as well.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use carrel_ids::{DocumentId, UserId};
use carrel_proto::sync::v1 as pb;
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;
use tonic::{Code, Status};
use tracing::{debug, warn};

use super::DocumentError;
use crate::git::access::{Right, right};
use crate::names::RepositoryPath;
use crate::state::SharedState;
use crate::store::{PAGE_MAX, RepositoryRecord, StoreError, UserRecord};

/// Between two attempts to reach the sync daemon.
const RETRY_FIRST: Duration = Duration::from_millis(250);
const RETRY_MAX: Duration = Duration::from_secs(15);

/// What a document can belong to.
#[derive(Debug, Clone, Copy)]
pub enum Owner<'a> {
    /// A repository, as it was created: one of the same path that comes later has notes of its own.
    Repository(&'a RepositoryRecord),
}

impl Owner<'_> {
    /// The document that holds its notes: always the same, never that of another owner.
    pub fn document(self) -> DocumentId {
        let Self::Repository(repository) = self;
        let name = format!("repository\0{}\0{}", repository.path, repository.created_at);
        let hash: [u8; 32] = Sha256::digest(name.as_bytes()).into();
        let mut bits = [0; 16];
        bits.copy_from_slice(&hash[..16]);
        DocumentId::from_random(u128::from_be_bytes(bits))
    }

    fn title(self) -> String {
        let Self::Repository(repository) = self;
        format!("Notes of {}", repository.path)
    }
}

/// What somebody may do in the notes, by what they may do with the repository.
fn role(right: Right) -> pb::MemberRole {
    match right {
        Right::None => pb::MemberRole::None,
        Right::Read => pb::MemberRole::Reader,
        Right::Write | Right::Own => pb::MemberRole::Writer,
    }
}

/// Repositories whose rights have changed; each is looked at until the sync daemon has heard of it.
#[derive(Default)]
pub struct Keeper {
    /// Bounded by the number of repositories.
    changed: Mutex<BTreeMap<DocumentId, RepositoryPath>>,
    wake: Notify,
}

impl super::Documents {
    /// Makes sure that a repository's notes are there and that somebody is in them as they may be.
    pub(crate) async fn open_notes(
        &self,
        repository: &RepositoryRecord,
        user: &UserRecord,
    ) -> Result<pb::Document, Status> {
        let report = |error: DocumentError| carrel_service::error::status(&error, "open notes");
        let owner = Owner::Repository(repository);
        let role = role(right(repository, &user.name, user.role));
        let member = pb::Member { user: user.id.to_string(), role: role.into() };
        let request = pb::EnsureDocumentRequest {
            id: owner.document().to_string(),
            title: owner.title(),
            content: None,
            roles: vec![member],
        };
        let answer = self.steward().map_err(report)?.ensure_document(request).await;
        let answer = answer.map_err(|status| match status.code() {
            Code::Unavailable | Code::DeadlineExceeded => report(DocumentError::AwayRpc(status.into())),
            _ => status,
        })?;
        answer.into_inner().document.ok_or_else(|| Status::internal("a document was made and not shown"))
    }

    /// Says that somebody's access to a repository has changed, or that the repository is gone.
    pub fn access_changed(&self, repository: &RepositoryRecord) {
        if self.sync.is_none() {
            return;
        }
        let document = Owner::Repository(repository).document();
        let mut changed = self.keeper.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.insert(document, repository.path.clone());
        drop(changed);
        self.keeper.wake.notify_one();
    }
}

impl Keeper {
    fn next(&self) -> Option<(DocumentId, RepositoryPath)> {
        let mut changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.pop_first()
    }
}

/// Why the members could not be compared.
#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error("ask the sync daemon")]
    Sync(#[source] Box<Status>),
    #[error("read rights")]
    Store(#[from] StoreError),
    #[error(transparent)]
    Reach(#[from] DocumentError),
}

impl From<Status> for KeepError {
    fn from(status: Status) -> Self {
        Self::Sync(Box::new(status))
    }
}

/// Keeps members what rights say, until the shutdown.
pub async fn keep(state: SharedState) {
    if state.documents.sync.is_none() {
        return;
    }
    let shutdown = state.shutdown.clone();
    let keeping = async {
        let mut after = String::new();
        while let Some(last) = Keeping(&state).page(&after).await {
            after = last;
        }
        debug!("the members of all notes are as they should be");
        loop {
            while let Some((document, path)) = state.documents.keeper.next() {
                Keeping(&state).until_done(&document, &path).await;
            }
            state.documents.keeper.wake.notified().await;
        }
    };
    tokio::select! {
        () = shutdown.requested() => {}
        () = keeping => {}
    }
}

struct Keeping<'a>(&'a SharedState);

impl Keeping<'_> {
    /// Looks at a page of repositories; the last one's path, if there may be more.
    async fn page(&self, after: &str) -> Option<String> {
        let mut pause = RETRY_FIRST;
        let records = loop {
            match self.0.store.list_repositories(None, after, PAGE_MAX).await {
                Ok(records) => break records,
                Err(error) => warn!(error = %carrel_service::Chain(&error), "list repositories"),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY_MAX);
        };
        for record in &records {
            self.until_done(&Owner::Repository(record).document(), &record.path).await;
        }
        let is_full = records.len() == PAGE_MAX as usize;
        records.last().filter(|_| is_full).map(|record| record.path.to_string())
    }

    async fn until_done(&self, document: &DocumentId, path: &RepositoryPath) {
        let mut pause = RETRY_FIRST;
        while let Err(error) = self.compare(document, path).await {
            warn!(%document, repository = %path, error = %carrel_service::Chain(&error), "keep the members of notes");
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(RETRY_MAX);
        }
    }

    /// Sets the role of each member whose right is another. Members are added by opening the notes, not here.
    async fn compare(&self, document: &DocumentId, path: &RepositoryPath) -> Result<(), KeepError> {
        let mut steward = self.0.documents.steward()?;
        let asked = pb::GetRolesRequest { id: document.to_string() };
        let members = match steward.get_roles(asked).await {
            Ok(reply) => reply.into_inner().roles,
            // Nobody has opened them yet, or they were deleted.
            Err(status) if matches!(status.code(), Code::NotFound | Code::FailedPrecondition) => {
                return Ok(());
            }
            Err(status) => return Err(status.into()),
        };
        let repository = self.0.store.repository(path).await?;
        let repository = repository.filter(|record| Owner::Repository(record).document() == *document);
        let mut roles = Vec::new();
        for member in members {
            let wanted = self.wanted(repository.as_ref(), &member.user).await?;
            if wanted != member.role() {
                roles.push(pb::Member { user: member.user, role: wanted.into() });
            }
        }
        if !roles.is_empty() {
            let request = pb::SetRolesRequest { id: document.to_string(), roles, only_these: false };
            steward.set_roles(request).await?;
        }
        Ok(())
    }

    async fn wanted(
        &self,
        repository: Option<&RepositoryRecord>,
        user: &str,
    ) -> Result<pb::MemberRole, KeepError> {
        let (Some(repository), Ok(id)) = (repository, user.parse::<UserId>()) else {
            return Ok(pb::MemberRole::None);
        };
        let user = self.0.store.user_by_id(&id).await?;
        let held = user.map_or(Right::None, |user| right(repository, &user.name, user.role));
        Ok(role(held))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_repository_has_a_document_of_its_own() {
        let record = |path: &str, created_at| RepositoryRecord {
            path: path.parse().expect("path"),
            grants: Vec::new(),
            created_at,
        };
        let of = |path: &str, created_at| Owner::Repository(&record(path, created_at)).document();
        assert_eq!(of("ada/demo", 1), of("ada/demo", 1));
        assert_ne!(of("ada/demo", 1), of("ada/demo", 2), "made anew under the same path");
        assert_ne!(of("ada/demo", 1), of("bob/demo", 1));
        assert_ne!(of("ada/demo1", 1), of("ada/demo", 11));
        // Documents outlive releases: the way to them must not change.
        assert_eq!(of("ada/demo", 1_800_000_000_000).as_str(), "do-xt5949kqja2jd1pj07d8");
    }
}
