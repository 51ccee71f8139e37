//! Looking into a repository and committing to it without a work tree.

use std::collections::BTreeSet;
use std::path::Path;

use super::program::GitProgram;
use super::starters::{ENVIRONMENT_FILES, STARTERS, Sample, Starter};
use super::{GitError, Repositories};
use crate::names::{RepositoryPath, UserName};

/// Somebody may push while the files are added; more often in a row is no accident.
const COMMIT_TRIES: usize = 4;

/// Branches looked at when HEAD points at none.
const BRANCHES_MAX: &str = "--count=100";

/// What a session needs to know about a repository's default branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// There is no commit.
    pub empty: bool,
    /// Which file defines the environment.
    pub environment_file: Option<&'static str>,
    /// Whether `default.nix` is there.
    pub has_default_nix: bool,
    /// Starter files that would be added.
    pub missing: Vec<&'static str>,
}

impl Check {
    /// One plain sentence on what to do next; empty when all is there.
    pub fn advice(&self, path: &RepositoryPath) -> String {
        let add = format!("`carrel repo starters {path}` adds {}", self.missing.join(", "));
        if self.empty {
            format!("The repository is empty: push to it, or {add}.")
        } else if self.environment_file.is_none() {
            format!("There is no shell.nix, so a session has no environment: add one, or {add}.")
        } else if !self.has_default_nix {
            format!("There is no default.nix, so there is nothing to build: add one, or {add}.")
        } else {
            String::new()
        }
    }
}

impl Repositories {
    /// Says which of the Nix files are at the default branch.
    pub async fn check(&self, path: &RepositoryPath) -> Result<Check, GitError> {
        let folder = self.folder(path);
        settle_head(&self.git, &folder).await?;
        let Some(head) = head_commit(&self.git, &folder).await? else {
            return Ok(assess(true, &BTreeSet::new()));
        };
        let names = top_level(&self.git, &folder, &head).await?;
        Ok(assess(false, &names))
    }

    /// Commits the starter files that are missing, on top of whatever is there; never overwrites one.
    pub async fn add_starters(
        &self,
        path: &RepositoryPath,
        author: &UserName,
        now_secs: u64,
    ) -> Result<Check, GitError> {
        let folder = self.folder(path);
        for _ in 0..COMMIT_TRIES {
            settle_head(&self.git, &folder).await?;
            let head = head_commit(&self.git, &folder).await?;
            let names = match &head {
                Some(head) => top_level(&self.git, &folder, head).await?,
                None => BTreeSet::new(),
            };
            let before = assess(head.is_none(), &names);
            let missing: Vec<&Starter> =
                STARTERS.iter().filter(|starter| before.missing.contains(&starter.name)).collect();
            if missing.is_empty() {
                return Ok(before);
            }
            let added: Vec<&str> = missing.iter().map(|file| file.name).collect();
            let message =
                format!("Add {}\n\nStarter files: change them to fit this project.\n", added.join(", "));
            let commit =
                self.commit(&folder, head.as_deref(), (&missing, &message), author, now_secs).await?;
            if self.move_head(&folder, head.as_deref(), &commit).await? {
                let all = names.into_iter().chain(missing.iter().map(|s| s.name.to_owned())).collect();
                return Ok(assess(false, &all));
            }
        }
        Err(GitError::Contended { path: path.clone() })
    }

    /// Commits a sample into a repository that is empty.
    pub async fn add_sample(
        &self,
        path: &RepositoryPath,
        sample: &Sample,
        author: &UserName,
        now_secs: u64,
    ) -> Result<(), GitError> {
        let folder = self.folder(path);
        let files: Vec<&Starter> = sample.files.iter().collect();
        let message = format!("Start with {}\n", sample.name);
        let commit = self.commit(&folder, None, (&files, &message), author, now_secs).await?;
        let moved = self.move_head(&folder, None, &commit).await?;
        if moved { Ok(()) } else { Err(GitError::Contended { path: path.clone() }) }
    }

    async fn commit(
        &self,
        folder: &Path,
        parent: Option<&str>,
        (files, message): (&[&Starter], &str),
        author: &UserName,
        now_secs: u64,
    ) -> Result<String, GitError> {
        let mut entries = match parent {
            Some(parent) => self.git.run(folder, &["ls-tree", "-z", "--full-tree", parent], &[]).await?,
            None => Vec::new(),
        };
        for file in files {
            let hash = ["hash-object", "-w", "--stdin"];
            let id = line(self.git.run(folder, &hash, file.text.as_bytes()).await?);
            entries.extend_from_slice(format!("100644 blob {id}\t{}\0", file.name).as_bytes());
        }
        let tree = line(self.git.run(folder, &["mktree", "-z"], &entries).await?);
        let mut args = vec!["commit-tree", &tree];
        if let Some(parent) = parent {
            args.extend(["-p", parent]);
        }
        let when = format!("{now_secs} +0000");
        let email = format!("{author}@users.carrel.invalid");
        let identity = [
            ("GIT_AUTHOR_NAME", author.to_string()),
            ("GIT_AUTHOR_EMAIL", email),
            ("GIT_AUTHOR_DATE", when.clone()),
            ("GIT_COMMITTER_NAME", "Carrel".to_owned()),
            ("GIT_COMMITTER_EMAIL", "carrel@users.carrel.invalid".to_owned()),
            ("GIT_COMMITTER_DATE", when),
        ];
        Ok(line(self.git.run_with(folder, &args, message.as_bytes(), &identity).await?))
    }

    /// Moves the branch behind HEAD from `old` to `new`; false when somebody else moved it first.
    async fn move_head(&self, folder: &Path, old: Option<&str>, new: &str) -> Result<bool, GitError> {
        // An empty old value means "must not exist yet".
        let zero = "0".repeat(new.len());
        let expected = old.unwrap_or(&zero);
        let identity = [
            ("GIT_COMMITTER_NAME", "Carrel".to_owned()),
            ("GIT_COMMITTER_EMAIL", "carrel@users.carrel.invalid".to_owned()),
        ];
        let moved = self.git.run_with(folder, &["update-ref", "HEAD", new, expected], &[], &identity).await;
        match moved {
            Ok(_) => Ok(true),
            Err(GitError::Failed { .. }) => {
                // Moved by somebody, or locked by somebody who is moving it: look again. A fault stays one.
                let now = head_commit(&self.git, folder).await?;
                if now.as_deref() == old { moved.map(|_| true).or(Ok(false)) } else { Ok(false) }
            }
            Err(error) => Err(error),
        }
    }
}

/// Points HEAD at a branch that exists, where it points at none: people push `master` as well as `main`.
pub async fn settle_head(git: &GitProgram, folder: &Path) -> Result<(), GitError> {
    if head_commit(git, folder).await?.is_some() {
        return Ok(());
    }
    let args = ["for-each-ref", BRANCHES_MAX, "--format=%(refname)", "refs/heads/"];
    let listed = git.run(folder, &args, &[]).await?;
    let listed = String::from_utf8_lossy(&listed);
    let branches: Vec<&str> = listed.lines().collect();
    let usual = ["refs/heads/main", "refs/heads/master"].into_iter().find(|name| branches.contains(name));
    if let Some(branch) = usual.or(branches.first().copied()) {
        git.run(folder, &["symbolic-ref", "HEAD", branch], &[]).await?;
    }
    Ok(())
}

async fn head_commit(git: &GitProgram, folder: &Path) -> Result<Option<String>, GitError> {
    let args = ["rev-parse", "--verify", "--quiet", "--end-of-options", "HEAD^{commit}"];
    match git.run(folder, &args, &[]).await {
        Ok(id) => Ok(Some(line(id))),
        // With --quiet an unborn branch is a silent failure; a broken repository says something.
        Err(GitError::Failed { stderr, .. }) if stderr.is_empty() => Ok(None),
        Err(error) => Err(error),
    }
}

/// The names at the top that matter here. Asking for them alone keeps the answer small.
async fn top_level(git: &GitProgram, folder: &Path, commit: &str) -> Result<BTreeSet<String>, GitError> {
    let mut args = vec!["ls-tree", "-z", "--full-tree", "--name-only", commit, "--"];
    args.extend(ENVIRONMENT_FILES);
    args.extend(STARTERS.iter().map(|starter| starter.name).filter(|name| !ENVIRONMENT_FILES.contains(name)));
    let listed = git.run(folder, &args, &[]).await?;
    let names = listed.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}

fn assess(empty: bool, names: &BTreeSet<String>) -> Check {
    let environment_file = ENVIRONMENT_FILES.into_iter().find(|name| names.contains(*name));
    let missing = STARTERS
        .iter()
        .map(|starter| starter.name)
        .filter(|name| !(names.contains(*name) || *name == "shell.nix" && environment_file.is_some()))
        .collect();
    Check { empty, environment_file, has_default_nix: names.contains("default.nix"), missing }
}

fn line(output: Vec<u8>) -> String {
    String::from_utf8_lossy(&output).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(names: &[&str]) -> Check {
        assess(false, &names.iter().map(|name| (*name).to_owned()).collect())
    }

    #[test]
    fn what_is_missing_and_what_to_do() {
        let path: RepositoryPath = "ada/demo".parse().expect("path");
        let empty = assess(true, &BTreeSet::new());
        assert_eq!(empty.missing, ["default.nix", "shell.nix", "carrel.toml"]);
        assert!(empty.advice(&path).contains("carrel repo starters ada/demo"));
        assert_eq!(of(&["nix.shell"]).environment_file, Some("nix.shell"));
        assert_eq!(of(&["flake.nix", "default.nix"]).missing, ["carrel.toml"]);
        assert_eq!(of(&["flake.nix", "shell.nix"]).environment_file, Some("shell.nix"));
        assert!(of(&["default.nix"]).advice(&path).contains("shell.nix"));
        assert!(of(&["shell.nix"]).advice(&path).contains("default.nix"));
        assert_eq!(of(&["shell.nix", "default.nix"]).advice(&path), "");
    }
}
