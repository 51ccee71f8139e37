//! What the git service knows of a repository, remembered per commit.
//!
//! The full check starts git several times, which takes longer than all the rest of an open. What it finds is a fact
//! about a commit, so it is asked once for each; which commit is current takes two small reads.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use carrel_service::Role;

use super::{Found, Opener, RepositoryLook, SessionError};
use crate::git::access::{Right, right};
use crate::names::{RepositoryPath, UserName};
use crate::state::SharedState;
use crate::store;

/// Commits remembered. An entry takes some 200 bytes; when it is full we start anew.
const COMMITS_MAX: usize = 10_000;

/// The longest list of packed branches that is read; a longer one means asking git.
const PACKED_MAX: u64 = 1024 * 1024;

/// The git service as orchestration asks it.
pub(super) struct Looks {
    state: SharedState,
    known: Mutex<HashMap<(RepositoryPath, String), Found>>,
}

impl Looks {
    pub(super) fn new(state: SharedState) -> Self {
        Self { state, known: Mutex::default() }
    }

    async fn environment(&self, path: &RepositoryPath) -> Result<Found, SessionError> {
        let repositories = &self.state.repositories;
        let commit = head_commit(&repositories.folder(path)).await;
        let key = commit.map(|commit| (path.clone(), commit));
        if let Some(key) = &key
            && let Some(found) = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(key)
        {
            return Ok(found.clone());
        }
        let check = repositories
            .check(path)
            .await
            .map_err(|error| SessionError::Repository { path: path.to_string(), source: Box::new(error) })?;
        let found = match check.environment_file {
            Some(_) => Found::WithEnvironment,
            None => Found::WithoutEnvironment { advice: check.advice(path) },
        };
        // A push in between would file the answer under the wrong commit.
        let still = head_commit(&repositories.folder(path)).await;
        if let Some(key) = key.filter(|(_, commit)| still.as_ref() == Some(commit)) {
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if known.len() >= COMMITS_MAX {
                known.clear();
            }
            known.insert(key, found.clone());
        }
        Ok(found)
    }
}

#[async_trait]
impl RepositoryLook for Looks {
    async fn look(&self, path: &RepositoryPath, opener: &Opener) -> Result<Found, SessionError> {
        let Some(record) = self.state.repositories.find(path).await? else { return Ok(Found::Nothing) };
        let Ok(name) = opener.name.parse::<UserName>() else { return Ok(Found::Nothing) };
        let role = match opener.role {
            Role::Admin => store::Role::Admin,
            Role::Mentor => store::Role::Mentor,
            Role::Learner => store::Role::Learner,
        };
        if right(&record, &name, role) < Right::Read {
            return Ok(Found::Nothing);
        }
        self.environment(path).await
    }
}

/// The commit of a repository's default branch, read as git reads it: the branch's own file, then the packed list, which is
/// written before that file goes away. `None`: ask git.
async fn head_commit(folder: &Path) -> Option<String> {
    let head = tokio::fs::read_to_string(folder.join("HEAD")).await.ok()?;
    let branch = head.trim_end().strip_prefix("ref: ")?;
    let is_plain =
        branch.starts_with("refs/heads/") && branch.split('/').all(|part| !part.is_empty() && part != "..");
    if !is_plain {
        return None;
    }
    if let Ok(commit) = tokio::fs::read_to_string(folder.join(branch)).await {
        return commit_id(commit.trim_end());
    }
    let packed = folder.join("packed-refs");
    if tokio::fs::metadata(&packed).await.ok()?.len() > PACKED_MAX {
        return None;
    }
    let packed = tokio::fs::read_to_string(packed).await.ok()?;
    let line = packed.lines().find_map(|line| line.strip_suffix(branch)?.strip_suffix(' '))?;
    commit_id(line)
}

/// An object id of either of git's hashes.
fn commit_id(text: &str) -> Option<String> {
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
    is_id.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_current_commit_is_read_as_git_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("writes");
        };
        let (a, b) = ("a".repeat(40), "b".repeat(40));
        assert_eq!(head_commit(folder.path()).await, None, "no repository");
        write("HEAD", "ref: refs/heads/main\n");
        assert_eq!(head_commit(folder.path()).await, None, "no commit");
        write(
            "packed-refs",
            &format!("# pack-refs with: peeled\n{b} refs/heads/xmain\n{a} refs/heads/main\n"),
        );
        assert_eq!(head_commit(folder.path()).await, Some(a.clone()));
        write("refs/heads/main", &format!("{b}\n"));
        assert_eq!(head_commit(folder.path()).await, Some(b), "its own file is newer");
        for odd in
            [a.as_str(), "ref: refs/heads/../../etc/passwd", "ref: /etc/passwd", "ref: refs/heads//x", ""]
        {
            write("HEAD", odd);
            assert_eq!(head_commit(folder.path()).await, None, "{odd}");
        }
    }
}
