//! Branches and commits.

use std::collections::BTreeSet;

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;

use super::run::{Ask, Git};
use super::status::status;
use crate::error::{Failure, fail};

/// Branches in one answer.
const BRANCHES_MAX: usize = 1_000;
/// Commits of one page.
const PAGE_MAX: u32 = 200;
const PAGE: u32 = 50;
/// How far back the log is paged; a terminal goes further.
const SKIP_MAX: u32 = 100_000;
/// Commits that are known not to be pushed; older ones than these were pushed long ago.
const UNPUSHED_MAX: &str = "--max-count=10000";
/// Git's own limit for a name in a folder of refs.
const NAME_MAX: usize = 200;

fn millis(seconds: &str) -> i64 {
    seconds.trim().parse::<i64>().unwrap_or_default().saturating_mul(1_000)
}

/// The branches here, then those only the remote has.
pub async fn branches(git: &Git) -> Result<pb::ListBranchesReply, Failure> {
    const FORMAT: &str = "--format=%(refname)%00%(objectname)%00%(HEAD)%00%(upstream:short)%00%(committerdate:unix)%00%(symref)%00%(contents:subject)";
    let ask = Ask::new(&["for-each-ref", "--sort=-committerdate", FORMAT, "refs/heads", "refs/remotes"]);
    let listed = git.look(ask).await?.output("list the branches")?;
    let listed = String::from_utf8_lossy(&listed).into_owned();
    let (mut here, mut there) = (Vec::new(), Vec::new());
    for line in listed.lines() {
        let fields: Vec<&str> = line.splitn(7, '\0').collect();
        let &[name, commit, head, upstream, at, symref, subject] = fields.as_slice() else { continue };
        // `origin/HEAD` only says which of the others is the usual one.
        if !symref.is_empty() {
            continue;
        }
        let (remote, short) = match (name.strip_prefix("refs/heads/"), name.strip_prefix("refs/remotes/")) {
            (Some(short), _) => (false, short),
            (_, Some(short)) => (true, short),
            _ => continue,
        };
        let branch = pb::GitBranch {
            name: short.to_owned(),
            current: head == "*",
            remote,
            commit: commit.to_owned(),
            subject: subject.to_owned(),
            committed_at: millis(at),
            upstream: upstream.to_owned(),
        };
        if remote { there.push(branch) } else { here.push(branch) }
    }
    let known: BTreeSet<String> = here.iter().map(|branch| branch.name.clone()).collect();
    there.retain(|branch| branch.name.split_once('/').is_none_or(|(_, name)| !known.contains(name)));
    here.append(&mut there);
    here.truncate(BRANCHES_MAX);
    Ok(pb::ListBranchesReply { branches: here })
}

/// Changes to a branch, or makes it.
pub async fn switch(git: &Git, request: pb::SwitchBranchRequest) -> Result<pb::GitStatus, Failure> {
    let name = request.name.trim();
    let odd = |c: char| c.is_control() || c == '\0';
    if name.is_empty() || name.starts_with('-') || name.len() > NAME_MAX || name.contains(odd) {
        let text = format!("a branch has a name of 1 to {NAME_MAX} bytes that does not start with a dash");
        return Err(fail(ServiceCode::InvalidArgument, text));
    }
    let exists = async |prefix: &str| {
        let full = format!("{prefix}{name}");
        let done = git.look(Ask::new(&["show-ref", "--verify", "--quiet", "--", &full])).await?;
        Ok::<_, Failure>(done.code == 0)
    };
    let words: &[&str] = if request.create {
        &["switch", "--quiet", "--no-track", "--create", name]
    } else if !exists("refs/heads/").await? && exists("refs/remotes/").await? {
        &["switch", "--quiet", "--track", name]
    } else {
        &["switch", "--quiet", "--no-guess", name]
    };
    git.change(Ask::new(words)).await?.output("switch")?;
    status(git).await
}

/// Commits, the newest first.
pub async fn log(git: &Git, request: pb::GetLogRequest) -> Result<pb::GetLogReply, Failure> {
    const FORMAT: &str = "--format=%H%x1f%P%x1f%an%x1f%at%x1f%D%x1f%s";
    let limit = if request.limit == 0 { PAGE } else { request.limit.min(PAGE_MAX) };
    if git.look(Ask::new(&["rev-parse", "--verify", "--quiet", "HEAD"])).await?.code != 0 {
        // No commit yet.
        return Ok(pb::GetLogReply::default());
    }
    let (skip, count) =
        (format!("--skip={}", request.skip.min(SKIP_MAX)), format!("--max-count={}", limit + 1));
    let words = ["-c", "log.showSignature=false", "-c", "i18n.logOutputEncoding=UTF-8", "log", "-z"];
    let ask = words.into_iter().chain([FORMAT, &skip, &count, "--decorate=short", "HEAD", "--"]);
    let ask: Vec<&str> = ask.collect();
    let (listed, unpushed) = tokio::join!(
        git.look(Ask::new(&ask)),
        git.look(Ask::new(&["rev-list", UNPUSHED_MAX, "HEAD", "--not", "--remotes"])),
    );
    let listed = listed?.output("read the log")?;
    let unpushed = unpushed?.line("read the log")?;
    let unpushed: BTreeSet<&str> = unpushed.lines().collect();
    let mut commits: Vec<pb::LogCommit> = listed
        .split(|byte| *byte == 0)
        .filter_map(|record| commit(&String::from_utf8_lossy(record), &unpushed))
        .collect();
    let more = commits.len() > limit as usize;
    commits.truncate(limit as usize);
    Ok(pb::GetLogReply { commits, more })
}

fn commit(record: &str, unpushed: &BTreeSet<&str>) -> Option<pb::LogCommit> {
    let fields: Vec<&str> = record.splitn(6, '\u{1f}').collect();
    let &[id, parents, author, at, names, subject] = fields.as_slice() else { return None };
    Some(pb::LogCommit {
        id: id.to_owned(),
        subject: subject.to_owned(),
        author: author.to_owned(),
        authored_at: millis(at),
        names: names.split(", ").filter(|name| !name.is_empty()).map(ToOwned::to_owned).collect(),
        pushed: !unpushed.contains(id),
        parents: u32::try_from(parents.split_whitespace().count()).unwrap_or(u32::MAX),
    })
}
