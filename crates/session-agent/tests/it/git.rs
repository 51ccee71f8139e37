//! The git pane's methods on real repositories: hostile names, conflicts to their end, a lock in the way.

use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use carrel_proto::agent::v1 as pb;
use carrel_proto::code::ServiceCode;
use serde_json::json;

use crate::support::{World, eventually, git, repository};

/// A session on a repository that can be pushed to, and a second clone of it.
struct Pair {
    world: World,
    other: PathBuf,
}

impl Pair {
    async fn new(files: &[(&str, &str)]) -> Self {
        let world = World::new().await;
        let url = repository(&world, "blinky", files);
        world.bind(&url).await;
        world.until_ready().await;
        let bare = world.path("git/ada/blinky.git");
        let bare = bare.to_str().unwrap();
        // What answers over HTTP here can only be read from.
        world.output(&["git", "remote", "set-url", "origin", bare]).await;
        let other = world.path("other");
        git(world.dir.path(), &["clone", "--quiet", bare, other.to_str().unwrap()]);
        Self { world, other }
    }

    async fn status(&self) -> pb::GitStatus {
        self.world.post("GetGitStatus", &json!({})).await.unwrap()
    }

    async fn change(&self, method: &str, request: serde_json::Value) -> pb::GitStatus {
        self.world.post(method, &request).await.unwrap_or_else(|problem| panic!("{method}: {problem:?}"))
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.world.workspace().join(name), content).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.world.workspace().join(name)).unwrap()
    }

    async fn commit(&self, message: &str) -> pb::GitStatus {
        self.change("StagePaths", json!({ "all": true })).await;
        self.change("CommitStaged", json!({ "message": message })).await
    }

    /// Somebody else pushes a change.
    fn they_push(&self, name: &str, content: &str) {
        git(&self.other, &["pull", "--quiet", "--ff-only"]);
        std::fs::write(self.other.join(name), content).unwrap();
        git(&self.other, &["add", "."]);
        git(&self.other, &["commit", "--quiet", "-m", "theirs"]);
        git(&self.other, &["push", "--quiet"]);
    }

    async fn transfer(&self, kind: &str) -> pb::GitTransfer {
        let begun: pb::GitTransfer =
            self.world.post("StartTransfer", &json!({ "kind": kind })).await.unwrap();
        let mut known = begun.version;
        eventually("the transfer ends", async || {
            let request = json!({ "known": known.to_string() });
            let now: pb::GitTransfer = self.world.post("WaitTransfer", &request).await.unwrap();
            known = now.version;
            (now.outcome() != pb::TransferOutcome::Running).then_some(now)
        })
        .await
    }
}

fn paths(status: &pb::GitStatus) -> Vec<&str> {
    status.changes.iter().map(|change| change.path.as_str()).collect()
}

#[tokio::test]
async fn what_is_no_repository_is_told() {
    let world = World::new().await;
    world.ready().await;
    let status: pb::GitStatus = world.post("GetGitStatus", &json!({})).await.unwrap();
    assert_eq!(status, pb::GitStatus::default());
    let (code, _) = world.refused("StagePaths", &json!({ "all": true })).await;
    assert_eq!(code, ServiceCode::FailedPrecondition);
}

#[tokio::test]
async fn changes_are_staged_unstaged_discarded_and_committed() {
    let pair = Pair::new(&[("a", "one\n"), ("b", "two\n"), ("c", "three\n")]).await;
    pair.write("a", "ONE\n");
    pair.write("new", "n\n");
    std::fs::remove_file(pair.world.workspace().join("b")).unwrap();
    let status = pair.status().await;
    assert_eq!((status.branch.as_str(), status.upstream.as_str()), ("main", "origin/main"));
    assert_eq!((status.staged, status.unstaged, status.untracked), (0, 2, 1));
    let status = pair.change("StagePaths", json!({ "paths": ["a", "b"] })).await;
    assert_eq!((status.staged, status.unstaged, status.untracked), (2, 0, 1));
    let status = pair.change("UnstagePaths", json!({ "paths": ["b"] })).await;
    assert_eq!((status.staged, status.unstaged), (1, 1));
    let status = pair.change("DiscardPaths", json!({ "paths": ["b", "new"] })).await;
    assert_eq!(paths(&status), ["a"]);
    assert_eq!(pair.read("b"), "two\n");
    let request = json!({ "path": "a", "before": "FILE_VERSION_HEAD", "after": "FILE_VERSION_INDEX" });
    let both: pb::FileComparison = pair.world.post("CompareFile", &request).await.unwrap();
    let content = |version: Option<pb::VersionContent>| String::from_utf8(version.unwrap().content).unwrap();
    assert_eq!((content(both.before), content(both.after)), ("one\n".to_owned(), "ONE\n".to_owned()));
    let (code, message) = pair.world.refused("CommitStaged", &json!({ "message": "  " })).await;
    assert_eq!((code, message.contains("message")), (ServiceCode::InvalidArgument, true));
    let status = pair.change("CommitStaged", json!({ "message": "Louder\n\n# not a comment" })).await;
    assert_eq!((status.changes.len(), status.ahead, status.unpushed), (0, 1, 1));
    let log: pb::GetLogReply = pair.world.post("GetLog", &json!({ "limit": 1 })).await.unwrap();
    let commit = &log.commits[0];
    assert_eq!((commit.subject.as_str(), commit.author.as_str()), ("Louder", "Ada Lovelace"));
    assert!(!commit.pushed && log.more);
    let status = pair.change("CommitStaged", json!({ "message": "Loudest", "amend": true })).await;
    assert_eq!(status.unpushed, 1);
    let (code, message) = pair.world.refused("CommitStaged", &json!({ "message": "again" })).await;
    assert_eq!((code, message.contains("stage")), (ServiceCode::FailedPrecondition, true));
}

#[tokio::test]
async fn names_that_mean_something_elsewhere_are_only_names() {
    let pair = Pair::new(&[("a", "one\n")]).await;
    let hostile = ["-rf", "--all", "line\nbreak", "quo\"te", ":(top)magic", "*", "a b", "{x", "\\back"];
    for name in hostile {
        pair.write(name, "x\n");
    }
    let raw = std::ffi::OsStr::from_bytes(b"not\xffutf8");
    std::fs::write(pair.world.workspace().join(raw), "x\n").unwrap();
    let status = pair.status().await;
    assert_eq!(status.untracked as usize, hostile.len() + 1);
    // One by one: "*" must not mean the others.
    let status = pair.change("StagePaths", json!({ "paths": ["*", "-rf", ":(top)magic"] })).await;
    assert_eq!((status.staged, status.untracked as usize), (3, hostile.len() - 2));
    let status = pair.change("StagePaths", json!({ "all": true })).await;
    assert_eq!((status.staged as usize, status.untracked), (hostile.len() + 1, 0));
    for name in hostile {
        let request = json!({ "path": name, "before": "FILE_VERSION_INDEX", "after": "FILE_VERSION_WORK" });
        let both: pb::FileComparison = pair.world.post("CompareFile", &request).await.unwrap();
        assert_eq!(both.before.unwrap().content, b"x\n", "{name:?}");
        assert_eq!(both.after.unwrap().content, b"x\n", "{name:?}");
    }
    let status = pair.commit("hostile").await;
    assert_eq!(paths(&status), Vec::<&str>::new());
    std::fs::write(pair.world.workspace().join(raw), "y\n").unwrap();
    pair.write("-rf", "y\n");
    let name = pair.status().await.changes.into_iter().map(|change| change.path).collect::<Vec<_>>();
    let status = pair.change("DiscardPaths", json!({ "paths": name })).await;
    assert_eq!(paths(&status), Vec::<&str>::new());
    assert_eq!(pair.read("-rf"), "x\n");
    for path in ["../out", "/etc/passwd", ""] {
        let (code, _) = pair.world.refused("StagePaths", &json!({ "paths": [path] })).await;
        assert!(matches!(code, ServiceCode::PermissionDenied | ServiceCode::InvalidArgument), "{path:?}");
    }
}

#[tokio::test]
async fn a_conflict_is_walked_to_a_finished_merge_and_pushed() {
    let pair = Pair::new(&[("both", "start\n"), ("gone", "start\n"), ("mine", "start\n")]).await;
    pair.they_push("both", "theirs\n");
    pair.they_push("gone", "theirs\n");
    pair.they_push("mine", "theirs\n");
    pair.write("both", "ours\n");
    pair.write("mine", "ours\n");
    std::fs::remove_file(pair.world.workspace().join("gone")).unwrap();
    pair.commit("ours").await;
    let refused = pair.transfer("TRANSFER_KIND_PUSH").await;
    assert_eq!((refused.outcome(), refused.pull_first), (pb::TransferOutcome::Failed, true), "{refused:?}");
    let pulled = pair.transfer("TRANSFER_KIND_PULL").await;
    assert_eq!(pulled.outcome(), pb::TransferOutcome::Conflicts, "{pulled:?}");
    let status = pair.status().await;
    assert_eq!((status.activity(), status.conflicted), (pb::GitActivity::Merge, 3));
    assert_eq!(status.prepared_message, "Merge remote-tracking branch 'origin/main'");
    let kinds: Vec<_> = status.changes.iter().map(|it| (it.path.as_str(), it.conflict())).collect();
    assert!(kinds.contains(&("both", pb::GitConflict::BothModified)), "{kinds:?}");
    assert!(kinds.contains(&("gone", pb::GitConflict::DeletedByUs)), "{kinds:?}");
    for (method, request) in [
        ("StagePaths", json!({ "paths": ["both"] })),
        ("CommitStaged", json!({ "message": "too early" })),
        ("ResolveConflict", json!({ "path": "both", "resolution": "RESOLUTION_WORK" })),
    ] {
        let (code, message) = pair.world.refused(method, &request).await;
        assert_eq!(code, ServiceCode::FailedPrecondition, "{method}: {message}");
    }
    // Staging everything else leaves the conflicts what they are.
    assert_eq!(pair.change("StagePaths", json!({ "all": true })).await.conflicted, 3);
    let resolve = |path: &str, how: &str| json!({ "path": path, "resolution": how });
    pair.change("ResolveConflict", resolve("gone", "RESOLUTION_OURS")).await;
    pair.change("ResolveConflict", resolve("mine", "RESOLUTION_THEIRS")).await;
    pair.write("both", "ours and theirs\n");
    let status = pair.change("ResolveConflict", resolve("both", "RESOLUTION_WORK")).await;
    assert_eq!((status.conflicted, status.activity()), (0, pb::GitActivity::Merge));
    let message = status.prepared_message;
    let status = pair.change("CommitStaged", json!({ "message": message })).await;
    assert_eq!((status.activity(), status.changes.len()), (pb::GitActivity::Unspecified, 0));
    assert!(!pair.world.workspace().join("gone").exists());
    assert_eq!((pair.read("mine").as_str(), pair.read("both").as_str()), ("theirs\n", "ours and theirs\n"));
    let pushed = pair.transfer("TRANSFER_KIND_PUSH").await;
    assert_eq!(pushed.outcome(), pb::TransferOutcome::Done, "{pushed:?}");
    assert_eq!((pair.status().await.ahead, pair.status().await.unpushed), (0, 0));
    let again = pair.transfer("TRANSFER_KIND_PUSH").await;
    assert_eq!(again.outcome(), pb::TransferOutcome::UpToDate, "{again:?}");
    git(&pair.other, &["pull", "--quiet", "--ff-only"]);
    assert_eq!(std::fs::read_to_string(pair.other.join("both")).unwrap(), "ours and theirs\n");
}

#[tokio::test]
async fn a_rebase_goes_on_after_its_conflict_and_can_be_given_up() {
    let pair = Pair::new(&[("both", "start\n")]).await;
    pair.they_push("both", "theirs\n");
    pair.write("both", "ours\n");
    pair.commit("ours").await;
    for last in [false, true] {
        let pulled = pair.transfer("TRANSFER_KIND_PULL_REBASE").await;
        assert_eq!(pulled.outcome(), pb::TransferOutcome::Conflicts, "{pulled:?}");
        let status = pair.status().await;
        assert_eq!((status.activity(), status.branch.as_str()), (pb::GitActivity::Rebase, "main"));
        if !last {
            let status = pair.change("AbortMerge", json!({})).await;
            assert_eq!((status.activity(), status.conflicted), (pb::GitActivity::Unspecified, 0));
            assert_eq!(pair.read("both"), "ours\n");
        }
    }
    pair.write("both", "decided\n");
    pair.change("ResolveConflict", json!({ "path": "both", "resolution": "RESOLUTION_WORK" })).await;
    let status = pair.change("ContinueMerge", json!({})).await;
    assert_eq!((status.activity(), status.ahead, status.behind), (pb::GitActivity::Unspecified, 1, 0));
    assert_eq!(pair.transfer("TRANSFER_KIND_PUSH").await.outcome(), pb::TransferOutcome::Done);
}

#[tokio::test]
async fn branches_are_made_switched_and_pushed() {
    let pair = Pair::new(&[("a", "one\n")]).await;
    git(&pair.other, &["switch", "--quiet", "-c", "feature"]);
    pair_push_branch(&pair.other);
    pair.transfer("TRANSFER_KIND_FETCH").await;
    let listed: pb::ListBranchesReply = pair.world.post("ListBranches", &json!({})).await.unwrap();
    let names: Vec<_> = listed.branches.iter().map(|it| (it.name.as_str(), it.current)).collect();
    assert_eq!(names, [("main", true), ("origin/feature", false)]);
    let status = pair.change("SwitchBranch", json!({ "name": "origin/feature" })).await;
    assert_eq!((status.branch.as_str(), status.upstream.as_str()), ("feature", "origin/feature"));
    let status = pair.change("SwitchBranch", json!({ "name": "own", "create": true })).await;
    assert_eq!((status.branch.as_str(), status.upstream.as_str()), ("own", ""));
    let pushed = pair.transfer("TRANSFER_KIND_PUSH").await;
    assert_eq!(pushed.outcome(), pb::TransferOutcome::Done, "{pushed:?}");
    assert_eq!(pair.status().await.upstream, "origin/own");
    for (name, create, code) in [
        ("-d", true, ServiceCode::InvalidArgument),
        ("a..b", true, ServiceCode::InvalidArgument),
        ("main", true, ServiceCode::AlreadyExists),
        ("nowhere", false, ServiceCode::NotFound),
    ] {
        let refused = pair.world.refused("SwitchBranch", &json!({ "name": name, "create": create })).await;
        assert_eq!(refused.0, code, "{name}: {}", refused.1);
    }
    // A change that the other branch would overwrite stays.
    pair.commit_on_own().await;
    pair.write("a", "not committed\n");
    let (code, message) = pair.world.refused("SwitchBranch", &json!({ "name": "main" })).await;
    assert_eq!((code, message.contains("commit or discard")), (ServiceCode::FailedPrecondition, true));
    assert_eq!(pair.read("a"), "not committed\n");
}

impl Pair {
    async fn commit_on_own(&self) {
        self.write("a", "on own\n");
        self.commit("own").await;
    }
}

fn pair_push_branch(other: &std::path::Path) {
    git(other, &["commit", "--quiet", "--allow-empty", "-m", "feature"]);
    git(other, &["push", "--quiet", "--set-upstream", "origin", "feature"]);
}

#[tokio::test]
async fn a_lock_in_the_way_is_told_and_removed() {
    let pair = Pair::new(&[("a", "one\n")]).await;
    pair.write("a", "two\n");
    let lock = pair.world.workspace().join(".git/index.lock");
    std::fs::write(&lock, "").unwrap();
    assert!(pair.status().await.locked);
    let (code, message) = pair.world.refused("StagePaths", &json!({ "all": true })).await;
    assert_eq!((code, message.contains("remove the lock")), (ServiceCode::Aborted, true), "{message}");
    assert!(!pair.change("RemoveLock", json!({})).await.locked);
    assert_eq!(pair.change("StagePaths", json!({ "all": true })).await.staged, 1);
}

#[tokio::test]
async fn versions_say_what_they_are() {
    let pair = Pair::new(&[("a", "one\n")]).await;
    pair.write("binary", "a\0b");
    pair.write("large", &"x".repeat(1024 * 1024 + 1));
    std::os::unix::fs::symlink("/etc/passwd", pair.world.workspace().join("link")).unwrap();
    let compare = async |path: &str| {
        let request = json!({ "path": path, "before": "FILE_VERSION_HEAD", "after": "FILE_VERSION_WORK" });
        let both: pb::FileComparison = pair.world.post("CompareFile", &request).await.unwrap();
        assert!(path == "a" || !both.before.unwrap().exists, "{path}");
        both.after.unwrap()
    };
    assert!(compare("binary").await.binary);
    let large = compare("large").await;
    assert_eq!((large.truncated, large.content.len()), (true, 1024 * 1024));
    let link = compare("link").await;
    assert_eq!((link.link, link.content.as_slice()), (true, &b"/etc/passwd"[..]));
    std::fs::remove_file(pair.world.workspace().join("a")).unwrap();
    assert!(!compare("a").await.exists);
}

#[tokio::test]
async fn a_first_commit_is_made_and_pushed_into_an_empty_repository() {
    let pair = Pair::new(&[]).await;
    let empty = pair.world.path("empty.git");
    git(pair.world.dir.path(), &["init", "--quiet", "--bare", empty.to_str().unwrap()]);
    let script = format!("rm -rf .git && git init -q && git remote add origin '{}'", empty.display());
    pair.world.output(&["sh", "-c", &script]).await;
    let status = pair.status().await;
    assert_eq!((status.repository, status.commit.as_str()), (true, ""));
    pair.write("a", "one\n");
    assert_eq!(pair.change("StagePaths", json!({ "all": true })).await.staged, 1);
    assert_eq!(pair.change("UnstagePaths", json!({ "all": true })).await.untracked, 1);
    let refused = pair.transfer("TRANSFER_KIND_PUSH").await;
    assert_eq!(refused.outcome(), pb::TransferOutcome::Failed);
    assert!(refused.detail.contains("commit something first"), "{}", refused.detail);
    pair.commit("first").await;
    let pushed = pair.transfer("TRANSFER_KIND_PUSH").await;
    assert_eq!(pushed.outcome(), pb::TransferOutcome::Done, "{pushed:?}");
    assert_eq!(pair.status().await.upstream, "origin/main");
}
