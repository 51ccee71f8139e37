//! Fetch, pull and push: one at a time, watched while they run, finished though nobody watches.

use std::time::Duration;

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use tokio::sync::watch;

use super::run::{Ask, Done, Git};
use super::status::{full, status};
use crate::environment::last_lines;
use crate::error::{Failure, fail};

/// A push of a large first commit over a slow line.
const TRANSFER_TIME: Duration = Duration::from_secs(15 * 60);
/// Rebases of many commits.
const MERGE_TIME: Duration = Duration::from_secs(5 * 60);
/// Longest wait for news; a proxy between cuts silence at 60 s.
const WAIT_MAX: Duration = Duration::from_secs(10);
/// Git's last words, for a person who wants them.
const TALK_LINES: usize = 20;

/// What the git methods share: the newest transfer, and one writer at a time.
#[derive(Debug)]
pub struct Desk {
    /// Held while something changes the repository.
    pub writing: tokio::sync::Mutex<()>,
    transfer: watch::Sender<pb::GitTransfer>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            writing: tokio::sync::Mutex::default(),
            transfer: watch::Sender::new(pb::GitTransfer::default()),
        }
    }
}

impl Desk {
    /// Marks a transfer as begun, unless one runs.
    pub fn begin(&self, kind: pb::TransferKind) -> Result<pb::GitTransfer, Failure> {
        let mut busy = false;
        self.transfer.send_if_modified(|transfer| {
            busy = transfer.outcome() == pb::TransferOutcome::Running;
            if busy {
                return false;
            }
            *transfer = pb::GitTransfer {
                kind: kind.into(),
                outcome: pb::TransferOutcome::Running.into(),
                detail: beginning(kind).to_owned(),
                version: transfer.version + 1,
                ..Default::default()
            };
            true
        });
        if busy {
            return Err(fail(ServiceCode::Aborted, "a fetch, pull or push is running; wait until it ends"));
        }
        Ok(self.transfer.borrow().clone())
    }

    /// The newest transfer; waits for something newer than `known`.
    pub async fn wait(&self, known: u64) -> pb::GitTransfer {
        let mut transfer = self.transfer.subscribe();
        let newer = transfer.wait_for(|transfer| known == 0 || transfer.version != known);
        // The present state is the answer either way.
        let _ = tokio::time::timeout(WAIT_MAX, newer).await.is_ok();
        self.transfer.borrow().clone()
    }

    fn progress(&self, line: &str) {
        let Some((step, percent)) = progress(line) else { return };
        self.transfer.send_if_modified(|transfer| {
            if transfer.detail == step && transfer.percent == percent {
                return false;
            }
            (transfer.detail, transfer.percent) = (step, percent);
            transfer.version += 1;
            true
        });
    }

    fn end(&self, ended: Result<(pb::TransferOutcome, String), Broken>) {
        self.transfer.send_modify(|transfer| {
            transfer.version += 1;
            transfer.percent = 100;
            let outcome = match ended {
                Ok((outcome, detail)) => {
                    transfer.detail = detail;
                    outcome
                }
                Err(broken) => {
                    (transfer.detail, transfer.talk) = (broken.failure.message, broken.talk);
                    transfer.pull_first = broken.pull_first;
                    pb::TransferOutcome::Failed
                }
            };
            transfer.set_outcome(outcome);
        });
    }

    /// Does what was begun.
    pub async fn work(&self, git: &Git, kind: pb::TransferKind) {
        let ended = match kind {
            pb::TransferKind::Push => self.push(git).await,
            pb::TransferKind::Pull => self.pull(git, false).await,
            pb::TransferKind::PullRebase => self.pull(git, true).await,
            pb::TransferKind::Fetch | pb::TransferKind::Unspecified => self.fetch(git).await,
        };
        self.end(ended);
    }

    async fn moved(&self, git: &Git, what: &str, words: &[&str]) -> Result<Done, Broken> {
        let listener = |line: &str| self.progress(line);
        let ask = Ask::new(words).within(TRANSFER_TIME).heard_by(&listener);
        checked(what, git.change(ask).await?)
    }

    async fn fetch(&self, git: &Git) -> Result<(pb::TransferOutcome, String), Broken> {
        let before = status(git).await?;
        if !before.has_remote {
            return Err(no_remote());
        }
        self.moved(git, "fetch", &["fetch", "--progress"]).await?;
        let after = status(git).await?;
        Ok(match after.behind {
            0 => (pb::TransferOutcome::UpToDate, "Nothing new on the server.".to_owned()),
            behind => (pb::TransferOutcome::Done, format!("{} to pull.", commits(behind))),
        })
    }

    async fn pull(&self, git: &Git, rebase: bool) -> Result<(pb::TransferOutcome, String), Broken> {
        let before = full(git).await?;
        if before.activity() != pb::GitActivity::Unspecified {
            let text = "something is under way already; finish or abort it, then pull";
            return Err(fail(ServiceCode::FailedPrecondition, text).into());
        }
        let branch = named_branch(&before)?;
        if !before.has_remote {
            return Err(no_remote());
        }
        self.moved(git, "pull", &["fetch", "--progress"]).await?;
        let _one_at_a_time = self.writing.lock().await;
        let Some(upstream) = follow(git, &branch).await? else {
            let text = format!("The server has no branch {branch} yet; push it.");
            return Ok((pb::TransferOutcome::UpToDate, text));
        };
        let behind = if before.commit.is_empty() { 1 } else { status(git).await?.behind };
        if behind == 0 {
            return Ok((pb::TransferOutcome::UpToDate, "Nothing new on the server.".to_owned()));
        }
        // The short name: it is what the merge's message says.
        let upstream = ["refs/remotes/", "refs/heads/"]
            .iter()
            .find_map(|it| upstream.strip_prefix(it))
            .unwrap_or(&upstream);
        let words: &[&str] = if rebase {
            &["rebase", "--quiet", upstream]
        } else {
            &["merge", "--quiet", "--no-edit", upstream]
        };
        let done = git.change(Ask::new(words).within(MERGE_TIME)).await?;
        let after = full(git).await?;
        if after.conflicted > 0 {
            let files = if after.conflicted == 1 { "file" } else { "files" };
            let text = format!("{} {files} changed on both sides; resolve them.", after.conflicted);
            return Ok((pb::TransferOutcome::Conflicts, text));
        }
        checked("pull", done)?;
        Ok((pb::TransferOutcome::Done, format!("{} pulled.", commits(behind))))
    }

    async fn push(&self, git: &Git) -> Result<(pb::TransferOutcome, String), Broken> {
        let before = status(git).await?;
        let branch = named_branch(&before)?;
        if before.commit.is_empty() {
            let text = "there is no commit yet; commit something first";
            return Err(fail(ServiceCode::FailedPrecondition, text).into());
        }
        if !before.has_remote {
            return Err(no_remote());
        }
        let (remote, target) = followed(git, &branch).await?;
        let refspec = format!("refs/heads/{branch}:{target}");
        let words = ["push", "--progress", "--set-upstream", &remote, &refspec];
        let done = self.moved(git, "push", &words).await?;
        if String::from_utf8_lossy(&done.stderr).contains("Everything up-to-date") {
            return Ok((pb::TransferOutcome::UpToDate, "Everything was pushed already.".to_owned()));
        }
        let what = if before.upstream_known { commits(before.ahead) } else { format!("Branch {branch}") };
        Ok((pb::TransferOutcome::Done, format!("{what} pushed.")))
    }
}

/// Why a transfer failed, with git's own words.
struct Broken {
    failure: Failure,
    talk: String,
    pull_first: bool,
}

impl From<Failure> for Broken {
    fn from(failure: Failure) -> Self {
        Self { failure, talk: String::new(), pull_first: false }
    }
}

fn checked(what: &str, done: Done) -> Result<Done, Broken> {
    if done.code == 0 && !done.timed_out {
        return Ok(done);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let pull_first = said.contains("(fetch first)") || said.contains("(non-fast-forward)");
    let talk = last_lines(&done.stderr, TALK_LINES);
    Err(Broken { failure: super::explain::explain(what, &done), talk, pull_first })
}

fn no_remote() -> Broken {
    fail(ServiceCode::FailedPrecondition, "this repository has no server to fetch from or push to").into()
}

fn commits(count: u32) -> String {
    format!("{count} {}", if count == 1 { "commit" } else { "commits" })
}

fn named_branch(status: &pb::GitStatus) -> Result<String, Failure> {
    if status.branch.is_empty() {
        let text = "no branch is checked out; switch to one or create one first";
        return Err(fail(ServiceCode::FailedPrecondition, text));
    }
    Ok(status.branch.clone())
}

fn beginning(kind: pb::TransferKind) -> &'static str {
    match kind {
        pb::TransferKind::Push => "Asking the server",
        _ => "Asking the server for what is new",
    }
}

/// The remote and the ref there that a branch is pushed to.
async fn followed(git: &Git, branch: &str) -> Result<(String, String), Failure> {
    let name = format!("refs/heads/{branch}");
    let format = "--format=%(upstream:remotename)%00%(upstream:remoteref)";
    let told = git.look(Ask::new(&["for-each-ref", format, &name])).await?.line("push")?;
    match told.split_once('\0') {
        Some((remote, target)) if !remote.is_empty() && !target.is_empty() => {
            Ok((remote.to_owned(), target.to_owned()))
        }
        _ => {
            let remotes = git.look(Ask::new(&["remote"])).await?.line("push")?;
            let first = remotes.lines().find(|name| *name == "origin").or(remotes.lines().next());
            Ok((first.unwrap_or("origin").to_owned(), name))
        }
    }
}

/// What a branch follows; one that follows nothing yet follows its namesake on the server.
async fn follow(git: &Git, branch: &str) -> Result<Option<String>, Failure> {
    let exists = async |name: &str| {
        let done = git.look(Ask::new(&["show-ref", "--verify", "--quiet", "--", name])).await?;
        Ok::<_, Failure>(done.code == 0)
    };
    let name = format!("refs/heads/{branch}");
    let told = git.look(Ask::new(&["rev-parse", "--symbolic-full-name", "@{upstream}"])).await?;
    if let Ok(upstream) = told.line("pull") {
        return Ok(exists(&upstream).await?.then_some(upstream));
    }
    let (remote, _) = followed(git, branch).await?;
    let namesake = format!("refs/remotes/{remote}/{branch}");
    if !exists(&namesake).await? {
        return Ok(None);
    }
    if exists(&name).await? {
        let to = format!("--set-upstream-to={remote}/{branch}");
        git.change(Ask::new(&["branch", "--quiet", &to])).await?.output("pull")?;
    }
    Ok(Some(namesake))
}

/// The step and how far it got, of a line like `remote: Counting objects:  42% (3/7)`.
fn progress(line: &str) -> Option<(String, u32)> {
    let line = line.trim_start_matches("remote: ");
    let (step, rest) = line.split_once(':')?;
    let percent = rest.trim_start().split_once('%')?.0.parse().ok()?;
    (percent <= 100).then(|| (step.trim().to_owned(), percent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_is_read() {
        let step = |line| progress(line);
        assert_eq!(step("Receiving objects:  45% (9/20), 1 MiB"), Some(("Receiving objects".to_owned(), 45)));
        assert_eq!(step("remote: Counting objects: 100% (7/7)"), Some(("Counting objects".to_owned(), 100)));
        assert_eq!(step("fatal: could not: 5"), None);
        assert_eq!(step("a: 900% b"), None);
    }

    #[tokio::test]
    async fn one_transfer_at_a_time() {
        let desk = Desk::default();
        let begun = desk.begin(pb::TransferKind::Push).unwrap();
        assert_eq!(begun.outcome(), pb::TransferOutcome::Running);
        assert_eq!(desk.begin(pb::TransferKind::Pull).unwrap_err().code, ServiceCode::Aborted);
        desk.progress("Writing objects:  10% (1/10)");
        let seen = desk.wait(begun.version).await;
        assert_eq!((seen.detail.as_str(), seen.percent), ("Writing objects", 10));
        desk.end(Ok((pb::TransferOutcome::Done, "pushed".to_owned())));
        assert!(desk.begin(pb::TransferKind::Pull).unwrap().version > seen.version);
    }
}
