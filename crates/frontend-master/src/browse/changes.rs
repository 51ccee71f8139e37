//! What a commit changed.

use carrel_proto::repo::v1::{ChangeKind, CommitView, FileChange};

use super::path::{encode, shown};
use super::{BrowseError, Look};
use crate::git::asking::Ask;

/// Files shown of one commit.
const FILES_MAX: usize = 300;

/// The list of changed files, and the patch: what is beyond is not shown.
const LIST_BYTES_MAX: usize = 2 * 1024 * 1024;
const PATCH_BYTES_MAX: usize = 1024 * 1024;

/// The patch of one file.
const FILE_PATCH_MAX: usize = 64 * 1024;

/// Renames are looked for among so many files at most: the work grows with their square.
const RENAMES_MAX: &str = "-l200";

impl Look<'_> {
    /// A commit and what it changed against its first parent.
    pub async fn change(&self, id: &str) -> Result<CommitView, BrowseError> {
        let commit = self.commit_with_body(id).await?;
        let against = |ask: Ask<'static>| match commit.parents.first() {
            Some(parent) => ask.arg(parent).arg(&commit.id),
            None => ask.arg("--root").arg(&commit.id),
        };
        let list = Ask::new(
            LIST_BYTES_MAX,
            &["diff-tree", "-r", "-M", RENAMES_MAX, "--no-commit-id", "-z", "--raw"],
        );
        let list = self.git.ask(&self.folder, against(list)).await?;
        let mut changes = changed(&list.bytes);
        let patch =
            ["diff-tree", "-r", "-M", RENAMES_MAX, "--no-commit-id", "-p", "--no-color", "--no-ext-diff"];
        let patch = Ask::new(PATCH_BYTES_MAX, &patch).arg("--no-textconv");
        let patch = self.git.ask(&self.folder, against(patch)).await?;
        let truncated = list.cut_off || changes.len() > FILES_MAX;
        changes.truncate(FILES_MAX);
        fill(&mut changes, &patch.bytes, patch.cut_off);
        let truncated = truncated || changes.iter().any(|change| change.truncated);
        Ok(CommitView { commit: Some(commit), changes, truncated })
    }
}

/// `:<mode> <mode> <id> <id> <letter>\0<path>\0[<path>\0]` for each.
fn changed(bytes: &[u8]) -> Vec<FileChange> {
    let mut tokens = bytes.split(|b| *b == 0);
    let mut found = Vec::new();
    while let Some(head) = tokens.next() {
        let letter = head.rsplit(|b| *b == b' ').next().and_then(|word| word.first()).copied();
        let (Some(b':'), Some(letter), Some(first)) = (head.first(), letter, tokens.next()) else { break };
        let kind = match letter {
            b'A' => ChangeKind::Added,
            b'D' => ChangeKind::Deleted,
            b'R' => ChangeKind::Renamed,
            b'C' => ChangeKind::Copied,
            b'T' => ChangeKind::Type,
            _ => ChangeKind::Modified,
        };
        let (old, new) = match kind {
            ChangeKind::Renamed | ChangeKind::Copied => match tokens.next() {
                Some(second) => (Some(first), second),
                None => break,
            },
            _ => (None, first),
        };
        found.push(FileChange {
            kind: kind.into(),
            name: shown(new),
            file: encode(new),
            old_name: old.map(shown).unwrap_or_default(),
            ..FileChange::default()
        });
    }
    found
}

/// Gives each file its part of the patch: git prints them in the order of the list.
fn fill(changes: &mut [FileChange], patch: &[u8], cut_off: bool) {
    let mut parts = sections(patch).into_iter().peekable();
    for change in changes {
        // A file that became a link is taken away and made anew.
        let wanted = if change.kind() == ChangeKind::Type { 2 } else { 1 };
        for _ in 0..wanted {
            match parts.next() {
                Some(part) => {
                    // The last part of a patch that was cut off has lost its end.
                    change.truncated |= cut_off && parts.peek().is_none();
                    add(change, part);
                }
                None => change.truncated = true,
            }
        }
    }
}

/// The parts of a patch. Within one every line starts with a blank, `+`, `-`, `\`, `@` or a lower-case word of git's head,
/// so that no content can look like the head of the next.
fn sections(patch: &[u8]) -> Vec<&[u8]> {
    const HEAD: &[u8] = b"diff --git ";
    let mut starts = Vec::new();
    let mut at = 0;
    for line in patch.split_inclusive(|b| *b == b'\n') {
        if line.starts_with(HEAD) {
            starts.push(at);
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([patch.len()]);
    starts.iter().zip(ends).map(|(start, end)| &patch[*start..end]).collect()
}

fn add(change: &mut FileChange, part: &[u8]) {
    let mut in_hunks = false;
    let mut kept = Vec::new();
    for line in part.split_inclusive(|b| *b == b'\n') {
        in_hunks |= line.starts_with(b"@@");
        if !in_hunks {
            change.binary |= line.starts_with(b"Binary files ");
            continue;
        }
        match line.first() {
            Some(b'+') => change.additions += 1,
            Some(b'-') => change.deletions += 1,
            _ => {}
        }
        if change.patch.len() + kept.len() + line.len() <= FILE_PATCH_MAX {
            kept.extend_from_slice(line);
        } else {
            change.truncated = true;
        }
    }
    change.patch.push_str(&shown(&kept));
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATCH: &[u8] = b"diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n-diff --git a/x b/x\n\
        +diff --git a/y b/y\n+--- more\n\\ No newline at end of file\ndiff --git a/b b/b\nBinary files a/b and b/b differ\n";

    #[test]
    fn names_and_patches_meet_and_content_is_no_head() {
        let mut changes =
            changed(b":100644 100644 1 2 M\0a\0:000000 100644 0 2 A\0b\0:1 1 1 1 R087\0old\xff\0new name\0");
        let kinds: Vec<_> = changes.iter().map(FileChange::kind).collect();
        assert_eq!(kinds, [ChangeKind::Modified, ChangeKind::Added, ChangeKind::Renamed]);
        assert_eq!((changes[2].old_name.as_str(), changes[2].file.as_str()), ("old\u{fffd}", "new%20name"));
        fill(&mut changes, PATCH, false);
        assert_eq!((changes[0].additions, changes[0].deletions), (2, 1));
        assert!(changes[0].patch.starts_with("@@ -1") && changes[0].patch.ends_with("of file\n"));
        assert!(changes[1].binary && changes[1].patch.is_empty());
        assert!(changes[2].truncated, "its part is missing");
    }

    #[test]
    fn a_long_patch_is_cut_between_lines() {
        let mut patch = b"diff --git a/a b/a\n@@ -0,0 +1,9 @@\n".to_vec();
        for _ in 0..FILE_PATCH_MAX / 4 {
            patch.extend_from_slice(b"+line\n");
        }
        let mut changes = changed(b":0 1 0 1 A\0a\0");
        fill(&mut changes, &patch, true);
        assert!(
            changes[0].truncated
                && changes[0].patch.ends_with('\n')
                && changes[0].patch.len() <= FILE_PATCH_MAX
        );
        assert_eq!(changes[0].additions as usize, FILE_PATCH_MAX / 4);
    }
}
