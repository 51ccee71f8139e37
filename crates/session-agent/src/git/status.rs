//! What is changed, staged and in conflict: `git status` read entry by entry, and what git keeps beside it.

use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use carrel_proto::agent::v1 as pb;

use super::run::{Ask, Git};
use crate::error::Failure;
use crate::files::path::encode_name;

/// Changes in one answer; a page that shows more helps nobody. What is beyond is counted.
const CHANGES_MAX: usize = 5_000;
/// Names of 50,000 new files with room to spare; more are counted as far as they fit.
const STATUS_MAX: usize = 16 * 1024 * 1024;
/// A prepared message lists the files in conflict.
const MESSAGE_MAX: u64 = 16 * 1024;

/// A path as it travels; separators stay what they are.
pub fn text_of(path: &[u8]) -> String {
    encode_name(OsStr::from_bytes(path))
}

/// The folder where git keeps its things.
pub fn git_folder(workspace: &Path) -> Option<PathBuf> {
    let place = workspace.join(".git");
    if place.is_dir() {
        return Some(place);
    }
    // A worktree has a file that names the folder.
    let mut text = String::new();
    std::fs::File::open(place).ok()?.take(4_096).read_to_string(&mut text).ok()?;
    Some(workspace.join(text.strip_prefix("gitdir: ")?.trim_end()))
}

/// The whole status.
pub async fn status(git: &Git) -> Result<pb::GitStatus, Failure> {
    let mut status = full(git).await?;
    status.changes.truncate(CHANGES_MAX);
    Ok(status)
}

/// The status with every change.
pub async fn full(git: &Git) -> Result<pb::GitStatus, Failure> {
    let Some(folder) = git_folder(&git.workspace) else { return Ok(pb::GitStatus::default()) };
    let words = ["status", "--porcelain=v2", "-z", "--branch", "--untracked-files=all"];
    let (listed, unpushed, remotes) = tokio::join!(
        git.look(Ask::new(&words).at_most(STATUS_MAX)),
        git.look(Ask::new(&["rev-list", "--count", "--branches", "HEAD", "--not", "--remotes"])),
        git.look(Ask::new(&["remote"])),
    );
    let mut status = parse(&listed?.output("look at the changes")?);
    status.repository = true;
    // A repository without a commit has none unpushed.
    status.unpushed =
        unpushed?.line("count").ok().and_then(|count| count.trim().parse().ok()).unwrap_or_default();
    status.has_remote = remotes?.line("remote").is_ok_and(|names| !names.is_empty());
    status.locked = folder.join("index.lock").exists();
    status.set_activity(activity(&folder));
    if status.activity() != pb::GitActivity::Unspecified {
        status.prepared_message = prepared_message(&folder);
    }
    if status.branch.is_empty() && status.activity() == pb::GitActivity::Rebase {
        status.branch = rebased_branch(&folder);
    }
    Ok(status)
}

/// What is under way besides plain work.
pub fn activity(folder: &Path) -> pb::GitActivity {
    const SIGNS: [(&str, pb::GitActivity); 6] = [
        ("rebase-merge", pb::GitActivity::Rebase),
        ("rebase-apply", pb::GitActivity::Rebase),
        ("MERGE_HEAD", pb::GitActivity::Merge),
        ("CHERRY_PICK_HEAD", pb::GitActivity::CherryPick),
        ("REVERT_HEAD", pb::GitActivity::Revert),
        ("BISECT_LOG", pb::GitActivity::Bisect),
    ];
    let found = SIGNS.iter().find(|(name, _)| folder.join(name).exists());
    found.map_or(pb::GitActivity::Unspecified, |(_, activity)| *activity)
}

fn small(path: &Path) -> Option<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(MESSAGE_MAX).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// The message without git's own remarks.
fn prepared_message(folder: &Path) -> String {
    let text = small(&folder.join("MERGE_MSG")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    lines.join("\n").trim().to_owned()
}

fn rebased_branch(folder: &Path) -> String {
    let name = ["rebase-merge/head-name", "rebase-apply/head-name"];
    let text = name.iter().find_map(|name| small(&folder.join(name))).unwrap_or_default();
    text.trim().strip_prefix("refs/heads/").unwrap_or_default().to_owned()
}

fn difference(letter: u8) -> pb::GitDifference {
    match letter {
        b'A' => pb::GitDifference::Added,
        b'M' => pb::GitDifference::Modified,
        b'D' => pb::GitDifference::Deleted,
        b'R' => pb::GitDifference::Renamed,
        b'C' => pb::GitDifference::Copied,
        b'T' => pb::GitDifference::TypeChanged,
        _ => pb::GitDifference::Unspecified,
    }
}

fn conflict(letters: &[u8]) -> pb::GitConflict {
    match letters {
        b"DD" => pb::GitConflict::BothDeleted,
        b"AA" => pb::GitConflict::BothAdded,
        b"AU" => pb::GitConflict::AddedByUs,
        b"UA" => pb::GitConflict::AddedByThem,
        b"DU" => pb::GitConflict::DeletedByUs,
        b"UD" => pb::GitConflict::DeletedByThem,
        _ => pb::GitConflict::BothModified,
    }
}

/// Reads `--porcelain=v2 -z --branch`. A last entry that was cut off is left out.
pub fn parse(listed: &[u8]) -> pb::GitStatus {
    let mut status = pb::GitStatus::default();
    let Some(end) = listed.iter().rposition(|byte| *byte == 0) else { return status };
    let mut entries = listed[..end].split(|byte| *byte == 0);
    while let Some(entry) = entries.next() {
        match entry.first() {
            Some(b'#') => header(&mut status, &String::from_utf8_lossy(entry)),
            Some(b'1') => change(&mut status, entry, 9, None),
            Some(b'2') => change(&mut status, entry, 10, entries.next()),
            Some(b'u') => unmerged(&mut status, entry),
            Some(b'?') => {
                let path = text_of(entry.get(2..).unwrap_or_default());
                status.untracked += 1;
                status.changes.push(pb::GitChange { path, untracked: true, ..Default::default() });
            }
            _ => {}
        }
    }
    status.changes.sort_by(|a, b| a.path.cmp(&b.path));
    status
}

fn header(status: &mut pb::GitStatus, line: &str) {
    let mut words = line.split(' ').skip(1);
    let (name, value) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match name {
        "branch.oid" if value != "(initial)" => status.commit = value.to_owned(),
        "branch.head" if value != "(detached)" => status.branch = value.to_owned(),
        "branch.upstream" => status.upstream = value.to_owned(),
        "branch.ab" => {
            let count = |word: &str| word.get(1..).and_then(|count| count.parse().ok()).unwrap_or_default();
            status.upstream_known = true;
            status.ahead = count(value);
            status.behind = words.next().map(count).unwrap_or_default();
        }
        _ => {}
    }
}

/// The fields of an entry; the last one, the path, may hold spaces.
fn fields(entry: &[u8], count: usize) -> Option<Vec<&[u8]>> {
    let fields: Vec<&[u8]> = entry.splitn(count, |byte| *byte == b' ').collect();
    (fields.len() == count && fields[1].len() == 2).then_some(fields)
}

fn change(status: &mut pb::GitStatus, entry: &[u8], count: usize, from: Option<&[u8]>) {
    let Some(fields) = fields(entry, count) else { return };
    let (staged, unstaged) = (difference(fields[1][0]), difference(fields[1][1]));
    status.staged += u32::from(staged != pb::GitDifference::Unspecified);
    status.unstaged += u32::from(unstaged != pb::GitDifference::Unspecified);
    status.changes.push(pb::GitChange {
        path: text_of(fields[count - 1]),
        from: from.map(text_of).unwrap_or_default(),
        staged: staged.into(),
        unstaged: unstaged.into(),
        submodule: fields[2].first() == Some(&b'S'),
        ..Default::default()
    });
}

fn unmerged(status: &mut pb::GitStatus, entry: &[u8]) {
    let Some(fields) = fields(entry, 11) else { return };
    status.conflicted += 1;
    status.changes.push(pb::GitChange {
        path: text_of(fields[10]),
        conflict: conflict(fields[1]).into(),
        submodule: fields[2].first() == Some(&b'S'),
        ..Default::default()
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_entry_is_read() {
        let listed =
            b"# branch.oid abc\0# branch.head main\0# branch.upstream origin/main\0# branch.ab +2 -1\0\
            1 M. N... 100644 100644 100644 a b with space\n\"x\0\
            2 R. N... 100644 100644 100644 a b R100 new\0old name\0\
            u UU N... 100644 100644 100644 100644 a b c both\0? -dash\xff\0? cut off";
        let status = parse(listed);
        assert_eq!((status.branch.as_str(), status.ahead, status.behind), ("main", 2, 1));
        assert_eq!((status.staged, status.unstaged, status.untracked, status.conflicted), (2, 0, 1, 1));
        let paths: Vec<&str> = status.changes.iter().map(|change| change.path.as_str()).collect();
        assert_eq!(paths, ["-dash\u{efff}", "both", "new", "with space\n\"x"]);
        assert_eq!(status.changes[2].from, "old name");
        assert_eq!(status.changes[1].conflict(), pb::GitConflict::BothModified);
    }

    #[test]
    fn garbage_is_no_panic() {
        for listed in [&b""[..], b"\0\0", b"1\0", b"1 M. x\0", b"2 R. a\0", b"u\0", b"# \0", b"?\0"] {
            parse(listed);
        }
    }
}
