//! Looking into a repository without a session: branches, folders, files, history, changes.
//!
//! Git is asked each time; nothing is kept. Every answer is bounded: pages, cut-off texts, a time limit, and a limit on how
//! many questions are under way.
//!
//! Invariant: a revision is a branch, a tag or an id, checked here: git's own language for revisions is not open to users.

mod changes;
mod commits;
mod file;
mod folder;
pub mod path;
mod refs;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use carrel_proto::code::ServiceCode;
use carrel_proto::convert::InvalidField;
use carrel_service::ServiceError;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::git::asking::Ask;
use crate::git::plumbing::settle_head;
use crate::git::program::GitProgram;
use crate::git::{GitError, Repositories};
use crate::names::RepositoryPath;

pub use file::RawFile;

/// Questions answered at once: each is one git after another, mostly waiting for the disk.
const AT_ONCE_MAX: usize = 8;

/// Downloads at once; each is a git that waits for its reader.
const DOWNLOADS_MAX: usize = 32;

/// How long a question waits for its turn.
const TURN_MAX: Duration = Duration::from_secs(5);

/// The longest name of a branch or tag: git's own limit is that of a file name.
const REVISION_MAX: usize = 255;

/// An id and a newline.
const ID_BYTES_MAX: usize = 128;

/// Why a repository could not be looked into.
#[derive(Debug, thiserror::Error)]
pub enum BrowseError {
    /// A field of the request.
    #[error(transparent)]
    Invalid(#[from] InvalidField),
    /// No such branch, tag or commit.
    #[error("there is no branch, tag or commit {revision} in {path}")]
    NoRevision {
        /// The repository.
        path: RepositoryPath,
        /// What was asked for.
        revision: String,
    },
    /// No such file or folder.
    #[error("there is no {file} in {revision} of {path}")]
    NoFile {
        /// The repository.
        path: RepositoryPath,
        /// What was asked for.
        file: String,
        /// Where.
        revision: String,
    },
    /// More than can be listed.
    #[error("there are too many {what} to list; use a session or a clone")]
    TooMany {
        /// Of what.
        what: &'static str,
    },
    /// Git failed.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl ServiceError for BrowseError {
    fn code(&self) -> ServiceCode {
        match self {
            Self::Invalid(_) => ServiceCode::InvalidArgument,
            Self::NoRevision { .. } | Self::NoFile { .. } => ServiceCode::NotFound,
            Self::TooMany { .. } => ServiceCode::TooLarge,
            Self::Git(GitError::Stopped { .. }) => ServiceCode::DeadlineExceeded,
            Self::Git(error) => error.code(),
        }
    }
}

/// Who looks into repositories; bounds how many do at once.
pub struct Browser {
    turns: Semaphore,
    downloads: Arc<Semaphore>,
}

impl Default for Browser {
    fn default() -> Self {
        Self { turns: Semaphore::new(AT_ONCE_MAX), downloads: Arc::new(Semaphore::new(DOWNLOADS_MAX)) }
    }
}

/// One repository that is looked into, for one request.
pub struct Look<'a> {
    git: &'a GitProgram,
    path: &'a RepositoryPath,
    folder: PathBuf,
    downloads: Arc<Semaphore>,
    _turn: SemaphorePermit<'a>,
}

/// A commit that was asked for, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Revision {
    /// Its id.
    pub(crate) commit: String,
    /// The branch or tag; empty when it was asked for by its id.
    pub(crate) name: String,
}

impl Browser {
    /// Starts to look into a repository that the caller may read.
    pub async fn look<'a>(
        &'a self,
        repositories: &'a Repositories,
        path: &'a RepositoryPath,
    ) -> Result<Look<'a>, BrowseError> {
        let turn = tokio::time::timeout(TURN_MAX, self.turns.acquire()).await;
        let turn = turn.ok().and_then(Result::ok).ok_or(GitError::Busy)?;
        Ok(Look {
            git: repositories.program(),
            path,
            folder: repositories.folder(path),
            downloads: self.downloads.clone(),
            _turn: turn,
        })
    }
}

impl Look<'_> {
    /// The commit behind a revision; `None` where there is no commit at all and none was asked for.
    async fn revision(&self, asked: &str) -> Result<Option<Revision>, BrowseError> {
        if asked.is_empty() {
            settle_head(self.git, &self.folder).await?;
            let Some(commit) = self.commit("HEAD").await? else { return Ok(None) };
            return Ok(Some(Revision { commit, name: self.default_branch().await.unwrap_or_default() }));
        }
        if !is_revision(asked) {
            return Err(InvalidField::new("revision", "is no name of a branch or tag, and no id").into());
        }
        for space in ["refs/heads/", "refs/tags/"] {
            if let Some(commit) = self.commit(&format!("{space}{asked}")).await? {
                return Ok(Some(Revision { commit, name: asked.to_owned() }));
            }
        }
        if is_id(asked)
            && let Some(commit) = self.commit(asked).await?
        {
            return Ok(Some(Revision { commit, name: String::new() }));
        }
        Err(BrowseError::NoRevision { path: self.path.clone(), revision: asked.to_owned() })
    }

    /// The same where there must be one.
    async fn existing(&self, asked: &str) -> Result<Revision, BrowseError> {
        let missing = || BrowseError::NoRevision {
            path: self.path.clone(),
            revision: if asked.is_empty() {
                "(the repository is empty)".to_owned()
            } else {
                asked.to_owned()
            },
        };
        self.revision(asked).await?.ok_or_else(missing)
    }

    async fn commit(&self, name: &str) -> Result<Option<String>, BrowseError> {
        let ask = Ask::new(ID_BYTES_MAX, &["rev-parse", "--verify", "--quiet", "--end-of-options"])
            .arg(format!("{name}^{{commit}}"));
        match self.git.ask(&self.folder, ask).await {
            Ok(answer) => Ok(Some(path::shown(&answer.bytes).trim().to_owned())),
            // With --quiet it says nothing about what is simply not there; a tag of a tree makes it speak.
            Err(GitError::Failed { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The branch that HEAD points at.
    async fn default_branch(&self) -> Option<String> {
        let head = tokio::fs::read_to_string(self.folder.join("HEAD")).await.ok()?;
        head.trim_end().strip_prefix("ref: refs/heads/").map(str::to_owned)
    }

    fn no_file(&self, file: &path::TreePath, revision: &Revision) -> BrowseError {
        let name = if revision.name.is_empty() { &revision.commit } else { &revision.name };
        BrowseError::NoFile { path: self.path.clone(), file: file.shown(), revision: name.clone() }
    }
}

/// Whether git would take a text as a name, and as nothing else: no ranges, no searches, no options.
fn is_revision(text: &str) -> bool {
    let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"~^:?*[\\".contains(c);
    text.len() <= REVISION_MAX
        && !text.starts_with(['-', '/', '.'])
        && !text.ends_with(['/', '.'])
        && text != "@"
        && text.chars().all(plain)
        && !["..", "@{", "//", "/."].iter().any(|bad| text.contains(bad))
        && !text.ends_with(".lock")
}

/// An id, or enough of one.
fn is_id(text: &str) -> bool {
    (7..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_pass_and_the_language_of_revisions_does_not() {
        for good in ["main", "feature/x-1", "v1.0", "\u{fc}ber", "HEAD", "a@b", &"a".repeat(40)] {
            assert!(is_revision(good), "{good}");
        }
        for bad in [
            "-x",
            "--all",
            "a..b",
            "a...b",
            "main~1",
            "main^",
            "main@{1}",
            "@{u}",
            "@",
            ":/text",
            "a:b",
            "a b",
            "a\nb",
            "/a",
            "a/",
            "a//b",
            ".a",
            "a/.b",
            "a.",
            "a.lock",
            "a?",
            "a*",
            "[a]",
            "a\\b",
            &"a".repeat(256),
        ] {
            assert!(!is_revision(bad), "{bad:?}");
        }
        assert!(is_id("0123abc") && !is_id("0123ab") && !is_id("0123abg"));
    }
}
