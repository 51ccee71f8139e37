//! Staging, discarding, committing, and conflicts to their end.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::Read;

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;

use super::run::{Ask, Git};
use super::status::{activity, full, git_folder, status};
use crate::error::{Failure, fail};
use crate::files::{self, Files};

/// A commit's message; longer ones are pasted by mistake.
const MESSAGE_MAX: usize = 64 * 1024;
/// Of a file that is looked through for conflict markers.
const MARKED_MAX: u64 = 8 * 1024 * 1024;
/// Paths in one request.
const PATHS_MAX: usize = 20_000;

fn refused(message: impl Into<String>) -> Failure {
    fail(ServiceCode::FailedPrecondition, message)
}

/// A path for git, checked.
pub fn kernel(text: &str) -> Result<OsString, Failure> {
    let path = files::parse(text)?;
    path.split().map_err(|error| fail(ServiceCode::InvalidArgument, error.to_string()))?;
    Ok(path.to_kernel())
}

/// The changes that are meant.
async fn chosen(git: &Git, wanted: &pb::GitPaths) -> Result<Vec<pb::GitChange>, Failure> {
    if wanted.paths.len() > PATHS_MAX {
        return Err(fail(ServiceCode::TooLarge, format!("at most {PATHS_MAX} paths at once; ask for all")));
    }
    for path in &wanted.paths {
        kernel(path)?;
    }
    let status = full(git).await?;
    let paths: BTreeSet<&str> = wanted.paths.iter().map(String::as_str).collect();
    let is_meant = |change: &pb::GitChange| wanted.all || paths.contains(change.path.as_str());
    let meant: Vec<pb::GitChange> = status.changes.into_iter().filter(is_meant).collect();
    let in_conflict = meant.iter().find(|change| change.conflict() != pb::GitConflict::Unspecified);
    if let (false, Some(change)) = (wanted.all, in_conflict) {
        return Err(refused(format!("{:?} is in conflict; resolve it first", change.path)));
    }
    Ok(meant.into_iter().filter(|change| change.conflict() == pb::GitConflict::Unspecified).collect())
}

fn names(changes: &[pb::GitChange]) -> Result<Vec<OsString>, Failure> {
    changes.iter().map(|change| kernel(&change.path)).collect()
}

/// Adds to what the next commit holds.
pub async fn stage(git: &Git, wanted: &pb::GitPaths) -> Result<pb::GitStatus, Failure> {
    let mut changes = chosen(git, wanted).await?;
    changes.retain(|change| change.untracked || change.unstaged() != pb::GitDifference::Unspecified);
    if !changes.is_empty() {
        let ask = Ask::new(&["add", "--all"]).paths(names(&changes)?);
        git.change(ask).await?.output("stage")?;
    }
    status(git).await
}

/// Takes out of what the next commit holds. Never without paths: that would end a merge.
pub async fn unstage(git: &Git, wanted: &pb::GitPaths) -> Result<pb::GitStatus, Failure> {
    let mut changes = chosen(git, wanted).await?;
    changes.retain(|change| change.staged() != pb::GitDifference::Unspecified);
    if !changes.is_empty() {
        let mut paths = names(&changes)?;
        for change in changes.iter().filter(|change| change.staged() == pb::GitDifference::Renamed) {
            paths.push(kernel(&change.from)?);
        }
        git.change(Ask::new(&["reset", "--quiet"]).paths(paths)).await?.output("unstage")?;
    }
    status(git).await
}

/// Puts files back to what is staged; deletes new ones.
pub async fn discard(git: &Git, files: &Files, wanted: &pb::GitPaths) -> Result<pb::GitStatus, Failure> {
    let changes = chosen(git, wanted).await?;
    let (new, known): (Vec<_>, Vec<_>) = changes.into_iter().partition(|change| change.untracked);
    let changed: Vec<_> =
        known.into_iter().filter(|it| it.unstaged() != pb::GitDifference::Unspecified).collect();
    if let Some(nested) = new.iter().find(|change| change.path.ends_with('/')) {
        return Err(refused(format!("{:?} is a repository of its own; delete it as a folder", nested.path)));
    }
    if !changed.is_empty() {
        let ask = Ask::new(&["restore", "--worktree"]).paths(names(&changed)?);
        git.change(ask).await?.output("discard")?;
    }
    if !new.is_empty() {
        let paths = new.into_iter().map(|change| change.path);
        let paths: Vec<String> = paths.collect();
        files.blocking(move |files| paths.iter().try_for_each(|path| remove(files, path))).await?;
    }
    status(git).await
}

fn remove(files: &Files, path: &str) -> Result<(), Failure> {
    match files.delete(path, false) {
        // Gone meanwhile: that was the aim.
        Err(failure) if failure.code == ServiceCode::NotFound => Ok(()),
        result => result,
    }
}

/// Commits what is staged.
pub async fn commit(git: &Git, request: pb::CommitStagedRequest) -> Result<pb::GitStatus, Failure> {
    let message = request.message.trim();
    if message.is_empty() || message.len() > MESSAGE_MAX || message.contains('\0') {
        let text = format!("a commit has a message of 1 to {MESSAGE_MAX} bytes that says what was done");
        return Err(fail(ServiceCode::InvalidArgument, text));
    }
    let before = full(git).await?;
    if before.conflicted > 0 {
        let text = format!("{} files are in conflict; resolve them first", before.conflicted);
        return Err(refused(text));
    }
    if before.activity() == pb::GitActivity::Rebase {
        return Err(refused("a rebase is under way; continue or abort it"));
    }
    let mut words = vec!["commit", "--quiet", "--cleanup=whitespace", "--file=-"];
    if request.amend {
        check_amend(git, &before).await?;
        words.push("--amend");
    } else if before.staged == 0 && before.activity() == pb::GitActivity::Unspecified {
        return Err(refused("nothing is staged; stage what the commit shall hold"));
    }
    let ask = Ask::new(&words).input(format!("{message}\n").into_bytes());
    git.change(ask).await?.output("commit")?;
    status(git).await
}

/// A commit that others may have is not replaced.
async fn check_amend(git: &Git, before: &pb::GitStatus) -> Result<(), Failure> {
    if before.commit.is_empty() {
        return Err(refused("there is no commit to replace yet"));
    }
    if before.activity() != pb::GitActivity::Unspecified {
        return Err(refused("finish or abort what is under way before you replace the last commit"));
    }
    let ask = Ask::new(&["rev-list", "--max-count=1", "HEAD", "--not", "--remotes"]);
    if git.look(ask).await?.line("look at the last commit")?.is_empty() {
        return Err(refused("the last commit was pushed already; make a new one instead"));
    }
    Ok(())
}

/// Which sides of a conflict hold the file: the ancestor, ours, theirs.
async fn sides(git: &Git, path: &OsString) -> Result<[bool; 3], Failure> {
    let ask = Ask::new(&["ls-files", "--unmerged", "-z", "--"]).word(path.clone());
    let listed = git.look(ask).await?.output("look at the conflict")?;
    let mut sides = [false; 3];
    for entry in listed.split(|byte| *byte == 0) {
        // mode, object, stage, tab, path
        let stage = entry.split(|byte| *byte == b'\t').next().and_then(|head| head.last());
        if let Some(stage @ b'1'..=b'3') = stage {
            sides[usize::from(stage - b'1')] = true;
        }
    }
    Ok(sides)
}

/// Ends the conflict of one path.
pub async fn resolve(
    git: &Git,
    files: &Files,
    request: pb::ResolveConflictRequest,
) -> Result<pb::GitStatus, Failure> {
    let path = kernel(&request.path)?;
    let [base, ours, theirs] = sides(git, &path).await?;
    if !(base || ours || theirs) {
        return Err(refused(format!("{:?} is not in conflict", request.path)));
    }
    let (flag, kept) = match request.resolution() {
        pb::Resolution::Unspecified => {
            return Err(fail(ServiceCode::InvalidArgument, "say which side to take"));
        }
        pb::Resolution::Ours => (Some("--ours"), ours),
        pb::Resolution::Theirs => (Some("--theirs"), theirs),
        pb::Resolution::Work => {
            let text = request.path.clone();
            files.blocking(move |files| check_markers(files, &text)).await?;
            (None, true)
        }
    };
    if let (Some(flag), true) = (flag, kept) {
        let ask = Ask::new(&["checkout", "--quiet", flag]).paths([path.clone()]);
        git.change(ask).await?.output("take that side")?;
    }
    let ask = if kept {
        Ask::new(&["add", "--all"]).paths([path])
    } else {
        Ask::new(&["rm", "--quiet", "--force"]).paths([path])
    };
    git.change(ask).await?.output("resolve")?;
    status(git).await
}

fn check_markers(files: &Files, text: &str) -> Result<(), Failure> {
    let file = match files.open(text) {
        Ok((file, _)) => file,
        // Deleted, or a link: nothing that could have markers.
        Err(_) => return Ok(()),
    };
    let mut content = Vec::new();
    // What can't be read shows no markers; git tells what is wrong with it.
    let _ = file.take(MARKED_MAX).read_to_end(&mut content);
    let mut lines = content.split(|byte| *byte == b'\n');
    let has = |line: &[u8], mark: &[u8]| line.starts_with(mark);
    if lines.any(|line| has(line, b"<<<<<<< ")) && lines.any(|line| has(line, b">>>>>>> ")) {
        let text = format!("{text:?} still has conflict markers (<<<<<<<); decide each of them first");
        return Err(refused(text));
    }
    Ok(())
}

/// Goes on after conflicts. Further conflicts are a state and no failure.
pub async fn proceed(git: &Git) -> Result<pb::GitStatus, Failure> {
    let before = full(git).await?;
    if before.conflicted > 0 {
        return Err(refused(format!("{} files are in conflict; resolve them first", before.conflicted)));
    }
    let words: &[&str] = match before.activity() {
        pb::GitActivity::Merge => &["commit", "--quiet", "--no-edit"],
        pb::GitActivity::Rebase => &["rebase", "--continue"],
        pb::GitActivity::CherryPick => &["cherry-pick", "--continue"],
        pb::GitActivity::Revert => &["revert", "--continue"],
        _ => return Err(refused("nothing is under way that could be continued")),
    };
    let done = git.change(Ask::new(words)).await?;
    let after = status(git).await?;
    if done.code != 0 && after.conflicted == 0 {
        done.output("continue")?;
    }
    Ok(after)
}

/// Gives up what is under way.
pub async fn abort(git: &Git) -> Result<pb::GitStatus, Failure> {
    let under_way = git_folder(&git.workspace).map(|folder| activity(&folder)).unwrap_or_default();
    let words: &[&str] = match under_way {
        pb::GitActivity::Merge => &["merge", "--abort"],
        pb::GitActivity::Rebase => &["rebase", "--abort"],
        pb::GitActivity::CherryPick => &["cherry-pick", "--abort"],
        pb::GitActivity::Revert => &["revert", "--abort"],
        _ => return Err(refused("nothing is under way that could be aborted")),
    };
    git.change(Ask::new(words)).await?.output("abort")?;
    status(git).await
}

/// Removes the lock that a killed git left.
pub async fn remove_lock(git: &Git) -> Result<pb::GitStatus, Failure> {
    if running_git(&git.workspace) {
        let text = "a git runs in this session at the moment; wait until it has ended, or end it";
        return Err(fail(ServiceCode::Aborted, text));
    }
    if let Some(folder) = git_folder(&git.workspace) {
        match std::fs::remove_file(folder.join("index.lock")) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(crate::error::file_failure("remove", ".git/index.lock", &error));
            }
            _ => {}
        }
    }
    status(git).await
}

/// Whether any process named git works in the workspace.
fn running_git(workspace: &std::path::Path) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else { return false };
    processes.flatten().any(|process| {
        let name = std::fs::read_to_string(process.path().join("comm"));
        let at = std::fs::read_link(process.path().join("cwd"));
        name.is_ok_and(|name| name.trim_end() == "git") && at.is_ok_and(|at| at.starts_with(workspace))
    })
}
